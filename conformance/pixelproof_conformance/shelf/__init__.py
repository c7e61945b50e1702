"""The shelf of published evidence: one folder for each implementation and version, and an index over them.

checking -> what a run must not hold and must not lack before it is published
entry    -> one folder of the shelf: adding a run, reading it back
index    -> the pages over all folders, made from them
"""

from pixelproof_conformance.shelf.checking import Flaw, flaws_of
from pixelproof_conformance.shelf.entry import Entry, add_run, read_shelf
from pixelproof_conformance.shelf.index import stale_files, written_index

__all__ = ["Entry", "Flaw", "add_run", "flaws_of", "read_shelf", "stale_files", "written_index"]
