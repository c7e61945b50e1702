"""Judging recorded exchanges one after the other: the short way of most lines of most logs, and the long way.

The long way, and what is concluded, is :mod:`pixelproof_conformance.traffic.judgement`.
"""

from pixelproof import Dialect, Operation, Verdict
from pixelproof._values import VALID

from pixelproof_conformance.judge import OUTCOME_OF_SEVERITY
from pixelproof_conformance.model import Json
from pixelproof_conformance.traffic.judgement import Judgement, is_promised
from pixelproof_conformance.traffic.ledger import Ledger, Terms
from pixelproof_conformance.traffic.recorded import Recorded
from pixelproof_conformance.traffic.routing import Routes
from pixelproof_conformance.traffic.tally import Key, Place, Tally

_MOST_KNOWN = 4096


class Judge:
    """Judges exchange after exchange; :meth:`close` ends a piece and gives its tally."""

    def __init__(self, dialect: Dialect, terms: Terms) -> None:
        self._dialect = dialect
        self._ledger = Ledger(dialect, terms)
        self._routes = Routes(dialect, dict(terms.routes), terms.operation)
        self._plain = not terms.aliases
        self._known: dict[tuple[str | None, str], Operation] = {}
        self._account = self._ledger.account
        self._profile = terms.profile
        self._labels = self._ledger.labels

    @property
    def tally(self) -> Tally:
        """The tally of the piece under way."""
        return self._ledger.tally

    def close(self) -> Tally:
        """The tally since the last time."""
        return self._ledger.close()

    def quick(self, value: dict[str, Json]) -> bool:
        """Judge a JSON request that was accepted, as it should be, and was recorded without its answer.

        Returns False for any other; nothing is counted then, and :meth:`take` has to see it. This is the way of most
        lines of most logs, so it looks nothing up twice and makes nothing that it does not need.
        """
        request, status = value["request"], value.get("status")
        address = value.get("url") or value.get("path")
        if type(status) is not int or not 200 <= status < 300 or type(address) is not str or not self._plain:
            return False
        operation = self._known.get((value.get("method"), address)) or self._route(value.get("method"), address)
        if operation is None:
            return False
        ledger = self._ledger
        verdict = operation.validate_request(request, account=self._account, profile=self._profile)
        try:
            label = self._labels[operation.name, request[operation.model_parameter]]
        except (KeyError, TypeError):
            label = ledger.label(operation, request)
        if verdict is not VALID and not self._noted(operation, label, verdict):
            return False
        if verdict is VALID or is_promised(operation, verdict):
            ledger.accepted(operation.name, label, status, request)
        else:
            ledger.exchange(operation, label, status)
        if address[0] != "/":
            ledger.came_from(address)
        return True

    def _route(self, method: str | None, address: str) -> Operation | None:
        """The operation with a JSON body that an address belongs to."""
        operation = self._routes.operation(method, address)
        if isinstance(operation, str) or operation.is_form:
            return None
        if len(self._known) < _MOST_KNOWN:
            self._known[method, address] = operation
        return operation

    def _noted(self, operation: Operation, model: str, verdict: Verdict) -> bool:
        """Count the findings on a request that need no further example; False when one does, or is an error."""
        if verdict.verdict == "invalid":
            return False
        groups, most = self._ledger.tally.groups, self._ledger.terms.most_examples
        found = []
        for finding in verdict.findings:
            outcome = OUTCOME_OF_SEVERITY[finding.severity]
            group = groups.get(Key("client", operation.name, model, finding.requirement, outcome, finding.parameter))
            if group is None or len(group.examples) < most or finding.parameter not in operation.parameters:
                return False
            found.append(group)
        for group in found:
            group.seen += 1
        return True

    def take(self, one: Recorded, place: Place) -> None:
        """Judge an exchange."""
        ledger = self._ledger
        if one.dialect is not None and one.dialect != self._dialect.name:
            ledger.tally.leave_out(f"dialect {one.dialect[:40]}")
            return
        if one.operation is not None:
            operation = self._routes.named(one.operation)
        else:
            operation = self._routes.operation(one.method, one.address)
        if isinstance(operation, str):
            ledger.tally.leave_out(operation)
            return
        ledger.came_from(one.address)
        Judgement(ledger, operation, one, place).reach()
