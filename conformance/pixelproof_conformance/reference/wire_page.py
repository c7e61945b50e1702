"""The page of the wire checks: what each wants and why, where a run sees it, and what to do about it."""

from collections.abc import Iterator
from itertools import groupby

from pixelproof._wire_table import WireCheck, wire_checks

from pixelproof_conformance.reference.markdown import code, link, page, prose, table

_OPENING = """\
A document says what an endpoint does with a request that can be read. It says little about what goes wrong on the
way: a body that is cut, a part with another type, a path that does not exist, an error that a proxy writes. The wire
checks are about that. There are {count}. They hold for every dialect, they are listed in `schemas/wire.yaml`, and
their ids begin with `wire/`.

`pixelproof run` judges them beside the requirements of the document, and they stand in the same report.

- What no document promises is `warn`. `fail` is for a server error, a broken connection or silence over a request
  that has to be refused, for a web page in place of an error, and for an answer that is none.
- A rate limit, an outage (503, 504) and a time-out of an ordinary request say nothing, as everywhere.
- Most of them look at requests that the run sends anyway. Those that need a request of their own send one that has to
  be refused, so that it costs nothing. Forms of accepted requests are tried on requests that the run pays for anyway;
  only when one is not accepted, the same request goes out again in the usual form, to see which of the two is to
  blame.
- Where a rule of the document says the same, the check is left to the document.
- What does not depend on the model is asked once an operation, of the first model that answers.
- Each of the requests is followed by an ordinary one, to see that it is served.
- Keys are put to the test only in a run that has a key. The request without it, the one with a wrong key and those for
  a model that makes no pictures or that nobody knows are valid otherwise: an endpoint that serves them makes a picture
  for each.
- Edits and variations are compared with generations: the keys of the answers, unknown models, and every value that both
  were asked for. Only what the document says the same about on both routes is compared, and only what both routes
  decided. A value counts as refused when it was all that differed from the simplest request. One finding names both
  requests. It is `warn` and not `fail`, because no document promises that two routes agree: where it promises something
  about each of them, the requirement for that route fails by itself.
- For references, an edit that has several pictures anyway gets flat swatches of two colours, in turn, and a prompt that
  asks for stripes of these colours. In the first picture that comes back each of the two hues has to fill at least 5 %.
  Models take references as guidance, so a lost colour is a doubt that somebody has to look at: `warn`. A picture
  without any colours, one of more than 16 million pixels and one that did not come say nothing.
- Pictures behind an address are fetched, without the key, from the target itself and from hosts that `--fetch-host`
  names.

`--only wire/` runs the wire checks alone, `--skip wire/` leaves them out, and `--only wire/bodies/` takes one family.
`pixelproof rules --wire` lists them, `pixelproof explain wire/bodies/large-body` shows one. The reference gateway
breaks each of them on demand, under its id: `pixelproof serve --fault wire/bodies/large-body`. How a check is added
stands in [CONTRIBUTING.md](../CONTRIBUTING.md#7-a-new-wire-check).

Not checked from outside, because only the upstream of a gateway shows it: whether reference pictures and the mask reach
the model unchanged and in their order, whether a call is doubled, how errors and time-outs of the upstream are passed
on, and whether parameters are dropped on the way without a trace in the answer. Whether what is billed is what came
stands in the ledger of the gateway.
"""
_TITLES = {
    "refusals": "Refusals",
    "values": "Wrong values",
    "bodies": "Bodies",
    "order": "Order",
    "routes": "Routes",
    "keys": "Keys",
    "models": "Models",
    "parity": "Two routes",
    "shapes": "Forms of accepted requests",
    "references": "References",
    "pictures": "Pictures",
    "answers": "Answers",
    "streams": "Streams",
    "addresses": "Addresses of pictures",
}


def wire_page() -> str:
    """The page as Markdown."""
    checks = wire_checks()
    lines = ["# Wire checks", "", _OPENING.format(count=len(checks))]
    for family, found in groupby(checks, key=lambda check: check.family):
        lines += [f"## {_TITLES.get(family, family.capitalize())}", "", *_family(list(found)), ""]
    return page(lines)


def _family(checks: list[WireCheck]) -> Iterator[str]:
    head = ("Check", "Severity", "What it wants, and why", "Seen in", "What a gateway can do")
    yield from table(
        head,
        (
            (
                code(check.id),
                check.severity,
                f"{prose(check.says)}\n{prose(check.why)}",
                prose(check.seen) + _left_to(check),
                prose(check.hint),
            )
            for check in checks
        ),
    )


def _left_to(check: WireCheck) -> str:
    rules = " or ".join(link(code(rule), f"rules.md#{rule}") for rule in check.left_to)
    return f"\nnot where the document binds {rules}" if rules else ""
