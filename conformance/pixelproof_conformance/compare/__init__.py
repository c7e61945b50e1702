"""Compares runs: what broke and what was repaired from the first to the last, and the outcomes of all side by side.

values   -> the comparison as values
sections -> the changes as a reader wants them
terminal, markdown, html, data -> its forms
"""

from pixelproof_conformance.compare.values import Change, Comparison, Line, Row, compare_reports, lines_of, summary

__all__ = ["Change", "Comparison", "Line", "Row", "compare_reports", "lines_of", "summary"]
