"""A hook for Schemathesis: requests are not sent for which it would blame a gateway that does all the document says.

An OpenAPI document says of each request that it is valid or not. The provider's document gives no meaning to a
parameter that is null, to an empty prompt, or to several images in one stream; and a request for another model, or for
none, is not about gpt-image-1.
"""

from typing import Any

import schemathesis  # type: ignore[import-not-found]  # stands in an environment of its own

MODEL = "gpt-image-1"


@schemathesis.hook  # type: ignore[untyped-decorator]
def filter_case(context: Any, case: Any) -> bool:
    """Whether the request is to be sent."""
    body = case.body
    if not isinstance(body, dict):
        return True
    model = body.get("model")
    if model != MODEL:
        return model is not None and not isinstance(model, str)
    if any(value is None for name, value in body.items() if name != "prompt"):
        return False
    if body.get("stream") is True and body.get("n", 1) != 1:
        return False
    return body.get("prompt") != ""
