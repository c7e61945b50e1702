"""A subject on trial: which requirements are chosen, and what the validator says of a made request."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from pixelproof import Finding

from pixelproof_conformance.declarations import requirement_ids
from pixelproof_conformance.model import Json
from pixelproof_conformance.subject import Body, Subject, tolerated


def selected(requirement: str, only: Iterable[str], skip: Iterable[str]) -> bool:
    """Whether a requirement is chosen by prefix, full id, or pattern with ``*``."""
    only, skip = tuple(only), tuple(skip)
    return (not only or any(_matches(requirement, part) for part in only)) and not any(
        _matches(requirement, part) for part in skip
    )


def _matches(requirement: str, part: str) -> bool:
    flaw = requirement.rpartition("/")[2]
    return requirement.startswith(part) or flaw.startswith(part) or fnmatchcase(requirement, part)


class Trial:
    """A subject with the chosen requirements; asks the validator about requests that are being made for it."""

    def __init__(
        self, subject: Subject, only: Iterable[str] = (), skip: Iterable[str] = (), *, observed: bool = False
    ) -> None:
        self.subject = subject
        self.operation = subject.operation
        self.schema = subject.schema
        self.properties: dict[str, dict[str, Json]] = self.schema.get("properties", {})
        self._only, self._skip, self._observed = tuple(only), tuple(skip), observed
        self.is_narrowed = bool(self._only or self._skip)
        self.judges_answers = self.wants_any("answer", "stream")
        self.judges_refusals = self.wants_any("refusal")
        self.tolerated = tolerated(subject)
        self._certain = {name for name, facts in self.operation.requirements.items() if facts.account is None}

    def wanted(self, requirement: str) -> bool:
        """Whether a requirement is chosen by the options of the run."""
        facts = self.operation.requirements[requirement]
        return selected(requirement, self._only, self._skip) and (self._observed or not facts.observed_only)

    def wanted_parameter(self, name: str) -> bool:
        """Whether documented values of a parameter are worth sending."""
        permission, whole = self.operation.permissions.get(name), self.operation.permission
        if permission is None or self.judges_answers or self.wanted(permission):
            return True
        return whole is not None and self.wanted(whole)

    def wants_any(self, *sections: str) -> bool:
        """Whether a requirement on one of these messages is chosen; permissions are chosen apart."""
        return any(
            self.wanted(name)
            for section in sections
            for name in requirement_ids(self.subject.section(section).schema, self.operation.requirements)
            if self.operation.requirements[name].outcome != "ACCEPT"
        )

    def findings(self, body: Json) -> tuple[Finding, ...]:
        """What the validator says of ``body``."""
        return self.subject.judge(body).findings

    def flaws(self, body: Json) -> list[Finding]:
        """The findings on a request that are more than advice and that its simplest request does not have."""
        return [
            finding
            for finding in self.findings(body)
            if finding.severity != "info" and finding.requirement not in self.tolerated
        ]

    def broken_alone(self, body: Body) -> list[str]:
        """The one requirement of the gravest severity that ``body`` breaks; nothing when there are several.

        Advice never stands in the way of other advice: all of it is listed when nothing graver is found.
        """
        findings = [found for found in self.findings(body) if found.requirement not in self.tolerated]
        certain = [found for found in findings if found.requirement in self._certain]
        for severity in ("error", "warning", "info"):
            broken = {found.requirement for found in certain or findings if found.severity == severity}
            if broken:
                return sorted(broken) if len(broken) == 1 or severity == "info" else []
        return []

    def breaks_only(self, body: Json, requirement: str) -> bool:
        """Whether the validator finds ``requirement`` broken and nothing else that is as grave."""
        ignored = self.tolerated - {requirement}
        facts = self.operation.requirements[requirement]
        findings = [
            found
            for found in self.findings(body)
            if found.requirement not in ignored
            and (found.requirement in self._certain or found.requirement == requirement)
        ]
        if facts.severity == "info":
            places = {found.pointer for found in findings if found.requirement == requirement}
            others = {found.pointer for found in findings if found.severity == "warning"}
            return bool(places) and others <= places and not any(found.severity == "error" for found in findings)
        grave = ("error",) if facts.severity == "error" else ("error", "warning")
        broken = [found for found in findings if found.severity in grave]
        names = {found.requirement for found in broken}
        # One value can break two statements about it at once, for example its type and its list of values; two values
        # that do not go together break one statement at two places.
        at_one_place = len({found.pointer for found in broken}) == 1
        return requirement in names and (at_one_place or len(names) == 1)
