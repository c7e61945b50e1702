import json
import tomllib
from collections.abc import Iterator
from itertools import chain
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pixelproof._config.lines import toml_lines
from pixelproof._values import Path

TEXT = '''\
# a = 0
a = 1 # b = 2
b . c = "x # ] no"

[t."x.y" . 'z']
k = [ 1, # one ]
  { q = 1, r = [ "a", 'b' ] },
  """multi = 1
line ""\\" \\
""",
]
[[list]]
n = 1979-05-27 07:32:00
[list.sub]
m = true
[[list]]
[[list.deep]]
o = \'\'\'
'quoted'
\'\'\'
p = 1
'''


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place of a value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        yield from places(item, (*path, step))


def test_each_place_has_the_line_where_it_stands() -> None:
    """Keys, tables, items and inline tables are found in spite of comments, quotes and texts over several lines."""
    lines = toml_lines(TEXT)
    assert set(lines) == set(places(tomllib.loads(TEXT)))
    wanted: dict[Path, int] = {
        ("a",): 2,
        ("b", "c"): 3,
        ("t", "x.y", "z"): 5,
        ("t", "x.y", "z", "k", 0): 6,
        ("t", "x.y", "z", "k", 1, "r", 1): 7,
        ("t", "x.y", "z", "k", 2): 8,
        ("list", 0, "n"): 13,
        ("list", 0, "sub", "m"): 15,
        ("list", 1): 16,
        ("list", 1, "deep", 0, "p"): 21,
    }
    assert {path: lines[path] for path in wanted} == wanted


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x7f", exclude_categories=("Cc", "Cs")), max_size=6)
NAMES = st.text("abz-_09", min_size=1, max_size=3) | WORDS.map(lambda text: json.dumps(text, ensure_ascii=False))
ATOMS = (
    st.integers(-9, 9).map(str)
    | st.sampled_from(["true", "1.5e3", "1979-05-27", "07:32:00", "0xff", "inf"])
    | WORDS.map(lambda text: json.dumps(text, ensure_ascii=False))
    | WORDS.map(lambda text: '"""\n' + json.dumps(text, ensure_ascii=False)[1:-1] + '\n"""')
    | WORDS.filter(lambda text: "'" not in text).map(lambda text: f"'{text}'")
    | WORDS.filter(lambda text: "'" not in text).map(lambda text: f"'''{text}\n#]'''")
)
VALUES = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[ # [\n" + ", # ,\n".join(items) + "\n]")
        | st.dictionaries(NAMES, inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"{name} = {value}" for name, value in items.items()) + "}"
        )
    ),
    max_leaves=6,
)
PAIRS = st.dictionaries(NAMES, VALUES, max_size=3).map(
    lambda pairs: [f"{name} = {text}" for name, text in pairs.items()]
)
TABLES = st.tuples(st.sampled_from(["[%s]", "[[%s]]"]), st.lists(NAMES, min_size=1, max_size=3), PAIRS).map(
    lambda table: [table[0] % " . ".join(table[1]), *table[2]]
)
FILES = st.tuples(PAIRS, st.lists(TABLES, max_size=4)).map(lambda parts: "\n".join([*parts[0], *chain(*parts[1])]))


@given(FILES)
def test_every_place_of_any_file_is_found(text: str) -> None:
    """Whatever the standard library reads has a line for each of its places, in the order in which they stand."""
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # a name twice
    lines = toml_lines(text)
    assert set(lines) == set(places(value))
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())
