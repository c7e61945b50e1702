import dataclasses
import json
from pathlib import Path

import pytest
from pixelproof import UsageError
from pixelproof_conformance.fixtures import fixtures_root
from pixelproof_conformance.reported import Report
from pixelproof_conformance.shelf import Entry, add_run, flaws_of, read_shelf, stale_files, written_index
from pixelproof_conformance.shelf.entry import folder_name, version_key

from .report_examples import failure, realistic, report, requirements, result

ROOT = fixtures_root().parent
SHELF = ROOT / "reports"
KEY = "sk-live-abcdefghijklmnop0123456789"
REPORT = realistic(60, 4)


def with_answer(text: str) -> Report:
    """A run with a failure whose answer is this text."""
    entry = requirements()[15]
    return report([result(entry, "a", "fail", [failure(entry, "a", answer=text)])])


def entry_of(name: str, version: str, page: Report = REPORT) -> Entry:
    """An entry as the command line makes it."""
    return Entry(folder_name(name, version), name, version, "Out of the box.", "make run", page)


def whats(page: Report, **environment: str) -> list[str]:
    """What stands in the way of publishing a run."""
    return [flaw.what for flaw in flaws_of(page, environment)]


def test_an_ordinary_run_is_fit() -> None:
    """Requests, answers, curl lines and pictures of a whole run are nothing to take offence at."""
    assert flaws_of(realistic(280, 60), {}) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"the key {KEY} is wrong", "holds what looks like a key"),
        ("AKIAABCDEFGHIJKLMNOP", "holds what looks like a key"),
        ("hf_abcdefghijklmnopqrstuv", "holds what looks like a key"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.x", "holds what looks like a key"),
        ("Authorization: Bearer abcdefghijkl", "holds what looks like a key"),
        ("set-cookie: session=0123456789", "holds a value of the header set-cookie"),
        ('{"Cookie": "session=0123456789"}', "holds a value of the header Cookie"),
        ("authorization=Token-abcdefgh12", "holds a value of the header authorization"),
        ("see https://me:pw@example.com/x", "holds a URL with a user or a password"),
        ("File /home/alice/gateway/app.py", "holds the private path /home/alice"),
        (r"C:\Users\alice\app.py", r"holds the private path C:\Users\alice"),
        ("http://10.1.2.3:8000/v1", "holds the private host 10.1.2.3"),
        ("http://images.corp/v1", "holds the private host images.corp"),
        ("http://upstream:4000/v1", "holds the private host upstream"),
    ],
)
def test_what_must_not_be_published_is_found(text: str, what: str) -> None:
    """The place is named, the kind is named, and the secret itself is not repeated."""
    flaws = flaws_of(with_answer(text), {})
    assert ("results[0].failures[0].answer", what) in flaws
    assert all(KEY not in flaw.what for flaw in flaws)


@pytest.mark.parametrize(
    "text",
    [
        '-H "Authorization: Bearer $OPENAI_API_KEY"',
        '"Authorization": f"Bearer {os.environ[\'OPENAI_API_KEY\']}"',
        "authorization: [redacted]",
        "-H 'Authorization: Bearer pixelproof-wrong-key'",
        "https://[redacted]@example.com",
        "http://127.0.0.1:4001/v1 and http://localhost:1/ and https://api.openai.com/v1",
        "data:image/png;base64,iVBORw0KGgo/sk-AAAAAAAAAAAAAAAAAAAA"[:40] + "hf" + "A" * 40,
        "https://example.com/home/alice",
        "a task-skeleton-of-many-words and risk-free-operation-of-all",
    ],
)
def test_what_may_be_published_is_left_alone(text: str) -> None:
    """Variables, redacted values, public and local addresses, and pictures are no secrets."""
    assert whats(with_answer(text)) == []


@pytest.mark.parametrize("secret", ["correct horse battery", 'with "quotes" and /slash/', "pässword-ü-123"])
def test_values_of_secret_variables_are_found_in_every_spelling(secret: str) -> None:
    """What a variable with a secret name holds must not occur, whatever it looks like."""
    wanted = ["holds the value of a secret environment variable"]
    assert whats(with_answer(f"it was {secret}!"), GATEWAY_TOKEN=secret) == wanted
    assert whats(with_answer(json.dumps({"it": secret})), GATEWAY_TOKEN=secret) == wanted
    assert whats(with_answer(f"it was {secret}!"), COLOUR=secret) == []


def test_secret_names_are_found_wherever_they_stand() -> None:
    """A value under a secret name in the configuration is one, whatever it looks like; a variable's name is none."""
    page = dataclasses.replace(REPORT, configuration={**REPORT.configuration, "api_key": "plain words"})
    assert whats(page) == ["holds a value under the secret name 'api_key'"]
    page = dataclasses.replace(REPORT, configuration={**REPORT.configuration, "key_env": "LITELLM_KEY"})
    assert whats(page) == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"interrupted": True}, "interrupted"),
        ({"given_up": "nobody answers"}, "given_up"),
        ({"started": "yesterday"}, "started"),
        ({"command": " "}, "command"),
        ({"configuration": {}}, "configuration"),
        ({"results": ()}, "results"),
    ],
)
def test_a_run_that_lacks_something_is_no_evidence(changes: dict[str, object], place: str) -> None:
    """Each gap is named with its place."""
    page = dataclasses.replace(REPORT, **changes)  # type: ignore[arg-type]
    assert [flaw.place for flaw in flaws_of(page, {})] == [place]


def test_a_capped_run_is_no_evidence() -> None:
    """A run that a cap ended says nothing about the rest."""
    wanted = ["a cap ended the run; go on with it by --resume and a higher cap"]
    assert whats(dataclasses.replace(REPORT, caps_reached={"--max-images 4": 7})) == wanted
    assert whats(dataclasses.replace(REPORT, notes=("--max-images 4 was reached: 7 were not sent.",))) == wanted


