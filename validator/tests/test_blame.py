"""Which parameter a refusal blames, at a documented place and in plain words."""

import pytest
from pixelproof._blame import blamed_parameter, texts_of

PARAMETERS = ("model", "prompt", "image", "n", "size", "quality")


@pytest.mark.parametrize(
    ("text", "blamed"),
    [
        ("Missing parameter prompt", "prompt"),
        ("Invalid parameter: size", "size"),
        ("Unknown parameters 'n'.", "n"),
        ("Invalid value for 'quality': expected one of 'low' and 'high'", "quality"),
        ("Invalid type for `n`: expected an integer", "n"),
        ("Invalid 'size[0]'", "size"),
        ("The field n has to be at most 10; the field n was 11", "n"),
        ("The parameter size has to fit the parameter image", None),
        ("Your image has the wrong size", None),
        ("Supported values are: 'text' and 'image'", None),
        ("Unknown parameter seed", None),
        ("x" * 3000 + " parameter n", None),
    ],
)
def test_a_text_blames_the_one_parameter_that_it_names_as_such(text: str, blamed: str | None) -> None:
    """Words that are parameters only by chance, several parameters, and unlisted ones blame nothing."""
    assert blamed_parameter({"code": 400, "msg": text}, None, PARAMETERS) == blamed


@pytest.mark.parametrize(
    ("error", "blamed"),
    [
        ({"param": "n"}, "n"),
        ({"param": "image[0]"}, "image"),
        ({"param": "seed"}, "seed"),
        ({"param": None, "message": "Invalid parameter n"}, None),
        ({"param": ""}, None),
        ({}, None),
        ("n", None),
    ],
)
def test_a_documented_place_is_the_only_one(error: object, blamed: str | None) -> None:
    """Where refusals have a place for the parameter, the text is not searched."""
    assert blamed_parameter({"error": error}, "/error/param", PARAMETERS) == blamed


def test_texts_are_found_wherever_providers_put_them() -> None:
    """Four places are known; a blank text says nothing."""
    assert texts_of({"msg": "a", "message": "b", "error": {"message": "c"}}) == ["a", "b", "c"]
    assert texts_of({"error": "d", "message": " "}) == ["d"]
    assert texts_of(["a"]) == texts_of(None) == []


def test_a_parameter_with_brackets_in_its_name_is_blamed_by_it() -> None:
    """Where ``image[]`` is a parameter of its own it is not taken for ``image``; an index is no part of a name."""
    parameters = ("image", "image[]")
    assert blamed_parameter({"msg": "Invalid value for 'image[]': it is no picture"}, None, parameters) == "image[]"
    assert blamed_parameter({"msg": "Invalid value for 'image[0]': it is no picture"}, None, parameters) == "image"
    assert blamed_parameter({"error": {"param": "image[]"}}, "/error/param", parameters) == "image[]"
    assert blamed_parameter({"error": {"param": "image[]"}}, "/error/param", ("image",)) == "image"


def test_the_declared_place_of_the_message_counts_too() -> None:
    """A dialect whose refusals say why at a place of their own is read there, besides the usual places."""
    assert texts_of({"detail": "a", "message": "b"}, "/detail") == ["b", "a"]
    assert texts_of({"error": {"message": "c"}}, "/error/message") == ["c"]
    assert texts_of({"problem": {"text": " "}}, "/problem/text") == []
    assert blamed_parameter({"problem": {"text": "Invalid 'n'"}}, None, PARAMETERS, "/problem/text") == "n"
    assert blamed_parameter({"problem": {"text": "Invalid 'n'"}}, None, PARAMETERS) is None


def test_the_word_none_blames_nothing() -> None:
    """A gateway that writes the absent parameter as a word blames no parameter."""
    for word in ("", "None", "null"):
        assert blamed_parameter({"error": {"param": word}}, "/error/param", ["n"]) is None
