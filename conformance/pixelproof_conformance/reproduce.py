"""A record as a curl command and as a Python program, to copy and run; the key comes from an environment variable."""

import json
import re
import shlex
from typing import NamedTuple

from pixelproof_conformance.endpoint import read_url
from pixelproof_conformance.expression import Expression, bytes_expression, text_expression, value_expression
from pixelproof_conformance.model import Record, Transport
from pixelproof_conformance.redact import is_secret_name, redact_text
from pixelproof_conformance.sent_form import SentFile, SentForm, form_of
from pixelproof_conformance.target import Target
from pixelproof_conformance.transport import key_sent, other_name

_KEY_VARIABLE = "OPENAI_API_KEY"
_LONGEST_ARGUMENT = 2000
_LONGEST_SUBSTITUTED = 100_000  # Linux takes 128 KiB in one argument
_NEXT_LINE = " \\\n  "


class _Header(NamedTuple):
    """A header; where ``variable`` is set, the value ends with the value of this environment variable."""

    name: str
    value: str
    variable: str = ""


def curl_line(
    record: Record, target: Target, *, key_variable: str = _KEY_VARIABLE, transport: Transport | None = None
) -> str:
    """The shell commands that send the record's request again; first those that make its files, the last one is curl.

    Bodies that are long or binary are made by ``python3``. What no short command makes is named in a comment.
    ``transport`` is that of the case.
    """
    words = ["curl", "-sS"]
    words += ["--globoff"] if re.search(r"[][{}]", record.url) else []
    words += ["--no-buffer"] if (record.content_type or "").startswith("text/event-stream") else []
    options = [_curl_header(header) for header in _headers(record, target, key_variable, transport)]
    before: list[str] = []
    pipe = ""
    if _is_fetch(record):
        pass
    elif (form := form_of(record)) is not None and (arguments := _form_arguments(form)) is not None:
        before, fields = arguments
        options += fields
    else:
        options.append(f"-H {shlex.quote(f'Content-Type: {record.sent_content_type}'.rstrip())}")
        pipe, body = _curl_body(bytes(record.sent))
        if body.endswith("@body.bin"):
            before.append(f"# body.bin is the body that the journal keeps for the case {_comment(record.case)}")
        options.append(body)
    command = _NEXT_LINE.join([" ".join([*words, shlex.quote(record.url)]), *options])
    return "\n".join([*before, f"{pipe} | {command}" if pipe else command])


def python_snippet(
    record: Record, target: Target, *, key_variable: str = _KEY_VARIABLE, transport: Transport | None = None
) -> str:
    """A Python program that sends the record's request again with ``httpx`` and prints the answer."""
    headers = _headers(record, target, key_variable, transport)
    modules: set[str] = {"os"} if any(header.variable for header in headers) else set()
    notes: list[str] = []
    lines: list[str] = []
    if not _is_fetch(record):
        form = form_of(record)
        lines = _httpx_form(form, modules, notes) if form is not None else []
        if not lines:
            code, is_json = _httpx_json(record)
            if record.sent_content_type and not (is_json and record.sent_content_type == "application/json"):
                headers.append(_Header("Content-Type", record.sent_content_type))
            lines = [code] if is_json else [f"content={_content(bytes(record.sent), 'body.bin', modules, notes)},"]
        if any("body.bin" in note for note in notes):
            notes = [f"body.bin is the body that the journal keeps for the case {_comment(record.case)}"]
    pairs = [f'    "{header.name}": {_python_value(header)},' for header in headers]
    call = "get" if _is_fetch(record) else "post"
    return "\n".join(
        [
            *(f"# {note}" for note in notes),
            *_imports(modules),
            "import httpx",
            "",
            *(["headers = {", *pairs, "}"] if pairs else ["headers = {}"]),
            f"answer = httpx.{call}(",
            f"    {json.dumps(record.url)},",
            "    headers=headers,",
            *(f"    {line}" for line in lines),
            "    timeout=300,",
            ")",
            "print(answer.status_code, answer.text)",
            "",
        ]
    )


def _is_fetch(record: Record) -> bool:
    return not record.sent and not record.sent_content_type


def _headers(record: Record, target: Target, key_variable: str, transport: Transport | None) -> list[_Header]:
    if transport is not None and transport.fetch is not None:
        return []
    if _is_fetch(record) and transport is None:
        return []
    how = transport or Transport()
    headers: dict[str, _Header] = {}
    if how.key != "given":
        sent = key_sent(how, target)
        headers |= {target.key_header.lower(): _Header(target.key_header, sent)} if sent else {}
    elif target.key is not None:
        scheme = f"{target.key_scheme} " if target.key_scheme else ""
        headers[target.key_header.lower()] = _Header(target.key_header, scheme, key_variable)
    for name, value in target.headers:
        if is_secret_name(name):
            headers[name.lower()] = _Header(name, "", re.sub(r"\W", "_", name).upper())
        else:
            headers[name.lower()] = _Header(name, redact_text(value, target.secrets))
    if how.key == "none":
        headers.pop(target.key_header.lower(), None)
    if how.other_host:
        headers["host"] = _Header("Host", other_name(read_url(record.url)))
    if how.chunked:
        headers["transfer-encoding"] = _Header("Transfer-Encoding", "chunked")
    return list(headers.values())


