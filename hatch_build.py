"""Build hook: puts ``schemas/`` into the wheel as ``pixelproof/schemas``.

An editable install reads ``schemas/`` where it lies in the checkout, so the hook leaves that build alone.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SchemasBuildHook(BuildHookInterface[Any]):
    """Adds the dialects' schemas to every wheel that is not editable."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the schemas as files of the wheel; ``version`` is ``standard`` or ``editable``."""
        if self.target_name == "wheel" and version != "editable":
            build_data["force_include"][str(Path(self.root, "schemas"))] = "pixelproof/schemas"
