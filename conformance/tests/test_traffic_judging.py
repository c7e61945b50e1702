"""What is concluded from recorded exchanges, and about whom."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pixelproof import load_dialect
from pixelproof_conformance.traffic.alone import CHECKS
from pixelproof_conformance.traffic.auditing import Audit
from pixelproof_conformance.traffic.evidence import evidence_of_recorded
from pixelproof_conformance.traffic.ledger import Terms
from pixelproof_conformance.traffic.piece_reader import PieceReader
from pixelproof_conformance.traffic.recorded import UNKNOWN, Recorded, Timing
from pixelproof_conformance.traffic.report import report_of
from pixelproof_conformance.traffic.sources import Piece

from .scripted import picture
from .traffic_lines import GOOD, USAGE, audited, broken, line, refusal, write_lines

WRONG = {**GOOD, "size": "7x7"}
NAMES = (
    "model",
    "prompt",
    "n",
    "size",
    "stream",
    "image",
    "mask",
    "data",
    "b64_json",
    "error",
    "message",
    "usage",
    "type",
)
WIRE_FLAWS = {name.rpartition("/")[2] for name in CHECKS}
ANSWER = {"created": 1777593600, "data": [{"b64_json": "!"}], "usage": USAGE}


JSON = st.recursive(
    st.none() | st.booleans() | st.sampled_from([0, -1, 10**30, 1e308, "", "x" * 300, "iVBORw0KGgo=", "data:,", "1x1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)
LINES = st.fixed_dictionaries(
    {"operation": st.sampled_from(["generations", "edits", "variations"])},
    optional={
        "request": JSON,
        "body": JSON,
        "answer": JSON,
        "events": st.lists(JSON, max_size=3) | st.text(max_size=30),
        "answer_body": st.text(max_size=30),
        "status": st.sampled_from([100, 200, 201, 302, 400, 404, 422, 429, 500, 999]),
        "content_type": st.sampled_from(["text/event-stream", "multipart/form-data", "", "application/json"]),
        "files": st.lists(st.just({"field": "image", "content_base64": "aGk="}), max_size=2),
        "account": st.just({"direct_group": True}),
    },
)


@pytest.mark.parametrize("dialect", ["openai", "anyfast", "orq", "octen", "infinityblue"])
@settings(max_examples=120)
@given(lines=st.lists(LINES, min_size=3, max_size=3))
def test_nothing_that_is_recorded_is_too_much(dialect: str, lines: list[dict[str, Any]]) -> None:
    """Every line is judged, left out or named; none is a fault of ours, and all that is told can be written as JSON."""
    content = "\n".join(json.dumps(line) for line in lines).encode()
    tally = PieceReader(Terms(dialect)).judge(Piece(0, 0, 0, lines=content))
    assert tally.faults == 0, tally.flaws
    assert tally.judged + sum(tally.left_out.values()) + tally.unreadable == 3
    for group in tally.groups.values():
        json.dumps(group.examples, allow_nan=False, default=asdict)


def test_a_wrong_request_that_was_refused_is_the_clients_alone(tmp_path: Path) -> None:
    """The provider did what the document says, and that counts as kept."""
    audit = audited(write_lines(tmp_path / "a.jsonl", line(WRONG, 400, answer=refusal())))
    assert broken(audit, "client") == {"size-not-for-gpt": 1}
    assert broken(audit, "provider") == {}
    assert audit.tally.passed["generations", "gpt-image-1", "openai/generations/size-not-for-gpt"] == 1


def test_a_wrong_request_that_was_accepted_is_the_findings_of_both(tmp_path: Path) -> None:
    """Every requirement that it breaks is one that the provider let pass."""
    audit = audited(write_lines(tmp_path / "a.jsonl", line({**WRONG, "n": 11})))
    assert broken(audit, "client") == broken(audit, "provider") == {"n-outside-1-to-10": 1, "size-not-for-gpt": 1}
    (key,) = [key for key in audit.tally.groups if key.side == "provider" and key.parameter == "n"]
    (example,) = audit.tally.groups[key].examples
    assert example.message == "The request was accepted with status 200, though it breaks this requirement."
    assert (example.expected, example.actual, example.status) == ("a refusal", 200, 200)


def test_a_documented_request_that_was_refused_is_the_providers(tmp_path: Path) -> None:
    """The parameter that is blamed says which permission is broken."""
    request = {**GOOD, "size": "1024x1024"}
    audit = audited(write_lines(tmp_path / "a.jsonl", line(request, 400, answer=refusal())))
    assert broken(audit, "provider") == {"documented-size-refused": 1}
    assert broken(audit, "client") == {}


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (401, refusal(), "status 401"),
        (403, refusal(), "status 403"),
        (404, refusal(), "status 404"),
        (429, refusal(), "status 429"),
        (503, refusal(), "status 503"),
        (302, {}, "status 302"),
        (400, refusal(None, "moderation_blocked"), "status 400 of the content filter"),
        (400, None, "status 400 without the body of the answer"),
        (None, None, "no answer was recorded"),
    ],
)
def test_answers_that_decide_nothing_are_counted_and_blame_nobody(
    tmp_path: Path, status: int | None, answer: Any, reason: str
) -> None:
    """No access, no route, too busy, the content filter, and a refusal whose reason was not recorded."""
    more = {} if answer is None else {"answer": answer}
    audit = audited(write_lines(tmp_path / "a.jsonl", line(GOOD, status, **more)))
    assert audit.tally.undecided == {reason: 1}
    assert broken(audit, "provider") == {}
    assert {name for _, _, name in audit.tally.passed if not name.startswith("wire/")} == set()


def test_an_answer_is_judged_with_its_request(tmp_path: Path) -> None:
    """The picture is no base64, and there is one where two were asked for."""
    audit = audited(write_lines(tmp_path / "a.jsonl", line({**GOOD, "n": 2}, answer=ANSWER)))
    assert broken(audit, "provider") == {"b64-json-not-base64": 1, "another-number-of-images-than-asked": 1}
    assert broken(audit, "client") == {}
    assert audit.tally.pictures == 1


def test_beside_a_wrong_request_only_the_answer_itself_is_judged(tmp_path: Path) -> None:
    """How many images should come for n = 11 nobody can say; that the picture is no base64 anybody can."""
    audit = audited(write_lines(tmp_path / "a.jsonl", line({**GOOD, "n": 11}, answer=ANSWER)))
    assert broken(audit, "provider") == {"n-outside-1-to-10": 1, "b64-json-not-base64": 1}


def test_a_stream_is_known_by_its_type_or_its_beginning(tmp_path: Path) -> None:
    """The event is unknown to the document however the stream was recorded."""
    request = {**GOOD, "stream": True}
    text = 'event: odd\ndata: {"type": "odd"}\n\n'
    lines = [
        line(request, events=text),
        line(request, events=[{"event": "odd", "data": {"type": "odd"}}]),
        line(request, answer_body=text),
        line(request, answer_body=text, content_type="text/event-stream"),
    ]
    audit = audited(write_lines(tmp_path / "a.jsonl", *lines))
    assert broken(audit, "provider")["event-not-listed"] == 4


def test_what_was_accepted_rightly_passes_its_parameters(tmp_path: Path) -> None:
    """A request counts for the permission of each parameter in it, with an answer or without."""
    audit = audited(write_lines(tmp_path / "a.jsonl", line({**GOOD, "n": 1}), line(GOOD, answer_body="{}")))
    passed = {name.rpartition("/")[2]: count for (_, _, name), count in audit.tally.passed.items()}
    assert passed["documented-prompt-refused"] == 2
    assert passed["documented-n-refused"] == 1
    assert "documented-size-refused" not in passed


@pytest.mark.parametrize("dialect", ["openai", "orq"])
@pytest.mark.parametrize("answer", [{}, {"answer": ANSWER}])
def test_what_a_document_leaves_open_keeps_no_promise_and_breaks_none(
    tmp_path: Path, dialect: str, answer: dict[str, Any]
) -> None:
    """A model that it does not name, accepted or refused: nothing was promised about it or about its parameters."""
    path = {"path": load_dialect(dialect).operation("generations").path}
    asked = {"model": "openai/gpt-4o-mini", "prompt": "A fox", "n": 1}
    for status, more in ((200, answer), (400, {"answer": refusal("model")})):
        file = write_lines(tmp_path / "a.jsonl", line(asked, status, **more) | path)
        for profile in ("document", "observed"):
            audit = audited(file, dialect=dialect, profile=profile)
            told = {name for _, _, name in audit.tally.passed} | {
                key.requirement for key in audit.tally.groups if key.side == "provider"
            }
            assert [name for name in told if "/documented-" in name] == [], (status, profile)
    named = {**asked, "model": "gpt-image-1" if dialect == "openai" else "openai/gpt-image-1"}
    audit = audited(write_lines(tmp_path / "b.jsonl", line(named, **answer) | path), dialect=dialect)
    assert any("/documented-n-" in name for _, _, name in audit.tally.passed)


def test_a_request_is_judged_alike_however_it_was_recorded(tmp_path: Path) -> None:
    """Parsed, as text, in base64, with an address or by its operation: the same finding."""
    text = json.dumps(WRONG)
    base64 = "eyJtb2RlbCI6ImdwdC1pbWFnZS0xIiwicHJvbXB0IjoiQSBmb3giLCJzaXplIjoiN3g3In0="
    lines = [
        {"url": "https://h.test/proxy/openai/v1/images/generations?a=b", "request": WRONG},
        {"path": "/v1/images/generations/", "body": text, "status": 200},
        {"operation": "generations", "body_base64": base64},
        {"path": "/v1/images/generations", "body": WRONG, "id": 7, "latency": 0.1},
    ]
    audit = audited(write_lines(tmp_path / "a.jsonl", *lines))
    assert broken(audit, "client") == {"size-not-for-gpt": 4}
    assert audit.tally.judged == 4


def test_exchanges_of_no_operation_are_counted_and_left_out(tmp_path: Path) -> None:
    """By method and path, so that a wrong path is seen."""
    lines = [
        line(WRONG, method="OPTIONS"),
        line(WRONG, path="/v1/models?key=secret-value-1"),
        line(WRONG, operation="upscale"),
        line(WRONG, dialect="orq"),
        {"request": WRONG},
    ]
    audit = audited(write_lines(tmp_path / "a.jsonl", *lines))
    assert audit.tally.left_out == {
        "OPTIONS /v1/images/generations": 1,
        "POST /v1/models": 1,
        "operation upscale": 1,
        "dialect orq": 1,
        "no address": 1,
    }
    assert audit.tally.judged == 0


def test_terms_say_what_the_traffic_does_not(tmp_path: Path) -> None:
    """The operation without an address, the operation of another path, and the names of models in a gateway."""
    lines = [{"request": {**WRONG, "model": "pictures"}}, line({**WRONG, "model": "pictures"}, path="/draw")]
    audit = audited(
        write_lines(tmp_path / "a.jsonl", *lines),
        operation="generations",
        routes=(("/draw", "generations"),),
        aliases=(("pictures", "gpt-image-1"),),
    )
    assert broken(audit, "client") == {"size-not-for-gpt": 2}
    assert {key.model for key in audit.tally.groups} == {"gpt-image-1"}


def test_models_that_the_document_does_not_name_are_one(tmp_path: Path) -> None:
    """Whatever clients write there: a million names are no million rows."""
    audit = audited(write_lines(tmp_path / "a.jsonl", *[line({**GOOD, "model": f"m-{n}"}) for n in range(50)]))
    assert {model for _, model, _ in audit.tally.exchanges} == {"an unlisted model"}


def test_parameters_that_clients_invent_are_kept_to_a_limit(tmp_path: Path) -> None:
    """A thousand different unknown keys end as two hundred places and the others; none is lost from the count."""
    lines = [line({**GOOD, f"key-{number}": 1}) for number in range(1000)]
    audit = audited(write_lines(tmp_path / "a.jsonl", *lines))
    mine = {key.parameter: group.seen for key, group in audit.tally.groups.items() if key.side == "client"}
    assert len(mine) == 201
    assert mine["(other places)"] == 800


def test_an_account_is_of_the_line_or_of_the_terms(tmp_path: Path) -> None:
    """Several images need a group: unknown it is a warning, without it the client's error, with it nothing."""
    request = {"model": "gpt-image-2", "prompt": "A fox", "n": 2}
    facts: tuple[dict[str, Any], ...] = ({}, {"account": {"direct_group": True}}, {"account": {"direct_group": False}})
    file = write_lines(tmp_path / "a.jsonl", *[line(request, **fact) for fact in facts])

    def client(audit: Audit) -> list[tuple[str, int]]:
        return sorted((key.outcome, group.seen) for key, group in audit.tally.groups.items() if key.side == "client")

    assert client(audited(file, dialect="anyfast")) == [("fail", 1), ("warn", 1)]
    assert client(audited(file, dialect="anyfast", account=(("direct_group", True),))) == [("fail", 1)]


