"""The verb ``run``: its folder, its seed, its caps."""

import json
from pathlib import Path

import pytest
from pixelproof.cli import main
from pixelproof_conformance.gateway.running import running_gateway

KEY = "sk-made-up-for-this-test"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def arguments(url: str, *more: str) -> list[str]:
    """A short run for one model."""
    return ["run", url, "--dialect", "openai", "--model", "dall-e-3", "--only", "n-", "--quiet", *more]


def test_a_run_is_resumed_with_its_own_seed(tmp_path: Path) -> None:
    """A run that stopped at a cap goes on in its folder, without the seed being named, and sends nothing twice."""
    folder = str(tmp_path / "run")
    with running_gateway(("openai",)) as gateway:
        assert main(arguments(gateway.url, "--out", folder, "--max-requests", "3")) == 0
        assert main(arguments(gateway.url, "--resume", folder)) == 0
    header, *records = map(json.loads, (tmp_path / "run" / "journal.jsonl").read_text("utf-8").splitlines())
    report = json.loads((tmp_path / "run" / "report.json").read_text("utf-8"))
    assert report["configuration"]["seed"] == header["configuration"]["seed"]
    assert len({record["case"] for record in records}) == len(records) > 3


def test_a_cap_on_the_cost_needs_a_price(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no price is declared, a cap on the cost could not be kept, so it is refused before anything is sent."""
    status = main(
        ["run", "http://127.0.0.1:9", "--dialect", "anyfast", "--max-cost", "1", "--out", str(tmp_path / "x")]
    )
    assert status == 2
    assert "--max-images" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_a_folder_with_a_run_is_not_taken_for_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second run into the same folder is refused, and the message names both ways out."""
    folder = str(tmp_path / "run")
    with running_gateway(("openai",)) as gateway:
        assert main(arguments(gateway.url, "--out", folder, "--max-requests", "3")) == 0
        assert main(arguments(gateway.url, "--out", folder)) == 2
    assert f"--resume {folder}" in capsys.readouterr().err
