"""The values that travel through the validator: requirement, finding, verdict, file.

They are named tuples and not dataclasses because a finding is built in under a microsecond this way, and because
importing :mod:`dataclasses` would cost a tenth of the start-up time of ``pixelproof validate``.
"""

from os import PathLike
from typing import Any, Literal, NamedTuple, TypeAlias

Json: TypeAlias = Any
"""A parsed JSON value: dict, list, str, int, float, bool or None."""

Severity: TypeAlias = Literal["error", "warning", "info"]
Profile: TypeAlias = Literal["document", "observed"]
Path: TypeAlias = tuple[str | int, ...]
"""A place in a JSON value, as keys and indices from its root."""

SEVERITY_OF_OUTCOME: dict[str, Severity] = {
    "R400": "error",
    "INVALID": "error",
    "ACCEPT": "error",
    "NOOP": "warning",
    "COERCE": "warning",
    "PRECOND": "warning",
    "UNSTATED": "warning",
}
"""Severity of a finding by the outcome word of its requirement."""


class Requirement(NamedTuple):
    """One thing that a document says about one operation.

    ``on`` is the message that is checked: ``request``, ``answer``, ``event``, ``stream`` or ``refusal``.
    ``severity`` holds under the profile ``document``, ``observed_severity`` under the profile ``observed``.
    ``reason`` says why a requirement is not checkable and is empty for the others.
    ``line`` is the line of its declaration in the file of the operation, counted from 1.
    """

    id: str
    dialect: str
    operation: str
    on: str
    says: str
    source: str
    outcome: str
    severity: Severity
    observed_severity: Severity
    hint: str | None = None
    rule: str | None = None
    account: str | None = None
    parameter: str | None = None
    reason: str | None = None
    observed_only: bool = False
    line: int = 0

    @property
    def declared(self) -> str:
        """Where it is declared, below the folder of the dialects, as FILE:LINE; empty where that is not known."""
        file = "wire.yaml" if self.on == "wire" else f"{self.dialect}/{self.operation}.yaml"
        return f"{file}:{self.line}" if self.line else ""

    @property
    def checkable(self) -> bool:
        """Whether a rule exists for it."""
        return self.reason is None


class Finding(NamedTuple):
    """One broken requirement at one place in one exchange.

    ``pointer`` is a JSON Pointer (RFC 6901) into the judged message; ``parameter`` is the same place as people write
    it, for example ``data[0].b64_json``. ``actual`` is the value found, shortened when it is long.
    """

    requirement: str
    severity: Severity
    outcome: str
    pointer: str
    parameter: str | None
    message: str
    expected: str | None
    actual: Json
    source: str
    hint: str | None


class Verdict(NamedTuple):
    """``verdict`` is ``invalid`` with any error, else ``warn`` with any warning, else ``valid``."""

    verdict: Literal["valid", "warn", "invalid"]
    findings: tuple[Finding, ...]

    def as_dict(self) -> dict[str, Json]:
        """The verdict as JSON-ready values, with the field names of :class:`Finding`."""
        return {"verdict": self.verdict, "findings": [finding._asdict() for finding in self.findings]}


VALID = Verdict("valid", ())


class File(NamedTuple):
    """An uploaded file of a multipart request: ``content`` is its bytes or the path of a file that holds them."""

    field: str
    content: "bytes | bytearray | memoryview | str | PathLike[str]"
    filename: str | None = None
    content_type: str | None = None


class Seen(NamedTuple):
    """What a rule saw: the place, the value there, and words for what was expected.

    ``part`` names the flaw when one rule serves several requirements; ``requirement`` names the requirement outright.
    ``note`` replaces the opening words of the message (by default "PLACE is VALUE").
    """

    path: Path
    actual: Json = None
    expected: str | None = None
    note: str | None = None
    part: str | None = None
    requirement: str | None = None
    hint: str | None = None


def verdict_of(findings: list[Finding]) -> Verdict:
    """The verdict over a list of findings."""
    if not findings:
        return VALID
    word: Literal["valid", "warn", "invalid"] = "valid"
    for finding in findings:
        if finding.severity == "error":
            word = "invalid"
            break
        if finding.severity == "warning":
            word = "warn"
    return Verdict(word, tuple(findings))
