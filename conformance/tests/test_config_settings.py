from argparse import Namespace
from pathlib import Path

import pytest
from pixelproof import UsageError
from pixelproof.cli._parser import configured_arguments, parser_for
from pixelproof_conformance.cli.options import plea_from

FILE = """\
dialect = "openai"
seed = 1
models = ["dall-e-2"]
timeout = 10
dialect-path = ["more"]

[run]
seed = 2
quiet = true

[targets.staging]
url = "http://127.0.0.1:1/v1"
key-env = "STAGING_KEY"
seed = 3
account = { vip = true, old = false }
headers = { X-Team = "images", Authorization = { env = "PROXY_LOGIN" } }
model-aliases = { "gpt-image-1" = "one two" }

[targets.two]
url = "http://127.0.0.1:2"
[targets.two.dialects.openai]
models = ["dall-e-3"]
[targets.two.dialects.orq]
url = "http://127.0.0.1:3"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the settings."""
    (tmp_path / "pixelproof.toml").write_text(FILE)
    (tmp_path / "more").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROXY_LOGIN", "Basic made-up")
    return tmp_path


def call(*words: str) -> Namespace:
    """What a command line means here."""
    return configured_arguments(parser_for(words[0]), words[0], [*words])


def origins(found: Namespace, *names: str) -> list[tuple[object, str]]:
    """Value and origin of some keys."""
    return [(found.settings.values[name].value, found.settings.values[name].origin) for name in names]


def test_nearer_values_win(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flag before variable before target before table of the verb before top of the file before default."""
    assert origins(call("plan"), "dialect", "models") == [
        ("openai", "pixelproof.toml:1"),
        (["dall-e-2"], "pixelproof.toml:3"),
    ]
    assert origins(call("run"), "seed", "retries") == [(2, "pixelproof.toml:8"), (3, "default")]
    assert origins(call("run", "staging"), "seed") == [(3, "pixelproof.toml:14")]
    monkeypatch.setenv("PIXELPROOF_SEED", "4")
    assert origins(call("run", "staging"), "seed") == [(4, "PIXELPROOF_SEED")]
    assert origins(call("run", "staging", "--seed", "5"), "seed") == [(5, "--seed")]


def test_a_flag_that_says_the_default_still_wins(folder: Path) -> None:
    """It was said, so it holds."""
    assert origins(call("run", "--timeout", "120"), "timeout") == [(120.0, "--timeout")]


def test_a_list_on_the_command_line_replaces_that_of_the_file(folder: Path) -> None:
    """It is not added to it."""
    assert call("run", "--model", "a", "--model", "b").model == ["a", "b"]


def test_a_switch_of_the_file_can_be_turned_off(folder: Path) -> None:
    """Each switch has its negation."""
    assert call("run").quiet is True
    assert origins(call("run", "--no-quiet"), "quiet") == [(False, "--quiet")]


def test_without_a_file_all_is_as_before(folder: Path) -> None:
    """``--no-config`` reads none; lists of two calls are not the same list."""
    first, second = call("run", "--no-config"), call("run", "--no-config")
    assert (first.dialect, first.seed, first.quiet, first.model) == (None, None, False, [])
    assert first.model is not second.model
    assert first.settings.file is None


def test_another_file_is_named_by_flag_or_variable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The flag wins; paths in a file are those from its folder."""
    (folder / "sub").mkdir()
    (folder / "sub" / "one.toml").write_text("seed = 11\nruns = 'here'\ndialect-path = ['../more']\ndialect = './d'")
    (folder / "two.toml").write_text("seed = 12")
    monkeypatch.setenv("PIXELPROOF_CONFIG", "two.toml")
    assert origins(call("run"), "seed") == [(12, "two.toml:1")]
    found = call("run", "--config", "sub/one.toml")
    assert origins(found, "seed", "runs") == [(11, "sub/one.toml:1"), (Path("sub/here"), "sub/one.toml:2")]
    assert (found.dialect_path, found.dialect) == (["more"], "sub/d")


def test_both_flags_about_the_file_are_refused(folder: Path) -> None:
    """One of them would be ignored."""
    with pytest.raises(UsageError, match="--config x and --no-config say two things"):
        call("run", "--config", "x", "--no-config")


def test_a_target_becomes_the_options_of_a_run(folder: Path) -> None:
    """Tables become repeated flags; a secret header comes from its variable."""
    plea = plea_from(call("run", "staging"), 3)
    assert plea.url == "http://127.0.0.1:1/v1"
    assert plea.key_env == "STAGING_KEY"
    assert plea.account == (("vip", True), ("old", False))
    assert plea.headers == (("X-Team", "images"), ("Authorization", "Basic made-up"))
    assert plea.aliases == (("gpt-image-1", "one two"),)
    assert "made-up" not in str(plea.settings)
    assert plea.settings["headers"] == {
        "value": ["X-Team: ...", "Authorization: ..."],
        "from": "pixelproof.toml:16",
    }


def test_a_variable_of_a_header_that_is_not_set_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request without the header would be another one."""
    monkeypatch.delenv("PROXY_LOGIN")
    with pytest.raises(UsageError, match=r"pixelproof\.toml:16: headers: .* PROXY_LOGIN is not set"):
        call("run", "staging")


def test_a_target_with_one_dialect_of_several_needs_a_choice(folder: Path) -> None:
    """The file's own dialect chooses, or a flag; the table of the dialect comes before that of the target."""
    assert origins(call("run", "two"), "dialect", "models", "url") == [
        ("openai", "pixelproof.toml:21"),
        (["dall-e-3"], "pixelproof.toml:22"),
        ("http://127.0.0.1:2", "pixelproof.toml:20"),
    ]
    assert origins(call("run", "two", "--dialect", "orq"), "dialect", "models", "url") == [
        ("orq", "--dialect"),
        (["dall-e-2"], "pixelproof.toml:3"),
        ("http://127.0.0.1:3", "pixelproof.toml:24"),
    ]
    with pytest.raises(UsageError, match="the target two speaks openai, orq, not octen"):
        call("run", "two", "--dialect", "octen")
    path = folder / "pixelproof.toml"
    path.write_text(FILE.replace('dialect = "openai"\n', "", 1))
    with pytest.raises(UsageError, match="the target two speaks openai, orq; choose one with --dialect"):
        call("run", "two")


def test_a_url_without_its_scheme_is_not_repeated(folder: Path) -> None:
    """It may hold a password; whoever reads URLs refuses it."""
    assert call("run", "user:secret99@host/v1").url == "user:secret99@host/v1"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["stagin"], '"stagin" is no URL and no target of pixelproof.toml; did you mean staging?'),
        (["staging", "--no-config"], '"staging" is no URL, and no pixelproof.toml with targets is here or above'),
        (["--target", "x"], '"x" is no target (pixelproof.toml); there are staging, two'),
        (["--target", "x", "--no-config"], '"x" is no target (no settings file was found); there is none: a table'),
    ],
)
def test_a_target_that_is_not_there_is_told(folder: Path, words: list[str], told: str) -> None:
    """With the one that was meant, or those that there are."""
    with pytest.raises(UsageError) as caught:
        call("run", *words)
    assert str(caught.value).startswith(told)


