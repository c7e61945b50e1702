import dataclasses
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof._locate import schemas_root
from pixelproof_conformance.model import OUTCOMES, Outcome
from pixelproof_conformance.report.sarif import as_sarif
from pixelproof_conformance.reported import Report, Waived

from .report_examples import failure, realistic, report, requirements, result

REQUIREMENT = requirements()[15]
OFFICIAL = Path(__file__).with_name("official") / "sarif-2.1.0.schema.json"
SCHEMA = jsonschema.Draft202012Validator(
    json.loads(OFFICIAL.read_text("utf-8")), format_checker=jsonschema.FormatChecker()
)


def run_of(page: Report) -> dict[str, Any]:
    """The only run of the log, which keeps to the official schema and whose results refer to its rules."""
    log = json.loads(as_sarif(page))
    assert [error.message for error in SCHEMA.iter_errors(log)] == []
    run: dict[str, Any] = log["runs"][0]
    for entry in run["results"]:
        assert run["tool"]["driver"]["rules"][entry["ruleIndex"]]["id"] == entry["ruleId"]
    return run


@pytest.mark.parametrize("page", [report([]), realistic(280, 40), realistic(30, 30)], ids=["empty", "many", "all"])
def test_a_run_keeps_to_the_official_schema(page: Report) -> None:
    """Each failure and each warning is a result, and nothing else is."""
    totals = page.totals()
    assert len(run_of(page)["results"]) == totals["fail"] + totals["warn"]


def test_only_what_is_broken_is_a_result() -> None:
    """A failure is an error and a warning a warning; what passed or was not judged is no alert."""
    run = run_of(report([result(REQUIREMENT, word, word) for word in OUTCOMES]))
    assert [(entry["level"], entry["properties"]["model"]) for entry in run["results"]] == [
        ("error", "fail"),
        ("warning", "warn"),
    ]
    told = run["invocations"][0]["toolExecutionNotifications"]
    assert [note["level"] for note in told].count("error") == 1
    assert "1 result not-run: the cap of 40 requests was reached before" in [note["message"]["text"] for note in told]


def test_a_result_stands_at_the_declaration() -> None:
    """The place is the file and line of our schemas where the requirement is declared."""
    page = report([dataclasses.replace(result(REQUIREMENT, "a", "fail"), declared=REQUIREMENT.declared)])
    (entry,) = run_of(page)["results"]
    place = entry["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "schemas/openai/generations.yaml"
    text = (schemas_root() / "openai" / "generations.yaml").read_text("utf-8").splitlines()
    near = text[place["region"]["startLine"] - 1 :][:3]
    assert any(REQUIREMENT.id in line for line in near), near


@pytest.mark.parametrize(
    ("declared", "uri"),
    [
        ("house/generations.yaml:7", "house/generations.yaml"),
        ("", "schemas/openai/generations.yaml"),
        ("../../etc/passwd.yaml:1", "schemas/openai/generations.yaml"),
        ("/etc/x.yaml:1", "schemas/openai/generations.yaml"),
    ],
)
def test_a_place_never_leaves_the_folder_of_dialects(declared: str, uri: str) -> None:
    """A dialect of others is named by its folder; a place that is none is replaced by the file of the operation."""
    page = report([dataclasses.replace(result(REQUIREMENT, "a", "fail"), declared=declared)])
    (entry,) = run_of(page)["results"]
    assert entry["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_a_waived_failure_is_suppressed_with_its_reason() -> None:
    """A waiver is an accepted suppression; every other result says that it has none."""
    waived = failure(REQUIREMENT, "a", waived=Waived("reported", "https://example.com/1", "2099-01-01"))
    first, second = run_of(report([result(REQUIREMENT, "a", "fail", [waived, failure(REQUIREMENT, "b")])]))["results"]
    assert first["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "reported (until 2099-01-01, https://example.com/1)",
        }
    ]
    assert second["suppressions"] == []


def test_a_run_carries_what_made_it() -> None:
    """Version, command, dates, exit status, seed, cost and configuration stand in the run."""
    run = run_of(realistic(20, 2))
    assert run["tool"]["driver"]["semanticVersion"] == "0.1.0"
    invocation = run["invocations"][0]
    assert (invocation["startTimeUtc"], invocation["endTimeUtc"]) == ("2026-11-20T10:00:00Z", "2026-11-20T10:02:14Z")
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (1, True)
    assert invocation["commandLine"].startswith("pixelproof run ")
    assert run["properties"]["seed"] == "1"
    assert run["properties"]["sent"].endswith("at least $0.41")
    assert run["properties"]["configuration"]["max_cost"] == 2.0


@pytest.mark.parametrize(("outcome", "successful"), [("pass", True), ("not-run", False)])
def test_a_run_that_judged_nothing_was_not_successful(outcome: Outcome, successful: bool) -> None:
    """Readers are told when there is no verdict."""
    run = run_of(report([result(REQUIREMENT, "a", outcome)]))
    assert run["invocations"][0]["executionSuccessful"] is successful


@given(st.text() | st.text(alphabet="\x00\x1b\u202e\ud800<>{}[]()\\\n", max_size=20))
def test_it_is_sarif_whatever_the_provider_sent(text: str) -> None:
    """Text of a provider stays text: the log keeps to the schema and holds no control character."""
    flaw = failure(REQUIREMENT, text, message=text, expected=text, actual={text: text}, parameter=text, curl=text)
    page = report([result(REQUIREMENT, text, "fail", [flaw])], url=text, started=text, command=text)
    run_of(page)
    said = json.dumps(json.loads(as_sarif(page)), ensure_ascii=False)
    assert [char for char in said if not char.isprintable()] == []
