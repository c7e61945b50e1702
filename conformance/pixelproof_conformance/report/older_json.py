"""Reports of older format versions, which published evidence has, as they are written today."""

from dataclasses import asdict

from pixelproof_conformance.model import Json
from pixelproof_conformance.reported import Evidence, Picture


def from_older(value: dict[str, Json]) -> dict[str, Json]:
    """The JSON form of a report of version 1 or 2 with what later versions added; a newer one as it is."""
    if value["format_version"] == 1:
        value = _from_version_1(value)
    return {**value, "format_version": 3, "given_up": ""} if value["format_version"] == 2 else value


def _from_version_1(value: dict[str, Json]) -> dict[str, Json]:
    """What was not kept then stays empty.

    What is not as version 1 says is left as it is, for the check of the schema to find.
    """
    results = value.get("results")
    if not isinstance(results, list):
        return value
    head: dict[str, Json] = {"format_version": 2, "waived_results": 0, "waivers": []}
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
