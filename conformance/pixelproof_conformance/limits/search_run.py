"""A search for bounds from start to end: what is asked is kept, what ends it early is known, nothing is asked twice."""

import threading
from collections.abc import Callable
from pathlib import Path

from pixelproof import Dialect, TargetError

from pixelproof_conformance.asking import Asker
from pixelproof_conformance.audit import now
from pixelproof_conformance.budget import Budget
from pixelproof_conformance.client import Client, Target
from pixelproof_conformance.journal import Journal, JournalError, journal_header, read_journal
from pixelproof_conformance.limits.survey import Limit, Survey
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.plea import Plea
from pixelproof_conformance.prices import declared_prices
from pixelproof_conformance.redact import redact_json
from pixelproof_conformance.reported import Counts
from pixelproof_conformance.resumption import Earlier, earlier, same_at
from pixelproof_conformance.runner import read_baseline
from pixelproof_conformance.subject import Subject, baseline_body, split_files

_SECONDS_TO_END = 2.0
Progress = Callable[[int, int, Counts, int], None]


class SearchRun:
    """Looks for all bounds that a user asks for, in a thread of its own, so that ctrl-C is seen at once.

    ``path`` names a journal: what it holds of an earlier search is not asked again. Afterwards ``interrupted``,
    ``given_up`` and ``full`` (the first error of the journal) say what ended the search early, and ``left_out`` what
    was not looked for. Raises :class:`UsageError` for a journal of something else.
    """

    def __init__(
        self, plea: Plea, dialect: Dialect, target: Target, client: Client, path: Path | None, progress: Progress
    ) -> None:
        self._plea, self._dialect, self._client, self._progress = plea, dialect, client, progress
        self._stopped = threading.Event()
        self._done = 0
        self.full: JournalError | None = None
        before, self._journal = _opened(path, plea, dialect, target)
        self._budget = Budget(plea.options.caps, declared_prices(dialect))
        for record in before.lost:
            self._budget.count_lost(record)
        self._asker = Asker(
            client,
            self._budget,
            known=before.settled,
            same=same_at(target),
            patience=client.patience,
            pause=client.pause,
            keep=self._keep,
            stopped=self._stopped,
        )
        self._survey = Survey(self._asker, self._tell)
        self.left_out = self._survey.left_out

    def stop(self) -> None:
        """Asks nothing more; the answer under way is still taken."""
        self._stopped.set()
        self._client.stop()

    @property
    def given_up(self) -> str:
        """Why the endpoint was not worth asking any more."""
        return "" if self._stopped.is_set() else self._asker.given_up

    @property
    def interrupted(self) -> bool:
        """Whether the user ended the search."""
        return self._stopped.is_set() and self.full is None

    @property
    def ended_early(self) -> bool:
        """Whether something is left to be looked for."""
        return self._stopped.is_set() or bool(self.given_up)

    def look(self, parameters: tuple[str, ...]) -> list[Limit]:
        """The bounds that were found. Raises :class:`TargetError` when the endpoint cannot be reached at all."""
        limits: list[Limit] = []
        errors: list[BaseException] = []

        def work() -> None:
            try:
                for subject in self._plea.subjects(self._dialect):
                    reason = self._refusal(subject)
                    if reason:
                        self.left_out.append(f"{subject.operation.name}, {subject.name}: {reason}")
                    else:
                        limits.extend(self._survey.of(subject, parameters))
            except BaseException as error:  # noqa: BLE001 - raised below, in the thread of the caller
                errors.append(error)

        thread = threading.Thread(target=work, daemon=True, name="pixelproof-limits")
        thread.start()
        try:
            while thread.is_alive():
                thread.join(0.2)
        except KeyboardInterrupt:
            self._stopped.set()
            self._client.abort()
            thread.join(_SECONDS_TO_END)
        finally:
            self._close()
        if errors:
            raise errors[0]
        return limits

    def _refusal(self, subject: Subject) -> str:
        """Why the simplest request is not accepted; without that no refusal of another one says anything."""
        operation = subject.operation
        fields, files = split_files(baseline_body(subject))
        name = f"limits/{operation.name}/{subject.name}/simplest"
        case = Case(name, "baseline", operation.name, subject.name, subject.fields(fields), "accepted", files=files)
        asked = self._asker.ask(operation, case)
        if asked is None:
            return self._asker.over or self._asker.given_up or "a cap was reached"
        if asked.record.failure in ("connection", "tls") and not self._done:
            raise TargetError(asked.record.failure_text)
        reading = read_baseline(asked.record)
        return "" if reading.answer == "accepted" else f"the simplest request was not accepted: {reading.reason}"

    def _tell(self) -> None:
        self._done += 1
        self._progress(self._done, self._done, self._budget.counts, self._survey.deviations)

    def _keep(self, record: Record) -> None:
        if self._journal is None:
            return
        try:
            self._journal.append(record)
        except JournalError as error:
            self.full = self.full or error
            self.stop()

    def _close(self) -> None:
        if self._journal is None:
            return
        try:
            self._journal.close()
        except JournalError as error:
            self.full = self.full or error


def _opened(path: Path | None, plea: Plea, dialect: Dialect, target: Target) -> tuple[Earlier, Journal | None]:
    """What the journal holds of an earlier search, and the journal itself, which is begun where there is none."""
    if path is None:
        return Earlier({}, ()), None
    configuration = {**redact_json(plea.configuration(), target.secrets), "survey": "limits"}
    header = journal_header(dialect.name, configuration, now())
    if not path.exists():
        return Earlier({}, ()), Journal.create(path, header)
    journal = Journal.resume(path, header)
    return earlier(read_journal(path)[1]), journal
