"""A run from start to report: options of the user in, a folder with journal and reports out."""

import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pixelproof import Dialect, UsageError, __version__, load_dialect

from pixelproof_conformance.budget import Caps
from pixelproof_conformance.client import Client, Limits, Target
from pixelproof_conformance.journal import Journal, journal_header, read_journal
from pixelproof_conformance.model import Case, Counts, Json, Record, Report
from pixelproof_conformance.picture_preview import preview
from pixelproof_conformance.redact import redact_url
from pixelproof_conformance.reproduce import curl_line, python_snippet
from pixelproof_conformance.runner import Options, Outcome, Run
from pixelproof_conformance.subject import Subject, subjects_of

Progress = Callable[[int, int, Counts, int], None]
JOURNAL = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class Plea:
    """What a user asks for: the endpoint, what is judged there, and how."""

    url: str
    dialect: str
    operations: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    account: tuple[tuple[str, bool], ...] = ()
    dialect_path: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    limits: Limits = field(default_factory=Limits)

    def load(self) -> Dialect:
        """The dialect. Raises :class:`UsageError` or :class:`DialectError`."""
        return load_dialect(self.dialect, dialect_path=self.dialect_path)

    def subjects(self, dialect: Dialect) -> list[Subject]:
        """What is judged, in order. Raises :class:`UsageError` for an unknown operation or model."""
        names = self.operations or dialect.operations
        found: list[Subject] = []
        for name in names:
            found += subjects_of(dialect, dialect.operation(name), self.models, dict(self.account))
        return found

    def configuration(self) -> dict[str, Json]:
        """The options as they stand in journal and report; values of headers are left out, for they may be secret."""
        return {
            "url": redact_url(self.url),
            "dialect": self.dialect,
            "operations": list(self.operations),
            "models": list(self.models),
            "model_aliases": dict(self.aliases),
            "headers": [name for name, _ in self.headers],
            "account": dict(self.account),
            "only": list(self.options.only),
            "skip": list(self.options.skip),
            "profile": self.options.profile,
            "examples": self.options.examples,
            "seed": self.options.seed,
            "concurrency": self.limits.concurrency,
            "rate": self.limits.rate,
            "caps": asdict(self.options.caps),
        }

    def command(self) -> str:
        """A command line that repeats the run; keys come from the environment, header values are left open."""
        options = self.options
        words = ["pixelproof", "run", redact_url(self.url), "--dialect", self.dialect]
        for flag, values in (
            ("--operation", self.operations),
            ("--model", self.models),
            ("--model-alias", [f"{one}={other}" for one, other in self.aliases]),
            ("--header", [f"{name}: ..." for name, _ in self.headers]),
            ("--account", [f"{name}={str(value).lower()}" for name, value in self.account]),
            ("--dialect-path", self.dialect_path),
            ("--only", options.only),
            ("--skip", options.skip),
        ):
            for value in values:
                words += [flag, value]
        if options.observed:
            words += ["--profile", "observed"]
        words += ["--examples", str(options.examples), "--seed", str(options.seed)]
        for flag, cap in (
            ("--max-requests", options.caps.requests),
            ("--max-images", options.caps.images),
            ("--max-cost", options.caps.cost),
        ):
            if cap is not None:
                words += [flag, str(cap)]
        return shlex.join(words)


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
    )


def run_session(
    plea: Plea,
    folder: Path,
    *,
    key: str | None,
    resume: bool = False,
    progress: Progress = lambda done, planned, counts, failures: None,
) -> Report:
    """Runs against the endpoint and returns the report; every exchange is in the folder's journal by then.

    Raises :class:`TargetError` when the endpoint cannot be judged, :class:`UsageError` for what the user has to mend.
    """
    dialect = plea.load()
    subjects = plea.subjects(dialect)
    started = now()
    header = journal_header(dialect.name, plea.configuration(), started)
    path = folder / JOURNAL
    known = {record.case: record for record in read_journal(path)[1]} if resume else {}
    target = target_of(plea, dialect, key)
    with (
        Client(target, plea.limits) as client,
        Journal.resume(path, header) if resume else Journal.create(path, header) as journal,
    ):
        run = _run(plea, dialect, client, known, journal.append, progress, target)
        outcome = run.over(subjects)
    return _report(plea, dialect, outcome, started, now())


