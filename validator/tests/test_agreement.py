"""The engine agrees with plain JSON Schema: the ``jsonschema`` package on the files as they stand.

Payloads are made from the schemas themselves: listed values, both sides of each limit, values of other places, and
values that are of no use anywhere.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st
from pixelproof import File, Operation, Verdict, known_dialects, load_dialect
from pixelproof._compiled import Broken, CompiledSection
from pixelproof._form import read_form
from pixelproof._nulls import without_nulls
from pixelproof._yaml import read_yaml

OPERATIONS = [
    load_dialect(dialect).operation(operation)
    for dialect in known_dialects()
    for operation in load_dialect(dialect).operations
]
NASTY: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        2,
        10,
        11,
        1.0,
        1.5,
        100,
        101,
        10**20,
        -(10**40),
        0.5,
        [],
        [1],
        {},
        {"a": 1},
        [None],
    ),
    *("", " ", "a", "auto", "AUTO", "1", "true", "1024x1024", "x" * 1001, "🦊" * 1001, "b64_json", "null", [[]], [{}]),
]
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de")


@cache
def file_of(operation: Operation) -> dict[str, Any]:
    """Return the schema file of an operation as plain values."""
    path = load_dialect(operation.dialect).folder / f"{operation.name}.yaml"
    content: dict[str, Any] = read_yaml(path.read_text(encoding="utf-8"), str(path))[0]
    return content


@cache
def plain(operation: Operation, section: str) -> Any:
    """Return the validator of one section of the file as it stands."""
    definitions = file_of(operation)["$defs"]
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{section}", "$defs": definitions})


@cache
def flat(section: CompiledSection) -> Any:
    """Return the validator of one folded section, outside our engine."""
    return jsonschema.Draft202012Validator(section.schema)


def values_in(schema: Any) -> Iterator[Any]:
    """Yield the listed values of a schema and of all below it, and both sides of each of their limits."""
    if isinstance(schema, list):
        for part in schema:
            yield from values_in(part)
    if not isinstance(schema, dict):
        return
    yield from schema.get("enum", ())
    if "const" in schema:
        yield schema["const"]
    for keyword in ("minimum", "maximum", "exclusiveMinimum", "multipleOf"):
        if keyword in schema:
            yield from (schema[keyword] - 1, schema[keyword], schema[keyword] + 1)
    for keyword in ("minLength", "maxLength"):
        if keyword in schema:
            yield from ("a" * schema[keyword], "a" * (schema[keyword] + 1), "🦊" * schema[keyword])
    for key, value in schema.items():
        if key not in ("x-requirement", "x-rules", "x-accepts", "enum", "const"):
            yield from values_in(value)


def properties_in(schema: Any, definitions: dict[str, Any], depth: int = 0) -> dict[str, list[Any]]:
    """Return the schemas of each property of an object, wherever conditions and references have put them."""
    found: dict[str, list[Any]] = {}
    if not isinstance(schema, dict) or depth > 6:
        return found
    parts = [schema[key] for key in ("then", "else", "if") if key in schema] + schema.get("allOf", [])
    if "$ref" in schema:
        parts.append(definitions[schema["$ref"].rpartition("/")[2]])
    for name, sub in schema.get("properties", {}).items():
        found.setdefault(name, []).append(sub)
    for part in parts:
        for name, subs in properties_in(part, definitions, depth + 1).items():
            found.setdefault(name, []).extend(subs)
    return found


def like(schemas: list[Any], definitions: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of the kind that the schemas describe, together with some that they refuse."""
    joined = {"allOf": schemas}
    names = properties_in(joined, definitions)
    items = [sub for sub in _everywhere(joined, "items", definitions) if isinstance(sub, dict)]
    listed = [value for value in values_in(schemas) if not isinstance(value, dict | list)]
    choices: list[st.SearchStrategy[Any]] = [st.sampled_from(listed)] * 3 if listed else []
    if names and depth < 5:
        inner = {name: like(subs, definitions, depth + 1) for name, subs in names.items()}
        choices += [_objects(inner, _required(joined, definitions))] * 4
    if items and depth < 5:
        choices += [st.lists(like(items, definitions, depth + 1), max_size=3)] * 4
    return st.one_of(*choices, st.sampled_from(NASTY))


