"""Accepted requests in forms that clients really send. The run pays for these requests anyway.

Some of the accepted cases of a plan are sent in such a form. When one is not accepted, the same request goes out again
in the usual form: only when that is accepted, the form is to blame.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pixelproof_conformance.model import Case, CaseFile, Observation, Transport
from pixelproof_conformance.subject import whole_body
from pixelproof_conformance.wire_checks.addresses import OTHER_HOST
from pixelproof_conformance.wire_checks.crash import crash_of
from pixelproof_conformance.wire_checks.ground import Exchange, Ground
from pixelproof_conformance.wire_checks.references import NOT_ALL, with_swatches

PLAIN = "/plain"
ALONE = "/form/"
BODY_BYTES = 3_000_000
"""Less than any limit that a document states, and more than proxies and servers take before they are told."""


def cases(ground: Ground) -> Iterator[Case]:
    """None: accepted cases of the plan are dressed."""
    return iter(())


def dressed(ground: Ground, accepts: Sequence[Case]) -> tuple[Case, ...]:
    """The accepted cases, some of them in a form on trial: each form once, on the cheapest case that it fits.

    Where there are more forms than cases, a case takes several.
    """
    out = {case.id: case for case in accepts}
    for check, dress in _DRESSES.items():
        if not ground.wants(check):
            continue
        for case in sorted(out.values(), key=lambda case: (len(forms_of(case)), case.images, len(case.files) > 1)):
            changed = dress(case)
            if changed is not None and _is_allowed(ground, changed):
                out[case.id] = replace(changed, wire=check, targets=(*case.targets, check))
                break
    return tuple(out.values())


def forms_of(case: Case) -> tuple[str, ...]:
    """The checks whose forms an accepted case is sent in."""
    return tuple(target for target in case.targets if target in _DRESSES)


def plain(dressed_case: Case, original: Case) -> Case:
    """The same request in the usual form, under an id of its own."""
    why = f"the usual form, because {dressed_case.id} was not accepted"
    return replace(original, id=dressed_case.id + PLAIN, why=why)


def one_by_one(dressed_case: Case, original: Case) -> Iterator[Case]:
    """Of a case that was sent in several forms at once: each form alone."""
    forms = forms_of(dressed_case)
    for check in forms if len(forms) > 1 else ():
        changed = _DRESSES[check](original)
        if changed is not None:
            name = f"{dressed_case.id}{ALONE}{check.rpartition('/')[2]}"
            yield replace(changed, id=name, wire=check, targets=(*original.targets, check))


def judge(ground: Ground, exchanges: list[Exchange]) -> Iterator[Observation]:
    """Whether each form was accepted, or else the usual form of the same request."""
    by_id = {exchange.case.id: exchange for exchange in exchanges}
    for exchange in exchanges:
        forms = [check for check in forms_of(exchange.case) if ground.wants(check)]
        if exchange.accepted:
            yield from (ground.kept(check, exchange) for check in forms if check not in _TOLD_BY_THE_ANSWER)
        if exchange.accepted or len(forms) != 1 or forms == [NOT_ALL]:
            continue
        [check] = forms
        usual = by_id.get(exchange.case.id.partition(ALONE)[0] + PLAIN)
        said = crash_of(exchange) or exchange.reading.answer in ("refused", "unsupported")
        if not said or usual is None or not usual.accepted:
            yield ground.open(check, exchange, exchange.reading.reason)
        else:
            crash = crash_of(exchange)
            what = crash or f"It was refused with status {exchange.status}: {exchange.reading.reason}"
            message = f"{what} The same request in the usual form was accepted."
            grave = {"outcome": "fail"} if crash and exchange.record.failure is None else {}
            yield ground.seen(check, exchange, message, expected="accepted", actual=exchange.record.status, **grave)


def _is_allowed(ground: Ground, case: Case) -> bool:
    """Whether the document has nothing against the files of a case in their new form."""
    return not case.files or ground.subject.judge(whole_body(case)).verdict != "invalid"


def _keys_turned_round(case: Case) -> Case | None:
    return replace(case, body=dict(reversed(case.body.items()))) if len(case.body) > 1 else None


def _chunked(case: Case) -> Case | None:
    return replace(case, transport=replace(case.transport or Transport(), chunked=True))


def _with_charset(case: Case) -> Case | None:
    return replace(case, content_type="application/json; charset=utf-8")


def _files_first(case: Case) -> Case | None:
    transport = replace(case.transport or Transport(), files_first=True)
    return replace(case, transport=transport) if case.files else None


def _without_type(case: Case) -> Case | None:
    if not any(file.field in ("image", "image[]") for file in case.files):
        return None
    files = [
        replace(file, filename="upload", content_type="application/octet-stream") if file.field != "mask" else file
        for file in case.files
    ]
    return replace(case, files=tuple(files))


def _in_brackets(case: Case) -> Case | None:
    if [file.field for file in case.files if file.field != "mask"] != ["image"]:
        return None
    return replace(
        case, files=tuple(replace(file, field="image[]") if file.field == "image" else file for file in case.files)
    )


def _of_3_mb(case: Case) -> Case | None:
    """A picture that is filled up with zeros to this size, or blanks in a JSON body with a picture."""
    place = next((index for index, file in enumerate(case.files) if _can_be_larger(file)), None)
    if place is not None:
        larger = replace(case.files[place], bytes=BODY_BYTES)
        return replace(case, files=(*case.files[:place], larger, *case.files[place + 1 :]))
    if case.files or not case.body.get("image"):
        return None
    return replace(case, transport=replace(case.transport or Transport(), padding=BODY_BYTES))


def _can_be_larger(file: CaseFile) -> bool:
    return file.field in ("image", "image[]") and file.bytes is None and not file.cut


def _black_mask(case: Case) -> Case | None:
    if not any(file.field == "mask" and file.alpha for file in case.files):
        return None
    return replace(
        case, files=tuple(replace(file, black=True) if file.field == "mask" else file for file in case.files)
    )


def _other_host(case: Case) -> Case | None:
    transport = replace(case.transport or Transport(), other_host=True)
    return replace(case, transport=transport) if case.body.get("response_format") == "url" else None


_DRESSES: dict[str, Callable[[Case], Case | None]] = {
    NOT_ALL: with_swatches,
    OTHER_HOST: _other_host,
    "wire/shapes/mask-with-black-colours": _black_mask,
    "wire/shapes/body-of-3-mb": _of_3_mb,
    "wire/shapes/image-in-brackets": _in_brackets,
    "wire/shapes/file-without-type": _without_type,
    "wire/shapes/files-before-fields": _files_first,
    "wire/shapes/keys-in-another-order": _keys_turned_round,
    "wire/shapes/content-type-with-charset": _with_charset,
    "wire/shapes/chunked-upload": _chunked,
}
"""From the form that fits the fewest cases to the one that fits all."""

_TOLD_BY_THE_ANSWER = (OTHER_HOST, NOT_ALL)
"""Forms of which the answer says how they were taken, and not that it came; their families judge them."""
