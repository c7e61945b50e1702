"""Every error that pixelproof raises on purpose.

    PixelproofError          the base class; its text is one line that can be shown to a user
    ├── UsageError           a wrong argument, option, file or name (exit status 2)
    ├── DialectError         a dialect folder that cannot be loaded; names file and place (exit status 2)
    └── TargetError          the endpoint could not be judged: unreachable, no key, TLS (exit status 3)

A flaw in the message under test is never an error: it is a finding.
"""


class PixelproofError(Exception):
    """Base of all errors raised on purpose; ``str(error)`` is one line for a user."""

    exit_status = 2


class UsageError(PixelproofError):
    """A wrong argument, option, file or name; the text shows the value and says what to do."""


class DialectError(PixelproofError):
    """A dialect that cannot be loaded; the text names the file, the place in it and the reason."""


class TargetError(PixelproofError):
    """An endpoint that could not be judged for a reason that is not its behaviour."""

    exit_status = 3
