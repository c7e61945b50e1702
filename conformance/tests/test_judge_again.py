"""``judge`` on journals as they are found: cut, killed, old, large, and under rules that have changed since."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pixelproof import UsageError, load_dialect
from pixelproof_conformance import stored_record
from pixelproof_conformance.audit import judge_again, run_audit
from pixelproof_conformance.gateway.running import RunningGateway
from pixelproof_conformance.journal import JournalError, read_journal
from pixelproof_conformance.plea import Plea
from pixelproof_conformance.reported import Report
from pixelproof_conformance.runner import Options
from pixelproof_conformance.stored_record import StoredRecord, read_stored

from .commands import KEY


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, openai_gateway: RunningGateway) -> Path:
    """The folder of a short run; tests copy it."""
    folder = tmp_path_factory.mktemp("run")
    plea = Plea(openai_gateway.url, "openai", models=("gpt-image-1",), options=Options(only=("n-", "size-"), seed=7))
    run_audit(plea, folder, key=KEY)
    return folder


def outcomes(report: Report) -> dict[str, str]:
    """The outcomes by requirement, of those that were judged."""
    return {
        result.requirement: result.outcome for result in report.results if result.outcome not in ("not-run", "disabled")
    }


def test_a_journal_that_was_cut_is_judged_as_far_as_it_goes(tmp_path: Path, ran: Path) -> None:
    """Wherever the cut is: what was judged before is judged alike, and nothing else."""
    content = (ran / "journal.jsonl").read_bytes()
    whole = outcomes(judge_again(ran))
    first = content.index(b"\n") + 1
    copy = tmp_path / "journal.jsonl"
    judged = set()
    for cut in range(first, len(content), max(1, len(content) // 12)):
        copy.write_bytes(content[:cut])
        found = outcomes(judge_again(copy))
        assert found.items() <= whole.items()
        judged.add(len(found))
    assert len(judged) > 2
    for cut in (0, 1, first // 2):
        copy.write_bytes(content[:cut])
        with pytest.raises(UsageError, match="is no journal"):
            judge_again(copy)


def test_the_journal_of_a_killed_run_is_judged(tmp_path: Path, openai_gateway: RunningGateway) -> None:
    """Kill -9 in the middle: everything that had come by then is in the report."""
    command = [sys.executable, "-m", "pixelproof", "run", openai_gateway.url, "--dialect", "openai", "--out", "run"]
    environment = {**os.environ, "OPENAI_API_KEY": KEY, "CI": "1"}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as run:
        assert run.stderr is not None
        assert b"25/" in run.stderr.readline()
        run.kill()
    lines = (tmp_path / "run/journal.jsonl").read_bytes().count(b"\n")
    report = judge_again(tmp_path / "run")
    assert 25 <= report.counts.requests <= lines
    assert report.totals()["pass"] > 10
    assert report.totals()["fail"] == 0


def test_a_journal_of_an_older_version_is_judged_and_of_another_format_refused(tmp_path: Path, ran: Path) -> None:
    """The version of the program is no reason; a format that is not known is."""
    header, _, rest = (ran / "journal.jsonl").read_text("utf-8").partition("\n")
    old = json.loads(header)
    copy = tmp_path / "journal.jsonl"
    copy.write_text(json.dumps(old | {"version": "0.0.1"}) + "\n" + rest, "utf-8")
    assert outcomes(judge_again(copy)) == outcomes(judge_again(ran))
    copy.write_text(json.dumps(old | {"format": "pixelproof-journal/0"}) + "\n" + rest, "utf-8")
    with pytest.raises(UsageError, match="has the format pixelproof-journal/0; this version reads"):
        judge_again(copy)


def test_a_journal_is_judged_by_the_rules_of_today(tmp_path: Path, ran: Path) -> None:
    """The run was content with any refusal; today the document promises status 400, and the journal has another one."""
    name = "openai/generations/n-outside-1-to-10"
    shutil.copytree(load_dialect("openai").folder, tmp_path / "dialects/openai")
    path = tmp_path / "dialects/openai/generations.yaml"
    before, mark, after = path.read_text("utf-8").partition(f"id: {name}")
    assert "outcome: INVALID" in after[:400]
    path.write_text(before + mark + after.replace("outcome: INVALID", "outcome: R400", 1), "utf-8")
    header, *lines = (ran / "journal.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    others = [one | {"status": 422} if "n-outside-1-to-10" in one["case"] else one for one in records]
    copy = tmp_path / "journal.jsonl"
    copy.write_text("\n".join([header, *map(json.dumps, others), ""]), "utf-8")
    assert outcomes(judge_again(copy))[name] == "pass"
    changed = judge_again(copy, dialect_path=(str(tmp_path / "dialects"),))
    assert outcomes(changed)[name] == "fail"
    (result,) = [result for result in changed.results if result.requirement == name]
    assert result.failures[0].message == "The status of the refusal is 422."


def test_large_records_stay_in_the_journal(tmp_path: Path, ran: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are read when they are needed, and judged like those in memory."""
    monkeypatch.setattr(stored_record, "LARGE_LINE", 1)
    _, plain = read_journal(ran / "journal.jsonl")
    _, stored = read_stored(ran / "journal.jsonl")
    assert {type(record) for record in stored} == {StoredRecord}
    assert [(one.case, one.sent, one.body, one.headers, one.content_type) for one in stored] == [
        (one.case, one.sent, one.body, one.headers, one.content_type) for one in plain
    ]
    with_stored = judge_again(ran)
    monkeypatch.setattr(stored_record, "LARGE_LINE", 1 << 40)
    assert with_stored == judge_again(ran)


def test_a_journal_that_changes_while_it_is_judged_is_told(
    tmp_path: Path, ran: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a record is not taken for a whole one."""
    monkeypatch.setattr(stored_record, "LARGE_LINE", 1)
    copy = Path(shutil.copy(ran / "journal.jsonl", tmp_path))
    _, stored = read_stored(copy)
    os.truncate(copy, copy.stat().st_size // 2)
    with pytest.raises(JournalError, match="has changed while it was read"):
        _ = stored[-1].body
