"""The example dialect: its fixtures, its faults, and the verbs that take it."""

import json
from pathlib import Path

import pytest
from pixelproof import Dialect, known_dialects, load_dialect
from pixelproof.cli import main
from pixelproof_conformance.fixture_check import check_fixtures
from pixelproof_conformance.gateway.faults import faults_of
from pixelproof_conformance.gateway.running import running_gateway
from pixelproof_conformance.kill_table import kills_of
from pixelproof_conformance.plan import make_plan
from pixelproof_conformance.subject import subjects_of

HERE = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def dialect() -> Dialect:
    """Return the dialect, found by a path as the README does it."""
    return load_dialect("brightpixel", dialect_path=(HERE,))


def test_the_fixtures_are_right(dialect: Dialect) -> None:
    """Each gets its verdict, and each requirement that can be checked has both kinds."""
    assert check_fixtures(dialect, HERE / "fixtures") == []


def test_every_requirement_on_requests_has_a_case(dialect: Dialect) -> None:
    """The plan for each model of each operation leaves nothing out."""
    without = [
        name
        for operation in map(dialect.operation, dialect.operations)
        for subject in subjects_of(dialect, operation)
        for name in make_plan(subject).without_case
    ]
    assert without == []


def test_every_fault_is_found_and_nothing_else(dialect: Dialect) -> None:
    """A run against the gateway without faults blames nothing; with each fault it blames its requirement."""
    kills = [*kills_of(dialect, narrow=True)]
    clean = kills[0]
    assert clean.fault is None
    assert clean.others == ()
    assert clean.requests > 300
    assert [kill.fault.name for kill in kills[1:] if kill.fault and not kill.found] == []
    of_wire = [kill for kill in kills if kill.fault and kill.fault.kind == "wire"]
    assert len(kills) - len(of_wire) == len(faults_of(dialect)) + 1
    assert len(of_wire) > 20


def test_every_checkable_requirement_has_a_fault(dialect: Dialect) -> None:
    """The faults are made from the declarations, and none is missing."""
    checkable = {name for name, facts in dialect.requirements.items() if facts.checkable}
    assert {name for fault in faults_of(dialect) for name in fault.requirements} == checkable


def test_a_whole_run_conforms(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, dialect: Dialect) -> None:
    """The verb, found by the search path variable, ends with 0; the journal can be judged again."""
    monkeypatch.setenv("PIXELPROOF_DIALECT_PATH", str(HERE))
    monkeypatch.setenv("BRIGHTPIXEL_API_KEY", "any")
    run = tmp_path / "run"
    with running_gateway((dialect,), key="any") as gateway:
        words = ["run", gateway.url, "--dialect", "brightpixel", "--out", str(run), "--quiet", "--seed", "1"]
        assert main([*words, "--model", "icon-1", "--model", "photo-2"]) == 0
    results = json.loads((run / "report.json").read_text(encoding="utf-8"))["results"]
    assert {one["outcome"] for one in results} <= {"pass", "not-run"}
    named = {one["requirement"] for one in results if not one["requirement"].startswith("wire/")}
    assert named == {one["requirement"] for one in results if one["outcome"] == "pass"} & named
    monkeypatch.delenv("PIXELPROOF_DIALECT_PATH")
    assert main(["judge", str(run), "--dialect-path", str(HERE)]) == 0


def test_the_search_path_variable_is_enough(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every verb that takes a dialect finds it without --dialect-path."""
    monkeypatch.setenv("PIXELPROOF_DIALECT_PATH", str(HERE))
    assert "brightpixel" in known_dialects()
    for words in (
        ["rules", "--dialect", "brightpixel"],
        ["explain", "brightpixel/edits/image-too-large"],
        ["plan", "--dialect", "brightpixel", "--operation", "edits", "--format", "json"],
        ["serve", "--dialect", "brightpixel", "--list-faults"],
        ["export", "openapi", "--dialect", "brightpixel"],
        ["kill-table", "--dialect", "brightpixel", "--fault", "n-not-a-whole-number"],
        ["completion", "bash"],
    ):
        assert main(words) == 0, words
        assert "brightpixel" in capsys.readouterr().out, words
