"""Reports as real runs make them, for the tests: requirements and statements are those of the dialect ``openai``."""

import base64
from collections.abc import Sequence

from pixelproof import Requirement, load_dialect
from pixelproof_conformance.gateway.pictures import make_picture
from pixelproof_conformance.model import Outcome
from pixelproof_conformance.reported import Arrival, Counts, Evidence, Failure, Picture, Report, Result

MODELS = ("gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5", "dall-e-2", "dall-e-3")
URL = "http://127.0.0.1:8080"
UNJUDGED_NOTES: dict[Outcome, str] = {
    "inconclusive": "the target answered 429 (too many requests) to every try",
    "unsupported": "the target answers 404 to this model",
    "error": "the answer was larger than the limit of 64 MiB",
    "not-run": "the cap of 40 requests was reached before",
    "disabled": "switched off with --disable",
}


def requirements() -> list[Requirement]:
    """The requirements of the dialect that can be checked, in the order of the document."""
    return [entry for entry in load_dialect("openai").requirements.values() if entry.checkable]


def failure(requirement: Requirement, model: str, outcome: Outcome = "fail", **changes: object) -> Failure:
    """A failure of a requirement, as the judge makes it; ``changes`` replace fields."""
    parameter = requirement.parameter
    body = {"model": model, "prompt": "A small grey square", "size": "1024x1024", parameter or "user": 11}
    pointed = '-d \'{"model": "' + model + '", "prompt": "A small grey square"}\''
    fields: dict[str, object] = {
        "identity": f"{requirement.id} {requirement.operation} {model} {parameter or '-'}",
        "outcome": outcome,
        "message": f"The request was accepted with status 200 although {parameter or 'the body'} is not as documented.",
        "case": f"reject-{requirement.id.rsplit('/', 1)[1]}-{model}",
        "parameter": parameter,
        "expected": "a refusal with status 400",
        "actual": 200,
        "hint": requirement.hint,
        "seen": 2,
        "request": body,
        "status": 200,
        "answer": '{"created": 1764230400, "data": [{"b64_json": "iVBORw0KGgo… (1204 characters)"}]}',
        "curl": f'curl -sS {URL}/v1/images/generations -H "Authorization: Bearer $OPENAI_API_KEY" {pointed}',
        "python": f'import httpx\n\nanswer = httpx.post("{URL}/v1/images/generations", json={body!r})\nprint(answer)\n',
        "evidence": evidence(),
    }
    return Failure(**{**fields, **changes})  # type: ignore[arg-type]


def evidence(*pictures: Picture, **changes: object) -> Evidence:
    """An exchange as it is kept for a report; ``changes`` replace fields."""
    fields: dict[str, object] = {
        "url": f"{URL}/v1/images/generations",
        "content_type": "application/json",
        "started": "2026-11-20T10:00:07.000+00:00",
        "seconds": 3.42,
        "first_byte_seconds": 3.1,
        "headers": {"content-type": "application/json", "x-request-id": "req_1"},
        "body": {"created": 1764230400, "data": [{"b64_json": "iVBORw0KGgo… (1204 characters)"}]},
        "body_bytes": 1281,
        "asked": {"size": "1024x1024"},
        "pictures": pictures,
    }
    return Evidence(**{**fields, **changes})  # type: ignore[arg-type]


def returned(place: str = "data[0].b64_json", **changes: object) -> Picture:
    """A picture that came back, smaller than it was asked for; ``changes`` replace fields."""
    fields: dict[str, object] = {
        "place": place,
        "width": 512,
        "height": 512,
        "format": "png",
        "transparency": "none",
        "bytes": 17_204,
        "preview": preview(),
    }
    return Picture(**{**fields, **changes})  # type: ignore[arg-type]


def streamed(requirement: Requirement, model: str) -> Failure:
    """A failure that was seen in a stream of two previews and the finished picture."""
    kinds = ("image_generation.partial_image",) * 2 + ("image_generation.completed",)
    shown = [returned(f"events[{index}].data.b64_json") for index in range(3)]
    events = [
        {"event": kind, "data": {"type": kind, "b64_json": "iVBORw0KGgo…", "partial_image_index": 1 - index}}
        for index, kind in enumerate(kinds)
    ]
    arrivals = tuple(Arrival(1.2 * index + 0.9, kind, 23_000) for index, kind in enumerate(kinds))
    kept = evidence(*shown, body=events, timeline=arrivals)
    return failure(requirement, model, parameter="events[0].data.partial_image_index", evidence=kept)


def result(requirement: Requirement, model: str, outcome: Outcome = "pass", failures: Sequence[Failure] = ()) -> Result:
    """The outcome of a requirement for a model; a broken one has a failure also when none is given."""
    if outcome in ("fail", "warn") and not failures:
        failures = [failure(requirement, model, outcome)]
    return Result(
        requirement=requirement.id,
        operation=requirement.operation,
        model=model,
        outcome=outcome,
        says=requirement.says,
        source=requirement.source,
        severity=requirement.severity,
        word=requirement.outcome,
        checks=0 if outcome in ("not-run", "disabled") else 3,
        note=UNJUDGED_NOTES.get(outcome, ""),
        failures=tuple(failures),
        on=requirement.on,
        parameter=requirement.parameter,
    )


def report(results: Sequence[Result], **changes: object) -> Report:
    """A report with these results; ``changes`` replace fields."""
    not_checkable = [entry for entry in load_dialect("openai").requirements.values() if not entry.checkable]
    fields: dict[str, object] = {
        "tool": "pixelproof",
        "version": "0.1.0",
        "dialect": "openai",
        "document": "Create image (openai.txt)",
        "url": URL,
        "started": "2026-11-20T10:00:00Z",
        "finished": "2026-11-20T10:02:14Z",
        "configuration": {
            "models": list(MODELS),
            "max_requests": 400,
            "max_cost": 2.0,
            "seed": 1,
            "profile": "document",
        },
        "command": f"pixelproof run {URL} --dialect openai --max-cost 2",
        "counts": Counts(requests=184, images=23, retries=3, cost=0.41, cost_at_most=None),
        "results": tuple(results),
        "not_checkable": tuple(
            {"id": entry.id, "says": entry.says, "source": entry.source, "reason": entry.reason or ""}
            for entry in not_checkable
        ),
    }
    return Report(**{**fields, **changes})  # type: ignore[arg-type]


def realistic(number: int, failures: int, models: Sequence[str] = MODELS[:3], **changes: object) -> Report:
    """A run with ``number`` results of which the given number fail; a few are warnings and a few were not judged."""
    pairs = [(entry, model) for entry in requirements() for model in models][:number]
    outcomes: list[Outcome] = ["pass"] * len(pairs)
    others: tuple[Outcome, ...] = ("warn", "inconclusive", "not-run", "unsupported", "warn", "disabled", "error")
    if number >= 50:
        for index in range(len(pairs) // 12):
            outcomes[(index * 11 + 5) % len(pairs)] = others[index % len(others)]
    step = max(1, len(pairs) // failures) if failures else 0
    for index in range(failures):
        outcomes[index * step] = "fail"
    results = []
    for index, ((entry, model), outcome) in enumerate(zip(pairs, outcomes, strict=True)):
        flaws = [failure(entry, model, evidence=evidence(returned()))] if outcome == "fail" and index % 2 == 0 else []
        results.append(result(entry, model, outcome, flaws))
    return report(results, **changes)


def preview() -> str:
    """A small picture as a data: URL."""
    return "data:image/png;base64," + base64.b64encode(make_picture(96, 64, format="png")).decode()
