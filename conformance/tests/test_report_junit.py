import dataclasses
import io
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import junitparser
import xmlschema
import xunitparserx  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from pixelproof_conformance.model import OUTCOMES
from pixelproof_conformance.report.junit import as_junit
from pixelproof_conformance.reported import Guidance, Report, Waived

from .report_examples import failure, realistic, report, requirements, result

REQUIREMENT = requirements()[15]
SCHEMA = xmlschema.XMLSchema(str(Path(__file__).with_name("official") / "junit-10.xsd"))
"""What the xUnit plugin of Jenkins takes; GitLab and the actions of GitHub read a part of it."""


def every_outcome() -> Report:
    """A run with each outcome, and with a failure that is waived."""
    waived = Waived("known")
    flaw = failure(REQUIREMENT, "z", waived=waived)
    accepted = dataclasses.replace(result(REQUIREMENT, "z", "fail", [flaw]), waived=waived)
    return report([*[result(REQUIREMENT, f"model-{word}", word) for word in OUTCOMES], accepted])


def test_it_is_what_jenkins_takes() -> None:
    """The file keeps to the published schema, small and large."""
    for page in (every_outcome(), realistic(300, 40), report([])):
        assert [error.reason for error in SCHEMA.iter_errors(as_junit(page))] == []


def test_readers_of_others_see_the_same_outcomes() -> None:
    """Two independent readers, one of them that of a widely used action of GitHub, count what the report says."""
    text = as_junit(every_outcome())
    first = junitparser.JUnitXml.fromstring(text.encode())
    kinds = Counter(type(case.result[0]).__name__ if case.result else "passed" for suite in first for case in suite)
    assert kinds == {"Failure": 1, "Error": 1, "Skipped": 5, "passed": 2}
    assert (first.tests, first.failures, first.errors) == (9, 1, 1)
    verdicts: Counter[str] = Counter()
    for suite in ET.fromstring(text):  # the second reader takes one suite a file
        cases, _ = xunitparserx.parse(io.StringIO(ET.tostring(suite, encoding="unicode")))
        verdicts.update(case.result for case in cases)
    assert verdicts == {"failure": 1, "error": 1, "skipped": 5, "success": 2}


def test_a_suite_carries_what_made_it() -> None:
    """Versions, target, dates, seed, cost, command and configuration are properties of each suite."""
    for suite in junitparser.JUnitXml.fromstring(as_junit(realistic(20, 2)).encode()):
        named = {prop.name: prop.value for prop in suite.properties()}  # type: ignore[no-untyped-call]
        assert named["tool"] == "pixelproof 0.1.0"
        assert named["seed"] == "1"
        assert named["finished"] == "2026-11-20T10:02:14Z"
        assert named["sent"].endswith("at least $0.41")
        assert named["command"].startswith("pixelproof run ")
        assert '"max_requests": 400' in named["configuration"]


def test_each_operation_and_model_is_a_suite_with_its_counts() -> None:
    """Suites stand in the order of the results, and their counts are those of their cases."""
    page = realistic(300, 7)
    root = ET.fromstring(as_junit(page))
    assert [suite.get("name") for suite in root] == [
        "openai.generations.gpt-image-1",
        "openai.generations.gpt-image-1-mini",
        "openai.generations.gpt-image-1.5",
    ]
    for name, tag in [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]:
        for suite in root:
            assert suite.get(name) == str(len(list(suite.iter(tag))))
    assert (root.get("tests"), root.get("failures")) == ("300", "7")


def test_a_case_is_named_for_its_requirement() -> None:
    """The class name is dialect, operation and model; the name is the id of the requirement."""
    case = ET.fromstring(as_junit(report([result(REQUIREMENT, "gpt-image-1")]))).find("testsuite/testcase")
    assert case is not None
    assert case.attrib == {"classname": "openai.generations.gpt-image-1", "name": REQUIREMENT.id}
    assert list(case) == []


def test_every_outcome_has_its_element() -> None:
    """A failure fails, our own trouble is an error, a warning passes with a word, and the rest is skipped."""
    page = report([result(REQUIREMENT, "a", outcome) for outcome in OUTCOMES])
    cases = ET.fromstring(as_junit(page)).iter("testcase")
    assert [[child.tag for child in case] for case in cases] == [
        ["failure"],
        ["system-out"],
        [],
        ["skipped"],
        ["skipped"],
        ["error"],
        ["skipped"],
        ["skipped"],
    ]


def test_a_failure_has_message_and_details() -> None:
    """The message says what happened; the text has statement, values and the curl line of every failure."""
    flaws = [failure(REQUIREMENT, "a", message="first"), failure(REQUIREMENT, "a", message="second")]
    element = ET.fromstring(as_junit(report([result(REQUIREMENT, "a", "fail", flaws)]))).find(".//failure")
    assert element is not None
    assert (element.get("message"), element.get("type")) == ("first", "INVALID")
    text = element.text or ""
    assert text.startswith(f"{REQUIREMENT.says} ({REQUIREMENT.source})\n\nfail: first\n")
    assert "fail: second\nparameter: n\nexpected: a refusal with status 400\nactual: 200\n" in text
    assert text.count("curl -sS http://127.0.0.1:8080") == 2


def test_a_failure_says_how_it_is_mended() -> None:
    """In the words of ``explain``, where the report has them."""
    told = dataclasses.replace(
        report([result(REQUIREMENT, "a", "fail"), result(REQUIREMENT, "b")]),
        guidance={REQUIREMENT.id: Guidance(("It matters.",), ("Check it.", "Refuse it."))},
    )
    details = [case.findtext("failure") or "" for case in ET.fromstring(as_junit(told)).iter("testcase")]
    assert details[0].splitlines()[1] == "keep: Check it. Refuse it."
    assert details[1] == ""


def test_a_skipped_case_says_why() -> None:
    """The reason for which a requirement was not judged stands in the message."""
    element = ET.fromstring(as_junit(report([result(REQUIREMENT, "a", "not-run")]))).find(".//skipped")
    assert element is not None
    assert element.get("message") == "not-run: the cap of 40 requests was reached before"


@given(st.text() | st.text(alphabet="<>&\"']\x00\x0b\x1b\ufffe\ud800\r\n", max_size=20))
def test_it_is_xml_whatever_the_provider_sent(text: str) -> None:
    """A strict parser reads the file whatever text it holds, and finds no element that is not ours."""
    flaw = failure(REQUIREMENT, text, message=text, expected=text, actual=text, hint=text, parameter=text, curl=text)
    unjudged = dataclasses.replace(result(REQUIREMENT, text, "error"), note=text)
    page = as_junit(report([result(REQUIREMENT, text, "fail", [flaw]), unjudged], url=text))
    tags = {element.tag for element in ET.fromstring(page.encode()).iter()}
    assert tags == {"testsuites", "testsuite", "properties", "property", "testcase", "failure", "error"}
