import pytest
from pixelproof import load_dialect
from pixelproof._guidance import guidance_of
from pixelproof.cli import main
from pixelproof_conformance.guidance import guidance_for

from .report_examples import requirements, result


def test_a_report_says_what_explain_says(capsys: pytest.CaptureFixture[str]) -> None:
    """The advice on a broken requirement is that of the terminal, word for word."""
    broken = next(entry for entry in requirements() if entry.id == "openai/generations/n-outside-1-to-10")
    (told,) = guidance_for(
        [result(broken, "a", "fail"), result(requirements()[3], "a")], load_dialect("openai")
    ).values()
    assert told.keep[1].startswith("Compare the number with both ends of the range")
    main(["explain", broken.id])
    shown = " ".join(capsys.readouterr().out.split())
    assert [text for text in (*told.why, *told.keep) if text not in shown] == []


def test_every_checkable_requirement_has_guidance() -> None:
    """Nothing that can be broken is without a word on why it matters and on how to keep it."""
    dialect = load_dialect("openai")
    found = {entry.id: guidance_of(entry, dialect) for entry in requirements()}
    assert [name for name, guidance in found.items() if not (guidance.why and guidance.keep)] == []


def test_wire_checks_have_the_words_of_their_table() -> None:
    """What no document says is explained by the table of wire checks; a requirement nobody knows has no guidance."""
    crash = result(requirements()[0]._replace(id="wire/values/server-error"), "a", "fail")
    unknown = result(requirements()[0]._replace(id="openai/generations/gone"), "a", "fail")
    (told,) = guidance_for([crash, unknown], load_dialect("openai")).values()
    assert told.why[0].startswith("A 5xx makes clients send the same request again")
    assert told.keep[0].startswith("Check the request before it is used")
