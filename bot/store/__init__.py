"""Everything that survives a restart. One file a table or two; functions take the open connection."""
