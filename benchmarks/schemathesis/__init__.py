"""Pixelproof and Schemathesis at the same gateway with the same faults; ``run.py`` starts it."""
