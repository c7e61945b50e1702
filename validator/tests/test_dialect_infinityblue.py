"""Infinity Blue: every parameter with every kind of value, pairs of them, all sizes, answers and streams."""

import base64
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from pixelproof import Verdict, load_dialect
from pixelproof._values import VALID

OPERATION = load_dialect("infinityblue").operation("generations")
MODEL = "gpt-image-2"
RANK = {"valid": 0, "warn": 1, "invalid": 2}
PICTURES = Path(__file__).parents[2] / "fixtures" / "pictures"
ALLOWED_SIZES = ["auto", "1024x1024", "1536x1024", "1024x1536", "2048x2048", "2048x1152", "3840x2160", "2160x3840"]
ALLOWED_SIZES += ["1024x768", "640x1024", "816x816", "2880x2880", "3840x1280", "480x1440"]
REFUSED_SIZES: list[Any] = [
    "1024",
    "1024x",
    "1024X1024",
    "AUTO",
    "16:9",
    "1024 x 1024",
    "",
    "0x0",
    "1024pxx1024px",
    1024,
]
REFUSED_SIZES += ["800x800", "1000x1000", "3840x2176", "3840x1264", "3856x1296", "512x512", "1536x1025", [1024, 1024]]

Table = dict[str, dict[str, list[Any]]]
TABLE: Table = {
    "n": {"valid": [1, 1.0], "invalid": [0, 2, 10, -1, 1.5, "1", True, [1]]},
    "size": {"valid": ALLOWED_SIZES, "invalid": REFUSED_SIZES},
    "background": {"valid": ["opaque", "auto"], "invalid": ["transparent", "white", "Opaque", "", 1]},
    "moderation": {"valid": ["auto", "low"], "invalid": ["high", "none", "Low", "", False]},
    "quality": {"valid": ["auto"], "warn": ["low", "medium", "high"], "invalid": ["hd", "standard", "AUTO", "", 5]},
    "stream": {"valid": [False], "warn": [True], "invalid": ["yes", "true", 1, 0]},
    "style": {"warn": ["vivid", "natural", "anime", ""], "invalid": [5, True, ["vivid"]]},
    "output_format": {"valid": ["png", "jpeg", "webp"], "invalid": ["gif", "jpg", "WEBP", "", 1]},
    "output_compression": {"warn": [0, 50, 100], "invalid": [-1, 101, 50.5, "50", True]},
    "partial_images": {"warn": [0, 1, 2, 3], "invalid": [-1, 4, 7, 1.5, "2", True]},
    "response_format": {"valid": ["b64_json", "url"], "invalid": ["URL", "base64", "", 1]},
    "user": {"valid": ["u-1", "jane@example.com"], "invalid": [5, True, []]},
    "mask": {"warn": ["x"]},
    "seed": {"warn": [1]},
}


def judged(**parameters: Any) -> Verdict:
    """The verdict on a request with these parameters."""
    return OPERATION.validate_request({"model": MODEL, "prompt": "A sea otter", **parameters})


def names(verdict: Verdict) -> list[str]:
    """The requirements that are broken, without dialect and operation."""
    return sorted(found.requirement.rpartition("/")[2] for found in verdict.findings)


def blamed(verdict: Verdict, severity: str) -> set[str | None]:
    """The parameters with a finding of this severity."""
    return {found.parameter for found in verdict.findings if found.severity == severity}


def test_each_value_alone_gets_its_verdict_at_its_place() -> None:
    """Parameters without effect are warnings within their range and type, and errors outside."""
    for name, values in TABLE.items():
        for expected, listed in values.items():
            for value in listed:
                verdict = judged(**{name: value})
                assert verdict.verdict == expected, (name, value, names(verdict))
                severity = {"warn": "warning", "invalid": "error"}.get(expected)
                assert severity is None or blamed(verdict, severity) == {name}, (name, value, names(verdict))


