import json
from pathlib import Path

from pixelproof_conformance.gateway.running import RunningGateway

from .commands import Command, records
from .test_har import flaws_of

SHORT = ["--dialect", "openai", "--model", "dall-e-3", "--only", "n-", "--seed", "7", "--quiet"]


def test_a_run_leaves_its_exchanges_as_an_archive(command: Command, openai_gateway: RunningGateway) -> None:
    """``--report har`` writes every exchange beside the report, as HAR 1.2 that says of which run it is."""
    assert command("run", openai_gateway.url, *SHORT, "--out", "run", "--report", "har").status == 0
    assert sorted(path.name for path in Path("run").iterdir()) == ["journal.jsonl", "report.json", "run.har"]
    archive = json.loads(Path("run/run.har").read_text("utf-8"))
    assert flaws_of(archive) == []
    assert [entry["_case"] for entry in archive["log"]["entries"]] == [one["case"] for one in records(Path("run"))]
    about = archive["log"]["_run"]
    assert (about["seed"], about["configuration"]["seed"], about["dialect"]) == ("7", 7, "openai")
    assert about["tool"].startswith("pixelproof ")
    assert about["sent"].endswith("no cost") or "$" in about["sent"]


def test_the_archive_is_the_same_however_it_is_asked_for(command: Command, openai_gateway: RunningGateway) -> None:
    """``run``, ``judge`` and ``export har`` write the same bytes, each where it was told to."""
    command("run", openai_gateway.url, *SHORT, "--out", "run", "--report", "har=ci/first.har", "--report", "csv")
    assert sorted(path.name for path in Path("run").iterdir()) == ["journal.jsonl", "report.json", "results.csv"]
    assert command("export", "har", "run", "--out", "third.har").status == 0
    assert Path("third.har").read_bytes() == Path("ci/first.har").read_bytes()
    assert command("judge", "run", "--report", "har=second.har").status == 0
    second, first = (json.loads(Path(name).read_text("utf-8"))["log"] for name in ("second.har", "ci/first.har"))
    assert second["entries"] == first["entries"]


def test_without_a_report_an_archive_says_what_the_journal_knows(
    command: Command, openai_gateway: RunningGateway
) -> None:
    """A journal alone still tells dialect, start and configuration."""
    command("run", openai_gateway.url, *SHORT, "--out", "run")
    Path("alone.jsonl").write_bytes(Path("run/journal.jsonl").read_bytes())
    assert command("export", "har", "alone.jsonl", "--out", "alone.har").status == 0
    archive = json.loads(Path("alone.har").read_text("utf-8"))
    assert flaws_of(archive) == []
    about = archive["log"]["_run"]
    assert sorted(about) == ["configuration", "dialect", "started"]
    assert (about["dialect"], about["configuration"]["seed"]) == ("openai", 7)


def test_an_archive_that_cannot_be_written_is_named(command: Command, openai_gateway: RunningGateway) -> None:
    """A folder in the place of the file ends the command with one line, and the report is there all the same."""
    Path("taken.har").mkdir()
    found = command("run", openai_gateway.url, *SHORT, "--out", "run", "--report", "har=taken.har")
    assert found.status == 2
    assert found.line.startswith("taken.har: cannot be written (Is a directory)")
    assert Path("run/report.json").is_file()


def test_a_form_that_nobody_knows_is_told_with_all_forms(command: Command) -> None:
    """The message names the archive among the forms."""
    found = command("run", "http://127.0.0.1:9", "--dialect", "openai", "--report", "pdf")
    assert found.status == 2
    assert found.line.endswith("shields, har")


def test_an_audit_has_no_archive_to_write(command: Command, tmp_path: Path) -> None:
    """Recorded traffic has no journal: the form is refused before anything is judged."""
    Path("traffic.jsonl").write_text('{"operation": "generations", "request": {}, "status": 400}\n', "utf-8")
    found = command("audit", "traffic.jsonl", "--dialect", "openai", "--report", "har", "--out", "audited")
    assert found.status == 2
    assert found.line.startswith("--report har needs the journal of a run, and recorded traffic has none")
    assert not (tmp_path / "audited").exists()
