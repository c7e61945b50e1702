"""The public strategies: what they promise of every request and every exchange that they make."""

import doctest
import json
import string
from typing import Any

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from pixelproof import UsageError, load_dialect
from pixelproof._picture import read_picture
from pixelproof_conformance import strategies as images
from pixelproof_conformance.strategies import GeneratedExchange, GeneratedRequest

OPERATIONS = [
    (dialect, operation)
    for dialect in ("openai", "anyfast", "orq", "octen", "infinityblue")
    for operation in load_dialect(dialect).operations
]
FEW = settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def errors(request: GeneratedRequest) -> set[str]:
    """The requirements of error severity that a request breaks as it goes over the wire."""
    body, content_type = request.encoded()
    verdict = request.subject.operation.validate_request(body, content_type=content_type)
    return {finding.requirement for finding in verdict.findings if finding.severity == "error"}


@pytest.mark.parametrize(("dialect", "operation"), OPERATIONS)
def test_a_valid_request_has_no_error_on_the_wire(dialect: str, operation: str) -> None:
    """Encoded as a client sends it, and read again from the bytes."""

    @FEW
    @given(images.valid_requests(dialect, operation))
    def holds(request: GeneratedRequest) -> None:
        assert request.is_valid
        assert errors(request) == set()

    holds()


@pytest.mark.parametrize(("dialect", "operation"), OPERATIONS)
def test_a_request_with_one_fault_breaks_that_requirement_alone(dialect: str, operation: str) -> None:
    """What the bytes break is what the request says that it breaks."""

    @FEW
    @given(images.one_fault_requests(dialect, operation))
    def holds(request: GeneratedRequest) -> None:
        assert errors(request) == {request.requirement}

    holds()


@pytest.mark.parametrize(("dialect", "operation"), [pair for pair in OPERATIONS if pair != ("orq", "edits")])
def test_both_sides_of_a_bound_differ_in_one_requirement(dialect: str, operation: str) -> None:
    """Just within is valid, just beyond is not."""
    sides = set()

    @FEW
    @given(images.boundary_requests(dialect, operation))
    def holds(request: GeneratedRequest) -> None:
        sides.add(request.is_valid)
        assert errors(request) == ({request.requirement} if request.requirement else set())

    holds()
    assert sides == {True, False}


@pytest.mark.parametrize(("dialect", "operation"), OPERATIONS)
def test_a_valid_exchange_has_no_error(dialect: str, operation: str) -> None:
    """Answers and streams with real pictures."""

    @FEW
    @given(images.valid_exchanges(dialect, operation))
    def holds(exchange: GeneratedExchange) -> None:
        assert exchange.status == 200
        assert not [finding for finding in exchange.judge().findings if finding.severity == "error"]

    holds()


@pytest.mark.parametrize(("dialect", "operation"), OPERATIONS)
def test_a_wrong_exchange_breaks_its_requirement(dialect: str, operation: str) -> None:
    """The request is right and the answer is not."""

    @FEW
    @given(images.one_fault_exchanges(dialect, operation))
    def holds(exchange: GeneratedExchange) -> None:
        assert exchange.request.is_valid
        assert exchange.requirement in {finding.requirement for finding in exchange.judge().findings}

    holds()


def test_a_requirement_can_be_named_by_its_last_part() -> None:
    """Every request then breaks this one."""

    @FEW
    @given(images.one_fault_requests("openai", requirement="n-outside-1-to-10", model="gpt-image-1"))
    def holds(request: GeneratedRequest) -> None:
        assert request.requirement == "openai/generations/n-outside-1-to-10"
        assert not 1 <= request.body["n"] <= 10
        assert request.parameter == "n"

    holds()


def test_a_failing_example_shrinks_to_a_small_request() -> None:
    """What does not matter is gone."""
    found = find(
        images.valid_requests("openai", model="gpt-image-1"),
        lambda request: request.body.get("quality") == "high",
        settings=settings(FEW, max_examples=2000),
    )
    assert {"model", "prompt", "quality"} <= set(found.body)
    assert len(found.body) <= 5


