"""What is judged in a run."""

from typing import Any

import pytest
from pixelproof import Operation, UsageError, Verdict, load_dialect
from pixelproof_conformance.model import CaseFile
from pixelproof_conformance.plea import Plea
from pixelproof_conformance.subject import find_subject

from . import scripted

ANYFAST = load_dialect("anyfast")


def chosen(*models: str, operations: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Operation and model of everything that a run with these options judges."""
    plea = Plea("http://127.0.0.1", "anyfast", models=models, operations=operations)
    return [(subject.operation.name, subject.name) for subject in plea.subjects(ANYFAST)]


def test_a_model_is_judged_where_the_document_names_it() -> None:
    """A model for editing only leaves the other operations out, and does not keep another model from them."""
    assert chosen("gpt-image-2-c") == [("edits", "gpt-image-2-c")]
    assert chosen("gpt-image-2-c", "gpt-image-2") == [
        ("generations", "gpt-image-2"),
        ("edits", "gpt-image-2-c"),
        ("edits", "gpt-image-2"),
    ]


def test_a_model_that_no_chosen_operation_has_is_told() -> None:
    """The error names the model and those that there are."""
    with pytest.raises(UsageError, match="'gpt-image-2-c' is not named in the document of anyfast; it names"):
        chosen("gpt-image-2-c", operations=("generations",))


def test_a_name_of_a_family_selects_its_kind_of_model() -> None:
    """A dated name is sent as it stands, and judged as the family that the document describes by a pattern."""
    operation = load_dialect("infinityblue").operation("generations")
    found = find_subject(load_dialect("infinityblue"), operation, "gpt-image-2-2026-09-09")
    assert found is not None
    assert found.base == (("model", "gpt-image-2-2026-09-09"),)
    assert find_subject(load_dialect("infinityblue"), operation, "gpt-image-3") is None


def test_the_validator_is_asked_once_about_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever order its parameters stand, and whether a number is still one or the text that a form carries."""
    asked: list[Any] = []
    validate = Operation.validate_request

    def counted(operation: Operation, body: Any, **facts: Any) -> Verdict:
        asked.append(body)
        return validate(operation, body, **facts)

    monkeypatch.setattr(Operation, "validate_request", counted)
    subject = scripted.subject("gpt-image-2", "anyfast", "edits")
    asked.clear()
    file = CaseFile("image")
    body = {"model": "gpt-image-2", "prompt": "A fox", "n": 99, "image": file}
    verdict = subject.judge(body)
    assert verdict.verdict == "invalid"
    assert subject.judge({"image": file, "n": "99", "prompt": "A fox", "model": "gpt-image-2"}) is verdict
    assert len(asked) == 1
    assert subject.judge(body | {"image": CaseFile("image", "webp")}) != verdict
    assert subject.judge(body | {"n": 1}) != verdict
    assert subject.judge([]).verdict == "invalid"
    assert len(asked) == 4


def test_long_prompts_are_told_apart() -> None:
    """Also where they differ at their end alone."""
    subject = scripted.subject("dall-e-2")
    prompts = ["x" * 1000, "x" * 1001]
    assert [subject.judge({"model": "dall-e-2", "prompt": prompt}).verdict for prompt in prompts] == [
        "valid",
        "invalid",
    ]
