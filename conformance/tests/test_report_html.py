import base64
import dataclasses
import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof_conformance.model import OUTCOMES, Outcome
from pixelproof_conformance.report.html import as_html
from pixelproof_conformance.report.html import page as page_module
from pixelproof_conformance.reported import Counts, Noise, Report, Unsteady, Waived, WaiverUse

from .html_page import Page
from .report_examples import MODELS, evidence, failure, realistic, report, requirements, result, returned, streamed

REQUIREMENT = requirements()[15]
HOSTILE = st.text() | st.text(alphabet="<>&\"'`=/\\ -!#{}%\n\r\t\x00\x1b\u202escriptonload", max_size=60)


PAGE = Page(as_html(realistic(300, 12)))


def page_of(text: str) -> Report:
    """A report in which everything that a provider or a target can choose is ``text``."""
    picture = returned(text, format=text, transparency="some", preview=text)
    kept = evidence(
        picture,
        url=text,
        content_type=text,
        started=text,
        headers={text: text},
        body={text: [text]},
        asked={"size": text, "output_format": text, "background": text, "n": text},
    )
    flaw = failure(
        REQUIREMENT, text, message=text, expected=text, actual=text, hint=text, parameter=text, identity=text, case=text
    )
    flaw = dataclasses.replace(flaw, request={text: [text]}, answer=text, curl=text, python=text, evidence=kept)
    stream = streamed(REQUIREMENT, text)
    assert stream.evidence is not None
    arrivals = tuple(dataclasses.replace(arrival, type=text) for arrival in stream.evidence.timeline)
    stream = dataclasses.replace(
        stream, outcome="warn", identity=text, evidence=dataclasses.replace(stream.evidence, timeline=arrivals)
    )
    first = dataclasses.replace(result(REQUIREMENT, text, "fail", [flaw, stream]), operation=text, requirement=text)
    results = [
        dataclasses.replace(first, says=text, source=text, severity=text, word=text, parameter=text),
        dataclasses.replace(result(requirements()[1], text, "error"), note=text, operation=text),
    ]
    return report(
        results, url=text, dialect=text, notes=(text,), command=text, configuration={text: text}, document=text
    )


def test_every_element_is_closed_where_it_was_opened() -> None:
    """The page is well formed: elements nest, and none is left open."""
    assert PAGE.open == []


def test_the_page_loads_nothing() -> None:
    """No element names an address outside of the page; pictures are data, and scripts and style stand in it."""
    addresses = [
        value for _, given in PAGE.elements for key, value in given.items() if key in ("href", "src", "action")
    ]
    assert addresses
    assert [value for value in addresses if not str(value).startswith(("#", "data:image/png;base64,"))] == []
    for style in page_module.STYLES:
        assert not re.search(r"url\(|@import|@font-face", style.read_text(encoding="utf-8")), style.name


