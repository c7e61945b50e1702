"""Generated requests: the same ones for a seed, none twice, and within their allowance."""

import gc
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from pixelproof import known_dialects, load_dialect
from pixelproof_conformance.accepted import key_of
from pixelproof_conformance.drawing import spared_from_collection
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.plan import make_plan, most_explored
from pixelproof_conformance.runner import Options, Run
from pixelproof_conformance.subject import subjects_of

from .scripted import Answer, ScriptedSender, good_answer, refusal, subject
from .test_runner import GPT_BASELINE, honest

GPT = subject()


def explored(script: object, **options: int) -> list[Case]:
    """The generated requests of a run."""
    sender = ScriptedSender(script)  # type: ignore[arg-type]
    Run(sender, Options(**options), reproduce=lambda case, record: ("", "")).over([GPT])  # type: ignore[arg-type]
    return [case for case in sender.cases if case.kind == "explore"]


@pytest.mark.parametrize("seed", range(5))
def test_generated_requests_stay_within_what_the_plan_says(seed: int) -> None:
    """No more requests, and no more pictures, than the upper bound that was told beforehand."""
    cases = explored(honest, seed=seed, examples=20)
    requests, pictures = most_explored(20)
    assert len(cases) <= requests
    assert sum(case.images for case in cases if case.expect != "refused") <= pictures
    assert len(cases) > requests // 2


def test_no_request_is_sent_that_a_fixed_case_has_sent() -> None:
    """And none is sent twice, for its answer is known."""
    cases = explored(honest, seed=3, examples=60)
    fixed = {key_of(case.body) for case in make_plan(GPT).cases if case.raw is None}
    times = Counter(key_of(case.body) for case in cases)
    assert set(times.values()) == {1}
    assert not fixed & times.keys()


def test_a_failure_is_cut_down_within_its_allowance() -> None:
    """Few more requests than examples, and the request that is reported has nothing that is not needed."""

    def against_a_range(case: Case) -> Answer | Record:
        value = case.body.get("output_compression")
        if case.expect != "refused" and type(value) is int and 1 < value < 99:
            return 400, refusal("output_compression")
        return honest(case)

    sender = ScriptedSender(against_a_range)
    outcome = Run(sender, Options(seed=2, examples=60), reproduce=lambda case, record: ("", "")).over([GPT])
    failures = [failure for result in outcome.results for failure in result.failures if result.outcome == "fail"]
    [failure] = [failure for failure in failures if "explore" in failure.case]
    assert failure.request.keys() == {"model", "prompt", "output_format", "output_compression"}
    assert len([case for case in sender.cases if case.kind == "explore"]) <= 60 * 3


def test_an_endpoint_that_accepts_everything_is_not_asked_for_ever() -> None:
    """Each new failure is cut down, and there are at most a few of them."""
    cases = explored(lambda case: (200, good_answer(GPT_BASELINE)), seed=1, examples=20)
    assert len(cases) <= 20 * 3


SCRIPT = """
import json, sys
{imports}
from tests.test_explore import explored
from tests.test_runner import honest
print(json.dumps([case.id for case in explored(honest, seed=5, examples=20)]))
"""


@pytest.mark.parametrize(
    "imports", ["", "import pixelproof_conformance.gateway.app, pixelproof_conformance.kill_table"]
)
def test_the_same_seed_gives_the_same_requests_whatever_is_loaded(imports: str) -> None:
    """So a run can be resumed and judged again by another process."""
    folder = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(imports=imports)], cwd=folder, capture_output=True, check=True
    )
    assert json.loads(done.stdout) == [case.id for case in explored(honest, seed=5, examples=20)]


@pytest.mark.parametrize("name", known_dialects())
def test_every_subject_of_every_dialect_can_be_explored(name: str) -> None:
    """Whatever types a document leaves open, the requests can be made, counted and sent."""
    dialect = load_dialect(name)
    for operation in dialect.operations:
        for found in subjects_of(dialect, dialect.operation(operation)):
            sender = ScriptedSender(lambda case: (429, b"busy") if case.kind == "explore" else (200, b"{}"))
            run = Run(
                sender, Options(seed=2, examples=20, only=("no-such-flaw",)), reproduce=lambda case, record: ("", "")
            )
            run.over([found])
            cases = [case for case in sender.cases if case.kind == "explore"]
            assert 0 < len(cases) <= 20, found.name
            assert sum(case.images for case in cases if case.expect != "refused") <= 10, found.name


def test_the_garbage_collector_is_left_as_it_was() -> None:
    """Objects are frozen while requests are generated and no longer; those that the application froze stay frozen."""
    assert gc.get_freeze_count() == 0
    with spared_from_collection():
        assert gc.get_freeze_count() > 1000
    assert gc.get_freeze_count() == 0
    gc.freeze()
    try:
        with spared_from_collection():
            pass
        assert gc.get_freeze_count() > 1000
    finally:
        gc.unfreeze()
