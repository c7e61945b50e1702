import json
import re

import pytest
from pixelproof import known_dialects, load_dialect
from pixelproof.cli import main


def rules(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the verb prints."""
    assert main(["rules", *words]) == 0
    return capsys.readouterr().out


def test_order_of_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    """The requirements stand in the order of the document, one a line when nobody watches."""
    out = rules(capsys, "--dialect", "openai").splitlines()
    requirements = load_dialect("openai").requirements
    assert [line.split()[0] for line in out[1:]] == list(requirements)
    checked = sum(requirement.checkable for requirement in requirements.values())
    assert out[0].endswith(f": {len(requirements)} requirements, {len(requirements) - checked} of them not checkable")


def test_row(capsys: pytest.CaptureFixture[str]) -> None:
    """A row has id, outcome word, severity and statement."""
    out = rules(capsys, "--dialect", "openai")
    row = next(line for line in out.splitlines() if line.startswith("openai/generations/n-outside-1-to-10 "))
    assert re.fullmatch(r"\S+ +INVALID +error +From 1 to 10 images can be asked for\.", row)


def test_not_checkable(capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be checked is marked, with the reason."""
    out = rules(capsys, "--dialect", "openai")
    row = next(line for line in out.splitlines() if "url-lives-60-minutes" in line)
    assert re.search(r" - +not checkable +The address .* Not checkable: A run would have to wait", row)


def test_all_dialects(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a dialect all of them are listed."""
    out = rules(capsys)
    assert [name for name in known_dialects() if f"\n{name}/" in out] == known_dialects()


def test_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    """Outcome words choose, in either case of letters."""
    out = rules(capsys, "--outcome", "accept", "--outcome", "UNSTATED", "--format", "json", "--dialect", "openai")
    assert {entry["outcome"] for entry in json.loads(out)} == {"ACCEPT", "UNSTATED"}


def test_operation(capsys: pytest.CaptureFixture[str]) -> None:
    """An operation chooses among the dialects that have it."""
    out = json.loads(rules(capsys, "--operation", "variations", "--format", "json"))
    assert {entry["dialect"] for entry in out} == {"orq"}
    assert main(["rules", "--operation", "dreams"]) == 2
    assert "has no operation 'dreams'" in capsys.readouterr().err


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON has every field of a requirement, and whether it can be checked."""
    entries = json.loads(rules(capsys, "--dialect", "openai", "--format", "json"))
    requirement = load_dialect("openai").requirements["openai/generations/n-outside-1-to-10"]
    entry = next(entry for entry in entries if entry["id"] == requirement.id)
    assert entry == {**requirement._asdict(), "checkable": True}


def test_narrow_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal long statements go below the row, and no line is wider than the terminal."""
    monkeypatch.setattr("pixelproof.cli.rules.terminal_width", lambda: 90)
    out = rules(capsys, "--dialect", "openai", "--outcome", "R400", "--outcome", "UNSTATED").splitlines()
    assert all(len(line) <= 90 for line in out[1:])
    assert "    The document does not list this parameter and does not say what happens to it." in out


def test_unknown_dialect(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown dialect is wrong usage."""
    assert main(["rules", "--dialect", "nobody"]) == 2
    assert "unknown dialect 'nobody'" in capsys.readouterr().err


def test_wire_checks(capsys: pytest.CaptureFixture[str]) -> None:
    """They stand in the order of their table; as JSON with all that the table says."""
    out = rules(capsys, "--wire").splitlines()
    assert out[0] == f"Wire checks (wire.yaml): {len(out) - 1}"
    assert re.fullmatch(r"wire/refusals/web-page +WIRE +error +An error is never a web page\.", out[1])
    entries = json.loads(rules(capsys, "--wire", "--format", "json"))
    assert [entry["id"] for entry in entries] == [line.split()[0] for line in out[1:]]
    assert entries[0]["why"].startswith("SDKs parse the body of an error")


@pytest.mark.parametrize("words", [("--dialect", "openai"), ("--operation", "edits"), ("--outcome", "R400")])
def test_wire_checks_belong_to_no_dialect(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    """An option that chooses requirements is wrong usage beside them."""
    assert main(["rules", "--wire", *words]) == 2
    assert f"leave out {words[0]}" in capsys.readouterr().err
