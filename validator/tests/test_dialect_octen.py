"""Octen: every parameter with every kind of value for every model, pairs of them, pictures, answers and streams."""

import base64
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest
from pixelproof import Verdict, _exchange, load_dialect
from pixelproof import _base64 as module
from pixelproof._base64 import Decoded

OPERATION = load_dialect("octen").operation("generations")
GPT_2, MINI = "openai/gpt-image-2", "openai/gpt-image-1-mini"
PRO, FLASH = "google/gemini-3-pro-image", "google/gemini-3.1-flash-image"
ALIASES = {"nano-banana-pro": PRO, "nano-banana-2": FLASH}
GPT, GEMINI = (GPT_2, MINI), (PRO, FLASH, *ALIASES)
RANK = {"valid": 0, "warn": 1, "invalid": 2}
PICTURES = Path(__file__).parents[2] / "fixtures" / "pictures"


def picture(name: str) -> str:
    """A picture of the fixtures in base64."""
    return base64.b64encode((PICTURES / name).read_bytes()).decode()


PNG, ALPHA, SMALL, SMALL_ALPHA = (
    picture(f"png-{name}.png") for name in ("1024x1024", "1024x1024-alpha", "64x64", "64x64-alpha")
)
OPAQUE, WIDE, JPEG, WEBP = (
    picture(name)
    for name in (
        "png-1024x1024-opaque-alpha.png",
        "png-1536x1024.png",
        "jpeg-1024x1024.jpg",
        "webp-1024x1024-alpha.webp",
    )
)
TEXT = base64.b64encode(b"no picture").decode()

Table = dict[str, dict[str, list[Any]]]
SHARED: Table = {
    "response_format": {"valid": ["b64_json"], "invalid": ["url", "base64", "B64_JSON", "", 1, True, ["b64_json"]]},
    "user": {"valid": ["u-1", "", "5f4dcc3b"], "warn": ["jane@example.com"], "invalid": [5, True, ["u"], {}]},
    "seed": {"warn": [1, "x", {}]},
    "Quality": {"warn": ["low"]},
}
BAD_SIZES = ["1024", "1024x", "x1024", "1024X1024", "Auto", "AUTO", "16:9", "1024 x 1024", " auto", "0x0", "-1x5", ""]
BAD_SIZES += ["1024.5x1024", "1024x1024x3", "large", "01024x1024", "1024x1024px", "\uff11x\uff11"]
BAD_SIZES_OF_OTHER_TYPES: list[Any] = [1024, True, [1024, 1024], {"width": 1}]
GPT_ONLY: Table = {
    "n": {"valid": [1, 2, 9, 10, 2.0], "invalid": [0, 11, -1, 1.5, "2", "two", True, False, [2], {}, 10**40]},
    "quality": {"valid": ["low", "medium", "high", "auto"], "invalid": ["hd", "standard", "Low", "", 5, []]},
    "moderation": {"valid": ["low", "auto"], "invalid": ["high", "none", "Auto", "", 1, False]},
    "stream": {"valid": [True, False], "invalid": [1, 0, "true", "yes", [True]]},
    "mask": {"warn": [SMALL_ALPHA], "invalid": [5, True, [SMALL_ALPHA], {}, "", "no base64!", TEXT]},
}
GEMINI_ONLY: Table = {
    "thinking_level": {"valid": ["minimal", "high"], "invalid": ["low", "max", "Minimal", "", 1024, True, ["high"]]},
    "response_modalities": {
        "valid": [["text", "image"], ["image", "text"], ["image"], ["image", "image"]],
        "warn": [["text"], [], ["text", "text"]],
        "invalid": ["image", ["audio"], ["image", "audio"], ["Image"], [1], [None], 5, {}],
    },
    "media_resolution": {"valid": ["low", "medium", "high"], "warn": ["ultra", "LOW", 1]},
}
GPT_TABLE: Table = {
    **SHARED,
    **GPT_ONLY,
    "size": {
        "valid": ["auto", "1024x1024", "1000x700", "1x1", "9999x9999"],
        "invalid": BAD_SIZES + BAD_SIZES_OF_OTHER_TYPES,
    },
    "output_format": {"valid": ["png", "jpeg", "webp"], "invalid": ["gif", "jpg", "PNG", "", 1, ["png"]]},
    "background": {"valid": ["opaque", "auto"], "invalid": ["white", "Opaque", "", True, 1]},
    "output_compression": {"warn": [0, 50, 100], "invalid": [-1, 101, 1000, 50.5, "50", True, []]},
    "partial_images": {"warn": [0, 1, 3], "invalid": [-1, 4, 1.5, "1", True]},
    **{name: {"warn": list(chain(*values.values()))} for name, values in GEMINI_ONLY.items()},
}
GEMINI_TABLE: Table = {
    **SHARED,
    **GEMINI_ONLY,
    "size": {"valid": ["auto"], "warn": ["1024x1024", "1000x700"], "invalid": BAD_SIZES + BAD_SIZES_OF_OTHER_TYPES},
    "output_format": {"valid": ["png", "jpeg"], "warn": ["webp"], "invalid": ["gif", "jpg", "WEBP", "", 1]},
    **{name: {"warn": list(chain(*values.values()))} for name, values in GPT_ONLY.items()},
    "background": {"warn": ["transparent", "opaque", "auto", "white", 1]},
    "output_compression": {"warn": [0, 100, 101, "50"]},
    "partial_images": {"warn": [0, 3, 4, "1"]},
}
DEPENDENT = [{"stream", "partial_images"}, {"stream", "n"}, {"output_format", "output_compression"}]


