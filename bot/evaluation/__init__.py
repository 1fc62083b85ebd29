"""Measures the judgement on labelled cases: reads them, replays them, counts, and says how sure the counts are."""
