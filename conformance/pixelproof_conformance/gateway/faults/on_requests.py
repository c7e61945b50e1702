"""Faults in what is let in: a requirement not enforced, a documented value refused, an open question answered badly."""

from typing import TypeAlias

import jsonschema_rs
from pixelproof import Dialect, Finding, Operation, Requirement
from pixelproof._form import FILES
from pixelproof._values import Json
from pixelproof.rules.documented_request_refused import leaves_open

from pixelproof_conformance.gateway.calls import Call, Refusal, Reply, json_reply
from pixelproof_conformance.gateway.faults.deviation import Deviation

Node: TypeAlias = dict[str, Json]

_ALWAYS_THERE = ("n", "quality", "size")  # any combined request may hold them, so refusing them would refuse everything
_LONGEST_WITHOUT_LIMIT = 32  # characters of a prompt where the document gives no limit: a real prompt has more


class NotEnforced(Deviation):
    """A request that breaks the requirement is accepted, whatever else the value is that breaks it."""

    def __init__(self, requirement: str) -> None:
        self._requirement = requirement

    def forgives(self, call: Call, finding: Finding) -> bool:
        """Whether the finding is of this requirement, or on the value that breaks it."""
        return any(one.requirement == self._requirement and one.pointer == finding.pointer for one in call.findings)


class Mishandled(Deviation):
    """A request that the document neither forbids nor promises to serve gets an empty answer with status 200.

    One that is promised to be accepted (its parameter without effect, or its value changed) is refused.
    """

    def __init__(self, requirement: Requirement) -> None:
        self._requirement = requirement

    def forgives(self, call: Call, finding: Finding) -> bool:
        """Whether it is the finding in question, which the gateway refuses by itself where it is an error."""
        return finding.requirement == self._requirement.id

    def refuses(self, call: Call) -> Refusal | None:
        """A refusal of what is promised to be accepted."""
        finding = self._finding(call)
        if finding is None or self._requirement.outcome not in ("NOOP", "COERCE"):
            return None
        parameter = finding.pointer[1:].partition("/")[0] or self._requirement.parameter
        return Refusal(400, f"Unsupported parameter: '{parameter}'.", parameter, "unsupported_parameter")

    def instead(self, call: Call) -> Reply | None:
        """An empty object, where an answer or a refusal is due."""
        return None if self._finding(call) is None else json_reply(200, {})

    def _finding(self, call: Call) -> Finding | None:
        return next((one for one in call.findings if one.requirement == self._requirement.id), None)


class ValueRefused(Deviation):
    """A documented value of a parameter is refused, with the parameter named."""

    def __init__(self, dialect: Dialect, operation: Operation, parameter: str) -> None:
        self._parameter = parameter
        is_model = parameter == operation.model_parameter
        self._value = _last_model(dialect, operation) if is_model else _last_listed(operation, parameter)

    def refuses(self, call: Call) -> Refusal | None:
        """A refusal when the call has the value."""
        if self._parameter not in call.values:
            return None
        value = call.values[self._parameter]
        node: Node = call.model_class.section("request").schema.get("properties", {}).get(self._parameter, {})
        if not (value == self._value if self._value is not None else _is_refused(self._parameter, value, node)):
            return None
        message = f"Invalid value for '{self._parameter}': it is not supported."
        return Refusal(400, message, self._parameter, "invalid_value")


class PairRefused(Deviation):
    """Two optional parameters (the only one, where there is one) are refused together, with none of them named."""

    def refuses(self, call: Call) -> Refusal | None:
        """A refusal when the call has both."""
        schema = call.model_class.section("request").schema
        pair = _pair(call.operation, schema)
        if pair and all(name in call.values for name in pair):
            return Refusal(400, "The request cannot be processed.", None, "invalid_request")
        return None


def _last_model(dialect: Dialect, operation: Operation) -> str | None:
    """The last model that the document lists for the operation and promises to accept."""
    names = [str(facts.get("sample", name)) for name, facts in dialect.about["models"].items()]
    for name in reversed(names):
        findings = operation.validate_request({operation.model_parameter: name}).findings
        if all(one.pointer != f"/{operation.model_parameter}" or not leaves_open(operation, one) for one in findings):
            return name
    return None


def _last_listed(operation: Operation, parameter: str) -> Json:
    """The last listed value that is no default, of the first kind of model where one is allowed without reservation."""
    for model_class in operation.classes:
        node = model_class.section("request").schema.get("properties", {}).get(parameter, {})
        for value in reversed(node.get("enum", ())):
            if value != "auto" and jsonschema_rs.is_valid(node, value):
                return value
    return None


def _is_refused(parameter: str, value: Json, node: Node) -> bool:
    """Whether a value that stands in no list is refused: most of a range, half of a length, or any value."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        lowest = node.get("minimum", 0)
        return bool(value > lowest) or not jsonschema_rs.is_valid(node, lowest + 1)
    if isinstance(value, str) and parameter == "size":
        return value != "auto"
    if isinstance(value, str) and parameter == "prompt":
        return bool(len(value) > node.get("maxLength", _LONGEST_WITHOUT_LIMIT * 2) // 2)
    return True


def _pair(operation: Operation, schema: Node) -> list[str]:
    """The first two parameters that any request may leave out or name together; objects are left to themselves."""
    properties: Node = schema.get("properties", {})
    left_out = {*_ALWAYS_THERE, *schema.get("required", ()), operation.model_parameter, "prompt"}
    optional = [
        name
        for name, node in properties.items()
        if name not in left_out
        and node.get("type") not in ("object", "array")
        and operation.forms.get(name) not in FILES
        and not _is_forbidden(node)
    ]
    return optional[:2]


def _is_forbidden(node: Node) -> bool:
    return node.get("not") == {} or any(part.get("not") == {} for part in node.get("allOf", ()))
