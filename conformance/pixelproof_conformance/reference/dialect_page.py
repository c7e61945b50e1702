"""The page of a dialect: what its document says, requirement by requirement, and what proves each check."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pixelproof import Dialect, Requirement
from pixelproof._checks import Check, checks_of

from pixelproof_conformance.fixtures import fixtures_root
from pixelproof_conformance.gateway.faults import Fault, faults_of
from pixelproof_conformance.reference.markdown import anchor, code, link, page, prose, slug, table
from pixelproof_conformance.reference.requirements_page import page_of

LEGEND = """\
A source such as {source} is a place in the document: the file, and the parameter or section in it. A source that
starts otherwise is an official page or a measurement. What only such a source says has the severity `info`, and
its full severity under `--profile observed`.

The outcome word says what the document says about the matter; [Outcomes and exit
codes](../outcomes-and-exit-codes.md) explains it, and the severity. A check without “for ...” holds for every model.
The short id leads to why the requirement matters, how an endpoint keeps it, and examples. `pixelproof explain ID`
prints the same in the terminal; the short id is enough where no other requirement ends with it.

**Fixtures** are the test vectors of the requirement. **Fault** is how the reference gateway breaks it on demand, with
`pixelproof serve --fault ID`; the word is the kind of the fault:
"""
FAULT_KINDS = {
    "not-enforced": "It accepts a request that breaks the requirement.",
    "mishandled": "It answers such a request with an empty object, or refuses what the document promises to accept.",
    "refused": "It refuses a documented value, or a valid request with two optional parameters.",
    "not-kept": "Its answers, streams or refusals break the requirement.",
}
MANY_CHECKS = 3
"""More checks than these are folded away."""
MANY_BROKEN = 12
"""More requirements than these are counted, not listed; only faults that switch every check off break so many."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands behind one requirement: its checks, how many fixtures of each kind, and the faults that break it.

    The fault that is derived from the requirement itself comes first; the others are faults of behaviour.
    """

    requirement: Requirement
    checks: tuple[Check, ...]
    allowed: int
    flagged: int
    faults: tuple[Fault, ...]


def proofs_of(dialect: Dialect) -> tuple[Proof, ...]:
    """The proof of every requirement that can be checked, in the order of the declarations."""
    root = fixtures_root()
    faults = faults_of(dialect)
    return tuple(
        Proof(
            requirement,
            tuple(checks_of(requirement, dialect)),
            _count(root / requirement.id, "allowed"),
            _count(root / requirement.id, "flagged"),
            tuple(fault for fault in faults if requirement.id in fault.requirements),
        )
        for requirement in dialect.requirements.values()
        if requirement.checkable
    )


def _count(folder: Path, kind: str) -> int:
    return sum(1 for _ in folder.glob(f"{kind}-*.json"))


def dialect_page(dialect: Dialect) -> str:
    """The page as Markdown."""
    proofs = {proof.requirement.id: proof for proof in proofs_of(dialect)}
    lines = [f"# {dialect.title}", "", *_head(dialect), ""]
    for name in dialect.operations:
        lines += _operation(dialect, name, proofs)
    lines += _behaviours(dialect)
    return page(lines)


def place(requirement: Requirement) -> str:
    """The fragment of a requirement on the page of its dialect and on that of its operation: its id."""
    return requirement.id


def _head(dialect: Dialect) -> Iterator[str]:
    about = dialect.about
    document, key = about["document"], about["authentication"]
    yield f"The dialect {code(dialect.name)}: what {code(document['file'])} (“{prose(document['title'])}”) says."
    yield prose(document.get("about", ""))
    yield ""
    header = f"{key['header']}: {key['scheme']} KEY" if "scheme" in key else f"{key['header']}: KEY"
    facts = [
        ("Base URL", code(about["base-url"])),
        ("Key", f"header {code(header)}; `pixelproof run` takes it from {code(key['key-variable'])}"),
        ("Request without a model", _absent_model(dialect)),
        ("Refusals", _refusals(about.get("refusal", {}))),
    ]
    facts += [(f"Account fact {code(name)}", prose(says)) for name, says in about.get("account", {}).items()]
    yield from table(("", ""), facts)
    yield ""
    yield "## Models"
    yield ""
    yield from table(("Model", "Recognised by", "Operations", "Price for caps", "Note"), _models(dialect))
    yield ""
    yield "## Operations"
    yield ""
    yield from table(("Operation", "Sent as", "Requirements", "Checked", "Not checkable"), _operations(dialect))
    yield ""
    yield from _legend(dialect)


def _absent_model(dialect: Dialect) -> str:
    cases = dialect.about.get("absent-model")
    if not cases:
        return "no model is assumed: what depends on the model is not judged"
    said = []
    for case in cases:
        triggers = [code(name) for name in case.get("when-any-of", ())]
        when = f" when the request has one of {', '.join(triggers)}" if triggers else ""
        said.append(f"{prose(case['name'])}{when}")
    return "; else ".join(said)


def _refusals(refusal: dict[str, str]) -> str:
    places = [f"{name} at {code(refusal[name])}" for name in ("message", "parameter", "code") if name in refusal]
    return ", ".join(places)


def _models(dialect: Dialect) -> Iterator[tuple[str, ...]]:
    for name, facts in dialect.about["models"].items():
        known_by = code(facts["pattern"]) if "pattern" in facts else "its name"
        cost = facts.get("image-cost")
        yield (
            code(name) if "pattern" not in facts else prose(name),
            known_by,
            ", ".join(facts.get("operations", dialect.operations)),
            "not declared" if cost is None else f"{cost:g} USD a picture",
            prose(facts.get("about", "")),
        )


def _operations(dialect: Dialect) -> Iterator[tuple[str, ...]]:
    for name in dialect.operations:
        operation = dialect.operation(name)
        mine = [facts for facts in dialect.requirements.values() if facts.operation == name]
        checkable = sum(facts.checkable for facts in mine)
        sent = code(f"{operation.method} {operation.path} as {operation.content_type}")
        yield link(name, f"#{slug(name)}"), sent, str(len(mine)), str(checkable), str(len(mine) - checkable)


def _legend(dialect: Dialect) -> Iterator[str]:
    yield "## How to read the tables"
    yield ""
    yield LEGEND.format(source=code(next(iter(dialect.requirements.values())).source))
    yield from table(("Fault", "What the gateway does"), FAULT_KINDS.items())
    yield ""


def _operation(dialect: Dialect, name: str, proofs: dict[str, Proof]) -> Iterator[str]:
    operation = dialect.operation(name)
    mine = [facts for facts in dialect.requirements.values() if facts.operation == name]
    yield f"## {name}"
    yield ""
    yield f"{prose(operation.title)}: {code(f'{operation.method} {operation.path}')}."
    yield ""
    by_source: dict[str, list[Requirement]] = {}
    for facts in mine:
        by_source.setdefault(facts.source, []).append(facts)
    for source, group in by_source.items():
        yield f"### {name}: {code(source)}"
        yield ""
        checked = [facts for facts in group if facts.checkable]
        if checked:
            rows = (_row(proofs[facts.id]) for facts in checked)
            yield from table(("Requirement", "Outcome", "Checked by", "Proof"), rows)
            yield ""
        for facts in group:
            if not facts.checkable:
                says = f"{anchor(place(facts))}**Not checkable:** {prose(facts.says)} {prose(facts.reason or '')}"
                yield f"- {says} ({_details(facts)})"
        if len(checked) < len(group):
            yield ""


def _flaw(facts: Requirement) -> str:
    return facts.id.rpartition("/")[2]


def _details(facts: Requirement) -> str:
    """The short id, as the way to why it matters and how it is kept."""
    return link(code(_flaw(facts)), f"../{page_of(facts.dialect, facts.operation)}#{place(facts)}")


def _row(proof: Proof) -> tuple[str, ...]:
    facts = proof.requirement
    says = f"{anchor(place(facts))}{prose(facts.says)}\n{_details(facts)}"
    if facts.hint:
        says += f"\n*{prose(facts.hint)}*"
    return says, _outcome(facts), _checks(proof.checks), _proof(proof)


def _outcome(facts: Requirement) -> str:
    severity = f"{facts.severity}"
    if facts.observed_severity != facts.severity:
        severity += f"\n{facts.observed_severity} under the profile observed"
    account = f"\nneeds the account fact {code(facts.account)}" if facts.account else ""
    return f"{code(facts.outcome)}\n{severity}{account}"


def _checks(checks: tuple[Check, ...]) -> str:
    """The checks with equal ones of several messages together, and many of them folded away."""
    bound = {check.rule for check in checks if check.rule and check.rule in check.words}
    sections: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for check in checks:
        if check.rule not in bound or check.rule in check.words:  # a rule that is bound needs no words beside it
            sections.setdefault((_words(check), check.models), []).append(check.section)
    said = []
    for (words, models), where in sections.items():
        kinds = f" for {', '.join(prose(name) for name in models)}" if models else ""
        said.append(f"{' and '.join(where)}: {words}{kinds}")
    if len(said) <= MANY_CHECKS:
        return "\n".join(said)
    inside = "<br>".join(said)
    return f"<details><summary>{len(said)} places</summary>{inside}</details>"


def _words(check: Check) -> str:
    """What is checked, as code where it is a keyword or the name of a rule, with the way to the page of the rule."""
    if check.rule is None:
        return code(check.words)
    named = check.rule in check.words or ": " in check.words
    said = code(check.words) if named else prose(check.words)
    return f"{said} ({link('rule', f'../rules.md#{check.rule}')})"


def _proof(proof: Proof) -> str:
    folder = f"../../fixtures/{proof.requirement.id}"
    counts = f"fixtures: {proof.allowed} allowed, {proof.flagged} flagged"
    fixtures = link(counts, folder) if proof.allowed or proof.flagged else "no fixtures"
    if not proof.faults:
        return f"{fixtures}\nno fault"
    first = proof.faults[0]
    return f"{fixtures}\nfault: {first.kind if first.name == proof.requirement.id else code(first.name)}"


def _behaviours(dialect: Dialect) -> Iterator[str]:
    """The faults of behaviour, which break several statements at once."""
    found = [fault for fault in faults_of(dialect) if fault.kind == "behaviour"]
    if not found:
        return
    yield "## Faults of behaviour"
    yield ""
    yield "The reference gateway can also behave as real gateways were seen to: `pixelproof serve --fault NAME`."
    yield ""
    rows = []
    for fault in found:
        broken = [dialect.requirements[name] for name in fault.requirements]
        links = [link(code(_flaw(facts)), f"#{place(facts)}") for facts in broken]
        listed = (
            ", ".join(links) if len(links) <= MANY_BROKEN else f"all {len(links)} on requests with the severity error"
        )
        rows.append((code(fault.name), prose(fault.says), listed))
    yield from table(("Name", "What it does", "Breaks"), rows)
    yield ""
