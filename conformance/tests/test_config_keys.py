"""Every flag has its key: the settings file can say what the command line can say, and nothing else."""

import argparse

import jsonschema
import pytest
from pixelproof import UsageError
from pixelproof._config import VERBS
from pixelproof._config.keys import ONE_CALL, Key, keys_of, verb_parser
from pixelproof._config.schema import FILE, known_schema
from pixelproof._locate import schemas_root
from pixelproof.cli._parser import parser_for
from pixelproof_conformance.reference.config_page import config_schema_text

SCHEMA = known_schema()


def flags_of(verb: str) -> list[str]:
    """Every long flag in the help of a verb, as its user sees it."""
    actions = verb_parser(parser_for(verb), verb)._actions
    shown = [action for action in actions if action.help != argparse.SUPPRESS and action.dest != "help"]
    return [text for action in shown for text in action.option_strings if text.startswith("--")]


def test_the_schema_is_up_to_date() -> None:
    """It is what the parsers say now; `uv run python docs/generate.py` writes it anew."""
    assert (schemas_root() / FILE).read_text("utf-8") == config_schema_text(), f"{FILE} is stale; run docs/generate.py"


@pytest.mark.parametrize("verb", VERBS)
def test_every_flag_has_its_key(verb: str) -> None:
    """A flag without a key is listed with the reason why it has none."""
    keys = {SCHEMA["$defs"][node["$ref"].rpartition("/")[2]]["x-flag"]: name for name, node in properties(verb).items()}
    assert [flag for flag in flags_of(verb) if flag not in keys and flag[2:] not in ONE_CALL] == []
    assert [flag for flag in keys if flag != "URL" and flag not in flags_of(verb)] == []


def properties(verb: str) -> dict[str, dict[str, str]]:
    """The keys of the table of a verb."""
    found: dict[str, dict[str, str]] = SCHEMA["properties"][verb]["properties"]
    return found


def test_no_reason_is_left_over() -> None:
    """A flag that is gone needs no reason for having no key."""
    flags = {flag[2:] for verb in VERBS for flag in flags_of(verb)}
    assert set(ONE_CALL) <= flags


@pytest.mark.parametrize("verb", VERBS)
def test_the_schema_takes_what_the_flag_takes(verb: str) -> None:
    """For each key with one value: what its schema allows is what its flag allows, for texts and for numbers."""
    for name, key in keys_of(verb_parser(parser_for(verb), verb)).items():
        if key.shape != "one" or name.endswith("-env"):
            continue
        validator = jsonschema.Draft202012Validator({"$defs": SCHEMA["$defs"], **properties(verb)[name]})
        for value in (-1, 0, 1, 2.5, "text", "sarif", "30/min", "0/min", "30/day"):
            if isinstance(value, str) or validator.is_valid(1):
                assert validator.is_valid(value) == is_taken(key, str(value)), f"{verb}: {name} = {value!r}"


def is_taken(key: Key, text: str) -> bool:
    """Whether the flag of a key takes a text."""
    try:
        key.converted(text, "here")
    except UsageError:
        return False
    return True
