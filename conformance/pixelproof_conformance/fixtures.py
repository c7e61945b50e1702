"""The language-neutral test vectors in ``fixtures/``: reading, expanding, judging and packing them.

``fixtures/README.md`` describes their form for readers in any language. They stand in the repository and in the source
distribution, not in an installed package.
"""

import base64
import gzip
import json
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from pixelproof import Dialect, File, UsageError, Verdict, load_dialect
from pixelproof._locate import schemas_root
from pixelproof._values import Json, Profile
from pixelproof._yaml import read_yaml

_MEDIA_TYPES = {".jpg": "image/jpeg"}
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name; packed files carry no other time


@dataclass(frozen=True, slots=True)
class Fixture:
    """One test vector: the file, its path below the root of the fixtures, and its content as it stands there."""

    file: Path
    path: str
    data: dict[str, Json]

    @property
    def requirement(self) -> str:
        """The id of the requirement that the fixture is about: the path of its folder."""
        return self.path.rpartition("/")[0]

    @property
    def flagged(self) -> bool:
        """Whether the message breaks that requirement, as the name of the file says."""
        return self.file.name.startswith("flagged-")

    @property
    def on(self) -> Literal["request", "answer", "stream", "refusal"]:
        """The message that is judged."""
        on: Literal["request", "answer", "stream", "refusal"] = self.data["on"]
        return on

    @property
    def root(self) -> Path:
        """The folder of all fixtures."""
        return self.file.parents[self.path.count("/")]


@dataclass(frozen=True, slots=True)
class Expanded:
    """A fixture without placeholders.

    ``message`` is the judged message: a parsed value, the list of events, or bytes where the fixture has ``raw``.
    ``request`` is the request that an answer or stream replies to, ``None`` when it is unknown.
    """

    message: Json
    request: dict[str, Json] | None
    files: tuple[File, ...]


def fixtures_root() -> Path:
    """The folder ``fixtures/`` of the checkout. Raises :class:`~pixelproof.UsageError` in an installed package."""
    root = Path(__file__).resolve().parents[2] / "fixtures"
    if not (root / "README.md").is_file():
        raise UsageError(
            "the fixtures are not part of the installed package; name the folder fixtures/ of a checkout or of the"
            " source distribution"
        )
    return root


def load_fixtures(root: Path | str | None = None, *, dialect: str = "") -> tuple[Fixture, ...]:
    """Every fixture below ``root`` (by default the ones of this checkout), in the order of their paths.

    ``dialect`` is the name of the only one that is wanted.
    Raises :class:`~pixelproof.UsageError` for a missing folder, and for a file that is not a JSON object or whose place
    or name says neither requirement nor verdict.
    """
    top = fixtures_root() if root is None else Path(root).resolve()
    if not top.is_dir():
        raise UsageError(f"{str(root)!r} is not a folder; name the folder that holds README.md and the dialects")
    return tuple(_read(file, file.relative_to(top).as_posix()) for file in sorted((top / dialect).rglob("*.json")))


def _read(file: Path, path: str) -> Fixture:
    if path.count("/") != 3 or not file.name.startswith(("allowed-", "flagged-")):
        raise UsageError(f"{file}: a fixture stands at DIALECT/OPERATION/FLAW/allowed-*.json or flagged-*.json")
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{file}: is not JSON in UTF-8 ({error})") from None
    if not isinstance(data, dict):
        raise UsageError(f"{file}: holds {type(data).__name__}; a fixture is a JSON object")
    return Fixture(file, path, data)


def expand(fixture: Fixture) -> Expanded:
    """``fixture`` with its pictures and long texts in place.

    Raises :class:`~pixelproof.UsageError` for a placeholder that cannot be expanded.
    """
    data = fixture.data
    request = _expanded(data.get("request"), fixture)
    files = tuple(
        File(
            entry["field"],
            _as_bytes(_chunk(entry["content"], fixture, "bytes")),
            entry.get("filename"),
            entry.get("content_type"),
        )
        for entry in data.get("files", ())
    )
    if "raw" in data:
        message = _as_bytes(_chunk(data["raw"], fixture, "base64"))
    elif fixture.on == "request":
        message = request
    else:
        message = _expanded(data["events" if fixture.on == "stream" else "answer"], fixture)
    return Expanded(message, None if fixture.on == "request" else request, files)


def _expanded(value: Json, fixture: Fixture) -> Json:
    if isinstance(value, list):
        return [_expanded(item, fixture) for item in value]
    if not isinstance(value, dict):
        return value
    if any(key.startswith("$") for key in value):
        text = _chunk(value, fixture, "base64")
        if isinstance(text, bytes):
            raise UsageError(f"{fixture.file}: {json.dumps(value)[:80]} stands for bytes, and bytes are no JSON value")
        return text
    return {key: _expanded(item, fixture) for key, item in value.items()}


