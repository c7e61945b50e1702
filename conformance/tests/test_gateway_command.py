import argparse
import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pixelproof
import pytest
from pixelproof_conformance.gateway.command import add_serve, listing, run
from pixelproof_conformance.gateway.running import running_gateway

PROGRAM = """
import argparse, sys
from pixelproof_conformance.gateway.command import add_serve
parser = argparse.ArgumentParser()
add_serve(parser.add_subparsers())
args = parser.parse_args(sys.argv[1:])
sys.exit(args.run(args))
"""


def parsed(*words: str) -> argparse.Namespace:
    """The arguments of ``serve``."""
    parser = argparse.ArgumentParser()
    add_serve(parser.add_subparsers())
    return parser.parse_args(["serve", *words])


def test_it_serves_until_interrupted(tmp_path: Path) -> None:
    """The address stands on stderr, each request on stdout and in the record; an interrupt ends it with status 0."""
    record = tmp_path / "record.jsonl"
    words = ["serve", "--dialect", "openai", "--port", "0", "--fault", "created-missing", "--record", str(record)]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stderr is not None
        address = program.stderr.readline().strip().removeprefix("openai: ")
        assert address.startswith("http://127.0.0.1:")
        answer = httpx.post(
            f"{address}/v1/images/generations",
            json={"prompt": "A fox"},
            headers={"authorization": "Bearer k"},
            timeout=30,
        )
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=30)
    assert set(answer.json()) == {"data"}
    assert out == "POST /v1/images/generations 200 0 findings\n"
    assert "Traceback" not in err
    assert program.returncode == 0
    assert json.loads(record.read_text(encoding="utf-8"))["status"] == 200


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--dialect", "opnai"], "unknown dialect 'opnai'"),
        (["--dialect", "openai", "--fault", "drop-size"], "unknown fault 'drop-size'; do you mean drops-size"),
        (["--dialect", "openai", "--delay", "-1"], "--delay is -1; give seconds from 0 up"),
        (["--dialect", "openai", "--delay", "nan"], "--delay is nan"),
        (["--dialect", "openai", "--key", "NO_SUCH_KEY"], "the environment variable 'NO_SUCH_KEY' is not set"),
        (["--dialect", "openai", "--record", "/nowhere/at/all"], "--record: '/nowhere/at/all' cannot be written"),
    ],
)
def test_an_option_that_cannot_be_followed_is_told(words: list[str], message: str) -> None:
    """The error names the option or value and what is wrong with it."""
    with pytest.raises(pixelproof.UsageError) as caught:
        run(parsed("--port", "0", *words))
    assert message in str(caught.value)


def test_a_port_in_use_is_told() -> None:
    """Serving on a port that is taken is a wrong use."""
    with running_gateway() as gateway:
        port = gateway.url.rpartition(":")[2]
        with pytest.raises(pixelproof.UsageError, match=f"cannot serve on 127.0.0.1 port {port}"):
            run(parsed("--dialect", "openai", "--port", port))


def test_the_default_is_this_machine_alone() -> None:
    """Without --host nothing but the loopback address is served."""
    assert (parsed().host, parsed().port) == ("127.0.0.1", 8900)


def test_the_faults_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """As text a fault has two lines; as JSON it has its name, dialect, kind, sentence and requirements."""
    assert run(parsed("--dialect", "openai", "--list-faults")) == 0
    text = capsys.readouterr().out
    assert "openai/generations/created-missing  (openai, not-kept)\n    This is not kept: " in text
    rows = json.loads(listing([pixelproof.load_dialect("openai")], "json"))
    [row] = [row for row in rows if row["name"] == "drops-size"]
    assert row == {
        "name": "drops-size",
        "dialect": "openai",
        "kind": "behaviour",
        "says": "The size is lost on the way: every picture has the default size, and the answer says so.",
        "requirements": ["openai/generations/picture-of-another-size"],
    }
