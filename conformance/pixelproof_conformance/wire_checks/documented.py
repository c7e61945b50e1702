"""What a document says about a small change of the simplest request, to compare two routes by it."""

from pixelproof_conformance.model import CaseFile, Json
from pixelproof_conformance.subject import Body, Subject, baseline_body, split_files

Words = set[tuple[str, str]]
"""Outcome and severity of everything that the document has against a request."""


def words_for(subject: Subject, change: Body, *, without: str = "") -> Words:
    """The words for the simplest request with the parameters of ``change`` and not the one called ``without``."""
    body = {name: value for name, value in {**baseline_body(subject), **change}.items() if name != without}
    return {(finding.outcome, finding.severity) for finding in subject.judge(body).findings}


def simplest(subject: Subject, *, without: str = "") -> tuple[Body, tuple[CaseFile, ...]]:
    """The fields, as they are sent, and the files of the simplest request, but for the parameter ``without``."""
    fields, files = split_files(baseline_body(subject))
    kept: dict[str, Json] = {name: value for name, value in fields.items() if name != without}
    return subject.fields(kept), files
