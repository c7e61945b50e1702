"""How a rule plugin is broken: one deviation for each rule that looks at answers, streams or refusals.

Other distributions add theirs through the entry point group ``pixelproof.faults``: the name is that of the rule, the
value a function from the rule's parameters to a :class:`~..deviation.Deviation`, for example its class.
"""

from functools import cache

from pixelproof._plugins import load_plugin

from pixelproof_conformance.gateway.faults.rules.answers import BREAKERS as _ANSWERS
from pixelproof_conformance.gateway.faults.rules.breaker import Breaker
from pixelproof_conformance.gateway.faults.rules.pictures import BREAKERS as _PICTURES
from pixelproof_conformance.gateway.faults.rules.refusals import BREAKERS as _REFUSALS
from pixelproof_conformance.gateway.faults.rules.streams import BREAKERS as _STREAMS

_OWN: dict[str, Breaker] = {**_ANSWERS, **_PICTURES, **_REFUSALS, **_STREAMS}


def breaker_of(rule: str) -> Breaker | None:
    """What breaks ``rule``; ``None`` when nobody has said how."""
    return _OWN.get(rule) or _installed(rule)


@cache
def _installed(rule: str) -> Breaker | None:
    breaker: Breaker | None = load_plugin("pixelproof.faults", rule)
    return breaker
