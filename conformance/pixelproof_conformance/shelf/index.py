"""The index of the shelf, made from its folders: a page in Markdown, one in HTML, and a block for the README.

Where the shelf has several versions of one implementation, each is compared with the one before it.
"""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from pixelproof import UsageError

from pixelproof_conformance.compare import Line, compare_reports, lines_of, summary
from pixelproof_conformance.compare.html import LEGEND, broken
from pixelproof_conformance.compare.html import as_html as comparison_as_html
from pixelproof_conformance.compare.markdown import as_markdown as comparison_as_markdown
from pixelproof_conformance.compare.terminal import cell_text
from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.report.markdown import code
from pixelproof_conformance.report.write import make_folder, write_whole
from pixelproof_conformance.shelf.entry import Entry, read_shelf
from pixelproof_conformance.shelf.page import as_html

OPENING = """\
Published evidence: what a named implementation, in a named version, on a named day, really did. There is one folder for
each implementation and version. A report here holds no keys and names the command that makes it anew. This page is made
from the folders by `pixelproof evidence index`; `pixelproof evidence add` puts a run here after it has looked for
secrets and gaps."""
START, END = "<!-- evidence -->", "<!-- end of evidence -->"


def written_index(shelf: Path, readme: Path | None = None) -> list[Path]:
    """Write the index anew from the folders, and the block in ``readme``; returns the paths that changed."""
    changed = []
    for path in stale_files(shelf, readme):
        make_folder(path.parent)
        changed.append(write_whole(path, _texts(shelf, readme)[path]))
    return changed


def stale_files(shelf: Path, readme: Path | None = None) -> list[Path]:
    """The files of the index that are not what the folders say now."""
    return [path for path, text in _texts(shelf, readme).items() if not path.is_file() or _read(path) != text]


def _texts(shelf: Path, readme: Path | None) -> dict[Path, str]:
    entries = read_shelf(shelf)
    pairs = _pairs(entries)
    page = as_html(entries, pairs, _broken(entries))
    texts = {shelf / "README.md": as_markdown(entries), shelf / "index.html": page}
    for older, newer in pairs:
        comparison = compare_reports([older.report, newer.report], [older.title, newer.title])
        texts[shelf / newer.folder / "comparison.md"] = comparison_as_markdown(comparison)
        pages = [f"../{quote(entry.folder)}/report.html" for entry in (older, newer)]
        texts[shelf / newer.folder / "comparison.html"] = comparison_as_html(comparison, pages)
    if readme is not None:
        texts[readme] = _with_block(readme, as_block(entries, shelf.name))
    return texts


def as_markdown(entries: Sequence[Entry]) -> str:
    """The index as Markdown: the implementations, what changed between their versions, and the matrix."""
    lines = ["# Reports", "", OPENING, "", *_table(entries, ""), ""]
    pairs = _pairs(entries)
    lines += ["## What changed between versions", ""] if pairs else []
    for older, newer in pairs:
        told = summary(compare_reports([older.report, newer.report]))
        link = f"[{_plain(f'{older.title} to {newer.version}')}]({newer.folder}/comparison.md)"
        lines.append(f"- {link}: {told}")
    lines += [""] if pairs else []
    lines += ["## What is broken or doubtful", "", *_matrix(entries), "", LEGEND] if _broken(entries) else []
    return "\n".join(lines).rstrip() + "\n"


def as_block(entries: Sequence[Entry], shelf: str) -> str:
    """The implementations as a table for a README that lies beside the shelf."""
    return "\n".join(_table(entries, f"{shelf}/"))


def _table(entries: Sequence[Entry], base: str) -> list[str]:
    lines = ["| implementation | version | dialect | date | badge | kept | broken | doubtful | not judged |"]
    lines.append("|---|---|---|---|---|---:|---:|---:|---:|")
    for entry in entries:
        place = f"{base}{entry.folder}"
        badge = f"[![{_plain(words.verdict(entry.report))}]({place}/badge.svg)]({place}/report.md)"
        cells = [f"[{_plain(entry.name)}]({place}/README.md)", _plain(entry.version), _plain(entry.report.dialect)]
        cells += [words.date(entry.report)[:10], badge, *map(str, _numbers(entry))]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _matrix(entries: Sequence[Entry]) -> list[str]:
    lines = [f"| operation | requirement | {' | '.join(_plain(entry.title) for entry in entries)} |"]
    lines.append(f"|---|---|{'---|' * len(entries)}")
    for line in _broken(entries):
        cells = [cell_text(cell, number) for cell, number in zip(line.outcomes, line.numbers, strict=True)]
        lines.append(f"| {code(line.operation)} | {code(line.flaw)} | {' | '.join(cells)} |")
    return lines


def _broken(entries: Sequence[Entry]) -> list[Line]:
    """The flaws that some implementation has, the ones that most have first."""
    found = [line for line in lines_of([entry.report for entry in entries]) if broken(line)]
    return sorted(found, key=lambda line: (-line.outcomes.count("fail"), -line.outcomes.count("warn")))


def _pairs(entries: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    """Each version with the one before it, of the same implementation and dialect."""
    pairs = []
    for place, newer in enumerate(entries):
        same = [
            one for one in entries[place + 1 :] if (one.name, one.report.dialect) == (newer.name, newer.report.dialect)
        ]
        pairs += [(same[0], newer)] if same else []
    return pairs


def _numbers(entry: Entry) -> tuple[int, int, int, int]:
    totals = entry.report.totals()
    return totals["pass"], totals["fail"], totals["warn"], sum(totals[outcome] for outcome in words.UNJUDGED)


def _plain(text: str) -> str:
    """Text of people as the text of a link or a cell, without any Markdown."""
    return "".join(f"&#{ord(char)};" if char in "\\`*_[]|<>&~!#" else char for char in one_line(text, 300))


def _with_block(readme: Path, block: str) -> str:
    text = _read(readme)
    head, start, rest = text.partition(START)
    _, end, tail = rest.partition(END)
    if not (start and end):
        raise UsageError(f"{readme} has no place for the table; write {START} and {END} on lines of their own")
    return f"{head}{START}\n{block}\n{END}{tail}"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        return ""
