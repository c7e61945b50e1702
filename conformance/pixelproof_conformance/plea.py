"""What a user asks for: the endpoint, what is judged there, and how; as values, as configuration, as command line."""

import operator
import shlex
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pixelproof import Dialect, UsageError, load_dialect
from pixelproof._wire_table import wire_checks

from pixelproof_conformance.budget import Caps
from pixelproof_conformance.client import Limits
from pixelproof_conformance.model import Json
from pixelproof_conformance.prices import PriceTable, declared_prices
from pixelproof_conformance.redact import redact_url
from pixelproof_conformance.runner import Options
from pixelproof_conformance.subject import Subject, find_subject, subjects_of
from pixelproof_conformance.trial import selected

_SENDING = (
    ("--rate", "rate"),
    ("--concurrency", "concurrency"),
    ("--connect-timeout", "connect_seconds"),
    ("--first-byte-timeout", "first_byte_seconds"),
    ("--timeout", "read_seconds"),
    ("--total-timeout", "total_seconds"),
    ("--retries", "retries"),
    ("--longest-wait", "longest_wait"),
)
"""The options that say how politely and patiently requests are sent, each with its field of `Limits`."""


@dataclass(frozen=True, slots=True)
class Plea:
    """What a user asks for: the endpoint, what is judged there, and how.

    ``key_env`` names the variable with the key, when it is not the dialect's own. ``settings`` has the value of every
    setting and where it comes from, for the report.
    """

    url: str
    dialect: str
    operations: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    names_of_headers: tuple[str, ...] = ()
    """The headers of an earlier run, whose values are not known any more."""
    account: tuple[tuple[str, bool], ...] = ()
    dialect_path: tuple[str, ...] = ()
    fetch_hosts: tuple[str, ...] = ()
    prices: PriceTable | None = None
    options: Options = field(default_factory=Options)
    limits: Limits = field(default_factory=Limits)
    key_env: str | None = None
    settings: Mapping[str, Json] = field(default_factory=dict)

    def load(self) -> Dialect:
        """The dialect. Raises :class:`UsageError` or :class:`DialectError`."""
        return load_dialect(self.dialect, dialect_path=self.dialect_path)

    def subjects(self, dialect: Dialect) -> list[Subject]:
        """What is judged, in order. Raises :class:`UsageError` for an option that names what the dialect has not."""
        names = self.operations or dialect.operations
        found: list[Subject] = []
        account = dict(self.account)
        operations = [dialect.operation(name) for name in names]
        for model in self.models:
            if all(find_subject(dialect, operation, model) is None for operation in operations):
                subjects_of(dialect, operations[0], (model,))  # says which ones there are
        for operation in operations:
            models = tuple(name for name in self.models if find_subject(dialect, operation, name) is not None)
            if models or not self.models:
                found += subjects_of(dialect, operation, models, account)
        self._check_names(dialect)
        self._check_requirements(dialect, names)
        self._check_prices(dialect, [subject.name for subject in found])
        return found

    def _check_names(self, dialect: Dialect) -> None:
        declared, facts = dialect.about["models"], dialect.about.get("account", {})
        models = {*declared, *(facts["sample"] for facts in declared.values() if "sample" in facts), *self.models}
        for name, _ in self.aliases:
            if name not in models:
                raise UsageError(
                    f"--model-alias {name}=...: {dialect.name} has no such model; it has {_listed(models)}"
                )
        for name, _ in self.account:
            if name not in facts:
                raise UsageError(f"--account {name}: {dialect.name} has no such fact; it has {_listed(facts)}")

    def _check_requirements(self, dialect: Dialect, operations: Collection[str]) -> None:
        known = [facts.id for facts in dialect.requirements.values() if facts.operation in operations]
        known += [check.id for check in wire_checks()]
        for option, parts in (("--only", self.options.only), ("--skip", self.options.skip)):
            for part in parts:
                if not any(selected(name, (part,), ()) for name in known):
                    raise UsageError(
                        f"{option} {part!r} fits no requirement of {_listed(operations)};"
                        f" pixelproof rules --dialect {self.dialect} lists them"
                    )

    def _check_prices(self, dialect: Dialect, models: Collection[str]) -> None:
        table = self.prices or declared_prices(dialect)
        if self.options.caps.cost is not None and not any(table.prices(name) for name in models):
            who = (
                f"the dialect {dialect.name} declares"
                if self.prices is None
                else f"{self.prices.file or 'the table'} has"
            )
            raise UsageError(
                f"--max-cost cannot be kept: {who} no price for {_listed(models)};"
                " name prices with --prices FILE, or use --max-images"
            )

    def configuration(self) -> dict[str, Json]:
        """The options as they stand in journal and report; values of headers are left out, for they may be secret."""
        return {
            "url": redact_url(self.url),
            "dialect": self.dialect,
            "operations": list(self.operations),
            "models": list(self.models),
            "model_aliases": dict(self.aliases),
            "headers": [name for name, _ in self.headers] or list(self.names_of_headers),
            "account": dict(self.account),
            "fetch_hosts": list(self.fetch_hosts),
            "only": list(self.options.only),
            "skip": list(self.options.skip),
            "profile": self.options.profile,
            "examples": self.options.examples,
            "seed": self.options.seed,
            "repeat": self.options.repeat,
            "concurrency": self.limits.concurrency,
            "rate": self.limits.rate,
            "connect_timeout": self.limits.connect_seconds,
            "first_byte_timeout": self.limits.first_byte_seconds,
            "timeout": self.limits.read_seconds,
            "total_timeout": self.limits.total_seconds,
            "retries": self.limits.retries,
            "longest_wait": self.limits.longest_wait,
            "caps": asdict(self.options.caps),
            "prices": None if self.prices is None else {"source": self.prices.source, "models": self.prices.models},
            "key_variable": self.key_env,
            "settings": dict(self.settings),
        }

    def command(self) -> str:
        """A command line that repeats the run; keys come from the environment, header values are left open."""
        options = self.options
        words = ["pixelproof", "run", redact_url(self.url), "--dialect", self.dialect]
        for flag, values in (
            ("--operation", self.operations),
            ("--model", self.models),
            ("--model-alias", [f"{one}={other}" for one, other in self.aliases]),
            ("--header", [f"{name}: ..." for name in self.configuration()["headers"]]),
            ("--account", [f"{name}={str(value).lower()}" for name, value in self.account]),
            ("--fetch-host", self.fetch_hosts),
            ("--dialect-path", self.dialect_path),
            ("--only", options.only),
            ("--skip", options.skip),
        ):
            for value in values:
                words += [flag, value]
        if self.key_env:
            words += ["--key-env", self.key_env]
        if options.observed:
            words += ["--profile", "observed"]
        words += ["--examples", str(options.examples), "--seed", str(options.seed)]
        if options.repeat > 1:
            words += ["--repeat", str(options.repeat)]
        if self.prices is not None:
            words += ["--prices", self.prices.file or "FILE"]
        for flag, cap in (
            ("--max-requests", options.caps.requests),
            ("--max-images", options.caps.images),
            ("--max-cost", options.caps.cost),
        ):
            if cap is not None:
                words += [flag, str(cap)]
        usual = Limits()
        for flag, name in _SENDING:
            value = getattr(self.limits, name)
            if value != getattr(usual, name):
                words += [flag, f"{value:.12g}"]
        return shlex.join(words)