def judge_again(folder: Path, *, dialect_path: tuple[str, ...] = ()) -> Report:
    """Judges the journal of an earlier run with the rules of today; nothing is sent.

    ``dialect_path`` says anew where a dialect of others lies: paths of one machine do not stand in a journal.
    """
    path = folder / JOURNAL if folder.is_dir() else folder
    header, records = read_journal(path)
    plea = plea_of(header["configuration"], dialect_path)
    dialect = plea.load()
    known: dict[str, Record] = {}
    for record in records:
        known[record.case] = record
    target = target_of(plea, dialect, None)
    run = _run(plea, dialect, _Nobody(), known, lambda record: None, lambda *facts: None, target)
    outcome = run.over(plea.subjects(dialect))
    return _report(plea, dialect, outcome, header["started"], now())


def plea_of(configuration: dict[str, Any], dialect_path: tuple[str, ...] = ()) -> Plea:
    """The options of an earlier run from its configuration; header values are gone, caps are not needed any more."""
    try:
        return Plea(
            url=configuration["url"],
            dialect=configuration["dialect"],
            operations=tuple(configuration["operations"]),
            models=tuple(configuration["models"]),
            aliases=tuple(configuration["model_aliases"].items()),
            account=tuple(configuration["account"].items()),
            dialect_path=dialect_path,
            options=Options(
                only=tuple(configuration["only"]),
                skip=tuple(configuration["skip"]),
                observed=configuration["profile"] == "observed",
                examples=0,
                seed=configuration["seed"],
            ),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"the journal's configuration is not complete ({error!r}); it was not written by a run"
        ) from None


class _Nobody:
    """A sender for judging again: whatever the journal does not hold was not sent."""

    def send(self, case: Case, *, path: str, content_type: str) -> Record:
        raise AssertionError(f"nothing is sent when a journal is judged again: {case.id}")


def _run(
    plea: Plea,
    dialect: Dialect,
    sender: Any,
    known: dict[str, Record],
    keep: Callable[[Record], None],
    progress: Progress,
    target: Target,
) -> Run:
    options = plea.options
    if isinstance(sender, _Nobody):
        options = Options(only=options.only, skip=options.skip, observed=options.observed, caps=Caps(requests=0))
    authentication = dialect.about["authentication"]
    variable = authentication.get("key-variable", "API_KEY")
    return Run(
        sender,
        options,
        known=known,
        keep=keep,
        progress=progress,
        reproduce=lambda case, record: (
            curl_line(record, target, key_variable=variable),
            python_snippet(record, target, key_variable=variable),
        ),
        picture=preview,
    )


def _report(plea: Plea, dialect: Dialect, outcome: Outcome, started: str, finished: str) -> Report:
    wanted = set(plea.operations or dialect.operations)
    return Report(
        tool="pixelproof",
        version=__version__,
        dialect=dialect.name,
        document=f"{dialect.about['document']['title']} ({dialect.about['document']['file']})",
        url=redact_url(plea.url),
        started=started,
        finished=finished,
        configuration=plea.configuration() | {"python": sys.version.split()[0]},
        command=plea.command(),
        counts=outcome.counts,
        results=tuple(outcome.results),
        notes=tuple(outcome.notes),
        interrupted=outcome.interrupted,
        not_checkable=tuple(
            {"id": facts.id, "says": facts.says, "source": facts.source, "reason": facts.reason}
            for facts in dialect.requirements.values()
            if facts.reason is not None and facts.operation in wanted
        ),
    )


def now() -> str:
    """The time in UTC to the second, as ISO 8601."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def run_folder(base: Path, dialect: str, taken: Sequence[str] = ()) -> Path:
    """A new folder name for a run: time and dialect."""
    return base / f"{datetime.now(UTC).strftime('%Y%m%d-%H%M%S')}-{dialect}"
