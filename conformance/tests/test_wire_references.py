"""Several pictures in one request: the swatches that are sent, and what is looked for in the answer."""

import base64
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from pixelproof._picture import colours_of
from pixelproof_conformance.gateway.pictures import make_picture
from pixelproof_conformance.model import Case, Outcome, Record
from pixelproof_conformance.plan import make_plans
from pixelproof_conformance.reported import Result
from pixelproof_conformance.runner import Options, Run
from pixelproof_conformance.subject import Subject
from pixelproof_conformance.upload import make_upload
from pixelproof_conformance.wire_checks.references import NOT_ALL, SWATCHES, WISH

from .gateway_client import Request, send
from .scripted import Answer, ScriptedSender, record, refusal, subject

ANYFAST = subject("gpt-image-2", "anyfast", "edits")
BY_ADDRESS = subject("gpt-image-2-c", "anyfast", "edits")
OCTEN = subject("openai/gpt-image-2", "octen")
MAGENTA, GREEN = SWATCHES.values()
ADDRESS = "http://127.0.0.1/files/a.png"


def dressed(found: Subject) -> list[Case]:
    """The cases of a whole plan that carry swatches."""
    [plan] = make_plans([found])
    return [case for case in plan.accepts if NOT_ALL in case.targets]


def striped(*colours: tuple[int, int, int]) -> bytes:
    """A picture of upright stripes of these colours and nothing else."""
    picture = Image.new("RGB", (160, 90))
    for index, colour in enumerate(colours):
        width = 160 // len(colours)
        picture.paste(colour, (index * width, 0, (index + 1) * width, 90))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def judged(reply: Callable[[Case], Answer | Record], found: Subject = ANYFAST) -> Result:
    """What a run says of the check when the case with the swatches gets ``reply``, and every other one a picture."""

    def script(case: Case) -> Answer | Record:
        if NOT_ALL in case.targets or (case.transport is not None and case.transport.fetch):
            return reply(case)
        return 200, with_picture(striped(MAGENTA, GREEN))

    run = Run(ScriptedSender(script), Options(only=("wire/references/", "wire/addresses/")), reproduce=nothing)
    [result] = [item for item in run.over([found]).results if item.requirement == NOT_ALL]
    return result


def nothing(case: Case, record: Record) -> tuple[str, str]:
    """Reproduces nothing."""
    return "", ""


def with_picture(data: bytes) -> dict[str, object]:
    """An answer with one picture."""
    return {"created": 1_780_000_000, "data": [{"b64_json": base64.b64encode(data).decode()}]}


def test_swatches_go_into_a_request_that_has_several_pictures_anyway() -> None:
    """In turn, under the names that the pictures had; the prompt asks for their colours."""
    [case] = dressed(ANYFAST)
    assert case.body["prompt"] == WISH
    assert [file.colour for file in case.files] == [MAGENTA, GREEN] * 8
    assert {file.field for file in case.files} == {"image[]"}
    pixels = {colours_of(make_upload(file).content, 1) for file in case.files}
    assert pixels == {bytes(MAGENTA), bytes(GREEN)}


def test_swatches_go_into_an_array_of_base64_too() -> None:
    """A document with one route for all has its references in JSON."""
    [case] = dressed(OCTEN)
    texts = case.body["image"]
    assert [colours_of(base64.b64decode(text), 1) for text in texts] == [bytes(MAGENTA), bytes(GREEN)]
    assert "stream" not in case.body


def test_a_model_without_several_pictures_is_not_asked() -> None:
    """The check is not even listed for it."""
    [plan] = make_plans([subject()])
    assert plan.probe is not None
    assert NOT_ALL not in plan.probe.ground.checks


@pytest.mark.parametrize(
    ("picture", "outcome"),
    [
        (striped(MAGENTA, GREEN), "pass"),
        (striped((255, 255, 255), (250, 90, 250), (60, 140, 60)), "pass"),
        (striped(MAGENTA), "warn"),
        (striped(GREEN), "warn"),
        (striped((200, 40, 40), (40, 40, 200)), "warn"),
        (striped(MAGENTA, *[(30, 60, 200)] * 30, GREEN), "warn"),
        (striped((255, 255, 255), (90, 90, 90)), "inconclusive"),
        (b"no picture", "inconclusive"),
        (make_picture(16_000, 1_001), "inconclusive"),
    ],
    ids=["both", "other-shades", "magenta", "green", "neither", "traces", "grey", "no-picture", "too-large"],
)
def test_both_colours_have_to_be_seen(picture: bytes, outcome: Outcome) -> None:
    """Shades count and traces do not; a grey picture and one that is not decoded say nothing."""
    assert judged(lambda case: (200, with_picture(picture))).outcome == outcome


def test_a_lost_colour_is_named_with_doubt() -> None:
    """Models take references as guidance, so the message says what to do before anyone is blamed."""
    result = judged(lambda case: (200, with_picture(striped(MAGENTA))))
    [failure] = result.failures
    assert "hardly any green is left" in failure.message
    assert "Models take references as guidance, so look at the picture first" in failure.message
    assert failure.actual == "magenta 100.0 %, green 0.0 %"


@pytest.mark.parametrize("answer", [(400, refusal("image")), (503, refusal()), (200, {"created": 1, "data": []})])
def test_without_a_picture_nothing_is_said(answer: Answer) -> None:
    """A refusal is the matter of the document, which promises that several pictures are accepted."""
    assert judged(lambda case: answer).outcome == "inconclusive"


@pytest.mark.parametrize(("picture", "outcome"), [(striped(MAGENTA, GREEN), "pass"), (striped(GREEN), "warn")])
def test_a_picture_behind_an_address_is_looked_at_when_it_is_fetched(picture: bytes, outcome: Outcome) -> None:
    """It is fetched for another check anyway; this one comes first."""

    def reply(case: Case) -> Answer | Record:
        if case.transport is not None and case.transport.fetch == ADDRESS:
            return record(case, 200, picture, content_type="image/png")
        return 200, {"created": 1_780_000_000, "data": [{"url": ADDRESS}]}

    assert judged(reply, BY_ADDRESS).outcome == outcome


def test_the_gateway_paints_what_it_was_given() -> None:
    """The mean colour of each picture as an upright band, in their order; no other run could see a lost one."""
    [case] = dressed(ANYFAST)
    answer = send(
        Request("anyfast", "edits", {"model": "gpt-image-2", "prompt": "Both"}, ANYFAST.files(case.files[:2]))
    )
    data = base64.b64decode(answer.json()["data"][0]["b64_json"])
    grid = colours_of(data, 8)
    assert grid is not None
    row = [grid[start : start + 3] for start in range(0, 24, 3)]
    assert row[2] == bytes(MAGENTA)
    assert row[6] == bytes(GREEN)
    assert row[0] not in (bytes(MAGENTA), bytes(GREEN))
