"""Header values with parameters, such as `form-data; name="image"`, as HTTP libraries and browsers write them."""

import re
from typing import NamedTuple

from pixelproof._text import shown

# Nothing here gives back what it took, so that a hostile value is read in linear time.
_PARAMETER = re.compile(
    r';[ \t]*+(?:(?P<name>[^\s=;"]++)[ \t]*+=[ \t]*+'
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*+)"[ \t]*+|(?P<plain>[^;"]*+)))?(?=;|\Z)',
    re.DOTALL,
)
_ESCAPED = re.compile(r'\\(["\\])|%(22|0[AaDd])')
_CHARSETS = ("utf-8", "iso-8859-1")


class HeaderValue(NamedTuple):
    """A header value in its pieces.

    Attributes:
        main: What stands before the first semicolon.
        parameters: By name in lower case, without quotes; the first of a name counts, and `name*` stands in for `name`.
        problem: What cannot be read, as the end of a sentence that begins with the header's name; None when all can.
    """

    main: str
    parameters: dict[str, str]
    problem: str | None


def parameters_of(value: str) -> HeaderValue:
    r"""Take a header value apart; never raises.

    In a quoted value `\"` and `%22` are a quote, `\\` a backslash, `%0D` and `%0A` line ends (the HTML standard and
    RFC 7578 write them so); any other backslash stays, as in the paths that old clients send.
    """
    main = value.partition(";")[0]
    position = len(main)
    plain: dict[str, str] = {}
    extended: dict[str, str] = {}
    problem: str | None = None
    while 0 <= position < len(value):
        match = _PARAMETER.match(value, position)
        if match is None:
            problem = problem or f"cannot be read from {shown(value[position : position + 80])} on"
            position = value.find(";", position + 1)
            continue
        position = match.end()
        if match["name"] is None:
            continue
        name = match["name"].lower()
        text = match["plain"].strip() if match["quoted"] is None else _ESCAPED.sub(_unescaped, match["quoted"])
        if name in plain or name in extended:
            problem = problem or f"has {shown(name)} twice"
        elif not name.endswith("*"):
            plain[name] = text
        elif (decoded := _decoded(text)) is not None:
            extended[name] = decoded
        else:
            problem = problem or f"has {shown(name)} as {shown(text)}; the form is UTF-8''percent-encoded"
    return HeaderValue(main.strip(), plain | {name.removesuffix("*"): text for name, text in extended.items()}, problem)


def quoted(text: str) -> str:
    """The text as a quoted parameter value, with the escapes that HTTP libraries use in forms."""
    escaped = text.replace("\\", "\\\\").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    return f'"{escaped}"'


def _unescaped(match: re.Match[str]) -> str:
    return match[1] or chr(int(match[2], 16))


def _decoded(text: str) -> str | None:
    """The text of a parameter such as `UTF-8''na%C3%AFve.png` (RFC 8187), or None."""
    # Rare, and its import costs as much as several others together.
    from urllib.parse import unquote_to_bytes

    charset, _, rest = text.partition("'")
    _language, quote, encoded = rest.partition("'")
    if not quote or charset.lower() not in _CHARSETS:
        return None
    try:
        return unquote_to_bytes(encoded).decode(charset)
    except UnicodeError:
        return None
