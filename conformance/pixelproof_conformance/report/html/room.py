"""How much a page may hold: long texts are cut, and further once the page is large, and so are pictures."""

import re

from pixelproof_conformance.report.escaping import block

MOST_CHARACTERS = 6_000_000
MOST_PICTURES = 300
LONGEST_TEXT = 20_000
LONGEST_WHEN_FULL = 600
LONGEST_PICTURE = 16_000
_PICTURE = re.compile(r"data:image/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/]{4,}={0,2}")


class Room:
    """The room that is left in one page."""

    def __init__(self) -> None:
        self._characters = MOST_CHARACTERS
        self._pictures = MOST_PICTURES

    def text(self, text: str) -> tuple[str, str]:
        """The start of ``text`` for which there is room, and a note when there is more."""
        most = LONGEST_TEXT if self._characters > 0 else LONGEST_WHEN_FULL
        shown = block(text[:most])
        self._characters -= len(shown)
        if len(text) <= most:
            return shown, ""
        return shown, f"The first {most:,} of {len(text):,} characters; the rest stands in report.json."

    def picture(self, address: str | None) -> str:
        """``address`` when it is a small picture as data and there is room for one more, or an empty text."""
        if address is None or len(address) > LONGEST_PICTURE or not _PICTURE.fullmatch(address) or not self._pictures:
            return ""
        self._pictures -= 1
        return address
