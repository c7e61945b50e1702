import pybase64
import pytest
from pixelproof._picture import read_picture
from pixelproof_conformance.gateway.calls import Order
from pixelproof_conformance.gateway.delivery import FileStore, picture, picture_text

ORDER = Order("m", "", "A fox", "http://gateway.test")


class Clock:
    """A clock that stands where it is put."""

    now = 0.0

    def __call__(self) -> float:
        """The time that was set."""
        return self.now


def test_a_store_keeps_the_newest_files() -> None:
    """Beyond the number of files the oldest is dropped; a file that is kept again counts as new."""
    store = FileStore(max_files=2)
    first, second = store.keep(b"one", "png"), store.keep(b"two", "png")
    assert store.keep(b"one", "png") == first
    third = store.keep(b"three", "jpeg")
    assert third.endswith(".jpeg")
    assert [store.get(name) for name in (first, second, third)] == [b"one", None, b"three"]


def test_a_store_is_bounded_in_bytes() -> None:
    """The bytes of all files together stay within the bound, also after files were replaced."""
    store = FileStore(max_bytes=10)
    for _ in range(3):
        name = store.keep(b"12345", "png")
    other = store.keep(b"abcde", "png")
    assert (store.get(name), store.get(other)) == (b"12345", b"abcde")
    store.keep(b"x", "png")
    assert (store.get(name), store.get(other)) == (None, b"abcde")


def test_a_file_is_gone_after_its_lifetime() -> None:
    """An address works for 60 minutes and not longer."""
    clock = Clock()
    store = FileStore(clock=clock)
    name = store.keep(b"one", "png")
    clock.now = 3600.0
    assert store.get(name) == b"one"
    clock.now = 3600.5
    assert store.get(name) is None


@pytest.mark.parametrize("format_name", ["png", "jpeg", "webp"])
def test_pictures_are_what_the_order_says(format_name: str) -> None:
    """Format, size and alpha channel are those of the order; a JPEG is opaque whatever is asked."""
    order = Order("m", "", "A fox", "", width=32, height=48, format=format_name, background="transparent")
    found = read_picture(picture(order, 0))
    assert found is not None
    assert (found.format, found.width, found.height) == (format_name, 32, 48)
    assert found.alpha == (format_name != "jpeg")
    assert pybase64.b64decode(picture_text(order, 0)) == picture(order, 0)


def test_all_pictures_of_an_order_differ() -> None:
    """Ten images with three previews each are forty different pictures, and another prompt gives others."""
    texts = {picture_text(ORDER, index, partial=partial) for index in range(10) for partial in (None, 0, 1, 2)}
    assert len(texts) == 40
    others = {picture_text(Order("m", "", prompt, ""), 0) for prompt in ("A fox", "A ship", "A house", "A tree", "Tea")}
    assert len(others) > 1