def judged(model: str, **parameters: Any) -> Verdict:
    """The verdict on a request with these parameters."""
    return OPERATION.validate_request({"model": model, "prompt": "A red fox", **parameters})


def blamed(verdict: Verdict, severity: str) -> set[str]:
    """The parameters with a finding of this severity."""
    return {str(found.parameter).partition("[")[0] for found in verdict.findings if found.severity == severity}


def names(verdict: Verdict) -> list[str]:
    """The requirements that are broken, without dialect and operation."""
    return sorted(found.requirement.rpartition("/")[2] for found in verdict.findings)


def rows(table: Table) -> list[tuple[str, Any, str]]:
    """Parameter, value and expected verdict."""
    return [
        (name, value, expected)
        for name, values in table.items()
        for expected, listed in values.items()
        for value in listed
    ]


@pytest.mark.parametrize(("models", "table"), [(GPT, GPT_TABLE), (GEMINI, GEMINI_TABLE)], ids=["gpt", "gemini"])
def test_each_value_alone_gets_its_verdict_at_its_place(models: tuple[str, ...], table: Table) -> None:
    """Listed values pass, what a family ignores is a warning whatever it holds, and the rest is an error."""
    for model in models:
        for name, value, expected in rows(table):
            verdict = judged(model, **{name: value})
            assert verdict.verdict == expected, (model, name, value, names(verdict))
            severity = {"warn": "warning", "invalid": "error"}.get(expected)
            assert severity is None or blamed(verdict, severity) == {name}, (model, name, value, names(verdict))


@pytest.mark.parametrize(("model", "table"), [(GPT_2, GPT_TABLE), (FLASH, GEMINI_TABLE)], ids=["gpt", "gemini"])
def test_two_parameters_get_the_worse_verdict_of_both(model: str, table: Table) -> None:
    """All flaws of a request are told at once, and parameters that do not depend on each other do not mix."""
    count = 0
    for first, second in combinations(table, 2):
        if {first, second} in DEPENDENT:
            continue
        ends = [[(row[1], row[2]) for row in rows({name: table[name]})][::3] for name in (first, second)]
        for value, verdict in ends[0]:
            for other, other_verdict in ends[1]:
                found = judged(model, **{first: value, second: other})
                assert found.verdict == max(verdict, other_verdict, key=RANK.__getitem__), (first, value, second, other)
                for name, expected in ((first, verdict), (second, other_verdict)):
                    if expected == "invalid":
                        assert name in blamed(found, "error"), (first, value, second, other)
                count += 1
    assert count > 1000


def test_an_alias_is_judged_like_its_model() -> None:
    """Verdict and requirements are the same under both names."""
    for alias, model in ALIASES.items():
        for name, value, _ in rows(GEMINI_TABLE):
            assert judged(alias, **{name: value}) == judged(model, **{name: value}), (alias, name, value)


