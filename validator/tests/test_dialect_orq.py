"""The orq dialect against its document: which model takes what, uploads, router parameters, and answers."""

import base64
from pathlib import Path

import pytest
from pixelproof import File, Verdict, load_dialect
from pixelproof._values import Json

PICTURES = Path(__file__).parents[2] / "fixtures" / "pictures"
ORQ = load_dialect("orq")
GENERATIONS, EDITS, VARIATIONS = (ORQ.operation(name) for name in ("generations", "edits", "variations"))
GPT, LATER, DALL_E_2, DALL_E_3 = (
    f"openai/{model}" for model in ("gpt-image-1", "gpt-image-1.5", "dall-e-2", "dall-e-3")
)
OTHER = "google/imagen-4"
MODELS = (GPT, LATER, DALL_E_2, DALL_E_3, OTHER)
PROMPT = {"prompt": "A red fox in the snow."}
LINK = {"url": "https://images.example.com/a.png"}
BASE64 = {"b64_json": base64.b64encode((PICTURES / "png-1024x1024.png").read_bytes()).decode()}


def flaws(verdict: Verdict, *, notes: bool = False) -> list[str]:
    """The findings as flaw@parameter; notes of severity info only when asked for."""
    return [
        f"{one.requirement.rpartition('/')[2]}@{one.parameter}"
        for one in verdict.findings
        if notes or one.severity != "info"
    ]


def upload(field: str, name: str) -> File:
    """A picture of the fixtures as an upload."""
    return File(field, (PICTURES / name).read_bytes(), name)


@pytest.mark.parametrize(
    ("parameter", "value", "invalid_for", "warned_for"),
    [
        ("response_format", "url", {GPT, LATER, OTHER}, set()),
        ("response_format", "b64_json", {GPT, LATER, OTHER}, set()),
        ("style", "vivid", {GPT, LATER, DALL_E_2, OTHER}, set()),
        ("style", "natural", {GPT, LATER, DALL_E_2, OTHER}, set()),
        ("background", "transparent", {DALL_E_2, DALL_E_3, OTHER}, {LATER}),
        ("output_format", "webp", {DALL_E_2, DALL_E_3, OTHER}, {LATER}),
        ("output_compression", 50, {DALL_E_2, DALL_E_3, OTHER}, {LATER}),
        ("moderation", "low", {DALL_E_2, DALL_E_3, OTHER}, {LATER}),
        ("quality", "medium", set(), set()),
        ("size", "1024x1024", set(), set()),
        ("n", 2, set(), set()),
    ],
)
@pytest.mark.parametrize("model", MODELS)
def test_a_parameter_of_some_models_is_wrong_for_the_others(
    model: str, parameter: str, value: Json, invalid_for: set[str], warned_for: set[str]
) -> None:
    """What only one family takes is invalid elsewhere; later GPT image models are not spoken of."""
    verdict = GENERATIONS.validate_request({"model": model, **PROMPT, parameter: value})
    expected = "invalid" if model in invalid_for else "warn" if model in warned_for else "valid"
    assert verdict.verdict == expected
    assert {one.parameter for one in verdict.findings if one.severity != "info"} <= {parameter}


@pytest.mark.parametrize(
    ("model", "style"),
    [("dall-e-3", "valid"), ("a/b/dall-e-3", "valid"), ("dall-e-30", "invalid"), ("DALL-E-3", "invalid")],
)
def test_a_model_is_known_by_the_last_part_of_its_id(model: str, style: str) -> None:
    """A provider in front changes nothing; without one there is a note."""
    verdict = GENERATIONS.validate_request({"model": model, **PROMPT, "style": "vivid"})
    assert verdict.verdict == style
    assert ("model-without-provider@model" in flaws(verdict, notes=True)) is ("/" not in model)


