"""The verbs of the command line that need the extra ``conformance``; each lives in its own module."""

from importlib import import_module
from typing import Any

VERBS: dict[str, str] = {
    "demo": "run against the built-in reference gateway with a few faults",
    "plan": "print the cases of a run and what they would cost; send nothing",
    "run": "send the cases to an endpoint and report what it keeps",
    "limits": "find what an endpoint really enforces, beside what its document states",
    "audit": "judge recorded traffic: HTTP archives, logs of JSON lines, journals; send nothing",
    "judge": "judge the journal of an earlier run again; send nothing",
    "report": "render the report of a run in another form",
    "waive": "write a waiver for each failure of a run",
    "compare": "compare the reports of two or more runs",
    "evidence": "put runs on a shelf of published evidence, and write its index",
    "serve": "serve the reference gateway",
    "kill-table": "seed every fault in the reference gateway and say which ones a run finds",
    "export": "write fixtures, an OpenAPI document, or a run as an HTTP archive",
}
"""Each verb with its line of help."""


def add_verb(name: str, subparsers: Any) -> None:
    """Adds the parser of one verb; its default ``run`` takes the parsed arguments and returns the exit status."""
    if name == "serve":  # the gateway brings its own, for it shares nothing with the runner
        import_module("pixelproof_conformance.gateway.command").add_serve(subparsers)
        return
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    parser = subparsers.add_parser(name, help=VERBS[name], description=module.__doc__)
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)
