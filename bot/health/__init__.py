"""Is the guard well? Gathered, told to the operator once, and shown to whoever monitors it."""
