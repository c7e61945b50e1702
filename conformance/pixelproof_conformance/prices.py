"""What requests cost: a price table, and what a case costs before it is sent and after it was answered.

An :class:`Amount` is a range. A request that leaves its quality open may cost as little as the cheapest entry and as
much as the dearest; where no price is known its upper end is ``None``. No price is ever made up.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pixelproof import Dialect, DialectError, UsageError
from pixelproof._meta import read_checked

from pixelproof_conformance.model import Case, Json, Record

_OPEN = "auto"
_MILLION = 1_000_000
_LONGEST_USAGE = 10_000
_KINDS = (("text-input", "input"), ("image-input", "input"), ("text-output", "output"), ("image-output", "output"))


@dataclass(frozen=True, slots=True)
class Amount:
    """From ``least`` to ``most``; ``most`` is ``None`` where nobody said how much it can be."""

    least: float = 0.0
    most: float | None = 0.0

    def __add__(self, other: "Amount") -> "Amount":
        most = None if self.most is None or other.most is None else round(self.most + other.most, 6)
        return Amount(round(self.least + other.least, 6), most)

    def times(self, number: float) -> "Amount":
        """So many of them."""
        return Amount(round(self.least * number, 6), None if self.most is None else round(self.most * number, 6))

    @property
    def known(self) -> bool:
        """Whether anything is known of it."""
        return self.most is not None or self.least > 0

    @property
    def careful(self) -> float:
        """What a cap counts with: the upper end where it is known, else the lower one."""
        return self.least if self.most is None else self.most


NOTHING = Amount()
UNKNOWN = Amount(0.0, None)


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens that an answer says it has used, by the side that they stand on; ``None`` where it says nothing."""

    input: int | None = None
    output: int | None = None
    by_kind: Mapping[str, int] = field(default_factory=dict)
    """Tokens by kind: text-input, image-input, text-output, image-output."""


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices by the name of a model, as ``schemas/meta/prices.yaml`` describes them; ``source`` says where from."""

    source: str
    models: Mapping[str, Mapping[str, Json]]
    file: str = field(default="", compare=False)
    """The path that the table was read from, as it was given."""

    def prices(self, model: str) -> bool:
        """Whether a price in money is known for pictures of ``model``."""
        entry = self.models.get(model, {})
        listed = entry.get("pictures", ())
        return any("usd" in row for row in listed) or ("image-output" in entry.get("tokens", {}))

    def cost(self, case: Case) -> Amount:
        """US dollars for ``case`` when it is accepted, as far as they are known before."""
        entry = self.models.get(case.model, {})
        rates: Mapping[str, float] = entry.get("tokens", {})
        rows = [_in_money(row, rates) for row in _fitting(entry, case)]
        pictures = _range(rows).times(case.images)
        if "text-input" in rates:  # no token is shorter than a byte
            size = len(str(case.body.get("prompt", "")).encode("utf-8", "replace"))
            pictures += Amount(0.0, size * rates["text-input"] / _MILLION)
        if case.files and "image-input" in rates:
            pictures += UNKNOWN
        if "image-output" in rates:
            pictures += Amount(0.0, self.preview_tokens(case) * rates["image-output"] / _MILLION)
        return pictures

    def tokens(self, case: Case) -> Amount:
        """Output tokens of ``case`` when it is accepted, as far as they are known before."""
        entry = self.models.get(case.model, {})
        listed = [row.get("output-tokens") for row in _fitting(entry, case)]
        rows = [UNKNOWN if number is None else Amount(number, number) for number in listed]
        return _range(rows).times(case.images) + Amount(0.0, self.preview_tokens(case))

    def spent(self, case: Case, usage: Usage) -> Amount:
        """US dollars for ``case``, which was accepted: by the tokens that its answer names where these are priced."""
        rates: Mapping[str, float] = self.models.get(case.model, {}).get("tokens", {})
        used = usage.by_kind
        if rates and used and all(kind in rates for kind, number in used.items() if number):
            money = sum(number * rates.get(kind, 0.0) for kind, number in used.items()) / _MILLION
            return Amount(round(money, 6), round(money, 6))
        return self.cost(case)

    def preview_tokens(self, case: Case) -> int:
        """Output tokens of the previews that a stream asks for, at most: an endpoint may send fewer."""
        each = self.models.get(case.model, {}).get("preview-tokens", 0)
        number = case.body.get("partial_images", 0)
        number = int(number) if isinstance(number, str) and number.isdecimal() else number
        return each * number if case.streams and type(number) is int and number > 0 else 0


def declared_prices(dialect: Dialect) -> PriceTable:
    """What the dialect declares: the price of the cheapest picture, and what a preview costs."""
    models: dict[str, dict[str, Json]] = {}
    for name, facts in dialect.about["models"].items():
        entry: dict[str, Json] = {}
        if "image-cost" in facts:
            entry["pictures"] = [{"usd": facts["image-cost"], "at-least": True}]
        if "preview-tokens" in facts:
            entry["preview-tokens"] = facts["preview-tokens"]
        if entry:
            models[name] = entry
            models.setdefault(facts.get("sample", name), entry)
    return PriceTable(f"the declarations of the dialect {dialect.name}, for the cheapest picture", models)


def read_prices(path: Path) -> PriceTable:
    """The table in a YAML file. Raises :class:`UsageError` with file, line and place for one that is none."""
    try:
        value, _ = read_checked(path, "prices")
    except DialectError as error:
        raise UsageError(f"--prices {error}") from None
    return PriceTable(value["source"], value["models"], str(path))


def usage_of(record: Record) -> Usage:
    """The tokens that an answer or the last event of a stream names; numbers that are none do not count."""
    found = _last_usage(record.body)
    if found is None:
        return Usage()
    by_kind: dict[str, int] = {}
    for kind, side in _KINDS:
        details = found.get(f"{side}_tokens_details")
        number = _count(details.get(f"{kind.partition('-')[0]}_tokens")) if isinstance(details, dict) else None
        if number is not None:
            by_kind[kind] = number
    output = _count(found.get("output_tokens"))
    if output is not None and not any(kind.endswith("-output") for kind in by_kind):
        by_kind["image-output"] = output  # an answer of pictures alone
    return Usage(_count(found.get("input_tokens")), output, by_kind)


def _last_usage(body: bytes) -> dict[str, Json] | None:
    """The object under the last key ``usage``; pictures before it are not read."""
    place = body.rfind(b'"usage"')
    if place < 0:
        return None
    text = body[place + len(b'"usage"') : place + _LONGEST_USAGE].decode("utf-8", "replace").lstrip(" \t\r\n:")
    try:
        value, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _count(value: Json) -> int | None:
    return value if type(value) is int and 0 <= value < 10**12 else None


def _fitting(entry: Mapping[str, Json], case: Case) -> Iterator[Mapping[str, Json]]:
    """The rows that may be the price of a picture of ``case``, up to the first that certainly is."""
    for row in entry.get("pictures", ()):
        certain = True
        for name, wanted in row.get("when", {}).items():
            allowed = wanted if isinstance(wanted, list) else [wanted]
            given = case.body.get(name, _OPEN)
            if given == _OPEN and _OPEN not in allowed:
                certain = False
            elif given not in allowed and str(given) not in map(str, allowed):
                break
        else:
            yield row
            if certain:
                return


def _in_money(row: Mapping[str, Json], rates: Mapping[str, float]) -> Amount:
    usd = row.get("usd")
    if usd is None and "image-output" in rates:
        usd = row["output-tokens"] * rates["image-output"] / _MILLION
    if usd is None:
        return UNKNOWN
    return Amount(usd, None if row.get("at-least") else usd)


def _range(amounts: list[Amount]) -> Amount:
    if not amounts:
        return UNKNOWN
    ends = [amount.most for amount in amounts]
    most = None if None in ends else max(end for end in ends if end is not None)
    return Amount(min(amount.least for amount in amounts), most)
