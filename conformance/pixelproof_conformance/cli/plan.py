"""Prints the cases of a run and what they would cost, and sends nothing."""

import argparse
import json
import sys
from dataclasses import asdict

from pixelproof_conformance.cli.options import DEFAULT_EXAMPLES, add_choice, plea_from
from pixelproof_conformance.plan import Plan, make_plan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof plan``."""
    parser.add_argument("url", metavar="URL", nargs="?", default="http://127.0.0.1", help="taken and not called")
    add_choice(parser)
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="text for people, json a case a line"
    )


def run(arguments: argparse.Namespace) -> int:
    """Prints the plan; returns 0."""
    plea = plea_from(arguments, seed=0)
    dialect = plea.load()
    options = plea.options
    plans = [
        make_plan(subject, only=options.only, skip=options.skip, observed=options.observed)
        for subject in plea.subjects(dialect)
    ]
    if arguments.format == "json":
        for plan in plans:
            for case in plan.cases:
                facts = asdict(case)
                facts["raw"] = None if case.raw is None else case.raw.decode("utf-8", "replace")
                sys.stdout.write(json.dumps(facts) + "\n")
        return 0
    prices = {name: facts.get("image-cost", 0.0) for name, facts in dialect.about["models"].items()}
    for plan in plans:
        _show(plan)
    requests = sum(len(plan.cases) for plan in plans)
    images = sum(plan.images for plan in plans)
    cost = sum(plan.images * prices.get(plan.subject.name, 0.0) for plan in plans)
    sys.stdout.write(
        f"\n{requests} requests and {images} pictures for {len(plans)} models,"
        f" at least {cost:.2f} USD by declared prices.\n"
        f"A run adds up to {DEFAULT_EXAMPLES} generated requests a model (--examples). Nothing was sent.\n"
    )
    return 0


def _show(plan: Plan) -> None:
    subject = plan.subject
    sys.stdout.write(
        f"\n{subject.operation.name}, {subject.name}: {len(plan.cases)} requests, {plan.images} pictures\n"
    )
    for case in plan.cases:
        name = case.id.split("/", 3)[-1] if case.kind != "baseline" else "simplest request"
        cost = f", {case.images} pictures" if case.images > 1 and case.expect != "refused" else ""
        sys.stdout.write(f"  {case.kind:<10} {case.expect:<9} {name}{cost}\n")
    for requirement in plan.without_case:
        sys.stdout.write(f"  no case    {requirement}\n")
