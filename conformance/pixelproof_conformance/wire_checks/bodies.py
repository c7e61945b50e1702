"""Bodies that are broken, odd or large. None of them can be served, so none of them costs anything."""

import base64
import json
from collections.abc import Callable, Iterator

from pixelproof._multipart import build_multipart

from pixelproof_conformance.model import Case, CaseFile, Json, Observation, Outcome, Transport
from pixelproof_conformance.subject import as_field
from pixelproof_conformance.upload import make_upload
from pixelproof_conformance.wire_checks.crash import judge_hostile
from pixelproof_conformance.wire_checks.ground import Exchange, Ground, own

MALFORMED_JSON = "wire/bodies/malformed-json"
MALFORMED_FORM = "wire/bodies/malformed-form"
OTHER_TYPE = "wire/bodies/other-content-type"
UNKNOWN = "wire/bodies/unknown-keys"
DOUBLED = "wire/bodies/doubled-keys"
NULLS = "wire/bodies/null-for-absent"
LARGE = "wire/bodies/large-body"
TEXT_PART = "wire/bodies/picture-in-text-part"
TWICE = "wire/bodies/image-twice"
BOTH = "wire/bodies/image-in-both-fields"
MASK_ALONE = "wire/bodies/mask-without-image"

LARGE_BYTES = 24 * 1024 * 1024
_DEEP = 20_000
_BOUNDARY = "pixelproof-wire"
_FORM = f"multipart/form-data; boundary={_BOUNDARY}"
_UNLISTED = "pixelproof_unlisted"


def cases(ground: Ground) -> Iterator[Case]:
    """The requests of all checks of the family that are chosen."""
    for check, make in _MAKERS.items():
        if ground.wants(check):
            yield from make(ground, check)


def judge(ground: Ground, exchanges: list[Exchange]) -> Iterator[Observation]:
    """Whether each of them was refused without a crash."""
    for check in _MAKERS:
        if check == NULLS or not ground.wants(check):
            continue
        accepted: Outcome = "warn" if check in (MALFORMED_JSON, MALFORMED_FORM, MASK_ALONE) else "pass"
        for exchange in own(check, exchanges):
            yield from judge_hostile(ground, check, exchange, accepted=accepted, noun="broken body")
    for exchange in own(NULLS, exchanges) if ground.wants(NULLS) else ():
        yield from _of_nulls(ground, exchange)


def _of_nulls(ground: Ground, exchange: Exchange) -> Iterator[Observation]:
    """A refusal has to be for the parameter that is missing, and not for one that is null."""
    blamed = ground.subject.operation.blamed_parameter(exchange.answer)
    if exchange.reading.answer == "refused" and blamed in exchange.case.body and exchange.asked(str(blamed)) is None:
        message = (
            f"The request was refused for {blamed!r}, which is null, and not for {ground.missing!r}, which is missing."
        )
        yield ground.seen(NULLS, exchange, message, parameter=blamed, expected="null counts as absent")
    else:
        yield from judge_hostile(ground, NULLS, exchange)


def _malformed_json(ground: Ground, check: str) -> Iterator[Case]:
    whole = json.dumps(ground.refused[0]).encode()
    start = b"{" if whole == b"{}" else whole[:-1] + b","
    deep = b'"' + _UNLISTED.encode() + b'":' + b"[" * _DEEP + b"]" * _DEEP + b"}"
    for label, end in (
        ("bytes-that-are-no-utf-8", b'"user":"\xff\xfe\xfa"}'),
        ("lone-surrogate", b'"user":"\\ud800"}'),
        ("not-a-number", b'"n":NaN}'),
        ("nested-deep", deep),
    ):
        yield ground.case(check, label, raw=start + end)


def _malformed_form(ground: Ground, check: str) -> Iterator[Case]:
    fields, files = ground.refused
    texts = [(name, str(value)) for name, value in fields.items()]
    whole = build_multipart(texts, [make_upload(file) for file in files], boundary=_BOUNDARY)
    part = f"--{_BOUNDARY}\r\n".encode()
    for label, raw in (
        ("part-without-name", part + b"Content-Disposition: form-data\r\n\r\ntext\r\n" + whole),
        ("header-without-colon", part + b"Content-Disposition\r\n\r\ntext\r\n" + whole),
        ("text-that-is-no-utf-8", part + b'Content-Disposition: form-data; name="user"\r\n\r\n\xff\xfe\r\n' + whole),
        ("another-boundary", whole.replace(_BOUNDARY.encode(), b"another")),
    ):
        yield ground.case(check, label, raw=raw, content_type=_FORM)


