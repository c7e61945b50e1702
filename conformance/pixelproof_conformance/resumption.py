"""Which records of an earlier run stand for a case of this one, so that nothing is paid for twice.

A record stands when the endpoint accepted the request or refused it. What decided nothing is asked again: a rate limit,
a server error, a connection that was not made, a missing route, a refused key. What may have been paid for without a
whole answer stands as well, unless the user wants to pay for it again. A record stands only for the very request that
it holds: another seed, alias or version of pixelproof may make another one.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from pixelproof import Operation
from pixelproof._multipart import parse_multipart

from pixelproof_conformance.asking import STILL_THERE
from pixelproof_conformance.judge import NO_ACCESS, TRY_AGAIN, read
from pixelproof_conformance.large_body import FileBody
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.redact import redact_bytes, redact_url
from pixelproof_conformance.request import FORM, encode_case, form_fields
from pixelproof_conformance.upload import file_name, file_type

if TYPE_CHECKING:
    from pixelproof_conformance.client import Target

_OF_THE_WIRE = "/wire/"
_ABOUT_KEYS = "/wire/keys/"
MAYBE_PAID = ("dropped", "timeout", "endless", "too-large", "protocol")
"""Failures of exchanges whose request reached the endpoint: nobody knows whether it was done and paid for."""


class Earlier(NamedTuple):
    """The records of an earlier run: by case those that need not be asked again, and all others, which cost as well."""

    settled: dict[str, Record]
    lost: tuple[Record, ...]


def earlier(records: Iterable[Record], *, pay_again: bool = False) -> Earlier:
    """Parts the records of a journal; of several settled ones of a case the last counts.

    With ``pay_again`` those do not stand that may have been paid for without a whole answer.
    """
    settled: dict[str, Record] = {}
    lost: list[Record] = []
    for record in records:
        if STILL_THERE in record.case or not stands(record) or (pay_again and record.failure in MAYBE_PAID):
            lost.append(record)
            continue
        if record.case in settled:
            lost.append(settled[record.case])
        settled[record.case] = record
    return Earlier(settled, tuple(lost))


def stands(record: Record) -> bool:
    """Whether its case need not be asked again: it was accepted, refused, or is paid for without a whole answer.

    For a request of the wire checks a 404 decides as well, and a 401 where the key itself is on trial.
    """
    if record.failure is not None or record.status is None:
        return record.failure in MAYBE_PAID
    if _OF_THE_WIRE not in record.case:
        return read(record).answer in ("accepted", "refused")
    if record.status in NO_ACCESS:
        return _ABOUT_KEYS in record.case
    return record.status < 500 and record.status not in TRY_AGAIN


def same_at(target: "Target") -> Callable[[Case, Record, Operation], bool]:
    """Tells of a case, a record and an operation whether :func:`same_request` holds at ``target``."""
    return lambda case, record, operation: same_request(
        case,
        record,
        operation.content_type,
        target.aliases,
        model_parameter=target.model_parameter,
        secrets=target.secrets,
    )


def same_request(
    case: Case,
    record: Record,
    content_type: str,
    aliases: Mapping[str, str],
    *,
    model_parameter: str = "model",
    secrets: tuple[str, ...] = (),
) -> bool:
    """Whether ``record`` holds the request that ``case`` would send; files are compared by field, name and type."""
    transport = case.transport
    if transport is not None and transport.fetch is not None:
        return record.url == redact_url(transport.fetch, secrets)
    sent_as = content_type if case.content_type is None else case.content_type
    if case.raw is not None or not sent_as.startswith(FORM):
        message = encode_case(case, content_type, aliases, model_parameter=model_parameter)
        if isinstance(message.body, FileBody):  # made of blanks: its length tells it
            return len(message.body) == len(record.sent)
        return redact_bytes(message.body, secrets) == record.sent
    fields = form_fields(case, aliases, model_parameter)
    wanted: list[tuple[str | None, ...]] = [
        (name, None, None, redact_bytes(text.encode("utf-8", "replace"), secrets).decode()) for name, text in fields
    ]
    wanted += [(file.field, file_name(file), file_type(file) or None, None) for file in case.files]
    if transport is not None and transport.files_first:
        wanted = [*wanted[len(fields) :], *wanted[: len(fields)]]
    parts = parse_multipart(bytes(record.sent), record.sent_content_type).parts
    return wanted == [
        (part.name, part.filename, part.content_type, None)
        if part.filename is not None
        else (part.name, None, None, str(part.content, "utf-8", "replace"))
        for part in parts
    ]
