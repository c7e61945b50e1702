"""The seeded faults of the wire: for each check of ``schemas/wire.yaml`` one way in which a gateway breaks it."""

from collections.abc import Callable

from pixelproof import Dialect
from pixelproof._model_class import ModelClass
from pixelproof._values import Json
from pixelproof._wire_table import WireCheck, wire_checks

from pixelproof_conformance.gateway.faults.wire import on_replies as replies
from pixelproof_conformance.gateway.faults.wire import on_requests as requests
from pixelproof_conformance.gateway.faults.wire import substitutions
from pixelproof_conformance.gateway.faults.wire.deviation import WireDeviation

MAKERS: dict[str, Callable[[Dialect], WireDeviation]] = {
    "wire/refusals/web-page": lambda _: replies.Rewritten(replies.page),
    "wire/refusals/not-an-object": lambda _: replies.Rewritten(replies.plain_text),
    "wire/refusals/framework-detail": lambda _: replies.Rewritten(replies.framework_detail),
    "wire/refusals/envelope-incomplete": lambda dialect: replies.Rewritten(replies.without_a_key(dialect)),
    "wire/refusals/success-status": lambda _: replies.SuccessWithError(),
    "wire/values/server-error": lambda _: replies.Crashed(),
    "wire/bodies/malformed-json": lambda _: requests.Crash(requests.malformed_json),
    "wire/bodies/malformed-form": lambda _: requests.Crash(requests.malformed_form),
    "wire/bodies/other-content-type": lambda _: requests.Crash(requests.other_content_type),
    "wire/bodies/unknown-keys": lambda _: requests.Crash(requests.unknown_key),
    "wire/bodies/doubled-keys": lambda _: requests.Crash(requests.doubled_key),
    "wire/bodies/null-for-absent": lambda _: requests.NullsChecked(),
    "wire/bodies/large-body": lambda _: requests.Crash(requests.large),
    "wire/bodies/picture-in-text-part": lambda _: requests.Crash(requests.text_part_with_file),
    "wire/bodies/image-twice": lambda _: requests.Crash(requests.image_twice),
    "wire/bodies/image-in-both-fields": lambda _: requests.Crash(requests.image_in_both_fields),
    "wire/bodies/mask-without-image": lambda _: requests.Crash(requests.mask_without_image),
    "wire/order/next-request-not-served": lambda _: requests.LeftBehind(),
    "wire/routes/other-method": lambda _: requests.Welcomed(requests.other_method),
    "wire/routes/unknown-path": lambda _: requests.Welcomed(requests.unknown_path),
    "wire/routes/other-operation": lambda _: requests.Crash(requests.unknown_path),
    "wire/keys/no-key": lambda _: requests.KeyGiven(lambda sent: not sent),
    "wire/keys/wrong-key": lambda _: requests.KeyGiven(lambda sent: "wrong" in sent),
    "wire/keys/other-scheme": lambda _: requests.Crash(requests.unreadable_key),
    "wire/models/text-model-served": lambda _: substitutions.FallenBack(),
    "wire/models/one-route-only": lambda dialect: substitutions.OwnModels(open_door=_refuses_unknown_models(dialect)),
    "wire/parity/value-on-one-route": lambda dialect: requests.Refused(requests.on_another_route(*_shared(dialect))),
    "wire/shapes/keys-in-another-order": lambda _: requests.Refused(requests.model_not_first),
    "wire/shapes/chunked-upload": lambda _: requests.Refused(requests.chunked, 411, "Content-Length is required."),
    "wire/shapes/content-type-with-charset": lambda _: requests.Refused(requests.with_charset, 415),
    "wire/shapes/files-before-fields": lambda _: requests.Refused(requests.file_first),
    "wire/shapes/file-without-type": lambda _: requests.Refused(requests.file_without_type),
    "wire/shapes/image-in-brackets": lambda _: requests.Refused(requests.one_in_brackets),
    "wire/shapes/body-of-3-mb": lambda _: requests.Refused(
        requests.more_than_a_proxy_takes, 413, "The body is too large."
    ),
    "wire/shapes/mask-with-black-colours": lambda _: requests.Refused(requests.black_mask),
    "wire/references/not-all-seen": lambda _: substitutions.FirstReferenceOnly(),
    "wire/pictures/not-a-picture": lambda _: replies.AnswerChanged(replies.each_picture(lambda _: b"no picture")),
    "wire/pictures/data-address": lambda _: replies.AnswerChanged(replies.each_image(replies.as_data_address)),
    "wire/pictures/other-size": lambda _: replies.AnswerChanged(replies.each_picture(replies.smaller)),
    "wire/pictures/size-untrue": lambda _: replies.AnswerChanged(replies.other_size_named),
    "wire/pictures/other-format": lambda _: replies.AnswerChanged(replies.each_picture(replies.other_format)),
    "wire/pictures/alpha-lost": lambda _: replies.AnswerChanged(replies.each_picture(replies.opaque)),
    "wire/pictures/other-number": lambda _: replies.AnswerChanged(replies.one_more),
    "wire/answers/created-not-a-time": lambda _: replies.AnswerChanged(replies.created_as_text),
    "wire/answers/neither-or-both": lambda _: replies.AnswerChanged(replies.each_image(replies.with_both)),
    "wire/answers/nulls": lambda _: replies.AnswerChanged(replies.each_image(replies.with_null)),
    "wire/answers/usage-of-nothing": lambda _: replies.AnswerChanged(replies.usage_of_nothing),
    "wire/answers/usage-by-another-name": lambda _: replies.StreamChanged(),
    "wire/answers/edits-differ": lambda _: replies.AnswerChanged(replies.settings_lost, ("edits", "variations")),
    "wire/streams/arrives-at-once": lambda _: replies.Collected(),
    "wire/addresses/unusable": lambda _: replies.AnswerChanged(replies.each_image(replies.with_path)),
    "wire/addresses/not-fetched": lambda _: replies.FilesLocked(),
    "wire/addresses/other-host": lambda _: replies.InnerHost(),
}
"""The fault of each check, made for a dialect."""


def checks_of(dialect: Dialect) -> tuple[WireCheck, ...]:
    """The wire checks that hold for some model of some operation of a dialect."""
    return tuple(
        check
        for check in wire_checks()
        if any(
            check.applies_to(operation, dialect.about)
            and any(check.suits(_parameters(kind)) for kind in operation.classes)
            for operation in map(dialect.operation, dialect.operations)
        )
    )


def _refuses_unknown_models(dialect: Dialect) -> bool:
    """Whether the document of a dialect with several routes lists its models."""
    name = "pixelproof/a-model-that-nobody-knows"
    operation = dialect.operation(dialect.operations[-1])
    findings = operation.validate_request({operation.model_parameter: name}).findings
    return any(finding.parameter == operation.model_parameter and finding.severity == "error" for finding in findings)


def _shared(dialect: Dialect) -> list[tuple[str, bytes]]:
    """Values of which a dialect says the same for all its routes; better ones that no document promises to serve."""
    others = [dialect.operation(name) for name in dialect.operations if name != "generations"]
    if any("n" in operation.parameters for operation in others):
        return [("prompt", b""), ("n", b"2")]
    return [("output_format", b"webp")]


def _parameters(kind: ModelClass) -> dict[str, Json]:
    properties: dict[str, Json] = kind.section("request").schema.get("properties", {})
    return properties
