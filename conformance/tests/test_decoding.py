import contextlib
import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof_conformance.client import Limits
from pixelproof_conformance.decoding import BrokenError, Decoder, TooLargeError

from .raw_server import (
    answer,
    once_sent,
    says,
)


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("gzip", gzip.compress(b"picture")),
        ("GZIP", gzip.compress(b"pic") + gzip.compress(b"ture")),
        ("gzip", gzip.compress(b"picture") + b"\0\0\0"),
        ("deflate", zlib.compress(b"picture")),
        ("deflate", zlib.compress(b"picture")[2:-4]),
        ("identity", b"picture"),
    ],
)
def test_the_content_encoding_is_undone(encoding: str, content: bytes) -> None:
    """The record holds the content, however it was packed."""
    assert once_sent(says(answer("200 OK", content, Content_Encoding=encoding))).body == b"picture"


@given(st.binary(max_size=3000), st.lists(st.integers(1, 500), max_size=8), st.booleans())
def test_decoding_does_not_depend_on_the_pieces(content: bytes, cuts: list[int], packed: bool) -> None:
    """However the network cuts the bytes, the content is the same."""
    data = gzip.compress(content) if packed else content
    decoder = Decoder("gzip" if packed else "", 10_000)
    for cut in cuts:
        decoder.feed(data[:cut])
        data = data[cut:]
    decoder.feed(data)
    decoder.finish()
    assert (decoder.content(), decoder.size) == (content, len(content))


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate"]))
def test_decoding_garbage_never_crashes(data: bytes, encoding: str) -> None:
    """Damaged data give an error of ours, and never more bytes than the limit allows."""
    decoder = Decoder(encoding, 100)
    with contextlib.suppress(BrokenError, TooLargeError):
        decoder.feed(data)
    assert decoder.size <= 101


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_bomb_is_stopped(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    """The limit counts the content and not its packed bytes, and memory stays near the limit."""
    bomb = answer("200 OK", pack(bytes(50_000_000)), Content_Encoding=encoding)
    tracemalloc.start()
    record = once_sent(says(bomb), Limits(retries=0, max_answer_bytes=1_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert record.failure == "too-large"
    assert peak < 10_000_000


def test_a_row_of_empty_files_is_stopped() -> None:
    """Empty gzip files bring no content and would only take time."""
    decoder = Decoder("gzip", 1_000_000)
    with pytest.raises(BrokenError, match=r"more than 1,000 files in a row"):
        decoder.feed(gzip.compress(b"") * 1001)
    assert decoder.size == 0


def test_small_pieces_take_no_more_memory_than_large_ones() -> None:
    """An answer in pieces of two bytes is held in about its size."""
    decoder = Decoder("", 10_000_000)
    tracemalloc.start()
    for number in range(100_000):
        decoder.feed(number.to_bytes(2, "big", signed=False) if number < 65536 else b"ab")
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert decoder.size == 200_000
    assert held < 400_000
