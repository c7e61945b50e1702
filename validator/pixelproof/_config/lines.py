"""The line of every place in a TOML text; the standard library gives values only."""

import re
import tomllib
from bisect import bisect_right

from pixelproof._values import Path
from pixelproof._yaml import Lines

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\n]+")
_QUOTED = re.compile(
    r'"""(?:\\.|(?!""")[\s\S])*"{3,5}' r"|'''(?:(?!''')[\s\S])*'{3,5}" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'",
)


def toml_lines(text: str) -> Lines:
    """The line, counted from 1, of every table, key and item of ``text``, which ``tomllib`` has read without error."""
    return _Scan(text).run()


class _Scan:
    """Walks through a text that is known to be TOML, so that it need not look for errors."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.lines = Lines({(): 1})
        self.lengths: dict[Path, int] = {}
        """How many items each array of tables has so far."""

    def run(self) -> Lines:
        table: Path = ()
        self.skip()
        while self.place < len(self.text):
            if self.text.startswith("[[", self.place):
                table = self.header(2)
                self.lengths[table] = self.lengths.get(table, 0) + 1
                table = (*table, self.lengths[table] - 1)
                self.note(table)
                self.place += 2
            elif self.text[self.place] == "[":
                table = self.header(1)
                self.place += 1
            else:
                self.pair(table)
            self.skip()
        return self.lines

    def skip(self) -> None:
        """Moves behind blanks, line ends and comments."""
        found = _BLANK.match(self.text, self.place)
        self.place = found.end() if found else self.place

    def note(self, path: Path) -> None:
        self.lines.setdefault(path, bisect_right(self.starts, self.place))

    def header(self, brackets: int) -> Path:
        """The path of a table; within an array of tables, that of its last item."""
        self.place += brackets
        path: Path = ()
        for name in self.names():
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
            path = (*path, name)
            self.note(path)
        return (*path, self.lengths[path] - 1) if brackets == 1 and path in self.lengths else path

    def names(self) -> list[str]:
        """The parts of a dotted key."""
        found = []
        while True:
            self.skip()
            bare = _BARE_KEY.match(self.text, self.place)
            if bare:
                found.append(bare[0])
                self.place = bare.end()
            else:
                found.append(tomllib.loads(f"{self.quoted()}=0").popitem()[0])
            self.skip()
            if not self.text.startswith(".", self.place):
                return found
            self.place += 1

    def quoted(self) -> str:
        found = _QUOTED.match(self.text, self.place)
        if found is None:  # not reached for what tomllib has read; never loop if it were
            self.place = len(self.text)
            return '""'
        self.place = found.end()
        return found[0]

    def pair(self, table: Path) -> None:
        self.skip()
        start = self.place
        path = table
        for name in self.names():
            path = (*path, name)
            here, self.place = self.place, start
            self.note(path)
            self.place = here
        self.place += 1  # the equals sign
        self.value(path)

    def value(self, path: Path) -> None:
        self.skip()
        first = self.text[self.place : self.place + 1]
        if first == "[":
            self.items(path)
        elif first == "{":
            self.inline(path)
        elif first in ("'", '"'):
            self.quoted()
        else:
            found = _BARE_VALUE.match(self.text, self.place)
            self.place = found.end() if found else len(self.text)

    def items(self, path: Path) -> None:
        self.place += 1
        number = 0
        self.skip()
        while self.place < len(self.text) and self.text[self.place] != "]":
            self.note((*path, number))
            self.value((*path, number))
            number += 1
            self.comma()
        self.place += 1

    def inline(self, path: Path) -> None:
        self.place += 1
        self.skip()
        while self.place < len(self.text) and self.text[self.place] != "}":
            self.pair(path)
            self.comma()
        self.place += 1

    def comma(self) -> None:
        self.skip()
        if self.text.startswith(",", self.place):
            self.place += 1
        self.skip()
