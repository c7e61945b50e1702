"""Octen: answers and streams against the requests that they reply to."""

import base64
from pathlib import Path
from typing import Any

import pytest
from pixelproof import Verdict, load_dialect

OPERATION = load_dialect("octen").operation("generations")
GPT_2, MINI, PRO, ALIAS = "openai/gpt-image-2", "openai/gpt-image-1-mini", "google/gemini-3-pro-image", "nano-banana-2"
PICTURES = Path(__file__).parents[2] / "fixtures" / "pictures"
FILES = {
    "png": "png-1024x1024.png",
    "alpha": "png-1024x1024-alpha.png",
    "opaque": "png-1024x1024-opaque-alpha.png",
    "wide": "png-1536x1024.png",
    "small": "png-64x64.png",
    "jpeg": "jpeg-1024x1024.jpg",
    "webp": "webp-1024x1024.webp",
    "gif": "gif-1024x1024.gif",
}
PICTURE = {name: base64.b64encode((PICTURES / file).read_bytes()).decode() for name, file in FILES.items()}
PICTURE["text"] = base64.b64encode(b"no picture").decode()
PICTURE["half"] = PICTURE["png"][: len(PICTURE["png"]) // 8 * 4]
LEFT_OUT = object()
USAGE = {"input_tokens": 50, "output_tokens": 50, "total_tokens": 100}
NO_FORMAT = {"output_format": LEFT_OUT}
UNTRUE, WRONG = "answer-untrue-of-request", "answer-output-format-not"
ECHO = {"background": "opaque", "output_format": "png", "quality": "low", "size": "1024x1024"}


def names(verdict: Verdict) -> list[str]:
    """The requirements that are broken, without dialect and operation."""
    return sorted({found.requirement.rpartition("/")[2] for found in verdict.findings})


def images(*kinds: str) -> list[dict[str, str]]:
    """The list of images of an answer."""
    return [{"b64_json": PICTURE.get(kind, kind)} for kind in kinds]


def answered(model: str, changes: dict[str, Any], asked: dict[str, Any], status: int = 200) -> Verdict:
    """The verdict on the usual answer of the model with some keys changed or left out."""
    usual = {"id": "img-1", "created": 1713833628, "data": images("png"), "usage": USAGE, "output_format": "png"}
    usual |= ECHO if model.startswith("openai/") else {}
    answer = {key: value for key, value in {**usual, **changes}.items() if value is not LEFT_OUT}
    return OPERATION.validate_response(answer, request={"model": model, "prompt": "A fox", **asked}, status=status)


ANSWERS: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    # model, changes of the usual answer, what the request asked for, requirements that are broken
    (GPT_2, {}, {}, []),
    (GPT_2, {}, {"size": "auto", "quality": "auto", "background": "auto", "n": 1}, []),
    (GPT_2, {}, ECHO, []),
    (PRO, {}, {}, []),
    *[(GPT_2, {key: LEFT_OUT}, {}, [f"{key}-missing"]) for key in ("id", "created", "usage")],
    *[(ALIAS, {key: LEFT_OUT}, {}, [f"{key}-missing"]) for key in ("id", "created", "usage")],
    *[(model, {"output_format": LEFT_OUT}, {}, ["output-format-missing"]) for model in (MINI, PRO)],
    (PRO, {"data": LEFT_OUT}, {}, ["data-missing"]),
    (GPT_2, {"background": LEFT_OUT, "quality": LEFT_OUT, "size": LEFT_OUT}, {}, []),
    (GPT_2, {"id": ""}, {}, ["id-not-text"]),
    (GPT_2, {"created": "1713833628"}, {}, ["created-not-in-seconds"]),
    (GPT_2, {"created": 1713833628000}, {}, ["created-not-in-seconds"]),
    (GPT_2, {"usage": [1]}, {}, ["usage-not-an-object"]),
    (GPT_2, {"usage": {}}, {}, []),
    (GPT_2, {"usage": {**USAGE, "total_tokens": 99}}, {}, ["usage-does-not-add-up"]),
    (GPT_2, {"usage": {**USAGE, "input_tokens": "50"}}, {}, ["usage-not-a-count"]),
    (GPT_2, {"model": GPT_2}, {}, ["answer-key-not-listed"]),
    # how many images
    (GPT_2, {"data": []}, {}, ["no-image-in-answer"]),
    (PRO, {"data": []}, {}, ["no-image-in-answer"]),
    (GPT_2, {"data": images("png", "png")}, {}, ["several-images-unasked"]),
    (GPT_2, {"data": images("png", "png")}, {"n": 2}, []),
    (GPT_2, {"data": images("png", "png")}, {"n": 1}, ["another-number-of-images-than-asked"]),
    (GPT_2, {}, {"n": 10}, ["another-number-of-images-than-asked"]),
    (PRO, {"data": images("png", "png")}, {"n": 7}, []),
    # what the images are
    (GPT_2, {"data": [{}]}, {}, ["b64-json-missing"]),
    (GPT_2, {"data": [{"url": "https://a.example/b.png"}]}, {}, ["b64-json-missing", "url-in-answer"]),
    (PRO, {"data": [{**images("png")[0], "url": "https://a.example/b.png"}]}, {}, ["url-in-answer"]),
    (GPT_2, {"data": [{**images("png")[0], "revised_prompt": "A fox"}]}, {}, ["image-key-not-listed"]),
    (GPT_2, {"data": images("")}, {}, ["b64-json-not-text"]),
    (GPT_2, {"data": images("no base64!")}, {}, ["b64-json-not-base64"]),
    (GPT_2, {"data": images("text")}, {}, ["b64-json-not-a-picture"]),
    (GPT_2, {"data": images("half")}, {}, ["picture-cut-short"]),
    (GPT_2, {"data": images("gif"), **NO_FORMAT}, {}, ["output-format-missing", "picture-format-not-listed"]),
    # what was applied
    (GPT_2, {"background": "auto"}, {}, ["answer-background-not-listed"]),
    (GPT_2, {"quality": "auto"}, {}, ["answer-quality-not-listed"]),
    (GPT_2, {"quality": "high"}, {"quality": "low"}, [UNTRUE]),
    (GPT_2, {"size": "auto"}, {"size": "auto"}, ["answer-size-not-width-x-height"]),
    (GPT_2, {"size": "1536x1024"}, {}, ["answer-untrue-of-picture"]),
    (GPT_2, {"size": "1536x1024", "data": images("wide")}, {"size": "1536x1024"}, []),
    (GPT_2, {"size": LEFT_OUT}, {"size": "1000x700"}, ["picture-of-another-size"]),
    (GPT_2, {"output_format": "jpg", "data": images("jpeg")}, {}, ["answer-output-format-not-listed"]),
    (GPT_2, {"output_format": "jpeg", "data": images("jpeg")}, {}, []),
    (GPT_2, {"output_format": "jpeg", "data": images("jpeg")}, {"output_format": "jpeg"}, []),
    (GPT_2, {"output_format": "webp"}, {}, ["answer-untrue-of-picture"]),
    (GPT_2, NO_FORMAT, {"output_format": "webp"}, ["output-format-missing", "picture-in-another-format"]),
    (GPT_2, {}, {"output_format": "webp"}, [UNTRUE, "picture-in-another-format"]),
    (GPT_2, {"data": images("opaque")}, {"background": "opaque"}, []),
    (GPT_2, {"data": images("alpha")}, {"background": "opaque"}, ["opaque-picture-with-transparency"]),
    # the documented refusal
    (GPT_2, {}, {"background": "transparent"}, [UNTRUE, "transparent-background-not-refused"]),
    (GPT_2, {"background": LEFT_OUT}, {"background": "transparent"}, ["transparent-background-not-refused"]),
    (GPT_2, {"background": "transparent", "data": images("alpha")}, {}, ["transparent-background-from-gpt-image-2"]),
    (MINI, {"background": "transparent", "data": images("alpha")}, {"background": "transparent"}, []),
    (MINI, {"background": "transparent"}, {"background": "transparent"}, ["transparent-picture-without-alpha"]),
    # what belongs to one family
    *[(ALIAS, {key: ECHO[key]}, {}, [f"{key}-from-gemini"]) for key in ("background", "quality", "size")],
    (MINI, {"text": "A fox."}, {}, ["text-from-gpt"]),
    (MINI, {"parts": []}, {}, ["parts-from-gpt"]),
    (PRO, {"text": "A fox.", "parts": [{"text": "A fox."}]}, {}, []),
    (PRO, {"text": 5, "parts": {}}, {}, ["answer-text-not-a-string", "parts-not-an-array"]),
    (PRO, {"text": "A fox."}, {"response_modalities": ["image"]}, ["text-though-only-image-asked"]),
    (PRO, {"parts": [{"text": "x"}]}, {"response_modalities": ["image"]}, ["text-though-only-image-asked"]),
    (PRO, {}, {"response_modalities": ["image", "text"]}, ["no-text-though-asked"]),
    (PRO, {"text": "A fox."}, {"response_modalities": ["image", "text"]}, []),
    # what Gemini ignores and changes
    (PRO, {}, {"size": "1000x700", "background": "transparent", "quality": "high", "stream": True}, []),
    (PRO, {"data": images("alpha")}, {"background": "opaque"}, []),
    (PRO, {}, {"output_format": "webp"}, []),
    (PRO, {}, {"output_format": "jpeg"}, [f"{UNTRUE}-to-gemini", "picture-from-gemini-in-another-format"]),
    (PRO, {"output_format": "webp"}, {}, [f"{WRONG}-of-gemini", "answer-untrue-of-picture"]),
    (PRO, {"data": images("webp"), **NO_FORMAT}, {}, ["output-format-missing", "picture-format-not-of-gemini"]),
    # streams
    (GPT_2, {}, {"stream": True}, ["no-stream-though-asked"]),
    (GPT_2, {}, {"stream": False}, []),
]  # fmt: skip


