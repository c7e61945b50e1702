"""Runs from start to report: journal, resumption, judging again."""

import json
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pixelproof import TargetError, UsageError
from pixelproof_conformance.audit import judge_again, plea_in, run_audit, run_folder
from pixelproof_conformance.budget import Caps
from pixelproof_conformance.client import Limits
from pixelproof_conformance.gateway.running import RunningGateway, running_gateway
from pixelproof_conformance.model import Record
from pixelproof_conformance.plan import Plan, make_plans
from pixelproof_conformance.plea import Plea
from pixelproof_conformance.reported import Report
from pixelproof_conformance.runner import Options
from pixelproof_conformance.stored_record import Bodies

from .commands import KEY, records
from .raw_server import RawServer, answer, keeps_saying

OPTIONS = Options(examples=8, seed=7)


def plea(url: str, **changes: object) -> Plea:
    """A run for one model with a few generated requests."""
    return replace(Plea(url, "openai", models=("gpt-image-1",), options=OPTIONS), **changes)  # type: ignore[arg-type]


def outcomes(report: Report) -> dict[str, str]:
    """The outcomes by requirement."""
    return {result.requirement: result.outcome for result in report.results}


def test_judging_again_says_what_the_run_said(tmp_path: Path) -> None:
    """The results of the journal are those of the run, generated requests and failures included; nothing is sent."""
    with running_gateway(("openai",), faults=("documented-quality-refused", "usage-does-not-add-up")) as gateway:
        report = run_audit(plea(gateway.url), tmp_path, key=KEY)
    again = judge_again(tmp_path)
    assert outcomes(report)["openai/generations/documented-quality-refused"] == "fail"
    assert any("/explore/" in record["case"] for record in records(tmp_path))
    assert again.counts == report.counts
    assert outcomes(again) == outcomes(report)
    assert [result.checks for result in again.results] == [result.checks for result in report.results]


def test_the_times_of_a_judged_journal_are_those_of_the_run(tmp_path: Path, openai_gateway: RunningGateway) -> None:
    """However long ago it was: start and end stand in the journal."""
    options = Options(only=("n-",))
    report = run_audit(plea(openai_gateway.url, options=options), tmp_path, key=KEY)
    again = judge_again(tmp_path / "journal.jsonl")
    assert again.started == report.started
    assert again.started <= again.finished <= report.finished


@pytest.mark.parametrize("before", [1, 30, 95])
def test_a_resumed_run_ends_like_one_that_was_never_stopped(
    tmp_path: Path, openai_gateway: RunningGateway, before: int
) -> None:
    """Wherever it stopped: outcomes, checks and counts are the same, and no case was sent twice."""
    whole = run_audit(plea(openai_gateway.url), tmp_path / "whole", key=KEY)
    short = replace(OPTIONS, caps=Caps(requests=before))
    run_audit(plea(openai_gateway.url, options=short), tmp_path / "parts", key=KEY)
    resumed = run_audit(plea(openai_gateway.url), tmp_path / "parts", key=KEY, resume=True)
    cases = [record["case"] for record in records(tmp_path / "parts")]
    assert len(set(cases)) == len(cases)
    assert outcomes(resumed) == outcomes(whole)
    assert resumed.counts == whole.counts


def test_a_cap_holds_over_both_parts_of_a_resumed_run(tmp_path: Path, openai_gateway: RunningGateway) -> None:
    """The same command given twice does not spend twice."""
    capped = plea(openai_gateway.url, options=replace(OPTIONS, caps=Caps(images=4)))
    first = run_audit(capped, tmp_path, key=KEY)
    second = run_audit(capped, tmp_path, key=KEY, resume=True)
    assert first.counts.images == second.counts.images <= 4
    assert first.counts.requests == second.counts.requests == len(records(tmp_path))


def test_requests_without_a_verdict_are_sent_again(tmp_path: Path, openai_gateway: RunningGateway) -> None:
    """A refused connection, 401 and 503 of before do not stand for an answer."""
    options = Options(only=("n-",))
    run_audit(plea(openai_gateway.url, options=options), tmp_path, key=KEY)
    change_records(tmp_path, lambda number, record: record | ({"status": 503} if number in (2, 3) else {}))
    before = len(records(tmp_path))
    report = run_audit(plea(openai_gateway.url, options=options), tmp_path, key=KEY, resume=True)
    again = [record["case"] for record in records(tmp_path)[before:]]
    assert sorted(again) == sorted(record["case"] for record in records(tmp_path)[2:4])
    assert set(outcomes(report).values()) == {"pass", "disabled"}