def test_null_counts_as_left_out() -> None:
    """For every model and optional parameter there is a note and nothing else."""
    for model in (*GPT, *GEMINI):
        for name in OPERATION.parameters[2:]:
            verdict = judged(model, **{name: None})
            assert (verdict.verdict, names(verdict)) == ("valid", ["parameter-null"]), (model, name)


@pytest.mark.parametrize(
    "model", ["gpt-image-2", "openai/gpt-image-1", "OPENAI/gpt-image-2", "nano-banana", "nano-banana-3", "", "gemini"]
)
def test_other_models_are_refused_exactly(model: str) -> None:
    """Four names and two aliases exist; a family is not guessed for others."""
    assert names(judged(model, n=99, thinking_level=1)) == ["model-not-listed"]


@pytest.mark.parametrize(
    ("parameters", "expected", "found"),
    [
        ({"background": "transparent"}, "invalid", ["transparent-background-for-gpt-image-2"]),
        ({"background": "transparent", "output_format": "jpeg"}, "invalid", ["transparent-background-for-gpt-image-2"]),
        ({"output_format": "jpeg", "output_compression": 0}, "valid", []),
        ({"output_format": "webp", "output_compression": 100}, "valid", []),
        ({"output_format": "png", "output_compression": 100}, "warn", ["output-compression-without-jpeg-or-webp"]),
        ({"output_format": "png", "output_compression": 101}, "invalid", ["output-compression-outside-0-to-100"]),
        ({"output_format": "webp", "output_compression": 101}, "invalid", ["output-compression-outside-0-to-100"]),
        ({"stream": True, "partial_images": 0}, "valid", []),
        ({"stream": True, "partial_images": 3}, "valid", []),
        ({"stream": True, "partial_images": 4}, "invalid", ["partial-images-outside-0-to-3"]),
        ({"stream": False, "partial_images": 3}, "warn", ["partial-images-without-stream"]),
        ({"stream": True, "n": 1}, "valid", []),
        ({"stream": True, "n": 2}, "warn", ["stream-of-several-images"]),
    ],
)
def test_parameters_that_depend_on_each_other(parameters: dict[str, Any], expected: str, found: list[str]) -> None:
    """Effects that need another parameter, and the one refusal that is documented."""
    verdict = judged(GPT_2, **parameters)
    assert (verdict.verdict, names(verdict)) == (expected, found)


def test_the_small_model_differs_in_background_and_size() -> None:
    """It can be transparent, where the format allows it, and its maker knows three sizes."""
    assert judged(MINI, background="transparent").verdict == "valid"
    both = judged(MINI, background="transparent", output_format="jpeg").findings
    assert [(found.requirement.rpartition("/")[2], found.parameter) for found in both] == [
        ("transparent-background-with-jpeg", "background"),
        ("transparent-background-with-jpeg", "output_format"),
    ]
    assert names(judged(MINI, size="1000x700")) == ["size-unknown-to-maker-of-mini"]
    assert judged(MINI, size="1024x1536").findings == judged(GPT_2, size="1000x700").findings == ()


