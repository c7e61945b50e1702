"""The AnyFast dialect against its document: every parameter at its values and limits, and every kind of answer."""

import base64
from pathlib import Path

import pytest
from pixelproof import File, Verdict, load_dialect
from pixelproof._values import Json

PICTURES = Path(__file__).parents[2] / "fixtures" / "pictures"
ANYFAST = load_dialect("anyfast")
GENERATIONS = ANYFAST.operation("generations")
EDITS = ANYFAST.operation("edits")
REQUEST = {"model": "gpt-image-2", "prompt": "A red fox in the snow."}
CHEAPER = {**REQUEST, "model": "gpt-image-2-c"}
LEFT_OUT = object()
LINK = {"url": "https://images.example.com/a.png"}


def base64_of(name: str) -> str:
    """A picture of the fixtures as base64."""
    return base64.b64encode((PICTURES / name).read_bytes()).decode()


def base64_item(name: str = "png-1024x1024.png") -> dict[str, str]:
    """An image of an answer that holds a picture of the fixtures."""
    return {"b64_json": base64_of(name)}


def flaws(verdict: Verdict, *, notes: bool = False) -> list[str]:
    """The findings as flaw@parameter; notes of severity info only when asked for."""
    return [
        f"{one.requirement.rpartition('/')[2]}@{one.parameter}"
        for one in verdict.findings
        if notes or one.severity != "info"
    ]


def changed(base: dict[str, Json], changes: dict[str, Json]) -> dict[str, Json]:
    """``base`` with other members; one that is ``LEFT_OUT`` is missing."""
    return {name: value for name, value in {**base, **changes}.items() if value is not LEFT_OUT}


GENERATION_CASES: list[tuple[dict[str, Json], str, list[str]]] = [
    ({}, "valid", []),
    ({"model": LEFT_OUT}, "invalid", ["model-missing@model"]),
    ({"model": None}, "invalid", ["model-missing@model"]),
    ({"model": "gpt-image-2-c"}, "invalid", ["model-not-gpt-image-2@model"]),
    ({"model": "GPT-image-2"}, "invalid", ["model-not-gpt-image-2@model"]),
    ({"model": ""}, "invalid", ["model-not-gpt-image-2@model"]),
    ({"model": 2}, "invalid", ["model-not-a-string@model", "model-not-gpt-image-2@model"]),
    ({"prompt": LEFT_OUT}, "invalid", ["prompt-missing@prompt"]),
    ({"prompt": None}, "invalid", ["prompt-missing@prompt"]),
    ({"prompt": ""}, "warn", ["prompt-empty@prompt"]),
    ({"prompt": " "}, "valid", []),
    ({"prompt": "x" * 100_000}, "valid", []),
    ({"prompt": 5}, "invalid", ["prompt-not-a-string@prompt"]),
    ({"n": 1}, "valid", []),
    ({"n": 1.0}, "valid", []),
    ({"n": 2}, "warn", ["several-images-without-direct-group@n"]),
    ({"n": 10}, "warn", ["several-images-without-direct-group@n"]),
    ({"n": 0}, "invalid", ["n-outside-1-to-10@n"]),
    ({"n": 11}, "invalid", ["n-outside-1-to-10@n"]),
    ({"n": -1}, "invalid", ["n-outside-1-to-10@n"]),
    ({"n": 1.5}, "invalid", ["n-not-a-whole-number@n"]),
    ({"n": "2"}, "invalid", ["n-not-a-whole-number@n"]),
    ({"n": True}, "invalid", ["n-not-a-whole-number@n"]),
    ({"n": None}, "valid", []),
    ({"size": "3840x2160"}, "valid", []),
    ({"size": "640x1024"}, "valid", []),
    ({"size": "auto"}, "invalid", ["size-not-width-x-height@size"]),
    ({"size": "1024X1024"}, "invalid", ["size-not-width-x-height@size"]),
    ({"size": "1024 x 1024"}, "invalid", ["size-not-width-x-height@size"]),
    ({"size": "01024x1024"}, "invalid", ["size-not-width-x-height@size"]),
    ({"size": "1024x1024x1"}, "invalid", ["size-not-width-x-height@size"]),
    ({"size": ""}, "invalid", ["size-not-width-x-height@size"]),
    ({"size": 1024}, "invalid", ["size-not-a-string@size"]),
    ({"size": "1000x1000"}, "invalid", ["size-not-in-steps-of-16@size"]),
    ({"size": "3856x1296"}, "invalid", ["size-longer-than-3840@size"]),
    ({"size": "3840x1264"}, "invalid", ["size-ratio-above-3-to-1@size"]),
    ({"size": "800x800"}, "invalid", ["size-outside-pixel-budget@size"]),
    ({"size": "3840x2176"}, "invalid", ["size-outside-pixel-budget@size"]),
    ({"quality": "low"}, "valid", []),
    ({"quality": "medium"}, "valid", []),
    ({"quality": "high"}, "valid", []),
    ({"quality": "auto"}, "invalid", ["quality-not-listed@quality"]),
    ({"quality": "High"}, "invalid", ["quality-not-listed@quality"]),
    ({"quality": 3}, "invalid", ["quality-not-listed@quality"]),
    ({"output_format": "png"}, "valid", []),
    ({"output_format": "jpeg"}, "valid", []),
    ({"output_format": "webp"}, "invalid", ["output-format-not-listed@output_format"]),
    ({"output_format": "jpg"}, "invalid", ["output-format-not-listed@output_format"]),
    ({"moderation": "auto"}, "valid", []),
    ({"moderation": "low"}, "valid", []),
    ({"moderation": "high"}, "invalid", ["moderation-not-listed@moderation"]),
    ({"output_format": "jpeg", "output_compression": 0}, "valid", []),
    ({"output_format": "jpeg", "output_compression": 100}, "valid", []),
    (
        {"output_format": "jpeg", "output_compression": 101},
        "invalid",
        ["output-compression-outside-0-to-100@output_compression"],
    ),
    (
        {"output_format": "jpeg", "output_compression": -1},
        "invalid",
        ["output-compression-outside-0-to-100@output_compression"],
    ),
    (
        {"output_format": "jpeg", "output_compression": "50"},
        "invalid",
        ["output-compression-not-a-whole-number@output_compression"],
    ),
    (
        {"output_format": "png", "output_compression": 50},
        "warn",
        ["output-compression-without-jpeg@output_compression"],
    ),
    ({"output_compression": 50}, "warn", ["output-compression-without-jpeg@output_compression"]),
    ({"response_format": "url"}, "warn", ["parameter-not-listed@response_format"]),
    ({"background": "transparent"}, "warn", ["parameter-not-listed@background"]),
    ({"stream": True}, "warn", ["parameter-not-listed@stream"]),
]


