import pytest
from pixelproof import Finding, Verdict
from pixelproof._text import printable
from pixelproof.cli._output import use_colours
from pixelproof.formats import Judged
from pixelproof.formats.text import render

FINDING = Finding(
    "house/generations/n-too-large",
    "error",
    "INVALID",
    "/n",
    "n",
    "n is 11. At most 10.",
    "at most 10",
    11,
    "house.txt#n",
    "Ask for less.",
)
NOTE = Finding(
    "house/generations/odd", "info", "UNSTATED", "", None, "The message is odd.", None, None, "house.txt#x", None
)


def judged(*findings: Finding, word: str = "invalid", content: bytes = b"{}") -> Judged:
    """A message with these findings."""
    return Judged(Verdict(word, findings), "a.json", "a.json", content, {})  # type: ignore[arg-type]


def test_findings() -> None:
    """A finding has severity, place, message, then what was expected, hint, source and requirement."""
    assert "".join(render([judged(FINDING, NOTE)], False)) == (
        "a.json: invalid (1 error, 1 note)\n"
        "  error at n: n is 11. At most 10.\n"
        "      expected     at most 10\n"
        "      hint         Ask for less.\n"
        "      source       house.txt#n\n"
        "      requirement  house/generations/n-too-large\n"
        "  info: The message is odd.\n"
        "      source       house.txt#x\n"
        "      requirement  house/generations/odd\n"
    )


def test_lines() -> None:
    """In a message of several lines the line of the place is named."""
    text = "".join(render([judged(FINDING, NOTE, content=b'{\n\n"n": 11}')], False))
    assert "  error at n (line 3): " in text
    assert "  info at line 1: The message is odd." in text


def test_sum() -> None:
    """Several messages are summed up, and plural and singular are right."""
    text = "".join(render([judged(FINDING, FINDING), judged(word="valid")], False))
    assert text.splitlines()[0] == "a.json: invalid (2 errors)"
    assert text.splitlines()[-2:] == ["a.json: valid", "2 messages: 1 valid, 1 invalid"]


def test_message_for_message() -> None:
    """A message is shown before the next one is judged."""

    def endless() -> object:
        yield judged(word="valid")
        raise AssertionError

    assert next(render(endless(), False)) == "a.json: valid\n"  # type: ignore[arg-type]


def test_colours() -> None:
    """Colours are escape sequences around words, and without them nothing changes in the text."""
    coloured = "".join(render([judged(FINDING)], True))
    assert "\x1b[1;31minvalid\x1b[0m" in coloured
    plain = coloured
    for style in ("1;31", "33", "36", "32", "1", "2", "0"):
        plain = plain.replace(f"\x1b[{style}m", "")
    assert plain == "".join(render([judged(FINDING)], False))


@pytest.mark.parametrize(
    ("terminal", "environment", "colours"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_use_colours(
    terminal: bool, environment: dict[str, str], colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Colours are for terminals that know them and for people who have not declined."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    assert use_colours() is colours


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain “é” 狐", "plain “é” 狐"),
        ("a\nb\t\x1b\x7f", "a\\u000ab\\u0009\\u001b\\u007f"),
        ("\u202e\ud800", "\\u202e\\ud800"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    """What acts upon a terminal is escaped, the rest is left alone."""
    assert printable(text) == shown
