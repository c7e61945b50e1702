"""The pages that people read: links lead somewhere, commands are understood, examples show what really happens."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pixelproof
import pytest
import yaml
from pixelproof import PixelproofError
from pixelproof.cli._parser import CONFORMANCE_VERBS, VERBS, arguments, parser_for
from pixelproof_conformance.fixtures import fixtures_root
from pixelproof_conformance.reference.examples import Block, Folder, blocks_of, examples_of, refreshed, shows
from pixelproof_conformance.reference.markdown import slug

ROOT = fixtures_root().parent
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md", "fixtures/*.md", "benchmarks/*.md", "reports/**/*.md")
    for path in ROOT.glob(pattern)
)
NAMES = [path.relative_to(ROOT).as_posix() for path in PAGES]
RUN = re.compile(r"README\.md|(docs|docs/tutorials|examples/[a-z-]+)/[A-Za-z-]+\.md")
WITH_EXAMPLES = [name for name in NAMES if RUN.fullmatch(name)]
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
PLACE = re.compile(r'<a name="([^"]+)">')
END_OF_COMMAND = re.compile(r"[|&;<>]+")


def text_of(name: str) -> str:
    """The page."""
    return (ROOT / name).read_text(encoding="utf-8")


def without_blocks(page: str) -> str:
    """The page without what stands in fences."""
    for block in reversed(blocks_of(page)):
        page = page[: block.start] + page[block.end :]
    return page


def places(page: str) -> set[str]:
    """Every fragment that a link to the page can have."""
    prose = without_blocks(page)
    headings: dict[str, int] = {}
    found = set(PLACE.findall(prose))
    for match in HEADING.finditer(prose):
        name = slug(LINK.sub(lambda link: link[0].partition("]")[0][1:], match[1]))
        number = headings[name] = headings.get(name, -1) + 1
        found.add(f"{name}-{number}" if number else name)
    return found


@cache
def places_in(path: Path) -> set[str]:
    """The same of a file; the pages of requirements link to one another hundreds of times."""
    return places(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_relative_links_lead_somewhere(name: str) -> None:
    """Each link into the repository names a file or folder that is there, and a heading or place that it has."""
    broken = []
    for target in LINK.findall(re.sub(r"`[^`\n]*`", "code", without_blocks(text_of(name)))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, fragment = target.partition("#")
        path = ((ROOT / name).parent / file).resolve() if file else ROOT / name
        if not path.exists() or not path.is_relative_to(ROOT):
            broken.append(f"{target}: there is no such file")
        elif fragment and fragment not in places_in(path):
            broken.append(f"{target}: the page has no such place")
    assert not broken, "\n".join(broken)


def commands(page: str) -> Iterator[list[str]]:
    """Every command line of pixelproof in the fenced blocks of a page, as words."""
    for block in blocks_of(page):
        for script in scripts_of(block):
            for line in re.sub(r"\\\n\s*", " ", script).splitlines():
                if "pixelproof" not in line:  # other programs may have quotes over several lines
                    continue
                words = words_of(line.replace("${{", "").replace("}}", ""))
                for start, word in enumerate(words):
                    if word == "pixelproof" and (start == 0 or words[start - 1] in ("run", "|", "||", "&&", ";")):
                        rest = words[start + 1 :]
                        yield rest[: next((i for i, w in enumerate(rest) if END_OF_COMMAND.fullmatch(w)), len(rest))]


def words_of(line: str) -> list[str]:
    """A line as a shell reads it, with what stands between commands as words of their own."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";|&<>")
    lexer.whitespace_split = True
    return [*lexer]


def scripts_of(block: Block) -> list[str]:
    """What a shell would be given: a console without its outputs, a script, or the steps of a workflow."""
    if block.language == "yaml":
        return [*steps_of(yaml.safe_load(block.body))]
    if block.language not in ("console", "sh", "bash"):
        return []
    return [example.command for example in examples_of(block)] or [block.body]


