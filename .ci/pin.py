"""Pins every development version: resolves afresh and writes the result into ``pyproject.toml``.

Run it with ``uv run --no-project .ci/pin.py``, then run the tests and commit ``pyproject.toml``.
"""

import re
import subprocess
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = re.compile(r"^((?:build-)?constraint-dependencies) = \[.*?^\]$", re.MULTILINE | re.DOTALL)
BUILD_BACKEND = "hatchling"


def resolve(pyproject: str) -> dict[str, str]:
    """Return the version of each package that the project needs on any supported Python and system."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pyproject.toml").write_text(PINS.sub("", pyproject), encoding="utf-8")
        subprocess.run(["uv", "lock", "--quiet", "--project", folder], check=True)
        lock = tomllib.loads(Path(folder, "uv.lock").read_text(encoding="utf-8"))
    versions: dict[str, str] = {}
    for package in lock["package"]:
        if "editable" in package["source"]:
            continue
        if package["name"] in versions:
            message = f"{package['name']} resolves to two versions; a plain pin cannot say which one belongs where"
            raise SystemExit(message)
        versions[package["name"]] = package["version"]
    return versions


def pinned(pyproject: str, versions: dict[str, str]) -> str:
    """Return the text of ``pyproject.toml`` with both lists of pins replaced."""
    lists = {
        "constraint-dependencies": sorted(versions),
        "build-constraint-dependencies": [BUILD_BACKEND],
    }

    def written(found: re.Match[str]) -> str:
        lines = "".join(f'    "{name}=={versions[name]}",\n' for name in lists[found[1]])
        return f"{found[1]} = [\n{lines}]"

    return PINS.sub(written, pyproject)


def main() -> None:
    """Rewrite the pins in place."""
    path = ROOT / "pyproject.toml"
    pyproject = path.read_text(encoding="utf-8")
    path.write_text(pinned(pyproject, resolve(pyproject)), encoding="utf-8")


if __name__ == "__main__":
    main()
