"""The schema engine, imported without what it only wants at its own birth."""

import sys
from types import ModuleType


def import_engine() -> None:
    """Imports ``jsonschema_rs`` without ``email.utils``, which is a fifth of the time of a whole run.

    The engine takes one function from there, to read the date on which it was built. It gets that function from a
    stand-in, which is gone before anything else can meet it. Only for a process of our own, before its first thread.
    """
    name = "email.utils"
    if name in sys.modules or "jsonschema_rs" in sys.modules:
        return
    stand_in = ModuleType(name)
    stand_in.__dict__["parsedate_to_datetime"] = str
    sys.modules[name] = stand_in
    try:
        import jsonschema_rs  # noqa: F401 - kept in sys.modules
    except (ImportError, AttributeError):
        return  # an engine that wants more gets the real module when it is imported for use
    finally:
        del sys.modules[name]
