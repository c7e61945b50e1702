import json
import re
import shlex
from pathlib import Path

import pytest
from pixelproof.cli.config import FIRST_FILE
from pixelproof_conformance.gateway.running import RunningGateway

from .commands import KEY, Command, report


def written(text: str) -> Path:
    """The settings file of the working directory."""
    path = Path("pixelproof.toml")
    path.write_text(text, encoding="utf-8")
    return path


def test_check_lists_every_flaw_in_the_order_of_its_lines(command: Command) -> None:
    """Each stands on its line, and the status is that of wrong configuration."""
    written("b = 1\nmax-images = 'x'\na = 1\n")
    found = command("config", "check")
    assert found.status == 2
    lines = found.out.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "pixelproof.toml:1",
        "pixelproof.toml:2",
        "pixelproof.toml:3",
        "3 flaws",
    ]
    assert lines[1] == 'pixelproof.toml:2: max-images is "x"; write a whole number'


def test_check_of_a_good_file_says_so(command: Command) -> None:
    """A named file is checked as well."""
    written("seed = 1\n").rename("other.toml")
    assert command("config", "check", "other.toml") == (0, "other.toml: no flaw\n", "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dialect = 'opnai'", "1: unknown dialect 'opnai'; known are anyfast,"),
        ("dialect = 'openai'\nmodels = ['gpt']", "2: --model 'gpt' is not named in the document of openai"),
        ("dialect = 'openai'\noperations = ['edits']", "1: the dialect 'openai' has no operation 'edits'"),
        ("dialect = 'openai'\nskip = ['n-', 'nobody']", "2: --skip 'nobody' fits no requirement of generations"),
        ("dialect = 'openai'\naccount = { vip = true }", "2: --account vip: openai has no such fact"),
        ("models = ['x']\n[targets.a]\ndialect = 'openai'", "1: --model 'x' is not named in the document of openai"),
        ("[targets.a.dialects.openai]\nonly = ['x']\n[targets.a.dialects.orq]", "2: --only 'x' fits no requirement"),
        ("[targets.a.dialects.opnai]", "1: unknown dialect 'opnai'; known are anyfast,"),
    ],
)
def test_check_knows_the_names_of_the_dialects(command: Command, text: str, told: str) -> None:
    """A name that the dialect does not have is told with the line where it stands."""
    written(text)
    found = command("config", "check")
    assert found.status == 2
    assert found.out.startswith(f"pixelproof.toml:{told}")
    assert found.out.endswith("\n1 flaw\n")


def test_a_name_that_is_wrong_for_every_target_is_told_once(command: Command) -> None:
    """It stands once in the file."""
    written("dialect = 'openai'\nskip = ['nobody']\n[targets.a]\n[targets.b]\n")
    assert command("config", "check").out.endswith("\n1 flaw\n")


def test_check_without_a_file_says_how_to_begin(command: Command) -> None:
    """There is nothing to check."""
    found = command("config", "check")
    assert (found.status, found.line) == (
        2,
        "no pixelproof.toml here or in a folder above; 'pixelproof config init' writes one",
    )


def test_init_writes_a_file_without_flaws_and_no_second_time(command: Command) -> None:
    """What it shows in comments is right, too."""
    assert command("config", "init") == (0, "pixelproof.toml\n", "")
    assert Path("pixelproof.toml").read_text() == FIRST_FILE
    assert command("config", "init").line.startswith("pixelproof.toml is there already; ")
    lines = [
        line.removeprefix("# ") if re.match(r"# (\[|[a-z-]+ =)", line) else line for line in FIRST_FILE.splitlines()
    ]
    assert "[targets.staging]" in lines
    written("\n".join(lines))
    assert command("config", "check").out == "pixelproof.toml: no flaw\n"


def test_show_prints_each_value_with_its_origin(command: Command) -> None:
    """Flag, line and default; the values of a call are given as the call itself."""
    written('dialect = "openai"\n[targets.staging]\nurl = "http://127.0.0.1:1"\n')
    found = command("config", "show", "run", "staging", "--max-images", "10", "--header", f"X-Team: {KEY}")
    rows = {line.split()[0]: line.split()[1:] for line in found.out.splitlines()[1:]}
    assert found.out.splitlines()[0] == "pixelproof run, target staging, pixelproof.toml"
    assert rows["dialect"] == ["openai", "pixelproof.toml:1"]
    assert rows["url"] == ["http://127.0.0.1:1", "pixelproof.toml:3"]
    assert rows["max-images"] == ["10", "--max-images"]
    assert rows["seed"] == ["-", "default"]
    assert rows["headers"] == ["X-Team:", "...", "--header"]


