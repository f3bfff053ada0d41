"""What comes from outside changes nothing on a terminal but what it shows (A11, A12)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.safe import LONGEST, safe

NASTY = {
    "\x1b[2J": "\\x1b[2J",
    "a\r\nb": "a\\x0d\\x0ab",
    "\x9b31m": "\\x9b31m",
    "\u202egnp.exe": "\\u202egnp.exe",
    "\u2066x\u2069": "\\u2066x\\u2069",
    "\u2028": "\\u2028",
    "\ufeff": "\\ufeff",
    "Müller & Söhne": "Müller & Söhne",
    "[bold]x[/bold]": "[bold]x[/bold]",
}


@pytest.mark.parametrize(("text", "shown"), NASTY.items())
def test_nasty_text(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(st.text(max_size=400))
def test_any_text_is_one_line_that_moves_nothing(text: str) -> None:
    shown = safe(text)
    assert len(shown.splitlines()) <= 1
    assert not any(unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp") for one in shown)


def test_a_long_text_is_cut() -> None:
    assert safe("x" * 1000) == "x" * LONGEST + "…"
