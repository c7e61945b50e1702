"""Variants in what is let in: requests about which the document says nothing are refused, or refused otherwise."""

from collections.abc import Callable
from dataclasses import replace

from pixelproof import Finding
from pixelproof._values import Json

from pixelproof_conformance.gateway.answers.settings import pictures_in
from pixelproof_conformance.gateway.calls import Call, Refusal, Reply
from pixelproof_conformance.gateway.faults.deviation import Deviation
from pixelproof_conformance.gateway.variants.variant import Variant

_LONGEST_USER = 64
_LONGEST_PROMPT = 4000
_MOST_IMAGES = 4
_NOT_KNOWN = ("model-not-listed", "model-not-gpt-image-2", "model-not-named", "snapshot-unavailable")


class OpenRefused(Deviation):
    """Requests with a finding that the document does not decide are refused, with the parameter named."""

    def __init__(self, chosen: Callable[[Finding], bool], status: int = 400, code: str = "invalid_value") -> None:
        self._chosen = chosen
        self._status = status
        self._code = code

    def refuses(self, call: Call) -> Refusal | None:
        """A refusal for the first such finding."""
        for finding in call.findings:
            if finding.severity != "error" and self._chosen(finding):
                place = finding.pointer[1:].partition("/")[0] or None
                return Refusal(self._status, f"Not accepted here: {finding.message}", place, self._code)
        return None


def _flaw(*flaws: str) -> Callable[[Finding], bool]:
    return lambda finding: finding.requirement.rpartition("/")[2] in flaws


def _is_open(finding: Finding) -> bool:
    return finding.outcome == "UNSTATED" and finding.severity == "warning"


class ModelNotFound(Deviation):
    """A model that is not listed is refused with a status of its own, before anything else is looked at."""

    def __init__(self, status: int) -> None:
        self._status = status

    def turns_away(self, call: Call) -> Refusal | None:
        """A refusal of the model."""
        parameter = call.operation.model_parameter
        model = call.values.get(parameter)
        judged = any(finding.requirement.rpartition("/")[2] in _NOT_KNOWN for finding in call.findings)
        if not isinstance(model, str) or not judged:
            return None
        message = f"The model '{model[:64]}' does not exist or you do not have access to it."
        return Refusal(self._status, message, parameter, "model_not_found", "not_found_error")


class ValueRefused(Deviation):
    """A value that the document neither limits nor promises in this measure is refused."""

    def __init__(self, parameters: tuple[str, ...], is_refused: Callable[[Json], bool], message: str) -> None:
        self._parameters = parameters
        self._is_refused = is_refused
        self._message = message

    def refuses(self, call: Call) -> Refusal | None:
        """A refusal of the value."""
        for name in self._parameters:
            if self._is_refused(call.values.get(name)):
                return Refusal(400, f"Invalid value for '{name}': {self._message}", name, "invalid_value")
        return None


class LengthCounted(Deviation):
    """The length of a prompt is counted in another unit than code points."""

    def __init__(self, length: Callable[[str], int]) -> None:
        self._length = length

    def refuses(self, call: Call) -> Refusal | None:
        """A refusal of a prompt that is too long in that unit."""
        node = call.model_class.section("request").schema.get("properties", {}).get("prompt", {})
        prompt = call.values.get("prompt")
        if not isinstance(prompt, str) or self._length(prompt) <= node.get("maxLength", self._length(prompt)):
            return None
        return Refusal(400, "Invalid 'prompt': string too long.", "prompt", "string_above_max_length")


class LetIn(Deviation):
    """A request that the gateway refuses by itself is answered."""

    def __init__(self, flaw: str) -> None:
        self._flaw = flaw

    def forgives(self, call: Call, finding: Finding) -> bool:
        """Whether it has that flaw."""
        return finding.requirement.rpartition("/")[2] == self._flaw


