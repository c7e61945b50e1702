"""``junit.xml``: a test suite for each operation and model, a test case for each requirement.

Written for the readers of Jenkins, GitLab and GitHub actions: suites with counts; one ``failure``, ``error`` or
``skipped`` a case at most; warnings as ``system-out`` of a case that passes.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import block, compact, in_xml, one_line
from pixelproof_conformance.reported import Failure, Report, Result

SKIPPED = ("not-run", "unsupported", "disabled", "inconclusive")


def as_junit(report: Report) -> str:
    """The report as JUnit XML; characters that XML cannot hold are shown as escapes."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in report.results:
        groups.setdefault((result.operation, result.model), []).append(result)
    root = _element("testsuites", name=f"{report.tool} {report.dialect}", **_counts(report.results))
    for (operation, model), results in groups.items():
        root.append(_suite(report, f"{report.dialect}.{operation}.{model}", results))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(report: Report, name: str, results: Sequence[Result]) -> ET.Element:
    skipped = str(sum(result.outcome in SKIPPED or _is_waived(result) for result in results))
    suite = _element("testsuite", name=name, timestamp=report.started, skipped=skipped, **_counts(results))
    properties = ET.SubElement(suite, "properties")
    for key, value in (*words.facts(report), ("configuration", compact(report.configuration, 20_000))):
        properties.append(_element("property", name=key, value=value))
    suite.extend([_case(name, result, words.kept_by(report, result)) for result in results])
    return suite


def _case(classname: str, result: Result, keep: str) -> ET.Element:
    case = _element("testcase", classname=classname, name=result.requirement)
    note = result.note or words.OUTCOME_WORDS[result.outcome].meaning
    if result.waived is not None and _is_waived(result):
        case.append(_element("skipped", message=f"waived: {words.why_waived(result.waived)}"))
        case.append(_element("system-out", _details(result, keep)))
    elif result.outcome == "fail":
        first = next((failure for failure in result.failures if not failure.waived), None)
        message = first.message if first else note
        case.append(_element("failure", _details(result, keep), message=message, type=result.word))
    elif result.outcome == "error":
        case.append(_element("error", note, message=note, type="error"))
    elif result.outcome in SKIPPED:
        case.append(_element("skipped", message=f"{result.outcome}: {note}"))
    elif result.outcome == "warn":
        case.append(_element("system-out", _details(result, keep)))
    return case


def _is_waived(result: Result) -> bool:
    return result.outcome == "fail" and result.waived is not None


def _details(result: Result, keep: str) -> str:
    facts = "\n\n".join(_facts(result, failure) for failure in result.failures)
    says = f"{one_line(result.says)} ({one_line(result.source)})"
    return "\n".join([says, *([f"keep: {one_line(keep, 2000)}"] if keep else []), "", facts]).strip()


def _facts(result: Result, failure: Failure) -> str:
    lines = [f"{failure.outcome}: {one_line(words.happened(result, failure), 2000)}"]
    if failure.waived:
        lines.append(f"waived: {words.why_waived(failure.waived)}")
    if failure.parameter:
        lines.append(f"parameter: {one_line(failure.parameter)}")
    if failure.expected:
        lines += [f"expected: {one_line(failure.expected)}", f"actual: {compact(failure.actual)}"]
    if failure.hint:
        lines.append(f"hint: {one_line(failure.hint)}")
    lines += [f"case: {one_line(failure.case)}, seen: {failure.seen}", block(failure.curl, 4000)]
    return "\n".join(lines)


def _counts(results: Sequence[Result]) -> dict[str, str]:
    return {
        "tests": str(len(results)),
        "failures": str(sum(result.outcome == "fail" and not _is_waived(result) for result in results)),
        "errors": str(sum(result.outcome == "error" for result in results)),
    }


def _element(tag: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.Element(tag, {name: in_xml(value) for name, value in attributes.items()})
    element.text = in_xml(text) or None
    return element
