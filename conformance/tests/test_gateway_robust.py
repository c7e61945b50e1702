"""Whatever a client sends, the gateway answers it or refuses it."""

from typing import Any

import pixelproof
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .gateway_client import FORM, Request, send
from .gateway_requests import IMAGE, TEXT

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["auto", "url", "b64_json", "true", "transparent", "jpeg", "webp", "0x0", "64x64", "999999999x1"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
MODELS = ("gpt-image-1", "dall-e-3", "gpt-image-2", "openai/gpt-image-1-mini", "nano-banana-2", "openai/dall-e-2")


def bodies(dialect: str, operation: str) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with the parameters of an operation and anything as their values."""
    names = pixelproof.load_dialect(dialect).operation(operation).parameters
    return st.dictionaries(st.sampled_from(names) | st.text(max_size=8), VALUES, max_size=6).flatmap(
        lambda body: st.sampled_from([body, *({**body, "model": model, "prompt": "A fox"} for model in MODELS)])
    )


@pytest.mark.parametrize("fault", [None, "nothing-checked"])
@pytest.mark.parametrize("dialect", ["openai", "octen", "infinityblue", "anyfast", "orq"])
@given(st.data())
@settings(max_examples=60)
def test_any_object_is_answered_or_refused(dialect: str, fault: str | None, data: st.DataObject) -> None:
    """Every JSON object gets an answer or a refusal in JSON, also where nothing is checked."""
    body = data.draw(bodies(dialect, "generations"))
    response = send(Request(dialect, "generations", body), *([fault] if fault else []))
    assert response.status_code in (200, 400)
    assert response.headers["content-type"].startswith("text/event-stream") or isinstance(response.json(), dict)


@given(st.binary(max_size=200), st.sampled_from(["generations", "edits", "variations"]))
@settings(max_examples=100)
def test_any_bytes_are_answered_or_refused(raw: bytes, operation: str) -> None:
    """Bytes that are no JSON and no form get a refusal in JSON."""
    content_type = "application/json" if operation == "generations" else FORM
    for fault in ((), ("nothing-checked",)):
        response = send(Request("orq", operation, raw, content_type=content_type), *fault)
        assert response.status_code in (200, 400)
        assert isinstance(response.json(), dict)


@pytest.mark.parametrize("mask", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0"])
def test_a_mask_that_is_no_picture_is_refused_under_a_fault_that_looks_at_masks(mask: bytes) -> None:
    """The fault looks for black under the transparent pixels, and a mask that cannot be opened has none."""
    files = (IMAGE, pixelproof.File("mask", mask, "mask.png", "image/png"))
    edit = Request("orq", "edits", {"model": "openai/gpt-image-1", "prompt": "A fox"}, files)
    assert send(edit, "wire/shapes/mask-with-black-colours").status_code == 400


@pytest.mark.parametrize("item", ["\ud800", "", "data:image/png;base64,", "not base64", 7, None])
def test_a_reference_that_is_no_picture_is_refused_under_a_fault_that_looks_at_references(item: Any) -> None:
    """The fault takes the first picture for all of them, and what is none is refused as ever."""
    body = {"model": "openai/gpt-image-2", "prompt": "A fox", "image": [TEXT, item, "\udfff"]}
    assert send(Request("octen", "generations", body), "wire/references/not-all-seen").status_code == 400


@pytest.mark.parametrize("dialect", ["anyfast", "orq"])
@pytest.mark.parametrize("model", ["", "Füchslein", b"\xff\xfe".decode("latin-1"), "a" * 1000])
def test_any_model_is_answered_or_refused_under_a_fault_that_looks_at_models(dialect: str, model: str) -> None:
    """It is put into the place of the model, or refused, whatever it is written in."""
    edit = Request(dialect, "edits", {"model": model, "prompt": "A fox"}, (IMAGE,))
    assert send(edit, "wire/models/one-route-only").status_code in (200, 400)