def test_show_never_shows_a_secret(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in a URL nor in a list, in both forms."""
    monkeypatch.setenv("PIXELPROOF_URL", f"http://user:{KEY}@127.0.0.1:1/v1")
    monkeypatch.setenv("PIXELPROOF_MODELS", shlex.quote(KEY))
    for form in ("text", "json"):
        found = command("config", "show", "--format", form)
        assert found.status == 0
        assert "user:" not in found.out
        assert "[redacted]" in found.out


def test_show_of_another_verb_says_which_there_are(command: Command) -> None:
    """``serve`` reads no settings."""
    found = command("config", "show", "serve")
    assert (found.status, found.line) == (
        2,
        "'serve' reads no settings file; the verbs that do are run, plan, limits, validate, judge, audit, waive",
    )


def test_a_run_takes_its_target_and_tells_where_all_came_from(
    command: Command, openai_gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is that of the named variable; the report has every value with its line and no secret; so has judge's."""
    monkeypatch.setenv("STAGING_KEY", "staging-key-0123456789")
    written(
        "dialect = 'openai'\nquiet = true\nexamples = 0\nskip = ['usage-']\n"
        f"[targets.staging]\nurl = '{openai_gateway.url}'\nkey-env = 'STAGING_KEY'\nmodels = ['dall-e-3']\n"
        "only = ['n-']\n"
    )
    assert command("run", "staging", "--out", "run").status == 0
    assert command("judge", "run", "--out", "again").status == 0
    for folder in ("run", "again"):
        configuration = report(Path(folder))["configuration"]
        settings = configuration["settings"]
        assert settings["url"] == {"value": openai_gateway.url, "from": "pixelproof.toml:6"}
        assert settings["models"] == {"value": ["dall-e-3"], "from": "pixelproof.toml:8"}
        assert settings["retries"] == {"value": 3, "from": "default"}
        assert configuration["only"] == ["n-"]
        assert configuration["key_variable"] == "STAGING_KEY"
    assert not [
        path for path in Path().rglob("*.*") if path.is_file() and b"staging-key-0123456789" in path.read_bytes()
    ]


def test_the_command_of_a_report_needs_no_settings_file(command: Command, openai_gateway: RunningGateway) -> None:
    """It has as flags what the file said, so that it repeats the run anywhere."""
    written(
        f"dialect = 'openai'\nkey-env = 'OPENAI_API_KEY'\n[targets.a]\nurl = '{openai_gateway.url}'\n"
        "models = ['dall-e-2']\n"
    )
    command("run", "a", "--only", "n-", "--quiet", "--seed", "7", "--max-requests", "2", "--out", "run")
    words = shlex.split(report(Path("run"))["command"])
    shown = json.loads(command("config", "show", "--format", "json", *words[1:], "--no-config").out)["settings"]
    assert [shown[name]["value"] for name in ("url", "dialect", "key-env", "models", "seed")] == [
        openai_gateway.url,
        "openai",
        "OPENAI_API_KEY",
        ["dall-e-2"],
        7,
    ]


def test_validate_takes_its_values_too(command: Command) -> None:
    """The dialect comes from the file, and the format from the table of the verb."""
    written('dialect = "openai"\n[validate]\nformat = "json"\n')
    Path("request.json").write_text('{"model": "gpt-image-1", "prompt": "x", "n": 11}')
    found = command("validate", "request.json")
    assert found.status == 1
    assert json.loads(found.out)["verdict"] == "invalid"


def test_validate_takes_its_values_from_the_environment(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any settings file, too; a flag that only a settings file gives a meaning is understood."""
    monkeypatch.setenv("PIXELPROOF_DIALECT", "openai")
    monkeypatch.setenv("PIXELPROOF_QUIET", "true")
    Path("request.json").write_text('{"model": "gpt-image-1", "prompt": "x"}')
    assert command("validate", "request.json") == (0, "", "")
    assert command("validate", "request.json", "--no-quiet").out == "request.json: valid\n"


def test_a_flaw_ends_a_call_before_anything_is_done(command: Command) -> None:
    """One line, and how to see the others."""
    written('dialect = "openai"\nmax-imges = 3\n')
    found = command("validate", "request.json")
    assert (found.status, found.line) == (2, "pixelproof.toml:2: max-imges is not known; did you mean max-images?")


def test_the_folder_for_runs_is_a_setting(command: Command, openai_gateway: RunningGateway) -> None:
    """Each run has a folder of its own in it, beside the settings file."""
    written(
        f"dialect = 'openai'\nurl = '{openai_gateway.url}'\nruns = 'evidence'\nmodels = ['dall-e-2']\nonly = ['n-']\n"
    )
    assert command("run", "--quiet").status == 0
    assert len([*Path("evidence").iterdir()]) == 1


def test_without_a_url_or_a_target_a_run_asks_for_one(command: Command) -> None:
    """The line names both ways."""
    found = command("run", "--dialect", "openai")
    assert (found.status, found.line) == (2, "which endpoint? Name its URL, or a target of pixelproof.toml")
