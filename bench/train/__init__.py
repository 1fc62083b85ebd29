"""Fits what evidence weighs to the labelled cases: `uv run python -m bench.train`. docs/detection.md explains the method."""
