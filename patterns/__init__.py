"""Decides. Text, names and facts in; a verdict with its reasons out. No clock, network, event loop or platform."""
