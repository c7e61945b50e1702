"""``pixelproof audit`` and ``export har`` on the command line."""

import gzip
import json
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from pixelproof import load_dialect
from pixelproof._meta import meta_validator
from pixelproof_conformance.gateway.running import running_gateway
from pixelproof_conformance.traffic import progress
from rich.console import Console
from rich.progress import Progress

from .commands import KEY, Command, report
from .traffic_lines import GOOD, PATH, entry, line, refusal, write_archive, write_lines

WRONG = {**GOOD, "size": "7x7", "n": 11}
FAULTS = ("documented-quality-refused", "usage-does-not-add-up", "size-not-for-gpt")
AUDIT = ("--dialect", "openai")


def audit_json(out: str) -> dict[str, Any]:
    """The audit that was printed as JSON, which its schema allows."""
    found: dict[str, Any] = json.loads(out)
    assert [*meta_validator("audit").iter_errors(found)] == []
    return found


def test_an_audit_says_who_is_at_fault(command: Command, tmp_path: Path) -> None:
    """The clients' side and the provider's side stand apart; the first place is named."""
    write_lines(tmp_path / "a.jsonl", line(), line(WRONG, 400, answer=refusal()), line({**GOOD, "n": 0}))
    found = command("audit", "a.jsonl", *AUDIT)
    assert (found.status, found.err) == (1, "")
    provider, _, client = found.out.partition("Clients  ")
    assert "n-outside-1-to-10" in provider
    assert "size-not-for-gpt" not in provider
    assert "seen     2 times, first at a.jsonl:2" in client
    told = " ".join(found.out.split())
    assert "3 exchanges judged. The provider broke 1 requirement, clients broke 2 requirements." in told


@pytest.mark.parametrize(
    ("lines", "options", "status"),
    [
        ([line()], (), 0),
        ([line(WRONG, 400, answer=refusal())], (), 0),
        ([line(WRONG, 400, answer=refusal())], ("--fail-on", "client"), 1),
        ([line(WRONG)], (), 1),
        ([line({**GOOD, "n": 0})], ("--fail-on", "both"), 1),
        ([line(), b"?"], (), 0),
        ([line(), b"?"], ("--strict",), 2),
        ([line(path="/v1/models")], (), 3),
        ([line(status=429), line(status=None)], (), 3),
        ([line(status=429), line(status=None)], ("--fail-on", "both"), 0),
        ([b"?"], (), 3),
        ([], (), 3),
    ],
)
def test_the_exit_status_tells(
    command: Command, tmp_path: Path, lines: list[Any], options: tuple[str, ...], status: int
) -> None:
    """0 conforms, 1 findings of the side that counts, 2 unreadable lines when asked, 3 nothing was judged."""
    write_lines(tmp_path / "a.jsonl", *lines)
    assert command("audit", "a.jsonl", *AUDIT, *options, "--quiet").status == status


def test_json_has_everything(command: Command, tmp_path: Path) -> None:
    """Counts, both sides, what was kept, what was left out, what could not be read."""
    write_archive(tmp_path / "a.har", entry(WRONG, 400, refusal()), entry(GOOD, 429), entry(GOOD, 400, refusal(None)))
    write_lines(tmp_path / "b.jsonl", b"?", line(path="/v1/models"))
    found = command("audit", "a.har", "b.jsonl", *AUDIT, "--format", "json", "--max-examples", "1")
    told = audit_json(found.out)
    assert found.status == told["exit_status"] == 1
    assert told["counts"] == {"judged": 3, "left_out": 1, "unreadable": 1, "undecided": 1, "pictures": 0}
    assert told["exchanges"] == [
        {"operation": "generations", "model": "gpt-image-1", "status": 400, "count": 2},
        {"operation": "generations", "model": "gpt-image-1", "status": 429, "count": 1},
    ]
    assert [(one["requirement"].rpartition("/")[2], one["seen"]) for one in told["provider"]] == [
        ("documented-request-refused", 1)
    ]
    assert [one["examples"][0]["place"] for one in told["client"]] == ["a.har entry 1"] * 2
    assert told["left_out"] == {"POST /v1/models": 1}
    assert [flaw["place"] for flaw in told["unreadable"]] == ["b.jsonl:1"]
    assert found.err.startswith("b.jsonl:1: The line is not JSON")