def plea_of(configuration: dict[str, Any], dialect_path: tuple[str, ...] = ()) -> Plea:
    """The options of an earlier run from its configuration; only the values of headers are not known any more.

    Raises :class:`UsageError` for a configuration that no run wrote.
    """
    try:
        return Plea(
            url=configuration["url"],
            dialect=configuration["dialect"],
            operations=tuple(configuration["operations"]),
            models=tuple(configuration["models"]),
            aliases=tuple(configuration["model_aliases"].items()),
            names_of_headers=tuple(configuration["headers"]),
            account=tuple(configuration["account"].items()),
            fetch_hosts=tuple(configuration.get("fetch_hosts", ())),
            dialect_path=dialect_path,
            prices=_prices_of(configuration.get("prices")),
            key_env=configuration.get("key_variable"),
            settings=configuration.get("settings") or {},
            options=Options(
                only=tuple(configuration["only"]),
                skip=tuple(configuration["skip"]),
                observed=configuration["profile"] == "observed",
                examples=operator.index(configuration["examples"]),
                seed=operator.index(configuration["seed"]),
                repeat=operator.index(configuration.get("repeat", 1)),
                concurrency=operator.index(configuration["concurrency"]),
                caps=Caps(**configuration["caps"]),
            ),
            limits=_limits_of(configuration),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"the configuration of the journal is not that of a run ({error!r}); name the folder of a run"
        ) from None


def _prices_of(value: dict[str, Json] | None) -> PriceTable | None:
    return None if value is None else PriceTable(value["source"], value["models"])


def _limits_of(configuration: dict[str, Any]) -> Limits:
    usual = Limits()
    return Limits(
        concurrency=operator.index(configuration["concurrency"]),
        rate=configuration["rate"],
        read_seconds=configuration.get("timeout", usual.read_seconds),
        total_seconds=configuration.get("total_timeout", usual.total_seconds),
        retries=configuration.get("retries", usual.retries),
        connect_seconds=configuration.get("connect_timeout", usual.connect_seconds),
        first_byte_seconds=configuration.get("first_byte_timeout", usual.first_byte_seconds),
        longest_wait=configuration.get("longest_wait", usual.longest_wait),
    )


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "none"