def test_the_policy_allows_only_our_scripts_and_style() -> None:
    """The policy of the page denies everything but its own scripts and style, by their hashes, and pictures as data."""
    policy = next(given["content"] for given in PAGE.of("meta") if given.get("http-equiv") == "Content-Security-Policy")
    style, early, script = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in (*PAGE.texts["style"], *PAGE.texts["script"])
    ]
    assert policy == (
        f"default-src 'none'; style-src {style}; script-src {early} {script}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert not [given for _, given in PAGE.elements if "style" in given or any(key[:2] == "on" for key in given)]


def test_every_link_leads_somewhere() -> None:
    """Each link inside the page has its target, and no name is given twice."""
    names = [given["id"] for _, given in PAGE.elements if "id" in given]
    assert len(names) == len(set(names))
    assert {str(given["href"])[1:] for given in PAGE.of("a")} <= set(names)


def test_every_requirement_has_a_place_of_its_name() -> None:
    """A link ``#openai/generations/...`` leads to each requirement, broken or not."""
    names = {given["id"] for _, given in PAGE.elements if "id" in given}
    assert {entry.requirement for entry in realistic(300, 12).results} <= names


def test_verdict_totals_and_matrix_are_there() -> None:
    """The verdict is a sentence, every outcome is counted, and the matrix has a cell for each requirement and model."""
    page = realistic(300, 12)
    assert PAGE.texts["h1"] == ["Does not conform"]
    assert "12 requirements broken, 12 of 283 results fail." in PAGE.texts["header"][0]
    cells = [given["data-o"] for given in PAGE.of("td") if "data-o" in given]
    assert {outcome: cells.count(outcome) for outcome in OUTCOMES} == page.totals()
    assert len([given for given in PAGE.of("th") if given["scope"] == "col" and "data-model" in given]) == 3
    rows = [given for given in PAGE.of("tr") if "id" in given]
    assert len(rows) == 100


def test_rows_are_grouped_by_parameter_and_message() -> None:
    """Requirements on one parameter stand together, and those on answers after all requests."""
    groups = [text for text, given in zip(PAGE.texts["th"], PAGE.of("th"), strict=True) if given["scope"] == "rowgroup"]
    assert groups[:3] == [
        "Request as a whole",
        "prompt parameter of the request",
        "background parameter of the request",
    ]
    assert len(groups) == len(set(groups))
    assert groups[-1].endswith("what comes back")


def test_what_is_not_checkable_stands_with_its_reason() -> None:
    """Each statement that no message shows is listed with the reason."""
    text = " ".join(PAGE.texts["main"])
    for entry in realistic(1, 0).not_checkable:
        assert entry["says"] in text
        assert entry["reason"] in text


def test_without_scripts_nothing_but_controls_is_hidden() -> None:
    """Only what does nothing without a script waits for it: filters, copy buttons, the theme, the keys."""
    hidden = {(name, given.get("class")) for name, given in PAGE.elements if "hidden" in given}
    assert hidden == {
        ("form", "filters"),
        ("button", "copy"),
        ("button", "theme"),
        ("label", "choice"),
        ("p", "keys"),
        ("p", "end"),
    }


def test_outcomes_are_words_and_not_colours_alone() -> None:
    """A cell reads as its whole outcome, so that it can be heard and copied."""
    page = Page(as_html(report([result(REQUIREMENT, f"model-{outcome}", outcome) for outcome in OUTCOMES])))
    cells = [text for text, given in zip(page.texts["td"], page.of("td"), strict=True) if "data-o" in given]
    assert cells == list(OUTCOMES)


@given(HOSTILE.filter(bool))
def test_nothing_that_a_provider_sends_becomes_markup(text: str) -> None:
    """Whatever is sent, the page has the elements and attributes of a harmless one, and no link but into itself."""
    found, harmless = Page(as_html(page_of(text))), Page(as_html(page_of("x")))
    assert found.open == []
    assert {str(given["href"])[:1] for given in found.of("a")} == {"#"}
    assert found.texts["script"] == harmless.texts["script"]
    assert [given["src"] for given in found.of("img")] == [given["src"] for given in harmless.of("img")]
    assert {shape for shape in found.shape if shape[0] not in ("mark", "span", "p", "b", "code")} == {
        shape for shape in harmless.shape if shape[0] not in ("mark", "span", "p", "b", "code")
    }


@given(HOSTILE)
def test_no_control_character_reaches_the_page(text: str) -> None:
    """What turns text around, or a terminal upside down, is shown as an escape."""
    shown = as_html(page_of(text or "x"))
    assert [char for char in shown if not char.isprintable() and char not in "\n\t"] == []


def test_many_models_stand_upright_in_a_table_that_scrolls() -> None:
    """With more models than fit side by side the table can be scrolled, with the keyboard too."""
    models = [f"model-{number}" for number in range(9)]
    page = Page(as_html(report([result(REQUIREMENT, model) for model in models])))
    assert [given["tabindex"] for given in page.of("div") if given.get("class") == "scrolls"] == ["0"]
    assert [given["class"] for given in page.of("table")] == ["matrix upright"]


def test_operations_have_a_table_each() -> None:
    """Each operation has its own table, with the models that it was asked for."""
    edits = dataclasses.replace(result(REQUIREMENT, "b"), operation="edits", requirement="openai/edits/x")
    page = Page(as_html(report([result(REQUIREMENT, "a"), edits])))
    assert page.texts["caption"] == ["generations 1", "edits 1"]
    assert [given["data-model"] for given in page.of("th") if "data-model" in given] == ["a", "b"]


def test_the_same_requirement_of_two_operations_has_two_places() -> None:
    """What is asked of every operation has a place in each of their tables."""
    twice = [dataclasses.replace(result(REQUIREMENT, "a"), operation=name) for name in ("generations", "edits")]
    page = Page(as_html(report(twice)))
    assert [given["id"] for given in page.of("tr") if "id" in given] == [REQUIREMENT.id, f"{REQUIREMENT.id}~edits"]


def test_an_empty_report_is_a_page() -> None:
    """A run without results says so."""
    page = Page(as_html(report([])))
    assert page.texts["h1"] == ["Could not be judged"]
    assert "No answer decided any requirement." in page.texts["header"][0]
    assert "The run has no results." in page.texts["main"][0]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("pass", "Nothing failed."),
        ("not-run", "Nothing was judged."),
        ("fail", "The report holds no details of what failed."),
    ],
)
def test_a_page_without_failures_says_what_that_means(outcome: Outcome, words: str) -> None:
    """Where no failure can be shown, the page does not pretend that all is well."""
    bare = dataclasses.replace(result(REQUIREMENT, "a", outcome), failures=())
    assert f'<p class="empty">{words}</p>' in as_html(report([bare]))


def test_an_interrupted_run_says_so_at_the_top() -> None:
    """A run that was stopped, or that a cap cut short, says so beside the verdict."""
    page = Page(
        as_html(realistic(30, 0, interrupted=True, notes=("max-images was reached: 7 requests were not sent.",)))
    )
    alerts = page.classed("p", "alert")
    assert alerts[0].startswith("This run was stopped early.")
    assert alerts[1:] == ["max-images was reached: 7 requests were not sent."]


