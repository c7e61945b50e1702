"""Small pieces that several sections of the page share."""

from pixelproof_conformance.model import Outcome
from pixelproof_conformance.report.html.elements import Html, join, tag
from pixelproof_conformance.report.words import OUTCOME_WORDS


def letter(outcome: Outcome, href: str = "", title: str = "") -> Html:
    """An outcome as one coloured letter, whose whole word is there for screen readers and for copying."""
    first = OUTCOME_WORDS[outcome].letter
    text = join(first, tag("span", outcome[1:], class_="unseen"))
    return tag("a" if href else "span", text, class_=f"letter {outcome}", href=href, title=title)


def code_block(label: str, text: str, *, opened: bool = False, copies: bool = True) -> Html:
    """Code that folds, with a button that copies it; the button shows up only where scripts run."""
    button = tag("button", "Copy", type="button", class_="copy", hidden=True, aria_label=f"Copy: {label}")
    # A scrolling block has to be reachable by keyboard.
    block = tag("pre", tag("code", text), tabindex="0", aria_label=label, role="region")
    return tag("details", tag("summary", label), *([button] if copies else []), block, class_="code", open=opened)


def short_name(requirement: str) -> str:
    """The flaw in the id of a requirement: the part after dialect and operation."""
    return requirement.rsplit("/", 1)[-1] or requirement
