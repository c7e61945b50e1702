"""What the runs of both tools come to: which faults were found, which alarms were false, what it cost."""

import json
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Any, NamedTuple

from benchmarks.schemathesis.reports import Findings
from benchmarks.schemathesis.tools import PIXELPROOF, SCHEMATHESIS, Sitting
from benchmarks.schemathesis.trials import GROUPS, Trial

TOOLS = (SCHEMATHESIS, PIXELPROOF)


class Comparison(NamedTuple):
    """All runs of a measurement, with ``facts`` about it: date, versions, machine, command."""

    facts: dict[str, str]
    sittings: tuple[Sitting, ...]

    def of(self, tool: str, *kinds: str) -> list[Sitting]:
        """The runs of ``tool`` against gateways of these kinds."""
        return [one for one in self.sittings if one.tool == tool and one.trial.kind in kinds]

    def found(self, sitting: Sitting) -> tuple[str, ...]:
        """What in a run points to the fault, and was not reported of the clean gateway.

        For pixelproof that is the very requirement that the fault breaks. For Schemathesis it is any failure, because
        its failures do not say which rule is broken.
        """
        known: set[str] = set()
        for clean in self.of(sitting.tool, "clean"):
            known |= {*clean.findings.failures, *clean.findings.warnings}
        told = (*sitting.findings.failures, *sitting.findings.warnings)
        if sitting.tool == SCHEMATHESIS:
            told = sitting.findings.failures
        else:
            told = tuple(name for name in told if name in sitting.trial.breaks)
        return tuple(name for name in told if name not in known)

    def faults_by_group(self) -> list[tuple[str, int, dict[str, int]]]:
        """For each kind of fault: how many there were, and how many each tool found."""
        rows = []
        for group in GROUPS:
            of_group = {tool: [one for one in self.of(tool, "fault") if one.trial.group == group] for tool in TOOLS}
            if any(of_group.values()):
                hits = {tool: sum(bool(self.found(one)) for one in found) for tool, found in of_group.items()}
                rows.append((group, max(map(len, of_group.values())), hits))
        return rows

    def by_trial(self, kind: str) -> list[tuple[Trial, dict[str, Sitting]]]:
        """The trials of a kind in their order, each with the run of each tool."""
        found: dict[str, dict[str, Sitting]] = {}
        trials: dict[str, Trial] = {}
        for one in self.sittings:
            if one.trial.kind == kind:
                trials[one.trial.name] = one.trial
                found.setdefault(one.trial.name, {})[one.tool] = one
        return [(trial, found[name]) for name, trial in trials.items()]


class Cost(NamedTuple):
    """What one run costs, or several together; times in seconds."""

    requests: float
    pictures: float
    wall: float
    processor: float


def cost_of(sittings: Sequence[Sitting], over: Callable[[Iterable[float]], float] = median) -> Cost:
    """The cost of ``sittings``, of which there is at least one: the median, or what else ``over`` makes of each."""
    return Cost(
        over([one.requests for one in sittings]),
        over([one.pictures for one in sittings]),
        over([one.wall for one in sittings]),
        over([one.processor for one in sittings]),
    )


def false_alarms(sitting: Sitting) -> tuple[str, ...]:
    """What a run says is broken of a gateway that breaks nothing."""
    return sitting.findings.failures


def undue_warnings(sitting: Sitting) -> tuple[str, ...]:
    """What a run warned of at a gateway that breaks nothing, beyond the warnings that its trial names as due."""
    due = sitting.trial.may_warn
    return tuple(name for name in sitting.findings.warnings if name.rpartition("/")[2] not in due)


def as_json(comparison: Comparison) -> str:
    """The measurement as JSON, a line for each run."""
    lines = [json.dumps(_plain(one), ensure_ascii=False) for one in comparison.sittings]
    facts = json.dumps(comparison.facts, indent=1, ensure_ascii=False)
    return '{"facts": ' + facts + ',\n"runs": [\n' + ",\n".join(lines) + "\n]}\n"


def from_json(text: str) -> Comparison:
    """What :func:`as_json` wrote. Raises ``ValueError`` or ``KeyError`` for another text."""
    value = json.loads(text)
    return Comparison(value["facts"], tuple(_sitting(run) for run in value["runs"]))


def ordered(sittings: Iterable[Sitting], trials: Sequence[Trial]) -> tuple[Sitting, ...]:
    """The runs in the order of the trials, however they came in."""
    place = {(trial.kind, trial.name): index for index, trial in enumerate(trials)}
    return tuple(sorted(sittings, key=lambda one: (place[one.trial.kind, one.trial.name], TOOLS.index(one.tool))))


def _plain(sitting: Sitting) -> dict[str, Any]:
    times = {"wall": round(sitting.wall, 2), "processor": round(sitting.processor, 2)}
    return sitting._asdict() | times | {"trial": sitting.trial._asdict(), "findings": sitting.findings._asdict()}


def _sitting(run: dict[str, Any]) -> Sitting:
    trial, findings = run["trial"], run["findings"]
    lists = {name: tuple(trial[name]) for name in ("breaks", "may_warn")}
    found = Findings(tuple(findings["failures"]), tuple(findings["warnings"]), findings["trouble"])
    return Sitting(**{**run, "trial": Trial(**{**trial, **lists}), "findings": found})
