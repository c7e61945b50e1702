"""The verb ``demo``: which faults it shows, and that it finds them."""

from pathlib import Path

import pytest
from pixelproof import known_dialects, load_dialect
from pixelproof_conformance.cli.demo import MOST_FAULTS, chosen_faults
from pixelproof_conformance.plea import Plea
from pixelproof_conformance.results import requirements_of

from .commands import Command, records, report


@pytest.mark.parametrize("name", known_dialects())
def test_every_dialect_has_faults_to_show(name: str) -> None:
    """There are five different flaws, and a run for the first model judges every one of them."""
    dialect = load_dialect(name)
    models = tuple(dialect.about["models"])[:1]
    faults = chosen_faults(dialect, models)
    subjects = Plea("http://127.0.0.1", name, models=models).subjects(dialect)
    judged = {facts.id for subject in subjects for facts in requirements_of(subject) if not facts.observed_only}
    assert len({fault.name.rpartition("/")[2] for fault in faults}) == MOST_FAULTS == len(faults)
    assert {requirement for fault in faults for requirement in fault.requirements} <= judged


def test_the_usual_flaws_are_preferred() -> None:
    """OpenAI has the first five of them."""
    dialect = load_dialect("openai")
    flaws = [fault.name.rpartition("/")[2] for fault in chosen_faults(dialect, ("gpt-image-1",))]
    assert flaws == [
        "n-outside-1-to-10",
        "documented-background-refused",
        "another-number-of-images-than-asked",
        "picture-of-another-size",
        "usage-does-not-add-up",
    ]


def test_the_demonstration_finds_its_faults(command: Command) -> None:
    """Every seeded fault is found and told, the files are named, and the status is 0."""
    found = command("demo", "--out", "shown")
    assert found.status == 0
    assert found.out.count("  found  ") == MOST_FAULTS
    assert "MISSED" not in found.out
    assert Path("shown/report.html").is_file()
    assert report(Path("shown"))["totals"]["fail"] >= MOST_FAULTS


def test_it_can_be_shown_again(command: Command) -> None:
    """A second demonstration replaces the first, sends everything anew, and finds nothing without faults."""
    assert command("demo", "--out", "shown", "--clean").status == 0
    before = len(records(Path("shown")))
    assert command("demo", "--out", "shown", "--clean").status == 0
    assert len(records(Path("shown"))) == before
    assert report(Path("shown"))["totals"]["fail"] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [(["--dialect", "opnai"], "unknown dialect 'opnai'"), (["--out", "taken/below"], "taken/below")],
)
def test_a_wrong_option_ends_in_one_line(command: Command, words: list[str], told: str) -> None:
    """A dialect that is not there, and a folder inside a file."""
    Path("taken").touch()
    found = command("demo", *words)
    assert found.status == 2
    assert told in found.err.splitlines()[-1]
