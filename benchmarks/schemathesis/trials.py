"""What is tried: the gateway as it is, with each fault that concerns the model, and with each legal variant."""

from random import Random
from typing import NamedTuple

from pixelproof import Dialect, Requirement
from pixelproof_conformance.gateway.faults import Fault, faults_of, wire_faults_of
from pixelproof_conformance.gateway.faults.rules.pictures import BREAKERS as PICTURE_RULES
from pixelproof_conformance.gateway.variants import variants_of
from pixelproof_conformance.results import requirements_of
from pixelproof_conformance.subject import Subject, find_subject
from pixelproof_conformance.wire_checks.probing import chosen_checks

DIALECT = "openai"
MODEL = "gpt-image-1"

NOT_ENFORCED = "parameter not enforced"
OTHER_MODEL = "value of another model accepted"
REFUSED = "refused though documented"
LEFT_OPEN = "open question answered badly"
ANSWER = "answer wrong"
PICTURE = "picture wrong"
USAGE = "usage wrong"
IGNORED = "parameter ignored"
STREAM = "stream wrong"
REFUSAL = "refusal wrong"
WIRE = "robustness on the wire"

GROUPS = (NOT_ENFORCED, OTHER_MODEL, REFUSED, LEFT_OPEN, ANSWER, PICTURE, USAGE, IGNORED, STREAM, REFUSAL, WIRE)
"""The kinds of faults, in the order of the table."""

CANNOT_SHOW = {
    "documented-model-refused": "the model that is refused is dall-e-3",
    "last-model-not-found": "the model that is not there is dall-e-3",
    "last-model-forbidden": "the model that is forbidden is dall-e-3",
    "another-format-by-itself": "the document names the default format of gpt-image-1",
    "without-revised-prompt": "only dall-e-3 returns a revised prompt",
    "settings-beside": "gpt-image-1 repeats its settings anyway",
}
"""Faults and variants that change nothing for the model, and why."""

_IGNORED_RULES = (
    "another-number-of-images",
    "echo-differs-from-request",
    "picture-format-not-asked",
    "picture-size-not-asked",
)
_GROUP_OF_KIND = {"refused": REFUSED, "mishandled": LEFT_OPEN}
_GROUP_OF_BEHAVIOUR = {
    "drops-size": IGNORED,
    "drops-quality": IGNORED,
    "drops-background": IGNORED,
    "always-png": IGNORED,
    "one-image-only": IGNORED,
    "stream-collected": STREAM,
    "address-for-all": ANSWER,
    "usage-of-chat": USAGE,
    "nulls-for-absent-keys": ANSWER,
    "framework-errors": REFUSAL,
    "html-errors": REFUSAL,
    "nothing-checked": NOT_ENFORCED,
    "errors-as-success": REFUSAL,
}


class Trial(NamedTuple):
    """One state of the gateway. ``kind`` is ``clean``, ``fault`` or ``variant``; ``name`` is empty for the clean one.

    A fault has its ``group`` and the requirements that it ``breaks``; a variant the flaws that a run ``may_warn`` of,
    because the document has a decision on them that is no error.
    """

    kind: str
    name: str = ""
    group: str = ""
    breaks: tuple[str, ...] = ()
    may_warn: tuple[str, ...] = ()

    @property
    def is_fault(self) -> bool:
        """Whether something is broken that a tool should find."""
        return self.kind == "fault"


def fault_trials(dialect: Dialect) -> list[Trial]:
    """A trial for every fault that breaks what the document says about the model, in the order of the groups."""
    subject = find_subject(dialect, dialect.operation("generations"), MODEL)
    assert subject is not None
    judged = _judged(subject)
    found = [
        Trial("fault", fault.name, group_of(fault, dialect), fault.requirements)
        for fault in (*faults_of(dialect), *wire_faults_of(dialect))
        if judged & set(fault.requirements) and fault.name.rpartition("/")[2] not in CANNOT_SHOW
    ]
    return sorted(found, key=lambda trial: GROUPS.index(trial.group))


def variant_trials(dialect: Dialect) -> list[Trial]:
    """A trial for every other defensible reading of the document that shows with the model."""
    found = (variant for variant in variants_of(dialect) if variant.name not in CANNOT_SHOW)
    return [Trial("variant", variant.name, may_warn=variant.warns) for variant in found]


def sampled(trials: list[Trial], share: float, seed: int) -> list[Trial]:
    """At least one of each group and about ``share`` of each, the same for the same ``seed``, in the same order."""
    random = Random(seed)
    chosen: set[str] = set()
    for group in dict.fromkeys(trial.group for trial in trials):
        names = [trial.name for trial in trials if trial.group == group]
        chosen.update(random.sample(names, max(1, round(share * len(names)))))
    return [trial for trial in trials if trial.name in chosen]


def group_of(fault: Fault, dialect: Dialect) -> str:
    """The kind of a fault as the table names it."""
    if fault.kind == "wire":
        return REFUSAL if fault.name.startswith("wire/refusals/") else WIRE
    if fault.kind == "behaviour":
        return _GROUP_OF_BEHAVIOUR[fault.name]
    if fault.kind == "not-enforced":
        return OTHER_MODEL if "-not-for-" in fault.name else NOT_ENFORCED
    return _GROUP_OF_KIND.get(fault.kind) or _group_of_message(dialect.requirements[fault.name])


def _group_of_message(requirement: Requirement) -> str:
    if requirement.on == "refusal":
        return REFUSAL
    if requirement.on in ("stream", "event") or requirement.rule == "no-stream-though-asked":
        return STREAM
    if requirement.rule in _IGNORED_RULES:
        return IGNORED
    if requirement.rule in PICTURE_RULES or requirement.rule == "echo-differs-from-picture":
        return PICTURE
    return USAGE if "/usage-" in requirement.id else ANSWER


def _judged(subject: Subject) -> set[str]:
    """What a run judges when nothing is said: not what only other sources than the document say."""
    return {facts.id for facts in requirements_of(subject) if not facts.observed_only} | set(chosen_checks(subject))
