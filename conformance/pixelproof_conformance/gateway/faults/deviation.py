"""The moments of an exchange at which a gateway with a fault or a variant does something else."""

from dataclasses import dataclass

from pixelproof import Finding
from pixelproof._values import Json

from pixelproof_conformance.gateway.answers.base import Answers
from pixelproof_conformance.gateway.calls import Call, Event, Order, Refusal, Reply


@dataclass(frozen=True, slots=True)
class Served:
    """A call that is answered: what it orders, and how its dialect answers."""

    call: Call
    order: Order
    answers: Answers


class Deviation:
    """What a fault or a variant does otherwise. Each method is one moment; here none of them changes anything.

    The moments come in this order: ``turns_away``, ``forgives`` and ``refuses`` decide whether the call is refused;
    then ``refusal``, or ``instead``, ``order`` and one of ``answer`` and ``events``; at last ``reply``. No method
    changes its arguments.
    """

    def turns_away(self, call: Call) -> Refusal | None:
        """A refusal before the call is judged."""
        return None

    def forgives(self, call: Call, finding: Finding) -> bool:
        """Whether an error of the request is overlooked."""
        return False

    def refuses(self, call: Call) -> Refusal | None:
        """A refusal of a call that is to be accepted."""
        return None

    def refusal(self, call: Call, body: Json) -> Json:
        """The body of a refusal."""
        return body

    def instead(self, call: Call) -> Reply | None:
        """A reply in place of the answer."""
        return None

    def order(self, call: Call, order: Order) -> Order:
        """What is made for the call."""
        return order

    def answer(self, served: Served, answer: Json) -> Json:
        """The answer in one piece."""
        return answer

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The events of a stream."""
        return events

    def reply(self, call: Call, reply: Reply) -> Reply:
        """What goes over the wire, refusals included."""
        return reply
