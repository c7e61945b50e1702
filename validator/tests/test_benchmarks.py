"""The benchmarks work and compare equal work; nothing here depends on a time."""

import subprocess
import sys
from collections import Counter
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))  # the benchmarks are scripts of the repository and not installed

from pixelproof import load_dialect  # noqa: E402

from benchmarks import other_payloads, payloads, run  # noqa: E402
from benchmarks.contest import Contender, Contest, Rival, Row, measure  # noqa: E402


@pytest.mark.parametrize("name", [name for name in run.NAMES if name not in ("start-up", "runner")])
def test_contenders_agree(name: str) -> None:
    """Every contender that judges finds as many errors in each message as the contest is about."""
    for contest in import_module(f"benchmarks.{name.replace('-', '_')}").contests(0.002):
        for contender in (contest.ours, *(rival.contender for rival in contest.rivals)):
            results = [contender.judge(item) for item in contender.items]
            assert len(results) == len(contest.ours.items), contender.name
            if contender.errors:
                found = [contender.errors(result) for result in results]
                assert found == [contest.errors_each] * len(found), contender.name


def test_valid_payloads_are_valid() -> None:
    """No two valid payloads are alike, together they use all models and parameters, and none has more than an info."""
    operation = load_dialect("openai").operation("generations")
    bodies = payloads.valid_payloads(400)
    assert len(set(bodies)) == 400
    assert {finding.severity for body in bodies for finding in operation.validate_request(body).findings} == {"info"}
    seen = [orjson.loads(body) for body in bodies]
    assert {body.get("model") for body in seen} == {*operation.models, None}
    assert {name for body in seen for name in body} == set(operation.parameters)


def test_valid_payloads_have_real_prompts() -> None:
    """Prompts have 20 to 400 characters, and some of them hold quotes, colons and letters beyond ASCII."""
    prompts = [orjson.loads(body)["prompt"] for body in payloads.valid_payloads(400)]
    assert 20 <= min(map(len, prompts)) < 40
    assert 300 < max(map(len, prompts)) <= 400
    for wanted in ('"', ":", "ó", "東", "🐈"):
        assert any(wanted in prompt for prompt in prompts), wanted


@pytest.mark.parametrize("dialect", other_payloads.DIALECTS)
def test_other_payloads_are_valid(dialect: str) -> None:
    """No two payloads for another dialect are alike, and none has a warning."""
    operation = load_dialect(dialect).operation("generations")
    bodies = other_payloads.other_payloads(dialect, 200)
    assert len(set(bodies)) == 200
    assert {operation.validate_request(body).verdict for body in bodies} == {"valid"}


def test_three_error_payloads_have_three_errors() -> None:
    """No two payloads with errors are alike, and each has three findings of severity error and no other."""
    operation = load_dialect("openai").operation("generations")
    bodies = payloads.three_error_payloads(400)
    found = Counter(
        tuple(finding.severity for finding in operation.validate_request(body).findings) for body in set(bodies)
    )
    assert found == {("error", "error", "error"): 400}


@pytest.mark.parametrize("dialect", other_payloads.DIALECTS)
def test_other_three_error_payloads_have_three_errors(dialect: str) -> None:
    """No two payloads with errors for another dialect are alike, and each has three errors at three parameters."""
    operation = load_dialect(dialect).operation("generations")
    bodies = other_payloads.other_three_error_payloads(dialect, 300)
    assert len(set(bodies)) == 300
    for body in bodies:
        errors = [found for found in operation.validate_request(body).findings if found.severity == "error"]
        assert (len(errors), len({found.pointer for found in errors})) == (3, 3), body


def test_errors_bring_notes_where_the_document_has_them() -> None:
    """Some payloads with three errors have notes or warnings beside them; they are not picked for being simple."""
    operation = load_dialect("orq").operation("generations")
    bodies = other_payloads.other_three_error_payloads("orq", 300)
    with_more = sum(len(operation.validate_request(body).findings) > 3 for body in bodies)
    assert 60 < with_more < 240


@pytest.mark.parametrize("ascii_only", [True, False])
def test_long_prompt_has_the_greatest_length(ascii_only: bool) -> None:
    """The long prompt has exactly the length that the document allows."""
    prompt = orjson.loads(payloads.long_prompt_payload(32_000, ascii_only=ascii_only))["prompt"]
    assert (len(prompt), prompt.isascii()) == (32_000, ascii_only)


def test_measure_takes_turns() -> None:
    """Contenders take turns after a first call each, and a goal that is met is told from one that is missed."""
    calls: list[str] = []
    contest = Contest("turns", Contender("ours", lambda _: calls.append("ours"), [None]), (), whole_processes=True)
    rival = Rival(Contender("theirs", lambda _: calls.append("theirs"), [None]), most=1e9)
    row = measure(contest, rival, rounds=3, seconds=60)
    assert (row.contest, row.rival, row.messages, row.rounds, row.met) == ("turns", "theirs", 1, 3, True)
    assert row.lowest_ratio <= row.ratio <= row.highest_ratio
    assert [name for name, following in pairwise(calls) if name != following].count("ours") >= 3
    assert measure(contest, rival._replace(most=0), rounds=1, seconds=60).met is False


def test_missed_goals_are_named() -> None:
    """The goals that are met are counted, and one that is missed is named with what was measured."""
    met = Row("fast", "theirs", 1, 1, 1.0, 1.0, 0.5, 0.5, 0.5, "at most 1", True)
    missed = met._replace(contest="slow", ratio=1.25, met=False)
    without = met._replace(goal=None, met=None)
    assert run.goals([met, missed, without]) == [
        "1 of 2 goals are met.",
        "Missed: slow against theirs: 1.25, at most 1.",
    ]
    assert run.goals([met, without]) == ["1 of 1 goals are met."]
    assert run.goals([without]) == []


def test_the_command_prints_a_table(tmp_path: Path) -> None:
    """The command runs as a script from any folder, prints a line for each comparison and writes the same as JSON."""
    out = tmp_path / "result.json"
    command = [
        sys.executable,
        str(ROOT / "benchmarks" / "run.py"),
        "--quick",
        "--only",
        "long-prompt",
        "--json",
        str(out),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    result = orjson.loads(out.read_bytes())
    assert [row["contest"] for row in result["rows"]] == ["long-prompt, ASCII", "long-prompt, emoji"]
    for row in result["rows"]:
        assert f"| {row['contest']} | orjson.loads | 1 | {row['rounds']} |" in done.stdout
    assert result["machine"]["python"] in done.stdout
    assert "goals are met" not in done.stdout


def test_the_runner_is_measured_with_the_bodies_that_it_sent() -> None:
    """One round of one model: both sides send as many requests, and the row says whether the goal is met."""
    from benchmarks import runner

    with runner.gateway_elsewhere("openai") as url:
        found = runner.measured(url, "openai", ("dall-e-3",))
    assert found.requests > 30
    assert min(found.ours, found.report, found.bare) > 0
    row = runner.row("runner, openai dall-e-3", [found, found._replace(ours=found.bare * 4)])
    assert row.messages == found.requests
    assert row.highest_ratio == pytest.approx(4) or row.highest_ratio > 4
    assert row.met is (row.ratio <= runner.MOST)
