"""Our own formats: reading a YAML file and holding it against the meta-schema in ``schemas/meta`` that describes it."""

import re
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from pixelproof._errors import DialectError
from pixelproof._locate import schemas_root
from pixelproof._values import Json, Path
from pixelproof._yaml import Lines, read_yaml


def read_checked(path: FilePath, meta: str, *, dates: bool = False) -> tuple[dict[str, Json], Lines]:
    """The content of a YAML file that conforms to the format ``meta``, and the lines of its places.

    ``dates`` lets a date stand without quotes; it is read as its text.
    Raises :class:`DialectError` with file, line and place for a file that cannot be read or does not conform.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DialectError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise DialectError(f"{path}: is not UTF-8 (byte {error.start})") from None
    value, lines = read_yaml(text, str(path), dates=dates)
    from jsonschema.exceptions import best_match

    flaw = best_match(meta_validator(meta).iter_errors(value))
    if flaw is not None:
        place = tuple(flaw.absolute_path)
        raise DialectError(f"{path}:{lines.of(place)}: at {place_name(place)}: {message_of(flaw)}")
    return value, lines


@cache
def meta_validator(name: str) -> Any:
    """The ``jsonschema`` validator of one of our own formats, for example ``operation`` or ``report``."""
    import jsonschema

    path = schemas_root() / "meta" / f"{name}.yaml"
    schema, _ = read_yaml(path.read_text(encoding="utf-8"), str(path))
    return jsonschema.Draft202012Validator(schema)


def message_of(error: Any) -> str:
    """What a ``jsonschema`` error says, in one short line, with the hint that the schema gives."""
    if error.validator == "additionalProperties" and error.validator_value is False:
        return _unknown_key(error.instance, error.schema)
    hint = error.schema.get("x-hint") if isinstance(error.schema, dict) else None
    text = str(error.message)
    text = text if len(text) <= 300 else f"{text[:300]}…"
    return f"{text}; {hint}" if hint else text


def _unknown_key(mapping: dict[str, Json], schema: dict[str, Json]) -> str:
    from difflib import get_close_matches

    known = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    key = next(key for key in mapping if key not in known and not any(re.search(text, key) for text in patterns))
    close = get_close_matches(key, known, 1)
    words = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}" if known else "there is none"
    return f"the key {key!r} is unknown; {words}"


def place_name(path: Path) -> str:
    """A place in a file as an error message shows it."""
    return "/".join(str(step) for step in path) or "the top level"
