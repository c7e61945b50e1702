"""A run, its journal and its exported archive: what an audit of them says beside what the run itself says."""

import json
from pathlib import Path
from typing import Any

import pytest
from pixelproof_conformance.gateway.running import running_gateway
from pixelproof_conformance.wire_checks.streams import AT_ONCE

from .commands import Command, records, report

KNOWN_BY_THE_RUN = ("octen/generations/documented-mask-refused", "orq/generations/documented-request-refused")
"""What a run concludes of the demos from knowing which parameter of a request was on trial."""


def audited(command: Command, file: str, dialect: str) -> dict[str, Any]:
    """The audit of a file, without what differs by its name."""
    found: dict[str, Any] = json.loads(
        command("audit", file, "--dialect", dialect, "--format", "json", "--jobs", "1", "--out", f"of-{file}").out
    )
    found.pop("configuration")
    for one in (*found["provider"], *found["client"]):
        for example in one["examples"]:
            example.pop("place")
    return found


def failed(folder: str) -> set[tuple[str, str]]:
    """The requirements of the document that failed, by their operation."""
    return {
        (one["operation"], one["requirement"]) for one in report(Path(folder))["results"] if one["outcome"] == "fail"
    }


@pytest.mark.parametrize("dialect", ["openai", "anyfast", "orq", "octen", "infinityblue"])
def test_an_exported_demo_is_judged_like_the_demo(command: Command, dialect: str) -> None:
    """Archive and journal give the same audit to the last count; it fails what judging the journal again fails."""
    command("demo", "--dialect", dialect, "--out", "demo")
    command("judge", "demo", "--out", "judged")
    command("export", "har", "demo", "-o", "demo.har")
    Path("demo/journal.jsonl").rename("demo.jsonl")
    journal, archive = (audited(command, name, dialect) for name in ("demo.jsonl", "demo.har"))
    assert archive == journal
    assert archive["counts"]["judged"] > 30
    by_the_run = {(operation, name) for operation, name in failed("judged") if name not in KNOWN_BY_THE_RUN}
    assert by_the_run
    assert failed("of-demo.har") == by_the_run


@pytest.mark.parametrize("dialect", ["openai", "octen"])
def test_the_times_of_a_stream_survive_an_archive(command: Command, dialect: str) -> None:
    """A gateway that collects its streams is told from others by the run and by the audit of its archive."""
    outcomes = {}
    for name, faults in (("collecting", (AT_ONCE,)), ("honest", ())):
        options = ("--dialect", dialect, "--examples", "0", "--seed", "1", "--quiet", "--key-env", "OPENAI_API_KEY")
        with running_gateway((dialect,), faults=faults) as gateway:
            command("run", gateway.url, *options, "--out", name, "--skip", "wire/keys")
        command("export", "har", name, "-o", f"{name}.har")
        assert any(record["arrivals"] for record in records(Path(name)))
        audited(command, f"{name}.har", dialect)
        outcomes[name] = [
            {one["outcome"] for one in report(Path(folder))["results"] if one["requirement"] == AT_ONCE} - {"not-run"}
            for folder in (name, f"of-{name}.har")
        ]
    assert outcomes == {"collecting": [{"warn"}, {"warn"}], "honest": [{"pass"}, {"pass"}]}