def test_an_entry_comes_back_as_it_was_put(tmp_path: Path) -> None:
    """Name, version, set-up, command and report are read back; the folder is named for implementation and version."""
    entry = entry_of("LiteLLM Proxy", "1.2.3")
    add_run(REPORT, tmp_path, entry)
    assert read_shelf(tmp_path) == [entry]
    assert entry.folder == "litellm-proxy-1.2.3"
    assert "make run" in (tmp_path / entry.folder / "README.md").read_text("utf-8")


def test_evidence_is_not_replaced_by_accident(tmp_path: Path) -> None:
    """A taken folder is refused, and replacing it leaves the README that people wrote."""
    entry = entry_of("a", "1")
    add_run(REPORT, tmp_path, entry)
    (tmp_path / "a-1" / "README.md").write_text("by hand", "utf-8")
    with pytest.raises(UsageError, match=r"a-1 holds evidence already; replace it with --replace"):
        add_run(REPORT, tmp_path, entry)
    add_run(REPORT, tmp_path, entry, replace=True)
    assert (tmp_path / "a-1" / "README.md").read_text("utf-8") == "by hand"


@pytest.mark.parametrize(("name", "version"), [("..", "1"), ("a", "/"), ("", "1"), ("a", "")])
def test_a_name_has_to_name_a_folder(name: str, version: str) -> None:
    """Names of nothing but signs are refused; they could leave the shelf."""
    with pytest.raises(UsageError, match="need letters or digits"):
        folder_name(name, version)


def test_versions_are_ordered_by_their_numbers() -> None:
    """1.106 is newer than 1.80, and a release is newer than its candidate."""
    versions = ["1.106.2", "1.80.0", "1.9", "2.0rc1", "2.0.1"]
    assert sorted(versions, key=version_key) == ["1.9", "1.80.0", "1.106.2", "2.0rc1", "2.0.1"]


def test_the_index_says_what_the_folders_say(tmp_path: Path) -> None:
    """Every entry has its line with its numbers, versions are compared, and the README gets the same table."""
    shelf, readme = tmp_path / "reports", tmp_path / "README.md"
    readme.write_text("# A\n<!-- evidence -->\nold\n<!-- end of evidence -->\nend\n", "utf-8")
    add_run(realistic(60, 4), shelf, entry_of("Gate", "1.9", realistic(60, 4)))
    add_run(realistic(60, 1), shelf, entry_of("Gate", "1.10", realistic(60, 1)))
    changed = written_index(shelf, readme)
    assert {path.relative_to(tmp_path).as_posix() for path in changed} == {
        "reports/README.md",
        "reports/index.html",
        "reports/gate-1.10/comparison.md",
        "reports/gate-1.10/comparison.html",
        "README.md",
    }
    page = (shelf / "README.md").read_text("utf-8")
    assert page.index("| 1.10 | openai |") < page.index("| 1.9 | openai |")
    assert "[Gate 1.9 to 1.10](gate-1.10/comparison.md): " in page
    block = readme.read_text("utf-8")
    assert block.startswith("# A\n<!-- evidence -->\n| implementation |")
    assert block.endswith("\n<!-- end of evidence -->\nend\n")
    assert "](reports/gate-1.9/README.md)" in block
    assert stale_files(shelf, readme) == []


def test_a_folder_that_changed_makes_the_index_stale(tmp_path: Path) -> None:
    """After a run was replaced by another one, the pages over it are named."""
    add_run(REPORT, tmp_path, entry_of("a", "1"))
    written_index(tmp_path)
    other = realistic(60, 9)
    add_run(other, tmp_path, entry_of("a", "1", other), replace=True)
    assert [path.name for path in stale_files(tmp_path)] == ["README.md", "index.html"]


def test_names_of_strangers_stay_text(tmp_path: Path) -> None:
    """A name with markup is neither a link nor an element on the pages."""
    name = "<img src=x onerror=alert(1)> [a](javascript:x) |"
    add_run(REPORT, tmp_path, entry_of(name, "1"))
    written_index(tmp_path)
    pages = {page: (tmp_path / page).read_text("utf-8") for page in ("README.md", "index.html")}
    assert all("<img src=x" not in text for text in pages.values())
    assert "](javascript" not in pages["README.md"]


@pytest.mark.parametrize(
    ("content", "told"),
    [("{", "is not JSON"), ("{}", "at the top level: "), ('{"format": 1}', "at ")],
)
def test_an_entry_that_is_none_is_named(tmp_path: Path, content: str, told: str) -> None:
    """A damaged evidence.json ends in one line with its path."""
    add_run(REPORT, tmp_path, entry_of("a", "1"))
    (tmp_path / "a-1" / "evidence.json").write_text(content, "utf-8")
    with pytest.raises(UsageError, match=rf"a-1.evidence\.json: {told}"):
        read_shelf(tmp_path)


@pytest.mark.skipif(not SHELF.is_dir(), reason="the published reports lie in the repository only")
class TestPublished:
    def test_the_index_is_up_to_date(self) -> None:
        """The pages over the shelf and the table in the README say what the folders say; docs/generate.py does it."""
        stale = [str(path.relative_to(ROOT)) for path in stale_files(SHELF, ROOT / "README.md")]
        assert stale == []

    @pytest.mark.parametrize("folder", sorted(path.parent.name for path in SHELF.glob("*/report.json")))
    def test_every_report_is_fit(self, folder: str) -> None:
        """No published report holds a secret or lacks what evidence needs, and each says of what it is evidence."""
        (entry,) = [entry for entry in read_shelf(SHELF) if entry.folder == folder]
        assert flaws_of(entry.report) == []
