"""How the reference gateway breaks the rules, so that a run can be shown to see it."""

from typing import Any

from pixelproof_conformance.gateway.faults.deviation import Deviation, Served


class OtherSeed(Deviation):
    """Answers name a seed of the gateway's own."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        self.parameters = parameters

    def answer(self, served: Served, answer: Any) -> Any:
        """The answer with the next seed."""
        return {**answer, "seed": answer["seed"] + 1}