class AnotherStatus(Deviation):
    """Refusals come with another status, wherever the document does not say which."""

    def __init__(self, usual: int, instead: int) -> None:
        self._usual = usual
        self._instead = instead

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The refusal with the other status."""
        if reply.status != self._usual or any(finding.outcome == "R400" for finding in call.findings):
            return reply
        return replace(reply, status=self._instead)


VARIANTS: tuple[Variant, ...] = (
    Variant(
        "unlisted-parameters-refused",
        "A parameter that the document does not list is refused.",
        "The document does not say what happens to it.",
        lambda: OpenRefused(_flaw("parameter-not-listed"), code="unknown_parameter"),
        dialects=("anyfast", "infinityblue", "openai", "orq"),
    ),
    Variant(
        "nulls-refused",
        "A parameter that is null is refused.",
        "The document does not speak of null.",
        lambda: OpenRefused(_flaw("parameter-null"), code="invalid_type"),
        operations=("generations",),
    ),
    Variant(
        "empty-prompts-refused",
        "An empty prompt is refused.",
        "The document asks for a prompt and does not say that it may be empty.",
        lambda: OpenRefused(_flaw("prompt-empty"), code="empty_string"),
        operations=("generations", "edits"),
    ),
    Variant(
        "open-requests-refused",
        "Whatever the document leaves open is refused with status 400.",
        "The document does not say what happens to such requests.",
        lambda: OpenRefused(_is_open),
        models=("an unlisted model",),
    ),
    Variant(
        "open-requests-unprocessable",
        "Whatever the document leaves open is refused with status 422.",
        "The document does not say what happens to such requests.",
        lambda: OpenRefused(_is_open, status=422),
        models=("an unlisted model",),
    ),
    *(
        Variant(
            f"unlisted-models-{status}",
            f"A model that the document does not list is refused with status {status}.",
            "The document gives no status for an unknown model.",
            lambda status=status: ModelNotFound(status),  # type: ignore[misc]  # the default binds the status
            dialects=("anyfast", "infinityblue", "octen", "openai", "orq"),
            models=("an unlisted model", "gpt-image-2-snapshot", "later GPT image models"),
            leaves_open="operation",
        )
        for status in (400, 403, 404)
    ),
    *(
        Variant(
            f"direct-group-missing-{status}",
            f"Several images and masks are refused with status {status}, for the account lacks the group for them.",
            "The document asks for the Direct group and gives no status for an account without it.",
            lambda status=status: OpenRefused(  # type: ignore[misc]  # the default binds the status
                lambda finding: finding.outcome == "PRECOND", status=status, code="group_required"
            ),
            dialects=("anyfast",),
        )
        for status in (400, 403)
    ),
    Variant(
        "long-users-refused",
        f"An identifier of the end user of more than {_LONGEST_USER} characters is refused.",
        "The document gives the identifier no length.",
        lambda: ValueRefused(
            ("user",), lambda value: isinstance(value, str) and len(value) > _LONGEST_USER, "it is too long."
        ),
        dialects=("infinityblue", "octen", "openai", "orq"),
    ),
    Variant(
        "long-prompts-refused",
        f"A prompt of more than {_LONGEST_PROMPT} characters is refused.",
        "The document gives no figure for the length of a prompt.",
        lambda: ValueRefused(
            ("prompt",), lambda value: isinstance(value, str) and len(value) > _LONGEST_PROMPT, "it is too long."
        ),
        dialects=("anyfast", "octen", "orq"),
        operations=("generations", "edits"),
    ),
    Variant(
        "many-images-refused",
        f"More than {_MOST_IMAGES} reference images are refused.",
        "The document speaks of a limit for each model, or of none, and gives no figure.",
        lambda: ValueRefused(
            ("image", "image[]"), lambda value: pictures_in(value) > _MOST_IMAGES, "there are too many images."
        ),
        dialects=("octen", "orq"),
    ),
    Variant(
        "several-images-limited",
        f"More than {_MOST_IMAGES} images at once are refused.",
        "The document gives no figure for the number of images.",
        lambda: ValueRefused(
            ("n",), lambda value: isinstance(value, int) and value > _MOST_IMAGES, "there are too many images."
        ),
        dialects=("orq",),
        operations=("generations",),
    ),
    *(
        Variant(
            f"prompts-counted-in-{name}",
            f"The length of a prompt is counted in {unit}.",
            "The document counts characters and does not say what one is.",
            lambda length=length: LengthCounted(length),  # type: ignore[misc]  # the default binds the unit
            dialects=("infinityblue", "openai"),
        )
        for name, unit, length in (
            ("bytes", "bytes of UTF-8", lambda text: len(text.encode("utf-8", "surrogatepass"))),
            ("utf-16", "units of UTF-16", lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2),
        )
    ),
    Variant(
        "models-need-provider",
        "A model without its provider in front is refused.",
        "The document asks for the id of a model and does not show one.",
        lambda: OpenRefused(_flaw("model-without-provider")),
        dialects=("orq",),
    ),
    Variant(
        "last-of-twice",
        "A parameter that stands twice counts with its last value.",
        "The document does not speak of it, and most readers of JSON do so (RFC 8259).",
        lambda: LetIn("parameter-twice"),
        operations=("generations",),
    ),
    Variant(
        "other-numbers-ignored",
        "Another number of images than one is ignored: one comes.",
        "The document calls the parameter not supported, as it does those without effect.",
        lambda: LetIn("n-not-1"),
        dialects=("infinityblue",),
    ),
    Variant(
        "refusals-unprocessable",
        "Refusals have the status 422 where the document does not promise 400.",
        "The document gives no status for wrong requests.",
        lambda: AnotherStatus(400, 422),
    ),
    Variant(
        "content-types-refused-with-400",
        "A body of another content type is refused with status 400, not 415.",
        "The document gives no status for a wrong content type.",
        lambda: AnotherStatus(415, 400),
    ),
)
