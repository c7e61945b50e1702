"""Runs generated cases against an image-generation endpoint, judges the answers and writes the report."""
