import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))  # the benchmarks are scripts of the repository and not installed

from benchmarks.schemathesis import comparison, page, run, tables, tools, trials  # noqa: E402
from benchmarks.schemathesis.environment import pinned_version  # noqa: E402
from benchmarks.schemathesis.reports import Findings  # noqa: E402

SAMPLES = Path(__file__).parent / "samples"
POST = "(POST /v1/images/generations)"
ACCEPTED = f"ST201 Schema-violating request accepted {POST}"
PREFIX = "openai/generations/"


def _sitting(
    tool: str,
    trial: trials.Trial,
    failures: tuple[str, ...] = (),
    warnings: tuple[str, ...] = (),
    cost: tuple[int, int, float, float] = (100, 10, 2.0, 1.0),
) -> tools.Sitting:
    return tools.Sitting(tool, trial, Findings(failures, warnings), *cost)


CLEAN = trials.Trial("clean")
SIZE = trials.Trial("fault", f"{PREFIX}picture-of-another-size", trials.IGNORED, (f"{PREFIX}picture-of-another-size",))
COUNT = trials.Trial("fault", f"{PREFIX}n-outside-1-to-10", trials.NOT_ENFORCED, (f"{PREFIX}n-outside-1-to-10",))
EXTRA = trials.Trial("variant", "extra-keys", may_warn=("answer-key-not-listed",))
QUIET = trials.Trial("variant", "json-indented")
FACTS = {
    "date": "2026-01-02",
    "pixelproof": "0.1.0",
    "schemathesis": "4.32.5",
    "hypothesis for Schemathesis": "6.1",
    "python": "3.11.7",
    "machine": "a machine (2 cores)",
    "runs at a time": "2",
    "command": "uv run python benchmarks/schemathesis/run.py",
}
SMALL = comparison.Comparison(
    FACTS,
    (
        _sitting("schemathesis", CLEAN, (f"ST108 Response violates schema {POST}",), cost=(237, 214, 9.0, 4.0)),
        _sitting("pixelproof", CLEAN, (), (f"{PREFIX}answer-null",), cost=(126, 36, 2.0, 1.0)),
        _sitting(
            "schemathesis", COUNT, (ACCEPTED, f"ST108 Response violates schema {POST}"), cost=(107, 119, 5.0, 3.0)
        ),
        _sitting("pixelproof", COUNT, COUNT.breaks, cost=(126, 59, 2.5, 1.25)),
        _sitting("schemathesis", SIZE, (f"ST108 Response violates schema {POST}",), cost=(237, 214, 9.0, 4.0)),
        _sitting("pixelproof", SIZE, (f"{PREFIX}created-missing",), SIZE.breaks),
        _sitting("schemathesis", EXTRA, (f"ST108 Response violates schema {POST}",)),
        _sitting("pixelproof", EXTRA, (), (f"{PREFIX}answer-key-not-listed",)),
        _sitting("schemathesis", QUIET),
        _sitting("pixelproof", QUIET, (), (f"{PREFIX}image-key-not-listed",)),
    ),
)


class TestComparison:
    def test_found_is_what_the_clean_gateway_does_not_have(self) -> None:
        """A failure of Schemathesis that stands on the clean gateway too points to no fault."""
        found = {(one.tool, one.trial.name): SMALL.found(one) for one in SMALL.of("schemathesis", "fault")}
        assert found == {("schemathesis", COUNT.name): (ACCEPTED,), ("schemathesis", SIZE.name): ()}

    def test_pixelproof_has_to_name_the_requirement(self) -> None:
        """Another requirement that failed does not count, a warning on the right one does."""
        count, size = SMALL.of("pixelproof", "fault")
        assert SMALL.found(count) == COUNT.breaks
        assert SMALL.found(size) == SIZE.breaks
        elsewhere = size._replace(findings=Findings((f"{PREFIX}created-missing",)))
        assert SMALL.found(elsewhere) == ()

    def test_false_alarms(self) -> None:
        """A failure is one; a warning is told apart, and is due where the variant says so."""
        blamed = {(one.tool, one.trial.name) for one in SMALL.sittings[6:] if comparison.false_alarms(one)}
        warned = {(one.tool, one.trial.name) for one in SMALL.sittings[6:] if comparison.undue_warnings(one)}
        assert blamed == {("schemathesis", "extra-keys")}
        assert warned == {("pixelproof", "json-indented")}

    def test_json_brings_everything_back(self) -> None:
        """A measurement can be written and shown again."""
        assert comparison.from_json(comparison.as_json(SMALL)) == SMALL

    def test_order(self) -> None:
        """Runs that come in as they end are shown in the order of the trials, Schemathesis first."""
        mixed = SMALL.sittings[::-1]
        assert comparison.ordered(mixed, [CLEAN, COUNT, SIZE, EXTRA, QUIET]) == SMALL.sittings


