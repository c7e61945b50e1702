"""The page of our own file formats, read from the meta-schemas: every field with its type and its meaning."""

from collections.abc import Iterator
from dataclasses import dataclass

from pixelproof._locate import schemas_root
from pixelproof._values import Json
from pixelproof._yaml import read_yaml

from pixelproof_conformance.reference.markdown import code, link, page, prose, slug, table

_ORDER = (
    *("dialect", "operation", "fixture", "exchange", "traffic"),
    *("journal", "report", "comparison", "evidence", "audit", "prices", "waivers", "wire", "har"),
)
_OPENING = """\
Each format of ours is described by a JSON Schema in [`schemas/meta`](../schemas/meta), and this page is made from
these files. In the name of a field, `a.b` is the field `b` of the object `a`, `a[]` is each item of an array, and
`a.*` is each value of an object whose keys are free.
"""
_MOST_VALUES = 12
_LONGEST_PATTERN = 32


@dataclass(frozen=True, slots=True)
class Field:
    """One row: the field with its path, whether it is needed, what it may hold, and what it means."""

    name: str
    needed: bool
    holds: str
    meaning: str


def formats_page() -> str:
    """The page as Markdown."""
    schemas = {name: _schema(name) for name in _ORDER}
    titles = [schema["title"] for schema in schemas.values()]
    lines = ["# File formats", "", _OPENING]
    lines += [f"- {link(title.replace('*', '…'), f'#{slug(title)}')}" for title in titles]
    lines.append("")
    for name, schema in schemas.items():
        lines += _Format(name, schema).section()
    return page(lines)


def _schema(name: str) -> dict[str, Json]:
    path = schemas_root() / "meta" / f"{name}.yaml"
    schema, _ = read_yaml(path.read_text(encoding="utf-8"), str(path))
    found: dict[str, Json] = schema
    return found


class _Format:
    """One meta-schema; definitions that are objects get a table of their own."""

    def __init__(self, name: str, schema: dict[str, Json]) -> None:
        self.name = name
        self.schema = schema
        self.definitions: dict[str, Json] = schema.get("$defs", {})

    def section(self) -> Iterator[str]:
        """The lines of the format: its description, its fields, and those of its parts."""
        yield f"## {self.schema['title']}"
        yield ""
        yield prose(self.schema["description"])
        yield ""
        yield f"Schema: {link(code(f'schemas/meta/{self.name}.yaml'), f'../schemas/meta/{self.name}.yaml')}"
        yield ""
        yield from self.fields(self.schema)
        for name, node in self.definitions.items():
            if self.has_fields(node):
                yield f"### {self.name}: {name}"
                yield ""
                if "description" in node:
                    yield prose(node["description"])
                    yield ""
                yield from self.fields(node)

    def fields(self, node: dict[str, Json]) -> Iterator[str]:
        rows = [*self.rows(node, "")]
        if rows:
            cells = ((code(row.name), "yes" if row.needed else "", row.holds, row.meaning) for row in rows)
            yield from table(("Field", "Needed", "Holds", "Meaning"), cells)
            yield ""

    def has_fields(self, node: Json) -> bool:
        """Whether ``node`` has a table of its own."""
        return bool(next(self.rows(node, ""), None))

    def rows(self, node: Json, path: str) -> Iterator[Field]:
        """The fields of an object and of the objects within it; what a reference names is left to its own table."""
        for alternative in (node, *node.get("oneOf", ())):
            for name, raw in alternative.get("properties", {}).items():
                if raw is False or raw == {}:
                    continue
                where = f"{path}.{name}" if path else name
                yield Field(where, name in alternative.get("required", ()), self.holds(raw), self.meaning(raw))
                yield from self.below(raw, where)

    def below(self, raw: Json, path: str) -> Iterator[Field]:
        """The fields of the objects that ``raw`` holds in itself."""
        if raw is True or "$ref" in raw:
            return
        yield from self.rows(raw, path)
        extra = raw.get("additionalProperties")
        if isinstance(extra, dict) and "$ref" not in extra and extra.get("properties"):
            yield from self.rows(extra, f"{path}.*")
        items = raw.get("items")
        if isinstance(items, dict) and "$ref" not in items:
            yield from self.rows(items, f"{path}[]")

    def resolved(self, raw: Json) -> dict[str, Json]:
        if raw is True:
            return {}
        if "$ref" in raw:
            return {**self.definitions[raw["$ref"].rpartition("/")[2]], **raw}
        found: dict[str, Json] = raw
        return found

    def meaning(self, raw: Json) -> str:
        node = self.resolved(raw)
        return prose(node.get("description", "")).replace("\n", " ").strip()

    def holds(self, raw: Json) -> str:
        """What the values of a field are, in words."""
        if raw is True:
            return "any value"
        if "$ref" in raw:
            name = raw["$ref"].rpartition("/")[2]
            if self.has_fields(self.definitions[name]):
                return link(name, f"#{slug(f'{self.name}: {name}')}")
            return self.holds(self.definitions[name])
        for key in ("anyOf", "oneOf"):
            if key in raw and "type" not in raw:
                return " or ".join(dict.fromkeys(self.holds(part) for part in raw[key]))
        if "const" in raw:
            return code(str(raw["const"]).lower() if isinstance(raw["const"], bool) else str(raw["const"]))
        if "enum" in raw:
            values = [code("null" if value is None else str(value)) for value in raw["enum"][:_MOST_VALUES]]
            return ", ".join(values)
        return self.kinds(raw)

    def kinds(self, raw: dict[str, Json]) -> str:
        kinds = raw.get("type", "any value")
        said = []
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            items, extra = raw.get("items"), raw.get("additionalProperties")
            if kind == "array" and isinstance(items, dict):
                said.append(f"array of {self.holds(items)}")
            elif kind == "object" and isinstance(extra, dict) and not extra.get("properties"):
                said.append(f"object of {self.holds(extra)}")
            else:
                said.append(kind)
        short = len(raw.get("pattern", "")) in range(1, _LONGEST_PATTERN)
        pattern = f", like {code(raw['pattern'])}" if short and "x-hint" not in raw else ""
        return f"{' or '.join(said)}{pattern}"