def test_two_parameters_get_the_worse_verdict_of_both() -> None:
    """Only the compression depends on another parameter, the format."""
    count = 0
    for first, second in combinations(TABLE, 2):
        if {first, second} == {"output_format", "output_compression"}:
            continue
        for verdict, values in TABLE[first].items():
            for other_verdict, other_values in TABLE[second].items():
                for value, other in zip(values * 3, other_values, strict=False):
                    found = judged(**{first: value, second: other})
                    expected = max(verdict, other_verdict, key=RANK.__getitem__)
                    assert found.verdict == expected, (first, value, second, other, names(found))
                    count += 1
    assert count > 1000


def test_compression_counts_for_jpeg_and_webp_only() -> None:
    """PNG is the default; out of range is an error everywhere."""
    for form in ("jpeg", "webp"):
        assert [judged(output_format=form, output_compression=level).verdict for level in (0, 100)] == ["valid"] * 2
    assert names(judged(output_format="png", output_compression=0)) == ["output-compression-with-png"]
    assert names(judged(output_compression=100)) == ["output-compression-with-png"]
    for form in ("png", "jpeg", "webp"):
        found = names(judged(output_format=form, output_compression=101))
        assert found == ["output-compression-outside-0-to-100"]


def test_every_size_in_steps_of_8_is_judged_by_the_arithmetic_of_the_document() -> None:
    """Edge, step, ratio and pixels are inclusive limits, each with its own requirement."""
    count = 0
    for width in range(8, 4008, 232):
        for height in range(8, 4008, 56):
            broken = {
                "size-with-too-long-edge": max(width, height) > 3840,
                "size-not-in-steps-of-16": width % 16 != 0 or height % 16 != 0,
                "size-too-oblong": max(width, height) > 3 * min(width, height),
                "size-of-too-few-or-many-pixels": not 655_360 <= width * height <= 8_294_400,
            }
            expected = sorted(name for name, is_broken in broken.items() if is_broken)
            assert names(judged(size=f"{width}x{height}")) == expected, (width, height)
            count += 1
    assert count > 1000


@pytest.mark.parametrize(
    ("size", "broken"),
    [
        ("640x1024", []),
        ("640x1008", ["size-of-too-few-or-many-pixels"]),
        ("800x800", ["size-of-too-few-or-many-pixels"]),
        ("816x816", []),
        ("3840x2160", []),
        ("2880x2880", []),
        ("2896x2880", ["size-of-too-few-or-many-pixels"]),
        ("3840x2176", ["size-of-too-few-or-many-pixels"]),
        ("3840x1280", []),
        ("3840x1264", ["size-too-oblong"]),
        ("480x1440", []),
        ("480x1456", ["size-too-oblong"]),
        ("3856x1296", ["size-with-too-long-edge"]),
        ("1296x3856", ["size-with-too-long-edge"]),
        ("1024x1025", ["size-not-in-steps-of-16"]),
        ("1024x", ["size-not-width-x-height"]),
        ("01024x1024", ["size-not-width-x-height"]),
    ],
)
def test_sizes_at_the_limits(size: str, broken: list[str]) -> None:
    """One step beyond a limit breaks one requirement."""
    assert names(judged(size=size)) == broken


@pytest.mark.parametrize(
    ("model", "expected", "broken"),
    [
        ("gpt-image-2", "valid", []),
        ("gpt-image-2-2026-04-21", "invalid", ["snapshot-unavailable"]),
        ("gpt-image-2-2025-12-31", "invalid", ["snapshot-unavailable"]),
        ("gpt-image-2-2026-4-21", "invalid", ["model-not-listed"]),
        ("gpt-image-2-latest", "invalid", ["model-not-listed"]),
        ("openai/gpt-image-2", "invalid", ["model-not-listed"]),
        ("GPT-IMAGE-2", "invalid", ["model-not-listed"]),
        ("gpt-image-1", "invalid", ["model-not-listed"]),
        ("dall-e-3", "invalid", ["model-not-listed"]),
        ("", "invalid", ["model-not-listed"]),
        (2, "invalid", ["model-not-a-string", "model-not-listed"]),
        (None, "invalid", ["model-missing", "parameter-null"]),
    ],
)
def test_models(model: Any, expected: str, broken: list[str]) -> None:
    """One name exists; dated versions of it are known and unavailable."""
    verdict = judged(model=model)
    assert (verdict.verdict, names(verdict)) == (expected, broken)


