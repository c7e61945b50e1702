"""The rules on forms and on uploaded masks, through a dialect that uses them."""

from pathlib import Path

import pytest
from pixelproof import File, Verdict, load_dialect
from pixelproof._multipart import build_multipart
from pixelproof._values import Json

PICTURES = Path(__file__).parents[2] / "fixtures" / "pictures"
EDITS = load_dialect("anyfast").operation("edits")
FIELDS = {"model": "gpt-image-2", "prompt": "A red fox in the snow."}
DIRECT = {"direct_group": True}
BOUNDARY = "the-boundary"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


def picture(name: str) -> bytes:
    """The bytes of a picture of the fixtures."""
    return (PICTURES / name).read_bytes()


def judged(*files: tuple[str, str], **fields: Json) -> Verdict:
    """The verdict on an edit with these uploads, by field and picture."""
    uploads = [File(field, picture(name), name) for field, name in files]
    return EDITS.validate_request({**FIELDS, **fields}, files=uploads, account=DIRECT)


def found(verdict: Verdict) -> list[tuple[str, str, str | None]]:
    """The findings as flaw, pointer and parameter."""
    return [(one.requirement.rpartition("/")[2], one.pointer, one.parameter) for one in verdict.findings]


def test_a_mask_that_fits_has_no_finding() -> None:
    """The same format and size, an alpha channel with transparent pixels, and the Direct group."""
    assert judged(("image", "png-64x64.png"), ("mask", "png-64x64-alpha.png")).verdict == "valid"


@pytest.mark.parametrize(
    ("images", "flaws"),
    [
        (["png-64x64.png"], []),
        (["png-64x64.png", "png-256x256.png", "jpeg-64x64.jpg"], []),
        (["png-256x256.png"], ["mask-of-another-size"]),
        (["png-256x256.png", "png-64x64.png"], ["mask-of-another-size"]),
        (["jpeg-64x64.jpg"], ["mask-of-another-format"]),
        (["jpeg-64x64.jpg", "png-64x64.png"], ["mask-of-another-format"]),
        (["jpeg-1024x1024.jpg"], ["mask-of-another-format", "mask-of-another-size"]),
    ],
)
def test_a_mask_is_compared_with_the_first_image(images: list[str], flaws: list[str]) -> None:
    """Further images can be anything, in both spellings of the field."""
    mask = ("mask", "png-64x64-alpha.png")
    assert [flaw for flaw, _, _ in found(judged(*[("image[]", name) for name in images], mask))] == flaws
    if len(images) == 1:
        assert [flaw for flaw, _, _ in found(judged(("image", images[0]), mask))] == flaws


def test_a_finding_on_a_mask_says_both_sides_and_a_way_out() -> None:
    """Whoever reads it knows which file to change."""
    [format_finding] = judged(("image", "jpeg-64x64.jpg"), ("mask", "png-64x64-alpha.png")).findings
    assert format_finding.message.startswith("mask is a png picture, but the image is a jpeg. ")
    assert format_finding.hint == "A JPEG has no alpha channel, so that no mask fits it; send the image as PNG."
    [size_finding] = judged(("image", "png-256x256.png"), ("mask", "png-64x64-alpha.png")).findings
    assert size_finding.message.startswith("mask is 64x64, but the image is 256x256. ")
    assert (size_finding.expected, size_finding.pointer) == ("256x256", "/mask")


def test_a_mask_without_a_transparent_pixel_is_noted() -> None:
    """It is allowed, and marks nothing; without an alpha channel it is refused for that."""
    opaque = judged(("image", "png-64x64.png"), ("mask", "png-64x64-opaque-alpha.png"))
    assert (opaque.verdict, found(opaque)) == ("valid", [("mask-opaque", "/mask", "mask")])
    without = judged(("image", "png-64x64.png"), ("mask", "png-64x64.png"))
    assert (without.verdict, found(without)) == ("invalid", [("mask-without-alpha", "/mask", "mask")])


def test_a_mask_for_no_picture_is_not_compared() -> None:
    """What is wrong with the image is told once."""
    files = [File("image", b"hello"), File("mask", picture("png-64x64-alpha.png"))]
    verdict = EDITS.validate_request(FIELDS, files=files, account=DIRECT)
    assert found(verdict) == [("image-not-png-or-jpeg", "/image", "image")]
    assert verdict.findings[0].message.startswith("image is no picture of a known format. ")


def test_one_of_several_files_is_named() -> None:
    """The pointer has its index, the parameter is the field, and the message counts from 1."""
    verdict = judged(("image[]", "png-64x64.png"), ("image[]", "webp-64x64.webp"), ("image[]", "gif-64x64.gif"))
    assert found(verdict) == [
        ("image-not-png-or-jpeg", "/image[]/1", "image[]"),
        ("image-not-png-or-jpeg", "/image[]/2", "image[]"),
    ]
    assert verdict.findings[0].message.startswith("image[] (file 2) is a webp picture. ")


@pytest.mark.parametrize(
    ("files", "fields", "opening"),
    [
        ([("image", "png-64x64.png")] * 2, {}, "image is 2 uploaded files. "),
        ([], {"image": "iVBORw0KGgo="}, 'image is "iVBORw0KGgo=". '),
        ([("image[]", "png-64x64.png")] * 17, {}, "image[] is 17 uploaded files. "),
        ([("image", "png-64x64.png"), ("prompt", "png-64x64.png")], {}, "prompt is an array of 2. "),
        ([("image", "png-64x64.png"), ("size", "png-64x64.png")], {}, 'size is an uploaded file "png-64x64.png" of '),
    ],
)
def test_findings_on_uploads_are_told_in_words(
    files: list[tuple[str, str]], fields: dict[str, Json], opening: str
) -> None:
    """No message shows the object that stands for a file."""
    [finding] = judged(*files, **fields).findings
    assert finding.message.startswith(opening)