GENERATION_CASES: list[tuple[str, dict[str, Json], str, list[str]]] = [
    (GPT, {}, "valid", []),
    (GPT, {"model": None}, "invalid", ["model-missing@model"]),
    (GPT, {"model": ""}, "invalid", ["model-empty@model"]),
    (GPT, {"model": 1}, "invalid", ["model-not-a-string@model"]),
    (GPT, {"prompt": None}, "invalid", ["prompt-missing@prompt"]),
    (GPT, {"prompt": ""}, "warn", ["prompt-empty@prompt"]),
    (GPT, {"prompt": 1}, "invalid", ["prompt-not-a-string@prompt"]),
    (GPT, {"n": 0}, "invalid", ["n-below-1@n"]),
    (GPT, {"n": 10}, "valid", []),
    (GPT, {"n": 11}, "warn", ["n-above-10@n"]),
    (GPT, {"n": 1.5}, "invalid", ["n-not-a-whole-number@n"]),
    (GPT, {"n": True}, "invalid", ["n-not-a-whole-number@n"]),
    (DALL_E_3, {"n": 2}, "valid", []),
    (GPT, {"size": "auto"}, "valid", []),
    (OTHER, {"size": "999x999"}, "valid", []),
    (GPT, {"size": "large"}, "warn", ["size-no-dimensions@size"]),
    (GPT, {"size": 1024}, "invalid", ["size-not-a-string@size"]),
    (GPT, {"quality": "ultra"}, "warn", ["quality-of-no-known-model@quality"]),
    (DALL_E_3, {"quality": "HD"}, "warn", ["quality-of-no-known-model@quality"]),
    (DALL_E_3, {"response_format": "base64"}, "invalid", ["response-format-not-listed@response_format"]),
    (DALL_E_3, {"style": "Vivid"}, "invalid", ["style-not-listed@style"]),
    (GPT, {"background": "white"}, "invalid", ["background-not-listed@background"]),
    (GPT, {"output_format": "jpg"}, "invalid", ["output-format-not-listed@output_format"]),
    (GPT, {"output_compression": 0}, "valid", []),
    (GPT, {"output_compression": 101}, "invalid", ["output-compression-outside-0-to-100@output_compression"]),
    (GPT, {"output_compression": 0.5}, "invalid", ["output-compression-not-a-whole-number@output_compression"]),
    (GPT, {"moderation": "high"}, "invalid", ["moderation-not-listed@moderation"]),
    (GPT, {"seed": 1}, "warn", ["parameter-not-listed@seed"]),
    (GPT, {"fallbacks": [{"model": "openai/dall-e-3"}], "retry": {"count": 3, "on_codes": [429]}}, "valid", []),
    (GPT, {"orq": {"fallbacks": [{"model": "openai/dall-e-3"}], "retry": {}}}, "valid", []),
    (GPT, {"fallbacks": "openai/dall-e-3"}, "invalid", ["fallbacks-not-a-list@fallbacks"]),
    (GPT, {"fallbacks": ["openai/dall-e-3"]}, "invalid", ["fallback-not-an-object@fallbacks[0]"]),
    (GPT, {"fallbacks": [{}]}, "invalid", ["fallback-without-model@fallbacks[0].model"]),
    (GPT, {"fallbacks": [{"model": 3}]}, "invalid", ["fallback-model-not-a-string@fallbacks[0].model"]),
    (GPT, {"retry": 3}, "invalid", ["retry-not-an-object@retry"]),
    (GPT, {"retry": {"count": "3"}}, "invalid", ["retry-count-not-a-whole-number@retry.count"]),
    (GPT, {"retry": {"on_codes": 429}}, "invalid", ["retry-codes-not-a-list@retry.on_codes"]),
    (GPT, {"retry": {"on_codes": ["429"]}}, "invalid", ["retry-code-not-a-whole-number@retry.on_codes[0]"]),
    (GPT, {"retries": {"count": 3}}, "warn", ["retries-instead-of-retry@retries"]),
    (
        GPT,
        {"orq": {"retries": {}, "retry": 3}},
        "invalid",
        ["retry-not-an-object@orq.retry", "retries-instead-of-retry@orq.retries"],
    ),
    (GPT, {"orq": []}, "invalid", ["orq-not-an-object@orq"]),
]


