"""The verb ``run``: its options, its folder, its seed, its caps, and every way in which an endpoint is no endpoint."""

import json
import ssl
import sys
from pathlib import Path

import pytest
from pixelproof_conformance.gateway.running import RunningGateway, running_gateway
from pixelproof_conformance.report.write import forms

from .commands import KEY, Command, records, report
from .hostile import FirstGood
from .raw_server import RawServer, Script, answer, keeps_saying, resets, says, trickles

NOWHERE = "http://127.0.0.1:9"
SHORT = ("--dialect", "openai", "--model", "dall-e-3", "--only", "n-", "--examples", "0")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--dialect", "opnai"], "unknown dialect 'opnai'; known are "),
        (["--operation", "edits"], "the dialect 'openai' has no operation 'edits'; it has generations"),
        (["--model", "gpt-image"], "--model 'gpt-image' is not named in the document of openai; it names gpt-image-1,"),
        (["--model-alias", "gpt-image-1"], "--model-alias 'gpt-image-1' is not of the form MODEL=NAME"),
        (["--model-alias", "gpt-image=x"], "--model-alias gpt-image=...: openai has no such model; it has dall-e-2,"),
        (["--account", "vip"], "--account 'vip' is not of the form FACT=true"),
        (["--account", "vip=true"], "--account vip: openai has no such fact; it has none"),
        (["--account", "vip=perhaps"], "--account vip=perhaps: the value has to be true or false"),
        (["--header", "X-Team"], "--header 'X-Team' is not of the form 'NAME: VALUE'"),
        (["--header", "X Team: a"], "the header 'X Team' cannot be sent; write it as NAME: VALUE on one line"),
        (["--header", "Content-Length: 1"], "the header 'Content-Length' cannot be given: it belongs to how each"),
        (["--only", "no-such-flaw"], "--only 'no-such-flaw' fits no requirement of generations; pixelproof rules"),
        (["--skip", "no-such-flaw"], "--skip 'no-such-flaw' fits no requirement of generations; pixelproof rules"),
        (["--profile", "strict"], "argument --profile: invalid choice: 'strict'"),
        (["--rate", "0"], "argument --rate: '0' is not a number above 0"),
        (["--rate", "30/day"], "argument --rate: '30/day' is not a number above 0, alone or with /s, /min or /h"),
        (["--rate", "0/min"], "argument --rate: '0' is not a number above 0"),
        (["--longest-wait", "0"], "argument --longest-wait: '0' is not a number above 0"),
        (["--rate", "fast"], "argument --rate: 'fast' is not a number above 0"),
        (["--max-requests", "0"], "argument --max-requests: '0' is not a whole number from 1"),
        (["--max-images", "-4"], "argument --max-images: '-4' is not a whole number from 1"),
        (["--max-cost", "nan"], "argument --max-cost: 'nan' is not a number above 0"),
        (["--timeout", "0"], "argument --timeout: '0' is not a number above 0"),
        (["--concurrency", "9"], "a concurrency of 9 is not possible; use 1 to 8"),
        (["--retries", "-1"], "argument --retries: '-1' is not a whole number from 0"),
        (["--examples", "-1"], "argument --examples: '-1' is not a whole number from 0"),
        (["--examples", "²"], "argument --examples: '²' is not a whole number from 0"),
        (["--seed", "x"], "argument --seed: invalid int value: 'x'"),
        (["--key-env", "NO_SUCH_KEY"], "--key-env NO_SUCH_KEY: this environment variable is not set; export NO_SUCH"),
        (["--dialect-path", "nowhere"], "--dialect-path: 'nowhere' is not a folder"),
        (["--resume", "nowhere"], "--resume nowhere: there is no journal.jsonl; name the folder of an earlier run"),
        (["--no-such-option"], "unrecognized arguments: --no-such-option"),
    ],
)
def test_a_wrong_option_ends_in_one_line(command: Command, tmp_path: Path, words: list[str], told: str) -> None:
    """The line shows the option and its value, the status is 2, and nothing is sent or written."""
    dialect = [] if "--dialect" in words else ["--dialect", "openai"]
    found = command("run", NOWHERE, *dialect, *words)
    assert found.line.startswith(told)
    assert (found.status, found.out) == (2, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("127.0.0.1:9", "the URL 127.0.0.1:9 has no scheme; it must start with http:// or https://"),
        ("ftp://127.0.0.1", "the URL ftp://127.0.0.1 has the scheme ftp; it must start with http:// or https://"),
        ("http://", "the URL http:// names no host"),
        ("http://127.0.0.1:99999", "the URL http://127.0.0.1:99999 cannot be read: Port out of range"),
    ],
)
def test_a_wrong_address_ends_in_one_line(command: Command, tmp_path: Path, url: str, told: str) -> None:
    """A URL that no request can go to is wrong usage, and leaves nothing behind."""
    found = command("run", url, *SHORT)
    assert found.line.startswith(told)
    assert found.status == 2
    assert list(tmp_path.iterdir()) == []


