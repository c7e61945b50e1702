"""Findings as workflow commands of GitHub Actions, which show them beside the lines of a change."""

from collections.abc import Iterable, Iterator

from pixelproof._text import printable
from pixelproof._values import Finding
from pixelproof.formats import Judged
from pixelproof.formats._places import lines_of

_COMMAND = {"error": "error", "warning": "warning", "info": "notice"}


def render(judged: Iterable[Judged], colours: bool) -> Iterator[str]:
    """One command for each finding; nothing for a message without findings."""
    for one in judged:
        lines = lines_of(one.content, {finding.pointer for finding in one.verdict.findings})
        for finding in one.verdict.findings:
            yield _command(finding, one.path, lines.get(finding.pointer))


def _command(finding: Finding, path: str | None, line: int | None) -> str:
    properties = {"file": path, "line": None if path is None else line, "title": finding.requirement}
    shown = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value is not None)
    parts = [finding.message, finding.expected and f"Expected: {finding.expected}", finding.hint, finding.source]
    text = "\n".join(printable(part) for part in parts if part)
    return f"::{_COMMAND[finding.severity]} {shown}::{_data(text)}\n"


def _data(text: str) -> str:
    """The escapes that the runner undoes in the text of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """The escapes that the runner undoes in a property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
