import json
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import jsonschema
import pytest
import yaml
from pixelproof import load_dialect
from pixelproof_conformance.gateway.calls import Call
from pixelproof_conformance.gateway.faults import faults_of
from pixelproof_conformance.gateway.reading import read_call
from pixelproof_conformance.gateway.serving import Gateway
from pixelproof_conformance.gateway.variants import variants_of
from pixelproof_conformance.plan import make_plan
from pixelproof_conformance.report.json_form import as_text
from pixelproof_conformance.subject import find_subject

from .report_examples import realistic

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))  # the benchmarks are scripts of the repository and not installed

from benchmarks.schemathesis import tools, trials  # noqa: E402
from benchmarks.schemathesis.reports import Findings, pixelproof_findings, schemathesis_findings  # noqa: E402
from benchmarks.schemathesis.served import KEY, counted_gateway  # noqa: E402

SAMPLES = Path(__file__).parent / "samples"
POST = "(POST /v1/images/generations)"
ACCEPTED = f"ST201 Schema-violating request accepted {POST}"
PREFIX = "openai/generations/"
OPENAI = load_dialect("openai")
DOCUMENT = yaml.safe_load((tools.SETUP / "gpt-image-1.yaml").read_text(encoding="utf-8"))


class TestReports:
    def test_failures_of_schemathesis_have_code_title_and_operation(self, tmp_path: Path) -> None:
        """Each failure of its report is named so that the same one has the same name in every run."""
        (tmp_path / "schemathesis.json").write_bytes((SAMPLES / "schemathesis-failures.json").read_bytes())
        assert schemathesis_findings(tmp_path) == Findings(
            (f"ST108 Response violates schema {POST}", f"ST108 SSE stream violates schema {POST}", ACCEPTED)
        )

    def test_errors_of_schemathesis_count_as_failures(self, tmp_path: Path) -> None:
        """A gateway that breaks connections makes the run fail, although no check failed."""
        (tmp_path / "schemathesis.json").write_bytes((SAMPLES / "schemathesis-broken-connections.json").read_bytes())
        assert schemathesis_findings(tmp_path) == Findings(("error: Network Error",))

    def test_a_run_that_stopped_early_says_so(self, tmp_path: Path) -> None:
        """What an incomplete run did not report is not known."""
        report = json.loads((SAMPLES / "schemathesis-failures.json").read_text(encoding="utf-8"))
        (tmp_path / "schemathesis.json").write_text(
            json.dumps(report | {"complete": False, "stop_reason": "interrupted"}), encoding="utf-8"
        )
        assert schemathesis_findings(tmp_path).trouble == "stopped early: interrupted"

    def test_pixelproof_fails_and_warns_by_requirement(self, tmp_path: Path) -> None:
        """Its failures and warnings are told apart, each requirement once however many models show it."""
        report = realistic(60, 9)
        (tmp_path / "report.json").write_text(as_text(report), encoding="utf-8")
        found = pixelproof_findings(tmp_path)
        assert set(found.failures) == {one.requirement for one in report.results if one.outcome == "fail"}
        assert set(found.warnings) == {one.requirement for one in report.results if one.outcome == "warn"}
        assert len(found.failures) == len(set(found.failures)) > 1
        assert found.trouble == ""

    @pytest.mark.parametrize("text", ["", "[]", '{"failures": [{}]}'])
    def test_an_unreadable_report_is_trouble(self, text: str, tmp_path: Path) -> None:
        """A report that is cut or has another form is told by its name and is no clean result."""
        (tmp_path / "schemathesis.json").write_text(text, encoding="utf-8")
        assert schemathesis_findings(tmp_path).trouble.startswith("schemathesis.json cannot be read (")

    def test_a_missing_report_is_trouble(self, tmp_path: Path) -> None:
        """A tool that wrote nothing has found nothing out."""
        assert pixelproof_findings(tmp_path) == Findings(trouble="no report was written")


