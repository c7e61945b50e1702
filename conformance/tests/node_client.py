"""Installing openai-node, and making calls with it in one run of ``clients/drive.mjs``."""

import base64
import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from pixelproof._picture import read_picture

from .gateway_client import content_of
from .gateway_requests import MASK, PICTURE
from .recording_gateway import OCTEN_KEY, recording_gateway

PACKAGE = "openai@6.49.0"
_DRIVER = Path(__file__).parent / "clients" / "drive.mjs"
_OPTIONS = (
    "--no-audit",
    "--no-fund",
    "--no-package-lock",
    "--ignore-scripts",
    "--fetch-retries=0",
    "--fetch-timeout=30000",
    "--loglevel=error",
)

Calls: TypeAlias = Mapping[str, tuple[str, str, dict[str, Any]]]
"""Dialect, method of the client and parameters of each call, by a name of the test's own."""


@dataclass(frozen=True)
class Driven:
    """What came of the calls, and the gateway's records of them, both by the name of the call."""

    url: str
    results: Mapping[str, dict[str, Any]]
    records: Mapping[str, dict[str, Any]]

    def headers(self, call: str) -> dict[str, str]:
        """The headers that a call was sent with."""
        return dict(self.records[call]["headers"])

    def pictures(self, call: str) -> list[tuple[str, int, int]]:
        """Format, width and height of each picture in the answer to a call."""
        found = [read_picture(base64.b64decode(image["b64_json"])) for image in self.results[call]["answer"]["data"]]
        return [(picture.format, picture.width, picture.height) for picture in found if picture]

    def event_types(self, call: str) -> list[str]:
        """The types of the events of a call, each of which holds a picture."""
        events = self.results[call]["events"]
        assert all(read_picture(base64.b64decode(event["b64_json"])) for event in events)
        return [event["type"] for event in events]


def installed(config: pytest.Config, temporary: pytest.TempPathFactory) -> Path:
    """The folder with the client, installed once and kept in pytest's cache; skips the test when it cannot be had."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("needs node and npm on the path")
    cache = getattr(config, "cache", None)  # absent when the cache is switched off
    kept = temporary.mktemp("node") if cache is None else cache.mkdir("node")
    folder = Path(kept) / PACKAGE
    if folder.exists():
        return folder
    # A folder under its final name is complete: another run may use it at the same time.
    fresh = Path(tempfile.mkdtemp(dir=kept))
    command = [npm, "install", *_OPTIONS, "--prefix", str(fresh), PACKAGE]
    try:
        done = subprocess.run(command, cwd=fresh, check=False, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            pytest.skip(f"npm cannot install {PACKAGE}: {done.stderr.strip()[:200]}")
        fresh.rename(folder)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not install {PACKAGE} within two minutes")
    except OSError:
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


def drive(client: Path, calls: Calls, folder: Path) -> Driven:
    """Make the calls one after the other; ``folder`` gets the pictures that they name, ``fox.png`` and ``mask.png``."""
    (folder / "fox.png").write_bytes(PICTURE)
    (folder / "mask.png").write_bytes(content_of(MASK))
    with recording_gateway() as gateway:
        written = [
            {
                "name": name,
                "base_url": gateway.base_url(dialect),
                "method": method,
                "params": params,
                "headers": OCTEN_KEY if dialect == "octen" else {},
            }
            for name, (dialect, method, params) in calls.items()
        ]
        done = subprocess.run(
            ["node", str(_DRIVER), str(client)],
            cwd=folder,
            check=False,
            input=json.dumps(written),
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    records = {dict(record["headers"]).get("x-call", ""): record for record in gateway.records}
    return Driven(gateway.url, json.loads(done.stdout), records)
