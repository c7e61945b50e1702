import json
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from pixelproof import Exchange, UsageError, known_dialects, load_dialect
from pixelproof._compiled import BoundRule, Broken, CompiledSection
from pixelproof_conformance import fixtures as module
from pixelproof_conformance.fixture_check import check_fixtures
from pixelproof_conformance.fixtures import Fixture, expand, fixtures_root, load_fixtures, pack

FIXTURES = load_fixtures()


def written(folder: Path, content: object, name: str = "openai/generations/n-outside-1-to-10/flagged-x.json") -> Path:
    """Write a fixture below ``folder`` and return the folder."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return folder


def loaded(folder: Path, content: dict[str, object]) -> Fixture:
    """Return the one fixture with this content; its pictures are our own."""
    (folder / "pictures").symlink_to(fixtures_root() / "pictures")
    [fixture] = load_fixtures(written(folder, {"description": "A test.", "on": "request", **content}))
    return fixture


@pytest.mark.parametrize("name", known_dialects())
def test_the_fixtures_of_every_dialect_are_right(name: str) -> None:
    """They have the documented form and get the expected verdict, and each checkable requirement has both kinds."""
    failures = check_fixtures(load_dialect(name))
    assert not failures, f"{len(failures)} failures:\n" + "\n".join(failures)


@pytest.mark.parametrize("name", known_dialects())
def test_a_rule_that_flags_a_message_says_that_it_applies(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a requirement could be broken by what is not counted as putting it to the test."""
    flagged: set[str] = set()

    def checked(section: CompiledSection, rules: tuple[BoundRule, ...], exchange: Exchange) -> list[Broken]:
        found = broken_rules(section, rules, exchange)
        for bound in rules:
            if list(bound.rule.check(exchange, bound.parameters)):
                flagged.add(bound.rule.name)
                assert bound.requirement in section.rules_put_to_test(exchange), bound.requirement
        return found

    broken_rules = CompiledSection.broken_rules
    monkeypatch.setattr(CompiledSection, "broken_rules", checked)
    dialect = load_dialect(name)
    for fixture in FIXTURES:
        if fixture.path.startswith(f"{name}/"):
            module.judge(fixture, dialect=dialect)
    assert len(flagged) > 15


def test_every_fixture_belongs_to_a_dialect() -> None:
    """A renamed or deleted dialect leaves no fixtures behind."""
    assert {fixture.path.partition("/")[0] for fixture in FIXTURES} == set(known_dialects())


def test_the_fixtures_stay_small() -> None:
    """All files together stay below 2 MB, so that other projects can copy them."""
    assert sum(path.stat().st_size for path in fixtures_root().rglob("*") if path.is_file()) < 2_000_000


def test_a_fixture_knows_its_requirement_and_kind(tmp_path: Path) -> None:
    """Both come from the path."""
    folder = written(tmp_path, {"on": "answer"}, "acme/edits/too-small/allowed-square.json")
    [fixture] = load_fixtures(folder)
    assert (fixture.requirement, fixture.flagged, fixture.on) == ("acme/edits/too-small", False, "answer")
    assert fixture.root == tmp_path


@pytest.mark.parametrize(
    ("placeholder", "expansion"),
    [
        ({"$repeat": "ab", "times": 3}, "ababab"),
        ({"$repeat": "ab", "times": 0}, ""),
        ({"$base64": "texü"}, "dGV4w7w="),
        ({"$join": ["x", {"$repeat": "y", "times": 2}, {"$base64": ""}]}, "xyy"),
        ({"$picture": "png-64x64.png", "first": 4}, "iVBORw=="),
        ({"$picture": "jpeg-64x64.jpg", "first": 3, "as": "data-url"}, "data:image/jpeg;base64,/9j/"),
        ({"$picture": "webp-64x64.webp", "first": 4, "then": "!", "grown-to": 6}, "UklGRiEA"),
    ],
)
def test_placeholders_become_text(tmp_path: Path, placeholder: object, expansion: str) -> None:
    """Each placeholder stands for the text that the README says, at any depth."""
    fixture = loaded(tmp_path, {"request": {"a": [placeholder, 1], "b": None}})
    assert expand(fixture).message == {"a": [expansion, 1], "b": None}


def test_raw_and_files_become_bytes(tmp_path: Path) -> None:
    """Text becomes UTF-8; a picture is base64 in `raw` and its bytes in a file."""
    picture = {"$picture": "png-64x64.png", "first": 4}
    fixture = loaded(
        tmp_path,
        {
            "raw": {"$join": ["ü", {"$bytes": "/w=="}, picture, {**picture, "as": "bytes"}]},
            "files": [{"field": "image", "content": picture, "filename": "a.png"}],
        },
    )
    expanded = expand(fixture)
    assert expanded.message == b"\xc3\xbc\xffiVBORw==\x89PNG"
    [file] = expanded.files
    assert (file.field, file.content, file.filename, file.content_type) == ("image", b"\x89PNG", "a.png", None)


