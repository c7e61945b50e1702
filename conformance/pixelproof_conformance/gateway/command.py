"""The command ``pixelproof serve``: the reference gateway in the foreground."""

import argparse
import ipaddress
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pixelproof import Dialect, UsageError, known_dialects, load_dialect

from pixelproof_conformance.gateway.app import Observer


def add_serve(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Add the command with its options."""
    parser = subparsers.add_parser(
        "serve",
        help="serve a reference endpoint that does what the documents say",
        description="Serves an image endpoint that does what the documents say: real pictures, real streams, every"
        " documented refusal. Point a client at it to see what the client sends.",
    )
    option = parser.add_argument
    option("--dialect", action="append", metavar="D", help="serve this dialect; can be repeated (default: all)")
    option("--dialect-path", action="append", default=[], metavar="DIR", help="a folder with more dialects")
    option("--host", default="127.0.0.1", help="address to serve on (default: 127.0.0.1, for this machine alone)")
    option("--port", type=int, default=8900, help="port to serve on, 0 for a free one (default: 8900)")
    option("--fault", action="append", default=[], metavar="NAME", help="break one thing on purpose; can be repeated")
    option("--list-faults", action="store_true", help="print the faults of the dialects and stop")
    option(
        "--variant",
        action="append",
        default=[],
        metavar="NAME",
        help="read the documents in another legal way; can be repeated",
    )
    option("--list-variants", action="store_true", help="print the legal variants of the dialects and stop")
    option("--format", choices=("text", "json"), default="text", help="form of the lists (default: text)")
    option("--key", metavar="VARIABLE", help="accept only the key in this environment variable (default: any key)")
    option("--record", type=Path, metavar="FILE", help="append each exchange to FILE as a line of JSON")
    option("--quiet", action="store_true", help="print no line for each request")
    option("--delay", type=float, default=0.0, metavar="SECONDS", help="wait before answers and between events")
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted. Raises :class:`UsageError` for an option that cannot be followed."""
    from pixelproof_conformance.gateway.app import create_app
    from pixelproof_conformance.gateway.running import listen, server_of
    from pixelproof_conformance.gateway.serving import Gateway

    path = tuple(args.dialect_path)
    names = dict.fromkeys(args.dialect or known_dialects(path))
    dialects = [load_dialect(name, dialect_path=path) for name in names]
    if args.list_faults:
        sys.stdout.write(listing(dialects, args.format))
        return 0
    if args.list_variants:
        sys.stdout.write(variant_listing(dialects, args.format))
        return 0
    if not args.delay >= 0:
        raise UsageError(f"--delay is {args.delay:g}; give seconds from 0 up")
    gateway = Gateway(dialects, faults=args.fault, variants=args.variant, key=_key(args.key))
    with _observers(args.record, quiet=args.quiet) as observers:
        listening = listen(args.host, args.port)
        try:
            _say_where(args.host, listening.getsockname()[1], tuple(gateway.dialects))
            server_of(create_app(gateway, observers=observers, delay=args.delay)).run([listening])
        except KeyboardInterrupt:
            sys.stderr.write("stopped\n")
        finally:
            listening.close()
    return 0


def listing(dialects: Sequence[Dialect], form: str) -> str:
    """The faults of the dialects, as lines of text or as one JSON array."""
    from pixelproof_conformance.gateway.faults import faults_of, wire_faults_of

    faults = [
        (dialect.name, fault) for dialect in dialects for fault in (*wire_faults_of(dialect), *faults_of(dialect))
    ]
    if form == "json":
        rows = [
            {
                "name": fault.name,
                "dialect": dialect,
                "kind": fault.kind,
                "says": fault.says,
                "requirements": list(fault.requirements),
            }
            for dialect, fault in faults
        ]
        return json.dumps(rows, indent=2) + "\n"
    return "".join(f"{fault.name}  ({dialect}, {fault.kind})\n    {fault.says}\n" for dialect, fault in faults)


def variant_listing(dialects: Sequence[Dialect], form: str) -> str:
    """The legal variants of the dialects, as lines of text or as one JSON array."""
    from pixelproof_conformance.gateway.variants import VARIANTS

    names = [dialect.name for dialect in dialects]
    rows = [
        (variant, [name for name, dialect in zip(names, dialects, strict=True) if variant.is_legal_in(dialect)])
        for variant in VARIANTS
    ]
    rows = [(variant, legal_in) for variant, legal_in in rows if legal_in]
    if form == "json":
        facts = [
            {
                "name": variant.name,
                "dialects": legal_in,
                "says": variant.says,
                "why": variant.why,
                "may_warn_of": list(variant.warns),
                "may_leave_open": variant.leaves_open,
            }
            for variant, legal_in in rows
        ]
        return json.dumps(facts, indent=2) + "\n"
    return "".join(f"{variant.name}  ({', '.join(legal_in)})\n    {variant.says}\n" for variant, legal_in in rows)


def _key(variable: str | None) -> str | None:
    if variable is None:
        return None
    key = os.environ.get(variable, "").strip()
    if not key:
        raise UsageError(f"--key: the environment variable {variable!r} is not set; it has to hold the key to accept")
    return key


@contextmanager
def _observers(record: Path | None, *, quiet: bool) -> Iterator[list[Observer]]:
    from pixelproof_conformance.gateway.record import Console, Recorder

    observers: list[Observer] = [] if quiet else [Console(sys.stdout)]
    if record is None:
        yield observers
        return
    recorder = Recorder(record, time.time)
    try:
        yield [*observers, recorder]
    finally:
        recorder.close()


def _say_where(host: str, port: int, dialects: tuple[str, ...]) -> None:
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    lines = [f"{dialect}: {address}/{dialect}" for dialect in dialects]
    if len(dialects) == 1:
        lines = [f"{dialects[0]}: {address}"]
    if not _is_loopback(host):
        lines.append(f"warning: {host} can be reached from other machines")
    lines.append("stop with Ctrl-C")
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    sys.stderr.flush()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
