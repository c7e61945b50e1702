"""What every form of a report says of its run, so that one form alone can be understood and repeated."""

import dataclasses
import json

import pytest
from pixelproof_conformance.report.write import FORM_NAMES, forms
from pixelproof_conformance.reported import Guidance

from .report_examples import realistic

REPORT = dataclasses.replace(
    realistic(30, 2),
    version="7.8.9",
    prices="price table of 2026-10-01",
    configuration={"seed": 424242, "profile": "document", "models": ["a"], "max_requests": 4711},
)
FACTS = {
    "tool and version": "7.8.9",
    "seed": "424242",
    "start": "2026-11-20T10:00:00Z",
    "end": "2026-11-20T10:02:14Z",
    "requests": "184",
    "cost": "0.41",
    "target": "127.0.0.1:8080",
    "document": "Create image (openai.txt)",
    "command": "--max-cost 2",
    "configuration": "4711",
    "prices": "price table of 2026-10-01",
}
NO_ROOM = {"shields": {*FACTS}, "badge": {"configuration"}, "csv": {"prices"}}
"""What a form cannot say: shields.io refuses every key of its own, and a badge is read by people."""


@pytest.mark.parametrize("form", FORM_NAMES)
def test_a_form_says_from_which_run_it_is(form: str) -> None:
    """Versions, dates, seed, cost, command and configuration stand in every form that has room for them."""
    text = forms()[form].render(REPORT)
    missing = {name for name, said in FACTS.items() if said not in text}
    assert missing == NO_ROOM.get(form, set())


def test_the_endpoint_badge_has_no_key_that_shields_would_refuse() -> None:
    """The one form without facts has exactly the keys of its format."""
    assert set(json.loads(forms()["shields"].render(REPORT))) == {"schemaVersion", "label", "message", "color"}


@pytest.mark.parametrize("form", ["markdown", "sarif", "html", "json"])
def test_a_form_says_how_a_broken_requirement_is_kept(form: str) -> None:
    """The advice to the author of a gateway stands where people read about single failures."""
    broken = next(one.requirement for one in REPORT.results if one.failures)
    told = dataclasses.replace(REPORT, guidance={broken: Guidance(keep=("Compare it with both ends.",))})
    assert "Compare it with both ends." in forms()[form].render(told)
