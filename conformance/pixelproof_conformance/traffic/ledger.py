"""The books of one process: the tally of a piece, the names of models, and what counts as kept."""

from dataclasses import dataclass

from pixelproof import Dialect, Operation
from pixelproof._values import Profile

from pixelproof_conformance.model import Json
from pixelproof_conformance.traffic.alone import Alone
from pixelproof_conformance.traffic.arrival import Arrival, facts_of
from pixelproof_conformance.traffic.put_to_test import PutToTest
from pixelproof_conformance.traffic.routing import origin_of
from pixelproof_conformance.traffic.tally import MOST_ADDRESSES, Key, Tally

UNLISTED = "an unlisted model"
_UNHEARD_OF = "pixelproof-unheard-of-model"
_MOST_SHAPES = 5000
_MOST_SHOWN = 500
_MOST_LABELS = 5000


@dataclass(frozen=True, slots=True)
class Terms:
    """By what traffic is judged.

    ``operation`` is that of exchanges without an address, ``routes`` name the operation of further paths, ``aliases``
    the documented name of a model by the name that was sent.
    """

    dialect: str
    dialect_path: tuple[str, ...] = ()
    profile: Profile = "document"
    account: tuple[tuple[str, bool], ...] = ()
    operation: str | None = None
    routes: tuple[tuple[str, str], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    most_examples: int = 3


class Ledger:
    """What is counted; :meth:`close` ends a piece and gives its tally."""

    def __init__(self, dialect: Dialect, terms: Terms) -> None:
        self.dialect = dialect
        self.terms = terms
        self.account = dict(terms.account)
        self.tally = Tally(terms.most_examples)
        self.put_to_test = PutToTest()
        self.arrival = Arrival(dialect)
        self.alone = Alone(dialect)
        self.labels: dict[tuple[str, str], str] = {}
        self._aliases = dict(terms.aliases)
        self._shapes: dict[tuple[str, str, int | None, frozenset[str]], int] = {}
        self._shown: set[Key] = set()
        self._kept: dict[tuple[str, str, frozenset[str]], int] = {}

    def close(self) -> Tally:
        """The tally since the last time."""
        self._count_shapes()
        done, self.tally = self.tally, Tally(self.terms.most_examples)
        return done

    def exchange(self, operation: Operation, model: str, status: int | None, count: int = 1) -> None:
        """Count exchanges of an operation."""
        exchanges = self.tally.exchanges
        key = (operation.name, model, status)
        exchanges[key] = exchanges.get(key, 0) + count

    def came_from(self, address: str | None) -> None:
        """Count the origin of a URL; a path has none."""
        if address is not None and address[:1] != "/" and (origin := origin_of(address)) is not None:
            origins = self.tally.origins
            if origin in origins or len(origins) < MOST_ADDRESSES:
                origins[origin] = origins.get(origin, 0) + 1

    def is_first(self, key: Key) -> bool:
        """Whether a finding is the first of its kind; in the order of the traffic the first of all is among these."""
        if key in self._shown or len(self._shown) >= _MOST_SHOWN:
            return False
        self._shown.add(key)
        return True

    def undecided(self, reason: str) -> None:
        """Count an answer that decides nothing."""
        self.tally.undecided[reason] = self.tally.undecided.get(reason, 0) + 1

    def label(self, operation: Operation, request: Json) -> str:
        """The name under which a model is listed: as the document names it; names that it does not know are one."""
        model = request.get(operation.model_parameter) if isinstance(request, dict) else None
        if model is None or not isinstance(request, dict):
            return operation.model_class(request).name
        if not isinstance(model, str):
            return UNLISTED
        label = self.labels.get((operation.name, model))
        if label is None:
            unheard = operation.model_class({operation.model_parameter: _UNHEARD_OF})
            known = model in operation.models or operation.model_class(request) is not unheard
            label = model if known and len(self.labels) < _MOST_LABELS else UNLISTED
            if len(self.labels) < _MOST_LABELS:
                self.labels[operation.name, model] = label
        return label

    def renamed(self, operation: Operation, request: Json) -> Json:
        """The request with the documented name of its model."""
        model = request.get(operation.model_parameter) if self._aliases and isinstance(request, dict) else None
        if isinstance(model, str) and model in self._aliases:
            return {**request, operation.model_parameter: self._aliases[model]}
        return request

    def accepted(self, operation: str, model: str, status: int | None, request: dict[str, Json]) -> None:
        """Count the parameters of a request that was accepted as it should be; with a status, the exchange as well."""
        shape = (operation, model, status, frozenset(request))
        shapes = self._shapes
        if shape in shapes:
            shapes[shape] += 1
            return
        shapes[shape] = 1
        if len(shapes) > _MOST_SHAPES:
            self._count_shapes()

    def passed(self, operation: Operation, model: str, requirements: frozenset[str]) -> None:
        """Count requirements as kept."""
        key = (operation.name, model, requirements)
        self._kept[key] = self._kept.get(key, 0) + 1
        if len(self._kept) > _MOST_SHAPES:
            self._count_shapes()

    def _count_shapes(self) -> None:
        for (name, model, status, parameters), count in self._shapes.items():
            operation = self.dialect.operation(name)
            if status is not None:
                self.exchange(operation, model, status, count)
            for requirement in {operation.permission, *map(operation.permissions.get, parameters)}:
                if requirement is not None:
                    self._pass((name, model, requirement), count)
        self._shapes.clear()
        observed = self.terms.profile == "observed"
        for (name, model, requirements), count in self._kept.items():
            for requirement in requirements:
                if observed or not facts_of(self.dialect, name, requirement).observed_only:
                    self._pass((name, model, requirement), count)
        self._kept.clear()

    def _pass(self, key: tuple[str, str, str], count: int) -> None:
        self.tally.passed[key] = self.tally.passed.get(key, 0) + count
