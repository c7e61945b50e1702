"""The command line: finds the verb, imports it, runs it, and turns every error into one line and an exit status.

0    conforms
1    findings of error severity
2    wrong usage or configuration
3    the target could not be judged, or a fault of our own
130  interrupted (141: nobody reads the output any more)
"""

import gc
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from pixelproof import __version__
from pixelproof._errors import PixelproofError, UsageError
from pixelproof.cli._output import complain, emit, flush_output, silence_output
from pixelproof.cli._parser import CONFORMANCE_VERBS, VERBS, configured_arguments, parser_for

TRACEBACK_VARIABLE = "PIXELPROOF_TRACEBACK"
_EXTRA = {"pixelproof_conformance", "httpcore", "httpx", "hypothesis", "rich", "starlette", "uvicorn"}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line ``argv``, by default that of the process, and returns its exit status; never raises."""
    if argv is not None:
        return flush_output(_guarded([*argv]))
    gc.disable()  # a short run is over before collecting would pay; long ones switch it on again
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # whatever the console's character set lacks
    status = flush_output(_guarded(sys.argv[1:]))
    if not gc.isenabled():
        gc.freeze()  # the process ends now: one collection less
    return status


def _guarded(given: list[str]) -> int:
    verb = next((word for word in given if not word.startswith("-")), None)
    try:
        return _run(given, verb)
    except BaseException as error:  # noqa: BLE001 - the last place before the user
        return _told(error, verb)


def _run(given: list[str], verb: str | None) -> int:
    if verb is not None and verb not in VERBS and verb not in CONFORMANCE_VERBS:
        raise UsageError(f"unknown verb {verb!r}; known are {', '.join((*VERBS, *CONFORMANCE_VERBS))}")
    if given[:1] == ["--version"]:
        emit([f"pixelproof {__version__}\n"])
        return 0
    if verb in CONFORMANCE_VERBS:
        gc.enable()
    parser = parser_for(verb)
    if not given:
        parser.print_help(sys.stderr)
        return 2
    found = configured_arguments(parser, verb, given)
    status: int = found.run(found)
    return status


def _told(error: BaseException, verb: str | None) -> int:
    """The exit status for ``error``, after a line about it on standard error where one is due."""
    if isinstance(error, SystemExit):  # argparse, after --help and --version
        return error.code if isinstance(error.code, int) else 0
    if isinstance(error, KeyboardInterrupt):
        return 130
    if isinstance(error, BrokenPipeError):
        silence_output()
        return 141
    if isinstance(error, PixelproofError):
        complain(str(error))
        return error.exit_status
    missing = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    if missing in _EXTRA:
        complain(f"{verb} needs {missing}; install it with pip install 'pixelproof[conformance]'")
        return 2
    if os.environ.get(TRACEBACK_VARIABLE):
        import traceback

        traceback.print_exception(error)
    complain(
        f"this is a fault of pixelproof itself: {type(error).__name__}: {error}. "
        f"Please report it with the output under {TRACEBACK_VARIABLE}=1"
    )
    return 3
