import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pixelproof import PixelproofError, TargetError, __version__
from pixelproof.cli import main

COMMAND = [sys.executable, "-m", "pixelproof"]
GOOD = '{"model": "gpt-image-1", "prompt": "A red ball."}'


def started(*words: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """A real process of the command that has ended."""
    return subprocess.run([*COMMAND, *words], text=True, check=False, stderr=subprocess.PIPE, **settings)  # type: ignore[call-overload, no-any-return]


def raising(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit status of a verb that ends with ``error``."""

    def fail(_args: object) -> int:
        raise error

    monkeypatch.setattr("pixelproof.cli.rules.run", fail)
    return main(["rules"])


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """--version prints name and version."""
    assert main(["--version"]) == 0
    assert capsys.readouterr() == (f"pixelproof {__version__}\n", "")


def test_help_of_a_verb(capsys: pytest.CaptureFixture[str]) -> None:
    """--help of a verb describes its options and exits with 0."""
    assert main(["validate", "--help"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("usage: pixelproof validate ")
    assert "--dialect-path DIR" in out
    assert err == ""


def test_nothing_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    """Without any argument the help goes to standard error, as wrong usage."""
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: pixelproof ")


def test_help_without_the_extra(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the help says how to get the other verbs."""
    monkeypatch.setitem(sys.modules, "pixelproof_conformance", None)
    monkeypatch.setitem(sys.modules, "pixelproof_conformance.cli", None)
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert "with pip install 'pixelproof[conformance]': demo, plan, run, " in out
    assert "exit status:\n  0  conforms\n" in out


def test_verb_of_the_extra(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra one of its verbs is wrong usage, and the line says what to install."""
    monkeypatch.setitem(sys.modules, "pixelproof_conformance.cli", None)
    assert main(["demo"]) == 2
    assert capsys.readouterr().err == (
        "pixelproof: error: demo needs pixelproof_conformance; install it with pip install 'pixelproof[conformance]'\n"
    )


@pytest.mark.parametrize("name", ["httpx", "httpcore"])
def test_missing_module_of_the_extra(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The same holds when only a dependency of the extra is missing."""
    assert raising(ModuleNotFoundError(f"No module named '{name}'", name=name), monkeypatch) == 2
    assert f"rules needs {name}; install it with pip install 'pixelproof[conformance]'" in capsys.readouterr().err


def test_unknown_verb(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown verb is told with the known ones."""
    assert main(["valdate", "x"]) == 2
    assert "unknown verb 'valdate'; known are validate, rules, " in capsys.readouterr().err


def test_unknown_option_before_the_verb(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown option is wrong usage wherever it stands."""
    assert main(["--colour", "rules"]) == 2
    assert capsys.readouterr().err.startswith("pixelproof: error: ")


@pytest.mark.parametrize(("error", "status"), [(PixelproofError("no"), 2), (TargetError("no"), 3)])
def test_errors_on_purpose(
    error: PixelproofError, status: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error on purpose is its text on one line and its own exit status."""
    assert raising(error, monkeypatch) == status
    assert capsys.readouterr() == ("", "pixelproof: error: no\n")


def test_error_with_control_characters(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """An error stays on one line and acts upon no terminal, whatever it quotes."""
    raising(PixelproofError("a\nb\x1b[31m"), monkeypatch)
    assert capsys.readouterr().err == "pixelproof: error: a\\u000ab\\u001b[31m\n"


def test_fault_of_our_own(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected error is our fault, exits with 3, and shows its traceback only when asked."""
    assert raising(KeyError("x"), monkeypatch) == 3
    message = capsys.readouterr().err
    assert message.startswith("pixelproof: error: this is a fault of pixelproof itself: KeyError: 'x'.")
    assert "Traceback" not in message
    monkeypatch.setenv("PIXELPROOF_TRACEBACK", "1")
    assert raising(KeyError("x"), monkeypatch) == 3
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt(), 130), (BrokenPipeError(), 141)])
def test_silent_ends(
    error: BaseException, status: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupted run and one that nobody listens to any more end without a word."""
    assert raising(error, monkeypatch) == status
    assert capsys.readouterr() == ("", "")


def test_module(tmp_path: Path) -> None:
    """``python -m pixelproof`` is the command, and its exit status is that of the process."""
    bad = tmp_path / "bad.json"
    bad.write_text('{"prompt": "x", "n": 11}')
    done = started("validate", str(bad), "--dialect", "openai", "--quiet")
    assert (done.returncode, done.stderr) == (1, "")


def test_reader_that_goes_away(tmp_path: Path) -> None:
    """When the reader of a long output goes away, the command stops without a word."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as nobody:
        assert started("rules", stdout=nobody).stderr == ""
        assert started("--help", stdout=nobody).stderr == ""
        bad = tmp_path / "bad.json"
        bad.write_text('{"prompt": "x", "n": 11}')
        done = started("validate", str(bad), "--dialect", "openai", stdout=nobody)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_full_disk() -> None:
    """An output that cannot be written is told in one line, and exits with 2."""
    message = "pixelproof: error: standard output cannot be written (No space left on device)\n"
    with Path("/dev/full").open("wb") as full:
        for words in (["rules"], ["--version"]):
            done = started(*words, stdout=full)
            assert (done.returncode, done.stderr) == (2, message)


def test_closed_output(tmp_path: Path) -> None:
    """Without a standard output the exit status still tells the verdict."""
    bad = tmp_path / "bad.json"
    bad.write_text('{"prompt": "x", "n": 11}')
    script = f"exec {' '.join(COMMAND)} validate {bad} --dialect openai >&-"
    done = subprocess.run(["/bin/sh", "-c", script], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")


def test_poor_character_set(tmp_path: Path) -> None:
    """What the character set of the console lacks is escaped, not a crash."""
    file = tmp_path / "é.json"
    file.write_text('{"prompt": "x", "größe": 1}', encoding="utf-8")
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = started("validate", str(file), "--dialect", "openai", env=environment, stdout=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "gr\\xf6\\xdfe is 1." in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="signals are sent in another way")
def test_interrupt() -> None:
    """Ctrl-C ends a waiting command with 130 and no traceback."""
    command = [*COMMAND, "validate", "--dialect", "openai", "--format", "jsonl"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"request": {"prompt": "x"}}) + "\n")
        process.stdin.flush()
        process.stdout.readline()  # now it waits for the next line
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert (process.returncode, errors) == (130, "")


def test_start_up(tmp_path: Path) -> None:
    """Judging a file imports nothing heavy, and leaves the real ``email.utils`` to whoever wants it."""
    (tmp_path / "good.json").write_text(GOOD)
    script = (
        "import sys, pixelproof.cli\n"
        "status = pixelproof.cli.main(sys.argv[1:])\n"
        "print(status, *sorted(sys.modules))\n"
        "import email.utils\n"
        "print(email.utils.parseaddr('A <a@b.example>')[1], sys.modules['email.utils'].__spec__ is not None)\n"
    )
    words = ["validate", str(tmp_path / "good.json"), "--dialect", "openai"]
    for _ in ("the first run may fill the cache", "the second run shows what every other costs"):
        done = subprocess.run([sys.executable, "-c", script, *words], check=True, capture_output=True, text=True)
    _, imported, address = done.stdout.splitlines()
    status, *modules = imported.split()
    assert status == "0"
    assert "jsonschema_rs" in modules
    heavy = {
        "yaml", "jsonschema", "PIL", "dataclasses", "rich", "httpx", "hypothesis", "inspect", "pathlib", "hashlib",
        "importlib.metadata", "email.utils", "urllib.parse", "json", "difflib", "shutil", "textwrap", "logging",
        "tempfile", "socket", "datetime", "base64", "asyncio", "shtab", "pixelproof._load", "pixelproof._form",
        "pixelproof_conformance", "tomllib", "pixelproof._config.settings",
    }  # fmt: skip
    assert heavy.isdisjoint(modules)
    assert address == "a@b.example True"
