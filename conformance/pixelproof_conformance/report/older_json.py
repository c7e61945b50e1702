"""Reports of older format versions, which published evidence has, as they are written today."""

from dataclasses import asdict

from pixelproof_conformance.model import Json
from pixelproof_conformance.reported import Evidence, Picture

READ_VERSIONS = (1, 2)


def as_written_today(value: dict[str, Json], version: int) -> dict[str, Json]:
    """The JSON form of a report of ``version`` with what later versions added; what was not kept then stays empty.

    What is not as its version says is left as it is, for the check of the schema to find.
    """
    if version == 1:
        value = _from_version_1(value)
    return {"given_up": "", "guidance": {}, **value, "format_version": 3} if version in READ_VERSIONS else value


def _from_version_1(value: dict[str, Json]) -> dict[str, Json]:
    results = value.get("results")
    if not isinstance(results, list):
        return value
    head: dict[str, Json] = {"waived_results": 0, "waivers": []}
    head |= {"caps_reached": {}, "prices": "", "noise": None}
    if isinstance(value.get("counts"), dict):
        head["counts"] = {"cost_at_most": None, "input_tokens": 0, "output_tokens": 0, **value["counts"]}
    return {**value, **head, "results": [_result(entry) for entry in results]}


def _result(entry: Json) -> Json:
    if not isinstance(entry, dict):
        return entry
    failures = entry.get("failures")
    if isinstance(failures, list):
        entry = {**entry, "failures": [_failure(failure) for failure in failures]}
    return {"on": "", "parameter": None, "declared": "", "waived": None, **entry}


def _failure(entry: Json) -> Json:
    if not isinstance(entry, dict):
        return entry
    rest = {key: value for key, value in entry.items() if key != "picture"}
    preview = entry.get("picture")
    if not isinstance(preview, str):
        return {"evidence": None, "waived": None, **rest}
    evidence = asdict(Evidence(body=entry.get("answer"), pictures=(Picture(place="", preview=preview),)))
    return {"evidence": evidence | {"pictures": list(evidence["pictures"]), "timeline": []}, "waived": None, **rest}
