"""The token counts of an answer do not add up."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Path, Seen
from pixelproof.rules import rule

SUMS = (
    ("total_tokens", ("input_tokens",), ("output_tokens",)),
    ("input_tokens", ("input_tokens_details", "text_tokens"), ("input_tokens_details", "image_tokens")),
    ("output_tokens", ("output_tokens_details", "text_tokens"), ("output_tokens_details", "image_tokens")),
)


def _has_sums(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    return any(isinstance(holder.get("usage"), dict) for holder in exchange.holders)


@rule("usage-does-not-add-up", on=("answer", "stream"), applies=_has_sums)
def usage_does_not_add_up(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """A token count is not the sum of its parts.

    Details that differ from a count are blamed themselves where that count fits the total.
    Why: bills are made from these numbers.
    Flagged: 50 input and 50 output tokens with a total of 90.
    Allowed: 50 input and 50 output tokens with a total of 100.
    Keep: copy all counts from one source, or add the total up from the parts that you send.
    """
    holders: list[tuple[Path, Json]] = [(("usage",), exchange.answer.get("usage"))]
    holders += [
        ((index, "data", "usage"), event["data"].get("usage"))
        for index, event in enumerate(exchange.events)
        if isinstance(event.get("data"), dict)
    ]
    for place, usage in holders:
        if not isinstance(usage, dict):
            continue
        for name, *parts in SUMS:
            total = _count(usage, (str(name),))
            counts = [_count(usage, tuple(part)) for part in parts]
            if total is None or None in counts or total == (made := sum(count or 0 for count in counts)):
                continue
            if len(parts[0]) > 1 and _fits_the_total(usage):
                details, note = parts[0][0], f"adds up to {made}, but {name} is {total}"
                yield Seen((*place, details), usage[details], f"{total} in all", note=note)
            else:
                words = " and ".join(".".join(part) for part in parts)
                yield Seen((*place, str(name)), total, f"{made}", note=f"is {total}, but {words} add up to {made}")


def _fits_the_total(usage: dict[str, Json]) -> bool:
    total, taken, made = (_count(usage, (name,)) for name in ("total_tokens", "input_tokens", "output_tokens"))
    return total is not None and taken is not None and made is not None and total == taken + made


def _count(usage: dict[str, Json], path: tuple[str, ...]) -> int | float | None:
    value: Json = usage
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