@pytest.mark.parametrize(("model", "changes", "verdict", "expected"), GENERATION_CASES)
def test_a_generation_is_judged_by_its_table(
    model: str, changes: dict[str, Json], verdict: str, expected: list[str]
) -> None:
    """Each parameter of a generation at its values and limits."""
    found = GENERATIONS.validate_request({"model": model, **PROMPT, **changes})
    assert (found.verdict, sorted(flaws(found))) == (verdict, sorted(expected))


@pytest.mark.parametrize(
    ("model", "changes", "note"),
    [
        (DALL_E_3, {"n": 2}, "n-not-1-for-dall-e-3@n"),
        (DALL_E_3, {"size": "512x512"}, "size-not-known-for-dall-e-3@size"),
        (DALL_E_2, {"quality": "hd"}, "quality-not-known-for-dall-e-2@quality"),
        (GPT, {"size": "2048x2048"}, "size-not-known-for-gpt-image-1@size"),
        (GPT, {"retry": {"count": 6}}, "retry-count-outside-1-to-5@retry.count"),
        (GPT, {"fallbacks": [{"model": "x/y"}] * 4}, "more-than-3-fallbacks@fallbacks"),
    ],
)
def test_what_only_other_pages_say_is_a_note(model: str, changes: dict[str, Json], note: str) -> None:
    """It makes no request invalid, unless the caller asks for what was observed."""
    request = {"model": model, **PROMPT, **changes}
    found = GENERATIONS.validate_request(request)
    assert (found.verdict, flaws(found, notes=True)) == ("valid", [note])
    assert GENERATIONS.validate_request(request, profile="observed").verdict in ("invalid", "warn")


IMAGE = [("image", "png-64x64.png")]
EDIT_CASES: list[tuple[dict[str, Json], list[tuple[str, str]], str, list[str]]] = [
    ({}, IMAGE, "valid", []),
    ({}, [("image", "jpeg-64x64.jpg")], "valid", []),
    ({}, [("image", "webp-64x64.webp")], "valid", []),
    ({}, [("image", "gif-64x64.gif")], "invalid", ["image-format-not-listed@image"]),
    ({}, [("image", "bmp-64x64.bmp")], "invalid", ["image-format-not-listed@image"]),
    ({}, [], "invalid", ["image-missing@image"]),
    ({"image": "iVBORw0KGgo="}, [], "invalid", ["image-not-a-file@image"]),
    ({}, IMAGE * 2, "valid", []),
    ({}, [("image[]", "png-64x64.png")] * 2, "valid", []),
    ({}, [*IMAGE, ("image[]", "png-64x64.png")], "warn", ["image-and-images@image[]"]),
    ({}, [*IMAGE, ("image", "gif-64x64.gif")], "invalid", ["image-format-not-listed@image[1]"]),
    (
        {"image[]": "x"},
        [("image[]", "gif-64x64.gif")],
        "invalid",
        ["images-item-not-a-file@image[]", "image-format-not-listed@image[]"],
    ),
    ({"prompt": None}, IMAGE, "invalid", ["prompt-missing@prompt"]),
    ({}, [*IMAGE, ("mask", "png-64x64-alpha.png")], "valid", []),
    ({}, [*IMAGE, ("mask", "png-1024x1024-alpha.png")], "valid", []),
    ({}, [*IMAGE, ("mask", "png-64x64.png")], "warn", ["mask-without-alpha@mask"]),
    ({}, [*IMAGE, ("mask", "webp-1024x1024-alpha.webp")], "invalid", ["mask-not-png@mask"]),
    ({"mask": "x"}, IMAGE, "invalid", ["mask-not-one-file@mask"]),
    ({"response_format": "b64_json"}, IMAGE, "warn", ["response-format-for-gpt-image-1@response_format"]),
    ({"response_format": "url"}, IMAGE, "warn", ["response-format-for-gpt-image-1@response_format"]),
    ({"model": DALL_E_2, "response_format": "url"}, IMAGE, "valid", []),
    ({"model": DALL_E_2, "response_format": "png"}, IMAGE, "invalid", ["response-format-not-listed@response_format"]),
    ({"quality": "high"}, IMAGE, "valid", []),
    ({"quality": "ultra"}, IMAGE, "warn", ["quality-of-no-known-model@quality"]),
    ({"size": "1024x1024"}, IMAGE, "valid", []),
    ({"n": "2"}, IMAGE, "warn", ["parameter-not-listed@n"]),
    ({"fallbacks": '[{"model": "openai/dall-e-2"}]'}, IMAGE, "valid", []),
    ({"fallbacks": "openai/dall-e-2"}, IMAGE, "invalid", ["fallbacks-not-a-list@fallbacks"]),
    ({"fallbacks": "[{}]"}, IMAGE, "invalid", ["fallback-without-model@fallbacks[0].model"]),
    ({"retry": '{"count": 2}'}, IMAGE, "valid", []),
    ({"retry": "2"}, IMAGE, "invalid", ["retry-not-an-object@retry"]),
    ({"orq": '{"retry": {"count": 2}}'}, IMAGE, "valid", []),
]