def test_answers() -> None:
    """Each answer breaks exactly the requirements that the document makes it break."""
    for model, changes, asked, broken in ANSWERS:
        found = names(answered(model, changes, asked))
        assert found == sorted(broken), (model, str(changes)[:80], asked)


def test_an_answer_to_an_unknown_request_is_judged_by_itself() -> None:
    """Nothing is guessed about model and parameters."""
    usual = {"id": "img-1", "created": 1, "data": images("png"), "usage": {}, "output_format": "png"}
    assert OPERATION.validate_response(usual).findings == ()
    assert OPERATION.validate_response({**usual, "text": "A fox.", "quality": "low"}).findings == ()
    assert names(OPERATION.validate_response({**usual, "data": []})) == ["no-image-in-answer"]
    assert names(OPERATION.validate_response(b"<html>")) == ["answer-not-json"]


@pytest.mark.parametrize(
    ("status", "asked", "broken"),
    [
        (400, {"background": "transparent"}, []),
        (422, {"background": "transparent"}, ["transparent-background-refused-otherwise"]),
        (429, {"background": "transparent"}, []),
        (500, {"background": "transparent"}, []),
        (400, {"n": 11}, []),
        (422, {"n": 11}, []),
        (400, {"n": 10}, ["documented-n-refused"]),
        (400, {"quality": "high"}, ["documented-request-refused"]),
        (400, {"quality": "high", "n": 2}, ["documented-n-refused"]),
        (400, {"thinking_level": "high"}, ["documented-request-refused"]),
        (400, {"size": None}, []),
        (403, {"n": 10}, []),
    ],
)
def test_refusals(status: int, asked: dict[str, Any], broken: list[str]) -> None:
    """One refusal has a documented status; what the document accepts or ignores is no reason for one."""
    refusal = {"code": status, "msg": "Invalid parameter n", "data": {}, "meta": {}}
    request = {"model": GPT_2, "prompt": "A fox", **asked}
    assert names(OPERATION.validate_response(refusal, request=request, status=status)) == broken


