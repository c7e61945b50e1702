"""Texts as people send them: short and plain when shrunk, in many scripts and very long at times."""

import string

from hypothesis import strategies as st
from pixelproof import UsageError

_SCRIPTS = (
    "a red ball",
    "ein Straßencafé",
    "красный шар",
    "一个红色的球",
    "빨간 공",
    "كرة حمراء",
    "כדור אדום",
    "e\N{COMBINING ACUTE ACCENT}te\N{COMBINING ACUTE ACCENT}",
    "\N{ROBOT FACE}\N{ZERO WIDTH JOINER}\N{ARTIST PALETTE}",
    "\N{REGIONAL INDICATOR SYMBOL LETTER D}\N{REGIONAL INDICATOR SYMBOL LETTER E}",
    "\N{RIGHT-TO-LEFT OVERRIDE}reversed",
    'quotes " and \\ and \t and \n',
    "<script>alert(1)</script>",
    "{{7*7}} ${HOME} %s",
    "\N{MATHEMATICAL BOLD SMALL A}",
    "\x00\x1b[31m",
)
MOST_CHARACTERS = 100_000

ALPHABET = (
    string.ascii_letters
    + string.digits
    + " "
    + string.punctuation
    + "\t\n\r\x00\x1b\x7f"
    + "äßçñøÅİıŁЖдΩשלוםسلام漢字かな한글ไทยहिन्दी"
    + "\u0301\u200b\u200d\u200e\u202e\u2028\ufeff\ufffd\uffff"
    + "€½№™\N{ROBOT FACE}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}\U0002070e"
)
"""Characters that go wrong somewhere: quotes, controls, other scripts, marks without width, planes above the first."""

SHORT_TEXTS = st.text(ALPHABET, min_size=1, max_size=120).filter(str.strip)


_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120)


def prompts(*, max_size: int = 1000) -> st.SearchStrategy[str]:
    """Prompts of 1 to ``max_size`` code points that hold more than blanks; never a lone surrogate.

    Most are short. Some join scripts, emoji, combining and right-to-left characters, some are as long as is allowed.
    """
    if type(max_size) is not int or not 1 <= max_size <= MOST_CHARACTERS:
        raise UsageError(f"max_size={max_size!r} is not a whole number from 1 to {MOST_CHARACTERS}")
    plain = st.text(ALPHABET, min_size=1, max_size=min(max_size, 120))
    joined = st.lists(st.sampled_from(_SCRIPTS), min_size=1, max_size=8).map(lambda parts: " ".join(parts)[:max_size])
    long = st.sampled_from(("a", "é", "漢", "\N{ROBOT FACE}")).flatmap(
        lambda letter: st.sampled_from(sorted({max_size, max(1, max_size - 1)})).map(lambda size: letter * size)
    )
    return st.one_of(plain, _ANY_TEXT.map(lambda text: text[:max_size]), joined, long).filter(str.strip)