class TestTrials:
    faults = trials.fault_trials(OPENAI)

    def test_every_kind_of_fault_is_tried(self) -> None:
        """Well over a hundred faults concern the model, and each kind has one."""
        assert len(self.faults) > 120
        assert {trial.group for trial in self.faults} == set(trials.GROUPS)
        assert len({trial.name for trial in self.faults}) == len(self.faults)

    @pytest.mark.parametrize(
        ("name", "group"),
        [
            (f"{PREFIX}n-outside-1-to-10", trials.NOT_ENFORCED),
            (f"{PREFIX}quality-not-for-gpt", trials.OTHER_MODEL),
            (f"{PREFIX}documented-size-refused", trials.REFUSED),
            (f"{PREFIX}parameter-null", trials.LEFT_OPEN),
            (f"{PREFIX}created-missing", trials.ANSWER),
            (f"{PREFIX}picture-cut-short", trials.PICTURE),
            (f"{PREFIX}usage-does-not-add-up", trials.USAGE),
            (f"{PREFIX}picture-of-another-size", trials.IGNORED),
            ("drops-size", trials.IGNORED),
            (f"{PREFIX}completed-not-last", trials.STREAM),
            ("stream-collected", trials.STREAM),
            (f"{PREFIX}refusal-without-message", trials.REFUSAL),
            ("wire/refusals/web-page", trials.REFUSAL),
            ("wire/routes/other-method", trials.WIRE),
        ],
    )
    def test_groups(self, name: str, group: str) -> None:
        """A fault stands under the kind that its name and its requirement say."""
        assert {trial.name: trial.group for trial in self.faults}[name] == group

    @pytest.mark.parametrize("name", [f"{PREFIX}style-not-for-dall-e-2", f"{PREFIX}refusal-error-incomplete"])
    def test_what_does_not_concern_the_model_is_not_tried(self, name: str) -> None:
        """Neither what only another model can break, nor what the document does not say."""
        assert name in {fault.name for fault in faults_of(OPENAI)}
        assert name not in {trial.name for trial in self.faults}

    @pytest.mark.parametrize("name", trials.CANNOT_SHOW)
    def test_what_cannot_show(self, name: str) -> None:
        """A fault or variant that is left out changes no answer to the requests of a run for the model."""
        is_variant = name in {variant.name for variant in variants_of(OPENAI)}
        changed = Gateway(
            (OPENAI,),
            faults=() if is_variant else (name,),
            variants=(name,) if is_variant else (),
            clock=lambda: 0.0,
        )
        clean = Gateway((OPENAI,), clock=lambda: 0.0)
        subject = find_subject(OPENAI, OPENAI.operation("generations"), trials.MODEL)
        assert subject is not None
        for case in make_plan(subject).cases:
            call = _call(case.body)
            assert changed.reply_to(call) == clean.reply_to(call), case.id

    def test_variants_that_show_are_tried(self) -> None:
        """Each legal variant that changes something for the model is a trial, with the warnings that are due."""
        tried = {trial.name: trial.may_warn for trial in trials.variant_trials(OPENAI)}
        assert set(tried) == {variant.name for variant in variants_of(OPENAI)} - set(trials.CANNOT_SHOW)
        assert "answer-key-not-listed" in tried["extra-keys"]

    def test_a_sample_has_something_of_each_group(self) -> None:
        """A small sample is the same each time, keeps the order, and leaves no group out."""
        few = trials.sampled(self.faults, 0.1, seed=1)
        assert few == trials.sampled(self.faults, 0.1, seed=1) != trials.sampled(self.faults, 0.1, seed=2)
        assert few == [trial for trial in self.faults if trial in few]
        assert {trial.group for trial in few} == set(trials.GROUPS)
        assert len(trials.GROUPS) <= len(few) < 30
        assert trials.sampled(self.faults, 1.0, seed=1) == self.faults


class TestDocumentForSchemathesis:
    subject = find_subject(OPENAI, OPENAI.operation("generations"), trials.MODEL)

    def test_it_accepts_what_must_be_accepted(self) -> None:
        """Each valid request of a run is valid by the written document, too, and the hook lets it pass."""
        assert self.subject is not None
        plan = make_plan(self.subject)
        for case in (plan.baseline, *plan.accepts):
            assert not _flaws("Request", case.body), case.body
            assert _lets_pass(case.body), case.body

    def test_it_refuses_what_must_be_refused(self) -> None:
        """Each wrong request that can be written as a JSON object is wrong by the written document, too."""
        assert self.subject is not None
        wrong = [case for case in make_plan(self.subject).rejects if case.raw is None and _lets_pass(case.body)]
        assert len(wrong) > 40
        assert [case.body for case in wrong if not _flaws("Request", case.body)] == []

    @pytest.mark.parametrize(
        "wanted",
        [
            {"n": 2, "size": "1536x1024"},
            {"output_format": "webp", "background": "transparent", "quality": "low"},
            {"output_format": "jpeg", "output_compression": 40},
        ],
    )
    def test_it_accepts_the_answers_of_the_clean_gateway(self, wanted: dict[str, Any]) -> None:
        """What the gateway answers keeps to the written document."""
        reply = Gateway((OPENAI,)).reply_to(_call({"model": trials.MODEL, "prompt": "A fox", **wanted}))
        assert reply.status == 200
        assert _flaws("Answer", json.loads(reply.body)) == []

    @pytest.mark.parametrize(
        "body",
        [
            {"model": "dall-e-2", "prompt": "A fox"},
            {"prompt": "A fox"},
            {"model": trials.MODEL, "prompt": "A fox", "user": None},
            {"model": trials.MODEL, "prompt": "A fox", "stream": True, "n": 2},
            {"model": trials.MODEL, "prompt": ""},
        ],
    )
    def test_the_hook_leaves_open_requests_out(self, body: dict[str, Any]) -> None:
        """The clean gateway answers what the document leaves open, and Schemathesis is not made to send it."""
        assert Gateway((OPENAI,)).reply_to(_call(body)).status == 200
        assert not _lets_pass(body)

    @pytest.mark.parametrize("body", [[], "text", {"model": 7, "prompt": "A fox"}, {"model": trials.MODEL}])
    def test_the_hook_lets_wrong_requests_pass(self, body: Any) -> None:
        """What must be refused is sent."""
        assert _lets_pass(body)


