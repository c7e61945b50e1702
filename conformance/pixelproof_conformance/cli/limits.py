"""Finds what an endpoint really enforces (lengths, numbers, sizes, uploads) beside what its document states."""

import argparse
import json
from dataclasses import asdict

from pixelproof import TargetError, UsageError

from pixelproof_conformance.audit import target_of
from pixelproof_conformance.budget import Budget
from pixelproof_conformance.cli.options import add_sending, add_target, key_from, plea_from
from pixelproof_conformance.cli.output import standard_error, standard_output
from pixelproof_conformance.client import Client
from pixelproof_conformance.limits.survey import Limit, Survey
from pixelproof_conformance.limits.table import show_limits
from pixelproof_conformance.model import Case
from pixelproof_conformance.prices import declared_prices
from pixelproof_conformance.report.progress import show_progress
from pixelproof_conformance.runner import read_baseline
from pixelproof_conformance.subject import Subject, baseline_body, split_files


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof limits``."""
    add_target(parser)
    add_sending(parser)
    parser.add_argument(
        "--parameter", action="append", default=[], metavar="NAME", help="only bounds of this parameter (repeatable)"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text for people, json for programs")


def run(arguments: argparse.Namespace) -> int:
    """Prints the bounds; 0 when all are as documented, 1 when some deviate, 3 when nothing could be found out."""
    plea = plea_from(arguments, seed=0)
    dialect = plea.load()
    subjects = plea.subjects(dialect)
    key, _ = key_from(plea.key_env, dialect)
    budget = Budget(plea.options.caps, declared_prices(dialect))
    limits: list[Limit] = []
    with Client(target_of(plea, dialect, key), plea.limits) as client, show_progress(0, standard_error()) as step:
        step.watch(client.activity.text)
        done = 0

        def tell() -> None:
            nonlocal done
            done += 1
            step(done, done, budget.counts, survey.deviations)

        survey = Survey(client, budget, tell)
        for subject in subjects:
            reason = _refusal(subject, client, budget)
            if reason:
                survey.left_out.append(f"{subject.operation.name}, {subject.name}: {reason}")
                continue
            limits.extend(survey.of(subject, tuple(arguments.parameter)))
    if not limits:
        if arguments.parameter and not survey.left_out:
            raise UsageError(
                f"--parameter {', '.join(arguments.parameter)}: no bound of it is known; leave it out to see all"
            )
        raise TargetError(survey.left_out[0] if survey.left_out else "no bound could be looked for")
    with standard_output() as out:
        if arguments.format == "json":
            json.dump({"limits": [asdict(limit) for limit in limits], "left_out": survey.left_out}, out, indent=2)
            out.write("\n")
        else:
            show_limits(limits, survey.left_out, out)
    return _status(limits)


def _status(limits: list[Limit]) -> int:
    if any(limit.is_deviation for limit in limits):
        return 1
    return 3 if all(limit.verdict == "inconclusive" for limit in limits) else 0


def _refusal(subject: Subject, client: Client, budget: Budget) -> str:
    """Why the simplest request is not accepted; without that no refusal of another one says anything."""
    operation = subject.operation
    fields, files = split_files(baseline_body(subject))
    name = f"limits/{operation.name}/{subject.name}/simplest"
    case = Case(name, "baseline", operation.name, subject.name, subject.fields(fields), "accepted", files=files)
    if not budget.reserve(case):
        return "a cap was reached"
    record = client.send(case, path=operation.path, content_type=operation.content_type)
    reading = read_baseline(record)
    budget.correct(case, record, accepted=reading.answer == "accepted")
    if record.failure in ("connection", "tls"):
        raise TargetError(record.failure_text)
    return "" if reading.answer == "accepted" else f"the simplest request was not accepted: {reading.reason}"
