"""The section of requests: the quick yes when a request is valid, and its parameters one by one when it is not.

The engine takes more than a microsecond to describe an error, and a tenth of that to say yes or no. So each parameter
is asked about by itself, and of one that is wrong each keyword; the engine describes only what is not that plain.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

from pixelproof._compiled import Broken, CompiledSection, Constraint
from pixelproof._decision import NEVER, Asked, Decision, bare, deciding_schema
from pixelproof._values import VALID, Json, Path, Requirement

_PLAIN = (
    *("type", "const", "enum"),
    *("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "multipleOf", "minItems", "maxItems"),
    *("pattern", "uniqueItems", "not"),
)
"""Keywords that judge a value by themselves, each with one error, in the order in which the engine names them."""

_Accepts: TypeAlias = Callable[[Json], bool]
_Errors: TypeAlias = Callable[[Json], Iterator[Any]]


class _Parameter(NamedTuple):
    """What the engine says of one parameter: by all its keywords, by each plain one, and by the others together."""

    path: Path
    accepts: _Accepts
    errors: _Errors
    plain: tuple[tuple[_Accepts, Constraint], ...]
    others: _Accepts | None


class RequestSection(CompiledSection):
    """The section ``request`` of one kind of model."""

    def __init__(self, schema: dict[str, Json], requirements: dict[str, Requirement]) -> None:
        super().__init__(schema, requirements)
        self._settles: _Accepts | None = None
        self._decision: Decision | None = None
        self._frame: Any = None  # the schema without what it says of the values of single parameters
        self._parameters: dict[str, _Parameter] = {}

    def decision(self, settled: str, value: str | None = None) -> Decision:
        """The quick yes for valid requests whose parameter ``settled`` is ``value``, or is left out."""
        if value is None and settled in self.schema.get("required", ()):
            return NEVER
        if self._decision is None or self._settles is None:
            from jsonschema_rs import Draft202012Validator

            self._settles = Draft202012Validator(bare(self.schema["properties"].get(settled, True))).is_valid
            self._decision = self._decided(settled)
        return self._decision if value is None or self._settles(value) else NEVER

    def broken_keywords(self, instance: Json) -> list[Broken]:
        """Every keyword of JSON Schema that ``instance`` breaks; those of its parameters come first."""
        if type(instance) is not dict:
            return super().broken_keywords(instance)
        if self._frame is None:
            self._parameters, self._frame = self._parted()  # the frame last, so that no other thread comes between
        found: list[Broken] = []
        parameters = self._parameters
        for name, value in instance.items():
            parameter = parameters.get(name)
            if parameter is not None and not parameter[1](value):
                found += self._broken_parameter(parameter, value)
        if not self._frame.is_valid(instance):
            found += self.told(self._frame.iter_errors(instance))
        return found

    def _broken_parameter(self, parameter: _Parameter, value: Json) -> list[Broken]:
        path, _, errors, plain, others = parameter
        if others is not None and not others(value):
            return self.told(errors(value), ("properties", *path), path)
        return [
            (requirement, path, value, expected, None, correct(value) if correct else None)
            for accepts, (requirement, _, expected, correct) in plain
            if not accepts(value)
        ]

    def _parted(self) -> tuple[dict[str, _Parameter], Any]:
        from jsonschema_rs import Draft202012Validator

        schema = bare(self.schema)
        parameters = {}
        for name, said in schema["properties"].items():
            whole = Draft202012Validator(said)
            plain = tuple(
                (
                    Draft202012Validator({keyword: said[keyword]}).is_valid,
                    self.constraint(("properties", name, keyword)),
                )
                for keyword in _PLAIN
                if keyword in said
            )
            others = {keyword: value for keyword, value in said.items() if keyword not in _PLAIN}
            accepts = Draft202012Validator(others).is_valid if others else None
            parameters[name] = _Parameter((name,), whole.is_valid, whole.iter_errors, plain, accepts)
        return parameters, Draft202012Validator(schema | {"properties": dict.fromkeys(parameters, True)})

    def _decided(self, settled: str) -> Decision:
        always = [entry for entry in self.rules if "always" in entry.rule.on]
        waiting = [entry for entry in self.rules if not entry.when and entry not in always]
        if waiting or any(len(entry.path) > 1 for entry in self.value_rules):
            return NEVER
        from jsonschema_rs import Draft202012Validator

        judged = [(str(entry.path[0]), entry.rule, entry.parameters) for entry in self.value_rules]
        asked = [
            Asked(name, Draft202012Validator(bare(self.schema["properties"][name])).is_valid, rule.check, parameters)
            for name, rule, parameters in judged
            if rule.silent_on is None
        ]
        schema = deciding_schema(
            self.schema,
            settled=settled,
            absent=self.triggers,
            silences=[(name, rule.silent_on(parameters)) for name, rule, parameters in judged if rule.silent_on],
            texts=[entry.name for entry in asked],
        )
        return Decision(Draft202012Validator(schema).is_valid, asked, None if always else VALID)
