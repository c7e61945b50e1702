"""The verb ``plan``: what a run would send, and what that would cost."""

import json
import re

import pytest

from .commands import Command

CHOICE = ("--dialect", "openai", "--model", "gpt-image-1")


def test_the_plan_tells_requests_pictures_and_cost(command: Command) -> None:
    """The sums are those of the listed cases, and nothing was sent."""
    found = command("plan", *CHOICE)
    lines = [
        line for line in found.out.splitlines() if re.match(r"  (baseline|wire|reject|accept|open|no-effect) ", line)
    ]
    told = re.search(r"\n(\d+) requests and (\d+) pictures for 1 models, at least (\d+\.\d\d) USD", found.out)
    assert told is not None
    assert found.status == 0
    assert int(told[1]) == len(lines)
    assert float(told[3]) == pytest.approx(int(told[2]) * 0.011, abs=0.005)
    assert found.out.rstrip().endswith("Nothing was sent.")


def test_the_simplest_request_comes_first(command: Command) -> None:
    """Then what must be refused, before anything else that is paid for."""
    kinds = [line.split()[0] for line in command("plan", *CHOICE).out.splitlines() if line.startswith("  ")]
    assert kinds[0] == "baseline"
    assert kinds.index("accept") > max(index for index, kind in enumerate(kinds) if kind == "reject")


def test_json_has_a_case_a_line(command: Command) -> None:
    """Another tool can send the cases itself: ids are unique, bodies and raw bytes are there."""
    cases = [json.loads(line) for line in command("plan", *CHOICE, "--format", "json").out.rstrip("\n").split("\n")]
    assert len({case["id"] for case in cases}) == len(cases) > 50
    assert cases[0]["expect"] == "accepted"
    assert cases[0]["body"]["model"] == "gpt-image-1"
    assert any(case["raw"] == "[]" for case in cases)


def test_json_describes_the_files_of_a_form(command: Command) -> None:
    """A file is described and not made."""
    words = ["plan", "--dialect", "orq", "--operation", "variations", "--only", "image-missing", "--format", "json"]
    cases = [json.loads(line) for line in command(*words).out.rstrip("\n").split("\n")]
    files = [file for case in cases for file in case["files"]]
    assert {"field", "format", "width", "height", "bytes"} <= set(files[0])


def test_only_the_chosen_requirements_have_cases(command: Command) -> None:
    """``--only`` makes the plan small."""
    out = command("plan", *CHOICE, "--only", "n-outside-1-to-10").out
    rejects = [line.split()[2] for line in out.splitlines() if line.startswith("  reject")]
    assert rejects
    assert all(name.startswith("reject/n-outside-1-to-10/") or "n-outside" in name for name in rejects)


def test_skipped_requirements_have_no_case(command: Command) -> None:
    """``--skip`` takes cases out."""
    assert "n-outside-1-to-10" not in command("plan", *CHOICE, "--skip", "n-outside-1-to-10").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            [],
            "whose document? Name it with --dialect, or in pixelproof.toml; known are anyfast, infinityblue, octen",
        ),
        (["--dialect", "opnai"], "unknown dialect 'opnai'"),
        (["--dialect", "openai", "--operation", "edit"], "the dialect 'openai' has no operation 'edit'"),
        (["--dialect", "openai", "--model", "gpt"], "--model 'gpt' is not named in the document of openai"),
        (["--dialect", "openai", "--only", "no-such"], "--only 'no-such' fits no requirement of generations"),
        (["--dialect", "openai", "--account", "vip=true"], "--account vip: openai has no such fact"),
        (["--dialect", "openai", "--format", "yaml"], "argument --format: invalid choice: 'yaml'"),
    ],
)
def test_a_wrong_option_ends_in_one_line(command: Command, words: list[str], told: str) -> None:
    """As in a run: what was wrong, with status 2."""
    found = command("plan", *words)
    assert found.status == 2
    assert found.line.startswith(told)