def test_json_lines_have_a_finding_each(command: Command, tmp_path: Path) -> None:
    """With the side that is at fault."""
    write_lines(tmp_path / "a.jsonl", line(WRONG))
    lines = [json.loads(row) for row in command("audit", "a.jsonl", *AUDIT, "--format", "jsonl").out.splitlines()]
    assert [(row["side"], row["severity"]) for row in lines] == [("provider", "error")] * 2 + [("client", "error")] * 2


def test_the_report_is_one_that_can_be_compared(command: Command, tmp_path: Path) -> None:
    """The provider's side in all forms of a report; two audits are compared like two runs."""
    write_archive(tmp_path / "old.har", entry(WRONG, 400, refusal()))
    write_archive(tmp_path / "new.har", entry(WRONG))
    for name in ("old", "new"):
        command("audit", f"{name}.har", *AUDIT, "--out", name)
    assert {path.name for path in Path("new").iterdir()} == {
        "report.json", "report.html", "report.md", "junit.xml", "report.sarif", "results.csv", "badge.svg",
        "badge.json", "audit.json",
    }  # fmt: skip
    told = report(Path("new"))
    (size,) = [one for one in told["results"] if one["requirement"].endswith("/size-not-for-gpt")]
    assert (size["outcome"], size["failures"][0]["case"]) == ("fail", "new.har entry 1")
    assert "curl" in size["failures"][0]["curl"]
    assert "$OPENAI_API_KEY" in size["failures"][0]["curl"]
    assert f"https://api.test{PATH}" in size["failures"][0]["curl"]
    assert {one["outcome"] for one in told["results"]} == {"fail", "not-run", "disabled"}
    compared = command("compare", "old", "new")
    assert compared.status == 1
    assert "size-not-for-gpt" in compared.out


def test_a_request_can_be_sent_again_where_only_its_path_is_known(command: Command, tmp_path: Path) -> None:
    """To the address that the provider's document names; an upload that was not recorded leaves no curl line."""
    write_lines(tmp_path / "a.jsonl", line(WRONG))
    command("audit", "a.jsonl", *AUDIT, "--out", "whole")
    flaws = [flaw for one in report(Path("whole"))["results"] for flaw in one["failures"]]
    assert {f"https://api.openai.com{PATH}" in flaw["curl"] for flaw in flaws} == {True}
    write_lines(tmp_path / "b.jsonl", line(answer={"created": "now"}) | {"request": None, "path": "/v1/images/edits"})
    command("audit", "b.jsonl", "--dialect", "anyfast", "--out", "part")
    assert {flaw["curl"] for one in report(Path("part"))["results"] for flaw in one["failures"]} == {""}
    assert "```sh" not in Path("part/report.md").read_text("utf-8")


def test_an_audit_of_a_run_finds_what_the_run_found(command: Command, tmp_path: Path) -> None:
    """From the journal and from the exported archive alike; the failures of the run are those of the audit."""
    with running_gateway(("openai",), faults=FAULTS) as gateway:
        command("run", gateway.url, *AUDIT, "--model", "gpt-image-1", "--out", "run", "--examples", "5", "--seed", "3")
    assert command("export", "har", "run", "-o", "run.har").out.startswith("run.har: ")
    assert json.loads(Path("run.har").read_text("utf-8")) == json.loads(command("export", "har", "run").out)
    found = [
        audit_json(command("audit", name, *AUDIT, "--format", "json").out) for name in ("run/journal.jsonl", "run.har")
    ]
    flaws = [[(one["requirement"], one["seen"]) for one in told["provider"]] for told in found]
    assert flaws[0] == flaws[1]
    failed = {one["requirement"] for one in report(Path("run"))["results"] if one["outcome"] == "fail"}
    wanted = {f"openai/generations/{name}" for name in FAULTS}
    assert wanted <= failed <= {name for name, _ in flaws[0]}


