import dataclasses
import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof import UsageError
from pixelproof._meta import meta_validator
from pixelproof_conformance.model import OUTCOMES
from pixelproof_conformance.report.json_form import as_text, from_json, read_report, to_json
from pixelproof_conformance.reported import (
    Arrival,
    Counts,
    Evidence,
    Failure,
    Guidance,
    Picture,
    Report,
    Result,
    Waived,
    WaiverState,
    WaiverUse,
)

from .report_examples import realistic

TEXT = st.text(max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
WAIVED = st.builds(Waived, reason=TEXT, link=st.none() | TEXT, expires=st.none() | TEXT)
SECONDS = st.floats(0, 1e6)
EVIDENCE = st.builds(
    Evidence,
    url=TEXT,
    content_type=TEXT,
    started=TEXT,
    seconds=st.none() | SECONDS,
    first_byte_seconds=st.none() | SECONDS,
    headers=st.dictionaries(TEXT, TEXT, max_size=2),
    body=JSON,
    body_bytes=st.integers(0, 10**9),
    asked=st.dictionaries(TEXT, TEXT, max_size=2),
    pictures=st.lists(
        st.builds(
            Picture,
            place=TEXT,
            width=st.none() | st.integers(1, 9),
            height=st.none() | st.integers(1, 9),
            format=st.none() | TEXT,
            transparency=st.sampled_from([None, "none", "some", "all"]),
            bytes=st.none() | st.integers(0, 9),
            preview=st.none() | TEXT,
        ),
        max_size=2,
    ).map(tuple),
    timeline=st.lists(st.builds(Arrival, SECONDS, TEXT, st.integers(0, 9)), max_size=2).map(tuple),
)
FAILURES = st.builds(
    Failure,
    identity=TEXT,
    outcome=st.sampled_from(OUTCOMES),
    message=TEXT,
    case=TEXT,
    parameter=st.none() | TEXT,
    expected=st.none() | TEXT,
    actual=JSON,
    hint=st.none() | TEXT,
    seen=st.integers(1, 99),
    request=JSON,
    status=st.none() | st.integers(100, 599),
    answer=TEXT,
    curl=TEXT,
    python=TEXT,
    evidence=st.none() | EVIDENCE,
    waived=st.none() | WAIVED,
)
RESULTS = st.builds(
    Result,
    requirement=TEXT,
    operation=TEXT,
    model=TEXT,
    outcome=st.sampled_from(OUTCOMES),
    says=TEXT,
    source=TEXT,
    severity=st.sampled_from(["error", "warning", "info"]),
    word=TEXT,
    checks=st.integers(0, 99),
    note=TEXT,
    failures=st.lists(FAILURES, max_size=2).map(tuple),
    on=TEXT,
    parameter=st.none() | TEXT,
    waived=st.none() | WAIVED,
)
COUNT = st.integers(0, 10**6)
REPORTS = st.builds(
    Report,
    tool=TEXT,
    version=TEXT,
    dialect=TEXT,
    document=TEXT,
    url=TEXT,
    started=TEXT,
    finished=TEXT,
    configuration=st.dictionaries(TEXT, JSON, max_size=3),
    command=TEXT,
    counts=st.builds(Counts, COUNT, COUNT, COUNT, st.floats(0, 1e6)),
    results=st.lists(RESULTS, max_size=3).map(tuple),
    notes=st.lists(TEXT, max_size=2).map(tuple),
    interrupted=st.booleans(),
    not_checkable=st.lists(
        st.fixed_dictionaries(dict.fromkeys(["id", "says", "source", "reason"], TEXT)), max_size=2
    ).map(tuple),
    waivers=st.lists(
        st.builds(
            WaiverUse,
            place=TEXT,
            requirement=TEXT,
            operation=st.none() | TEXT,
            model=st.none() | TEXT,
            parameter=st.none() | TEXT,
            waived=WAIVED,
            state=st.sampled_from(get_args(WaiverState)),
            failures=st.integers(0, 99),
        ),
        max_size=2,
    ).map(tuple),
    guidance=st.dictionaries(TEXT, st.builds(Guidance, *[st.lists(TEXT, max_size=2).map(tuple)] * 2), max_size=2),
)


@given(REPORTS)
def test_a_report_comes_back_as_it_was(report: Report) -> None:
    """Any report is allowed by its schema in its JSON form, and is equal after it was written and read."""
    form = to_json(report)
    assert list(meta_validator("report").iter_errors(form)) == []
    assert from_json(json.loads(as_text(report))) == report


def test_the_schema_describes_every_field() -> None:
    """Each field of a report and of its parts is described in the schema, and none is missing there."""
    schema = meta_validator("report").schema
    derived = {"format", "format_version", "totals", "exit_status", "waived_results"}
    for value, described in [
        (Report, schema),
        (Result, schema["$defs"]["result"]),
        (Failure, schema["$defs"]["failure"]),
        (Counts, schema["$defs"]["counts"]),
        (Waived, schema["$defs"]["waived"]),
        (WaiverUse, schema["$defs"]["waiver-use"]),
        (Evidence, schema["$defs"]["evidence"]),
        (Picture, schema["$defs"]["picture"]),
        (Arrival, schema["$defs"]["arrival"]),
    ]:
        names = {field.name for field in dataclasses.fields(value)}
        assert set(described["properties"]) - (derived if value is Report else set()) == names
        assert set(described["required"]) == set(described["properties"])
        for entry in described["properties"].values():
            place = schema["$defs"][entry["$ref"].removeprefix("#/$defs/")] if "$ref" in entry else {}
            assert "description" in place | entry


def test_the_totals_can_be_read_without_adding_up() -> None:
    """The JSON form has the totals and the exit status, which are those of the report."""
    report = realistic(60, 4)
    form = to_json(report)
    assert (form["totals"]["fail"], form["exit_status"]) == (4, 1)
    assert sum(form["totals"].values()) == 60


def test_values_that_json_cannot_say_become_text() -> None:
    """NaN, an infinite number and bytes are written as text instead of breaking the file."""
    report = realistic(1, 1)
    flaw = dataclasses.replace(
        report.results[0].failures[0], actual={"a": float("nan"), "b": float("-inf"), "c": b"xyz"}
    )
    broken = dataclasses.replace(report, results=(dataclasses.replace(report.results[0], failures=(flaw,)),))
    actual = json.loads(as_text(broken))["results"][0]["failures"][0]["actual"]
    assert actual == {"a": "nan", "b": "-inf", "c": "3 bytes"}


@pytest.mark.parametrize("value", [None, [], "report", {}, {"format": "sarif"}, {"results": []}])
def test_another_file_is_refused(value: object) -> None:
    """What does not call itself a report is refused with the advice to name a report."""
    with pytest.raises(UsageError, match=r"is not a report: .* name a report\.json"):
        from_json(value)


@pytest.mark.parametrize("version", [4, 0, None, "1", True])
def test_another_format_version_is_refused(version: object) -> None:
    """A report of another format version is refused, and the message names both versions."""
    form = to_json(realistic(1, 0)) | {"format_version": version}
    with pytest.raises(UsageError, match=r"has the format version .*; this pixelproof reads version 3"):
        from_json(form)


def test_a_report_of_before_can_be_read() -> None:
    """Published reports of version 1 are read; the preview that they kept is shown, and nothing is invented."""
    form = to_json(realistic(3, 1)) | {"format_version": 1}
    del form["waivers"], form["waived_results"]
    for entry in form["results"]:
        del entry["on"], entry["parameter"], entry["waived"]
        for flaw in entry["failures"]:
            del flaw["evidence"], flaw["waived"]
            flaw["picture"] = "data:image/png;base64,AAAA"
    read = from_json(json.loads(json.dumps(form)))
    kept = read.results[0].failures[0].evidence
    assert kept is not None
    assert kept.pictures == (Picture(place="", preview="data:image/png;base64,AAAA"),)
    assert (kept.body, kept.seconds, read.results[0].on) == (read.results[0].failures[0].answer, None, "")
    assert (read.waivers, read.results[0].waived) == ((), None)


def test_a_report_of_version_2_can_be_read() -> None:
    """Published reports of version 2 are read; what they lack stays empty."""
    form = to_json(realistic(3, 1)) | {"format_version": 2}
    for name in ("guidance", "given_up"):
        del form[name]
    assert from_json(json.loads(json.dumps(form))) == realistic(3, 1)


@pytest.mark.parametrize("damage", [{"results": 7}, {"results": [7]}, {"results": [{"failures": [7]}]}])
def test_a_damaged_report_of_before_is_refused(damage: dict[str, object]) -> None:
    """A report of version 1 that is not as it should be is refused like any other."""
    with pytest.raises(UsageError, match="is not a report"):
        from_json(to_json(realistic(1, 0)) | {"format_version": 1} | damage)


def test_a_damaged_report_is_refused_with_its_place() -> None:
    """A flaw is named by its place and value, so that a hand-edited file can be mended."""
    form = to_json(realistic(3, 0))
    form["results"][2]["outcome"] = "great"
    with pytest.raises(UsageError, match=r'results\[2\]\.outcome is "great"'):
        from_json(form)
    del form["results"][2]["outcome"]
    with pytest.raises(UsageError, match=r"at results\[2\]: 'outcome' is a required property"):
        from_json(form)


def test_a_report_is_read_from_its_folder_or_its_file(tmp_path: Path) -> None:
    """A run folder and the file in it name the same report."""
    report = realistic(5, 1)
    (tmp_path / "report.json").write_text(as_text(report), encoding="utf-8")
    assert read_report(tmp_path) == report
    assert read_report(tmp_path / "report.json") == report


@pytest.mark.parametrize(
    ("content", "reason"), [(b"{", "is not JSON"), (b"\xff\xfe\x00", "is not JSON"), (b"[" * 100_000, "is not JSON")]
)
def test_a_file_that_is_not_json_is_named(tmp_path: Path, content: bytes, reason: str) -> None:
    """A file that cannot be parsed gives one clear line with its path."""
    path = tmp_path / "report.json"
    path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        read_report(path)
    assert str(caught.value).startswith(f"{path}: {reason}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A path that does not exist gives one clear line with the path and the reason."""
    with pytest.raises(UsageError, match=r"gone.* cannot be read \(No such file or directory\)"):
        read_report(tmp_path / "gone")