def test_an_answer_keeps_only_what_it_could_have_broken(tmp_path: Path) -> None:
    """Of two answers of one shape only that to a request for a size, or for a stream, says something about these."""
    answer = {"created": 1777593600, "data": [{"b64_json": picture(1536, 1024)}], "usage": USAGE}
    requests = [GOOD, {**GOOD, "size": "1536x1024"}, {**GOOD, "size": "auto"}]
    lines = write_lines(tmp_path / "log.jsonl", *(line(request, answer=answer) for request in requests))
    passed = {name.rpartition("/")[2]: count for (_, _, name), count in audited(lines).tally.passed.items()}
    assert passed["picture-cut-short"] == 3
    assert passed["picture-of-another-size"] == 1
    assert "no-stream-though-asked" not in passed
    assert "refusal-blames-another-parameter" not in passed
    blaming = write_lines(tmp_path / "refused.jsonl", line({**GOOD, "n": 99}, 400, answer=refusal("n")))
    passed = {
        name.rpartition("/")[2]: count
        for (_, _, name), count in audited(blaming, profile="observed").tally.passed.items()
    }
    assert passed["refusal-blames-another-parameter"] == 1
    assert "picture-cut-short" not in passed


def test_the_first_example_shows_what_came_back(tmp_path: Path) -> None:
    """With its pictures beside what was asked for, and without secrets that stand anywhere in a long answer."""
    answer = {"created": 1777593600, "data": [{"b64_json": picture(1024, 1024)}], "usage": USAGE}
    secret = "made-up-secret-0123456789"
    long = answer | {"notes": ["x" * 70_000], "api_key": secret}
    asked = {**GOOD, "size": "1536x1024", "user": "somebody"}
    lines = write_lines(tmp_path / "log.jsonl", *[line(asked, answer=body) for body in (long, answer, answer)])
    audit = audited(lines)
    [key] = [key for key in audit.tally.groups if key.requirement.endswith("/picture-of-another-size")]
    first, *others = audit.tally.groups[key].examples
    assert [one.evidence for one in others] == [None, None]
    shown = first.evidence
    assert shown is not None
    assert shown.asked == {"size": "1536x1024"}
    [seen] = shown.pictures
    assert (seen.place, seen.width, seen.format) == ("data[0].b64_json", 1024, "png")
    assert seen.preview is not None
    assert secret not in repr(shown)
    results = report_of(audit, "2026-11-20T12:00:00.000Z").results
    [failure] = [found.failures[0] for found in results if found.requirement == key.requirement]
    assert failure.evidence == shown
    assert audited(lines, jobs=2).tally.groups == audit.tally.groups


