"""The verb ``evidence`` on the command line."""

from pathlib import Path

import pytest
from pixelproof_conformance.report.write import write_report

from .commands import KEY, Command
from .report_examples import failure, realistic, report, requirements, result


def test_a_run_is_put_on_the_shelf(command: Command) -> None:
    """The folder, the index and the exit status say that it is there; the index is up to date."""
    write_report(realistic(60, 3), Path("run"))
    found = command("evidence", "add", "run", "--name", "Gate", "--version", "1.0")
    assert found.status == 0
    assert "reports/gate-1.0/evidence.json" in found.out.splitlines()
    assert "| [Gate](gate-1.0/README.md) | 1.0 |" in Path("reports/README.md").read_text("utf-8")
    assert command("evidence", "index", "--check").status == 0


def test_a_run_with_a_secret_is_not(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every flaw is told with its place and without the secret, nothing is written, and the status is 1."""
    monkeypatch.setenv("GATEWAY_PASSWORD", "correct horse battery")
    entry = requirements()[15]
    flaws = [failure(entry, "a", answer="correct horse battery"), failure(entry, "a", curl=f"curl -H 'x: {KEY}'")]
    write_report(report([result(entry, "a", "fail", flaws)]), Path("run"))
    for words in (["add", "run", "--name", "Gate", "--version", "1"], ["check", "run"]):
        found = command("evidence", *words)
        assert found.status == 1
        lines = found.err.splitlines()
        assert lines[0] == "results[0].failures[0].answer: holds the value of a secret environment variable"
        assert lines[-1].startswith("Not fit to be published: ")
        assert "horse" not in found.out + found.err
        assert not Path("reports").exists()


def test_a_clean_run_is_told_to_be_fit(command: Command) -> None:
    """A check writes nothing."""
    write_report(realistic(60, 3), Path("run"))
    found = command("evidence", "check", "run")
    assert (found.status, found.out) == (0, "run: fit to be published\n")
    assert not Path("reports").exists()


def test_a_stale_index_is_told(command: Command) -> None:
    """The check names each stale page and ends with 1; writing mends it."""
    write_report(realistic(60, 3), Path("run"))
    command("evidence", "add", "run", "--name", "Gate", "--version", "1.0")
    Path("reports/README.md").write_text("old", "utf-8")
    found = command("evidence", "index", "--check")
    assert found.status == 1
    assert found.err == "reports/README.md is not what the folders say; run pixelproof evidence index\n"
    assert command("evidence", "index").out == "reports/README.md\n"
    assert command("evidence", "index", "--check").status == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["index", "--shelf", "nowhere"], "nowhere is not a folder; name the shelf with --shelf"),
        (["add", "nowhere", "--name", "a", "--version", "1"], "nowhere: cannot be read (No such file or directory)"),
        (["add", "run", "--name", "a"], "the following arguments are required: --version"),
        (["add", "run", "--name", "..", "--version", "1"], "--name '..' and --version '1' need letters or digits"),
        (["index", "--readme", "plain.md"], "plain.md has no place for the table; write <!-- evidence -->"),
    ],
)
def test_wrong_usage_ends_in_one_line(command: Command, words: list[str], told: str) -> None:
    """The line shows what is wrong and what to do."""
    write_report(realistic(20, 1), Path("run"))
    Path("reports").mkdir()
    Path("plain.md").write_text("# A", "utf-8")
    found = command("evidence", *words)
    assert found.status == 2
    assert found.line.startswith(told)