def test_a_record_of_another_request_does_not_stand_for_a_case(tmp_path: Path, openai_gateway: RunningGateway) -> None:
    """A journal of a version that made other requests: such cases are sent again, or not judged, and a note says so."""
    options = Options(only=("n-",))
    run_audit(plea(openai_gateway.url, options=options), tmp_path, key=KEY)
    change_records(
        tmp_path, lambda number, record: record | ({"sent": {"text": '{"prompt":"Another"}'}} if number == 2 else {})
    )
    before = len(records(tmp_path))
    again = judge_again(tmp_path)
    resumed = run_audit(plea(openai_gateway.url, options=options), tmp_path, key=KEY, resume=True)
    told = "1 recorded requests are not those that this version makes for their cases; "
    assert again.notes == (told + "they were not judged.",)
    assert resumed.notes == (told + "these cases were sent again.",)
    assert len(records(tmp_path)) == before + 1


def change_records(folder: Path, change: Callable[[int, dict[str, object]], dict[str, object]]) -> None:
    """Writes the records of a journal anew."""
    header, *lines = (folder / "journal.jsonl").read_text("utf-8").rstrip("\n").split("\n")
    changed = [json.dumps(change(number, json.loads(line))) for number, line in enumerate(lines)]
    (folder / "journal.jsonl").write_text("\n".join([header, *changed, ""]), "utf-8")


def test_a_run_that_nobody_answered_leaves_no_journal(tmp_path: Path) -> None:
    """The same folder can be named again."""
    with RawServer(keeps_saying(answer("401 Unauthorized"))) as server, pytest.raises(TargetError, match="status 401"):
        run_audit(plea(server.url), tmp_path, key=KEY)
    assert list(tmp_path.iterdir()) == []


def test_huge_answers_are_not_all_held_in_memory(
    tmp_path: Path, openai_gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the limit they are read from the journal when they are needed, and the report is the same."""
    whole = run_audit(plea(openai_gateway.url), tmp_path / "whole", key=KEY)
    monkeypatch.setattr("pixelproof_conformance.audit.MOST_HELD_BYTES", 0)
    monkeypatch.setattr("pixelproof_conformance.stored_record.LARGE_LINE", 1)
    read_again: list[int] = []
    usual = Bodies._read_again

    def read(self: Bodies, start: int, size: int) -> Record:
        read_again.append(start)
        return usual(self, start, size)

    monkeypatch.setattr(Bodies, "_read_again", read)
    light = run_audit(plea(openai_gateway.url), tmp_path / "light", key=KEY)
    assert outcomes(light) == outcomes(whole)
    assert read_again


def test_a_resumed_run_leaves_large_answers_in_the_journal(
    tmp_path: Path, openai_gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an earlier part of the run received is read when it is judged, and the report is the same."""
    first = run_audit(plea(openai_gateway.url), tmp_path, key=KEY)
    monkeypatch.setattr("pixelproof_conformance.stored_record.LARGE_LINE", 1)
    again = run_audit(plea(openai_gateway.url), tmp_path, key=KEY, resume=True)
    assert outcomes(again) == outcomes(first)
    assert again.counts == first.counts


def test_a_resumed_run_keeps_its_journal_whatever_happens(tmp_path: Path, openai_gateway: RunningGateway) -> None:
    """What was paid for before is not lost because the endpoint is away today."""
    url = openai_gateway.url
    run_audit(plea(url, options=replace(OPTIONS, caps=Caps(requests=1))), tmp_path, key=KEY)
    change_records(tmp_path, lambda number, record: record | {"status": 500})
    before = (tmp_path / "journal.jsonl").read_bytes()
    with pytest.raises(TargetError, match="status 401"):
        run_audit(plea(url, limits=Limits(retries=0)), tmp_path, key=None, resume=True)
    assert (tmp_path / "journal.jsonl").read_bytes().startswith(before)


def test_two_runs_do_not_write_one_journal(tmp_path: Path, openai_gateway: RunningGateway) -> None:
    """While a run writes, another one that wants to go on with it is refused."""
    refused: list[str] = []
    asked = plea(openai_gateway.url, options=Options(only=("n-",)))

    def meanwhile(*facts: object) -> None:
        if not refused:
            with pytest.raises(UsageError) as caught:
                run_audit(asked, tmp_path, key=KEY, resume=True)
            refused.append(str(caught.value))

    run_audit(asked, tmp_path, key=KEY, progress=meanwhile)
    path = tmp_path / "journal.jsonl"
    assert refused == [f"another run is writing {path}; wait until it ends, or name another folder"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"url": "http://127.0.0.1:1"}, 'url is "http://127.0.0.1:1" there'),
        ({"seed": 8}, "seed is 8 there and 7 now"),
        ({"models": ["dall-e-2"]}, "models is dall-e-2 there and gpt-image-1 now"),
    ],
)
def test_another_run_is_not_resumed(
    tmp_path: Path, openai_gateway: RunningGateway, change: dict[str, object], told: str
) -> None:
    """The message says what differs."""
    run_audit(plea(openai_gateway.url, options=replace(OPTIONS, caps=Caps(requests=1))), tmp_path, key=KEY)
    change_header(tmp_path, configuration=change)
    with pytest.raises(UsageError, match="is the journal of another run") as caught:
        run_audit(plea(openai_gateway.url), tmp_path, key=KEY, resume=True)
    assert told in str(caught.value)


