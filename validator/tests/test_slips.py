"""Slips of the pen in a dialect folder that would silently check nothing."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pixelproof import DialectError
from pixelproof._load import build

Acme = Callable[..., Path]
REFUSAL = """\
  refusal:
    allOf:
      - if: {required: [request], properties: {request: {$ref: '#/$defs/large'}}}
        then: {}
x-not-checkable:"""

SIZE = """\
      model:
        x-pixel-size: {multiple-of: 2, longest-edge: 8, ratio: 2, pixels: [1, 64]}
        x-requirement:
          - keyword: [x-pixel-size/multiple-of, x-pixel-size/longest-edge, x-pixel-size/ratio]
            id: acme/generations/size-odd
            says: Sizes are even.
            source: acme.txt#size
            outcome: INVALID
          - keyword: x-pixel-size/pixels
            id: acme/generations/size-too-large
            says: Sizes are small.
            source: acme.txt#size
            outcome: INVALID
"""


def refused(folder: Path) -> str:
    """Return why the folder is refused, without the path of the folder."""
    with pytest.raises(DialectError) as caught:
        build(folder)
    return str(caught.value).replace(f"{folder}/", "")


OF_DIALECT = {
    "sample of no model of its family": (
        "sample: large-2026",
        "sample: larger-2026",
        r"^dialect\.yaml:9: at models/large-preview/sample: the sample 'larger-2026' does not match the pattern",
    ),
    "model of an unknown operation": (
        "  small: {}",
        "  small: {operations: [generate]}",
        r"^dialect\.yaml:7: at models/small/operations/0: 'generate' is not one of \['generations', 'edits'",
    ),
    "no last case": (
        "  - {name: small by default}\n",
        "",
        r"^dialect\.yaml:11: at absent-model/0: the last case, and no other, has no when-any-of",
    ),
    "case behind the last": (
        "  - {name: small by default}\n",
        "  - {name: small by default}\n  - {name: small, when-any-of: [n]}\n",
        r"^dialect\.yaml:12: at absent-model/1: the last case",
    ),
    "parameter that no operation has": (
        "when-any-of: [style]",
        "when-any-of: [stile]",
        r"^dialect\.yaml:11: at absent-model/0/when-any-of: no operation of this dialect has the parameter 'stile'",
    ),
    "example without the message": (
        "parameter: /param}",
        "parameter: /param, example: {param: n}}",
        r"^dialect\.yaml:15: at refusal/example: the example has nothing at /message, which is the place of",
    ),
}


@pytest.mark.parametrize(("old", "new", "words"), OF_DIALECT.values(), ids=OF_DIALECT)
def test_slips_in_the_file_about_the_dialect(acme: Acme, old: str, new: str, words: str) -> None:
    """What does not fit together is refused with line and place."""
    message = refused(acme(old, new, file="dialect.yaml"))
    assert re.search(words, message), message


OF_OPERATION = {
    "condition on an unknown family": (
        "if: {$ref: '#/$defs/large'}",
        "if: {$ref: '#/$defs/larger'}",
        r"at \$defs/request/allOf/0/if: '#/\$defs/larger' names nothing in \$defs of this file",
    ),
    "condition on something that is no family": (
        "    x-family: true\n",
        "",
        r"at \$defs/request/allOf/0/if: a condition can name families of models only; 'large' lacks x-family: true",
    ),
    "request asked in a request": (
        "if: {$ref: '#/$defs/large'}",
        "if: {required: [request], properties: {request: {$ref: '#/$defs/large'}}}",
        r"at \$defs/request/allOf/0/if: the section request describes the request itself; write \{\$ref",
    ),
    "answer asked for its model": (
        "x-not-checkable:",
        REFUSAL.replace(
            "{required: [request], properties: {request: {$ref: '#/$defs/large'}}}", "{$ref: '#/$defs/large'}"
        ),
        r"at \$defs/refusal/allOf/0/if: the section refusal describes an exchange; to ask for its request, write ",
    ),
    "family by a parameter that is not there": (
        "not: {required: [model]}, required: [style]",
        "not: {required: [modle]}, required: [style]",
        r"at \$defs/large: the condition asks for 'modle', which is not among the properties of the request",
    ),
    "condition on the request of an answer": (
        "x-not-checkable:",
        REFUSAL.replace("{$ref: '#/$defs/large'}", "{required: [stile]}"),
        r"at \$defs/refusal/allOf/0/if: the condition asks for 'stile', which is not among",
    ),
    "definition that nobody uses": (
        "x-not-checkable:",
        "  streams: {}\nx-not-checkable:",
        r"at \$defs/streams: nothing refers to 'streams'; sections are called request, answer, stream, refusal",
    ),
    "part of a rule that it does not have": (
        "      model: {}\n",
        SIZE.replace("x-pixel-size/pixels", "x-pixel-size/pixel"),
        r"properties/model/x-requirement/1: there is no keyword 'x-pixel-size/pixel' beside this requirement",
    ),
    "part of a rule without a requirement": (
        "      model: {}\n",
        SIZE.replace("x-pixel-size/pixels", "x-pixel-size/ratio"),
        r"properties/model: x-pixel-size/pixels: a constraint without a requirement; add an entry to x-requirement",
    ),
    "misspelt parameter of a rule": (
        "      - rule: duplicate-key\n",
        "      - rule: mask-without-transparency\n        with: {paramter: n}\n",
        r"x-rules/0/with: parameters of the rule 'mask-without-transparency': the key 'paramter' is unknown; did",
    ),
    "rule about a parameter that is not there": (
        "      - rule: duplicate-key\n",
        "      - rule: mask-without-transparency\n        with: {parameter: mask}\n",
        r"x-rules/0/with/parameter: parameters of the rule 'mask-without-transparency': 'mask' is not among the prop",
    ),
    "answer described as if it were the section": (
        "      answer:\n        type: object",
        "      anwser:\n        type: object",
        r"at \$defs/answer/properties/anwser: the section answer describes an exchange, so its ",
    ),
    "fact about the account that is not declared": (
        "account: verified",
        "account: verfied",
        r"properties/style/x-requirement: the account fact 'verfied' is not declared in dialect\.yaml",
    ),
}


@pytest.mark.parametrize(("old", "new", "words"), OF_OPERATION.values(), ids=OF_OPERATION)
def test_slips_in_an_operation(acme: Acme, old: str, new: str, words: str) -> None:
    """What would never apply, or to nothing, is refused with line and place."""
    message = refused(acme(old, new))
    assert re.match(r"generations\.yaml:\d+: ", message)
    assert re.search(words, message), message


def test_every_part_of_a_rule_may_have_its_requirement(acme: Acme) -> None:
    """The size above is declared as it should be."""
    names = [entry["id"] for entry in build(acme("      model: {}\n", SIZE))["requirements"]]
    assert {"acme/generations/size-odd", "acme/generations/size-too-large"} <= set(names)