@pytest.mark.parametrize(("changes", "verdict", "expected"), GENERATION_CASES)
def test_a_generation_is_judged_by_its_table(changes: dict[str, Json], verdict: str, expected: list[str]) -> None:
    """Each parameter of a generation at its values and limits."""
    found = GENERATIONS.validate_request(changed(REQUEST, changes))
    assert (found.verdict, flaws(found)) == (verdict, expected)


IMAGE = [("image", "png-1024x1024.png")]
MASK = ("mask", "png-1024x1024-alpha.png")
EDIT_CASES: list[tuple[dict[str, Json], list[tuple[str, str]], str, list[str]]] = [
    ({}, IMAGE, "valid", []),
    ({}, [("image", "jpeg-1024x1024.jpg")], "valid", []),
    ({}, [("image[]", "png-64x64.png")], "valid", []),
    ({}, [("image[]", "png-64x64.png")] * 16, "valid", []),
    ({}, [("image[]", "png-64x64.png")] * 17, "invalid", ["more-than-16-images@image[]"]),
    ({}, [], "invalid", ["image-missing@image"]),
    ({}, [*IMAGE, ("image[]", "png-64x64.png")], "invalid", ["image-and-images@image", "image-and-images@image[]"]),
    ({}, [*IMAGE, *IMAGE], "invalid", ["image-not-one-file@image"]),
    ({"image": "iVBORw0KGgo="}, [], "invalid", ["image-not-one-file@image"]),
    ({"image[]": "iVBORw0KGgo="}, [], "invalid", ["images-item-not-a-file@image[]"]),
    ({}, [("image", "webp-1024x1024.webp")], "invalid", ["image-not-png-or-jpeg@image"]),
    ({}, [("image", "gif-64x64.gif")], "invalid", ["image-not-png-or-jpeg@image"]),
    ({}, [("image[]", "png-64x64.png"), ("image[]", "bmp-64x64.bmp")], "invalid", ["image-not-png-or-jpeg@image[]"]),
    ({}, [*IMAGE, MASK], "warn", ["mask-without-direct-group@mask"]),
    ({}, [MASK], "invalid", ["image-missing@image", "mask-without-direct-group@mask"]),
    ({"mask": "x"}, IMAGE, "invalid", ["mask-not-one-file@mask"]),
    ({"model": "gpt-image-2-c"}, IMAGE, "valid", []),
    ({"model": "gpt-image-1"}, IMAGE, "invalid", ["model-not-listed@model"]),
    ({"model": LEFT_OUT}, IMAGE, "invalid", ["model-missing@model"]),
    ({"prompt": LEFT_OUT}, IMAGE, "invalid", ["prompt-missing@prompt"]),
    ({"prompt": ""}, IMAGE, "warn", ["prompt-empty@prompt"]),
    ({"n": "1"}, IMAGE, "valid", []),
    ({"n": "2"}, IMAGE, "warn", ["several-images-without-direct-group@n"]),
    ({"n": "0"}, IMAGE, "invalid", ["n-outside-1-to-10@n"]),
    ({"n": "11"}, IMAGE, "invalid", ["n-outside-1-to-10@n"]),
    ({"n": "two"}, IMAGE, "invalid", ["n-not-a-whole-number@n"]),
    ({"n": "2.5"}, IMAGE, "invalid", ["n-not-a-whole-number@n"]),
    ({"n": ""}, IMAGE, "invalid", ["n-not-a-whole-number@n"]),
    ({"size": "1536x1024"}, IMAGE, "valid", []),
    ({"size": "auto"}, IMAGE, "invalid", ["size-not-width-x-height@size"]),
    ({"size": "512x512"}, IMAGE, "invalid", ["size-outside-pixel-budget@size"]),
    ({"size": "1000x1000"}, IMAGE, "invalid", ["size-not-in-steps-of-16@size"]),
    ({"size": "3856x1296"}, IMAGE, "invalid", ["size-longer-than-3840@size"]),
    ({"size": "3840x1264"}, IMAGE, "invalid", ["size-ratio-above-3-to-1@size"]),
    ({"output_format": "jpeg", "output_compression": "80"}, IMAGE, "valid", []),
    ({"output_format": "webp"}, IMAGE, "invalid", ["output-format-not-listed@output_format"]),
    (
        {"output_format": "jpeg", "output_compression": "101"},
        IMAGE,
        "invalid",
        ["output-compression-outside-0-to-100@output_compression"],
    ),
    (
        {"output_format": "jpeg", "output_compression": "x"},
        IMAGE,
        "invalid",
        ["output-compression-not-a-whole-number@output_compression"],
    ),
    ({"output_compression": "80"}, IMAGE, "warn", ["output-compression-without-jpeg@output_compression"]),
    ({"model": "gpt-image-2-c", "response_format": "url"}, IMAGE, "valid", []),
    (
        {"model": "gpt-image-2-c", "response_format": "b64_json"},
        IMAGE,
        "invalid",
        ["response-format-not-url@response_format"],
    ),
    ({"response_format": "url"}, IMAGE, "invalid", ["response-format-for-gpt-image-2@response_format"]),
    ({"quality": "low"}, IMAGE, "warn", ["quality-not-in-the-table@quality"]),
    ({"moderation": "low"}, IMAGE, "warn", ["parameter-not-listed@moderation"]),
    ({"image_config[aspect_ratio]": "1:1"}, IMAGE, "warn", ["parameter-not-listed@image_config[aspect_ratio]"]),
]