def steps_of(value: object) -> Iterator[str]:
    """Every text under the key ``run``, as GitHub has it, or in the lists of a job of GitLab; at any depth."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key == "run" and isinstance(item, str):
            yield item
        elif key in ("script", "after_script") and isinstance(item, list):
            yield from (line for line in item if isinstance(line, str))
        else:
            yield from steps_of(item)


@pytest.mark.parametrize("name", NAMES)
def test_commands_are_understood(name: str) -> None:
    """Each command in a fenced block is one that the command line takes."""
    refused = []
    for words in commands(text_of(name)):
        verb = next((word for word in words if not word.startswith("-")), None)
        try:
            assert verb is None or verb in (*VERBS, *CONFORMANCE_VERBS), f"unknown verb {verb}"
            arguments(parser_for(verb), words)
        except (PixelproofError, AssertionError) as error:
            refused.append(f"pixelproof {shlex.join(words)}: {error}")
    assert not refused, "\n".join(refused)


def test_commands_are_found_in_every_form() -> None:
    """Prompts, continued lines, pipes, comments and steps of a workflow are seen through."""
    page = (
        "```console\n$ pixelproof rules | head\noutput of pixelproof\n"
        "$ echo x | pixelproof validate - \\\n    --dialect d\n```\n"
        "```sh\nuv run pixelproof demo  # a comment\n```\n"
        "```yaml\n- run: pixelproof plan --dialect d > plan.txt\n"
        "- run: >-\n    pixelproof run URL\n    --dialect d\n  env: {A: b}\n```\n"
        "```yaml\njob:\n  script:\n    - test -d RUN && pixelproof judge RUN; echo $?\n```\n"
    )
    assert [*commands(page)] == [
        ["rules"],
        ["validate", "-", "--dialect", "d"],
        ["demo"],
        ["plan", "--dialect", "d"],
        ["run", "URL", "--dialect", "d"],
        ["judge", "RUN"],
    ]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_show_what_happens(name: str, tmp_path: Path) -> None:
    """The output under each command is the real one; `uv run python docs/generate.py` writes it anew."""
    page = text_of(name)
    with Folder(tmp_path, ROOT) as folder:
        for example, real in folder.results(page):
            assert shows(example.output, real), f"{example.command}\nthe page shows:\n{example.output}\nit is:\n{real}"


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("docs/tutorials/")])
def test_a_tutorial_names_each_file_that_a_reader_has_to_make(name: str) -> None:
    """The comment that makes a file is not seen by readers, so the name stands in the text before it, too."""
    page = text_of(name)
    files = [block for block in blocks_of(page) if block.note == "file"]
    assert files
    unnamed = [block.value for block in files if f"`{block.value}`" not in page[: block.start]]
    assert unnamed == []


def test_output_may_be_cut() -> None:
    """A line of three dots stands for any lines, and for nothing else."""
    assert shows("a\n...\nz\n", "a\nb\nc\nz\n")
    assert shows("a\n...\n", "a\n")
    assert not shows("a\n...\nz\n", "a\nb\n")
    assert not shows("a\n", "a\nb\n")


def test_durations_and_times_of_day_may_differ() -> None:
    """What no second run has again is not compared; other numbers and dates are."""
    assert shows("began 2026-01-02 10:11, was done in 2.0 s\n", "began 2027-11-30 00:59, was done in 14.5 s\n")
    assert shows("2026-01-02   3\n  10:11 UTC\n", "2027-11-30   3\n  00:59 UTC\n")
    assert not shows("2026-01-02   3\n", "2027-11-30   4\n")
    assert not shows("took 3 requests in 2.0 s\n", "took 4 requests in 2.0 s\n")
    assert not shows("until 2026-01-02\n", "until 2026-01-03\n")


def test_a_server_of_a_page_is_there_for_the_commands_below(tmp_path: Path) -> None:
    """It answers at the port that the page names, also when the page starts it again with a fault, and then it ends."""
    look = "$ curl -s $ADDRESS | grep -c one-image-only\n"
    page = (
        "```console\n$ pixelproof serve --dialect octen --port 8912\nocten: http://127.0.0.1:8912\nstop with Ctrl-C\n"
        f"$ export ADDRESS=http://127.0.0.1:8912\n$ echo $ADDRESS\nhttp://127.0.0.1:8912\n{look}0\n```\n"
        f"```console\n$ pixelproof serve --dialect octen --port 8912 --fault one-image-only\n...\n{look}1\n```\n"
    )
    with Folder(tmp_path, ROOT) as folder:
        results = [*folder.results(page)]
        servers = [*folder.servers.running]
        assert [server.process.poll() for server in servers] == [None]
    assert [example.command for example, real in results if not shows(example.output, real)] == []
    assert [server.process.poll() is None for server in servers] == [False]


def test_refreshing_writes_only_what_is_wrong(tmp_path: Path) -> None:
    """A wrong output is replaced, a right one and a cut one that holds are left alone, and files are made before."""
    page = (
        "<!-- file: deep/a.txt -->\n```text\nred\n```\n"
        "```console\n$ cat deep/a.txt\nblue\n$ echo 1; echo 2\n...\n2\n```\n"
        "<!-- run -->\n```python\nprint('x ')\n```\n```text\ny\n```\n"
    )
    wanted = page.replace("blue", "red").replace("```text\ny\n", "```text\nx\n")
    assert refreshed(page, Folder(tmp_path, ROOT)) == wanted


def test_blocks_of_code_in_lists_are_seen() -> None:
    """An indented block counts, without its indentation; a block within a longer fence is its text."""
    blocks = blocks_of("- a\n\n  ```sh\n  one\n    two\n  ```\n\n````md\n```sh\nthree\n```\n````\n")
    assert [(block.language, block.body) for block in blocks] == [("sh", "one\n  two\n"), ("md", "```sh\nthree\n```\n")]


def test_the_version_is_the_same_everywhere() -> None:
    """The distribution and the package name one version, and the changelog knows it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == pixelproof.__version__
    assert pixelproof.__version__ in text_of("CHANGELOG.md")