def test_the_events_of_a_recorded_stream_are_shown_with_their_times(tmp_path: Path) -> None:
    """As a journal or an archive has them; times that are not known are left out."""
    preview = {"type": "image_generation.partial_image", "partial_image_index": 1, "b64_json": picture()}
    last = {"type": "image_generation.completed", "b64_json": picture(), "usage": USAGE}
    chunks = [f"event: {data['type']}\ndata: {json.dumps(data)}\n\n".encode() for data in (preview, last)]
    operation = load_dialect("openai").operation("generations")
    sizes = (len(chunks[0]), len(chunks[0]) + len(chunks[1]))
    recorded = Recorded(
        operation="generations",
        request={**GOOD, "stream": True},
        status=200,
        answer=b"".join(chunks),
        answer_type="text/event-stream",
        timing=Timing(2.0, (0.5, 2.0), sizes),
    )
    shown = evidence_of_recorded(recorded, operation, recorded.request)
    assert shown is not None
    assert [(item.seconds, item.type.rpartition(".")[2]) for item in shown.timeline] == [
        (0.5, "partial_image"),
        (2.0, "completed"),
    ]
    assert len(shown.pictures) == 2
    untimed = evidence_of_recorded(recorded._replace(timing=None), operation, UNKNOWN)
    assert untimed is not None
    assert (untimed.timeline, untimed.seconds, untimed.asked) == ((), None, {})
    assert evidence_of_recorded(recorded._replace(answer=UNKNOWN), operation, UNKNOWN) is None


