"""Programs shown in documents: blocks whose first line is ``# file: NAME``."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def extract(page: str, folder: Path) -> dict[str, Path]:
    """Write the programs of a page below ``docs`` to a folder; give them by name."""
    text = (ROOT / "docs" / page).read_text()
    found = {}
    for name, body in re.findall(
        r"^```\w+\n(?:#|//|<!--) file: (\S+)(?: -->)?\n(.*?)^```",
        text,
        re.DOTALL | re.MULTILINE,
    ):
        found[name] = folder / name
        found[name].write_text(body)
    return found