def _objects(inner: dict[str, st.SearchStrategy[Any]], required: set[str]) -> st.SearchStrategy[Any]:
    known = {name: strategy for name, strategy in inner.items() if name in required}
    return st.one_of(
        st.fixed_dictionaries(known, optional={name: s for name, s in inner.items() if name not in required}),
        st.dictionaries(st.sampled_from([*inner, "unlisted"]), st.one_of(*inner.values()), max_size=4),
    )


def _required(schema: Any, definitions: dict[str, Any]) -> set[str]:
    return {name for names in _everywhere(schema, "required", definitions) for name in names}


def _everywhere(schema: Any, key: str, definitions: dict[str, Any], depth: int = 0) -> Iterator[Any]:
    """Yield the values of a keyword in a schema and in what its conditions and references add at the same place."""
    if not isinstance(schema, dict) or depth > 6:
        return
    if key in schema:
        yield schema[key]
    parts = [schema[name] for name in ("then", "else") if name in schema] + schema.get("allOf", [])
    if "$ref" in schema:
        parts.append(definitions[schema["$ref"].rpartition("/")[2]])
    for part in parts:
        yield from _everywhere(part, key, definitions, depth + 1)


@cache
def strategy(operation: Operation, section: str) -> st.SearchStrategy[Any]:
    """Return the messages of one section: bodies, answers, refusals or lists of events."""
    definitions = file_of(operation)["$defs"]
    inner = {"request": None, "stream": "events"}.get(section, "answer")
    schemas = [definitions[section]]
    if inner is not None:
        schemas = properties_in(definitions[section], definitions).get(inner, [{}])
    return like(schemas, definitions)