IMAGES: list[tuple[Any, str, str | None]] = [
    (PNG, "valid", None),
    (f"data:image/png;base64,{PNG}", "valid", None),
    (f"data:image/jpeg;base64,{PNG}", "warn", "image"),
    ([PNG], "valid", None),
    ([PNG, JPEG], "valid", None),
    ([SMALL] * 20, "valid", None),
    ([], "invalid", "image"),
    ("", "invalid", "image"),
    ([""], "invalid", "image[0]"),
    ([PNG, "no base64!"], "invalid", "image[1]"),
    ([PNG, 5], "invalid", "image[1]"),
    ("https://images.example.com/fox.png", "invalid", "image"),
    (["http://images.example.com/fox.png"], "invalid", "image[0]"),
    (f"data:text/plain;base64,{PNG}", "invalid", "image"),
    ("data:image/png,abc", "invalid", "image"),
    (TEXT, "invalid", "image"),
    (PNG[: len(PNG) // 8 * 4], "invalid", "image"),
    (PNG[:-1], "invalid", "image"),
    ({"image_url": "x"}, "invalid", "image"),
    (True, "invalid", "image"),
    (5, "invalid", "image"),
]
MASKS: list[tuple[Any, Any, list[str]]] = [
    (PNG, ALPHA, []),
    (JPEG, ALPHA, []),
    (PNG, f"data:image/png;base64,{ALPHA}", []),
    ([PNG, JPEG], ALPHA, []),
    ([PNG, SMALL], ALPHA, ["mask-fits-some-images"]),
    ([SMALL, PNG], ALPHA, ["mask-fits-some-images"]),
    ([SMALL, WIDE], ALPHA, ["mask-of-another-size"]),
    ([SMALL], ALPHA, ["mask-of-another-size"]),
    (WIDE, ALPHA, ["mask-of-another-size"]),
    (PNG, PNG, ["mask-without-transparency"]),
    (PNG, OPAQUE, ["mask-without-transparency"]),
    (PNG, JPEG, ["mask-not-a-png"]),
    (PNG, WEBP, ["mask-not-a-png"]),
    (PNG, "no base64!", ["mask-not-base64"]),
    (PNG, "https://images.example.com/mask.png", ["mask-not-base64"]),
    (PNG, TEXT, ["mask-not-a-picture"]),
    (PNG, ALPHA[: len(ALPHA) // 8 * 4], ["mask-cut-short"]),
    (PNG, [ALPHA], ["mask-not-text"]),
    (PNG, "", ["mask-empty"]),
    (None, ALPHA, ["mask-without-image"]),
    ([], ALPHA, ["image-array-empty", "mask-without-image"]),
    (TEXT, ALPHA, ["image-not-a-picture"]),
]


def test_images_to_edit() -> None:
    """Base64 with or without prefix, alone or in an array, is taken by every family, and nothing else is."""
    for model in (GPT_2, PRO, "nano-banana-2"):
        for image, expected, place in IMAGES:
            verdict = judged(model, image=image)
            assert verdict.verdict == expected, (model, str(image)[:60], names(verdict))
            assert [found.parameter for found in verdict.findings] == [place] * (place is not None)


def test_masks() -> None:
    """A mask is a PNG of the size of its image, counts only beside one, and only for the GPT models."""
    for image, mask, found in MASKS:
        images = {} if image is None else {"image": image}
        assert names(judged(MINI, mask=mask, **images)) == found
        assert names(judged(PRO, mask=SMALL_ALPHA, **images))[-1] == "mask-ignored-by-gemini"


def test_each_sent_picture_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine rules look at two pictures; a request without pictures is not looked at by any of them."""
    decoded: list[str] = []
    decode = module.decode_base64

    def counted(text: str, *, data_url: bool = False) -> Decoded:
        decoded.append(text)
        return decode(text, data_url=data_url)

    monkeypatch.setattr(module, "decode_base64", counted)
    _exchange._looked_at_once.cache_clear()
    judged(GPT_2, image=[f"data:image/png;base64,{PNG}", SMALL], mask=ALPHA)
    assert sorted(decoded) == sorted([f"data:image/png;base64,{PNG}", SMALL, ALPHA])
    decoded.clear()
    judged(GPT_2, size="auto")
    section = OPERATION.model_class({"model": GPT_2}).section("request")
    accepts = section.decision("model", GPT_2).breaks_nothing
    plain = {"model": GPT_2, "prompt": "A fox"}
    assert (decoded, accepts(plain), accepts({**plain, "image": SMALL}), section.rules_for(plain)) == (
        [],
        True,
        False,
        (),
    )


def test_the_body_has_to_be_an_object_with_model_and_prompt() -> None:
    """What is missing is named, and an empty prompt is a warning only."""
    assert names(OPERATION.validate_request([])) == ["body-not-an-object"]
    assert names(OPERATION.validate_request({})) == ["model-missing", "prompt-missing"]
    assert names(OPERATION.validate_request({"model": None, "prompt": "x"})) == ["model-missing", "parameter-null"]
    assert OPERATION.validate_request({"model": GPT_2, "prompt": ""}).verdict == "warn"
    assert OPERATION.validate_request({"model": GPT_2, "prompt": " "}).verdict == "valid"
    assert OPERATION.validate_request({"model": GPT_2, "prompt": "x" * 100_000}).verdict == "valid"
    assert names(OPERATION.validate_request(b'{"model": 1')) == ["body-not-json"]
