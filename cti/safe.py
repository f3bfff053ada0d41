"""Text from outside, made safe to show.

Names and digits come from callers. On a terminal they must neither move the cursor nor turn
the line round, so whatever is not seen is written as its code.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final

LONGEST: Final = 200
"""Characters that are shown of one text."""
SECRETS: Final = frozenset({"password", "passphrase", "secret", "credentials"})
"""Names of what holds a password."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of Unicode that change how a line looks, or show nothing."""


def safe(text: object, longest: int = LONGEST) -> str:
    """Show a text in one line: control, format and unassigned characters as their codes."""
    shown = str(text)
    cut = shown[:longest]
    if not (cut.isascii() and cut.isprintable()):
        cut = "".join(_shown(one) for one in cut)
    return cut if len(shown) <= longest else f"{cut}…"


def _shown(one: str) -> str:
    if unicodedata.category(one) in _UNSEEN:
        code = ord(one)
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    return one


def discreet(value: Any) -> Any:
    """Show members that hold a password as dots, at any depth."""
    match value:
        case dict():
            return {
                name: "..." if name in SECRETS else discreet(one) for name, one in value.items()
            }
        case list():
            return [discreet(one) for one in value]
        case _:
            return value