@cache
def requests(operation: Operation) -> st.SearchStrategy[Any]:
    """Return bodies that name every kind of model often, and none, and some that nobody knows."""
    parameters = properties_in(file_of(operation)["$defs"]["request"], file_of(operation)["$defs"])
    listed = [facts.get("sample", name) for name, facts in load_dialect(operation.dialect).about["models"].items()]
    models = [*listed, "nobody", "openai/gpt-image-1", "", 5, None]
    definitions = file_of(operation)["$defs"]
    inner = {name: like(subs, definitions, 1) for name, subs in parameters.items()}
    inner[operation.model_parameter] = st.sampled_from(models)
    few = st.lists(st.sampled_from([*inner, "unlisted"]), max_size=5, unique=True)
    base = st.sampled_from([{"prompt": "A fox"}, {"prompt": "A fox", operation.model_parameter: listed[0]}, {}])

    def filled(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
        return st.fixed_dictionaries({name: inner.get(name, st.sampled_from(NASTY)) for name in names})

    return st.tuples(base, few.flatmap(filled)).map(lambda pair: {**pair[0], **pair[1]})


@cache
def schema_requirements(section: CompiledSection) -> tuple[frozenset[str], frozenset[str]]:
    """Return the requirements of JSON Schema keywords in a section, and those that rules in Python check."""
    keywords: set[str] = set()
    rules = {entry.requirement for entry in (*section.rules, *section.unreadable_rules, *section.null_rules)}
    rules |= {name for entry in section.value_rules for name in entry.parts.values()}

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            for keyword, name in node.get("x-requirement", {}).items() if "x-requirement" in node else ():
                if not keyword.startswith("x-"):
                    keywords.add(name)
            for key, value in node.items():
                if key not in ("x-requirement", "x-rules"):
                    walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(section.schema)
    return frozenset(keywords), frozenset(rules)


def broken_by_engine(verdict: Verdict, section: CompiledSection) -> tuple[set[str], set[str]]:
    """Return the places at the top that the engine finds broken: those surely by the schema, and those perhaps."""
    keywords, rules = schema_requirements(section)
    surely, perhaps = set(), set()
    for finding in verdict.findings:
        if finding.requirement in keywords:
            place = finding.pointer[1:].partition("/")[0].replace("~1", "/").replace("~0", "~")
            perhaps.add(place)
            if finding.requirement not in rules:
                surely.add(place)
    return surely, perhaps


def broken_by_plain(validator: Any, instance: Any, depth: int) -> set[str]:
    """Return the places at the top that plain JSON Schema finds broken, ``depth`` steps below its own root."""
    found = set()
    for error in validator.iter_errors(instance):
        path = [str(step) for step in error.absolute_path][depth:]
        if path:
            found.add(path[0])
        elif error.validator == "required":
            found.add(next(name for name in error.validator_value if repr(name) in error.message))
        elif error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            found |= {name for name in error.instance if name not in known}
        else:
            found.add("")
    return found


def compare(verdict: Verdict, section: CompiledSection, validator: Any, instance: Any, depth: int) -> None:
    """The engine, the folded schema and the file as it stands say the same of one instance."""
    surely, perhaps = broken_by_engine(verdict, section)
    expected = broken_by_plain(validator, instance, depth)
    assert surely <= expected <= perhaps, (
        f"engine {sorted(perhaps)}, plain JSON Schema {sorted(expected)}: {instance!r}"
    )
    assert flat(section).is_valid(instance) is (not expected)


def known(operation: Operation, request: Any) -> dict[str, Any]:
    """Return the part of an exchange that says what was asked, as the engine knows it."""
    asked = operation.known_request(request)
    return {} if asked is None else {"request": asked}


operations = st.sampled_from(OPERATIONS)


@settings(max_examples=300)
@given(operations, st.data())
def test_parameters_one_by_one(operation: Operation, data: st.DataObject) -> None:
    """Asked about parameter by parameter, the engine finds what it finds in the whole request, in the same order."""
    body, _ = without_nulls(data.draw(requests(operation)))
    section = operation.model_class(body).section("request")

    def in_order(value: Any) -> str:
        return json.dumps(value, sort_keys=True, default=repr)  # the engine gives objects back in an order of its own

    def listed(found: list[Broken]) -> list[tuple[Any, ...]]:
        entries = [(entry[1][:1], entry[0].id, entry[1], *map(in_order, entry[2:])) for entry in found]
        return sorted(entries, key=lambda entry: str(entry[0]))

    assert listed(section.broken_keywords(body)) == listed(CompiledSection.broken_keywords(section, body))


@settings(max_examples=500)
@given(operations, st.data())
def test_requests(operation: Operation, data: st.DataObject) -> None:
    """A request breaks the same parameters for the engine as for plain JSON Schema, whatever the model."""
    body, _ = without_nulls(data.draw(requests(operation)))
    files: tuple[File, ...] = ()
    instance = body
    if operation.is_form:
        fields = st.sampled_from([name for name, kind in operation.forms.items() if kind in ("file", "files")])
        names = data.draw(st.lists(fields, max_size=3))
        files = tuple(File(name, data.draw(st.sampled_from([PNG, b"text"])), "a.png") for name in names)
        instance, _ = without_nulls(read_form(operation.forms, body, files).fields)
    section = operation.model_class(instance).section("request")
    verdict = operation.validate_request(body, files=files)
    compare(verdict, section, plain(operation, "request"), instance, 0)


@settings(max_examples=300)
@given(operations, st.sampled_from(["answer", "refusal"]), st.data())
def test_answers(operation: Operation, name: str, data: st.DataObject) -> None:
    """An answer and a refusal break the same keys for both, whatever the request was."""
    answer, _ = without_nulls(data.draw(strategy(operation, name)))
    request = data.draw(st.none() | requests(operation))
    status = 200 if name == "answer" else 400
    asked = {} if operation.is_form and status >= 400 else known(operation, request)
    section = operation.model_class(asked.get("request")).section(name)
    verdict = operation.validate_response(answer, request=request if asked else None, status=status)
    compare(verdict, section, plain(operation, name), {**asked, "status": status, "answer": answer}, 1)


@settings(max_examples=200)
@given(operations.filter(lambda operation: "stream" in file_of(operation)["$defs"]), st.data())
def test_streams(operation: Operation, data: st.DataObject) -> None:
    """A stream breaks the same events for both."""
    drawn = data.draw(strategy(operation, "stream"))
    events = (
        [event if isinstance(event, dict) else {"data": event} for event in drawn] if isinstance(drawn, list) else []
    )
    request = data.draw(st.none() | requests(operation))
    asked = known(operation, request)
    section = operation.model_class(asked.get("request")).section("stream")
    verdict = operation.validate_stream(events, request=request)
    compare(verdict, section, plain(operation, "stream"), {**asked, "status": 200, "events": events}, 1)
