"""The messages that the arguments of ``validate`` name, judged one after the other."""

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pixelproof._errors import UsageError
from pixelproof.cli import _inputs as inputs
from pixelproof.formats import Judged

if TYPE_CHECKING:
    from pixelproof._operation import Operation
    from pixelproof._values import File, Json, Verdict


def verdicts(args: Namespace, operation: "Operation", account: dict[str, bool]) -> Iterator[Judged]:
    """Reads and judges the answer or, without one, each request."""
    common: dict[str, Any] = {"content_type": args.content_type, "account": account, "profile": args.profile}
    if answer := args.response or args.stream:
        request, files = _answered_request(args, operation)
        common |= {"request": request, "status": 200 if args.status is None else args.status}
        content = inputs.read_message(answer)
        if args.response:
            verdict = operation.validate_response(content, files=files, **common)
        else:
            verdict = operation.validate_stream(_events(content, args.content_type), **common)
        yield _judged(verdict, answer, content, operation)
        return
    for path in args.files or [None]:
        content = b"{}" if path is None else inputs.read_message(path)
        body, files = _request(args, path, content, operation, args.content_type)
        yield _judged(operation.validate_request(body, files=files, **common), path, content, operation)


def _judged(verdict: "Verdict", path: str | None, content: bytes, operation: "Operation") -> Judged:
    file = None if path == inputs.STDIN else path
    name = "the form" if path is None else file or "<stdin>"
    return Judged(verdict, name, file, content, operation.requirements)


def _request(
    args: Namespace, path: str | None, content: bytes, operation: "Operation", content_type: str | None
) -> "tuple[Json, tuple[File, ...]]":
    """The body of a request, and the files beside it."""
    if not operation.is_form:
        if args.file or args.field:
            what = f"{operation.name} of {operation.dialect}"
            raise UsageError(f"{what} takes a JSON body, not a form; put everything into the FILE")
        return content, ()
    if _is_notation(content, content_type):
        fields = inputs.read_object(content, path or "", "Text fields are given as a JSON object.")
        if not args.file and not args.field:
            return fields, ()
        from pixelproof.cli._named_values import form_fields, form_files

        return fields | form_fields(args.field), form_files(args.file)
    if args.file or args.field:
        raise UsageError(f"{path}: is a whole form; --file and --field go with a JSON object of text fields")
    return content, ()


def _is_notation(content: bytes, content_type: str | None) -> bool:
    """Whether a request of a form operation is our JSON notation of the text fields, and not what was sent."""
    sent_as_form = content_type is None or content_type.lower().startswith("multipart/")
    return sent_as_form and content.lstrip()[:1] == b"{"


def _answered_request(args: Namespace, operation: "Operation") -> "tuple[Json, tuple[File, ...]]":
    """The request that an answer replies to, ``None`` when it is not known; it has to be readable to be of use."""
    if not args.files and not args.field and not args.file:
        return None, ()
    path = args.files[0] if args.files else None
    content = b"{}" if path is None else inputs.read_message(path)
    body, files = _request(args, path, content, operation, None)
    if path is not None and not operation.is_form:
        body = inputs.read_object(content, path, "Leave the request out when it is not known.")
    return body, files


def _events(content: bytes, content_type: str | None) -> "Json":
    """The bytes of a stream, or the events of our JSON notation of one."""
    if content.lstrip()[:1] == b"[" and not (content_type or "").lower().startswith("text/event-stream"):
        from pixelproof._parse import parse_json

        events, flaw = parse_json(content)
        if flaw is None:
            return events
    return content
