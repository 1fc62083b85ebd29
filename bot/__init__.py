"""Connects: platforms, storage, texts, the playground and the command line."""
