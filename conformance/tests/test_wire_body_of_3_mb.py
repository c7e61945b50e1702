"""Pictures of an ordinary size: where they are sent, and what is said of an endpoint that does not take them."""

from pathlib import Path

import pytest
from pixelproof import load_dialect
from pixelproof_conformance.model import Case, Outcome, Record
from pixelproof_conformance.plan import make_plans
from pixelproof_conformance.runner import Options, Run
from pixelproof_conformance.subject import Subject, subjects_of
from pixelproof_conformance.wire_checks import shapes

from .scripted import ScriptedSender, picture, record, refusal, subject

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
LARGER = "wire/shapes/body-of-3-mb"
OCTEN = subject("openai/gpt-image-2", "octen")


def larger(found: Subject) -> list[Case]:
    """The cases of a whole plan that are sent with 3 MB."""
    [plan] = make_plans([found])
    return [case for case in plan.accepts if LARGER in case.targets]


def test_it_is_sent_where_a_picture_can_be_sent() -> None:
    """As a file that is filled up, or as blanks in a JSON body that carries a picture."""
    [form] = larger(subject("gpt-image-2", "anyfast", "edits"))
    assert [file.bytes for file in form.files if file.field.startswith("image")][:1] == [shapes.BODY_BYTES]
    [body] = larger(OCTEN)
    assert body.body["image"]
    assert body.transport is not None
    assert body.transport.padding == shapes.BODY_BYTES
    assert larger(subject()) == []


def test_it_is_not_sent_where_the_document_calls_it_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """The invented provider takes files of less than 4 MB."""
    dialect = load_dialect("brightpixel", dialect_path=(EXAMPLES / "new-dialect",))
    found = subjects_of(dialect, dialect.operation("edits"))[0]
    assert len(larger(found)) == 1
    monkeypatch.setattr(shapes, "BODY_BYTES", 5_000_000)
    assert larger(found) == []


@pytest.mark.parametrize(
    ("status", "plain_status", "outcome"),
    [
        (200, 200, "pass"),
        (413, 200, "warn"),
        (413, 400, "inconclusive"),
        (500, 200, "fail"),
        (429, 200, "inconclusive"),
    ],
)
def test_a_limit_of_1_mb_is_told(status: int, plain_status: int, outcome: Outcome) -> None:
    """Only where the same request is accepted with a small picture; no document promises it."""
    answer = {"created": 1_780_000_000, "data": [{"b64_json": picture()}]}

    def proxy(case: Case) -> Record:
        padded = case.transport is not None and case.transport.padding == shapes.BODY_BYTES
        found = status if padded else plain_status if case.kind == "accept" else 200 if case.kind == "baseline" else 400
        return record(case, found, answer if found == 200 else refusal())

    run = Run(ScriptedSender(proxy), Options(only=(LARGER,)), reproduce=lambda case, record: ("", ""))
    assert [item.outcome for item in run.over([OCTEN]).results if item.requirement == LARGER] == [outcome]
