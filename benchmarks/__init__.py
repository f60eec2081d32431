"""Measurements behind the README's numbers: `pytest benchmarks`, ratios within one run."""
