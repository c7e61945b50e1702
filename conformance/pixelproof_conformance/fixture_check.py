"""Whether the fixtures of a dialect are what they should be: in form, judged as they expect, two kinds a requirement.

A dialect of another distribution checks its own with ``assert check_fixtures(dialect, folder) == []``.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import jsonschema_rs
from pixelproof import Dialect
from pixelproof._meta import meta_validator

from pixelproof_conformance.fixtures import Fixture, fixtures_root, judge, load_fixtures


def check_fixtures(dialect: Dialect, root: Path | str | None = None) -> list[str]:
    """A line for everything that is wrong with the fixtures of ``dialect`` below ``root``, by default our own folder.

    Raises :class:`~pixelproof.UsageError` for a folder or file that cannot be read as fixtures.
    """
    top = fixtures_root() if root is None else Path(root).resolve()
    fixtures = load_fixtures(top, dialect=dialect.name)
    misformed = [*_misformed(fixtures)]
    return [
        *misformed,
        *([] if misformed else _misjudged(fixtures, dialect)),
        *_uncovered(fixtures, dialect),
        *_strays(fixtures, dialect, top),
        *_repeated(fixtures),
    ]


def _misformed(fixtures: Sequence[Fixture]) -> Iterator[str]:
    """Files that do not conform to the meta-schema, and expectations that contradict the name of their file."""
    validator = meta_validator("fixture")
    conforms = jsonschema_rs.Draft202012Validator(validator.schema).is_valid  # the other one says why, and is slow
    for fixture in fixtures:
        if not conforms(fixture.data):
            for error in validator.iter_errors(fixture.data):
                yield f"{fixture.path}: {list(error.absolute_path)}: {error.message[:200]}"
        elif ("findings" in fixture.data["expect"]) != fixture.flagged:
            yield f"{fixture.path}: findings stand in flagged files, and in no others"
        elif fixture.requirement in fixture.data["expect"].get("also", ()):
            yield f"{fixture.path}: names its own requirement under also"


def _misjudged(fixtures: Sequence[Fixture], dialect: Dialect) -> Iterator[str]:
    """Files in which the validator finds something else than they expect."""
    for fixture in fixtures:
        if fixture.path.split("/")[1] not in dialect.operations:
            continue
        expect = fixture.data["expect"]
        wanted = (
            expect["verdict"],
            sorted((entry["pointer"], entry["severity"]) for entry in expect.get("findings", ())),
            sorted(expect.get("also", ())),
        )
        verdict = judge(fixture, dialect=dialect)
        own = [finding for finding in verdict.findings if finding.requirement == fixture.requirement]
        found = (
            verdict.verdict,
            sorted((finding.pointer, finding.severity) for finding in own),
            sorted({finding.requirement for finding in verdict.findings} - {fixture.requirement}),
        )
        if found != wanted:
            yield f"{fixture.path}: {fixture.data['description']}\n  wanted {wanted}\n  found  {found}"


def _uncovered(fixtures: Sequence[Fixture], dialect: Dialect) -> Iterator[str]:
    """Requirements that can be checked and lack an allowed or a flagged file."""
    kinds = {(fixture.requirement, fixture.flagged) for fixture in fixtures}
    for name, requirement in dialect.requirements.items():
        for flagged in (False, True):
            if requirement.checkable and (name, flagged) not in kinds:
                yield f"{name}: has no {'flagged' if flagged else 'allowed'} fixture"


def _strays(fixtures: Sequence[Fixture], dialect: Dialect, root: Path) -> Iterator[str]:
    """Folders of requirements that do not exist or cannot be checked, and such names under ``also``."""
    checkable = {name for name, requirement in dialect.requirements.items() if requirement.checkable}
    folders = {fixture.requirement for fixture in fixtures}
    folders |= {path.relative_to(root).as_posix() for path in root.glob(f"{dialect.name}/*/*") if path.is_dir()}
    for folder in sorted(folders - checkable):
        yield f"{folder}: is no requirement that can be checked"
    for fixture in fixtures:
        for name in fixture.data.get("expect", {}).get("also", ()):
            if name not in dialect.requirements:
                yield f"{fixture.path}: {name} is no requirement"


def _repeated(fixtures: Sequence[Fixture]) -> Iterator[str]:
    """Files of one folder that hold the same message."""
    seen: dict[str, str] = {}
    for fixture in fixtures:
        content = {key: value for key, value in fixture.data.items() if key not in ("description", "expect")}
        key = fixture.requirement + json.dumps(content, sort_keys=True)
        if key in seen:
            yield f"{fixture.path}: holds the same message as {seen[key]}"
        seen[key] = fixture.path