@pytest.mark.parametrize(
    ("status", "answer", "found"),
    [
        (404, {"answer_body": "<html>Not Found</html>", "content_type": "text/html"}, {"web-page": 1}),
        (502, {"answer_body": "<html>Bad Gateway</html>", "content_type": "text/html"}, {"web-page": 1}),
        (401, {"answer_body": "no", "content_type": "text/plain"}, {"not-an-object": 1}),
        (404, {"answer": {"detail": "Not Found"}}, {"framework-detail": 1}),
        (429, {"answer": {"error": {"message": "Slow down."}}}, {"envelope-incomplete": 1}),
        (200, {"answer": {"error": {"message": "moderation"}}}, {"success-status": 1}),
        (200, {"answer": {"created": 1, "data": [{"b64_json": picture(), "url": None}]}}, {"created-not-a-time": 1}),
        (200, {"answer": {"created": 1777593600, "data": [{"b64_json": picture()}], "usage": USAGE}}, {}),
    ],
)
def test_what_one_answer_shows_of_the_wire_is_judged(
    tmp_path: Path, status: int, answer: dict[str, Any], found: dict[str, int]
) -> None:
    """Whatever the status says of the request: a page of a proxy is no answer to anything."""
    audit = audited(write_lines(tmp_path / "a.jsonl", line(GOOD, status, **answer)))
    wire = {flaw: seen for flaw, seen in broken(audit, "provider").items() if flaw in WIRE_FLAWS}
    assert wire == found
    kept = {name.rpartition("/")[2] for _, _, name in audit.tally.passed if name.startswith("wire/")}
    assert not kept & set(found)


def test_an_answer_to_a_wrong_request_may_hold_anything(tmp_path: Path) -> None:
    """Of its keys nothing is said; that it is no page, and no error, all the same."""
    odd = {"created": 1, "data": [{"b64_json": picture(), "url": "https://a.example/b.png"}]}
    audit = audited(write_lines(tmp_path / "a.jsonl", line(WRONG, 200, answer=odd)))
    assert not WIRE_FLAWS & broken(audit, "provider").keys()
    kept = {name for _, _, name in audit.tally.passed if name.startswith("wire/")}
    assert kept == {"wire/refusals/web-page", "wire/refusals/success-status"}
