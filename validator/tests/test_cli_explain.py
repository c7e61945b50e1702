from pathlib import Path
from shutil import copytree

import pytest
from pixelproof import known_dialects, load_dialect
from pixelproof._checks import checks_of
from pixelproof.cli import main
from pixelproof.cli._explanation import explanation_of


def explain(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the verb prints."""
    assert main(["explain", *words]) == 0
    return capsys.readouterr().out


def test_page(capsys: pytest.CaptureFixture[str]) -> None:
    """The page has statement, source, outcome, severity, and the keyword with its value."""
    page = explain(capsys, "openai/generations/n-outside-1-to-10")
    for line in (
        "  From 1 to 10 images can be asked for.",
        "  source     openai.txt#n (OpenAI: Create image)",
        "  outcome    INVALID: outside what the document allows; it does not say which refusal comes",
        "  severity   error: a message that breaks it is invalid, and a run that sees it broken fails",
        "  place      n",
        "    request  n: minimum 1, maximum 10",
        "    Refuse the request with status 400 (or 422), before it costs anything, and name n at /error/param.",
        '      request: {"model": "dall-e-3", "prompt": "A red fox in the snow.", "n": 0}',
        "    Ten images are the most, for dall-e-2 too.",
        "      openai/generations/n-not-1-for-dall-e-3",
        "      octen/generations/n-outside-1-to-10",
    ):
        assert line in page.splitlines()


def test_kinds_of_models() -> None:
    """A check names the models that it holds for, unless it holds for all of them."""
    dialect = load_dialect("openai")
    outside = checks_of(dialect.requirements["openai/generations/n-outside-1-to-10"], dialect)
    assert {check.words: check.models for check in outside}["n: minimum 1"] == ("dall-e-3",)
    missing = checks_of(dialect.requirements["openai/generations/prompt-missing"], dialect)
    assert [(check.section, check.words, check.models) for check in missing] == [("request", 'required ["prompt"]', ())]


def test_condition() -> None:
    """A check under a condition says so, and the place of an event names the events."""
    dialect = load_dialect("openai")
    (check,) = checks_of(dialect.requirements["openai/generations/completed-event-incomplete"], dialect)
    assert check.words.startswith('events[].data: required ["b64_json", "usage"] if {"required": ["type"]')


def test_rule(capsys: pytest.CaptureFixture[str]) -> None:
    """The page of the rule is shown for a requirement that a rule checks."""
    page = explain(capsys, "openai/generations/stream-framing-broken")
    assert "  Rule stream-framing-broken" in page.splitlines()
    assert "    Readers drop what they do not understand, often the last event." in page
    assert "    Write `data: `, the JSON on one line, and a blank line after every event, the last one too." in page
    assert "    Flagged: a line of raw JSON without `data:`, a last event without its blank line." in page


def test_permission(capsys: pytest.CaptureFixture[str]) -> None:
    """What has to be accepted is checked on refusals."""
    page = explain(capsys, "openai/generations/documented-n-refused")
    assert "    refusal  no refusal of a request that keeps the document" in page


def test_not_checkable(capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be checked says why."""
    page = explain(capsys, "openai/generations/url-lives-60-minutes")
    assert "  checked    not checkable: A run would have to wait for an hour" in page
    assert "outcome" not in page


def test_observed(capsys: pytest.CaptureFixture[str]) -> None:
    """Both severities are shown where they differ."""
    page = explain(capsys, "openai/generations/refusal-error-incomplete")
    assert "  severity   info, error under the profile observed: it is noted, and changes no verdict" in page


def test_account(capsys: pytest.CaptureFixture[str]) -> None:
    """A requirement that depends on the account says on which fact."""
    page = explain(capsys, "anyfast/edits/mask-without-direct-group")
    assert "  account    direct_group: " in page


def test_tail(capsys: pytest.CaptureFixture[str]) -> None:
    """The end of an id is enough when it is the only one, or when a dialect makes it so."""
    assert explain(capsys, "url-lives-60-minutes").startswith("openai/generations/url-lives-60-minutes\n")
    page = explain(capsys, "generations/n-outside-1-to-10", "--dialect", "octen")
    assert page.startswith("octen/generations/n-outside-1-to-10\n")


def test_ambiguous_tail(capsys: pytest.CaptureFixture[str]) -> None:
    """An end that several ids have is told with all of them."""
    assert main(["explain", "prompt-missing"]) == 2
    message = capsys.readouterr().err
    assert "is the end of several requirements; write one of " in message
    assert "openai/generations/prompt-missing" in message


@pytest.mark.parametrize("text", ["n-outside-1-to-11", "openai/generations/n-outsde-1-to-10"])
def test_unknown(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown id is told with the nearest ones."""
    assert main(["explain", text, "--dialect", "openai"]) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"pixelproof: error: unknown requirement {text!r}; near it are ")
    assert "openai/generations/n-outside-1-to-10" in message


def test_nothing_near(capsys: pytest.CaptureFixture[str]) -> None:
    """When nothing is near, the list of all is pointed to."""
    assert main(["explain", "zzzzzzzzzzz"]) == 2
    assert "'pixelproof rules' lists all of them" in capsys.readouterr().err


@pytest.mark.parametrize("beside", [".", "schemas"])
def test_fixtures(capsys: pytest.CaptureFixture[str], tmp_path: Path, beside: str) -> None:
    """They are found beside the folder of the dialects, and beside the dialect itself; others have none."""
    copytree(load_dialect("openai").folder, tmp_path / "schemas" / "openai")
    folder = tmp_path / beside / "fixtures" / "openai" / "generations" / "prompt-empty"
    folder.mkdir(parents=True)
    (folder / "flagged-empty.json").write_text("{}")
    words = ("--dialect", "openai", "--dialect-path", str(tmp_path / "schemas"))
    assert "    fixtures/openai/generations/prompt-empty/flagged-empty.json\n" in explain(
        capsys, "prompt-empty", *words
    )
    assert "Fixtures" not in explain(capsys, "openai/generations/prompt-missing", *words)


def test_status_of_the_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    """Only where the document names 400 is it the one status."""
    page = explain(capsys, "infinityblue/generations/transparent-background")
    assert "Refuse the request with status 400, before it costs anything" in page


@pytest.mark.parametrize(
    ("name", "keep"), [("UNSTATED", "Accept it with a complete answer, or refuse"), ("NOOP", "as if")]
)
def test_what_is_open_is_not_to_be_refused(name: str, keep: str) -> None:
    """What the document leaves open or calls without effect is explained by that, whatever keyword sees it."""
    dialect = load_dialect("octen")
    found = [facts for facts in dialect.requirements.values() if facts.outcome == name and facts.on == "request"]
    assert found
    for facts in found:
        (said,) = explanation_of(facts, dialect).keep
        assert keep in said, facts.id


def test_a_broken_fixture_is_no_example(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A file that is no fixture is listed and not shown."""
    copytree(load_dialect("openai").folder, tmp_path / "schemas" / "openai")
    folder = tmp_path / "fixtures" / "openai" / "generations" / "prompt-empty"
    folder.mkdir(parents=True)
    (folder / "allowed-a.json").write_text("[")
    (folder / "flagged-a.json").write_text('{"on": "answer", "description": "x"}')
    page = explain(capsys, "prompt-empty", "--dialect", "openai", "--dialect-path", str(tmp_path / "schemas"))
    assert "  Allowed\n" not in page
    assert "  Flagged\n" not in page


@pytest.mark.parametrize("name", known_dialects())
def test_everything_is_explained(name: str) -> None:
    """Each requirement that can be checked says why it matters and how it is kept."""
    dialect = load_dialect(name)
    lacking = []
    for facts in dialect.requirements.values():
        about = explanation_of(facts, dialect)
        if facts.checkable and not (all(about.why) and all(about.keep) and about.why and about.keep):
            lacking.append(facts.id)
        if not facts.checkable and (about.why or about.keep):
            lacking.append(facts.id)
    assert lacking == []


@pytest.mark.parametrize("name", known_dialects())
def test_every_requirement_is_checked_somewhere(name: str) -> None:
    """Every requirement that counts as checkable has at least one check."""
    dialect = load_dialect(name)
    unchecked = [
        requirement.id
        for requirement in dialect.requirements.values()
        if requirement.checkable and not checks_of(requirement, dialect)
    ]
    assert unchecked == []


def test_wire_check(capsys: pytest.CaptureFixture[str]) -> None:
    """The page of a wire check says why, where a run sees it, what to do, and when it is left to the document."""
    page = explain(capsys, "wire/pictures/other-size").splitlines()
    assert page[0] == "wire/pictures/other-size"
    assert "  severity   warning" in page
    assert "  seen in    the accepted answers of the run, for models that take size" in page
    assert "  left to    the document, where it binds picture-size-not-asked" in page


def test_unknown_wire_check(capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest one is named."""
    assert main(["explain", "wire/bodies/large"]) == 2
    assert "near it are wire/bodies/large-body" in capsys.readouterr().err
