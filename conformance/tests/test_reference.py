import re
from pathlib import Path

import pytest
from pixelproof import Dialect
from pixelproof._config.keys import verb_parser
from pixelproof.cli._parser import CONFORMANCE_VERBS, VERBS, parser_for
from pixelproof_conformance.fixtures import fixtures_root
from pixelproof_conformance.reference import generated_pages, own_dialects
from pixelproof_conformance.reference.dialect_page import proofs_of
from pixelproof_conformance.reference.markdown import code, prose, slug, table
from pixelproof_conformance.reference.rules_page import own_rules

DOCS = fixtures_root().parent / "docs"
PAGES = generated_pages()
DIALECTS = own_dialects()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_page_is_up_to_date(name: str) -> None:
    """Each page says what the declarations say now; `uv run python docs/generate.py` writes them anew."""
    path = DOCS / name
    assert path.is_file(), f"docs/{name} is missing; run docs/generate.py"
    assert path.read_text(encoding="utf-8") == PAGES[name], f"docs/{name} is stale; run docs/generate.py"


def test_no_page_is_left_over() -> None:
    """A dialect that is gone leaves no page behind."""
    pages = sorted(path.name for path in (DOCS / "dialects").iterdir())
    assert pages == [f"{dialect.name}.md" for dialect in DIALECTS]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_every_requirement_is_proved(dialect: Dialect) -> None:
    """Each requirement that can be checked has a check, fixtures of both kinds, and a fault that breaks it."""
    failures = []
    for proof in proofs_of(dialect):
        lacking = [
            what
            for what, there in (
                ("check", proof.checks),
                ("allowed fixture", proof.allowed),
                ("flagged fixture", proof.flagged),
                ("fault", proof.faults),
            )
            if not there
        ]
        failures += [f"{proof.requirement.id}: no {' and no '.join(lacking)}"] if lacking else []
    assert not failures, f"{len(failures)} failures:\n" + "\n".join(failures)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_every_requirement_stands_on_its_page(dialect: Dialect) -> None:
    """The page has a place for each requirement, those that cannot be checked included, with its statement."""
    text = PAGES[f"dialects/{dialect.name}.md"]
    for facts in dialect.requirements.values():
        place = f'<a name="{facts.id}"></a>'
        assert text.count(place) == 1, facts.id
        assert prose(facts.says) in text, facts.id
        assert facts.reason is None or prose(facts.reason) in text, facts.id


def test_every_rule_has_a_page_with_both_sides() -> None:
    """Each rule of ours has its section, with why it matters, what it flags and what it allows."""
    sections = dict(part.split("\n", 1) for part in PAGES["rules.md"].split("\n## ")[1:])
    assert sorted(sections) == [rule.name for rule in own_rules()]
    assert [name for name, text in sections.items() if not all(f"**{word}:**" in text for word in LABELS)] == []


LABELS = ("Why", "Flagged", "Allowed", "Keep")


def test_rules_are_those_of_the_package() -> None:
    """Every file in the folder of the rules is one of the listed rules."""
    folder = Path(fixtures_root().parent, "validator", "pixelproof", "rules")
    assert len(own_rules()) == len([path for path in folder.glob("*.py") if path.name != "__init__.py"])


def test_code_survives_bars_and_backticks() -> None:
    """Inline code keeps a bar out of the way of a table and is fenced by more backticks than it holds."""
    assert code("a|b") == r"`a\|b`"
    assert code("a``b") == "```a``b```"
    assert code("`x`") == "`` `x` ``"


def test_prose_shows_what_it_says() -> None:
    """Literals become code; stars, bars and tags are shown, and underscores within words are left alone."""
    assert prose("``n`` and `m`") == "`n` and `m`"
    assert prose("a * b | <br> output_format") == r"a \* b \| \<br> output_format"


def test_slug_is_the_one_of_github() -> None:
    """The fragment of a heading is in lower case, with dashes for blanks and without punctuation."""
    assert slug("A line of a journal (journal.jsonl)") == "a-line-of-a-journal-journaljsonl"
    assert slug("`serve --fault NAME`") == "serve---fault-name"


def test_table_keeps_a_row_on_one_line() -> None:
    """A line end within a cell becomes a break."""
    assert table(("A", "B"), [("x\ny", "z")]) == ["| A | B |", "|---|---|", "| x<br>y | z |"]


def test_every_flag_is_on_the_page_of_commands() -> None:
    """Each verb has its section, with every argument and flag that its help shows."""
    sections = dict(part.split("\n", 1) for part in PAGES["commands.md"].split("\n## ")[1:])
    verbs = [*VERBS, *CONFORMANCE_VERBS]
    assert sorted(sections) == sorted(verbs)
    lacking = []
    for verb in verbs:
        shown = verb_parser(parser_for(verb), verb).format_help()
        flags = set(re.findall(r"^  (?:-\w, )?(--[a-z-]+)", shown, re.MULTILINE)) - {"--help"}
        lacking += [f"{verb} {flag}" for flag in flags if f"`{flag}" not in sections[verb]]
    assert lacking == []
    assert "`--max-images N`" in sections["run"]
    assert "`validate`" not in sections["run"]
