"""Which faults the demonstration shows."""

import pytest
from pixelproof import known_dialects, load_dialect
from pixelproof_conformance.cli.demo import MOST_FAULTS, chosen_faults
from pixelproof_conformance.plea import Plea
from pixelproof_conformance.results import requirements_of


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
