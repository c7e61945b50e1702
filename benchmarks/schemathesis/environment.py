"""Schemathesis in an environment of its own, made once and kept."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from pixelproof import UsageError

REQUIREMENTS = Path(__file__).resolve().parent / "setup" / "requirements.txt"


def schemathesis_program() -> Path:
    """The program ``schemathesis``, installed with ``uv`` from the pinned versions when it is not there yet.

    It lies in the user's cache folder, under a name made of the versions and of this Python, which is used for it too.
    Raises :class:`UsageError` when it cannot be installed.
    """
    pins = REQUIREMENTS.read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = cache / "pixelproof" / f"schemathesis-{sha256(pins).hexdigest()[:12]}-python{python}"
    program = folder / "bin" / "schemathesis"
    whole = folder / "installed"
    if not whole.is_file():
        _uv("venv", "--clear", "--python", sys.executable, str(folder))
        _uv("pip", "install", "--python", str(folder / "bin" / "python"), "--requirements", str(REQUIREMENTS))
        whole.touch()
    return program


def pinned_version(name: str) -> str:
    """The version of a package among the pins."""
    for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        package, found, version = line.partition("==")
        if found and package == name:
            return version
    raise KeyError(name)


def _uv(*arguments: str) -> None:
    try:
        subprocess.run(["uv", *arguments, "--quiet"], check=True)  # noqa: S603, S607 - the installer of this project
    except FileNotFoundError:
        raise UsageError("'uv' is not on the path; install it with: pip install uv") from None
    except subprocess.CalledProcessError as error:
        words = " ".join(arguments[:2])
        raise UsageError(f"'uv {words}' failed with status {error.returncode}; its words stand above") from None