def test_a_password_in_the_address_is_not_shown(command: Command) -> None:
    """User, password and keys in the URL do not stand in the line about a closed port."""
    found = command("run", "http://user:geheim1234@127.0.0.1:9/?api_key=geheim5678", *SHORT, "--retries", "0")
    assert found.status == 3
    assert "geheim" not in found.err


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (
            keeps_saying(answer("200 OK", b"<!doctype html>", Content_Type="text/html; charset=utf-8")),
            "status 200 with a web page; is this the address of the API?",
        ),
        (
            keeps_saying(answer("404 Not Found", b"<html>", Content_Type="text/html")),
            "status 404: there is no such route or model (is the path of the address right, and the model known there?",
        ),
        (keeps_saying(answer("302 Found", Location="/login")), "status 302: a redirection is not followed"),
        (keeps_saying(answer("429 Too Many Requests", b"slow down")), "status 429 after 1 attempts: slow down"),
        (keeps_saying(answer("500 Internal Server Error", b"oops")), "status 500 after 1 attempts: oops"),
        (keeps_saying(answer("403 Forbidden")), "status 403: the key or the account has no access"),
        (
            says(b"HTTP/1.1 200 OK\r\nContent-Length: 100000001\r\n\r\n"),
            "the answer has more than 100,000,000 bytes; the rest was not read",
        ),
        (
            trickles(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", b": ping\n\n"),
            "the answer had no end after 0.2 s",
        ),
        (resets, "after 100 bytes of the answer"),
        (says(b""), "closed the connection without an answer"),
        (says(b"SSH-2.0-OpenSSH_9.9\r\n"), "does not speak HTTP"),
    ],
    ids=["page", "404", "302", "429", "500", "403", "100 MB", "endless", "reset", "silent", "ssh"],
)
def test_an_endpoint_that_cannot_be_judged_ends_in_one_line(
    command: Command, tmp_path: Path, script: Script, told: str
) -> None:
    """The line says why, the status is 3, and the same command can be given again."""
    with RawServer(script) as server:
        found = command("run", server.url, *SHORT, "--retries", "0", "--total-timeout", "0.2", "--out", "run")
        assert f"127.0.0.1:{server.port}" in found.line
    assert told in found.line
    assert (found.status, found.out) == (3, "")
    assert list(tmp_path.iterdir()) == []