def _other_type(ground: Ground, check: str) -> Iterator[Case]:
    fields = ground.refused[0]
    as_json = json.dumps(fields).encode()
    yield ground.case(check, "urlencoded", raw=b"n=1&user=text", content_type="application/x-www-form-urlencoded")
    if ground.is_form:
        yield ground.case(check, "json", raw=as_json, content_type="application/json")
        picture = base64.b64encode(make_upload(CaseFile("image")).content).decode()
        listed = {**fields, "images": [{"image_url": f"data:image/png;base64,{picture}"}]}
        if ground.refused[1]:  # else the picture is all that is missing
            yield ground.case(
                check, "json-with-images", raw=json.dumps(listed).encode(), content_type="application/json"
            )
        return
    texts = [(name, str(as_field(value))) for name, value in fields.items() if isinstance(value, str)]
    yield ground.case(check, "json-as-text", raw=as_json, content_type="text/plain")
    yield ground.case(check, "form", raw=build_multipart(texts, [], boundary=_BOUNDARY), content_type=_FORM)


def _unknown_keys(ground: Ground, check: str) -> Iterator[Case]:
    fields, files = ground.refused
    odd: dict[str, Json] = {
        _UNLISTED: {"a": [1, {"b": None}]},
        "__proto__": {"a": 1},
        "constructor": "text",
        "": "text",
    }
    if ground.is_form:
        odd = {"image_config[aspect_ratio]": "1:1", "tags[]": ["one", "two"], "__proto__": "text", _UNLISTED: "text"}
    yield ground.case(check, "", {**fields, **odd}, files=files)


def _doubled(ground: Ground, check: str) -> Iterator[Case]:
    fields, files = ground.refused
    if ground.is_form:
        yield ground.case(check, "", {**fields, "user": ["one", "two"]}, files=files)
        return
    whole = json.dumps({**fields, "user": "one"}).encode()
    yield ground.case(check, "", raw=whole[:-1] + b',"user":"two"}')


def _nulls(ground: Ground, check: str) -> Iterator[Case]:
    fields, _ = ground.refused
    operation = ground.subject.operation
    absent = [name for name in operation.parameters if name not in (*fields, ground.missing, operation.model_parameter)]
    yield ground.case(check, "", {**fields, **dict.fromkeys(absent)})


def _large(ground: Ground, check: str) -> Iterator[Case]:
    if not ground.is_form:
        yield ground.case(check, "", transport=Transport(padding=LARGE_BYTES))
        return
    yield ground.case(check, "", files=(CaseFile(_file_field(ground), bytes=LARGE_BYTES),))


def _text_part(ground: Ground, check: str) -> Iterator[Case]:
    yield ground.case(check, "", files=(CaseFile(_file_field(ground), content_type="text/plain", filename="picture"),))


def _twice(ground: Ground, check: str) -> Iterator[Case]:
    # Where the picture is all that is required, two of them may be served, and would have to be paid for.
    if ground.refused[1]:
        yield ground.case(check, "", files=(CaseFile("image"), CaseFile("image", width=32, height=32)))


def _both(ground: Ground, check: str) -> Iterator[Case]:
    if ground.refused[1]:
        yield ground.case(check, "", files=(CaseFile("image"), CaseFile("image[]", width=32, height=32)))


def _mask_alone(ground: Ground, check: str) -> Iterator[Case]:
    fields, files = ground.sound
    if files:
        yield ground.case(check, "", fields, files=(CaseFile("mask", alpha=True),))


def _file_field(ground: Ground) -> str:
    """The field of the picture, or another one where the picture has to be missing."""
    files = ground.refused[1]
    return str(files[0].field) if files else "upload"


_MAKERS: dict[str, Callable[[Ground, str], Iterator[Case]]] = {
    MALFORMED_JSON: _malformed_json,
    MALFORMED_FORM: _malformed_form,
    OTHER_TYPE: _other_type,
    UNKNOWN: _unknown_keys,
    DOUBLED: _doubled,
    NULLS: _nulls,
    TEXT_PART: _text_part,
    TWICE: _twice,
    BOTH: _both,
    MASK_ALONE: _mask_alone,
    LARGE: _large,
}
