"""Settings that hold for the tests of both packages."""

import os

from hypothesis import settings

# Several suites may share two cores, so a slow example says nothing; in CI the same examples are drawn every time.
settings.register_profile("pixelproof", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("pixelproof")
