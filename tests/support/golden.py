"""Golden files: printed behaviour under version control.

``UPDATE_GOLDEN=1`` writes them anew; the commit that does so says why.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def compare(path: str, text: str) -> None:
    """Compare ``text`` with the golden file at ``path`` below ``tests``."""
    file = ROOT / path
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert text == file.read_text(), f"{path} differs; UPDATE_GOLDEN=1 writes it anew"