def test_the_request_that_was_answered_is_kept_apart(tmp_path: Path) -> None:
    """On an answer, `request` is what it replies to; without it, the request is unknown."""
    known = loaded(tmp_path, {"on": "answer", "answer": {"created": 0}, "request": {"prompt": {"$base64": "x"}}})
    assert (expand(known).message, expand(known).request) == ({"created": 0}, {"prompt": "eA=="})
    unknown = Fixture(known.file, known.path, {"on": "stream", "events": []})
    assert (expand(unknown).message, expand(unknown).request) == ([], None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"request": {"$nothing": 1}}, r'flagged-x\.json: unknown placeholder \{"\$nothing": 1\}'),
        ({"request": {"prompt": {"$picture": "../README.md"}}}, "README.md', which is not in"),
        ({"request": {"prompt": {"$bytes": "/w=="}}}, "stands for bytes, and bytes are no JSON value"),
    ],
)
def test_wrong_placeholders_are_told(tmp_path: Path, content: dict[str, object], words: str) -> None:
    """A placeholder that cannot be expanded is an error that names the file."""
    with pytest.raises(UsageError, match=words):
        expand(loaded(tmp_path, content))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("openai/generations/x/flagged-a.json", "{", "is not JSON in UTF-8"),
        ("openai/generations/x/flagged-a.json", "[]", "holds list; a fixture is a JSON object"),
        ("openai/generations/x/broken-a.json", "{}", "a fixture stands at DIALECT/OPERATION/FLAW"),
        ("openai/flagged-a.json", "{}", "a fixture stands at DIALECT/OPERATION/FLAW"),
    ],
)
def test_files_that_are_no_fixtures_are_told(tmp_path: Path, name: str, content: str, words: str) -> None:
    """A file at the wrong place, with the wrong name or without an object is an error that names it."""
    with pytest.raises(UsageError, match=words) as caught:
        load_fixtures(written(tmp_path, content, name))
    assert str(tmp_path / name) in str(caught.value)


def test_a_missing_folder_is_told() -> None:
    """A folder that does not exist is an error that shows it."""
    with pytest.raises(UsageError, match=r"'/no/such/folder' is not a folder"):
        load_fixtures("/no/such/folder")


def test_an_installed_package_has_no_fixtures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside an installed package there is no folder of fixtures, and the error says where to find one."""
    monkeypatch.setattr(module, "__file__", str(tmp_path / "site-packages" / "pixelproof_conformance" / "fixtures.py"))
    with pytest.raises(UsageError, match="not part of the installed package; name the folder fixtures/"):
        load_fixtures()


@pytest.mark.parametrize("ending", ["zip", "tar.gz"])
def test_an_archive_holds_everything_and_is_reproducible(tmp_path: Path, ending: str) -> None:
    """Two archives are equal to the byte, whatever the times of the files, and hold README, schema and pictures."""
    folder = written(tmp_path / "fixtures", {"on": "request"})
    (folder / "README.md").write_text("About.\n", encoding="utf-8")
    (folder / "pictures").mkdir()
    (folder / "pictures" / "dot.png").write_bytes(b"\x89PNG")
    assert pack(tmp_path / f"one.{ending}", root=folder) == 1
    os.utime(folder / "README.md", (0, 0))
    pack(tmp_path / f"two.{ending}", root=folder)
    packed = tmp_path / f"one.{ending}"
    assert packed.read_bytes() == (tmp_path / f"two.{ending}").read_bytes()
    if ending == "zip":
        with zipfile.ZipFile(packed) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    else:
        with tarfile.open(packed) as archive:
            members = {name: archive.extractfile(name).read() for name in archive.getnames()}  # type: ignore[union-attr]
    top = "pixelproof-fixtures/"
    schema = json.loads(members.pop(f"{top}fixture.schema.json"))
    assert schema["properties"]["expect"]["required"] == ["verdict"]
    assert members == {
        f"{top}README.md": b"About.\n",
        f"{top}openai/generations/n-outside-1-to-10/flagged-x.json": b'{"on": "request"}',
        f"{top}pictures/dot.png": b"\x89PNG",
    }


def test_all_of_our_fixtures_can_be_packed(tmp_path: Path) -> None:
    """Without a root, every fixture of the checkout goes into the archive."""
    assert pack(tmp_path / "all.zip") == len(FIXTURES)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert sum(name.endswith(".json") for name in archive.namelist()) == len(FIXTURES) + 1


@pytest.mark.parametrize("name", ["all.rar", "no-such-folder/all.zip"])
def test_an_archive_that_cannot_be_written_is_told(tmp_path: Path, name: str) -> None:
    """Another ending, or a folder that does not exist, is an error that shows the path."""
    with pytest.raises(UsageError, match=name):
        pack(tmp_path / name)