def test_certificates_that_are_not_there_end_in_one_line(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A slip in a variable is wrong usage, told before anything is sent or written."""
    monkeypatch.setenv("SSL_CERT_FILE", "nowhere.pem")
    found = command("run", "https://127.0.0.1:9", *SHORT)
    assert found.status == 2
    assert found.line == "SSL_CERT_FILE=nowhere.pem: there is no such file; it has to name certificates in PEM form"
    assert list(tmp_path.iterdir()) == []


def test_an_endpoint_that_asks_for_an_hour_is_left_alone(command: Command) -> None:
    """No request goes out before the hour is over; what is known is reported, and the run can be resumed."""
    busy = answer("429 Too Many Requests", b"later", Retry_After="3600")
    with RawServer(FirstGood(says(busy)).once) as server:
        found = command("run", server.url, "--dialect", "openai", "--model", "gpt-image-1", "--out", "run")
    assert found.status == 3
    assert len(server.requests) <= 5, "the first one, and those that were under way when the answer came"
    assert found.err.splitlines()[-1].endswith(
        "the endpoint asks to wait 3600 s, and the run waits 60 s at most (--longest-wait)"
    )
    assert report(Path("run"))["totals"]["pass"] > 10


def test_an_empty_answer_is_judged(command: Command) -> None:
    """Status 200 with nothing in it is an endpoint that breaks its promises, not one that is missing."""
    with RawServer(keeps_saying(answer("200 OK"))) as server:
        found = command("run", server.url, *SHORT, "--only", "answer-not-json", "--out", "run")
    assert found.status == 1
    assert report(Path("run"))["totals"]["fail"] > 0


def test_https_to_a_plain_port_says_so(command: Command, openai_gateway: RunningGateway) -> None:
    """The line names the remedy: http instead of https."""
    found = command("run", openai_gateway.url.replace("http:", "https:"), *SHORT)
    assert found.status == 3
    assert "does it speak plain HTTP? then write http://" in found.line


def test_a_host_that_nobody_knows_says_so(command: Command) -> None:
    """The line names the host."""
    found = command("run", "http://no-such-host.invalid", *SHORT, "--retries", "0")
    assert found.status == 3
    assert found.line.startswith("the host no-such-host.invalid is not known")


@pytest.mark.parametrize("named", [True, False])
def test_a_refused_key_names_its_variable(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: bool
) -> None:
    """401 says which variable the key came from, or should have; the key that a server echoes stays unseen."""
    if not named:
        monkeypatch.delenv("OPENAI_API_KEY")
    with RawServer(keeps_saying(answer("401 Unauthorized", f"wrong key {KEY}".encode()))) as server:
        found = command("run", server.url, *SHORT, "--out", "run")
    hint = "(the key in OPENAI_API_KEY was sent)" if named else "(no key was sent: OPENAI_API_KEY is not set; export"
    assert found.status == 3
    assert hint in found.line
    assert list(tmp_path.iterdir()) == []


def test_the_key_of_another_variable_is_sent(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--key-env`` names the variable; its key goes out and is written nowhere."""
    monkeypatch.setenv("TEAM_KEY", "team-key-0123456789")
    with RawServer(keeps_saying(answer("400 Bad Request", b'{"error": {"message": "team-key-0123456789"}}'))) as server:
        command("run", server.url, *SHORT, "--key-env", "TEAM_KEY", "--out", "run")
        assert b"Bearer team-key-0123456789" in server.requests[0]
    assert not [path for path in Path("run").iterdir() if b"team-key-0123456789" in path.read_bytes()]


def test_a_clean_endpoint_ends_with_0_and_every_form_of_the_report(
    command: Command, openai_gateway: RunningGateway
) -> None:
    """The report stands on standard output, its forms in the folder, and nothing on standard error."""
    found = command("run", openai_gateway.url, *SHORT, "--out", "run")
    assert (found.status, found.err) == (0, "")
    assert "Conforms" in found.out
    names = {path.name for path in Path("run").iterdir()}
    assert names == {"journal.jsonl", *(form.file for form in forms().values())}
    assert all(KEY.encode() not in path.read_bytes() for path in Path("run").iterdir())


def test_a_failure_ends_with_1(command: Command) -> None:
    """A fault of the endpoint is found, told with its requirement, and is the exit status."""
    with running_gateway(("openai",), faults=("n-outside-1-to-10",)) as gateway:
        found = command("run", gateway.url, "--dialect", "openai", "--only", "n-outside", "--out", "run")
    assert found.status == 1
    assert "n-outside-1-to-10" in found.out


def test_quiet_says_nothing(command: Command, openai_gateway: RunningGateway) -> None:
    """The report is in the folder alone."""
    found = command("run", openai_gateway.url, *SHORT, "--quiet", "--out", "run")
    assert found == (0, "", "")
    assert report(Path("run"))["totals"]["pass"] > 0


def test_without_out_each_run_has_a_folder_of_its_own(command: Command, openai_gateway: RunningGateway) -> None:
    """Two runs in the same second do not meet."""
    for _ in range(2):
        assert command("run", openai_gateway.url, *SHORT, "--quiet").status == 0
    folders = list(Path("pixelproof-runs").iterdir())
    assert len(folders) == 2
    assert all("-openai" in folder.name for folder in folders)


def test_a_run_is_resumed_with_its_own_seed(command: Command, openai_gateway: RunningGateway) -> None:
    """A run that stopped at a cap goes on in its folder, without the seed being named, and sends nothing twice."""
    words = ["--dialect", "openai", "--model", "dall-e-3", "--only", "n-", "--quiet"]
    assert command("run", openai_gateway.url, *words, "--out", "run", "--max-requests", "3").status == 3
    assert command("run", openai_gateway.url, *words, "--resume", "run", "--max-requests", "99").status == 0
    header = json.loads(Path("run/journal.jsonl").read_text("utf-8").partition("\n")[0])
    cases = [record["case"] for record in records(Path("run"))]
    assert report(Path("run"))["configuration"]["seed"] == header["configuration"]["seed"]
    assert len(set(cases)) == len(cases) > 3


def test_a_cap_on_the_cost_needs_a_price(command: Command, tmp_path: Path) -> None:
    """Where no price is declared, a cap on the cost could not be kept, so it is refused before anything is sent."""
    found = command("run", NOWHERE, "--dialect", "anyfast", "--max-cost", "1")
    assert found.status == 2
    assert "--max-images" in found.line
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_a_run_is_not_taken_for_another(command: Command, openai_gateway: RunningGateway) -> None:
    """A second run into the same folder is refused, and the message names both ways out."""
    assert command("run", openai_gateway.url, *SHORT, "--out", "run", "--max-requests", "3").status == 3
    found = command("run", openai_gateway.url, *SHORT, "--out", "run")
    assert found.status == 2
    assert found.line == "run already holds a run; go on with it by --resume run, or name another folder"


def test_a_file_is_no_folder(command: Command) -> None:
    """``--out`` with the name of a file is wrong usage."""
    Path("taken").touch()
    found = command("run", NOWHERE, *SHORT, "--out", "taken")
    assert found.status == 2
    assert found.line == "taken: cannot be made (File exists); name another folder with --out"


def test_a_folder_that_takes_no_file_is_wrong_usage(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read-only folder is seen before anything is sent."""
    usual = Path.open

    def refused(self: Path, mode: str = "r", *facts: object, **more: object) -> object:
        if "x" in mode:
            raise PermissionError(13, "Permission denied")
        return usual(self, mode, *facts, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refused)
    found = command("run", NOWHERE, *SHORT, "--out", "run")
    assert found.status == 2
    assert found.line.startswith("the journal run/journal.jsonl cannot be created: permission denied")


def test_resume_goes_on_in_its_own_folder(command: Command) -> None:
    """``--resume`` with ``--out`` says two things; neither is ignored."""
    found = command("run", NOWHERE, *SHORT, "--resume", "one", "--out", "other")
    assert found.status == 2
    assert found.line == "--resume one goes on in its own folder; leave out --out other"


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_process_without_outputs_still_writes_its_report(
    command: Command, openai_gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A closed standard output or error is no reason to lose a run."""
    monkeypatch.setattr(sys, name, None)
    assert command("run", openai_gateway.url, *SHORT, "--out", "run").status == 0
    assert Path("run/report.html").exists()


def test_a_full_standard_output_is_said_in_one_line(
    command: Command, openai_gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was printed is not whole, so the status is 2; the files are there."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        found = command("run", openai_gateway.url, *SHORT, "--out", "run")
    assert found.status == 2
    assert found.line == "standard output cannot be written (No space left on device)"
    assert Path("run/report.html").exists()


def test_a_certificate_that_nobody_signed_says_so(command: Command, tls: ssl.SSLContext) -> None:
    """A self-signed certificate ends the run with its reason and the way to trust it."""
    with RawServer(says(b""), tls=tls) as server:
        found = command("run", server.url, *SHORT)
    assert found.status == 3
    hint = "(SSL_CERT_FILE can name a file of certificates to trust)"
    assert found.line.endswith(f"is not trusted: self-signed certificate {hint}")
