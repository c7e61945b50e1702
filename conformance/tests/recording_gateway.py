"""A gateway of all dialects that keeps the record of every request, for tests that drive it with official clients."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pixelproof_conformance.gateway.record import record_of
from pixelproof_conformance.gateway.running import running_gateway

BASES = {
    "openai": "/openai/v1",
    "anyfast": "/anyfast/v1",
    "infinityblue": "/infinityblue/v1",
    "octen": "/octen/v1",
    "orq": "/orq/v2/router",
}
"""What a client takes as the path of its base address, for each dialect."""

OCTEN_KEY = {"x-api-key": "any"}
"""Octen reads the key from another header than the one that official clients send."""


@dataclass(frozen=True)
class RecordingGateway:
    """The address of a gateway without faults, and the records of what it was sent, oldest first."""

    url: str
    records: list[dict[str, Any]]

    def base_url(self, dialect: str) -> str:
        """The base address of a dialect."""
        return self.url + BASES[dialect]

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the form that came last, as the validator reads them."""
        fields: dict[str, Any] = self.records[-1]["fields"]
        return fields

    @property
    def findings(self) -> set[tuple[str, str]]:
        """The severity and the requirement of each finding on the request that came last."""
        return findings_of(self.records[-1])


def findings_of(record: dict[str, Any]) -> set[tuple[str, str]]:
    """The severity and the requirement of each finding on a request."""
    return {(finding["severity"], finding["requirement"]) for finding in record["findings"]}


@contextmanager
def recording_gateway() -> Iterator[RecordingGateway]:
    """Serve all dialects on a free port until the block ends."""
    records: list[dict[str, Any]] = []
    with running_gateway(tuple(BASES), observers=[lambda handled: records.append(record_of(handled, 0.0))]) as running:
        yield RecordingGateway(running.url, records)
