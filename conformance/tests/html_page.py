"""A page of HTML taken apart, for the tests of reports."""

from html.parser import HTMLParser

VOID = {"meta", "img", "input"}
SVG_VOID = {"rect", "line", "circle"}


class Page(HTMLParser):
    """The elements of a page in their order, each with its attributes, and the text of each kind of element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[tuple[str, int]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        texts = self.texts.setdefault(tag, [])
        texts.append("")
        if tag not in VOID:
            self.open.append((tag, len(texts) - 1))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element of a drawing that is closed at once."""
        assert tag in SVG_VOID
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element, which has to be this one."""
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        """Keep the text of all open elements."""
        for name, index in self.open:
            self.texts[name][index] += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    def classed(self, tag: str, name: str) -> list[str]:
        """The texts of the elements of a kind that have a class."""
        return [text for text, given in zip(self.texts[tag], self.of(tag), strict=True) if given.get("class") == name]

    @property
    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        """Every element with the names of its attributes."""
        return [(name, tuple(attributes)) for name, attributes in self.elements]
