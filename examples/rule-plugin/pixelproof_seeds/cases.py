"""Requests that break the rules, for runs against an endpoint; the plan keeps those that the validator confirms."""

from collections.abc import Iterator
from typing import Any

from pixelproof_conformance.rule_cases import Attempt
from pixelproof_conformance.subject import Subject


def with_placeholder(parameters: dict[str, Any], subject: Subject, bases: list[dict[str, Any]]) -> Iterator[Attempt]:
    """The simplest request with a placeholder in the text that has the rule."""
    name = parameters["parameter"]
    yield Attempt("template", name, {**bases[0], name: f"A photograph of {parameters['with']}product"})