class TestMeasuring:
    def test_the_gateway_counts(self) -> None:
        """It counts every request, and the pictures that accepted ones ask for; refusals make none."""
        key = {"Authorization": f"Bearer {KEY}"}
        with counted_gateway(OPENAI, trials.Trial("clean")) as tally:
            where = f"{tally.url}/v1/images/generations"
            body = {"model": trials.MODEL, "prompt": "A fox", "quality": "low"}
            assert httpx.post(where, json={**body, "n": 3}, headers=key).status_code == 200
            assert httpx.post(where, json={**body, "n": 11}, headers=key).status_code == 400
            assert httpx.post(where, json=body).status_code == 401
            assert httpx.get(f"{tally.url}/nowhere").status_code == 404
        assert (tally.requests, tally.pictures) == (4, 3)

    def test_the_gateway_counts_what_a_fault_of_the_wire_answers(self) -> None:
        """Such a fault acts at the door, and its answers are requests like others."""
        fault = next(trial for trial in trials.fault_trials(OPENAI) if trial.name == "wire/keys/no-key")
        body = {"model": trials.MODEL, "prompt": "A fox"}
        with counted_gateway(OPENAI, fault) as tally:
            assert httpx.post(f"{tally.url}/v1/images/generations", json=body).status_code == 200
        assert tally.requests == 1

    def test_a_run_is_measured(self) -> None:
        """A sitting has what the report says, what the gateway counted, and the processor time of the program."""
        program = (
            "import httpx,pathlib,sys,time\n"
            "httpx.get(sys.argv[1])\n"
            "while time.process_time() < 0.3: pass\n"
            "pathlib.Path(sys.argv[2], 'schemathesis.json').write_bytes(pathlib.Path(sys.argv[3]).read_bytes())\n"
            "sys.exit(1)"
        )
        sample = str(SAMPLES / "schemathesis-failures.json")
        tool = tools.Tool(
            "a tool",
            lambda url, folder: [sys.executable, "-c", program, url, str(folder), sample],
            {},
            schemathesis_findings,
        )
        sitting = tools.sit(tool, trials.Trial("clean"))
        assert ACCEPTED in sitting.findings.failures
        assert (sitting.requests, sitting.pictures) == (1, 0)
        assert sitting.processor >= 0.3
        assert sitting.findings.trouble == ""

    def test_a_tool_that_breaks_is_no_clean_run(self) -> None:
        """Its exit status and last words stand in the result."""
        broken = [sys.executable, "-c", "import sys; print('out of luck'); sys.exit(4)"]
        tool = tools.Tool("a tool", lambda url, folder: broken, {}, schemathesis_findings)
        assert tools.sit(tool, trials.Trial("clean")).findings.trouble == "exit status 4: out of luck"

    def test_no_key_is_on_the_command_line_of_pixelproof(self) -> None:
        """It gets the key from its variable, as users give it."""
        tool = tools.pixelproof_tool()
        assert KEY not in " ".join(tool.command("http://127.0.0.1:1", Path("out")))
        assert tool.environment["OPENAI_API_KEY"] == KEY


def _call(body: Any) -> Call:
    raw = json.dumps(body).encode()
    return read_call(OPENAI.operation("generations"), raw, "application/json", "http://127.0.0.1")


def _flaws(name: str, value: Any) -> list[str]:
    schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(value)]


def _lets_pass(body: Any) -> bool:
    before = sys.modules.get("schemathesis")
    sys.modules["schemathesis"] = SimpleNamespace(hook=lambda function: function)  # type: ignore[assignment]
    try:
        hook = runpy.run_path(str(tools.SETUP / "leave_open.py"))["filter_case"]
    finally:
        sys.modules.pop("schemathesis")
        if before is not None:
            sys.modules["schemathesis"] = before
    return bool(hook(None, SimpleNamespace(body=body)))
