"""Waivers, chosen forms, the step summary and the settings file of ``pixelproof audit``."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from .commands import Command, report
from .traffic_lines import GOOD, line, refusal, write_lines

AUDIT = ("audit", "a.jsonl", "--dialect", "openai")
WRONG = {**GOOD, "n": 11}
N = "openai/generations/n-outside-1-to-10"


@pytest.fixture(autouse=True)
def log(command: Command, tmp_path: Path) -> None:
    """A request that is wrong and was accepted."""
    write_lines(tmp_path / "a.jsonl", line(WRONG), line())


def waive(requirement: str, path: str = "pixelproof-waivers.yaml", **more: str) -> None:
    """A file with one waiver."""
    facts = {"requirement": requirement, "reason": "known to the vendor", **more}
    Path(path).write_text("waivers:\n  - " + "\n    ".join(f"{key}: {value}" for key, value in facts.items()) + "\n")


def findings(command: Command, *words: str) -> dict[str, list[Any]]:
    """The findings of both sides as the audit prints them."""
    told: dict[str, Any] = json.loads(command(*AUDIT, "--format", "json", *words).out)
    return {side: told[side] for side in ("provider", "client")} | {"waivers": told["waivers"]}


def test_a_waived_failure_is_shown_and_does_not_count(command: Command) -> None:
    """In the usual file, or in a named one; every form says why."""
    assert command(*AUDIT).status == 1
    waive(N, expires="2099-01-01")
    found = command(*AUDIT, "--out", "out")
    assert found.status == 0
    assert f"  waived  {N}" in found.out
    assert "waived   known to the vendor (until 2099-01-01)" in found.out
    assert "The provider broke 1 requirement (1 waived), clients broke 1 requirement." in " ".join(found.out.split())
    told = report(Path("out"))
    (failed,) = [one for one in told["results"] if one["outcome"] == "fail"]
    assert failed["waived"] == failed["failures"][0]["waived"]
    assert (told["exit_status"], told["waived_results"], told["waivers"][0]["state"]) == (0, 1, "used")
    Path("pixelproof-waivers.yaml").rename("other.yaml")
    assert command(*AUDIT, "--waivers", "other.yaml").status == 0
    assert command(*AUDIT, "--waivers", "other.yaml", "--no-waivers").status == 1


def test_waivers_are_for_the_sides_that_count(command: Command) -> None:
    """With --fail-on client they are for what clients sent, and the provider's findings stay as they are."""
    waive(N)
    waived = {
        chosen: {
            side
            for side in ("provider", "client")
            for one in findings(command, "--fail-on", chosen)[side]
            if one["waived"] is not None
        }
        for chosen in ("provider", "client", "both")
    }
    assert waived == {"provider": {"provider"}, "client": {"client"}, "both": {"provider", "client"}}
    assert command(*AUDIT, "--fail-on", "both").status == 0
    write_lines(Path("a.jsonl"), line({**GOOD, "n": 0}, 400, answer=refusal("n")))
    assert command(*AUDIT, "--fail-on", "client").status == 0
    assert command(*AUDIT, "--fail-on", "client", "--no-waivers").status == 1


def test_strict_waivers_count_what_needs_a_hand(command: Command) -> None:
    """A waiver of what the provider keeps is told, and is an exit status of 1 only under --strict-waivers."""
    write_lines(Path("a.jsonl"), line({**GOOD, "n": 0}, 400, answer=refusal("n")))
    waive(N)
    found = command(*AUDIT)
    assert found.status == 0
    assert f"The waiver of {N} (pixelproof-waivers.yaml:2) is not needed any more" in found.out
    strict = command(*AUDIT, "--strict-waivers", "--quiet")
    assert (strict.status, strict.out) == (1, "")
    assert strict.err == "exit status 1 by --strict-waivers: 1 waiver needs a hand, see the notes of the report\n"


def test_nothing_is_said_about_waivers_where_nothing_was_judged(command: Command) -> None:
    """An empty log does not say that a waiver fits nothing."""
    Path("a.jsonl").write_text("")
    waive(N)
    found = command(*AUDIT)
    assert (found.status, found.out) == (3, "Nothing was judged: no exchange stands in what was read.\n")


def test_an_audit_can_be_waived_like_a_run(command: Command) -> None:
    """`waive` reads the folder of an audit; the audit is green with what it writes."""
    command(*AUDIT, "--out", "out")
    assert command("waive", "out", "--reason", "known").out == "pixelproof-waivers.yaml: 1 waiver added\n"
    assert command(*AUDIT).status == 0


