"""Why a kind of requirement matters, and how the author of a gateway keeps it: one sentence for each kind.

A requirement that a rule checks is explained by the docstring of the rule. Here are the sentences for what a keyword of
JSON Schema checks, by the message that it stands in, and for what an outcome word asks of an endpoint.
"""

KINDS = {
    "minimum": "bounds",
    "maximum": "bounds",
    "exclusiveMinimum": "bounds",
    "exclusiveMaximum": "bounds",
    "multipleOf": "bounds",
    "minLength": "length",
    "maxLength": "length",
    "minItems": "count",
    "maxItems": "count",
    "uniqueItems": "count",
    "enum": "list",
    "const": "list",
    "pattern": "form",
    "format": "form",
    "type": "type",
    "required": "missing",
    "additionalProperties": "unlisted",
    "not": "excluded",
    "anyOf": "choice",
    "oneOf": "choice",
    "if": "choice",
}
"""The kind of each keyword."""

OPEN_OUTCOMES = {
    "UNSTATED": (
        "The document leaves this open, so endpoints differ: what works at one can fail at the next.",
        "Accept it with a complete answer, or refuse it and say why. A server error or an empty answer is neither.",
    ),
    "NOOP": (
        "Whoever expects an effect waits in vain, and an endpoint that refuses it breaks clients that always send it.",
        "Accept it, and answer as if it were not there.",
    ),
    "COERCE": (
        "What is used is not what the request says, and whoever wrote the request may not know.",
        "Accept it, and use the value that the document names in its place.",
    ),
    "PRECOND": (
        "It depends on the account, which no request shows: what works for one caller fails for the next.",
        "Accept it for accounts that fulfil the condition; for others, refuse it and name the condition.",
    ),
}
"""For outcome words of requests where the keyword does not decide: why it matters, and what an endpoint does."""

REQUEST_WHY = {
    "whole": "A body of another kind has no parameters, and a server that expects them fails over it.",
    "type string": "What is no text is turned into text differently by each server, or fails at the provider behind.",
    "type boolean": 'One server reads "false" as false, the next one as true, because it is a text that is not empty.',
    "type": "A value of another type is guessed at: one server converts it, the next one fails over it, a third leaves"
    " it out.",
    "bounds": "An endpoint that quietly moves a number into its range makes, and charges for, something else than was"
    " asked for.",
    "length": "A text that is cut on the way loses what stood at its end, and nobody is told; an empty one leaves the"
    " model to guess.",
    "count": "Entries that are too many are dropped on the way or refused by the provider behind, and too few leave it"
    " without what it needs.",
    "list": "A value that nobody listed is replaced by a default on the way, so that the caller pays for a picture that"
    " was not asked for.",
    "form": "A text in another form is read differently by each reader, or fails at the provider behind, far from its"
    " cause.",
    "missing": "Without it the endpoint has to guess, or fails late with an error about something else.",
    "unlisted": "A misspelt name is passed over in silence, and the caller believes that it had an effect.",
    "choice": "A request that fits none of the documented forms has no meaning that two endpoints would agree on.",
    "excluded": "What cannot be used fails later and further from its cause, or is left out without a word.",
    "not taken": "A parameter that this model does not take is lost on the way: the picture is another one than was"
    " asked for, at the full price.",
    "combination": "Two settings that cannot hold together force the endpoint to drop one of them, and the caller does"
    " not learn which.",
}
"""Why a wrong request should not be accepted, by kind."""

REQUEST_KEEP = {
    "whole": "Look at the kind of the body before you look for a parameter in it.",
    "type": "Look at the JSON type before you read the value, and do not convert it.",
    "type string": "Look at the JSON type before you read the text: a number, true, or an object is none.",
    "type boolean": 'Look at the JSON type before you read the value: "true", 1 and 0 are none.',
    "type integer": 'Look at the JSON type before you convert: "2" and true are no numbers; 2.0 is a whole one.',
    "type number": 'Look at the JSON type before you convert: "2" and true are no numbers.',
    "bounds": "Compare the number with both ends of the range, which belong to it, and do not move it into the range.",
    "length": "Measure the text as it was sent, in code points, and do not cut or pad it.",
    "count": "Count the entries before you send any of them on.",
    "list": "Compare with the list as it is written, upper and lower case included, and have no default for the rest.",
    "form": "Match the whole text, not a part of it.",
    "missing": "Ask for it before anything is sent on; an empty or a default value is no substitute.",
    "unlisted": "Compare the names in the body with the documented ones.",
    "choice": "Try the documented forms one after the other, and say in the refusal which there are.",
    "excluded": "Look for it before the request is sent on.",
    "not taken": "Look at the model first, then at which parameters it takes.",
    "combination": "Check the parameters together, after each has been checked alone.",
}
"""How an endpoint sees the wrong request, by kind."""

REPLY_WHY = {
    "type": "Typed clients refuse the whole message when one key has another type.",
    "bounds": "Bills, dates and logs take this number over as it is.",
    "length": "Clients hand this text on without measuring it, and fail where it is used.",
    "count": "Clients take the first entry or loop over all of them: one too few breaks them, one too many is lost.",
    "list": "Clients choose by this value and have no branch for one that the document does not list.",
    "form": "Clients hand this text on without looking into it, and fail where it is used.",
    "missing": "Clients read it without asking whether it is there, because the document promises it.",
    "unlisted": "Strict clients refuse a message with keys that they do not know, and others never show them.",
    "choice": "A client looks in the places that the document names, and has nothing to show when they are empty.",
    "whole": "Clients read the keys of an object; in anything else they find none.",
    "excluded": "Clients look where the document says: what stands elsewhere is not found, or there are two of it.",
}
"""Why an answer, an event or a refusal should have its documented form, by kind."""

REPLY_KEEP = {
    "whole": "Build every message from an object, also when the provider behind you sends a list or a text.",
    "type": "Convert what the provider behind you sends before you hand it on.",
    "bounds": "Look at the unit: a number outside the bounds is often one in another unit, such as milliseconds.",
    "length": "Measure the text before you send it.",
    "count": "Count before you send: collect what is missing, and leave out what was not promised.",
    "list": "Translate the names of the provider behind you into the listed ones.",
    "form": "Write it out in full, as the document shows it, and not as the provider behind you shortens it.",
    "missing": "Write it yourself where the provider behind you leaves it out.",
    "unlisted": "Build the message from the documented keys instead of passing on what came.",
    "choice": "Put the picture or the text into one of the documented places, and check that it is not empty.",
    "excluded": "Build the message from the documented keys, and convert what comes in another form.",
}
"""How an endpoint comes to write the documented form, by kind."""

REFUSAL_WHY = "A program can act on a refusal only where its parts stand where the document puts them."
REFUSAL_KEEP = "Write every refusal in one place of the code, those of a framework or proxy in front of it included."


def refusal_words(outcome: str, blamed: str | None, parameter: str | None) -> str:
    """How to refuse: with which status, and with which name at the documented place ``blamed`` (a JSON Pointer)."""
    status = "400" if outcome == "R400" else "400 (or 422)"
    named = f", and name {parameter} at {blamed}" if blamed and parameter else ""
    return f"Refuse the request with status {status}, before it costs anything{named}."
