"""Default runs over several seeds: what the seed can change is run for each of them."""

import pytest
from pixelproof import load_dialect
from pixelproof_conformance import kill_table
from pixelproof_conformance.runner import Options

from .commands import Command

FAULT = "n-outside-1-to-10"
CHOICE = ("--dialect", "openai", "--fault", FAULT)


def test_a_fault_that_the_fixed_cases_find_is_found_with_every_seed(command: Command) -> None:
    """One run is enough to know that, and the text says why."""
    found = command("kill-table", *CHOICE, "--seeds", "10")
    assert found.status == 0
    assert "openai: 1 faults: 1 by fixed cases\n" in found.out
    assert "the fixed cases are the same" in " ".join(found.out.split())


def test_a_clean_gateway_has_a_whole_run_for_every_seed() -> None:
    """Other seeds make other requests, and none of them is blamed."""
    runs = list(kill_table.clean_runs(load_dialect("infinityblue"), seeds=2))
    assert [run.seed for run in runs] == [1, 2]
    assert [run.blamed for run in runs] == [(), ()]
    assert all(run.requests > 100 for run in runs)


@pytest.mark.parametrize(("lucky", "by", "status"), [((2, 4), "generated requests", 1), ((), "", 1)])
def test_a_fault_that_the_fixed_cases_miss_is_tried_with_every_seed(
    command: Command, monkeypatch: pytest.MonkeyPatch, lucky: tuple[int, ...], by: str, status: int
) -> None:
    """It counts as found only when every seed finds it."""
    asked: list[Options] = []
    fault = f"openai/generations/{FAULT}"

    def blamed(
        url: str, subjects: object, only: object, options: Options
    ) -> tuple[dict[str, str], tuple[int, int], set[str]]:
        asked.append(options)
        return ({fault: "fail"} if options.examples and options.seed in lucky else {}), (1, 0), set()

    monkeypatch.setattr(kill_table, "_blamed", blamed)
    [chance] = kill_table.chances_of(load_dialect("openai"), seeds=5, only=[FAULT])
    assert (chance.by, chance.found, chance.seeds) == (by, len(lucky), 5)
    assert {options.seed for options in asked if options.examples} == {1, 2, 3, 4, 5}
    assert command("kill-table", *CHOICE, "--seeds", "5").status == status


@pytest.mark.parametrize("number", ["0", "1001"])
def test_a_number_of_seeds_that_makes_no_sense_ends_in_one_line(command: Command, number: str) -> None:
    """The line shows it."""
    found = command("kill-table", *CHOICE, "--seeds", number)
    assert found.status == 2
    assert found.line == f"--seeds {number} is not possible; use 1 to 1000"
