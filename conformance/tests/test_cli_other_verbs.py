"""The verbs ``judge``, ``compare``, ``export`` and ``kill-table`` on the command line."""

import json
import shutil
import tarfile
from pathlib import Path

import pytest
import yaml
from pixelproof_conformance.gateway.running import RunningGateway

from .commands import Command, report

SHORT = ("--dialect", "openai", "--model", "dall-e-3", "--only", "n-", "--examples", "0", "--quiet")


@pytest.fixture
def ran(command: Command, openai_gateway: RunningGateway) -> Path:
    """The folder of a short run."""
    assert command("run", openai_gateway.url, *SHORT, "--out", "run").status == 0
    return Path("run")


def test_judge_writes_the_reports_anew(command: Command, ran: Path) -> None:
    """Without the endpoint, from the journal alone; the report stands on standard output."""
    before = report(ran)
    (ran / "report.json").unlink()
    found = command("judge", ran)
    assert found.status == 0
    assert "Conforms" in found.out
    assert report(ran)["results"] == before["results"]
    assert report(ran)["counts"] == before["counts"]


def test_judge_can_write_elsewhere(command: Command, ran: Path) -> None:
    """The folder of the run stays as it is."""
    assert command("judge", ran, "--out", "other").status == 0
    assert report(Path("other"))["totals"] == report(ran)["totals"]


def test_judge_takes_the_journal_itself(command: Command, ran: Path) -> None:
    """A journal that was moved is judged where it lies."""
    Path("other").mkdir()
    shutil.copy(ran / "journal.jsonl", "other/moved.jsonl")
    assert command("judge", "other/moved.jsonl").status == 0
    assert report(Path("other"))["totals"] == report(ran)["totals"]


def test_judge_fails_what_the_journal_shows(command: Command, ran: Path) -> None:
    """A refusal that has become an acceptance in the journal is a failure, with status 1."""
    journal = ran / "journal.jsonl"
    lines = journal.read_text("utf-8").rstrip("\n").split("\n")
    good = json.loads(lines[1])
    wrong = json.loads(lines[2]) | {"status": 200, "body": good["body"], "headers": good["headers"]}
    journal.write_text("\n".join([*lines[:2], json.dumps(wrong), *lines[3:], ""]), "utf-8")
    found = command("judge", ran)
    assert found.status == 1
    assert wrong["case"].split("/")[3] in found.out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "there is no journal {path}; name the folder of a run"),
        (b"", "{path} is no journal; its first line must have the format pixelproof-journal/1"),
        (b"\xff\xfe\x00garbage", "{path} is no journal; its first line must have the format pixelproof-journal/1"),
        (b"[]\n", "{path} is no journal; its first line must have the format pixelproof-journal/1"),
        (
            b'{"format": "pixelproof-journal/9"}\n',
            "{path} has the format pixelproof-journal/9; this version reads pixelproof-journal/1",
        ),
        (
            b'{"format": "pixelproof-journal/1"}\n',
            "the configuration of the journal is not that of a run (KeyError('url')); name the folder of a run",
        ),
    ],
    ids=["missing", "empty", "garbage", "array", "newer", "bare"],
)
def test_judge_of_what_is_no_run_ends_in_one_line(command: Command, content: bytes | None, told: str) -> None:
    """The line names the file and what it should be."""
    Path("folder").mkdir()
    path = Path("folder/journal.jsonl")
    if content is not None:
        path.write_bytes(content)
    found = command("judge", "folder")
    assert (found.status, found.line) == (2, told.format(path=path))


