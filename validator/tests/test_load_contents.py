"""What a dialect folder is when it is loaded: its requirements, its operations and its kinds of models."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pixelproof._load import build

Acme = Callable[..., Path]


def requirement(folder: Path, flaw: str) -> dict[str, Any]:
    """Return a requirement of the dialect as it is loaded."""
    [found] = [entry for entry in build(folder)["requirements"] if entry["id"] == f"acme/generations/{flaw}"]
    return dict(found)


def test_requirements_of_a_good_folder(acme: Acme) -> None:
    """Every requirement is registered once, in the order of the file, those that cannot be checked last."""
    assert [entry["id"].rpartition("/")[2] for entry in build(acme())["requirements"]] == [
        "prompt-missing",
        "parameter-not-listed",
        "prompt-not-a-string",
        "n-above-8",
        "documented-n-refused",
        "style-not-listed",
        "parameter-twice",
        "n-above-2",
        "deep-style-of-several",
        "answer-not-an-object",
        "images-not-an-array",
        "image-not-a-string",
        "images-are-nice",
    ]


def test_a_requirement_keeps_what_was_declared(acme: Acme) -> None:
    """Statement, source, outcome, hint and line are those of the file."""
    assert requirement(acme(), "n-above-8") == {
        "id": "acme/generations/n-above-8",
        "dialect": "acme",
        "operation": "generations",
        "on": "request",
        "says": "At most 8 images can be asked for.",
        "source": "acme.txt#n",
        "outcome": "INVALID",
        "severity": "error",
        "observed_severity": "error",
        "hint": "Ask twice.",
        "rule": None,
        "account": None,
        "parameter": "n",
        "reason": None,
        "observed_only": False,
        "line": 39,
    }


@pytest.mark.parametrize(
    ("flaw", "on", "severity", "observed_severity", "parameter"),
    [
        ("prompt-missing", "request", "error", "error", "prompt"),
        ("parameter-not-listed", "request", "warning", "warning", None),
        ("style-not-listed", "request", "warning", "warning", "style"),
        ("documented-n-refused", "refusal", "error", "error", "n"),
        ("deep-style-of-several", "request", "info", "error", "n"),
        ("parameter-twice", "request", "error", "error", None),
        ("images-not-an-array", "answer", "error", "error", "images"),
        ("image-not-a-string", "answer", "error", "error", "images[]"),
        ("images-are-nice", "document", "warning", "warning", None),
    ],
)
def test_what_is_inferred(
    acme: Acme, flaw: str, on: str, severity: str, observed_severity: str, parameter: str | None
) -> None:
    """Section, severities and parameter follow from the place and the outcome of a requirement."""
    found = requirement(acme(), flaw)
    assert (found["on"], found["severity"], found["observed_severity"], found["parameter"]) == (
        on,
        severity,
        observed_severity,
        parameter,
    )


@pytest.mark.parametrize(
    ("declared", "severity", "observed_severity"),
    [
        ("outcome: UNSTATED\n                severity: info", "info", "info"),
        ("outcome: UNSTATED\n                observed-severity: error", "warning", "error"),
        ("outcome: NOOP\n                observed: true", "info", "warning"),
        ("outcome: COERCE", "warning", "warning"),
    ],
)
def test_declared_severities(acme: Acme, declared: str, severity: str, observed_severity: str) -> None:
    """A severity that is written down replaces the one of the outcome, for its profile."""
    old = "source: acme.txt#n\n                outcome: INVALID"
    found = requirement(acme(old, f"source: acme.txt#n\n                {declared}"), "n-above-2")
    assert (found["severity"], found["observed_severity"]) == (severity, observed_severity)


def test_an_observed_requirement_may_have_another_source(acme: Acme) -> None:
    """What only official pages or measurements say names its own source."""
    found = requirement(acme(), "deep-style-of-several")
    assert (found["source"], found["observed_only"]) == ("acme-observed#style", True)


def test_the_operation(acme: Acme) -> None:
    """The facts of an operation, its parameters in order, its forms and permissions, and the place of the blame."""
    operation = build(acme())["operations"]["generations"]
    assert (operation["method"], operation["path"], operation["content-type"]) == (
        "POST",
        "/images",
        "application/json",
    )
    assert operation["parameters"] == ["prompt", "model", "n", "style"]
    assert operation["forms"] == {"n": "integer"}
    assert operation["permissions"] == {"n": "acme/generations/documented-n-refused"}
    assert operation["blame"] == "/param"


def test_kinds_of_models(acme: Acme) -> None:
    """Models that a document treats alike share a folded schema; patterns and requests without a model have theirs."""
    operation = build(acme())["operations"]["generations"]
    assert [kind["name"] for kind in operation["classes"]] == ["small", "large"]
    assert operation["models"] == {"small": 0, "large": 1}
    assert operation["patterns"] == [["^large-20[0-9][0-9]$", 1]]
    assert operation["absent"] == [[["style"], 1], [[], 0]]
    assert (operation["unlisted"], operation["unknown"]) == (0, 0)


def test_models_of_other_operations_are_left_out(acme: Acme) -> None:
    """A model that is listed for another operation is unlisted here."""
    folder = acme("large: {}", "large: {operations: [edits]}", file="dialect.yaml")
    assert build(folder)["operations"]["generations"]["models"] == {"small": 0}