def test_requests_vary_in_model_and_parameters() -> None:
    """A strategy that made one request again and again would satisfy every other test here."""
    bodies: list[dict[str, Any]] = []

    @settings(FEW, max_examples=150)
    @given(images.valid_requests("openai"))
    def collects(request: GeneratedRequest) -> None:
        bodies.append(request.body)

    collects()
    assert len({json.dumps(body, sort_keys=True) for body in bodies}) > 50
    assert len({body.get("model") for body in bodies}) >= 5
    assert len({name for body in bodies for name in body}) >= 10


def test_a_form_has_its_files() -> None:
    """With their content, and shown by their description."""

    @FEW
    @given(images.valid_requests("orq", "variations"))
    def holds(request: GeneratedRequest) -> None:
        assert [file.field for file in request.files] == ["image"]
        body, content_type = request.encoded()
        assert content_type.startswith("multipart/form-data; boundary=")
        assert b'name="image"' in body
        assert "image: " in repr(request)
        assert len(repr(request)) < 5000

    holds()


@FEW
@given(images.pictures(["png", "webp"], max_side=20, alpha=True))
def test_pictures_are_what_was_asked_for(content: bytes) -> None:
    """Format, size and alpha channel, by the validator's own reader."""
    found = read_picture(content)
    assert found is not None
    assert found.format in ("png", "webp")
    assert max(found.width or 0, found.height or 0) <= 20
    assert found.alpha


@settings(FEW, max_examples=200)
@given(images.prompts(max_size=300))
def test_prompts_are_texts_that_can_be_sent(prompt: str) -> None:
    """Neither blank nor too long, and UTF-8 has them all."""
    assert 1 <= len(prompt) <= 300
    assert prompt.strip()
    assert prompt.encode("utf-8").decode("utf-8") == prompt


def test_prompts_reach_beyond_plain_letters() -> None:
    """Astral characters and the longest allowed text are found at once."""
    find(images.prompts(max_size=90), lambda text: any(ord(letter) > 0xFFFF for letter in text), settings=FEW)
    find(images.prompts(max_size=90), lambda text: len(text) == 90, settings=settings(FEW, max_examples=500))
    assert find(images.prompts(), lambda text: True) in string.digits + string.ascii_letters


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: images.valid_requests("opnai"), "opnai"),
        (lambda: images.valid_requests(7), "dialect=7 is neither the name of a dialect nor a Dialect"),  # type: ignore[arg-type]
        (lambda: images.valid_requests("openai", "edit"), "edit"),
        (lambda: images.valid_requests("openai", model="gpt-9"), "gpt-9"),
        (lambda: images.valid_requests("anyfast", account={"gold": True}), "'gold'.*direct_group"),
        (
            lambda: images.valid_requests("infinityblue", model="gpt-image-2-2026-04-21"),
            "the document allows no request of gpt-image-2-2026-04-21",
        ),
        (lambda: images.one_fault_requests(requirement="n-outside-1-to-9"), "do you mean 'n-outside-1-to-10'"),
        (
            lambda: images.one_fault_requests(model="dall-e-2", requirement="style-not-listed"),
            "no request of dall-e-2 breaks it alone",
        ),
        (lambda: images.one_fault_exchanges(requirement="prompt-missing"), "no answer of openai/generations"),
        (lambda: images.pictures(["tiff"]), r"\['tiff'\]: choose from png"),
        (lambda: images.pictures(["jpeg"], alpha=True), "only png and webp have an alpha channel"),
        (lambda: images.pictures(max_side=0), "max_side=0 is not a whole number from 1 to 2048"),
        (lambda: images.prompts(max_size=0), "max_size=0 is not a whole number"),
    ],
)
def test_a_wrong_argument_is_refused_at_the_door(make: Any, said: str) -> None:
    """Before anything is drawn, with the value."""
    with pytest.raises(UsageError, match=said):
        make()


def test_everything_that_is_promised_is_exported() -> None:
    """``__all__`` names what the docs name, and each is documented."""
    assert sorted(images.__all__) == images.__all__
    assert all(getattr(images, name).__doc__ for name in images.__all__)


def test_a_strategy_is_one() -> None:
    """So that it can be mapped, filtered and combined."""
    assert isinstance(images.valid_requests(), st.SearchStrategy)


def test_the_example_in_the_module_is_true() -> None:
    """It is run as it stands there."""
    found = doctest.testmod(images)
    assert (found.failed, found.attempted) == (0, 5)