def test_a_journal_of_another_version_is_resumed(tmp_path: Path, openai_gateway: RunningGateway) -> None:
    """The version is no reason to pay again: each record is held against its request."""
    options = replace(OPTIONS, examples=0)
    run_audit(plea(openai_gateway.url, options=replace(options, caps=Caps(requests=20))), tmp_path, key=KEY)
    change_header(tmp_path, version="0.0.1")
    report = run_audit(plea(openai_gateway.url, options=options), tmp_path, key=KEY, resume=True)
    assert report.counts.requests == len(records(tmp_path))


def change_header(folder: Path, configuration: dict[str, object] | None = None, **changes: object) -> None:
    """Writes the first line of a journal anew."""
    first, _, rest = (folder / "journal.jsonl").read_text("utf-8").partition("\n")
    header = json.loads(first) | changes
    header["configuration"] |= configuration or {}
    (folder / "journal.jsonl").write_text(json.dumps(header) + "\n" + rest, "utf-8")


@pytest.mark.parametrize(
    "configuration", [{"seed": "7"}, {"models": None}, {"account": []}, {"examples": 1.5}], ids=str
)
def test_a_configuration_that_no_run_wrote_is_refused(
    tmp_path: Path, openai_gateway: RunningGateway, configuration: dict[str, object]
) -> None:
    """A journal with a damaged first line ends in one line."""
    run_audit(plea(openai_gateway.url, options=replace(OPTIONS, caps=Caps(requests=1))), tmp_path, key=KEY)
    change_header(tmp_path, configuration=configuration)
    with pytest.raises(UsageError, match="the configuration of the journal is not that of a run"):
        judge_again(tmp_path)
    with pytest.raises(UsageError, match="the configuration of the journal is not that of a run"):
        plea_in(tmp_path)


def test_no_key_stands_in_what_a_run_writes(tmp_path: Path, openai_gateway: RunningGateway) -> None:
    """Neither the key nor a secret header is in the journal or the report."""
    headers = (("X-Api-Key", "second-secret-0123"), ("X-Team", "images"))
    options = Options(only=("n-",))
    report = run_audit(plea(openai_gateway.url, headers=headers, options=options), tmp_path, key=KEY)
    written = (tmp_path / "journal.jsonl").read_text("utf-8") + str(report)
    assert KEY not in written
    assert "second-secret-0123" not in written
    assert "--header 'X-Team: ...'" in report.command


def test_a_folder_of_its_own_for_each_run(tmp_path: Path) -> None:
    """A run that starts in the same second gets a number."""
    first = run_folder(tmp_path, "openai")
    first.mkdir()
    second = run_folder(tmp_path, "openai")
    second.mkdir()
    third = run_folder(tmp_path, "openai")
    assert len({first, second, third}) == 3
    assert first.name.endswith("-openai")


def test_ctrl_c_is_told_and_ends_gently(tmp_path: Path, openai_gateway: RunningGateway) -> None:
    """The run says what it waits for, and what was answered is in the report."""
    told: list[str] = []

    def interrupt(done: int, *facts: object) -> None:
        if done == 5:
            signal.raise_signal(signal.SIGINT)

    report = run_audit(plea(openai_gateway.url), tmp_path, key=KEY, progress=interrupt, tell=told.append)
    assert told == ["Stopping: nothing more is sent; waiting for the answers under way. Ctrl-C again drops them."]
    assert report.interrupted
    assert report.counts.requests == len(records(tmp_path)) < 30
    assert "pass" in outcomes(report).values()


def test_ctrl_c_before_the_first_answer_leaves_nothing(
    tmp_path: Path, openai_gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted while it plans, a run has nothing to report and nothing to go on with."""

    def interrupted(*facts: Any, **options: Any) -> list[Plan]:
        signal.raise_signal(signal.SIGINT)
        return make_plans(*facts, **options)

    monkeypatch.setattr("pixelproof_conformance.runner.make_plans", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_audit(plea(openai_gateway.url), tmp_path, key=KEY)
    assert list(tmp_path.iterdir()) == []


def test_times_that_cannot_be_read_are_passed_over(tmp_path: Path, openai_gateway: RunningGateway) -> None:
    """A journal from elsewhere may have any text as a time."""
    run_audit(plea(openai_gateway.url, options=Options(only=("n-",))), tmp_path, key=KEY)
    change_records(tmp_path, lambda number, record: record | {"started": "yesterday"})
    again = judge_again(tmp_path)
    assert again.finished == again.started