def test_judge_leaves_a_torn_last_line_out(command: Command, ran: Path) -> None:
    """What a kill left half written is no reason to give up."""
    with (ran / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"case": "generations/da')
    assert command("judge", ran).status == 0


def test_judge_and_resume_name_a_damaged_line(command: Command, openai_gateway: RunningGateway, ran: Path) -> None:
    """A damaged line in the middle is not passed over, for it may have been paid for."""
    journal = ran / "journal.jsonl"
    lines = journal.read_text("utf-8").rstrip("\n").split("\n")
    journal.write_text("\n".join([*lines[:2], "garbage", *lines[2:], ""]), "utf-8")
    told = (
        "line 3 of run/journal.jsonl is damaged: it is no JSON object; take the line out, and a resumed run sends its"
    )
    for words in (("judge", ran), ("run", openai_gateway.url, *SHORT, "--resume", ran)):
        found = command(*words)
        assert found.status == 2
        assert found.line.startswith(told)


def test_compare_of_equal_runs_ends_with_0(command: Command, ran: Path) -> None:
    """Nothing is new."""
    found = command("compare", ran, ran / "report.json")
    assert found.status == 0
    assert "0 failures new, 0 repaired" in found.out


def test_compare_finds_what_is_new(command: Command, ran: Path) -> None:
    """A failure that the first run did not have is the status 1, in text and in Markdown."""
    shutil.copytree(ran, "later")
    journal = Path("later/journal.jsonl")
    lines = journal.read_text("utf-8").rstrip("\n").split("\n")
    good, refused = json.loads(lines[1]), json.loads(lines[2])
    wrong = refused | {"status": 200, "body": good["body"], "headers": good["headers"]}
    journal.write_text("\n".join([*lines[:2], json.dumps(wrong), *lines[3:], ""]), "utf-8")
    assert command("judge", "later").status == 1
    for form in ("text", "markdown"):
        found = command("compare", ran, "later", "--format", form)
        assert found.status == 1
        assert "1 failure new" in found.out
    assert command("compare", "later", ran).status == 0


def test_compare_tells_that_runs_are_of_different_dialects(command: Command, ran: Path) -> None:
    """It still compares, and says what makes the comparison doubtful."""
    other = report(ran) | {"dialect": "orq"}
    Path("other.json").write_text(json.dumps(other), "utf-8")
    found = command("compare", ran, "other.json")
    assert found.status == 0
    assert "The runs differ in their dialect: openai, orq." in " ".join(found.out.split())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run"], "1 run cannot be compared; name two or more"),
        (["run", "nowhere"], "nowhere: cannot be read (No such file or directory); name a run folder or a report.json"),
        (["run", "empty"], "empty/report.json: cannot be read (No such file or directory); name a run folder"),
        (["run", "run/journal.jsonl"], "run/journal.jsonl: is not JSON (Extra data: line 2"),
        (["run", "list.json"], "list.json: is not a report: it has no \"pixelproof-report\" under the key 'format'"),
    ],
)
def test_compare_of_what_is_no_report_ends_in_one_line(
    command: Command, ran: Path, words: list[str], told: str
) -> None:
    """The line names the file and what to name instead."""
    Path("empty").mkdir()
    Path("list.json").write_text("[]", "utf-8")
    found = command("compare", *words)
    assert found.status == 2
    assert found.line.startswith(told)


def test_export_writes_an_openapi_document(command: Command) -> None:
    """To standard output, or to the file that is named."""
    printed = command("export", "openapi", "--dialect", "openai")
    written = command("export", "openapi", "--dialect", "openai", "--out", "api.yaml")
    assert yaml.safe_load(printed.out)["openapi"].startswith("3.1")
    assert (written.out, Path("api.yaml").read_text("utf-8")) == ("", printed.out)


def test_export_packs_the_fixtures(command: Command) -> None:
    """The archive that is named holds them, and its name is printed."""
    found = command("export", "fixtures", "--out", "all.tar.gz")
    assert (found.status, found.out) == (0, "all.tar.gz\n")
    with tarfile.open("all.tar.gz") as archive:
        assert len(archive.getnames()) > 100


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["openapi", "--dialect", "opnai"], "unknown dialect 'opnai'"),
        (["openapi", "--dialect", "openai", "--out", "nowhere/api.yaml"], "nowhere/api.yaml: cannot be written"),
        (["fixtures", "--out", "nowhere/all.tar.gz"], "'nowhere/all.tar.gz': cannot be written"),
        ([], "the following arguments are required: WHAT"),
    ],
)
def test_export_of_what_cannot_be_ends_in_one_line(command: Command, words: list[str], told: str) -> None:
    """What was wrong, with status 2."""
    found = command("export", *words)
    assert found.status == 2
    assert found.line.startswith(told)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_kill_table_says_whether_a_fault_is_found(command: Command, form: str) -> None:
    """The table has the fault that was named, and the sum."""
    words = ("--dialect", "openai", "--fault", "n-outside-1-to-10", "--format", form)
    found = command("kill-table", *words)
    assert found.status == 0
    assert "openai/generations/n-outside-1-to-10" in found.out
    assert "1 of 1 faults found" in found.out


def test_kill_table_knows_its_faults(command: Command) -> None:
    """A name that no fault has is wrong usage."""
    found = command("kill-table", "--dialect", "openai", "--fault", "no-such-fault")
    assert found.status == 2
    assert found.line.startswith("unknown fault 'no-such-fault'")
