"""A request was refused with another status than the documented one."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule
from pixelproof.rules.refusal_left_out import is_to_be_refused

ABOUT_SOMETHING_ELSE = (401, 402, 403, 404, 407, 408, 413, 429)


@rule("refusal-with-another-status", on="refusal", applies=is_to_be_refused)
def refusal_with_another_status(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """A request that the document says is refused with status 400 was refused with another client error.

    Statuses about the key, the account, the load or the server (401, 403, 404, 429, 5xx) say nothing about the request.
    Why: clients tell their own mistakes by the status, and retry the rest.
    Flagged: status 422 for a transparent background where 400 is documented.
    Allowed: status 400 for the same request.
    Keep: answer 400 and not the status that a framework has for invalid input, such as 422.
    """
    status = exchange.status or 400
    if status == 400 or status >= 500 or status in ABOUT_SOMETHING_ELSE:
        return
    if is_to_be_refused(exchange, parameters):
        yield Seen((), status, "400", note=f"The status is {status}")
