"""Answer. An event in, a list of actions out; nothing here sends, and nothing here knows a platform."""