def event(kind: str, mode: str = "image_generation", **data: Any) -> dict[str, Any]:
    """An event with its usual data, some of it changed or left out."""
    name = f"{mode}.{kind}"
    usual = {"type": name, "b64_json": PICTURE["png"], **({"usage": USAGE} if kind == "completed" else {})}
    return {"event": name, "data": {key: value for key, value in {**usual, **data}.items() if value is not LEFT_OUT}}


def preview(index: object, mode: str = "image_generation", **data: Any) -> dict[str, Any]:
    """The event of a preview."""
    return event("partial_image", mode, partial_image_index=index, **data)


DONE, EDITED = event("completed"), event("completed", "image_edit")
TWO, IMAGE = {"partial_images": 2}, {"image": PICTURE["small"]}
STREAMS: list[tuple[list[Any], dict[str, Any], list[str]]] = [
    # events, what the request asked for beside stream, requirements that are broken
    ([DONE], {}, []),
    ([preview(0), preview(1), DONE], TWO, []),
    ([preview(0), DONE], TWO, []),
    ([DONE], TWO, []),
    ([preview(0), DONE], {}, []),
    ([preview(0), DONE], {"partial_images": 0}, ["more-partial-images-than-asked"]),
    ([preview(0), preview(1), DONE], {"partial_images": 1}, ["more-partial-images-than-asked"]),
    ([preview(1), DONE], TWO, ["partial-images-out-of-order"]),
    ([preview(1), preview(0), DONE], TWO, ["partial-images-out-of-order"]),
    ([preview(0), preview(0), DONE], TWO, ["partial-images-out-of-order"]),
    ([preview("0"), DONE], TWO, ["partial-index-outside-0-to-2"]),
    ([preview(LEFT_OUT), DONE], TWO, ["partial-event-without-index"]),
    ([preview(0, b64_json=LEFT_OUT), DONE], TWO, ["partial-event-without-image"]),
    ([preview(0, b64_json=PICTURE["text"]), DONE], TWO, ["b64-json-not-a-picture"]),
    ([preview(0, b64_json=PICTURE["small"]), DONE], {**TWO, "size": "1024x1024"}, []),
    ([preview(0)], TWO, ["not-exactly-one-completed"]),
    ([DONE, DONE], {}, ["not-exactly-one-completed"]),
    ([DONE, DONE], {"n": 2}, []),
    ([DONE, preview(0)], TWO, ["completed-not-last"]),
    ([], {}, ["stream-empty"]),
    ([event("completed", usage=LEFT_OUT)], {}, ["completed-event-without-usage"]),
    ([event("completed", b64_json=LEFT_OUT)], {}, ["completed-event-without-image"]),
    ([event("completed", b64_json="")], {}, ["event-b64-json-not-text"]),
    ([event("completed", url="https://a.example/b.png")], {}, ["url-in-answer"]),
    ([event("completed", quality="low")], {"quality": "high"}, [UNTRUE]),
    ([DONE], {"output_format": "webp"}, ["picture-in-another-format"]),
    ([DONE], {"size": "1000x700"}, ["picture-of-another-size"]),
    ([DONE], {"background": "transparent"}, ["transparent-background-not-refused"]),
    ([{"event": "image_generation.completed", "data": "done"}], {}, ["event-data-not-an-object"]),
    ([{"event": "image_generation.completed"}], {}, ["event-without-data"]),
    ([{"data": DONE["data"]}], {}, []),
    ([{"event": DONE["event"], "data": {**DONE["data"], "type": None}}], {}, []),
    ([event("completed", type=3), DONE], {}, ["event-not-listed", "event-without-name"]),
    ([{"event": "error", "data": {}}, DONE], {}, ["event-not-listed"]),
    ([{**DONE, "event": "message"}], {}, ["event-name-differs-from-type"]),
    # edits
    ([preview(0, "image_edit"), EDITED], {**TWO, **IMAGE}, []),
    ([EDITED], {"image": [PICTURE["small"]]}, []),
    ([DONE], IMAGE, ["event-of-another-mode"]),
    ([EDITED], {}, ["event-of-another-mode"]),
    ([EDITED], {"image": []}, ["event-of-another-mode"]),
    ([DONE], {"image": ""}, []),
    ([preview(0, "image_edit"), DONE], {**TWO, **IMAGE}, ["event-of-another-mode"]),
]  # fmt: skip


