"""Loading a dialect folder: read, check against the meta-schemas, register requirements, fold.

The result is plain JSON-ready data (see :func:`build`), so that it can be kept in the cache and read back in a
millisecond. Whatever is wrong in a folder ends in one :class:`DialectError` that names file, line and place.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path as FilePath

from pixelproof._errors import DialectError
from pixelproof._fold import ANNOTATIONS, Folder, local_name
from pixelproof._meta import message_of, place_name, read_checked
from pixelproof._slips import Slip, slips_between, slips_of_dialect, slips_of_operation, unused_definitions
from pixelproof._values import SEVERITY_OF_OUTCOME, Json, Path
from pixelproof.rules import find_rule

SECTIONS = ("request", "answer", "stream", "refusal")
STRUCTURE = frozenset({"properties", "items", "allOf", "if", "then", "else", "$ref"})
DECLARATIONS = frozenset({"x-requirement", "x-accepts", "x-rules"})
UNLISTED_SAMPLE = "an-unlisted-model"


def build(folder: FilePath) -> dict[str, Json]:
    """The dialect in ``folder`` as data: ``{"dialect": ..., "operations": {...}, "requirements": [...]}``.

    Raises :class:`DialectError` for anything the meta-schemas or the rules of a declaration do not allow.
    """
    about, lines = read_checked(folder / "dialect.yaml", "dialect")

    def refuse(slips: Iterator[Slip]) -> None:
        for place, message in slips:
            raise DialectError(f"{folder / 'dialect.yaml'}:{lines.of(place)}: at {place_name(place)}: {message}")

    refuse(slips_of_dialect(about))
    if about["dialect"] != folder.resolve().name:
        named, folder_name = about["dialect"], folder.resolve().name
        raise DialectError(f"{folder / 'dialect.yaml'}: names the dialect {named!r}, but its folder is {folder_name!r}")
    requirements: dict[str, dict[str, Json]] = {}
    operations = {}
    for name in about["operations"]:
        path = folder / f"{name}.yaml"
        if not path.is_file():
            raise DialectError(f"{folder / 'dialect.yaml'}: lists the operation {name!r}, but {path.name} is missing")
        operations[name] = _Operation(about, name, path, requirements).build()
    refuse(slips_between(about, operations))
    return {"dialect": about, "operations": operations, "requirements": list(requirements.values())}


class _Operation:
    """Builds the data of one operation; holds what is true while it is built."""

    def __init__(
        self, about: dict[str, Json], name: str, path: FilePath, requirements: dict[str, dict[str, Json]]
    ) -> None:
        self.about = about
        self.name = name
        self.path = path
        self.requirements = requirements
        self.file, self.lines = read_checked(path, "operation")
        self.definitions: dict[str, Json] = self.file["$defs"]
        self.normal: dict[str, Json] = {}

    def build(self) -> dict[str, Json]:
        self.check_json_schema()
        for place, message in slips_of_operation(self.definitions, self.about):
            raise self.fail(place, message)
        for section in SECTIONS:
            if section in self.definitions:
                self.normal[section] = self.normalise(self.definitions[section], section, ("$defs", section), ())
        for place, message in unused_definitions(self.definitions):
            raise self.fail(place, message)
        self.normal |= {name: definition for name, definition in self.definitions.items() if definition.get("x-family")}
        for index, entry in enumerate(self.file.get("x-not-checkable", [])):
            self.register(entry, "document", ("x-not-checkable", index), (), None)
        operation: dict[str, Json] = self.file["x-operation"]
        return {
            **operation,
            "title": self.file["title"],
            "parameters": list(self.definitions["request"].get("properties", {})),
            "forms": self.forms(),
            "permissions": self.permissions(),
            "permission": self.normal["request"].get("x-accepts"),
            "blame": self.about.get("refusal", {}).get("parameter"),
            "refusal-message": self.about.get("refusal", {}).get("message"),
            **self.classes(),
        }

    def fail(self, place: Path, message: str) -> DialectError:
        return DialectError(f"{self.path}:{self.lines.of(place)}: at {place_name(place)}: {message}")

    def check_json_schema(self) -> None:
        import jsonschema

        try:
            jsonschema.Draft202012Validator.check_schema(self.file)
        except jsonschema.SchemaError as error:
            raise self.fail(tuple(error.absolute_path), f"is not JSON Schema 2020-12: {error.message}") from None

    def forms(self) -> dict[str, str]:
        """How the text of a form field becomes a value: ``integer``, ``number``, ``boolean``, ``json``, else text."""
        found = {}
        for name, schema in self.definitions["request"].get("properties", {}).items():
            kind = schema.get("x-form") or schema.get("type")
            if kind in ("integer", "number", "boolean", "json", "file", "files"):
                found[name] = kind
        return found

    def permissions(self) -> dict[str, str]:
        """The requirement, by parameter, that its documented values are accepted."""
        properties = self.normal["request"].get("properties", {})
        return {name: schema["x-accepts"] for name, schema in properties.items() if "x-accepts" in schema}

    def normalise(self, schema: Json, on: str, place: Path, at: Path) -> Json:
        """``schema`` with its requirements registered and replaced by their ids."""
        if not isinstance(schema, dict):
            raise self.fail(place, "true and false carry no requirement; write `not: {}` with an x-requirement")
        out: dict[str, Json] = {}
        constraints = [key for key, value in schema.items() if self.is_constraint(key, value, place)]
        if constraints or "x-requirement" in schema:
            out["x-requirement"] = self.requirement_map(schema, constraints, on, place, at)
        for key, value in schema.items():
            here = (*place, key)
            if key == "properties":
                out[key] = {name: self.normalise(sub, on, (*here, name), (*at, name)) for name, sub in value.items()}
            elif key == "items" or (key == "additionalProperties" and isinstance(value, dict)):
                out[key] = self.normalise(value, on, here, (*at, "*"))
            elif key == "allOf":
                out[key] = [self.normalise(part, on, (*here, i), at) for i, part in enumerate(value)]
            elif key in ("then", "else"):
                out[key] = self.normalise(value, on, here, at)
            elif key == "x-rules":
                out[key] = [self.register_rule(entry, on, (*here, i), at) for i, entry in enumerate(value)]
            elif key == "x-accepts":
                out[key] = self.register({"outcome": "ACCEPT", **value}, "refusal", here, at, None)
            elif key == "$ref":
                out[key] = self.reference(value, on, here, at)
            elif key != "x-requirement":
                out[key] = value
        return out

    def is_constraint(self, key: str, value: Json, place: Path) -> bool:
        if (
            key in STRUCTURE
            or key in ANNOTATIONS
            or key in DECLARATIONS
            or key in ("examples", "$schema", "$id", "$defs")
        ):
            return False
        if key == "additionalProperties":
            return value is False
        if key.startswith("x-"):
            known = find_rule(key[2:])
            if known is None or "value" not in known.on:
                raise self.fail((*place, key), f"unknown keyword {key!r}: no rule on values has this name")
            self.check_parameters(known.name, known.parameters, value, (*place, key))
        return True

    def reference(self, target: str, on: str, place: Path, at: Path) -> str:
        name = local_name(target)
        if not target.startswith("#/$defs/") or name not in self.definitions:
            raise self.fail(place, f"{target!r} names nothing in $defs of this file")
        if not self.definitions[name].get("x-family") and name not in self.normal:
            self.normal[name] = {}
            self.normal[name] = self.normalise(self.definitions[name], on, ("$defs", name), at)
        return target

    def requirement_map(
        self, schema: dict[str, Json], constraints: list[str], on: str, place: Path, at: Path
    ) -> dict[str, str]:
        declared = schema.get("x-requirement")
        if declared is None:
            raise self.fail(
                place, f"{', '.join(constraints)}: a constraint without a requirement; add x-requirement beside it"
            )
        here = (*place, "x-requirement")
        out: dict[str, str] = {}
        if isinstance(declared, dict | str):
            name = (
                self.known(declared, here)
                if isinstance(declared, str)
                else self.register(declared, on, here, at, schema)
            )
            out = dict.fromkeys(constraints, name)
        else:
            for index, entry in enumerate(declared):
                keywords = entry["keyword"] if isinstance(entry["keyword"], list) else [entry["keyword"]]
                about = schema if "required" in keywords else None
                name = (
                    self.known(entry["same-as"], (*here, index))
                    if "same-as" in entry
                    else self.register(entry, on, (*here, index), at, about)
                )
                for keyword in keywords:
                    head, _, part = keyword.partition("/")
                    if head not in schema or (part and part not in schema[head]):
                        raise self.fail((*here, index), f"there is no keyword {keyword!r} beside this requirement")
                    out[keyword] = name
        for keyword in constraints:
            parts = [key.partition("/")[2] for key in out if key.startswith(f"{keyword}/")]
            left = [part for part in schema[keyword] if part not in parts] if parts else []
            if keyword not in out and (left or not parts):
                what = ", ".join(f"{keyword}/{part}" for part in left) or keyword
                raise self.fail(place, f"{what}: a constraint without a requirement; add an entry to x-requirement")
        return out

    def known(self, name: str, place: Path) -> str:
        if name not in self.requirements:
            raise self.fail(place, f"{name!r} is not declared above in this dialect")
        return name

    def register_rule(self, entry: dict[str, Json], on: str, place: Path, at: Path) -> dict[str, Json]:
        known = find_rule(entry["rule"])
        if known is None:
            raise self.fail(place, f"unknown rule {entry['rule']!r}; no plugin of this name is installed")
        if on not in known.on:
            article = "an" if on == "answer" else "a"
            raise self.fail(
                place, f"the rule {entry['rule']!r} looks at {' or '.join(known.on)}, not at {article} {on}"
            )
        parameters = entry.get("with", {})
        self.check_parameters(known.name, known.parameters, parameters, (*place, "with"))
        when = entry.get("when")
        if when is not None and when not in self.definitions["request"]["properties"]:
            raise self.fail((*place, "when"), f"{when!r} is not among the properties of the request")
        entry = {"parameter": when, **entry}
        name = self.known(entry["same-as"], place) if "same-as" in entry else self.register(entry, on, place, at, None)
        return {"rule": known.name, "with": parameters, "when": when, "id": name}

    def check_parameters(self, name: str, schema: dict[str, Json], value: Json, place: Path) -> None:
        import jsonschema

        formats = jsonschema.FormatChecker(formats=())
        formats.checks("parameter")(lambda text: text in self.definitions["request"]["properties"])
        flaws = jsonschema.Draft202012Validator(schema, format_checker=formats).iter_errors(value)
        # A misspelt key is also a missing one, and the first says more.
        for error in sorted(flaws, key=lambda error: error.validator != "additionalProperties"):
            message = message_of(error)
            if error.validator == "format":
                message = f"{error.instance!r} is not among the properties of the request"
            raise self.fail((*place, *error.absolute_path), f"parameters of the rule {name!r}: {message}")

    def register(self, entry: dict[str, Json], on: str, place: Path, at: Path, schema: dict[str, Json] | None) -> str:
        name: str = entry["id"]
        expected = f"{self.about['dialect']}/{self.name}/"
        if not name.startswith(expected) or not re.fullmatch(r"[a-z0-9.-]+", name[len(expected) :]):
            raise self.fail(place, f"the id {name!r} has to be {expected} and then the flaw in lower case with dashes")
        if name in self.requirements:
            raise self.fail(place, f"the id {name!r} stands twice")
        document = self.about["document"]["file"]
        if not entry["source"].startswith(f"{document}#") and not entry.get("observed"):
            raise self.fail(place, f"the source {entry['source']!r} has to start with {document}#")
        if entry.get("account", name) not in (name, *self.about.get("account", {})):
            raise self.fail(place, f"the account fact {entry['account']!r} is not declared in dialect.yaml")
        outcome = entry.get("outcome", "UNSTATED")
        declared = SEVERITY_OF_OUTCOME[outcome]
        severity = entry.get("severity", "info" if entry.get("observed") else declared)
        self.requirements[name] = {
            "id": name,
            "dialect": self.about["dialect"],
            "operation": self.name,
            "on": on,
            "says": entry["says"],
            "source": entry["source"],
            "outcome": outcome,
            "severity": severity,
            "observed_severity": entry.get("observed-severity", declared if entry.get("observed") else severity),
            "hint": entry.get("hint"),
            "rule": entry.get("rule"),
            "account": entry.get("account"),
            "parameter": entry.get("parameter") or _parameter(on, at, schema),
            "reason": entry.get("reason"),
            "observed_only": bool(entry.get("observed")),
            "line": self.lines.of(place),
        }
        return name

    def classes(self) -> dict[str, Json]:
        """The folded schemas by kind of model, equal ones shared, and the tables that choose among them."""
        folded: list[dict[str, Json]] = []
        index_of: dict[str, int] = {}

        def index(name: str, request: Json) -> int:
            fold = self.fold_for(request)
            key = json.dumps(fold, sort_keys=True)
            if key not in index_of:
                index_of[key] = len(folded)
                folded.append({"name": name, **fold})
            return index_of[key]

        parameter = self.about.get("model-parameter", "model")
        models: dict[str, int] = {}
        patterns: list[Json] = []
        for model, facts in self.about["models"].items():
            if self.name not in facts.get("operations", (self.name,)):
                continue
            if "pattern" in facts:
                patterns.append([facts["pattern"], index(model, {parameter: facts["sample"]})])
            else:
                models[model] = index(model, {parameter: model})
        absent = [
            [case.get("when-any-of", []), index(case["name"], dict.fromkeys(case.get("when-any-of", [])[:1]))]
            for case in self.about.get("absent-model", [])
        ]
        return {
            "model-parameter": parameter,
            "models": models,
            "patterns": patterns,
            "absent": absent or [[[], index("no model", {})]],
            "unlisted": index("an unlisted model", {parameter: UNLISTED_SAMPLE}),
            "unknown": index("an unknown request", None),
            "classes": folded,
        }

    def fold_for(self, request: Json) -> dict[str, Json]:
        exchange = {} if request is None else {"request": request}
        out: dict[str, Json] = {}
        for section in SECTIONS:
            if section not in self.normal:
                continue
            sample = (request or {}) if section == "request" else exchange
            fold = Folder(self.normal, sample).fold(self.normal[section])
            self.check_fold(fold, section)
            out[section] = fold
        return out

    def check_fold(self, fold: dict[str, Json], section: str) -> None:
        """Refuses what folding leaves at a place where the engine would not see it, and slips of the pen."""
        for part in fold.get("allOf", ()):
            for branch in (part, part.get("then", {}), part.get("else", {})):
                if hidden := [
                    key
                    for key in _keys_below(branch)
                    if key == "x-rules" or (key.startswith("x-") and key not in DECLARATIONS)
                ]:
                    raise self.fail(
                        ("$defs", section),
                        f"{hidden[0]} stands under a condition that is not about the model; only models select rules",
                    )
        declared = self.normal[section]
        if section != "request" or declared.get("additionalProperties") is not False:
            return
        for name in fold.get("properties", {}):
            if name not in declared["properties"]:
                raise self.fail(("$defs", section), f"a branch names {name!r}, which is not among the properties above")


def _keys_below(schema: Json) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "properties":
                for sub in value.values():
                    yield from _keys_below(sub)
            else:
                yield key
                if key in ("items", "then", "else"):
                    yield from _keys_below(value)
                elif key == "allOf":
                    for part in value:
                        yield from _keys_below(part)


def _parameter(on: str, at: Path, schema: dict[str, Json] | None) -> str | None:
    if on == "request" or (on == "refusal" and at[:1] != ("answer",)):  # a permission stands at its parameter
        if at:
            return str(at[0])
        required = (schema or {}).get("required", [])
        return required[0] if len(required) == 1 else None
    inner = at[1:] if at[:1] in (("answer",), ("events",)) else at
    return ".".join(str(step) for step in inner).replace(".*", "[]") or None