@pytest.mark.parametrize("dialect", ["openai", "anyfast", "orq", "octen", "infinityblue"])
def test_an_audit_blames_no_provider_that_keeps_its_document(command: Command, dialect: str) -> None:
    """Every request of a run, one-fault cases and all, against the gateway without faults."""
    loaded = load_dialect(dialect)
    operations = loaded.operations
    with running_gateway((dialect,)) as gateway:
        for operation in operations:
            options = (
                "--dialect",
                dialect,
                "--operation",
                operation,
                "--examples",
                "3",
                "--seed",
                "1",
                "--quiet",
                "--key-env",
                "OPENAI_API_KEY",
            )
            command("run", gateway.url, *options, "--out", operation)
    journals = [f"{operation}/journal.jsonl" for operation in operations]
    told = audit_json(command("audit", *journals, "--dialect", dialect, "--format", "json").out)
    assert told["provider"] == []
    # What the wire checks send without a key, and to other routes, says nothing about the document.
    assert set(told["undecided"]) <= {"status 401"}
    assert told["left_out"].keys().isdisjoint(f"POST {loaded.operation(name).path}" for name in operations)
    assert told["counts"]["judged"] > 100
    assert told["client"]


def test_secrets_in_traffic_appear_nowhere(command: Command, tmp_path: Path) -> None:
    """Headers, addresses, bodies; keys with a known look and keys that only their name gives away; whole and cut."""
    secrets = {
        "authorization": "Bearer plain-key-without-a-look-1",
        "cookie": "theme=dark; session=cookie-value-2",
        "x-api-key": "header-key-value-3",
        "query": "query-key-value-4",
        "password": "user-password-5",
        "body": "body-key-value-6-" + "x" * 90,
        "answer": "answer-token-value-7",
        "look": "sk-abcdefghijklmnop8888",
        "nested": "nested-secret-value-9",
    }
    request = {
        **WRONG,
        "api_key": secrets["body"],
        "metadata": {"token": secrets["nested"]},
        "user": secrets["look"],
        secrets["look"]: 1,
    }
    answer = {
        "error": {
            "message": f"no: cookie-value-2 {secrets['x-api-key']} plain-key-without-a-look-1",
            "param": secrets["query"],
        },
        "access_token": secrets["answer"],
        secrets["nested"]: secrets["body"],
    }
    url = f"https://me:{secrets['password']}@api.test{PATH}?key={secrets['query']}"
    headers = {name: secrets[name] for name in ("authorization", "cookie", "x-api-key")}
    pairs = [{"name": name, "value": value} for name, value in headers.items()]
    har = entry(request, 400, answer)
    har["request"] |= {"url": url, "headers": [*har["request"]["headers"], *pairs]}
    write_archive(tmp_path / "a.har", har, entry(request, 200, answer) | {"request": har["request"]})
    rows = [line(request, status, answer=answer, url=url, request_headers=headers) for status in (400, 200)]
    write_lines(
        tmp_path / "b.jsonl",
        *rows,
        line(request, 200, url=url),
        line(path=f"/{secrets['look']}"),
        json.dumps({secrets["look"]: 1}).encode(),
        f'{{"{secrets["look"]}"'.encode(),
    )
    texts = []
    for style in ("text", "json", "jsonl"):
        found = command("audit", "a.har", "b.jsonl", *AUDIT, "--format", style, "--out", "out", "--max-examples", "9")
        texts += [found.out, found.err]
    texts += [path.read_text("utf-8") for path in Path("out").iterdir()]
    for text in texts:
        for value in [*secrets.values(), "cookie-value-2", "plain-key-without-a-look-1", secrets["body"][:30]]:
            assert value not in text
    assert any("[redacted]" in text for text in texts)


