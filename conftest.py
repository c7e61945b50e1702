"""Settings that hold for the tests of both packages."""

import os
import signal

from hypothesis import settings

# Several suites may share two cores, so a slow example says nothing; in CI the same examples are drawn every time.
settings.register_profile("pixelproof", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("pixelproof")

# A shell that runs the tests in the background has ctrl-C ignored, and so would each program that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
