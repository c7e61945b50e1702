"""Rule plugins as a whole: each is documented, named like its file, and used."""

import re
from importlib import import_module
from pathlib import Path

import jsonschema
import pixelproof
import pytest
from pixelproof import DialectError, known_dialects, load_dialect
from pixelproof import rules as package
from pixelproof._load import build
from pixelproof.rules import Rule, find_rule, rule

FILES = sorted(path for path in Path(package.__file__).parent.glob("*.py") if path.name != "__init__.py")
DIALECTS = [build(load_dialect(name).folder) for name in known_dialects()]


def rule_of(file: Path) -> Rule | None:
    """Return the rule that has the name of a file."""
    return find_rule(file.stem.replace("_", "-"))


RULES = {file: found for file in FILES if not file.stem.startswith("_") and (found := rule_of(file))}


def test_every_file_holds_the_rule_of_its_name() -> None:
    """The file of a rule is named for it, and so is its function."""
    for file in FILES:
        if file.stem.startswith("_"):
            continue
        found = rule_of(file)
        assert found is not None, f"{file.name} holds no rule named {file.stem.replace('_', '-')}"
        assert found.check.__name__ == file.stem


def test_every_file_holds_one_rule() -> None:
    """One flaw a file: only one function of a module is a rule."""
    for file in RULES:
        assert file.read_text(encoding="utf-8").count("\n@rule(") == 1, file.name


@pytest.mark.parametrize("word", ["Why:", "Flagged:", "Allowed:", "Keep:"])
def test_every_rule_has_its_page(word: str) -> None:
    """The docstring says in a sentence what is flagged, why it matters, and gives an example of each side."""
    for file, found in RULES.items():
        lines = [line.strip() for line in found.page.splitlines()]
        assert lines[0].endswith("."), file.name
        assert sum(line.startswith(word) for line in lines) == 1, f"{file.name}: {word}"


def test_every_module_says_what_it_flags() -> None:
    """The first line of each file is a sentence."""
    for file in FILES:
        module = import_module(f"pixelproof.rules.{file.stem}")
        assert re.fullmatch(r"[A-Z].*\.", (module.__doc__ or "").splitlines()[0]), file.name


def test_every_rule_is_used() -> None:
    """Each rule is bound by some dialect, as a rule or as a keyword."""
    used = set()
    for file in (path for dialect in known_dialects() for path in load_dialect(dialect).folder.glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        used |= set(re.findall(r"\brule: ([a-z0-9-]+)", text))
        used |= {name[2:] for name in re.findall(r"\bx-[a-z0-9-]+(?=:)", text)}
    assert sorted({found.name for found in RULES.values()} - used) == []


def test_parameters_are_schemas() -> None:
    """The parameters of each rule are described by a JSON Schema that refuses unknown ones."""
    for file, found in RULES.items():
        jsonschema.Draft202012Validator.check_schema(found.parameters)
        if found.parameters.get("type") == "object":
            assert found.parameters["additionalProperties"] is False, file.name


def test_every_id_is_unique() -> None:
    """No two requirements of all dialects have one id, and each names its dialect and operation."""
    entries = [entry for dialect in DIALECTS for entry in dialect["requirements"]]
    names = [entry["id"] for entry in entries]
    assert len(set(names)) == len(names) > 100
    for entry in entries:
        assert entry["id"].startswith(f"{entry['dialect']}/{entry['operation']}/")


def test_every_requirement_can_be_read() -> None:
    """Each statement is a sentence of its own, has a source, and a reason where it cannot be checked."""
    for dialect in DIALECTS:
        seen: dict[tuple[str, str], str] = {}
        for entry in dialect["requirements"]:
            assert re.fullmatch(r"[A-Z].*\.", entry["says"]), entry["id"]
            assert re.fullmatch(r"[\w.-]+#[\w.-]+", entry["source"]), entry["id"]
            assert entry["on"] != "document" or entry["reason"], entry["id"]
            other = seen.setdefault((entry["operation"], entry["says"]), entry["id"])
            assert other == entry["id"] or entry["outcome"] != "INVALID", f"{entry['id']} says what {other} says"


def test_a_rule_is_registered_under_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The decorator returns its function and keeps what it looks at."""
    monkeypatch.setattr(package, "_RULES", dict(package._RULES))

    @rule("too-blue", on=("answer", "stream"))
    def too_blue(exchange: object, parameters: dict[str, object]) -> list[pixelproof.Seen]:
        """The picture is too blue."""
        return []

    found = find_rule("too-blue")
    assert found is not None
    assert (found.name, found.on, found.check, found.page) == (
        "too-blue",
        ("answer", "stream"),
        too_blue,
        "The picture is too blue.",
    )
    assert found.parameters == {"type": "object", "additionalProperties": False}


@pytest.mark.parametrize("name", ["no-such-rule", "", "a b", "../duplicate-key", "__init__", "os"])
def test_an_unknown_rule(name: str) -> None:
    """A name that nobody has is no rule, whatever it looks like."""
    assert find_rule(name) is None


def installed(folder: Path, entry_points: str) -> None:
    """Put the metadata of a distribution with these entry points into a folder."""
    info = folder / "acme_pixelproof-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-pixelproof\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(entry_points, encoding="utf-8")


def test_a_rule_of_another_distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule is found through the entry point that has its name."""
    installed(tmp_path, "[pixelproof.rules]\nacme-watermark = acme_rules_for_test\n")
    (tmp_path / "acme_rules_for_test.py").write_text(
        "from pixelproof import Seen, rule\n"
        "@rule('acme-watermark', on='answer')\n"
        "def acme_watermark(exchange, parameters):\n"
        "    '''The picture has no watermark.'''\n"
        "    yield Seen(('data',))\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(package, "_RULES", dict(package._RULES))
    monkeypatch.syspath_prepend(str(tmp_path))
    found = find_rule("acme-watermark")
    assert found is not None
    assert found.page == "The picture has no watermark."
    assert find_rule("acme-other") is None


def test_a_plugin_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin that cannot be imported is told with its name and its own error."""
    installed(tmp_path, "[pixelproof.rules]\nacme-broken = acme_no_such_module\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(DialectError, match=r"plugin 'acme-broken' of .*: 'acme_no_such_module' cannot be imported"):
        find_rule("acme-broken")


def test_a_plugin_that_registers_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point whose module registers something else is told, for nobody would find its rule."""
    installed(tmp_path, "[pixelproof.rules]\nacme-silent = acme_silent_for_test\n")
    (tmp_path / "acme_silent_for_test.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(DialectError, match=r"'acme-silent' of .* registers no rule of this name"):
        find_rule("acme-silent")
