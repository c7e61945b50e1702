import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from pixelproof_conformance.model import Outcome
from pixelproof_conformance.report.badge import AMBER, GREEN, GREY, RED, as_badge, as_shields
from pixelproof_conformance.reported import NEVER_MET

from .report_examples import report, requirements, result

REQUIREMENT = requirements()[0]


def luminance(colour: str) -> float:
    """The relative luminance of a colour by WCAG 2."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("outcomes", "interrupted", "words", "colour"),
    [
        (["pass", "pass"], False, "2/2", GREEN),
        (["pass", "warn"], False, "2/2", GREEN),
        (["pass", "disabled"], False, "1/1", GREEN),
        (["pass", "pass"], True, "2/2", AMBER),
        (["pass", "not-run"], False, "1/2", AMBER),
        (["pass", "inconclusive", "unsupported", "error"], False, "1/4", AMBER),
        (["pass", "fail"], False, "1/2", RED),
        (["fail"], False, "0/1", RED),
        (["not-run"], False, "not judged", GREY),
        ([], False, "not judged", GREY),
    ],
)
def test_the_badge_says_how_much_is_kept(outcomes: list[Outcome], interrupted: bool, words: str, colour: str) -> None:
    """What is kept stands over all that was switched on; green means that all of it was judged and nothing failed."""
    root = ET.fromstring(
        as_badge(report([result(REQUIREMENT, "a", word) for word in outcomes], interrupted=interrupted))
    )
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["conformance", words]
    assert root.get("aria-label") == f"conformance: {words}"
    assert [element.get("fill") for element in root.iter("{http://www.w3.org/2000/svg}rect")][-1] == colour


def test_what_a_whole_run_met_nowhere_does_not_count() -> None:
    """Nothing can show that a model keeps what is said of an answer that it never gives; others may have met it."""
    results = [result(REQUIREMENT, "a"), replace(result(REQUIREMENT, "b", "not-run"), note=NEVER_MET)]
    told = report(results)
    assert json.loads(as_shields(told)) | {"message": "1/1", "color": GREEN[1:]} == json.loads(as_shields(told))
    recorded = replace(told, configuration={**told.configuration, "files": ["log.jsonl"]})
    assert json.loads(as_shields(recorded))["message"] == "1/2"


def test_the_badge_carries_what_made_it() -> None:
    """Version, target, dates, seed and cost stand in the description of the picture."""
    described = ET.fromstring(as_badge(report([result(REQUIREMENT, "a")]))).find("{http://www.w3.org/2000/svg}desc")
    assert described is not None
    text = described.text or ""
    for fact in ("tool: pixelproof 0.1.0", "started: 2026-11-20T10:00:00Z", "seed: 1", "at least $0.41"):
        assert fact in text


@pytest.mark.parametrize(
    ("outcomes", "message", "colour"),
    [(["pass", "pass"], "2/2", GREEN), (["pass", "fail"], "1/2", RED), (["not-run"], "not judged", GREY)],
)
def test_the_endpoint_of_shields_says_the_same(outcomes: list[Outcome], message: str, colour: str) -> None:
    """The endpoint has the keys that shields.io takes and no other, for it refuses a badge with one that it lacks."""
    value = json.loads(as_shields(report([result(REQUIREMENT, "a", word) for word in outcomes])))
    assert value == {"schemaVersion": 1, "label": "conformance", "message": message, "color": colour[1:]}


@pytest.mark.parametrize("colour", [GREEN, AMBER, RED, GREY])
def test_white_text_can_be_read_on_every_colour(colour: str) -> None:
    """The contrast of the text is at least 4.5 to 1."""
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5