@pytest.mark.parametrize(("changes", "files", "verdict", "expected"), EDIT_CASES)
def test_an_edit_is_judged_by_its_table(
    changes: dict[str, Json], files: list[tuple[str, str]], verdict: str, expected: list[str]
) -> None:
    """Each parameter of an edit at its values and limits, and each kind of upload."""
    uploads = [File(field, (PICTURES / name).read_bytes(), name) for field, name in files]
    found = EDITS.validate_request(changed(REQUEST, changes), files=uploads)
    assert (found.verdict, flaws(found)) == (verdict, expected)


def test_several_images_of_the_cheaper_model_are_noted() -> None:
    """The document allows them and calls them unstable; a later page of the provider does not allow them."""
    uploads = [File("image", (PICTURES / "png-64x64.png").read_bytes())]
    found = EDITS.validate_request({**CHEAPER, "n": "2"}, files=uploads, account={"direct_group": True})
    assert (found.verdict, flaws(found, notes=True)) == (
        "valid",
        ["several-images-unstable@n", "several-images-from-gpt-image-2-c@n"],
    )
    observed = EDITS.validate_request(
        {**CHEAPER, "n": "2"}, files=uploads, account={"direct_group": True}, profile="observed"
    )
    assert observed.verdict == "invalid"


ANSWER_CASES: list[tuple[dict[str, Json], Json, list[str]]] = [
    ({}, {"created": 1713833628, "data": [base64_item()]}, []),
    ({}, {"data": [LINK]}, []),
    ({"n": 2}, {"data": [LINK, LINK]}, []),
    ({"n": 2}, {"data": [LINK]}, ["another-number-of-images-than-asked@data"]),
    ({}, {"data": [LINK, LINK]}, ["another-number-of-images-than-asked@data"]),
    ({}, {"data": []}, ["another-number-of-images-than-asked@data"]),
    ({}, {}, ["another-number-of-images-than-asked@data"]),
    ({}, {"data": {}}, ["data-not-an-array@data"]),
    ({}, {"data": ["x"]}, ["image-not-an-object@data[0]"]),
    ({}, {"data": [{}]}, ["image-without-picture@data[0].b64_json", "image-without-picture@data[0].url"]),
    ({}, {"data": [{"url": ""}]}, ["url-not-absolute@data[0].url"]),
    ({}, {"data": [{"url": 1}]}, ["url-not-a-string@data[0].url"]),
    ({}, {"data": [{"b64_json": ""}]}, ["b64-json-not-text@data[0].b64_json"]),
    ({}, {"data": [{"b64_json": "not base64"}]}, ["b64-json-not-base64@data[0].b64_json"]),
    ({}, {"data": [{"b64_json": "aGVsbG8="}]}, ["b64-json-not-a-picture@data[0].b64_json"]),
    ({}, {"data": [{"b64_json": base64_of("png-1024x1024.png")[:400]}]}, ["picture-cut-short@data[0].b64_json"]),
    ({}, {"data": [base64_item("jpeg-1024x1024.jpg")]}, ["picture-in-another-format@data[0].b64_json"]),
    ({"output_format": "jpeg"}, {"data": [base64_item("jpeg-1024x1024.jpg")]}, []),
    ({"output_format": "jpeg"}, {"data": [base64_item()]}, ["picture-in-another-format@data[0].b64_json"]),
    ({}, {"data": [base64_item("png-1536x1024.png")]}, ["picture-of-another-size@data[0].b64_json"]),
    ({"size": "1536x1024"}, {"data": [base64_item("png-1536x1024.png")]}, []),
    ({"size": "1536x1024"}, {"data": [base64_item()]}, ["picture-of-another-size@data[0].b64_json"]),
    ({}, {"data": [base64_item()], "size": "1536x1024"}, ["answer-untrue-of-picture@size"]),
    ({"size": "1536x1024"}, {"data": [LINK], "size": "1024x1024"}, ["answer-untrue-of-request@size"]),
    ({}, {"data": [LINK], "quality": "auto"}, ["answer-quality-not-listed@quality"]),
    ({}, {"data": [LINK], "output_format": "webp"}, ["answer-output-format-not-listed@output_format"]),
    ({}, [], ["answer-not-an-object@None"]),
]


