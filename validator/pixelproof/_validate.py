"""The three public functions: thin doors to the operation of a dialect."""

from collections.abc import Sequence

from pixelproof._dialect import Dialect, load_dialect
from pixelproof._values import File, Json, Profile, Verdict


def validate_request(
    body: Json | bytes,
    *,
    dialect: str | Dialect,
    operation: str = "generations",
    files: Sequence[File] = (),
    content_type: str | None = None,
    account: dict[str, bool] | None = None,
    profile: Profile = "document",
) -> Verdict:
    """Judges a request against a dialect's document.

    ``body`` is the parsed JSON object, the raw bytes, or, for a multipart operation, the form's fields (with ``files``)
    or its raw body (with ``content_type``, which carries the boundary). ``account`` holds what is known of the caller's
    account, for example ``{"direct_group": True}``. ``profile="observed"`` turns what only official pages and
    measurements say from notes into findings of full severity.

    Raises :class:`~pixelproof.UsageError` for an unknown dialect or operation. A flaw of the request is never an error.
    """
    loaded = dialect if isinstance(dialect, Dialect) else load_dialect(dialect)
    return loaded.operation(operation).validate_request(
        body, files=files, content_type=content_type, account=account, profile=profile
    )


def validate_response(  # noqa: PLR0913 - an exchange has this many independent facts
    answer: Json | bytes,
    *,
    dialect: str | Dialect,
    operation: str = "generations",
    request: Json | bytes = None,
    files: Sequence[File] = (),
    request_verdict: Verdict | None = None,
    status: int = 200,
    content_type: str | None = None,
    account: dict[str, bool] | None = None,
    profile: Profile = "document",
) -> Verdict:
    """Judges an answer, parsed or as raw bytes; with ``request``, also against what was asked.

    ``files`` belong to a ``request`` that is given as the fields of a form; whether a form was refused rightly can be
    told only with them, or when ``request`` is the raw form. ``request_verdict`` is what :func:`validate_request` said
    of the request as it was sent, where it was asked before: then nothing is judged twice.
    What cannot be known without the request is left out, not guessed. A ``status`` of 400 or more makes it a refusal.
    Pictures in the answer are checked for format, size, alpha channel and completeness.
    """
    loaded = dialect if isinstance(dialect, Dialect) else load_dialect(dialect)
    return loaded.operation(operation).validate_response(
        answer,
        request=request,
        files=files,
        request_verdict=request_verdict,
        status=status,
        content_type=content_type,
        account=account,
        profile=profile,
    )


def validate_stream(
    events: bytes | bytearray | memoryview | Sequence[Json],
    *,
    dialect: str | Dialect,
    operation: str = "generations",
    request: Json | bytes = None,
    status: int = 200,
    content_type: str | None = None,
    account: dict[str, bool] | None = None,
    profile: Profile = "document",
) -> Verdict:
    """Judges a streamed answer: raw server-sent events, or a list of ``{"event": name, "data": {...}}``."""
    loaded = dialect if isinstance(dialect, Dialect) else load_dialect(dialect)
    return loaded.operation(operation).validate_stream(
        events, request=request, status=status, content_type=content_type, account=account, profile=profile
    )
