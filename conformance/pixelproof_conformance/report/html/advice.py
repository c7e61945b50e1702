"""What the maker of a gateway can do about a broken requirement, by the message that it is about."""

from pixelproof_conformance.reported import Result

_BY_MESSAGE = {
    "answer": "Look at where the gateway writes this part of the answer: it has to pass on what the upstream said, or"
    " make it true of the picture that it returns.",
    "stream": "Look at how the gateway passes events on: each one whole, in the order of the upstream, as soon as it"
    " comes, and nothing of its own between them.",
    "refusal": "Give every refusal the error object of the document, also those that the gateway makes itself.",
}


def advice(result: Result) -> str:
    """A sentence for people who build the target; empty where nothing true can be said in general."""
    name = f" {result.parameter}" if result.parameter else ""
    if result.word == "ACCEPT":
        return (
            f"Let every documented value{f' of{name}' if name else ''} pass to a model that takes it."
            " A gateway that keeps its own list of values has to keep it whole."
        )
    if result.on == "request" and result.severity == "error":
        return (
            "Check this before any picture is made, and refuse with status 400 and an error that names"
            f"{name or ' what is wrong'}: a refusal costs nothing, a picture does."
        )
    if result.on == "request":
        return "The document does not say what happens here. Refuse it, or say in your own documentation what it does."
    return _BY_MESSAGE.get(result.on, "")