@pytest.mark.parametrize(("changes", "files", "verdict", "expected"), EDIT_CASES)
def test_an_edit_is_judged_by_its_table(
    changes: dict[str, Json], files: list[tuple[str, str]], verdict: str, expected: list[str]
) -> None:
    """Each parameter of an edit, with JSON in the fields of the router, and each kind of upload."""
    uploads = [upload(*file) for file in files]
    found = EDITS.validate_request({"model": GPT, **PROMPT, **changes}, files=uploads)
    assert (found.verdict, sorted(flaws(found))) == (verdict, sorted(expected))


VARIATION_CASES: list[tuple[dict[str, Json], list[tuple[str, str]], str, list[str]]] = [
    ({}, IMAGE, "valid", []),
    ({}, [], "invalid", ["image-missing@image"]),
    ({}, IMAGE * 2, "invalid", ["image-not-one-file@image"]),
    ({}, [("image", "jpeg-64x64.jpg")], "invalid", ["image-not-png@image"]),
    ({}, [("image", "webp-64x64.webp")], "invalid", ["image-not-png@image"]),
    ({"n": "1"}, IMAGE, "valid", []),
    ({"n": "10"}, IMAGE, "valid", []),
    ({"n": "0"}, IMAGE, "invalid", ["n-outside-1-to-10@n"]),
    ({"n": "11"}, IMAGE, "invalid", ["n-outside-1-to-10@n"]),
    ({"n": "two"}, IMAGE, "invalid", ["n-not-a-whole-number@n"]),
    ({"size": "256x256"}, IMAGE, "valid", []),
    ({"size": "small"}, IMAGE, "warn", ["size-no-dimensions@size"]),
    ({"response_format": "b64_json"}, IMAGE, "valid", []),
    ({"response_format": "base64"}, IMAGE, "invalid", ["response-format-not-listed@response_format"]),
    ({"prompt": "A fox"}, IMAGE, "warn", ["parameter-not-listed@prompt"]),
    ({"model": GPT}, IMAGE, "valid", []),
    ({"model": None}, IMAGE, "invalid", ["model-missing@model"]),
]


@pytest.mark.parametrize(("changes", "files", "verdict", "expected"), VARIATION_CASES)
def test_a_variation_is_judged_by_its_table(
    changes: dict[str, Json], files: list[tuple[str, str]], verdict: str, expected: list[str]
) -> None:
    """Each parameter of a variation, and each kind of upload."""
    uploads = [upload(*file) for file in files]
    found = VARIATIONS.validate_request({"model": DALL_E_2, **changes}, files=uploads)
    assert (found.verdict, flaws(found)) == (verdict, expected)


@pytest.mark.parametrize("operation", ["generations", "edits"])
@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (BASE64, []),
        (LINK, ["b64-json-missing-from-gpt-image-1@data[0].b64_json", "url-from-gpt-image-1@data[0].url"]),
        ({**LINK, **BASE64}, ["url-from-gpt-image-1@data[0].url"]),
        ({}, ["b64-json-missing-from-gpt-image-1@data[0].b64_json"]),
    ],
)
def test_gpt_image_1_always_returns_base64(operation: str, item: dict[str, str], expected: list[str]) -> None:
    """It does so under the name of any provider."""
    answer = {"created": 1, "data": [item]}
    for model in (GPT, "gpt-image-1", "azure/gpt-image-1"):
        verdict = ORQ.operation(operation).validate_response(answer, request={"model": model, **PROMPT})
        assert flaws(verdict) == expected