def test_a_damaged_upload_is_told_with_its_damage() -> None:
    """The reason is that of the picture reader."""
    verdict = EDITS.validate_request(FIELDS, files=[File("image", picture("png-64x64.png")[:-12])])
    assert found(verdict) == [("image-damaged", "/image", "image")]
    assert verdict.findings[0].message.startswith("image ends before the IEND chunk. ")


@pytest.mark.parametrize(
    ("size", "flaws"),
    [
        (49_999_999, []),
        (50_000_000, ["mask-near-50-mb"]),
        (52_428_799, ["mask-near-50-mb"]),
        (52_428_800, ["mask-of-50-mb"]),
    ],
)
def test_the_size_of_a_mask_has_a_zone_of_doubt(tmp_path: Path, size: int, flaws: list[str]) -> None:
    """Whether 50 MB are 50 million bytes or 50 * 2**20 is not said; a file on disk is not read for it."""
    path = tmp_path / "mask.png"
    with path.open("wb") as file:
        file.write(picture("png-64x64-alpha.png"))
        file.truncate(size)
    files = [File("image", picture("png-64x64.png")), File("mask", path)]
    verdict = EDITS.validate_request(FIELDS, files=files, account=DIRECT)
    assert [flaw for flaw, _, _ in found(verdict)] == flaws
    assert verdict.verdict == ("valid" if not flaws else "invalid" if flaws == ["mask-of-50-mb"] else "warn")


@pytest.mark.parametrize(
    ("account", "severity"), [(None, "warning"), ({"direct_group": False}, "error"), ({"direct_group": True}, None)]
)
@pytest.mark.parametrize(
    ("extra", "flaw"),
    [({"n": "2"}, "several-images-without-direct-group"), ({}, "mask-without-direct-group")],
)
def test_the_account_decides_about_what_needs_it(
    account: dict[str, bool] | None, severity: str | None, extra: dict[str, str], flaw: str
) -> None:
    """Unknown it is a warning, known to be missing an error, known to be there nothing."""
    files = [File("image", picture("png-64x64.png"))]
    if not extra:
        files.append(File("mask", picture("png-64x64-alpha.png")))
    findings = EDITS.validate_request({**FIELDS, **extra}, files=files, account=account).findings
    assert [(one.requirement, one.severity, one.outcome) for one in findings] == (
        [] if severity is None else [(f"anyfast/edits/{flaw}", severity, "PRECOND")]
    )


def test_json_in_place_of_a_form_is_told_first() -> None:
    """The members are judged all the same, so that the picture as text is named, too."""
    verdict = EDITS.validate_request(b'{"model":"gpt-image-2","prompt":"A fox","image":"iVBORw0KGgo="}')
    assert found(verdict) == [("body-not-a-form", "", None), ("image-not-one-file", "/image", "image")]
    assert verdict.findings[0].message.startswith("The body is JSON, not a form. ")


def test_an_unreadable_form_has_one_finding() -> None:
    """Nothing is said to be missing from a form that nobody can read."""
    verdict = EDITS.validate_request(b"--x\r\n", content_type="multipart/form-data")
    assert found(verdict) == [("body-not-a-form", "", None)]


def test_a_malformed_form_is_judged_with_its_flaws() -> None:
    """The first flaw is told and the others are counted; what can be read is judged."""
    body = build_multipart(
        FIELDS.items(), [("image", "a.png", "image/png", picture("png-64x64.png"))], boundary=BOUNDARY
    )
    sound = EDITS.validate_request(body, content_type=FORM)
    assert sound.verdict == "valid"
    broken = body.replace(b'name="prompt"', b"") + f"--{BOUNDARY}--\r\n".encode()
    verdict = EDITS.validate_request(broken, content_type=FORM)
    assert found(verdict) == [("form-malformed", "", None), ("prompt-missing", "/prompt", "prompt")]
    assert verdict.findings[0].message.startswith("Part 2: the part has no name; ")
    assert verdict.findings[0].message.count("; and 1 more. ") == 1


def test_a_refused_form_is_judged_only_with_its_files() -> None:
    """The fields alone do not tell whether the request was right; the raw form or its files do."""
    refusal = {"error": {"message": "Invalid value for 'size'.", "type": "invalid_request_error", "code": "x"}}
    fields = {**FIELDS, "size": "1024x1024"}
    upload = picture("png-64x64.png")
    body = build_multipart(fields.items(), [("image", "a.png", "image/png", upload)], boundary=BOUNDARY)
    expected = [("documented-size-refused", "/size", "size")]
    assert found(EDITS.validate_response(refusal, request=fields, status=400)) == []
    assert found(EDITS.validate_response(refusal, request=body, status=400)) == expected
    assert (
        found(EDITS.validate_response(refusal, request=fields, files=[File("image", upload)], status=400)) == expected
    )
    assert found(EDITS.validate_response(refusal, request=fields, files=[File("image", b"x")], status=400)) == []


def test_an_answer_is_compared_with_the_fields_of_its_form() -> None:
    """Numbers in a form are text and count as numbers."""
    answer = {"data": [{"url": "https://images.example.com/a.png"}]}
    assert EDITS.validate_response(answer, request={**FIELDS, "n": "1"}).verdict == "valid"
    assert found(EDITS.validate_response(answer, request={**FIELDS, "n": "2"})) == [
        ("another-number-of-images-than-asked", "/data", "data")
    ]