def test_a_named_url_is_not_asked_with_the_key_of_the_usual_target(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The target of the file holds when nothing is named; with a URL its key would go to somebody else."""
    path = folder / "pixelproof.toml"
    path.write_text(f'target = "staging"\n{FILE}')
    assert call("run").key_env == "STAGING_KEY"
    assert origins(call("run"), "target") == [("staging", "pixelproof.toml:1")]
    assert call("run", "http://127.0.0.1:9").key_env is None
    monkeypatch.setenv("PIXELPROOF_URL", "http://127.0.0.1:9")
    assert call("run").key_env is None


def test_a_named_target_can_be_asked_at_another_address(folder: Path) -> None:
    """Both were named, so both hold."""
    found = call("run", "http://127.0.0.1:9", "--target", "staging")
    assert (found.url, found.key_env) == ("http://127.0.0.1:9", "STAGING_KEY")


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("PIXELPROOF_MODELS", "a 'b c'", "model", ["a", "b c"]),
        ("PIXELPROOF_HEADERS", "'X-Team: images'", "header", ["X-Team: images"]),
        ("PIXELPROOF_RATE", "0.5", "rate", 0.5),
        ("PIXELPROOF_RATE", "30/min", "rate", 0.5),
        ("PIXELPROOF_QUIET", "no", "quiet", False),
        ("PIXELPROOF_QUIET", "", "quiet", True),
        ("PIXELPROOF_TARGET", "two", "url", "http://127.0.0.1:2"),
    ],
)
def test_variables_are_read_as_the_shell_reads_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch, variable: str, text: str, name: str, value: object
) -> None:
    """An empty one says nothing."""
    monkeypatch.setenv(variable, text)
    assert getattr(call("run"), name) == value


@pytest.mark.parametrize(
    ("variable", "text", "told"),
    [
        ("PIXELPROOF_SEED", "x", "PIXELPROOF_SEED: seed: 'x' is not a value of --seed"),
        ("PIXELPROOF_RATE", "0", "PIXELPROOF_RATE: rate: '0' is not a number above 0"),
        ("PIXELPROOF_QUIET", "maybe", "PIXELPROOF_QUIET is 'maybe'; write true or false"),
        ("PIXELPROOF_PROFILE", "x", "PIXELPROOF_PROFILE: profile is 'x'; it is one of document, observed"),
        (
            "PIXELPROOF_MAX_IMGES",
            "3",
            "the environment variable PIXELPROOF_MAX_IMGES sets nothing; did you mean PIXELPROOF_MAX",
        ),
        (
            "PIXELPROOF_MODEL",
            "a",
            "the environment variable PIXELPROOF_MODEL sets nothing; did you mean PIXELPROOF_MODELS?",
        ),
        ("PIXELPROOF_MODELS", "'a", "PIXELPROOF_MODELS is not a list of words (No closing quotation)"),
    ],
)
def test_a_wrong_variable_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, variable: str, text: str, told: str
) -> None:
    """With its name and its value."""
    monkeypatch.setenv(variable, text)
    with pytest.raises(UsageError) as caught:
        call("run")
    assert str(caught.value).startswith(told)


def test_variables_of_others_are_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those for other verbs, and those that are nothing like ours."""
    monkeypatch.setenv("PIXELPROOF_STRICT", "true")
    monkeypatch.setenv("PIXELPROOF_HOME", "/somewhere")
    monkeypatch.setenv("PIXELPROOF_DIALECT_PATH", "more")
    assert call("run").seed == 2


def test_a_flag_is_not_undone_for_the_next_call(folder: Path) -> None:
    """The parser is as it was, so that its help and another call see its defaults."""
    parser = parser_for("run")
    configured_arguments(parser, "run", ["run", "--seed", "9"])
    assert configured_arguments(parser, "run", ["run"]).settings.values["retries"].origin == "default"
