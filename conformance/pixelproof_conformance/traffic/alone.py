"""Wire checks that one recorded exchange alone can show: what refusals look like, and what accepted answers hold."""

from pixelproof import Dialect, Finding, Operation
from pixelproof._wire_table import WireCheck

from pixelproof_conformance.model import Case, Json, Observation, Record
from pixelproof_conformance.subject import subjects_of
from pixelproof_conformance.traffic.recorded import Recorded
from pixelproof_conformance.wire_checks import answers, refusals
from pixelproof_conformance.wire_checks.ground import Exchange, Ground
from pixelproof_conformance.wire_checks.probing import chosen_checks

CHECKS = (
    refusals.PAGE,
    refusals.NO_OBJECT,
    refusals.DETAIL,
    refusals.INCOMPLETE,
    refusals.SUCCESS,
    answers.CREATED,
    answers.ONE_OF_TWO,
    answers.NULLS,
    answers.NOTHING,
)
"""The others need requests that nobody sends by chance, or several answers side by side."""


class Alone:
    """Judges recorded exchanges of one dialect by these checks."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._grounds: dict[str, Ground] = {}

    def observations(
        self, operation: Operation, one: Recorded, fields: Json, message: Json, *, streamed: bool, promised: bool
    ) -> list[Observation]:
        """What an exchange says of them.

        ``fields`` are those of the request, ``message`` is the answer or the list of its events. ``promised`` says that
        the request had to be accepted; answers to others may be anything.
        """
        ground = self._ground(operation)
        exchange = _Seen(_case(operation, fields, promised=promised), _record(one), message, streamed=streamed)
        return [*refusals.judge(ground, [exchange]), *answers.judge(ground, [exchange])]

    def finding(self, seen: Observation) -> Finding:
        """A broken check as a finding."""
        check = self._check(seen.requirement)
        return Finding(
            check.id,
            check.severity,
            "WIRE",
            "",
            seen.parameter,
            seen.message,
            seen.expected,
            seen.actual,
            f"wire.yaml#{check.id.removeprefix('wire/')}",
            check.hint,
        )

    def _check(self, name: str) -> WireCheck:
        return next(ground.checks[name] for ground in self._grounds.values() if name in ground.checks)

    def _ground(self, operation: Operation) -> Ground:
        ground = self._grounds.get(operation.name)
        if ground is None:
            subject = subjects_of(self._dialect, operation)[0]  # none of them depends on the model
            chosen = chosen_checks(subject)
            ground = Ground(subject, {name: chosen[name] for name in CHECKS if name in chosen})
            self._grounds[operation.name] = ground
        return ground


class _Seen(Exchange):
    """An exchange whose answer is parsed already."""

    def __init__(self, case: Case, record: Record, message: Json, *, streamed: bool) -> None:
        super().__init__(case, record)
        # What is set here is never worked out from the record.
        self.answer = None if streamed else message
        self.events = message if streamed and isinstance(message, list) else []


def _case(operation: Operation, fields: Json, *, promised: bool) -> Case:
    body = fields if isinstance(fields, dict) else {}
    return Case("", "explore", operation.name, "", body, "accepted" if promised else "either")


def _record(one: Recorded) -> Record:
    return Record(
        case="",
        url="",
        sent=b"",
        sent_content_type="",
        started="",
        seconds=0.0,
        status=one.status,
        headers={} if one.answer_type is None else {"content-type": one.answer_type},
        body=one.answer if isinstance(one.answer, bytes) else b"",
    )