def test_wrong_usage_is_one_line(command: Command, tmp_path: Path) -> None:
    """What was given, and what there is."""
    write_lines(tmp_path / "a.jsonl", line())
    for words, said in (
        (("a.jsonl", "--dialect", "nobody"), "nobody"),
        (("b.jsonl", *AUDIT), "b.jsonl: there is no such file"),
        (("a.jsonl", *AUDIT, "--operation", "edits"), "no operation 'edits'; it has generations"),
        (("a.jsonl", *AUDIT, "--route", "/draw"), "'/draw' is not of the form PATH=OPERATION"),
        (("a.jsonl", *AUDIT, "--model-alias", "gpt=x"), "has no such model; it has dall-e-2"),
        (("a.jsonl", *AUDIT, "--account", "a=true"), "account"),
        (("a.jsonl", *AUDIT, "--out", "a.jsonl/x"), "a.jsonl/x: this folder cannot be made"),
        (("a.jsonl", *AUDIT, "--jobs", "0"), "'0' is not a whole number from 1 to 99999"),
    ):
        found = command("audit", *words)
        assert (found.status, found.out) == (2, "")
        assert said in found.line


def test_standard_input_is_a_file_like_any_other(tmp_path: Path) -> None:
    """Packed or not."""
    content = write_lines(tmp_path / "a.jsonl", line(WRONG)).read_bytes()
    for given in (content, gzip.compress(content)):
        ran = subprocess.run(
            [sys.executable, "-m", "pixelproof", "audit", "-", *AUDIT, "--format", "json"],
            input=given, capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        assert (ran.returncode, ran.stderr) == (1, b"")
        assert audit_json(ran.stdout.decode())["client"][0]["examples"][0]["place"] == "<stdin>:1"


def test_ctrl_c_reports_what_was_judged_until_then(tmp_path: Path) -> None:
    """The command waits for more of a pipe; ctrl-C ends that, and the lines before it are reported with status 130."""
    rows = write_lines(tmp_path / "a.jsonl", *[line(WRONG)] * 20_000).read_bytes()
    with subprocess.Popen(
        [sys.executable, "-m", "pixelproof", "audit", "-", *AUDIT, "--format", "json", "--jobs", "2"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(rows)
        process.stdin.flush()
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    told = audit_json(out.decode())
    assert told["interrupted"]
    assert told["counts"]["judged"] > 0
    assert b"Stopping" in err


def test_progress_is_shown_in_bytes_and_exchanges(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line at each tenth in CI; a bar on a terminal; nothing elsewhere."""
    write_lines(tmp_path / "a.jsonl", *[line()] * 50)
    monkeypatch.setenv("CI", "1")
    assert "100 % of " in command("audit", "a.jsonl", *AUDIT).err
    assert command("audit", "a.jsonl", *AUDIT, "--quiet").err == ""
    bars: list[Progress] = []
    make = progress._bar

    def kept(console: Console) -> Progress:
        bars.append(make(console))
        return bars[-1]

    monkeypatch.setattr(progress, "_bar", kept)

    class Screen(StringIO):
        def isatty(self) -> bool:
            return True

    with progress.show_bytes(1000, Screen(), {}) as step:
        step(400, 7)
        step(600, 1)
    (task,) = bars[0].tasks
    assert (task.completed, task.total) == (1000, 1000)
    assert "exchanges/s" in task.fields["rate"]


def test_nothing_is_exported_of_what_is_no_run(command: Command, tmp_path: Path) -> None:
    """One line, and no file is left behind."""
    assert command("export", "har", "nowhere", "-o", "a.har").status == 2
    assert not [*tmp_path.glob("*har*")]
    assert KEY not in "".join(path.name for path in tmp_path.iterdir())
