"""What requests cost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof import load_dialect
from pixelproof_conformance.model import Case, CaseFile, Record
from pixelproof_conformance.prices import Amount, PriceTable, Usage, declared_prices, usage_of

ROWS: list[dict[str, Any]] = [
    {"when": {"quality": "low", "size": "1024x1024"}, "usd": 0.01, "output-tokens": 272},
    {"when": {"quality": "low", "size": ["1024x1536", "1536x1024"]}, "usd": 0.02, "output-tokens": 400},
    {"when": {"quality": "high"}, "usd": 0.2},
]
TABLE = PriceTable("a test", {"m": {"pictures": ROWS, "preview-tokens": 100}})


def case(body: dict[str, Any], images: int = 1, files: tuple[CaseFile, ...] = (), model: str = "m") -> Case:
    """A request that should be accepted."""
    return Case("a-case", "accept", "generations", model, body, "accepted", images=images, files=files)


def record(body: bytes) -> Record:
    """An answer."""
    return Record("a-case", "http://a", b"", "", "", 0.0, status=200, body=body)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({"quality": "low", "size": "1024x1024"}, Amount(0.01, 0.01)),
        ({"quality": "low", "size": "1536x1024"}, Amount(0.02, 0.02)),
        ({"quality": "low"}, Amount(0.01, 0.02)),
        ({"quality": "low", "size": "auto"}, Amount(0.01, 0.02)),
        ({"size": "1024x1024"}, Amount(0.01, 0.2)),
        ({}, Amount(0.01, 0.2)),
        ({"quality": "medium"}, Amount(0.0, None)),
    ],
)
def test_the_price_follows_the_parameters(body: dict[str, Any], wanted: Amount) -> None:
    """What a request leaves open makes a range; what no entry fits has no price."""
    assert TABLE.cost(case(body)) == wanted


def test_pictures_are_paid_one_by_one() -> None:
    """Ten pictures cost ten times as much."""
    assert TABLE.cost(case({"quality": "high"}, images=10)) == Amount(2.0, 2.0)


def test_a_model_that_is_not_listed_has_no_price() -> None:
    """It is not free."""
    assert TABLE.cost(case({}, model="other")) == Amount(0.0, None)
    assert not TABLE.cost(case({}, model="other")).known
    assert (TABLE.prices("m"), TABLE.prices("other")) == (True, False)


def test_tokens_are_told_where_the_table_has_them() -> None:
    """The previews of a stream come on top, for an endpoint may send fewer of them."""
    streamed = {"quality": "low", "size": "1024x1024", "stream": True, "partial_images": 3}
    assert TABLE.tokens(case(streamed)) == Amount(272, 572)
    assert TABLE.tokens(case({"quality": "high"})) == Amount(0.0, None)


def test_tokens_have_prices() -> None:
    """Output by its tokens, the prompt by its bytes at most, uploads without an upper end."""
    entry = {"pictures": [{"output-tokens": 1000}], "tokens": {"text-input": 5, "image-input": 10, "image-output": 40}}
    table = PriceTable("a test", {"m": entry})
    assert table.cost(case({"prompt": "aé"})) == Amount(0.04, round(0.04 + 3 * 5e-6, 6))
    assert table.cost(case({}, files=(CaseFile("image"),))) == Amount(0.04, None)


def test_what_was_spent_is_what_the_answer_says() -> None:
    """Tokens of a kind without a price leave the estimate as it is."""
    table = PriceTable("a test", {"m": {"pictures": [{"usd": 1.0}], "tokens": {"text-input": 5, "image-output": 40}}})
    used = Usage(20, 1000, {"text-input": 20, "image-output": 1000})
    assert table.spent(case({}), used) == Amount(0.0401, 0.0401)
    assert table.spent(case({}), Usage(20, 1000, {"image-input": 20, "image-output": 1000})).least == 1.0
    assert table.spent(case({}), Usage()).least == 1.0


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (
            b'{"usage": {"input_tokens": 50, "output_tokens": 60, "input_tokens_details": {"image_tokens": 40}}}',
            Usage(50, 60, {"image-input": 40, "image-output": 60}),
        ),
        (
            b'data: {"usage": {"input_tokens": 1}}\n\ndata: {"usage": {"output_tokens_details": {"text_tokens": 2}}}',
            Usage(None, None, {"text-output": 2}),
        ),
        (b'{"usage": {"input_tokens": true, "output_tokens": -4}}', Usage()),
        (b'{"usage": "none"}', Usage()),
        (b'{"usage": {"input_tokens": ', Usage()),
        (b"", Usage()),
    ],
)
def test_usage_is_read_from_answers_and_streams(body: bytes, wanted: Usage) -> None:
    """The last usage of a message counts; what is no number of tokens does not."""
    assert usage_of(record(body)) == wanted


@given(st.binary(max_size=200))
def test_no_answer_breaks_the_reading_of_usage(body: bytes) -> None:
    """What a provider sends is hostile."""
    found = usage_of(record(b'{"usage": ' + body))
    assert found.input is None or found.input >= 0


def test_declared_prices_are_lower_bounds() -> None:
    """A dialect declares the cheapest picture only, so nobody knows the upper end."""
    table = declared_prices(load_dialect("openai"))
    assert table.cost(case({}, images=2, model="gpt-image-1")) == Amount(0.022, None)
    assert "openai" in table.source


def test_what_octen_says_of_previews_is_declared_and_nothing_else() -> None:
    """100 tokens a preview for the models that have previews, and no price in money."""
    table = declared_prices(load_dialect("octen"))
    streamed = case({"stream": True, "partial_images": 2}, model="openai/gpt-image-2")
    assert table.preview_tokens(streamed) == 200
    assert not any(table.prices(name) for name in load_dialect("octen").about["models"])


def test_amounts_add_up_to_what_is_known() -> None:
    """One unknown end makes the end of the sum unknown."""
    assert Amount(1, 2) + Amount(1, 3) == Amount(2, 5)
    assert Amount(1, 2) + Amount(1, None) == Amount(2, None)
    assert (Amount(1, None).careful, Amount(1, 2).careful) == (1, 2)