@pytest.mark.parametrize(
    ("outcome", "step"),
    [
        ("fail", "Start with the failure that reaches furthest"),
        ("warn", "Look through what the document leaves room for"),
        ("pass", "run this in CI"),
        ("inconclusive", "Ask again what was not settled"),
        ("not-run", "No answer decided anything"),
    ],
)
def test_the_page_says_what_to_do_next(outcome: Outcome, step: str) -> None:
    """Each kind of run has a next step."""
    page = Page(as_html(report([result(REQUIREMENT, "a", outcome)])))
    assert step in page.texts["ol"][0]


def test_failures_with_one_cause_stand_together() -> None:
    """Wrong requests that are accepted are one group, and the first step leads to the largest group."""
    wrong = [entry for entry in requirements() if entry.on == "request" and entry.severity == "error"]
    entries = [entry for entry in wrong if entry.outcome != "ACCEPT"][:4]
    accepted = [result(entry, "a", "fail") for entry in entries]
    wire = entries[0]._replace(id="wire/bodies/malformed-json")
    crashed = result(wire, "a", "fail", [failure(wire, "a", status=500)])
    promised = next(entry for entry in requirements() if entry.outcome == "ACCEPT")
    refused = result(promised, "a", "fail", [failure(promised, "a", status=400, actual="opaque")])
    page = Page(as_html(report([*accepted[1:], crashed, refused])))
    assert page.texts["h3"] == [
        "Documented requests are refused 1",
        "Requests end in a server error 1",
        "Wrong requests are accepted 3",
    ]
    first, second = page.texts["ol"][0].split("After a change, ")
    assert "Start with 3 of 5 failures" in first
    assert "Wrong requests are accepted" in first
    assert all(f"--only {entry.id}" in second for entry in entries[1:])
    assert 'opaque", refused with status 400' in page.texts["main"][0]


def test_a_large_report_stays_small() -> None:
    """All requirements for five models, forty of them failing, take less than a megabyte and a half."""
    assert len(as_html(realistic(700, 40, MODELS))) < 1_500_000


def test_what_a_waiver_waives_is_shown_as_waived() -> None:
    """A waived failure stands apart with its reason, counts as waived, and is marked so in the matrix."""
    why = Waived(reason="The upstream has no limit.", link="https://tracker.example/7", expires="2027-01-31")
    flaw = failure(REQUIREMENT, "a", waived=why)
    waived = dataclasses.replace(result(REQUIREMENT, "a", "fail", [flaw]), waived=why)
    use = WaiverUse("waivers.yaml:3", "openai/old", None, "a", None, why, "expired", 2)
    page = Page(as_html(report([waived, result(REQUIREMENT, "b")], waivers=(use,))))
    assert (
        page.classed("p", "hint")[0]
        == "Waived The upstream has no limit. (until 2027-01-31, https://tracker.example/7)"
    )
    assert [given["data-o"] for given in page.of("td") if "data-o" in given] == ["waived", "pass"]
    legend = [text for text, given in zip(page.texts["li"], page.of("li"), strict=True) if "data-o" in given]
    assert legend == ["0 fail", "1 waived", "1 pass"]
    row = next(text for text in page.texts["tr"] if "waivers.yaml:3" in text)
    assert "expired: what it waived counts again" in row
    assert "openai/old a" in row
    assert "Nothing failed that is not waived." in page.texts["main"][0]
    assert "1 expired, unused or not needed any more." in page.texts["ol"][0]
    assert page.texts["h1"] == ["Conforms but for 1 waived failure"]


def test_noise_is_said_with_its_rates() -> None:
    """A run that repeated its requests says how often they disagreed, for each requirement with its rate."""
    unsteady = Unsteady(
        requirement=REQUIREMENT.id, operation="generations", model="a", case="c", broken=2, repeats=5, requests=1
    )
    noise = Noise(repeats=5, compared=40, disagreed=1, answers=50, undecided=3, unsteady=(unsteady,))
    plain = report([result(REQUIREMENT, "a", "inconclusive")])
    page = Page(as_html(dataclasses.replace(plain, noise=noise)))
    text = page.texts["main"][0]
    assert "Every request was sent 5 times. Of 40 pairs of a request and a requirement, 1 did not" in text
    assert "2.5 %. 3 of 50 answers decided nothing." in text
    row = next(text for text in page.texts["tr"] if "repeats" in text)
    assert re.sub(r"\s+", " ", row) == "n-outside-1-to-10 generations, a2 of 5 repeats40.0 %"


def test_tokens_are_said_where_answers_named_them() -> None:
    """The tokens that the answers named stand among the facts, and nothing stands there where none were named."""
    counts = Counts(requests=3, images=1, input_tokens=1200, output_tokens=34_000)
    page = Page(as_html(report([result(REQUIREMENT, "a")], counts=counts)))
    assert "1,200 in, 34,000 out" in page.texts["dd"]
    assert "Tokens" not in Page(as_html(report([result(REQUIREMENT, "a")]))).texts["dt"]
