"""A run from start to report: options of the user in, a folder with journal and reports out."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from pathlib import Path

from pixelproof import Dialect, PixelproofError, TargetError, UsageError, __version__

from pixelproof_conformance.asking import STILL_THERE
from pixelproof_conformance.client import Client, Target
from pixelproof_conformance.evidence import evidence_of
from pixelproof_conformance.guidance import guidance_for
from pixelproof_conformance.interruption import gentle_interrupt
from pixelproof_conformance.journal import Journal, JournalError, journal_header, stream_journal
from pixelproof_conformance.model import Json, Record
from pixelproof_conformance.plea import Plea, plea_of
from pixelproof_conformance.prices import declared_prices
from pixelproof_conformance.redact import Secrets, redact_json, redact_text, redact_url
from pixelproof_conformance.reported import Counts, Report
from pixelproof_conformance.reproduce import curl_line, python_snippet
from pixelproof_conformance.resumption import Earlier, earlier, same_at
from pixelproof_conformance.runner import Outcome, Run
from pixelproof_conformance.stored_record import Bodies, read_stored

Progress = Callable[[int, int, Counts, int], None]
JOURNAL = "journal.jsonl"
MOST_HELD_BYTES = 256 << 20
"""What a run holds of its exchanges in memory, by their length in the journal; the others are read when needed."""

_SECONDS_TO_END = 2.0


class UnfinishedError(PixelproofError):
    """The run ended early: its journal took no more, or the endpoint was given up. ``report`` holds what is known."""

    def __init__(self, text: str, report: Report) -> None:
        super().__init__(text)
        self.report = report
        self.exit_status = report.exit_status or 3  # what is broken stays broken, however the run ended


def target_of(plea: Plea, dialect: Dialect, key: str | None) -> Target:
    """Where the requests go and how they prove who sends them."""
    authentication: dict[str, str] = dialect.about["authentication"]
    return Target(
        url=plea.url,
        key=key,
        key_header=authentication["header"],
        key_scheme=authentication.get("scheme"),
        headers=plea.headers,
        aliases=dict(plea.aliases),
        model_parameter=dialect.about.get("model-parameter", "model"),
        fetch_hosts=plea.fetch_hosts,
    )


def run_audit(
    plea: Plea,
    folder: Path,
    *,
    key: str | None,
    resume: bool = False,
    pay_again: bool = False,
    progress: Progress = lambda done, planned, counts, failures: None,
    tell: Callable[[str], None] = lambda line: None,
    watch: Callable[[Callable[[], str]], None] = lambda life: None,
) -> Report:
    """Runs against the endpoint and returns the report; every exchange is in the folder's journal by then.

    ``pay_again`` lets a resumed run ask again what got no whole answer and may have been paid for all the same.
    ``tell`` gets a line for the user when ctrl-C is pressed. ``watch`` gets a function that says in a few words what is
    under way at the moment. A run that was never answered leaves no journal behind.
    Raises :class:`TargetError` when the endpoint cannot be judged, :class:`UsageError` for what the user has to mend,
    :class:`UnfinishedError` when the journal takes no more or the endpoint is not worth asking any more.
    """
    dialect = plea.load()
    subjects = plea.subjects(dialect)
    started = now()
    path = folder / JOURNAL
    target = target_of(plea, dialect, key)
    header = journal_header(dialect.name, redact_json(plea.configuration(), target.secrets), started)
    client = Client(target, plea.limits)
    watch(client.activity.text)
    before = Earlier({}, ())
    if resume:
        first, records = read_stored(path)
        before, started = earlier(records, pay_again=pay_again), str(first.get("started"))
        journal = Journal.resume(path, header)
        if journal.cut:
            tell(f"The last line of {path} was cut in the middle and is taken out; its request is sent again.")
    else:
        journal = _new_journal(folder, header)

    def halt() -> None:
        run.stop()
        client.stop()

    keeper = _Keeper(journal, path, halt)
    run = _run(plea, target, dialect, client, before, keep=keeper.keep, progress=progress)

    def stop() -> None:
        halt()
        tell("Stopping: nothing more is sent; waiting for the answers under way. Ctrl-C again drops them.")

    try:
        with journal:
            try:
                with client, gentle_interrupt(stop):
                    outcome = run.over(subjects)
                if outcome.interrupted and not outcome.sent and not keeper.kept and not keeper.lost:
                    raise KeyboardInterrupt
            finally:
                run.join(_SECONDS_TO_END)
            keeper.close()
    except BaseException as error:
        if not resume and (isinstance(error, TargetError) or not keeper.kept):
            path.unlink(missing_ok=True)
        raise
    report = keeper.checked(_report(plea, dialect, outcome, started, now(), target.secrets))
    if report.given_up:
        raise UnfinishedError(f"{report.url} was not judged to its end: {report.given_up}", report)
    return report


class _Keeper:
    """Keeps the records of a run in its journal, and calls ``halt`` when the journal takes no more."""

    def __init__(self, journal: Journal, path: Path, halt: Callable[[], None]) -> None:
        self._journal = journal
        self._bodies = Bodies(path)
        self._held_bytes = self._answers = 0
        self._halt = halt
        self.kept: list[str] = []
        self.lost: list[JournalError] = []

    def keep(self, record: Record) -> Record:
        """Keep one record, and give it back as it is held from now on: beyond what an honest run holds, on disk.

        What was under way is still taken after a full disk: it is paid for, and may find room.
        """
        self._answers += 1
        try:
            place, size = self._journal.append(record)
        except JournalError as error:
            self.lost.append(error)
            self._halt()
            return record
        self.kept.append(record.case)
        self._held_bytes += size
        return record if self._held_bytes <= MOST_HELD_BYTES else self._bodies.held(record, place, size)

    def close(self) -> None:
        """Bring everything to the disk, which may be the moment at which it says that it is full."""
        try:
            self._journal.close()
        except JournalError as error:
            self.lost.append(error)

    def checked(self, report: Report) -> Report:
        """The report. Raises :class:`UnfinishedError` with it when the journal does not hold all of it."""
        if not self.lost:
            return report
        error = str(self.lost[0])
        lost = self._answers - len(self.kept)
        note = f"{error}. Of {self._answers} answers the journal lacks {lost or 'maybe the last ones'}."
        raise UnfinishedError(error, replace(report, notes=(*report.notes, note)))


def _new_journal(folder: Path, header: Mapping[str, Json]) -> Journal:
    """A journal in ``folder``, which is made where it is missing. Raises :class:`UsageError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made ({error.strerror}); name another folder with --out") from None
    try:
        return Journal.create(folder / JOURNAL, header)
    except JournalError as error:
        raise UsageError(str(error)) from None


def judge_again(folder: Path, *, dialect_path: tuple[str, ...] = ()) -> Report:
    """Judges the journal of an earlier run with the rules of today; nothing is sent.

    ``dialect_path`` says anew where a dialect of others lies: paths of one machine do not stand in a journal.
    """
    path = folder / JOURNAL if folder.is_dir() else folder
    header, records = read_stored(path)
    plea = plea_of(header.get("configuration") or {}, dialect_path)
    dialect = plea.load()
    before = earlier(records)
    undecided = {
        record.case: record
        for record in before.lost
        if record.failure != "interrupted" and STILL_THERE not in record.case
    }
    known = undecided | before.settled
    lost = tuple(record for record in before.lost if known.get(record.case) is not record)
    run = _run(plea, target_of(plea, dialect, None), dialect, None, Earlier(known, lost))
    outcome = run.over(plea.subjects(dialect))
    started = str(header.get("started"))
    return _report(plea, dialect, outcome, started, max([started, *map(_ended, records)]))


def plea_in(folder: Path, *, dialect_path: tuple[str, ...] = ()) -> Plea:
    """The options of the run in ``folder``. Raises :class:`UsageError` when there is none."""
    header, _ = stream_journal(folder / JOURNAL)
    return plea_of(header.get("configuration") or {}, dialect_path)


def _run(
    plea: Plea,
    target: Target,
    dialect: Dialect,
    client: Client | None,
    before: Earlier,
    *,
    keep: Callable[[Record], Record | None] = lambda record: None,
    progress: Progress = lambda done, planned, counts, failures: None,
) -> Run:
    variable = plea.key_env or dialect.about["authentication"].get("key-variable", "API_KEY")
    return Run(
        client,
        plea.options,
        known=before.settled,
        lost=before.lost,
        prices=plea.prices,
        same=same_at(target),
        keep=keep,
        progress=progress,
        reproduce=lambda case, record: (
            curl_line(record, target, key_variable=variable, transport=case.transport),
            python_snippet(record, target, key_variable=variable, transport=case.transport),
        ),
        evidence=evidence_of,
        patience=None if client is None else client.patience,
        pause=(lambda tries: None) if client is None else client.pause,
    )


def _report(
    plea: Plea, dialect: Dialect, outcome: Outcome, started: str, finished: str, secrets: Secrets = ()
) -> Report:
    wanted = set(plea.operations or dialect.operations)
    return Report(
        tool="pixelproof",
        version=__version__,
        dialect=dialect.name,
        document=f"{dialect.about['document']['title']} ({dialect.about['document']['file']})",
        url=redact_url(plea.url),
        started=started,
        finished=finished,
        configuration=redact_json(plea.configuration(), secrets) | {"python": sys.version.split()[0]},
        command=redact_text(plea.command(), secrets),
        counts=outcome.counts,
        results=tuple(outcome.results),
        notes=tuple(outcome.notes),
        interrupted=outcome.interrupted,
        given_up="" if outcome.interrupted else outcome.given_up,
        caps_reached=outcome.caps_reached,
        prices=(plea.prices or declared_prices(dialect)).source,
        noise=outcome.noise,
        guidance=guidance_for(outcome.results, dialect),
        not_checkable=tuple(
            {"id": facts.id, "says": facts.says, "source": facts.source, "reason": facts.reason}
            for facts in dialect.requirements.values()
            if facts.reason is not None and facts.operation in wanted
        ),
    )


def now() -> str:
    """The time in UTC to the millisecond, as ISO 8601."""
    return _written(datetime.now(UTC))


def _ended(record: Record) -> str:
    """When the answer was complete, or an empty text for a time that cannot be read."""
    try:
        return _written(datetime.fromisoformat(record.started).astimezone(UTC) + timedelta(seconds=record.seconds))
    except (ValueError, OverflowError):
        return ""


def _written(time: datetime) -> str:
    return f"{time.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def run_folder(base: Path, dialect: str) -> Path:
    """The path of a new folder for a run: time and dialect, and a number where another run has taken that."""
    first = base / f"{datetime.now(UTC).strftime('%Y%m%d-%H%M%S')}-{dialect}"
    return next(
        path for path in chain([first], (first.with_name(f"{first.name}-{n}") for n in count(2))) if not path.exists()
    )
