"""``report.html``: one self-contained page that works from a file, without a network and without JavaScript."""

from pixelproof_conformance.report.html.page import as_html

__all__ = ["as_html"]