class TestTables:
    def test_summary(self) -> None:
        """The tables count faults by kind, take medians of the cost and count blamed gateways."""
        faults, cost, alarms = tables.summary_tables(SMALL)
        assert faults.rows == [
            (trials.NOT_ENFORCED, "1", "1", "1"),
            (trials.IGNORED, "1", "0", "1"),
            ("all", "2", "1", "2"),
            ("share", "", "50%", "100%"),
        ]
        assert cost.rows[2] == ("Schemathesis, a gateway with a fault, median", "2", "172", "166.5", "7.0 s", "3.5 s")
        assert cost.rows[5] == ("pixelproof, all gateways with a fault, sum", "2", "226", "69", "4.5 s", "2.2 s")
        assert alarms.rows == [
            ("the clean gateway: a failure", "1", "1", "0"),
            ("the clean gateway: only a warning", "1", "0", "1"),
            ("legal variants: a failure", "2", "1", "0"),
            ("legal variants: only a warning", "2", "0", "1"),
        ]

    def test_details(self) -> None:
        """Each fault has what each tool said of it; a variant is listed when one of them was not quiet."""
        faults, variants = tables.detail_tables(SMALL)
        assert faults.rows == [
            ("n-outside-1-to-10", trials.NOT_ENFORCED, "ST201 Schema-violating request accepted", "fail"),
            ("picture-of-another-size", trials.IGNORED, "missed", "warn"),
        ]
        assert variants.rows == [
            ("extra-keys", "ST108 Response violates schema", "quiet"),
            ("json-indented", "quiet", "warning: image-key-not-listed"),
        ]

    def test_text_is_aligned(self) -> None:
        """Numbers end in one column, text begins in one."""
        table = tables.Table("Title", ("Name", "Count"), [("short", "7"), ("a longer one", "100")])
        assert tables.text(table) == "Title\n\nName          Count\nshort             7\na longer one    100\n"

    def test_markdown(self) -> None:
        """Columns of names are code, columns of numbers are set to the right, bars are escaped."""
        table = tables.Table("Title", ("Name", "Says", "Count"), [("a-b", "x | y", "7")], code=(0,))
        assert tables.markdown(table) == "| Name | Says | Count |\n| --- | --- | --: |\n| `a-b` | x \\| y | 7 |\n"

    def test_trouble_is_told(self) -> None:
        """A run without a result is named with its tool and its gateway."""
        lost = SMALL.sittings[2]._replace(findings=Findings(trouble="stopped after 900 seconds"))
        assert tables.troubles(comparison.Comparison(FACTS, (lost,))) == [
            f"Schemathesis, fault {COUNT.name}: stopped after 900 seconds."
        ]

    def test_figures_take_their_place_in_the_page(self) -> None:
        """Only what stands between the marks is written anew."""
        old = f"Before.\n\n{page.BEGIN}\nold\n{page.END}\n\nAfter.\n"
        new = page.with_figures(old, SMALL)
        assert new.startswith(
            f"Before.\n\n{page.BEGIN}\n\nMeasured on 2026-01-02: pixelproof 0.1.0, Schemathesis 4.32.5"
        )
        assert new.endswith(f"{page.END}\n\nAfter.\n")
        assert "| `picture-of-another-size` | parameter ignored | missed | warn |" in new
        assert "\nold\n" not in new
        assert page.with_figures(new, SMALL) == new

    def test_a_page_without_marks_is_refused(self) -> None:
        """Nothing is written into a page that has no place for it."""
        with pytest.raises(ValueError, match="lacks one of the marks"):
            page.with_figures("A page.", SMALL)


class TestCommand:
    def test_the_published_page_has_the_published_figures(self) -> None:
        """The page is what the stored measurement gives."""
        stored = comparison.from_json((ROOT / "benchmarks/schemathesis/result.json").read_text(encoding="utf-8"))
        text = (ROOT / "docs/comparison-with-schemathesis.md").read_text(encoding="utf-8")
        assert page.with_figures(text, stored) == text
        assert stored.facts["schemathesis"] == pinned_version("schemathesis")

    def test_without_uv_one_line_says_so(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Schemathesis is installed by uv; where that is missing, nothing is started."""
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        assert run.main(["--fault", "created-missing"]) == 2
        assert capsys.readouterr().err == "error: 'uv' is not on the path; install it with: pip install uv\n"

    def test_reading_prints_the_tables(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """With ``--read`` nothing is measured, and the stored figures are printed."""
        (tmp_path / "small.json").write_text(comparison.as_json(SMALL), encoding="utf-8")
        assert run.main(["--read", str(tmp_path / "small.json")]) == 0
        assert tables.text(tables.summary_tables(SMALL)[0]) in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--read", "missing.json"], "'missing.json' cannot be read"),
            (["--read", str(SAMPLES / "schemathesis-failures.json")], "is not what --json writes"),
            (["--fault", "no-such-fault"], "--fault 'no-such-fault' is none that concerns gpt-image-1"),
            (["--sample", "1.5"], "--sample is 1.5; give a share above 0 and up to 1"),
            (["--jobs", "0"], "--jobs is 0; give a number from 1 up"),
        ],
    )
    def test_wrong_usage(self, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
        """One line says what is wrong."""
        assert run.main(arguments) == 2
        told = capsys.readouterr().err
        assert words in told
        assert told.count("\n") == 1
