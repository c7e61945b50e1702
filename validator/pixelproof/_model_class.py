"""The kinds of models that a document treats alike, each with its own flat schemas."""

from typing import Literal, overload

from jiter import from_json

from pixelproof._compiled import CompiledSection
from pixelproof._request_section import RequestSection
from pixelproof._values import Requirement


class ModelClass:
    """The sections of the models that a document treats alike, compiled when they are first needed."""

    def __init__(self, data: dict[str, str], requirements: dict[str, Requirement]) -> None:
        self.name = data["name"]
        self._schemas = data  # as JSON text, because a run needs few of them
        self._requirements = requirements
        self._sections: dict[str, CompiledSection] = {}

    @overload
    def section(self, name: Literal["request"]) -> RequestSection: ...

    @overload
    def section(self, name: str) -> CompiledSection: ...

    def section(self, name: str) -> CompiledSection:
        """The compiled section ``request``, ``answer``, ``stream`` or ``refusal``."""
        section = self._sections.get(name)
        if section is None:
            schema = from_json(self._schemas.get(name, "{}").encode())
            kind = RequestSection if name == "request" else CompiledSection
            section = self._sections[name] = kind(schema, self._requirements)
        return section