def test_prompts_have_32000_code_points() -> None:
    """The unit of the limit is a note, an empty prompt a warning, a missing one an error."""
    for prompt, expected, broken in [
        ("a" * 32_000, "valid", []),
        ("a" * 32_001, "invalid", ["prompt-too-long"]),
        ("\N{OTTER}" * 32_000, "valid", ["prompt-length-depends-on-unit"]),
        ("\N{OTTER}" * 32_001, "invalid", ["prompt-too-long"]),
        ("", "warn", ["prompt-empty"]),
        ("  ", "valid", []),
        (3, "invalid", ["prompt-not-a-string"]),
        (None, "invalid", ["parameter-null", "prompt-missing"]),
    ]:
        verdict = judged(prompt=prompt)
        assert (verdict.verdict, names(verdict)) == (expected, broken)


def test_null_counts_as_left_out() -> None:
    """For every optional parameter there is a note and nothing else."""
    for name in OPERATION.parameters[2:]:
        verdict = judged(**{name: None})
        assert (verdict.verdict, names(verdict)) == ("valid", ["parameter-null"]), name


def test_a_plain_request_takes_the_short_way() -> None:
    """One question decides on it, and of the rules only the one on sizes has to be asked."""
    decision = OPERATION.model_class({"model": MODEL}).section("request").decision("model", MODEL)
    assert decision.breaks_nothing({"model": MODEL, "prompt": "A fox", "size": "1024x1024"})
    assert decision.settled(VALID)[1] == "size"


PICTURE = {
    name: base64.b64encode((PICTURES / file).read_bytes()).decode()
    for name, file in {
        "png": "png-1024x1024.png",
        "wide": "png-1536x1024.png",
        "alpha": "png-1024x1024-alpha.png",
        "jpeg": "jpeg-1024x1024.jpg",
        "webp": "webp-1024x1024.webp",
    }.items()
}
BASE64, ADDRESS = {"b64_json": PICTURE["png"]}, {"url": "https://images.example.com/otter.png"}
BOTH_WAYS = "b64-json-though-url-asked", "url-though-b64-json-asked"
ANSWERS: list[tuple[Any, dict[str, Any], list[str]]] = [
    # data of the answer, what the request asked for, requirements that are broken
    ([BASE64], {}, []),
    ([BASE64], {"response_format": "b64_json"}, []),
    ([BASE64], {"stream": True, "partial_images": 2, "quality": "high", "style": "vivid"}, []),
    ([ADDRESS], {"response_format": "url"}, []),
    ([ADDRESS], {}, ["b64-json-missing", BOTH_WAYS[1]]),
    ([ADDRESS], {"response_format": "b64_json"}, ["b64-json-missing", BOTH_WAYS[1]]),
    ([BASE64], {"response_format": "url"}, [BOTH_WAYS[0], "url-missing"]),
    ([{**BASE64, **ADDRESS}], {"response_format": "url"}, [BOTH_WAYS[0]]),
    ([{**BASE64, **ADDRESS}], {}, [BOTH_WAYS[1]]),
    ([ADDRESS], {"response_format": "link"}, []),
    ([{}], {"response_format": "link"}, ["b64-json-missing"]),
    ([{}], {}, ["b64-json-missing"]),
    ([], {}, ["not-one-image"]),
    ([BASE64, BASE64], {}, ["not-one-image"]),
    ([BASE64, BASE64], {"n": 2}, ["not-one-image"]),
    (BASE64, {}, ["data-not-an-array"]),
    ([PICTURE["png"]], {}, ["image-not-an-object"]),
    ([{**BASE64, "revised_prompt": "x"}], {}, ["image-key-not-listed"]),
    ([{"b64_json": ""}], {}, ["b64-json-not-text"]),
    ([{"b64_json": "no base64!"}], {}, ["b64-json-not-base64"]),
    ([{"b64_json": f"data:image/png;base64,{PICTURE['png']}"}], {}, ["b64-json-not-base64"]),
    ([{"b64_json": base64.b64encode(b"text").decode()}], {}, ["b64-json-not-a-picture"]),
    ([{"b64_json": PICTURE["png"][:4000]}], {}, ["picture-cut-short"]),
    ([{"url": ""}], {"response_format": "url"}, ["url-not-absolute"]),
    ([{"url": 5}], {"response_format": "url"}, ["url-not-a-string"]),
    ([{"b64_json": PICTURE["jpeg"]}], {}, ["picture-in-another-format"]),
    ([{"b64_json": PICTURE["jpeg"]}], {"output_format": "jpeg"}, []),
    ([{"b64_json": PICTURE["webp"]}], {"output_format": "webp"}, []),
    ([BASE64], {"output_format": "webp"}, ["picture-in-another-format"]),
    ([{"b64_json": PICTURE["wide"]}], {"size": "auto"}, []),
    ([{"b64_json": PICTURE["wide"]}], {"size": "1536x1024"}, []),
    ([{"b64_json": PICTURE["wide"]}], {"size": "1024x1536"}, ["picture-of-another-size"]),
    ([{"b64_json": PICTURE["alpha"]}], {}, []),
    ([{"b64_json": PICTURE["alpha"]}], {"background": "opaque"}, ["opaque-picture-with-transparency"]),
    ([BASE64], {"background": "transparent"}, ["transparent-background-not-refused"]),
]  # fmt: skip


