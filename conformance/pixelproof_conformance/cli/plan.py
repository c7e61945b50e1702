"""Prints the cases of a run and what they would cost, and sends nothing."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict

from pixelproof_conformance.cli.options import add_choice, add_cost, plea_from
from pixelproof_conformance.cli.output import standard_output
from pixelproof_conformance.model import Case, Json
from pixelproof_conformance.ordering import paid_order
from pixelproof_conformance.plan import Plan, make_plans
from pixelproof_conformance.plan_cost import Cost, cost_json, cost_of
from pixelproof_conformance.plea import Plea
from pixelproof_conformance.prices import PriceTable, declared_prices
from pixelproof_conformance.report.words import amount_in_words, counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof plan``."""
    parser.add_argument("url", metavar="URL", nargs="?", default="http://127.0.0.1", help="taken and not called")
    add_choice(parser)
    add_cost(parser)
    parser.add_argument(
        "--format",
        choices=("text", "json", "jsonl"),
        default="text",
        help="text for people, json for the whole plan, jsonl for a case a line",
    )


def run(arguments: argparse.Namespace) -> int:
    """Prints the plan; returns 0."""
    plea = plea_from(arguments, seed=0)
    dialect = plea.load()
    options = plea.options
    plans = make_plans(plea.subjects(dialect), only=options.only, skip=options.skip, observed=options.observed)
    shown = _Shown(plea, plans, plea.prices or declared_prices(dialect))
    with standard_output() as out:
        if arguments.format == "json":
            out.write(json.dumps(shown.as_json(), indent=1) + "\n")
        else:
            out.writelines(shown.lines() if arguments.format == "jsonl" else shown.text())
    return 0


class _Shown:
    """The plans with their costs, in each of the forms."""

    def __init__(self, plea: Plea, plans: list[Plan], prices: PriceTable) -> None:
        self.plea, self.plans, self.prices = plea, plans, prices
        options = plea.options
        self.costs = [cost_of(plan, prices, examples=options.examples, repeat=options.repeat) for plan in plans]
        self.total = sum(self.costs, Cost())

    def cases(self, plan: Plan) -> tuple[Case, ...]:
        """The cases in the order in which a run sends them."""
        return (plan.baseline, *plan.own, *plan.rejects, *paid_order(plan, self.prices))

    def as_json(self) -> Json:
        return {
            "dialect": self.plea.dialect,
            "prices": self.prices.source,
            "examples": self.plea.options.examples,
            "repeat": self.plea.options.repeat,
            "subjects": [
                {
                    "operation": plan.subject.operation.name,
                    "model": plan.subject.name,
                    "cost": cost_json(cost),
                    "without_case": list(plan.without_case),
                    "cases": [self.case(case) for case in self.cases(plan)],
                }
                for plan, cost in zip(self.plans, self.costs, strict=True)
            ],
            "total": cost_json(self.total),
        }

    def lines(self) -> Iterator[str]:
        """A case a line."""
        for plan in self.plans:
            for case in self.cases(plan):
                yield json.dumps(self.case(case)) + "\n"

    def case(self, case: Case) -> dict[str, Json]:
        facts = asdict(case)
        del facts["repeat"]
        facts["raw"] = None if case.raw is None else case.raw.decode("utf-8", "replace")
        if case.expect == "refused" or not case.images:
            return facts | {"usd": {"at_least": 0.0, "at_most": 0.0}}
        cost = self.prices.cost(case)
        return facts | {"usd": {"at_least": cost.least, "at_most": cost.most}}

    def text(self) -> Iterator[str]:
        for plan, cost in zip(self.plans, self.costs, strict=True):
            subject = plan.subject
            yield (
                f"\n{subject.operation.name}, {subject.name}: {cost.requests} requests, {cost.free_requests} of them"
                f" free, {cost.images} pictures, {amount_in_words(cost.money)}\n"
            )
            for case in self.cases(plan):
                name = case.id.split("/", 3)[-1] if case.kind != "baseline" else "simplest request"
                pictures = f", {case.images} pictures" if case.images > 1 and case.expect != "refused" else ""
                yield f"  {case.kind:<10} {case.expect:<9} {name}{pictures}\n"
            for requirement in plan.without_case:
                yield f"  no case    {requirement}\n"
        yield from self.sums()

    def sums(self) -> Iterator[str]:
        total, options = self.total, self.plea.options
        models = counted(len(self.plans), "model")
        yield f"\n{total.requests} requests and {total.images} pictures for {models}, {amount_in_words(total.money)}.\n"
        if options.repeat > 1:
            yield f"Every request is counted {options.repeat} times (--repeat).\n"
        if options.examples:
            in_sum = "" if total.money.most is None else "; the upper end of the cost counts them"
            yield (
                f"Generated requests (--examples {options.examples}) add at most {total.explored_requests} requests and"
                f" {total.explored_images} pictures, as long as none of them fails{in_sum}.\n"
            )
        if total.tokens.known or total.preview_tokens:
            previews = f", previews at most {total.preview_tokens}" if total.preview_tokens else ""
            yield f"Output tokens: {_tokens(total)}{previews}.\n"
        yield f"Prices: {self.prices.source}.\nNothing was sent.\n"


def _tokens(total: Cost) -> str:
    most = total.tokens.most
    if most is None:
        return f"at least {total.tokens.least:.0f}" if total.tokens.least else "not known"
    return f"{total.tokens.least:.0f}" if most == total.tokens.least else f"{total.tokens.least:.0f} to {most:.0f}"
