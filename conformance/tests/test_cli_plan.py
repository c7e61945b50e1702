"""The verb ``plan``: what a run would send, and what that would cost."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from .commands import Command

CHOICE = ("--dialect", "openai", "--model", "gpt-image-1")


def test_the_plan_tells_requests_pictures_and_cost(command: Command) -> None:
    """The sums are those of the listed cases, and nothing was sent."""
    found = command("plan", *CHOICE)
    lines = [
        line for line in found.out.splitlines() if re.match(r"  (baseline|wire|reject|accept|open|no-effect) ", line)
    ]
    told = re.search(r"\n(\d+) requests and (\d+) pictures for 1 model, at least \$(\d+\.\d\d)\.", found.out)
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


def test_json_lines_have_a_case_each(command: Command) -> None:
    """Another tool can send the cases itself: ids are unique, bodies and raw bytes are there."""
    cases = [json.loads(line) for line in command("plan", *CHOICE, "--format", "jsonl").out.rstrip("\n").split("\n")]
    assert len({case["id"] for case in cases}) == len(cases) > 50
    assert cases[0]["expect"] == "accepted"
    assert cases[0]["body"]["model"] == "gpt-image-1"
    assert any(case["raw"] == "[]" for case in cases)


def test_json_lines_describe_the_files_of_a_form(command: Command) -> None:
    """A file is described and not made."""
    words = ["plan", "--dialect", "orq", "--operation", "variations", "--only", "image-missing", "--format", "jsonl"]
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


def plan(command: Command, *words: str | Path) -> Any:
    """The whole plan as JSON."""
    return json.loads(command("plan", *words, "--format", "json").out)


def test_json_has_the_cost_of_each_subject_and_in_total(command: Command) -> None:
    """The sums are those of the subjects; generated requests stand apart, as an upper bound."""
    found = plan(command, "--dialect", "openai", "--model", "gpt-image-1", "--model", "dall-e-3", "--examples", "10")
    costs = [subject["cost"] for subject in found["subjects"]]
    assert [len(subject["cases"]) for subject in found["subjects"]] == [cost["requests"] for cost in costs]
    for name in ("requests", "free_requests", "pictures"):
        assert found["total"][name] == sum(cost[name] for cost in costs)
    assert found["total"]["explored_requests_at_most"] == 20
    assert found["total"]["explored_pictures_at_most"] == 10
    assert found["total"]["usd"]["at_most"] is None


def test_a_default_run_of_gpt_image_1_stays_below_150_requests_and_40_pictures(command: Command) -> None:
    """The generated requests included."""
    total = plan(command, *CHOICE)["total"]
    assert total["requests"] + total["explored_requests_at_most"] <= 150
    assert total["pictures"] + total["explored_pictures_at_most"] <= 40


def test_a_dialect_without_prices_has_an_unknown_cost(command: Command) -> None:
    """No number is made up: neither in words nor in JSON."""
    words = ("--dialect", "anyfast", "--operation", "generations")
    assert "pictures for 1 model, cost unknown.\n" in command("plan", *words).out
    assert plan(command, *words)["total"]["usd"] == {"at_least": 0.0, "at_most": None}


def test_what_a_document_says_of_previews_is_planned(command: Command) -> None:
    """The document of Octen states what a preview costs, and nothing else about tokens."""
    out = command("plan", "--dialect", "octen", "--model", "openai/gpt-image-2").out
    total = plan(command, "--dialect", "octen", "--model", "openai/gpt-image-2")["total"]
    assert total["preview_tokens_at_most"] % 100 == 0
    assert f"Output tokens: not known, previews at most {total['preview_tokens_at_most']}.\n" in out


def test_repeats_are_planned(command: Command) -> None:
    """Three times the requests cost three times as much; those of the wire checks' own are sent once."""
    once, thrice = (plan(command, *CHOICE, "--skip", "wire/", *words)["total"] for words in ((), ("--repeat", "3")))
    wire = [case for case in plan(command, *CHOICE)["subjects"][0]["cases"] if case["kind"] == "wire"]
    assert plan(command, *CHOICE, "--repeat", "3")["total"]["requests"] == thrice["requests"] + len(wire)
    assert thrice["requests"] == 3 * once["requests"]
    assert thrice["pictures"] == 3 * once["pictures"]
    assert thrice["explored_requests_at_most"] == 3 * once["explored_requests_at_most"]


PRICES = """\
source: the price list of 2026-11-20
models:
  gpt-image-1:
    pictures:
      - {when: {quality: low}, usd: 0.01, output-tokens: 272}
      - {when: {quality: [medium, high]}, usd: 0.20, output-tokens: 4160}
"""


def test_a_price_table_takes_the_place_of_the_declared_prices(command: Command, tmp_path: Path) -> None:
    """The cost is a range where requests leave the quality open, and the source is named."""
    table = tmp_path / "prices.yaml"
    table.write_text(PRICES, encoding="utf-8")
    found = plan(command, *CHOICE, "--examples", "0", "--prices", table)
    cases = found["subjects"][0]["cases"]
    low = [case for case in cases if case["expect"] == "accepted" and case["body"].get("quality") == "low"]
    assert low
    assert all(case["usd"] == {"at_least": 0.01 * case["images"], "at_most": 0.01 * case["images"]} for case in low)
    assert cases[0]["usd"] == {"at_least": 0.01, "at_most": 0.2}
    assert found["total"]["usd"]["at_most"] == pytest.approx(sum(case["usd"]["at_most"] for case in cases))
    assert found["total"]["output_tokens"]["at_least"] >= 272 * found["total"]["pictures"]
    assert found["prices"] == "the price list of 2026-11-20"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "prices.yaml: is empty; it has to hold one YAML mapping"),
        ("source: x\nmodels: {}\n", "prices.yaml:2: at models: {} "),
        ("source: x\nmodels: {a: {price: 1}}\n", "prices.yaml:2: at models/a: the key 'price' is unknown; "),
        ("source: x\nmodels: {a: {pictures: [{usd: -1}]}}\n", "prices.yaml:2: at models/a/pictures/0/usd: -1 is less"),
        ("source: x\nmodels: {a: {pictures: [{when: {n: 1}}]}}\n", "prices.yaml:2: at models/a/pictures/0: "),
    ],
)
def test_a_wrong_price_table_ends_in_one_line(command: Command, tmp_path: Path, text: str, told: str) -> None:
    """With the file, the line and the place."""
    table = tmp_path / "prices.yaml"
    table.write_text(text, encoding="utf-8")
    found = command("plan", *CHOICE, "--prices", table)
    assert found.status == 2
    assert told in found.line
    assert found.line.startswith("--prices ")


def test_a_price_table_that_is_not_there_ends_in_one_line(command: Command) -> None:
    """The line names the file."""
    found = command("plan", *CHOICE, "--prices", "nowhere.yaml")
    assert found.line == "--prices nowhere.yaml: cannot be read (No such file or directory)"