def test_answers() -> None:
    """Each answer breaks exactly the requirements that the document makes it break."""
    for data, asked, broken in ANSWERS:
        request = {"model": MODEL, "prompt": "A sea otter", **asked}
        verdict = OPERATION.validate_response({"created": 1713833628, "data": data}, request=request)
        assert names(verdict) == sorted(broken), (str(data)[:80], asked)


def test_what_only_the_providers_pages_say_is_a_note() -> None:
    """The document describes no answer; the profile for what was observed makes errors of it."""
    for answer, broken in [
        ({"data": [BASE64]}, ["created-missing"]),
        ({"data": [BASE64], "created": "now"}, ["created-not-in-seconds"]),
        ({"data": [BASE64], "created": 1, "usage": []}, ["usage-not-an-object"]),
        ({"data": [BASE64], "created": 1, "usage": {"total_tokens": -1}}, ["usage-not-a-count"]),
    ]:
        verdict = OPERATION.validate_response(answer)
        assert (verdict.verdict, names(verdict)) == ("valid", broken)
        assert OPERATION.validate_response(answer, profile="observed").verdict == "invalid"


def test_no_stream_ever_comes() -> None:
    """Events are wrong whether they were asked for or not, and whatever they hold."""
    for stream in (True, False, None):
        for events in ([], [{"event": "image_generation.completed", "data": BASE64}], b"data: {}\n\n"):
            request = {"model": MODEL, "prompt": "A sea otter", "stream": stream}
            verdict = OPERATION.validate_stream(events, request=request)
            assert (verdict.verdict, names(verdict), blamed(verdict, "error")) == (
                "invalid",
                ["answer-streamed"],
                {"stream"},
            )


@pytest.mark.parametrize(
    ("status", "asked", "blames", "broken"),
    [
        (400, {"background": "transparent"}, "background", []),
        (422, {"background": "transparent"}, "background", ["transparent-background-refused-otherwise"]),
        (400, {"n": 2}, "n", []),
        (400, {"n": 2}, "size", ["refusal-blames-another-parameter"]),
        (400, {"stream": True}, "stream", ["documented-stream-refused"]),
        (400, {"quality": "high"}, "quality", ["documented-quality-refused"]),
        (400, {"style": "vivid"}, "style", ["documented-style-refused"]),
        (400, {"size": "1024x768"}, "size", ["documented-size-refused"]),
        (400, {"size": "1024x768"}, None, ["documented-request-refused"]),
        (400, {"seed": 1}, "seed", []),
        (429, {"size": "1024x768"}, "size", []),
    ],
)
def test_refusals(status: int, asked: dict[str, Any], blames: str | None, broken: list[str]) -> None:
    """Parameters without effect are accepted all the same; what is not listed may be refused."""
    error = {"message": "No.", "type": "invalid_request_error", "param": blames, "code": None}
    request = {"model": MODEL, "prompt": "A sea otter", **asked}
    assert names(OPERATION.validate_response({"error": error}, request=request, status=status)) == broken
