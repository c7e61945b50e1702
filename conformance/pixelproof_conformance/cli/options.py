"""Options that several verbs share, and their values as the runner wants them."""

import argparse
import os
import re
from pathlib import Path

from pixelproof import Dialect, UsageError, known_dialects

from pixelproof_conformance.budget import Caps
from pixelproof_conformance.cli.settings import effective_settings
from pixelproof_conformance.client import Limits
from pixelproof_conformance.plea import Plea
from pixelproof_conformance.prices import read_prices
from pixelproof_conformance.runner import Options

DEFAULT_EXAMPLES = 20
_SECONDS = {"s": 1, "min": 60, "h": 3600}


def add_target(parser: argparse.ArgumentParser) -> None:
    """The address and what is judged there."""
    parser.add_argument(
        "url", metavar="URL", nargs="?", help="base address, for example http://127.0.0.1:4001, or a target's name"
    )
    add_choice(parser)


def add_choice(parser: argparse.ArgumentParser) -> None:
    """Dialect, operations, models and requirements."""
    parser.add_argument("--target", metavar="NAME", help="take the values of this target of the settings file")
    parser.add_argument("--dialect", help="the documented API, for example openai; a name or the path of a folder")
    parser.add_argument(
        "--operation", action="append", default=[], metavar="O", help="only this operation (repeatable)"
    )
    parser.add_argument("--model", action="append", default=[], metavar="M", help="only this model (repeatable)")
    parser.add_argument(
        "--model-alias",
        action="append",
        default=[],
        metavar="MODEL=NAME",
        help="send NAME where the document says MODEL (repeatable)",
    )
    parser.add_argument("--only", action="append", default=[], metavar="REQ", help="only requirements that start so")
    parser.add_argument("--skip", action="append", default=[], metavar="REQ", help="without requirements that start so")
    parser.add_argument(
        "--profile", choices=("document", "observed"), default="document", help="what counts as a failure"
    )
    parser.add_argument("--account", action="append", default=[], metavar="FACT=true", help="a fact about the account")
    add_dialect_path(parser)


def add_cost(parser: argparse.ArgumentParser) -> None:
    """What decides how much a run costs, beside the choice of what is judged."""
    parser.add_argument(
        "--examples",
        type=_count_from_0,
        default=DEFAULT_EXAMPLES,
        metavar="N",
        help=f"generated requests a model beyond the fixed ones ({DEFAULT_EXAMPLES})",
    )
    parser.add_argument(
        "--repeat", type=_count, default=1, metavar="N", help="send every request N times, to see what is noise (1)"
    )
    parser.add_argument("--prices", type=Path, metavar="FILE", help="price table in place of the declared prices")


def add_dialect_path(parser: argparse.ArgumentParser) -> None:
    """Where dialects of others lie."""
    parser.add_argument("--dialect-path", action="append", default=[], metavar="DIR", help="folder of further dialects")


def add_sending(parser: argparse.ArgumentParser) -> None:
    """How requests are sent, and what they may cost."""
    parser.add_argument(
        "--key-env", metavar="NAME", help="environment variable with the key (default: the dialect's own)"
    )
    parser.add_argument(
        "--header", action="append", default=[], metavar="'NAME: VALUE'", help="send this header as well"
    )
    parser.add_argument("--max-requests", type=_count, metavar="N", help="stop after N requests")
    parser.add_argument("--max-images", type=_count, metavar="N", help="stop before more than N pictures are paid for")
    parser.add_argument("--max-cost", type=_amount, metavar="USD", help="stop before this is spent, by the price table")
    parser.add_argument("--rate", type=_rate, metavar="R", help="at most R requests a second, or 30/min, or 500/h")
    parser.add_argument("--concurrency", type=_count, default=4, metavar="N", help="requests at a time, 1 to 8 (4)")
    parser.add_argument("--timeout", type=_amount, default=180.0, metavar="S", help="seconds without a byte (180)")
    parser.add_argument(
        "--first-byte-timeout", type=_amount, metavar="S", help="seconds until an answer begins (as --timeout)"
    )
    parser.add_argument("--connect-timeout", type=_amount, default=10.0, metavar="S", help="seconds to connect (10)")
    parser.add_argument(
        "--total-timeout", type=_amount, default=300.0, metavar="S", help="seconds for one answer (300)"
    )
    parser.add_argument(
        "--retries", type=_count_from_0, default=3, metavar="N", help="tries after 429, 502, 503 and 504 (3)"
    )
    parser.add_argument(
        "--longest-wait", type=_amount, default=60.0, metavar="S", help="seconds that Retry-After may ask for (60)"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="seed of the generated requests (a new one each run)")


