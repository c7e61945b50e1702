"""What a user asks for, as configuration and as command line."""

import json
import shlex
from dataclasses import replace

import pytest
from pixelproof import UsageError
from pixelproof.cli._parser import arguments, parser_for
from pixelproof_conformance.budget import Caps
from pixelproof_conformance.cli.options import plea_from
from pixelproof_conformance.client import Limits
from pixelproof_conformance.plea import Plea, plea_of
from pixelproof_conformance.runner import Options

FULL = Plea(
    url="http://127.0.0.1:8900/v1",
    dialect="openai",
    operations=("generations",),
    models=("gpt-image-1", "dall-e-2"),
    aliases=(("gpt-image-1", "images/one two"),),
    key_env="TEAM_KEY",
    options=Options(
        only=("n-",), skip=("prompt",), observed=True, examples=3, seed=5, repeat=3, caps=Caps(10, 20, 0.5)
    ),
)


def test_the_command_asks_for_the_same_run() -> None:
    """Parsed again, the command line of a report gives the same options."""
    words = shlex.split(FULL.command())
    assert words[:2] == ["pixelproof", "run"]
    found = arguments(parser_for("run"), words[1:])
    assert plea_from(found, found.seed) == replace(FULL, options=replace(FULL.options))


def test_the_configuration_leads_back_to_the_options() -> None:
    """All that judging again and going on need; only the values of headers are not kept."""
    configuration = json.loads(json.dumps(FULL.configuration()))
    assert plea_of(configuration) == FULL


def test_the_command_keeps_the_manners_of_the_run() -> None:
    """What was said about haste and patience is said again; what was not stays unsaid."""
    limits = Limits(5, 90, 60, 200, concurrency=2, rate=30 / 60, retries=1, longest_wait=10)
    asked = replace(FULL, limits=limits, options=replace(FULL.options, concurrency=2))
    words = shlex.split(asked.command())
    found = arguments(parser_for("run"), words[1:])
    assert plea_from(found, found.seed) == asked
    assert not {"--rate", "--timeout", "--retries", "--longest-wait"} & set(shlex.split(FULL.command()))


def test_values_of_headers_are_left_open() -> None:
    """A header may be a secret, so only its name is told."""
    asked = replace(FULL, headers=(("X-Team-Key", "secret-0123456789"),))
    assert "secret" not in asked.command() + json.dumps(asked.configuration())
    assert "--header 'X-Team-Key: ...'" in asked.command()


def test_a_password_in_the_address_is_left_out() -> None:
    """Neither command nor configuration holds it."""
    asked = replace(FULL, url="http://user:geheim1234@127.0.0.1:8900/v1?api_key=geheim5678")
    assert "geheim" not in asked.command() + json.dumps(asked.configuration())


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"aliases": (("nobody", "x"),)}, "--model-alias nobody=...: openai has no such model; it has dall-e-2,"),
        ({"account": (("vip", True),)}, "--account vip: openai has no such fact; it has none"),
        ({"operations": ("edits",)}, "the dialect 'openai' has no operation 'edits'"),
        ({"models": ("nobody",)}, "--model 'nobody' is not named in the document of openai"),
        ({"options": Options(only=("nobody",))}, "--only 'nobody' fits no requirement of generations"),
        ({"options": Options(skip=("n-", "nobody"))}, "--skip 'nobody' fits no requirement of generations"),
    ],
)
def test_an_option_that_names_what_is_not_there_is_refused(changes: dict[str, object], told: str) -> None:
    """A slip in a name would silently judge something else."""
    asked = replace(Plea("http://127.0.0.1", "openai"), **changes)  # type: ignore[arg-type]
    with pytest.raises(UsageError) as caught:
        asked.subjects(asked.load())
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize("part", ["openai/generations/n-outside-1-to-10", "n-outside", "*n-outside*"])
def test_a_requirement_is_chosen_by_id_beginning_or_pattern(part: str) -> None:
    """Each of them fits."""
    asked = Plea("http://127.0.0.1", "openai", models=("dall-e-2",), options=Options(only=(part,)))
    assert [subject.name for subject in asked.subjects(asked.load())] == ["dall-e-2"]


def test_a_model_that_stands_for_a_family_can_have_an_alias() -> None:
    """The name that is sent for a family of models is as good as a listed one."""
    asked = Plea("http://127.0.0.1", "orq", aliases=(("openai/gpt-image-1", "gpt-image-1"),))
    dialect = asked.load()
    samples = {facts["sample"] for facts in dialect.about["models"].values() if "sample" in facts}
    for name in [*dialect.about["models"], *samples]:
        assert replace(asked, aliases=((name, "x"),)).subjects(dialect)
