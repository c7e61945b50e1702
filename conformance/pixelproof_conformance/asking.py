"""Asks an endpoint: each case within the caps, and only for as long as somebody answers.

Where one request after another gets no answer at all, the endpoint may be gone, or it may drop without a word what it
dislikes. Then a request that it has answered before is sent once more, and all others wait for what comes of it.
"""

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple, Protocol

from pixelproof import Operation

from pixelproof_conformance.budget import Budget
from pixelproof_conformance.judge import is_accepted, read
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.patience import Patience

STILL_THERE = "/still-there-"
"""Stands in the id of a request that is sent once more to see whether anybody answers, before a number."""


class Sender(Protocol):
    """What sends a case; :class:`pixelproof_conformance.client.Client` outside tests."""

    def send(self, case: Case, *, path: str, content_type: str) -> Record:
        """Sends the case and returns what came back; trouble on the way is in the record."""


class Asked(NamedTuple):
    """What came back, and the form in which it is held from now on."""

    record: Record
    held: Record


class Asker:
    """Sends cases for several threads. ``keep`` gets every record at once, and may give another form of it to hold.

    Without a ``sender`` nothing is sent. ``known`` holds records of an earlier run by case, and ``same`` says whether
    one is of the very request of a case; ``others`` counts those that are not. ``patience`` says what is not worth
    sending any more, ``unsent`` by the reason which cases that were. ``pause`` waits before a next try, after so many
    tries. Once ``stopped`` is set nothing is sent. ``looks`` are the records of what was sent once more to see whether
    anybody is there.
    """

    def __init__(
        self,
        sender: Sender | None,
        budget: Budget,
        *,
        known: Mapping[str, Record] | None = None,
        same: Callable[[Case, Record, Operation], bool] = lambda case, record, operation: True,
        patience: Patience | None = None,
        pause: Callable[[int], None] = lambda tries: None,
        keep: Callable[[Record], Record | None] = lambda record: None,
        stopped: threading.Event | None = None,
    ) -> None:
        self._sender = sender
        self._budget = budget
        self._known = dict(known or {})
        self._same = same
        self._standing: dict[str, Record] = {}
        self.others = 0
        self._patience = patience or Patience(math.inf, math.inf)
        self._pause = pause
        self._keep = keep
        self._looking = threading.Lock()
        self.looks: list[Record] = []
        self._free: tuple[Operation, Case] | None = None
        self._paid: tuple[Operation, Case] | None = None
        self.unsent: dict[str, set[str]] = {}
        self._stopped = stopped or threading.Event()

    def ask(self, operation: Operation, case: Case) -> Asked | None:
        """Sends one case, or takes its record from an earlier run.

        ``None`` when a cap, an end of patience or ctrl-C forbids it, or cut it off.
        """
        known = self.recorded(operation, case)
        if known is not None:
            self._remember(operation, case, known)
            return Asked(known, known)
        if self._sender is None:
            return None
        with self._looking:
            pass  # while another thread looks whether anybody is there, nothing more is risked
        if self._stopped.is_set() or self._is_given_up(case) or not self._budget.reserve(case):
            return None
        asked = self._exchange(self._sender, operation, case)
        if asked.record.failure == "interrupted":
            return None
        self._remember(operation, case, asked.record)
        if self._patience.doubt():
            self._look(self._sender)
        return asked

    def recorded(self, operation: Operation, case: Case) -> Record | None:
        """The record of ``case`` in an earlier run, if it is of the very same request; it counts as spent from now."""
        record = self._known.pop(case.id, None)
        if record is not None and self._same(case, record, operation):
            self._budget.count(case, record, accepted=is_accepted(record))
            self._standing[case.id] = record
        elif record is not None:
            self.others += 1
        return self._standing.get(case.id)

    @property
    def given_up(self) -> str:
        """Why the rest was not worth sending, or why nobody is there any more; empty when all was sent."""
        return next(iter(self.unsent), self._patience.all_over)

    @property
    def over(self) -> str:
        """Why nothing at all is sent any more; empty while something may be."""
        return "it was interrupted" if self._stopped.is_set() else self._patience.all_over

    def _remember(self, operation: Operation, case: Case, record: Record) -> None:
        """Keeps in mind a request that was answered, to send it again in doubt; best one that costs nothing."""
        if self._free is not None and self._paid is not None:
            return
        answer = read(record).answer
        if self._free is None and answer == case.expect == "refused" and not case.wire:
            self._free = (operation, case)
        if self._paid is None and answer == "accepted" and case.kind == "baseline":
            self._paid = (operation, case)

    def _is_given_up(self, case: Case) -> bool:
        reason = self._patience.given_up(case)
        if reason:
            self.unsent.setdefault(reason, set()).add(case.id)
        return bool(reason)

    def _exchange(self, sender: Sender, operation: Operation, case: Case) -> Asked:
        record = sender.send(case, path=operation.path, content_type=operation.content_type)
        self._budget.correct(case, record, accepted=is_accepted(record))
        return Asked(record, self._keep(record) or record)

    def _look(self, sender: Sender) -> None:
        """Sends again what was answered before, now and then for a while, until somebody answers.

        The last time it is the simplest request, though it may cost a picture: who stopped answering what is wrong may
        answer what is right.
        """
        with self._looking:
            if not self._patience.doubt():
                return  # another thread has looked meanwhile
            tries = 0
            while tries <= self._patience.retries:
                last = tries == self._patience.retries
                known = (self._paid or self._free) if last else (self._free or self._paid)
                if known is None:
                    self._patience.gone("")
                    return
                operation, case = known
                if tries:
                    self._pause(tries)
                if self._stopped.is_set():
                    return
                again = replace(case, id=f"{case.id}{STILL_THERE}{len(self.looks) + 1}")
                if not self._budget.reserve(again):
                    self._patience.gone("and a cap leaves no request to see whether it is still there")
                    return
                record = self._exchange(sender, operation, again).held
                self.looks.append(record)
                tries += max(1, record.attempts)
                if record.failure == "interrupted":
                    return
                if record.status is not None:
                    self._patience.there()
                    return
            self._patience.gone("nor did one that it had answered before, sent again")
