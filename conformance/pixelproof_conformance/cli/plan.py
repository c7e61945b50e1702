"""Prints the cases of a run and what they would cost, and sends nothing."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict

from pixelproof_conformance.cli.options import DEFAULT_EXAMPLES, add_choice, plea_from
from pixelproof_conformance.cli.output import standard_output
from pixelproof_conformance.plan import Plan, make_plans


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
    plans = make_plans(plea.subjects(dialect), only=options.only, skip=options.skip, observed=options.observed)
    prices = {name: facts.get("image-cost", 0.0) for name, facts in dialect.about["models"].items()}
    with standard_output() as out:
        out.writelines(_json_lines(plans) if arguments.format == "json" else _text(plans, prices))
    return 0


def _json_lines(plans: list[Plan]) -> Iterator[str]:
    for plan in plans:
        for case in plan.cases:
            facts = asdict(case)
            facts["raw"] = None if case.raw is None else case.raw.decode("utf-8", "replace")
            yield json.dumps(facts) + "\n"


def _text(plans: list[Plan], prices: dict[str, float]) -> Iterator[str]:
    for plan in plans:
        subject = plan.subject
        yield f"\n{subject.operation.name}, {subject.name}: {len(plan.cases)} requests, {plan.images} pictures\n"
        for case in plan.cases:
            name = case.id.split("/", 3)[-1] if case.kind != "baseline" else "simplest request"
            cost = f", {case.images} pictures" if case.images > 1 and case.expect != "refused" else ""
            yield f"  {case.kind:<10} {case.expect:<9} {name}{cost}\n"
        for requirement in plan.without_case:
            yield f"  no case    {requirement}\n"
    requests = sum(len(plan.cases) for plan in plans)
    images = sum(plan.images for plan in plans)
    cost_of_all = sum(plan.images * prices.get(plan.subject.name, 0.0) for plan in plans)
    yield (
        f"\n{requests} requests and {images} pictures for {len(plans)} models,"
        f" at least {cost_of_all:.2f} USD by declared prices.\n"
        f"A run adds up to {DEFAULT_EXAMPLES} generated requests a model (--examples). Nothing was sent.\n"
    )