def _curl_header(header: _Header) -> str:
    if header.variable:
        return f'-H "{header.name}: {header.value}${header.variable}"'
    return f"-H {shlex.quote(f'{header.name}: {header.value}')}"


def _curl_body(body: bytes) -> tuple[str, str]:
    """The command that pipes the body into curl, or none, and the option of curl."""
    text = _short_text(body)
    if text is not None:
        return "", f"--data-raw {shlex.quote(text)}"
    expression = bytes_expression(body)
    if expression is None:
        return "", "--data-binary @body.bin"
    return _printed(expression), "--data-binary @-"


def _form_arguments(form: SentForm) -> tuple[list[str], list[str]] | None:
    """The lines before curl, and its options; None when a text is too long for an argument."""
    before: list[str] = []
    options: list[str] = []
    for part in form.parts:
        if isinstance(part, SentFile):
            before.append(f"# {part.hint}")
            if part.content is not None:
                before.append(f"{_printed(part.content)} > {part.place}")
            value = f"{part.field}=@{part.place};filename={part.filename};type={part.content_type}"
            options.append(f"-F {shlex.quote(value)}")
            continue
        name, text = part
        if len(text) <= _LONGEST_ARGUMENT:
            options.append(f"--form-string {shlex.quote(f'{name}={text}')}")
            continue
        expression = bytes_expression(text.encode())
        # The shell takes line ends off the end of what it puts in.
        if expression is None or len(text.encode()) > _LONGEST_SUBSTITUTED or text.endswith("\n"):
            return None
        options.append(f'--form-string {name}="$({_printed(expression)})"')
    return before, options


def _printed(expression: Expression) -> str:
    modules = ", ".join(sorted({"sys", *expression.modules}))
    return f"python3 -c {shlex.quote(f'import {modules}; sys.stdout.buffer.write({expression.code})')}"


def _short_text(body: bytes) -> str | None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return text if len(text) <= _LONGEST_ARGUMENT and text.isprintable() else None


def _httpx_json(record: Record) -> tuple[str, bool]:
    """The argument ``json=``, and whether httpx then writes the very bytes that were sent."""
    if not record.sent_content_type:
        return "", False
    try:
        value = json.loads(bytes(record.sent))
        again = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return "", False
    code = f"json={value_expression(value)},"
    return code, again == bytes(record.sent) and len(code) <= 4 * _LONGEST_ARGUMENT


def _httpx_form(form: SentForm, modules: set[str], notes: list[str]) -> list[str]:
    """The arguments ``data=`` and ``files=`` when httpx writes the parts in the same order, else nothing."""
    files = [part for part in form.parts if isinstance(part, SentFile)]
    texts: dict[str, list[str]] = {}
    for part in form.parts:
        if not isinstance(part, SentFile):
            texts.setdefault(part[0], []).append(part[1])
    written = [(name, text) for name, several in texts.items() for text in several]
    if not files or [*written, *files] != list(form.parts):
        return []
    fields = ", ".join(
        f"{name!r}: {text_expression(several[0]) if len(several) == 1 else repr(several)}"
        for name, several in texts.items()
    )
    if len(fields) > 4 * _LONGEST_ARGUMENT:
        return []
    lines = [f"data={{{fields}}},", "files=["]
    for file in files:
        notes.append(file.hint)
        content = _file(file.content, file.place, modules)
        lines.append(f"    ({file.field!r}, ({file.filename!r}, {content}, {file.content_type!r})),")
    return [*lines, "],"]


def _content(body: bytes, place: str, modules: set[str], notes: list[str]) -> str:
    expression = bytes_expression(body)
    if expression is None:
        notes.append(place)
    return _file(expression, place, modules)


def _file(expression: Expression | None, place: str, modules: set[str]) -> str:
    if expression is None:
        modules.add("pathlib")
        return f"pathlib.Path({place!r}).read_bytes()"
    modules |= expression.modules
    return expression.code


def _python_value(header: _Header) -> str:
    if not header.variable:
        return repr(header.value)
    value = f"os.environ['{header.variable}']"
    return f'f"{header.value}{{{value}}}"' if header.value else value


def _imports(modules: set[str]) -> list[str]:
    return [*(f"import {module}" for module in sorted(modules)), ""] if modules else []


def _comment(text: str) -> str:
    return re.sub(r"[^\w./:@+-]+", " ", text)
