"""Learns the tenor of collecting from the labelled cases: `uv run --group train python -m bench.tenor`. docs/detection.md explains it."""