def _chunk(value: Json, fixture: Fixture, pictures_as: str) -> str | bytes:
    """The text or bytes that ``value`` stands for."""
    match value:
        case str():
            return value
        case {"$repeat": str(text), "times": int(times)}:
            return text * times
        case {"$base64": str(text)}:
            return base64.b64encode(text.encode()).decode()
        case {"$bytes": str(text)}:
            return base64.b64decode(text, validate=True)
        case {"$join": [*parts]}:
            chunks = [_chunk(part, fixture, pictures_as) for part in parts]
            if any(isinstance(chunk, bytes) for chunk in chunks):
                return b"".join(_as_bytes(chunk) for chunk in chunks)
            return "".join(str(chunk) for chunk in chunks)
        case {"$picture": str(name)}:
            return _picture(fixture, name, value, pictures_as)
    raise UsageError(f"{fixture.file}: unknown placeholder {json.dumps(value)[:80]}; fixtures/README.md lists them")


def _picture(fixture: Fixture, name: str, changes: dict[str, Json], pictures_as: str) -> str | bytes:
    file = fixture.root / "pictures" / Path(name).name
    if not file.is_file():
        raise UsageError(f"{fixture.file}: names the picture {name!r}, which is not in {file.parent}")
    then: str = changes.get("then", "")
    data = (file.read_bytes()[: changes.get("first")] + then.encode()).ljust(changes.get("grown-to", 0), b"\0")
    kind = changes.get("as", pictures_as)
    if kind == "bytes":
        return data
    media_type = _MEDIA_TYPES.get(file.suffix, f"image/{file.suffix[1:]}")
    return (f"data:{media_type};base64," if kind == "data-url" else "") + base64.b64encode(data).decode()


def _as_bytes(chunk: str | bytes) -> bytes:
    return chunk.encode() if isinstance(chunk, str) else chunk


def judge(fixture: Fixture, *, dialect: Dialect | None = None) -> Verdict:
    """What the validator says of the fixture's message; ``dialect`` saves looking it up by the fixture's path."""
    name, operation_name, _, _ = fixture.path.split("/")
    operation = (dialect or load_dialect(name)).operation(operation_name)
    expanded = expand(fixture)
    facts: dict[str, Any] = {
        "content_type": fixture.data.get("content_type"),
        "account": fixture.data.get("account"),
        "profile": _profile(fixture),
    }
    if fixture.on == "request":
        return operation.validate_request(expanded.message, files=expanded.files, **facts)
    facts |= {"request": expanded.request, "status": fixture.data.get("status", 200)}
    if fixture.on == "stream":
        return operation.validate_stream(expanded.message, **facts)
    return operation.validate_response(expanded.message, files=expanded.files, **facts)


def _profile(fixture: Fixture) -> Profile:
    return "observed" if fixture.data.get("profile") == "observed" else "document"


def pack(path: Path | str, *, root: Path | str | None = None) -> int:
    """Write every fixture with the README, the pictures and the JSON Schema of a fixture into one archive.

    ``path`` ends in ``.zip`` or ``.tar.gz``. The same fixtures give the same bytes, whatever the
    clock and the owner of the files (another zlib may compress otherwise). Returns how many
    fixtures were written. Raises :class:`~pixelproof.UsageError` for another ending or a file that cannot be written.
    """
    target = Path(path)
    if not target.name.endswith((".zip", ".tar.gz")):
        raise UsageError(f"{str(path)!r}: an archive ends in .zip or .tar.gz")
    top = fixtures_root() if root is None else Path(root).resolve()
    fixtures = load_fixtures(top)
    others = [top / "README.md", *sorted((top / "pictures").iterdir())]
    members = [(file.relative_to(top).as_posix(), file.read_bytes()) for file in others if file.is_file()]
    members += [(fixture.path, fixture.file.read_bytes()) for fixture in fixtures]
    members.append(("fixture.schema.json", _schema_as_json()))
    packed = (_zipped if target.suffix == ".zip" else _tarred)(sorted(members))
    try:
        target.write_bytes(packed)
    except OSError as error:
        raise UsageError(f"{str(path)!r}: cannot be written ({error.strerror})") from None
    return len(fixtures)


def _schema_as_json() -> bytes:
    file = schemas_root() / "meta" / "fixture.yaml"
    schema, _ = read_yaml(file.read_text(encoding="utf-8"), str(file))
    return (json.dumps(schema, indent=2) + "\n").encode()


def _named(members: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    for name, content in members:
        yield f"pixelproof-fixtures/{name}", content


def _zipped(members: Sequence[tuple[str, bytes]]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in _named(members):
            entry = zipfile.ZipInfo(name, _OLDEST)
            entry.create_system = 3  # Unix everywhere, so that the permissions below are the same everywhere
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()


def _tarred(members: Sequence[tuple[str, bytes]]) -> bytes:
    buffer = BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name, content in _named(members):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, BytesIO(content))
    return buffer.getvalue()
