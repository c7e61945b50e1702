"""``python -m pixelproof`` is the command ``pixelproof``."""

import sys

from pixelproof.cli import main

sys.exit(main())
