"""Sharpness: runs find every fault of the reference gateway and nothing on the clean one."""

import pytest
from pixelproof import known_dialects, load_dialect
from pixelproof_conformance.gateway.faults import wire_faults_of
from pixelproof_conformance.kill_table import kills_of


@pytest.mark.parametrize("name", known_dialects())
def test_every_fault_is_found_and_the_clean_gateway_is_not_blamed(name: str) -> None:
    """Each run is narrowed to the requirements or the wire check of its fault; the page in docs/ has whole runs."""
    clean, *kills = kills_of(load_dialect(name), narrow=True)
    assert clean.others == ()
    assert len([kill for kill in kills if kill.fault and kill.fault.kind != "wire"]) > 100
    assert len([kill for kill in kills if kill.fault and kill.fault.kind == "wire"]) == len(wire_faults_of(name)) > 25
    assert [kill.fault.name for kill in kills if kill.fault and not kill.found] == []