@pytest.mark.parametrize(
    ("asked", "item", "verdict", "expected"),
    [
        ("url", LINK, "valid", []),
        (
            "url",
            BASE64,
            "invalid",
            ["url-missing-though-asked@data[0].url", "b64-json-instead-of-url@data[0].b64_json"],
        ),
        ("url", {**LINK, **BASE64}, "warn", ["b64-json-beside-url@data[0].b64_json"]),
        ("url", {}, "invalid", ["url-missing-though-asked@data[0].url"]),
        ("b64_json", BASE64, "valid", []),
        (
            "b64_json",
            LINK,
            "invalid",
            ["b64-json-missing-though-asked@data[0].b64_json", "url-instead-of-b64-json@data[0].url"],
        ),
        ("b64_json", {}, "invalid", ["b64-json-missing-though-asked@data[0].b64_json"]),
        (None, LINK, "valid", []),
        (None, BASE64, "valid", []),
        (None, {}, "invalid", ["image-without-picture@data[0].b64_json", "image-without-picture@data[0].url"]),
    ],
)
def test_dall_e_returns_what_was_asked_for(asked: str | None, item: Json, verdict: str, expected: list[str]) -> None:
    """An address or base64, in each operation; without a word about it either will do."""
    request = {"model": DALL_E_2, "response_format": asked}
    for operation in (GENERATIONS, EDITS, VARIATIONS):
        found = operation.validate_response({"created": 1, "data": [item]}, request=request)
        assert (found.verdict, sorted(flaws(found))) == (verdict, sorted(expected))


def test_the_number_of_images_is_that_asked_for() -> None:
    """For edits, whose table has no n, another number than one is only warned of; none at all is wrong."""
    two = {"created": 1, "data": [LINK, LINK]}
    none: dict[str, Json] = {"created": 1, "data": []}
    request = {"model": DALL_E_2, "n": "2"}
    assert VARIATIONS.validate_response(two, request=request).verdict == "valid"
    assert flaws(VARIATIONS.validate_response(two, request={"model": DALL_E_2})) == [
        "another-number-of-images-than-asked@data"
    ]
    found = EDITS.validate_response(two, request={"model": DALL_E_2})
    assert (found.verdict, flaws(found)) == ("warn", ["another-number-of-images-than-one@data"])
    assert "data-missing@data" in flaws(EDITS.validate_response(none, request=request))
    assert flaws(EDITS.validate_response({"created": 1})) == ["data-missing@data"]


@pytest.mark.parametrize(
    ("asked", "picture", "expected"),
    [
        ({"output_format": "webp"}, "webp-1024x1024.webp", []),
        ({"output_format": "webp"}, "png-1024x1024.png", ["picture-in-another-format@data[0].b64_json"]),
        ({}, "webp-1024x1024.webp", []),
        ({}, "gif-1024x1024.gif", ["picture-format-not-listed@data[0].b64_json"]),
        ({"size": "1536x1024"}, "png-1024x1024.png", ["picture-of-another-size@data[0].b64_json"]),
        ({"size": "auto"}, "png-1536x1024.png", []),
        ({"background": "transparent"}, "png-1024x1024.png", ["transparent-picture-without-alpha@data[0].b64_json"]),
        ({"background": "transparent"}, "png-1024x1024-alpha.png", []),
        ({"background": "opaque"}, "png-1024x1024-alpha.png", ["opaque-picture-with-transparency@data[0].b64_json"]),
    ],
)
def test_the_picture_is_the_one_asked_for(asked: dict[str, str], picture: str, expected: list[str]) -> None:
    """Format, size and background of gpt-image-1; nothing is default."""
    item = {"b64_json": base64.b64encode((PICTURES / picture).read_bytes()).decode()}
    answer = {"created": 1, "data": [item]}
    assert flaws(GENERATIONS.validate_response(answer, request={"model": GPT, **PROMPT, **asked})) == expected