def named_dialect(arguments: argparse.Namespace) -> str:
    """The dialect that flags or settings name. Raises :class:`UsageError` when they name none."""
    if arguments.dialect is None:
        known = ", ".join(known_dialects(tuple(arguments.dialect_path)))
        raise UsageError(f"whose document? Name it with --dialect, or in pixelproof.toml; known are {known}")
    name: str = arguments.dialect
    return name


def plea_from(arguments: argparse.Namespace, seed: int) -> Plea:
    """The parsed options as one value. Raises :class:`UsageError` that shows a wrong one."""
    dialect = named_dialect(arguments)
    url: str | None = getattr(arguments, "url", "http://127.0.0.1")
    if url is None:
        raise UsageError("which endpoint? Name its URL, or a target of pixelproof.toml")
    return Plea(
        url=url,
        dialect=dialect,
        operations=tuple(arguments.operation),
        models=tuple(arguments.model),
        aliases=tuple(pair(text, "--model-alias", "MODEL=NAME") for text in arguments.model_alias),
        headers=tuple(_header(text) for text in getattr(arguments, "header", ())),
        account=tuple(
            (name, _truth(name, value))
            for name, value in (pair(t, "--account", "FACT=true") for t in arguments.account)
        ),
        dialect_path=tuple(arguments.dialect_path),
        fetch_hosts=tuple(getattr(arguments, "fetch_host", ())),
        options=Options(
            only=tuple(arguments.only),
            skip=tuple(arguments.skip),
            observed=arguments.profile == "observed",
            examples=getattr(arguments, "examples", 0),
            seed=seed,
            repeat=getattr(arguments, "repeat", 1),
            concurrency=getattr(arguments, "concurrency", 1),
            caps=Caps(
                getattr(arguments, "max_requests", None),
                getattr(arguments, "max_images", None),
                getattr(arguments, "max_cost", None),
            ),
        ),
        limits=_limits(arguments),
        prices=read_prices(table) if (table := getattr(arguments, "prices", None)) else None,
        key_env=getattr(arguments, "key_env", None),
        settings=effective_settings(arguments),
    )


def key_from(key_env: str | None, dialect: Dialect) -> tuple[str | None, str]:
    """The key and the name of the variable it was looked for in. A named variable that is not set is an error."""
    name = key_env or dialect.about["authentication"].get("key-variable", "API_KEY")
    key = os.environ.get(name) or None
    if key is None and key_env:
        raise UsageError(f"--key-env {name}: this environment variable is not set; export {name}=... and run again")
    return key, name


def _limits(arguments: argparse.Namespace) -> Limits:
    if not hasattr(arguments, "timeout"):
        return Limits()
    return Limits(
        connect_seconds=arguments.connect_timeout,
        first_byte_seconds=arguments.first_byte_timeout,
        read_seconds=arguments.timeout,
        total_seconds=arguments.total_timeout,
        concurrency=arguments.concurrency,
        rate=arguments.rate,
        retries=arguments.retries,
        longest_wait=arguments.longest_wait,
    )


def pair(text: str, option: str, form: str) -> tuple[str, str]:
    """A name and its value as an option gives them. Raises :class:`UsageError` for another form."""
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise UsageError(f"{option} {text!r} is not of the form {form}")
    return name, value


def _truth(name: str, value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise UsageError(f"--account {name}={value}: the value has to be true or false")
    return value.lower() == "true"


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not (name.strip() and colon):
        raise UsageError(f"--header {text[:40]!r} is not of the form 'NAME: VALUE'")
    return name.strip(), value.strip()


def host(text: str) -> str:
    """A host, or ``host:port``, in lower case. Raises ``ArgumentTypeError`` for anything else."""
    if not re.fullmatch(r"\[?[0-9A-Za-z_.:-]+\]?", text):
        raise argparse.ArgumentTypeError(
            f"{text[:60]!r} is no host; write it like images.example.com or 127.0.0.1:8900"
        )
    return text.lower()


def _count(text: str) -> int:
    return _whole(text, 1)


def _count_from_0(text: str) -> int:
    return _whole(text, 0)


def _whole(text: str, least: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10) or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from {least} to 999999999")
    return int(text)


def _rate(text: str) -> float:
    """Requests a second; ``30/min`` is half a request a second."""
    number, slash, unit = text.partition("/")
    if slash and unit not in _SECONDS:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a number above 0, alone or with /s, /min or /h")
    return _amount(number) / _SECONDS[unit or "s"]


def _amount(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value
