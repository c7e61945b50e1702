"""What a variant is: one other defensible reading of the documents, as data and a deviation."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pixelproof import Dialect

from pixelproof_conformance.gateway.calls import Call
from pixelproof_conformance.gateway.faults.deviation import Deviation

Open: TypeAlias = Literal["", "some", "operation"]


@dataclass(frozen=True, slots=True)
class Variant:
    """One reading that a document leaves open: its ``name``, what it ``says``, and ``why`` no document speaks against.

    ``deviation`` makes what the gateway does otherwise, anew for each gateway. ``dialects`` are those where it is
    legal, all when it is empty; ``operations`` are those that it concerns. ``models`` show it where the first model of
    an operation does not. ``warns`` are the flaws that a run may report as warnings, because the document has a
    decision on them that is no error. ``leaves_open`` says what a run may end undecided: ``some`` requirements, or
    whatever belongs to an ``operation`` or model that is not there.
    """

    name: str
    says: str
    why: str
    deviation: Callable[[], Deviation] = field(repr=False, compare=False)
    dialects: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    leaves_open: Open = ""

    def is_legal_in(self, dialect: Dialect) -> bool:
        """Whether the document of ``dialect`` leaves room for it."""
        known = not self.dialects or dialect.name in self.dialects
        return known and (not self.operations or bool(set(self.operations) & set(dialect.operations)))

    def concerns(self, call: Call) -> bool:
        """Whether it changes anything for the operation that is called."""
        legal = not self.dialects or call.operation.dialect in self.dialects
        return legal and (not self.operations or call.operation.name in self.operations)
