from datetime import date
from pathlib import Path

import pytest
from pixelproof import UsageError
from pixelproof_conformance.gateway.running import running_gateway
from pixelproof_conformance.report.json_form import as_text
from pixelproof_conformance.reported import Waived
from pixelproof_conformance.waivers import FILE, UNEXPLAINED, apply_waivers, read_waivers
from pixelproof_conformance.waiving import add_waivers

from .commands import Command, report
from .report_examples import realistic

TODAY = date(2026, 11, 20)
WORDS = ["--dialect", "openai", "--model", "gpt-image-1", "--only", "n-outside", "--examples", "0"]


@pytest.fixture
def run_folder(command: Command) -> Path:
    """The folder of a run with five failures."""
    Path("run").mkdir()
    Path("run/report.json").write_text(as_text(realistic(60, 5)), encoding="utf-8")
    return Path("run")


def test_ci_is_green_with_the_waivers_of_a_run(command: Command) -> None:
    """A run fails, its failures are waived, the next run ends with 0 and still shows them; without waivers it fails."""
    with running_gateway(("openai",), faults=("n-outside-1-to-10",)) as gateway:
        assert command("run", gateway.url, *WORDS, "--out", "one").status == 1
        added = command("waive", "one", "--reason", "our proxy clamps n", "--link", "https://example.test/7")
        assert added == (0, f"{FILE}: 1 waiver added\n", "")
        second = command("run", gateway.url, *WORDS, "--out", "two")
        assert second.status == 0
        assert "WAIVED  openai/generations/n-outside-1-to-10 (gpt-image-1, n)" in second.out
        assert "our proxy clamps n (https://example.test/7)" in second.out
        assert command("run", gateway.url, *WORDS, "--out", "three", "--no-waivers").status == 1
    assert report(Path("two"))["waivers"][0]["state"] == "used"
    assert command("judge", "two", "--no-waivers").status == 1
    assert command("judge", "two").status == 0
    assert command("compare", "one", "two").status == 0


def test_a_waiver_that_is_not_needed_fails_only_under_strict_waivers(command: Command) -> None:
    """It is told either way."""
    Path("w.yaml").write_text("waivers:\n- requirement: openai/generations/n-outside-1-to-10\n  reason: known\n")
    with running_gateway(("openai",)) as gateway:
        found = command("run", gateway.url, *WORDS, "--out", "one", "--waivers", "w.yaml")
        strict = command("run", gateway.url, *WORDS, "--out", "two", "--waivers", "w.yaml", "--strict-waivers")
    assert found.status == 0
    assert "(w.yaml:2) is not needed any more" in found.out
    assert strict.status == 1
    assert "exit status 1 by --strict-waivers: 1 waiver needs a hand" in strict.err


def test_a_flaw_in_the_file_ends_a_run_before_anything_is_sent(command: Command, tmp_path: Path) -> None:
    """No request is paid for and thrown away."""
    Path(FILE).write_text("waivers:\n- requirement: a/b\n")
    found = command("run", "http://127.0.0.1:1", *WORDS)
    assert (found.status, found.line) == (2, f"{FILE}:2: at waivers/0: 'reason' is a required property; {HINT}")
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_named_file_has_to_be_there(command: Command) -> None:
    """A slip in its name would let every failure count."""
    found = command("run", "http://127.0.0.1:1", *WORDS, "--waivers", "none.yaml")
    assert (found.status, found.line) == (2, "none.yaml: cannot be read (No such file or directory)")


def test_the_file_beside_the_settings_is_the_usual_one(
    command: Command, run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in a folder below; and the settings can name another."""
    Path("pixelproof.toml").write_text("seed = 1\n")
    monkeypatch.chdir(run_folder)
    assert command("waive", ".").out.startswith(f"../{FILE}: 5 waivers added")
    Path("../pixelproof.toml").write_text("waivers = 'known.yaml'\n")
    assert command("waive", ".").out.startswith("../known.yaml: 5 waivers added")


def test_every_failure_gets_a_waiver_of_its_own(command: Command, run_folder: Path) -> None:
    """Applied to the run, all of them are used, and nothing fails any more; a second time adds nothing."""
    found = command("waive", run_folder, "--expires", "2199-12-31")
    assert found.out.splitlines()[0] == f"{FILE}: 5 waivers added"
    waivers = read_waivers(Path(FILE))
    assert {waiver.waived for waiver in waivers} == {Waived(UNEXPLAINED, None, "2199-12-31")}
    judged = apply_waivers(realistic(60, 5), waivers, TODAY)
    assert (judged.exit_status, {use.state for use in judged.waivers}) == (0, {"used"})
    before = Path(FILE).read_bytes()
    assert command("waive", run_folder).out == f"{FILE}: 0 waivers added\n"
    assert Path(FILE).read_bytes() == before


HINT = "an entry says at least which requirement it is for and the reason"
HELD = """\
# ours
waivers:
    # about the first
    - requirement: openai/generations/prompt-missing   # keep
      reason: "known: yes"
    # the end
"""


def test_what_the_file_holds_stays(tmp_path: Path) -> None:
    """Comments and entries are the beginning of the new file, and the new entries stand in the same list."""
    path = tmp_path / "w.yaml"
    path.write_text(HELD)
    assert add_waivers(path, realistic(60, 5), Waived('a "reason": #1'), TODAY) > 0
    assert path.read_text().startswith(HELD)
    assert read_waivers(path)[0].waived.reason == "known: yes"
    assert read_waivers(path)[-1].waived.reason == 'a "reason": #1'


@pytest.mark.parametrize("empty", ["waivers:\n", "waivers: []\n", "waivers: [ ] \n", "# x\nwaivers:"])
def test_an_empty_list_is_begun(tmp_path: Path, empty: str) -> None:
    """However it is written."""
    path = tmp_path / "w.yaml"
    path.write_text(empty)
    assert add_waivers(path, realistic(60, 5), Waived("x"), TODAY) == len(read_waivers(path)) == 5


def test_a_list_that_cannot_be_added_to_is_left_alone(tmp_path: Path) -> None:
    """A list in brackets has no end to add lines to; the file stays as it is."""
    path = tmp_path / "w.yaml"
    text = "waivers: [{requirement: a/b, reason: x}]\n"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"w\.yaml: entries cannot be added at its end"):
        add_waivers(path, realistic(60, 5), Waived("x"), TODAY)
    assert path.read_text() == text


def test_an_expired_waiver_is_followed_by_a_new_one(tmp_path: Path) -> None:
    """The failure counts again, so it is written again."""
    path = tmp_path / "w.yaml"
    add_waivers(path, realistic(60, 5), Waived("x", None, "2026-11-20"), TODAY)
    assert add_waivers(path, realistic(60, 5), Waived("x"), TODAY) == 0
    assert add_waivers(path, realistic(60, 5), Waived("x"), date(2026, 11, 21)) == 5


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--reason", " "], "--reason is empty; write why the failures are accepted"),
        (["--link", "here"], "--link 'here' is no URL; write it with http:// or https://"),
        (["--expires", "soon"], "argument --expires: 'soon' is not a date of the form YYYY-MM-DD"),
        (["--expires", "20991231"], "argument --expires: '20991231' is not a date of the form YYYY-MM-DD"),
        (["--expires", "2020-01-01"], "argument --expires: 2020-01-01 has passed; name a day to come"),
    ],
)
def test_a_wrong_option_is_told(command: Command, run_folder: Path, words: list[str], told: str) -> None:
    """And no file is written."""
    found = command("waive", run_folder, *words)
    assert found.status == 2
    assert found.line.startswith(told)
    assert not Path(FILE).exists()
