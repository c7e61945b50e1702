"""The quick yes for a valid request: one question to a schema that is cheaper to ask than the declared one.

That schema lets through nothing that has to be looked at, and need not let through all that is fine: a request that it
refuses is judged in full. So it may say no to a parameter for which a rule waits, and to a value of which it is not
known beforehand that a rule is silent on it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from pixelproof._values import VALID, Json, Verdict

_ANNOTATIONS = ("default", "description", "examples", "title", "$comment")
_VERBATIM = ("const", "enum", "required")
_SILENT_KEPT = 1024
_LONGEST_KEPT = 40

ValueCheck: TypeAlias = Callable[[Any, Any], Iterable[Any]]


class Asked(NamedTuple):
    """A rule on the value of a parameter that has to be asked in Python; it is silent when its result is empty.

    ``fits`` tells whether a text is one that the schema of the parameter itself accepts.
    """

    name: str
    fits: Callable[[str], bool]
    check: ValueCheck
    parameters: Json


Settled: TypeAlias = tuple[Callable[[Json], bool], str | None, set[str], Verdict]
"""A decision as the quickest path wants it: a body that the first entry accepts has the verdict in the last one if the
parameter that is named second is not in it, or is a text in the set."""


class Decision:
    """Tells that a request certainly breaks nothing, and holds the verdict for that case.

    ``advice`` is the verdict; ``None`` until it has been worked out, because advice that holds for every such request
    is in it.
    """

    __slots__ = ("_accepts", "_asked", "_name", "_silent", "advice")

    def __init__(
        self, accepts: Callable[[Json], bool], asked: Sequence[Asked] = (), advice: Verdict | None = VALID
    ) -> None:
        self.advice = advice
        self._accepts = accepts
        self._asked = tuple(asked)
        self._name = asked[0].name if len(asked) == 1 else None  # no body has the key None
        self._silent: set[str] = set()

    def breaks_nothing(self, body: Json) -> bool:
        """Whether the schema lets ``body`` through, and no rule has anything to say on it."""
        return self._accepts(body) and all(self._is_silent(entry, body) for entry in self._asked)

    def settled(self, advice: Verdict) -> Settled:
        """This decision with the verdict that was worked out."""
        return self._accepts if len(self._asked) < 2 else self.breaks_nothing, self._name, self._silent, advice

    def _is_silent(self, asked: Asked, body: dict[str, Json]) -> bool:
        if asked.name not in body:
            return True
        value = body[asked.name]
        if not asked.fits(value) or asked.check(value, asked.parameters):
            return False
        if asked.name == self._name and len(value) <= _LONGEST_KEPT and len(self._silent) < _SILENT_KEPT:
            self._silent.add(value)
        return True


NEVER = Decision(lambda body: False)
"""For requests that have to be judged in full, whatever is in them."""


def deciding_schema(
    schema: dict[str, Json],
    *,
    settled: str,
    absent: Iterable[str] = (),
    silences: Iterable[tuple[str, Json]] = (),
    texts: Iterable[str] = (),
) -> dict[str, Json]:
    """A schema that accepts a request only if ``schema`` does, for requests whose parameter ``settled`` is right.

    It refuses those that have one of the parameters ``absent``, a value outside its schema in ``silences``, or another
    value than a text for one of ``texts``; whether such a text is right has to be asked elsewhere.
    """
    decided: dict[str, Json] = bare(schema)
    required = dict.fromkeys(name for name in decided.pop("required", ()) if name != settled)
    others: list[Json] = []
    for part in decided.pop("allOf", ()):
        if part.keys() == {"required"}:
            required |= dict.fromkeys(part["required"])
        else:
            others += _by_subject(part)
    properties = decided["properties"] = {**decided.get("properties", {}), settled: True}
    for name in absent:
        properties[name] = False
    for name in texts:
        properties[name] = {"type": "string"}
    for name, silence in silences:
        said = properties.get(name, True)
        if said is True or any(said.get(key) != value for key, value in silence.items()):
            properties[name] = {"allOf": [said, silence]}
    return decided | ({"required": [*required]} if required else {}) | ({"allOf": others} if others else {})


def _by_subject(part: dict[str, Json]) -> list[Json]:
    """``part`` as schemas that are looked at only while the one property that each of them speaks of is there."""
    branches: dict[str, Json] = {key: part[key] for key in ("then", "else") if key in part}
    if part.keys() != {"if", *branches} or any(branch.keys() != {"properties"} for branch in branches.values()):
        return [part]
    return [
        {"dependentSchemas": {name: {"if": part["if"]} | _about(name, branches)}}
        for name in dict.fromkeys(name for branch in branches.values() for name in branch["properties"])
    ]


def _about(name: str, branches: dict[str, Json]) -> dict[str, Json]:
    said = {key: branch["properties"][name] for key, branch in branches.items() if name in branch["properties"]}
    return {key: {"properties": {name: sub}} for key, sub in said.items()}


def bare(schema: Json) -> Json:
    """``schema`` without the keywords that only describe; the places of the others stay the same."""
    if type(schema) is list:
        return [bare(part) for part in schema]
    if type(schema) is not dict:
        return schema
    kept = {}
    for key, value in schema.items():
        if key == "properties":
            kept[key] = {name: bare(sub) for name, sub in value.items()}
        elif not key.startswith("x-") and key not in _ANNOTATIONS:
            kept[key] = value if key in _VERBATIM else bare(value)
    return kept
