"""Corrections in the hints of findings."""

import pytest
from pixelproof import load_dialect

OPERATION = load_dialect("openai").operation("generations")


@pytest.mark.parametrize(
    ("parameter", "value", "hint"),
    [
        ("n", 11, "The nearest allowed value is 10."),
        ("n", -3, "The nearest allowed value is 1."),
        ("n", "2", "Write 2, without quotes."),
        ("stream", "True", "Write true, without quotes."),
        ("size", "1024X1024", 'Write "1024x1024".'),
        ("output_format", "jpg", 'Write "jpeg".'),
        ("background", " Opaque ", 'Write "opaque".'),
        ("background", "striped", None),
        ("n", "two", None),
        ("stream", "yes", None),
    ],
)
def test_a_value_that_was_meant_otherwise_is_corrected(parameter: str, value: object, hint: str | None) -> None:
    """The hint says what to write where that is clear, and nothing where it is not."""
    body = {"model": "gpt-image-1", "prompt": "A fox", parameter: value}
    assert [finding.hint for finding in OPERATION.validate_request(body).findings] == [hint]


def test_a_key_that_was_mistyped_is_corrected_before_the_hint_of_the_requirement() -> None:
    """The closest listed parameter is named; a key that is close to none gets the general hint alone."""
    body = {"model": "gpt-image-1", "prompt": "A fox", "qualty": "low", "seed": 1, "x" * 100: 1}
    hints = {finding.pointer: finding.hint for finding in OPERATION.validate_request(body).findings}
    assert hints["/qualty"] == 'Did you mean "quality"? Take it out, or check its spelling.'
    assert hints["/seed"] == "Take it out, or check its spelling."
    assert hints["/" + "x" * 100] == "Take it out, or check its spelling."
