"""Forms on the command line: chosen by ``run`` and ``judge``, made anew by ``report``, compared by ``compare``."""

import json
from pathlib import Path

import pytest
from pixelproof_conformance.gateway.running import RunningGateway
from pixelproof_conformance.report.json_form import read_report
from pixelproof_conformance.report.write import FORM_NAMES, forms, write_report

from .commands import Command
from .report_examples import realistic

REPORT = realistic(60, 4)
SHORT = ("--dialect", "openai", "--model", "dall-e-3", "--only", "n-", "--examples", "0", "--seed", "1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a run with nothing but its report.json."""
    path = tmp_path / "kept"
    write_report(REPORT, path)
    for file in path.iterdir():
        if file.name != "report.json":
            file.unlink()
    return path


@pytest.mark.parametrize("form", FORM_NAMES)
def test_every_form_is_made_from_the_report_alone(command: Command, folder: Path, form: str) -> None:
    """The form on standard output is the one that a run writes, also when a file is named."""
    wanted = forms()[form].render(read_report(folder)).replace("\r\n", "\n")
    found = command("report", folder, "--format", form)
    assert (found.status, found.err) == (0, "")
    assert found.out.replace("\r\n", "\n") == wanted
    assert command("report", folder / "report.json", "--format", form, "--out", "copy").status == 0
    assert Path("copy").read_bytes() == forms()[form].render(read_report(folder)).encode()


def test_without_a_form_the_report_is_shown(command: Command, folder: Path) -> None:
    """People get the same text as after a run, and the status is 0, for nothing was judged."""
    found = command("report", folder)
    assert found.status == 0
    assert "Does not conform: 4 requirements broken" in found.out


def test_all_forms_are_made_at_once(command: Command, folder: Path) -> None:
    """Every file of a run is there again, in its folder or in another one."""
    assert command("report", folder, "--format", "all").status == 0
    assert command("report", folder, "--format", "all", "--out", "elsewhere").status == 0
    names = sorted(form.file for form in forms().values())
    assert sorted(path.name for path in folder.iterdir()) == names
    assert sorted(path.name for path in Path("elsewhere").iterdir()) == names


def test_a_comparison_links_to_the_reports_beside_its_runs(command: Command, folder: Path) -> None:
    """A page that is written to a file links to the pages of the runs that have one, wherever it lies."""
    write_report(realistic(60, 6), Path("later run"))
    assert command("compare", folder, "later run", "--format", "html", "--out", "pages.html").status == 1
    page = Path("pages.html").read_text("utf-8")
    assert 'href="later%20run/report.html"' in page
    assert "kept/report.html" not in page


def test_a_run_writes_the_forms_that_were_asked_for(command: Command, openai_gateway: RunningGateway) -> None:
    """The chosen forms and report.json are written, one of them to a file of its own, and no other."""
    words = ("--report", "junit=ci/results.xml", "--report", "badge", "--out", "run", "--quiet")
    assert command("run", openai_gateway.url, *SHORT, *words).status == 0
    assert sorted(path.name for path in Path("run").iterdir()) == ["badge.svg", "journal.jsonl", "report.json"]
    assert Path("ci/results.xml").read_text("utf-8").startswith("<?xml")
    assert command("judge", "run", "--report", "sarif", "--out", "again").status == 0
    assert sorted(path.name for path in Path("again").iterdir()) == ["report.json", "report.sarif"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("pdf", "--report 'pdf': 'pdf' is no form; known are json, html, markdown,"),
        ("junit=", "--report 'junit=' names no file after the =; leave the = out for the usual file"),
    ],
)
def test_a_form_that_nobody_knows_is_told_before_anything_is_sent(command: Command, form: str, told: str) -> None:
    """The line names the form and the known ones, and there is no folder of a run."""
    found = command("run", "http://127.0.0.1:9", "--dialect", "openai", "--report", form, "--out", "run")
    assert found.line.startswith(told)
    assert found.status == 2
    assert not Path("run").exists()


def test_the_summary_of_a_step_is_added_to(
    command: Command, openai_gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The Markdown form stands below what other steps wrote."""
    summary = tmp_path / "summary.md"
    summary.write_text("# Tests\n", "utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert command("run", openai_gateway.url, *SHORT, "--out", "run", "--quiet", "--step-summary").status == 0
    assert summary.read_text("utf-8").startswith("# Tests\n## ✅ Conforms")


def test_a_step_without_a_summary_goes_on(
    command: Command, openai_gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where CI offers no summary there is one line that says so, and the run is not lost."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    found = command("run", openai_gateway.url, *SHORT, "--out", "run", "--quiet", "--step-summary")
    assert found.status == 0
    assert found.err.splitlines()[-1] == "no step summary is written: GITHUB_STEP_SUMMARY is not set"


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json", "csv"])
def test_every_form_of_a_comparison_can_be_written(command: Command, folder: Path, form: str) -> None:
    """The file holds the form, standard output holds nothing, and runs are named for their folders."""
    write_report(realistic(60, 0), Path("clean"))
    found = command("compare", folder, "clean", "--format", form, "--out", "comparison")
    assert (found.status, found.out) == (0, "")
    text = Path("comparison").read_text("utf-8")
    assert "kept" in text
    assert "clean" in text


@pytest.mark.parametrize(
    ("words", "status"),
    [([], 0), (["--fail-on", "drift"], 1), (["--fail-on", "nothing"], 0)],
)
def test_drift_can_fail_a_comparison(command: Command, folder: Path, words: list[str], status: int) -> None:
    """Failures that are gone are no reason to fail, unless any difference is one."""
    write_report(realistic(60, 0), Path("clean"))
    assert command("compare", folder, "clean", *words).status == status
    assert command("compare", "clean", folder).status == 1
    assert command("compare", "clean", folder, "--fail-on", "nothing").status == 0
    assert command("compare", "clean", "clean", "--fail-on", "drift").status == 0


def test_runs_of_the_same_name_are_told_apart(command: Command) -> None:
    """As much of the path is shown as two runs need."""
    for name in ("monday", "tuesday"):
        write_report(REPORT, Path(name) / "run")
    value = json.loads(command("compare", "monday/run", "tuesday/run", "--format", "json").out)
    assert [entry["name"] for entry in value["runs"]] == ["monday/run", "tuesday/run"]
