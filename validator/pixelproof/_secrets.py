"""What is secret by its name or its looks."""

import re
from functools import lru_cache

_SECRET_NAME = re.compile(
    r"auth|cookie|token|secret|key|password|passwd|credential|session|signature|^sig$", re.IGNORECASE
)
# How many tokens a minute are left is no secret, and no scheme or list of names is.
_PLAIN_NAME = re.compile(
    r"ratelimit|rate-limit|^www-authenticate$|^proxy-authenticate$|^access-control-|[_-](variable|header|scheme)$",
    re.IGNORECASE,
)
_KNOWN_LOOKS = re.compile(
    r"(?<![A-Za-z0-9_-])(sk|pk|rk|xai|hf|r8|gsk|ghp|github_pat|AKIA|AIza|eyJ)[-_A-Za-z0-9][A-Za-z0-9_.-]{14,}"
    r"|\b(Bearer|Basic) +[A-Za-z0-9+/=._~-]{8,}",
    re.IGNORECASE,
)
# Without dashes, for the name of a deployment may have capitals, digits and any length.
_RANDOM_WORD = re.compile(
    r"(?<![A-Za-z0-9])(?:(?=[A-Za-z0-9]*[a-z])(?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*[0-9])[A-Za-z0-9]{24,}"
    r"|(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{32,})(?![A-Za-z0-9])"
)
_USER = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#\s]*@")
_QUERY = re.compile(r"[?&;#]([^=&;#\s]+)=[^&;#\s]")


@lru_cache(maxsize=1024)
def is_secret_name(name: str) -> bool:
    """Whether the value of a header, a query parameter or an option of this name is secret."""
    return bool(_SECRET_NAME.search(name)) and not _PLAIN_NAME.search(name)


def looks_secret(text: str) -> bool:
    """Whether ``text`` holds what looks like a key: a known prefix, a long random word, or a password in a URL."""
    if _KNOWN_LOOKS.search(text) or _RANDOM_WORD.search(text) or _USER.search(text):
        return True
    return "://" in text and any(is_secret_name(name) for name in _QUERY.findall(text))
