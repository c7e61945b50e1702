"""Rules on pictures inside requests, and the switch that lets a rule run only where its parameter is sent."""

import base64
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pixelproof import DialectError, Exchange, Seen, load_dialect
from pixelproof.rules.mask_fits_some_images import mask_fits_some_images
from pixelproof.rules.mask_of_another_size import mask_of_another_size
from pixelproof.rules.mask_without_transparency import mask_without_transparency
from pixelproof.rules.media_type_differs_from_picture import media_type_differs_from_picture
from pixelproof.rules.not_a_picture import not_a_picture
from pixelproof.rules.not_base64 import not_base64
from pixelproof.rules.picture_cut_short import picture_cut_short
from pixelproof.rules.picture_format_not_listed import picture_format_not_listed

OCTEN = load_dialect("octen")
OPERATION = OCTEN.operation("generations")
PICTURES = Path(__file__).parents[2] / "fixtures" / "pictures"


def picture(name: str) -> str:
    """A picture of the fixtures in base64."""
    return base64.b64encode((PICTURES / name).read_bytes()).decode()


SMALL, SMALL_ALPHA, BIG = picture("png-64x64.png"), picture("png-64x64-alpha.png"), picture("png-1024x1024.png")
JPEG = picture("jpeg-64x64.jpg")
BOTH = {"mask": "mask", "image": "image"}


def seen(rule: Callable[..., Any], parameters: dict[str, Any], **request: Any) -> list[Seen]:
    """What a rule sees in a request."""
    return list(rule(Exchange(OPERATION, "any", request, request=request), parameters))


def test_a_mask_has_to_have_the_size_of_an_image() -> None:
    """It is compared with every image, and not at all when the size of one is unknown."""
    [found] = seen(mask_of_another_size, BOTH, image=BIG, mask=SMALL_ALPHA)
    assert (found.path, found.actual, found.expected) == (("mask",), "64x64", "1024x1024")
    assert seen(mask_of_another_size, BOTH, image=[BIG, BIG], mask=SMALL_ALPHA)
    assert not seen(mask_of_another_size, BOTH, image=[BIG, SMALL], mask=SMALL_ALPHA)
    assert not seen(mask_of_another_size, BOTH, image=[BIG, "no base64!"], mask=SMALL_ALPHA)
    assert not seen(mask_of_another_size, BOTH, mask=SMALL_ALPHA)
    assert not seen(mask_of_another_size, BOTH, image=BIG, mask=5)


def test_a_mask_that_fits_some_images_leaves_open_which() -> None:
    """The first image that it does not fit is named."""
    [found] = seen(mask_fits_some_images, BOTH, image=[SMALL, BIG], mask=SMALL_ALPHA)
    assert found.note == "is 64x64, but image 1 is 1024x1024"
    assert not seen(mask_fits_some_images, BOTH, image=[SMALL, JPEG], mask=SMALL_ALPHA)
    assert not seen(mask_fits_some_images, BOTH, image=[BIG, BIG], mask=SMALL_ALPHA)


@pytest.mark.parametrize(
    ("mask", "because"),
    [
        ("png-64x64.png", "it has no alpha channel"),
        ("png-64x64-opaque-alpha.png", "every pixel is opaque"),
        ("gif-64x64.gif", "it has no alpha channel"),
        ("png-64x64-alpha.png", None),
        ("webp-1024x1024-alpha.webp", None),
        ("jpeg-64x64.jpg", None),
    ],
)
def test_a_mask_needs_a_transparent_pixel(mask: str, because: str | None) -> None:
    """Pixels decide, not the alpha channel; a JPEG is wrong for another reason."""
    found = seen(mask_without_transparency, {"parameter": "mask"}, mask=picture(mask))
    assert [entry.note for entry in found] == ([f"marks nothing: {because}"] if because else [])


@pytest.mark.parametrize(
    ("prefix", "flagged"),
    [
        ("", False),
        ("data:image/jpeg;base64,", False),
        ("data:image/jpg;base64,", False),
        ("DATA:IMAGE/JPEG;BASE64,", False),
        ("data:image/png;base64,", True),
        ("data:image/webp;base64,", True),
    ],
)
def test_the_prefix_has_to_name_the_format_of_the_bytes(prefix: str, flagged: bool) -> None:
    """Common other names of a type do no harm."""
    found = seen(media_type_differs_from_picture, {"parameter": "image"}, image=[SMALL, prefix + JPEG])
    assert [entry.path for entry in found] == [("image", 1)] * flagged


def test_rules_on_pictures_look_at_the_named_parameter() -> None:
    """The same rules judge answers and requests; in a request a prefix is allowed, and each place is named."""
    sent = {
        "image": [f"data:image/png;base64,{SMALL}", "no base64!", base64.b64encode(b"text").decode(), BIG[:4000], 5]
    }
    of_images = {"parameter": "image"}
    assert [entry.path for entry in seen(not_base64, of_images, **sent)] == [("image", 1)]
    assert [entry.path for entry in seen(not_a_picture, of_images, **sent)] == [("image", 2)]
    assert [entry.path for entry in seen(picture_cut_short, of_images, **sent)] == [("image", 3)]
    listed = {"parameter": "image", "formats": ["jpeg"]}
    assert [entry.path for entry in seen(picture_format_not_listed, listed, image=[JPEG, SMALL])] == [("image", 1)]
    assert not seen(not_base64, {}, **sent), "without a parameter the images of an answer are meant"


def test_a_rule_runs_only_where_its_parameter_is_sent() -> None:
    """A request without pictures has no rules to run, one with an image has those on images."""
    section = OPERATION.model_class({"model": "openai/gpt-image-2"}).section("request")
    assert section.triggers == {"image", "mask"}
    assert section.rules_for({"prompt": "A fox"}) == section.rules_for(None) == section.rules_for([]) == ()
    with_image = section.rules_for({"image": 5})
    assert {entry.when for entry in with_image} == {"image"}
    assert len(section.rules_for({"image": 5, "mask": 5})) > len(with_image) > 3


def test_a_rule_for_a_parameter_that_does_not_exist_fails_the_load(tmp_path: Path) -> None:
    """The message names file, line and the misspelt parameter."""
    folder = tmp_path / "octen"
    shutil.copytree(OCTEN.folder, folder)
    file = folder / "generations.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("when: mask", "when: masc", 1), encoding="utf-8")
    line = 1 + text[: text.index("when: mask")].count("\n")
    with pytest.raises(DialectError, match=rf"generations.yaml:{line}: .*'masc' is not among the properties"):
        load_dialect(folder)
