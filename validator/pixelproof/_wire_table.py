"""The table of wire checks in ``schemas/wire.yaml``: what goes wrong on the wire whatever a document says."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pixelproof._cache import cached
from pixelproof._locate import schemas_root
from pixelproof._operation import Operation
from pixelproof._values import Json, Requirement, Severity

PREFIX = "wire/"
ROUTES = ("generations", "edits", "variations")
PICTURES = ("image", "image[]")
_CONTENT = {"json": "JSON", "form": "forms"}
_SEEN = {
    "requests": "requests of its own, which have to be refused and cost nothing",
    "accepted": "requests that the run pays for anyway, sent in another form",
    "beside": "the other requests of the run, compared with those to generations",
    "refusals": "what comes back to the other requests of the run",
    "answers": "the accepted answers of the run",
    "streams": "the streams of the run",
    "order": "the request right behind an odd one",
}


class WireCheck(NamedTuple):
    """One robustness check; ``schemas/meta/wire.yaml`` describes the fields.

    ``content`` is ``json``, ``form`` or ``None`` for both, ``operations`` is empty for all. ``per`` is ``model`` or
    ``operation``. ``parameter`` is one that the model has to take, with ``value`` among its values if that is set.
    With ``several_pictures`` the model has to take several pictures in one request.
    """

    id: str
    says: str
    why: str
    severity: Severity
    seen_in: str
    hint: str
    per: str = "model"
    content: str | None = None
    operations: tuple[str, ...] = ()
    parameter: str | None = None
    value: Json = None
    several_pictures: bool = False
    route_left_out: bool = False
    unless_refusal_at: str | None = None
    left_to: tuple[str, ...] = ()
    line: int = 0

    @property
    def family(self) -> str:
        """The middle of the id."""
        return self.id.split("/")[1]

    @property
    def compares(self) -> bool:
        """Whether it compares other operations with generations."""
        return bool(self.operations) and "generations" not in self.operations

    @property
    def seen(self) -> str:
        """Where a run sees it, in words, and for which operations it is."""
        words = _SEEN[self.seen_in]
        only = [] if self.content is None else [f"operations that read {_CONTENT[self.content]}"]
        only += [f"{' and '.join(self.operations)}"] if self.operations else []
        only += [f"models that take {self.parameter}"] if self.parameter else []
        only += ["models that take several pictures at once"] if self.several_pictures else []
        return f"{words}, for {', for '.join(only)}" if only else words

    def applies_to(self, operation: Operation, about: Mapping[str, Json]) -> bool:
        """Whether it is for such an operation of the dialect that ``about`` describes.

        It is not where a rule there says the same, or where the document's own error object is what it forbids.
        """
        if self.route_left_out and len(about["operations"]) == len(ROUTES):
            return False
        message = about.get("refusal", {}).get("message", "")
        if self.unless_refusal_at is not None and message.startswith(self.unless_refusal_at):
            return False
        if self.content is not None and operation.is_form != (self.content == "form"):
            return False
        if self.operations and operation.name not in self.operations:
            return False
        if self.parameter is not None and self.parameter not in operation.parameters:
            return False
        return not any(facts.rule in self.left_to for facts in operation.requirements.values() if facts.rule)

    def suits(self, properties: dict[str, Json]) -> bool:
        """Whether a kind of model with these request parameters takes the parameter, the value, or what it needs."""
        if self.several_pictures and not any(map(_takes_several, map(properties.get, PICTURES))):
            return False
        if self.parameter is None:
            return True
        node = properties.get(self.parameter)
        if node is None or node.get("not") == {}:
            return False
        listed = node.get("enum") or node.get("examples") or [node.get("const", self.value)]
        return self.value is None or (self.value in listed and node.get("not") != {"const": self.value})

    def requirement(self, operation: Operation) -> Requirement:
        """The check as runs and reports list it beside the requirements of the document."""
        return Requirement(
            id=self.id,
            dialect=operation.dialect,
            operation=operation.name,
            on="wire",
            says=self.says,
            source=f"wire.yaml#{self.id.removeprefix(PREFIX)}",
            outcome="WIRE",
            severity=self.severity,
            observed_severity=self.severity,
            hint=self.hint,
            line=self.line,
        )


def _takes_several(node: Json) -> bool:
    """Whether a parameter takes an array of pictures."""
    return node is not None and node.get("not") != {} and "array" in node.get("type", ())


@cache
def wire_checks() -> tuple[WireCheck, ...]:
    """All wire checks in the order of the table. The tests hold the table against its meta-schema."""
    table = cached(str(schemas_root() / "wire.yaml"), _read)
    return tuple(
        WireCheck(
            id=entry["id"],
            says=entry["says"],
            why=entry["why"],
            severity=entry["severity"],
            seen_in=entry["seen-in"],
            hint=entry["hint"],
            per=entry.get("per", "model"),
            content=entry.get("content"),
            operations=tuple(entry.get("operations", ())),
            parameter=entry.get("parameter"),
            value=entry.get("value"),
            several_pictures=entry.get("several-pictures", False),
            route_left_out=entry.get("route-left-out", False),
            unless_refusal_at=entry.get("unless-refusal-at"),
            left_to=tuple(entry.get("left-to", ())),
            line=line,
        )
        for entry, line in zip(table["checks"], table["lines"], strict=True)
    )


def _read(path: str) -> dict[str, Json]:
    """The entries of the table, and the line of each."""
    from pixelproof._yaml import read_yaml

    value, lines = read_yaml(Path(path).read_text(encoding="utf-8"), path)
    checks = value["checks"]
    return {"checks": checks, "lines": [lines.of(("checks", index)) for index in range(len(checks))]}
