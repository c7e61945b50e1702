"""What judging costs, measured against other ways to do the same work; start it with ``python benchmarks/run.py``."""