@pytest.mark.parametrize("operation", ["generations", "edits"])
@pytest.mark.parametrize(("changes", "answer", "expected"), ANSWER_CASES)
def test_an_answer_is_judged_by_its_request(
    operation: str, changes: dict[str, Json], answer: Json, expected: list[str]
) -> None:
    """Number, size and format are those asked for or the defaults, for generations and edits alike."""
    found = ANYFAST.operation(operation).validate_response(answer, request={**REQUEST, **changes})
    assert flaws(found) == expected
    assert found.verdict == ("invalid" if expected else "valid")


@pytest.mark.parametrize(
    ("item", "verdict", "expected"),
    [
        (LINK, "valid", []),
        ({}, "invalid", ["url-missing-from-gpt-image-2-c@data[0].url"]),
        (
            base64_item(),
            "invalid",
            ["url-missing-from-gpt-image-2-c@data[0].url", "b64-json-instead-of-url@data[0].b64_json"],
        ),
        ({**LINK, **base64_item()}, "warn", ["b64-json-beside-url@data[0].b64_json"]),
    ],
)
@pytest.mark.parametrize("asked", [{}, {"response_format": "url"}])
def test_the_cheaper_model_answers_with_addresses(
    asked: dict[str, str], item: dict[str, str], verdict: str, expected: list[str]
) -> None:
    """Its only response format is url, which is the default."""
    found = EDITS.validate_response({"data": [item]}, request={**CHEAPER, **asked})
    assert (found.verdict, flaws(found)) == (verdict, expected)


def test_an_answer_to_an_unknown_request_is_judged_by_what_holds_always() -> None:
    """No webp is made here, whatever was asked for; sizes and numbers are left out."""
    answer = {"data": [base64_item("png-64x64.png"), base64_item("webp-64x64.webp")]}
    assert flaws(GENERATIONS.validate_response(answer)) == ["picture-in-another-format@data[1].b64_json"]
    assert flaws(EDITS.validate_response(answer)) == ["picture-in-another-format@data[1].b64_json"]


def test_every_statement_of_the_document_has_a_place() -> None:
    """What no message shows stands beside what is checked, each with its reason."""
    reasons = {
        name.rpartition("/")[2]: requirement.reason
        for name, requirement in ANYFAST.requirements.items()
        if not requirement.checkable
    }
    assert {"text-rendered-precisely", "lower-quality-is-more-stable", "mask-applies-to-first-image"} <= set(reasons)
    assert all(reasons.values())