def test_only_the_forms_that_were_asked_for_are_written(command: Command) -> None:
    """Into the folder, or to a file without any folder."""
    command(*AUDIT, "--out", "out", "--report", "csv", "--report", "junit=here/audit.xml")
    assert {path.name for path in Path("out").iterdir()} == {"audit.json", "report.json", "results.csv"}
    suites = ElementTree.parse("here/audit.xml").getroot()
    assert suites.get("failures") == "1"
    command(*AUDIT, "--report", "sarif=audit.sarif")
    assert json.loads(Path("audit.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == N
    for words, said in (
        (("--report", "junit"), "--report junit has no folder; name one with --out DIR, or a file: junit=FILE"),
        (("--report", "pdf"), "--report 'pdf': 'pdf' is no form; known are json,"),
    ):
        found = command(*AUDIT, *words)
        assert (found.status, found.out) == (2, "")
        assert said in found.line


def test_the_summary_of_a_step_has_the_providers_side(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Appended to the file that CI names, without any folder."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    Path("summary.md").write_text("before\n")
    assert command(*AUDIT, "--step-summary", "--quiet").status == 1
    text = Path("summary.md").read_text("utf-8")
    assert text.startswith("before\n## ")
    assert N in text
    assert "Clients broke 1 requirement" in text


def test_a_report_that_cannot_be_written_is_shown(command: Command) -> None:
    """What was judged is on the terminal even with --quiet, then one line says which file was not written."""
    Path("out/report.html").mkdir(parents=True)
    found = command(*AUDIT, "--out", "out", "--quiet")
    assert found.status == 2
    assert found.line == "out/report.html: cannot be written (Is a directory); make room or name another folder"
    assert "The provider broke 1 requirement" in found.out
    assert json.loads(Path("out/audit.json").read_text("utf-8"))["counts"]["judged"] == 2


def test_settings_hold_for_an_audit(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the top of the file, its own table, and a target; the report says where each comes from."""
    waive(N, "known.yaml")
    write_lines(Path("a.jsonl"), line({**WRONG, "model": "pics"}, path="/draw"))
    Path("pixelproof.toml").write_text(
        'dialect = "openai"\nreports = ["junit", "csv=audit.csv"]\n[audit]\nwaivers = "known.yaml"\n'
        'strict-waivers = true\nroutes = { "/draw" = "generations" }\n'
        '[targets.a]\nmodel-aliases = { "gpt-image-1" = "pics" }\n'
    )
    found = command("audit", "a.jsonl", "--target", "a", "--out", "out")
    assert found.status == 0
    assert {path.name for path in Path("out").iterdir()} == {"audit.json", "report.json", "junit.xml"}
    configuration = report(Path("out"))["configuration"]
    assert configuration["model_aliases"] == {"gpt-image-1": "pics"}
    assert configuration["settings"]["routes"] == {"value": ["/draw=generations"], "from": "pixelproof.toml:6"}
    # Without a folder a form of the settings file waits for one, and a file of its own is written.
    Path("audit.csv").unlink()
    assert command("audit", "a.jsonl", "--target", "a").status == 0
    assert N in Path("audit.csv").read_text("utf-8")
    # As other paths of the file this one is from its folder, wherever the command runs.
    Path("audit.csv").unlink()
    Path("below").mkdir()
    monkeypatch.chdir("below")
    assert command("audit", "../a.jsonl", "--target", "a").status == 0
    assert N in Path("../audit.csv").read_text("utf-8")
    monkeypatch.chdir("..")
    assert command("audit", "a.jsonl", "--no-config").line.startswith("whose document? Name it with --dialect, or in")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dialect = 'openai'\n[audit]\nroutes = { '/draw' = 'edits' }", "3: --route /draw=edits: the dialect 'openai'"),
        (
            "dialect = 'openai'\n[audit]\nmodel-aliases = { 'gpt' = 'x' }",
            "3: --model-alias gpt=...: openai has no such",
        ),
        (
            "dialect = 'openai'\n[audit]\nfail-on = 'me'",
            '3: audit.fail-on is "me"; it is one of provider, client, both',
        ),
        ("dialect = 'openai'\nreports = ['pdf']", "2: --report 'pdf': 'pdf' is no form"),
    ],
)
def test_check_knows_what_an_audit_knows(command: Command, text: str, told: str) -> None:
    """A wrong name is told with its line before any traffic is there."""
    Path("pixelproof.toml").write_text(text)
    found = command("config", "check")
    assert found.status == 2
    assert found.out.startswith(f"pixelproof.toml:{told}")