def test_streams() -> None:
    """Each stream breaks exactly the requirements that the document makes it break."""
    for events, asked, broken in STREAMS:
        request = {"model": GPT_2, "prompt": "A fox", "stream": True, **asked}
        verdict = OPERATION.validate_stream(events, request=request)
        assert names(verdict) == broken, (asked, [str(found) for found in verdict.findings])


def test_only_gpt_models_stream_and_only_when_asked() -> None:
    """A Gemini model answers with one object whatever it is asked."""
    for model, stream, broken in [
        (PRO, True, ["stream-from-gemini"]),
        (ALIAS, None, ["stream-from-gemini"]),
        (GPT_2, None, ["stream-though-not-asked"]),
        (GPT_2, False, ["stream-though-not-asked"]),
    ]:
        verdict = OPERATION.validate_stream([DONE], request={"model": model, "prompt": "A fox", "stream": stream})
        assert (names(verdict), verdict.findings[0].parameter) == (broken, "stream")


def test_a_stream_for_an_unknown_request_may_be_of_either_mode() -> None:
    """Without the request nobody knows whether it held an image."""
    assert OPERATION.validate_stream([EDITED]).findings == OPERATION.validate_stream([DONE]).findings == ()


def test_previews_have_a_price() -> None:
    """Usage below 100 image tokens a preview is a note and no error."""
    for tokens, broken in [(199, ["previews-not-charged"]), (200, []), (1256, [])]:
        usage = {"output_tokens_details": {"image_tokens": tokens}}
        events = [preview(0), preview(1), event("completed", usage=usage)]
        verdict = OPERATION.validate_stream(events, request={"model": MINI, "prompt": "A", "stream": True, **TWO})
        assert (verdict.verdict, names(verdict)) == ("valid", broken)
