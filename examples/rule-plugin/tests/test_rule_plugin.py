"""A distribution with rules of its own, built and installed into a folder, as its users see it."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[1]
BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Return a function that runs pixelproof beside the installed distribution; ``given`` is its standard input."""
    folder = tmp_path_factory.mktemp("plugin")
    built = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)], cwd=HERE, capture_output=True, text=True, check=True
    )
    site = folder / "site"
    with zipfile.ZipFile(folder / built.stdout.split()[-1]) as wheel:
        wheel.extractall(site)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH")))),
        "PIXELPROOF_CACHE_DIR": str(folder / "cache"),
    }

    def run(*words: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "pixelproof", *words],
            input=given,
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_its_dialect_is_listed(command: Command) -> None:
    """The requirements that its rules check stand among the others."""
    listed = json.loads(command("rules", "--dialect", "seedling", "--format", "json").stdout)
    rules = {entry["id"].rpartition("/")[2]: entry["rule"] for entry in listed}
    assert rules["another-seed"] == "seed-not-repeated"
    assert "prompt-with-placeholder" in rules


def test_its_rule_on_a_value_judges_requests(command: Command) -> None:
    """A placeholder in the prompt is a finding with the words of the rule; a filled template is none."""
    request = {"model": "sprout", "prompt": "A photograph of {{product}}"}
    done = command("validate", "-", "--dialect", "seedling", "--format", "json", given=json.dumps(request))
    [finding] = json.loads(done.stdout)["findings"]
    assert done.returncode == 1
    assert finding["requirement"] == "seedling/generations/prompt-with-placeholder"
    assert finding["message"].startswith("prompt has {{ in it.")
    filled = json.dumps({**request, "prompt": "A photograph of a teapot"})
    assert command("validate", "-", "--dialect", "seedling", given=filled).returncode == 0


def test_its_rule_on_answers_judges_answers(command: Command, tmp_path: Path) -> None:
    """Another seed than the one that was asked for is a finding at its place."""
    (tmp_path / "answer.json").write_text('{"seed": 8, "data": []}', encoding="utf-8")
    words = ["--dialect", "seedling", "--response", str(tmp_path / "answer.json"), "--format", "json"]
    done = command("validate", "-", *words, given='{"model": "sprout", "prompt": "A teapot", "seed": 7}')
    [finding] = json.loads(done.stdout)["findings"]
    assert (finding["requirement"], finding["pointer"]) == ("seedling/generations/another-seed", "/seed")
    assert command("validate", "-", *words, given='{"model": "sprout", "prompt": "A teapot"}').returncode == 0


def test_the_pages_of_its_rules_are_shown(command: Command) -> None:
    """What stands in the docstring of the rule is shown with the requirement."""
    page = command("explain", "prompt-with-placeholder").stdout
    assert "Rule unfilled-placeholder\n    A text still has a placeholder of a template in it." in page


def test_its_cases_are_planned(command: Command) -> None:
    """The request that it makes is among those that must be refused, and no requirement is without a case."""
    plan = command("plan", "--dialect", "seedling").stdout
    assert "  reject     refused   prompt-with-placeholder/template\n" in plan
    assert "no case" not in plan


def test_its_faults_are_served_and_found(command: Command) -> None:
    """The gateway lists a fault for each requirement, and a run finds the one that the distribution adds."""
    faults = json.loads(command("serve", "--dialect", "seedling", "--list-faults", "--format", "json").stdout)
    named = {fault["name"] for fault in faults}
    assert {"seedling/generations/another-seed", "seedling/generations/prompt-with-placeholder"} <= named
    table = command("kill-table", "--dialect", "seedling")
    assert table.returncode == 0, table.stdout
    assert "fail    not-kept      seedling/generations/another-seed  sprout\n" in table.stdout
    assert f"{len(faults)} of {len(faults)} faults found" in table.stdout
