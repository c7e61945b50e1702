"""Loading a dialect folder: what is refused, with file and line."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pixelproof import DialectError
from pixelproof._load import build

Acme = Callable[..., Path]
N = "acme/generations/n-above-8"


def refused(folder: Path) -> str:
    """Return why the folder is refused, without the path of the folder."""
    with pytest.raises(DialectError) as caught:
        build(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(f"{folder}/", "")


def line_of(folder: Path, text: str, file: str = "generations.yaml") -> int:
    """Return the line of the first place with this text, counted from 1."""
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


# old text, new text, where the error points to (a text on that line), what it says
REFUSED = {
    "unknown key": (
        "title: Make images\n",
        "title: Make images\ncolour: red\n",
        None,
        r"at the top level: the key 'colour' is unknown; known are \$schema, \$id, title, description, x-operation, ",
    ),
    "unknown keyword of JSON Schema": (
        "maximum: 8\n",
        "maximum: 8\n        maximun: 9\n",
        None,
        r"at \$defs/request/properties/n: the key 'maximun' is unknown; did you mean 'maximum'\?",
    ),
    "constraint without a requirement": (
        "model: {}\n",
        "model: {type: string}\n",
        "model: {type: string}",
        r"at \$defs/request/properties/model: type: a constraint without a requirement; add x-requirement beside it",
    ),
    "constraint that no entry covers": (
        "keyword: [type, required]",
        "keyword: required",
        "  request:",
        r"at \$defs/request: type: a constraint without a requirement; add an entry to x-requirement",
    ),
    "entry for a keyword that is not there": (
        "keyword: [type, required]",
        "keyword: [type, required, minLength]",
        "- keyword: [type",
        r"x-requirement/0: there is no keyword 'minLength' beside this requirement",
    ),
    "id twice": (
        "id: acme/generations/n-above-2",
        "id: acme/generations/n-above-8",
        "              x-requirement:",
        r"the id 'acme/generations/n-above-8' stands twice",
    ),
    "id of another dialect": (
        "id: acme/generations/n-above-2",
        "id: openai/generations/n-above-2",
        None,
        r"the id 'openai/generations/n-above-2' has to be acme/generations/ and then the flaw",
    ),
    "id of another operation": (
        "id: acme/generations/n-above-2",
        "id: acme/edits/n-above-2",
        None,
        r"the id 'acme/edits/n-above-2' has to be acme/generations/ and then the flaw",
    ),
    "id in upper case": (
        "id: acme/generations/n-above-2",
        "id: acme/generations/N-above-2",
        "id: acme/generations/N-above-2",
        r"'acme/generations/N-above-2' does not match .*; an id is dialect/operation/flaw in lower case with dashes",
    ),
    "source of another document": (
        "source: acme.txt#answer\n          outcome: INVALID\n        properties:",
        "source: other.txt#answer\n          outcome: INVALID\n        properties:",
        None,
        r"the source 'other\.txt#answer' has to start with acme\.txt#",
    ),
    "statement that is no sentence": (
        "says: The images are nice.",
        "says: nice images",
        "says: nice images",
        r"x-not-checkable/0/says: .*a statement is a sentence that ends with a full stop",
    ),
    "unknown outcome": (
        "outcome: R400",
        "outcome: WRONG",
        "outcome: WRONG",
        r"'WRONG' is not one of \['ACCEPT', 'NOOP',",
    ),
    "unknown keyword of ours": (
        "maximum: 8\n",
        "maximum: 8\n        x-magic: 9\n",
        "x-magic: 9",
        r"properties/n/x-magic: unknown keyword 'x-magic': no rule on values has this name",
    ),
    "rule on exchanges as a keyword": (
        "maximum: 8\n",
        "maximum: 8\n        x-duplicate-key: {}\n",
        "x-duplicate-key: {}",
        r"unknown keyword 'x-duplicate-key'",
    ),
    "wrong parameters of a keyword": (
        "maximum: 8\n",
        "maximum: 8\n        x-length-unit: many\n",
        "x-length-unit: many",
        r"parameters of the rule 'length-unit': 'many' is not of type 'integer'",
    ),
    "unknown rule": (
        "- rule: duplicate-key",
        "- rule: no-such-rule",
        "- rule: no-such-rule",
        r"x-rules/0: unknown rule 'no-such-rule'; no plugin of this name is installed",
    ),
    "rule on another section": (
        "- rule: duplicate-key",
        "- rule: stream-framing-broken",
        "- rule: stream-framing-broken",
        r"the rule 'stream-framing-broken' looks at stream, not at a request",
    ),
    "parameters that the rule does not take": (
        "- rule: duplicate-key",
        "- rule: duplicate-key\n        with: {depth: 3}",
        "with: {depth: 3}",
        r"parameters of the rule 'duplicate-key': the key 'depth' is unknown; there is none",
    ),
    "rule that waits for an unlisted parameter": (
        "- rule: duplicate-key",
        "- rule: duplicate-key\n        when: seed",
        "when: seed",
        r"x-rules/0/when: 'seed' is not among the properties of the request",
    ),
    "reference to nothing": (
        "$ref: '#/$defs/image'",
        "$ref: '#/$defs/picture'",
        "$ref: '#/$defs/picture'",
        r"'#/\$defs/picture' names nothing in \$defs of this file",
    ),
    "reference to another file": (
        "$ref: '#/$defs/image'",
        "$ref: 'other.yaml#/$defs/image'",
        "$ref: 'other.yaml",
        r"only definitions of the same file can be named",
    ),
    "requirement that is not declared above": (
        (
            "                id: acme/generations/n-above-2\n"
            "                says: The large model makes two images at most.\n"
            "                source: acme.txt#n\n"
            "                outcome: INVALID\n"
        ),
        "                - {keyword: maximum, same-as: acme/generations/n-above-3}\n",
        "same-as: acme/generations/n-above-3",
        r"'acme/generations/n-above-3' is not declared above in this dialect",
    ),
    "branch that names an unlisted parameter": (
        "            n:\n              maximum: 2\n",
        "            m:\n              maximum: 2\n",
        "  request:",
        r"a branch names 'm', which is not among the properties above",
    ),
    "rule under a condition on a value": (
        "        then:\n          properties:\n            n:\n              maximum: 1\n",
        (
            "        then:\n          x-rules:\n            - rule: null-counted-as-omitted\n"
            "              same-as: acme/generations/parameter-twice\n"
            "          properties:\n            n:\n              maximum: 1\n"
        ),
        "  request:",
        r"x-rules stands under a condition that is not about the model; only models select rules",
    ),
    "keyword of ours under a condition on a value": (
        "              maximum: 1\n",
        "              maximum: 1\n              x-length-unit: 5\n",
        "  request:",
        r"x-length-unit stands under a condition that is not about the model",
    ),
    "schema that is true": (
        "model: {}\n",
        "model: true\n",
        "model: true",
        r"properties/model: True is not of type 'object'",
    ),
    "no JSON Schema": (
        "        type: object\n        x-requirement:\n          id: acme/generations/answer-not-an-object",
        "        type: objekt\n        x-requirement:\n          id: acme/generations/answer-not-an-object",
        "type: objekt",
        r"is not JSON Schema 2020-12: 'objekt' is not valid",
    ),
    "alias": (
        "source: acme.txt#answer\n      outcome: INVALID\nx-not-checkable:",
        "source: &place acme.txt#answer\n      outcome: INVALID\n      hint: *place\nx-not-checkable:",
        "source: &place",
        r"uses a YAML alias \(\*name\); write the value out instead",
    ),
    "key twice": (
        "maximum: 8\n",
        "maximum: 8\n        maximum: 9\n",
        "maximum: 9",
        r"the key 'maximum' stands twice in one mapping",
    ),
    "no section request": ("  request:\n", "  demand:\n", None, r"'request' is a required property"),
}


@pytest.mark.parametrize(("old", "new", "at", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(acme: Acme, old: str, new: str, at: str | None, words: str) -> None:
    """One change to a good file is refused with the file, its line and the reason."""
    folder = acme(old, new)
    found = re.match(r"generations\.yaml:(\d+): (.*)", refused(folder))
    assert found
    assert re.search(words, found[2]), found[2]
    if at is not None:
        assert int(found[1]) == line_of(folder, at)


ABOUT_REFUSED = {
    "unknown key": (
        "title: Acme\n",
        "title: Acme\ncolour: red\n",
        r"^dialect\.yaml:1: at the top level: the key 'colour' is unknown",
    ),
    "another name": ("dialect: acme", "dialect: other", r"names the dialect 'other', but its folder is 'acme'"),
    "missing operation": ("[generations]", "[generations, edits]", r"lists the operation 'edits', but edits\.yaml is"),
    "unknown operation": ("[generations]", "[videos]", r"^dialect\.yaml:13: at operations/0: 'videos' is not one of"),
    "pattern without a sample": (", sample: large-2026", "", r"^dialect\.yaml:9: at models/large-preview: 'sample' is"),
    "place that is no pointer": ("message: /message", "message: message", r"at refusal/message: 'message' does not"),
}


@pytest.mark.parametrize(("old", "new", "words"), ABOUT_REFUSED.values(), ids=ABOUT_REFUSED)
def test_what_is_refused_of_a_dialect(acme: Acme, old: str, new: str, words: str) -> None:
    """The file about the dialect is held against its meta-schema, its folder and the files of its operations."""
    message = refused(acme(old, new, file="dialect.yaml"))
    assert re.search(words, message), message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty; it has to hold one YAML mapping"),
        (b"# nothing\n", "is empty"),
        (b"\xff\xfe", "is not UTF-8 (byte 0)"),
        (b"[1, 2]", "is not of type 'object'"),
        (b"a: [", "is not valid YAML"),
        (b"a: 1\n--- \nb: 2\n", "is not valid YAML"),
        (b"#" * 4_200_000, "has 4200000 characters; more than 4194304 are not read"),
        (b"a: " + b"[" * 20_000, "is nested deeper than 100 levels"),
    ],
    ids=["empty", "comment", "not UTF-8", "list", "cut off", "two documents", "huge", "deep"],
)
@pytest.mark.parametrize("file", ["dialect.yaml", "generations.yaml"])
def test_a_file_that_is_no_mapping(acme: Acme, file: str, content: bytes, words: str) -> None:
    """A file that is empty, huge, too deep or no YAML is refused by its name."""
    folder = acme()
    (folder / file).write_bytes(content)
    message = refused(folder)
    assert message.startswith(file)
    assert words in message


def test_a_missing_file(tmp_path: Path) -> None:
    """A folder without dialect.yaml is refused with the reason of the system."""
    with pytest.raises(DialectError, match=r"dialect\.yaml: cannot be read \(No such file or directory\)"):
        build(tmp_path)


def test_one_statement_for_several_places(acme: Acme) -> None:
    """A requirement that is declared above can be named again by its id alone."""
    old = "image:\n    type: string\n"
    new = "image:\n    type: string\n    maxLength: 9\n"
    folder = acme(old, new)
    text = (folder / "generations.yaml").read_text(encoding="utf-8")
    text = text.replace("model: {}\n", f"model: {{type: string, x-requirement: {N[:-1]}0}}\n")
    (folder / "generations.yaml").write_text(text, encoding="utf-8")
    assert "'acme/generations/n-above-0' is not declared above" in refused(folder)
    text = text.replace(f"x-requirement: {N[:-1]}0", "x-requirement: acme/generations/prompt-not-a-string")
    (folder / "generations.yaml").write_text(text, encoding="utf-8")
    [small, _] = build(folder)["operations"]["generations"]["classes"]
    assert small["request"]["properties"]["model"]["x-requirement"] == {"type": "acme/generations/prompt-not-a-string"}


def test_a_broken_plugin(acme: Acme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin that cannot be imported is named with its own error."""
    (tmp_path / "broken_plugin.py").write_text("1 / 0\n", encoding="utf-8")
    info = tmp_path / "broken-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[pixelproof.rules]\nbroken-rule = broken_plugin\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(DialectError, match=r"'broken-rule' of .*: 'broken_plugin' cannot be imported .*Zero"):
        build(acme("- rule: duplicate-key", "- rule: broken-rule"))
