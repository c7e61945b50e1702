"""The formats for programs: JSON, JSON lines, workflow commands and SARIF."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pixelproof import Finding, Requirement, Verdict
from pixelproof.formats import FORMATS, Judged, renderer
from pixelproof.formats.jsonl import JudgedLine
from pixelproof.formats.jsonl import render as render_lines

SAYS = "At most 10 images can be asked for."
REQUIREMENT = Requirement(
    "house/generations/n-too-large",
    "house",
    "generations",
    "request",
    SAYS,
    "house.txt#n",
    "INVALID",
    "warning",
    "error",
    "Ask for less.",
)
FINDING = Finding(
    REQUIREMENT.id, "error", "INVALID", "/n", "n", f"n is 11. {SAYS}", "at most 10", 11, "house.txt#n", "Ask for less."
)
CONTENT = b'{\n"n": 11}'


def judged(path: str | None = "a.json", **changes: Any) -> Judged:
    """An invalid message in ``path``, whose finding has these changes."""
    verdict = Verdict("invalid", (FINDING._replace(**changes),))
    return Judged(verdict, path or "<stdin>", path, CONTENT, {REQUIREMENT.id: REQUIREMENT})


def rendered(name: str, *messages: Judged) -> str:
    """The output of a format."""
    return "".join(renderer(name)(messages, False))


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "jsonl"])
def test_nothing_judged(name: str) -> None:
    """Every format copes with no message at all."""
    text = rendered(name)
    assert text == "" or json.loads(text) is not None


@pytest.mark.parametrize("name", ["json", "sarif"])
def test_ascii(name: str) -> None:
    """JSON is ASCII, so that no code page can damage it."""
    text = rendered(name, judged(message="狐 \ud800", actual="é"))
    assert text.isascii()
    assert json.loads(text)


def test_json_lines() -> None:
    """A line has number, label, and a verdict or an error."""
    lines = [
        JudgedLine(1, {"id": "a"}, Verdict("invalid", (FINDING,))),
        JudgedLine(3, {}, None, "is no object"),
    ]
    first, second = "".join(render_lines(lines, False)).splitlines()
    assert json.loads(first) == {"line": 1, "id": "a", "verdict": "invalid", "findings": [FINDING._asdict()]}
    assert second == '{"line":3,"error":"is no object"}'


def test_github() -> None:
    """A finding is one command with file, line and title."""
    assert rendered("github", judged()) == (
        "::error file=a.json,line=2,title=house/generations/n-too-large::"
        f"n is 11. {SAYS}%0AExpected: at most 10%0AAsk for less.%0Ahouse.txt#n\n"
    )


@pytest.mark.parametrize(("severity", "command"), [("error", "error"), ("warning", "warning"), ("info", "notice")])
def test_github_severity(severity: str, command: str) -> None:
    """Each severity has its command."""
    assert rendered("github", judged(severity=severity)).startswith(f"::{command} ")


def test_github_escapes() -> None:
    """What ends a property or a command is escaped, so that no message can start a command of its own."""
    text = rendered("github", judged(path="50%,a:b\n::error::x.json", message="100%\r\n::set-output name=a::b\x1b[31m"))
    assert text.count("\n") == 1
    assert "file=50%25%2Ca%3Ab%0A%3A%3Aerror%3A%3Ax.json,line=2," in text
    assert "::100%25\\u000d\\u000a::set-output name=a::b\\u001b[31m%0AExpected" in text


def test_github_standard_input() -> None:
    """Standard input has no file, so the command names none."""
    assert rendered("github", judged(path=None)).startswith("::error title=house/generations/n-too-large::")


OFFICIAL = Path(__file__).parents[2] / "conformance" / "tests" / "official" / "sarif-2.1.0.schema.json"
SARIF = jsonschema.Draft202012Validator(
    json.loads(OFFICIAL.read_text("utf-8")), format_checker=jsonschema.FormatChecker()
)


def sarif(*messages: Judged) -> dict[str, Any]:
    """The only run of the log, which keeps to the standard and whose results refer to its rules."""
    log = json.loads(rendered("sarif", *messages))
    SARIF.validate(log)
    (run,) = log["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    found: dict[str, Any] = run
    return found


def test_sarif_result() -> None:
    """A result has level, message, file, line and the place in the message."""
    (result,) = sarif(judged())["results"]
    assert result["level"] == "error"
    assert result["message"]["text"] == f"n is 11. {SAYS} Expected: at most 10."
    assert result["locations"] == [
        {
            "physicalLocation": {"artifactLocation": {"uri": "a.json"}, "region": {"startLine": 2}},
            "logicalLocations": [{"fullyQualifiedName": "/n", "name": "n", "kind": "value"}],
        }
    ]
    assert result["properties"]["actual"] == 11


def test_sarif_rules() -> None:
    """Each broken requirement is a rule once, with its own severity, statement, source and hint."""
    (rule,) = sarif(judged(), judged("b.json"))["tool"]["driver"]["rules"]
    assert rule["id"] == REQUIREMENT.id
    assert rule["shortDescription"]["text"] == SAYS
    assert rule["help"]["text"] == f"{SAYS}\nAsk for less.\nSource: house.txt#n"
    assert rule["defaultConfiguration"]["level"] == "warning"


def test_sarif_severity() -> None:
    """A note of ours is a note of SARIF."""
    (result,) = sarif(judged(severity="info"))["results"]
    assert result["level"] == "note"


def test_sarif_standard_input() -> None:
    """Standard input has no file; the place in the message is left, and the message itself has none."""
    (result,) = sarif(judged(path=None))["results"]
    assert [*result["locations"][0]] == ["logicalLocations"]
    (result,) = sarif(judged(path=None, pointer="", parameter=None))["results"]
    assert result["locations"] == []


def test_sarif_paths(tmp_path: Path) -> None:
    """A relative file is a relative reference, an absolute one a file URI; both with the escapes of URIs."""
    first, second = sarif(judged("sub dir/ü%.json"), judged(str(tmp_path / "a b.json")))["results"]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "sub%20dir/%C3%BC%25.json"
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (tmp_path / "a b.json").as_uri()
