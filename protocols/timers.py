"""Timers as data: what a Recommendation says of each of its timers.

A machine names its timers with an enum of its own and never learns how long they are; the
table of its ``TimerSpec`` rows is for those who run timers, configure them and print them.
"""

from __future__ import annotations

import msgspec


class TimerSpec(msgspec.Struct, frozen=True, gc=False):
    """One timer of a Recommendation."""

    default: float
    """Seconds, as the Recommendation gives it or as the profile settles it."""
    minimum: float
    """Seconds; a configured value below is refused."""
    maximum: float
    """Seconds; a configured value above is refused."""
    purpose: str
    """What is waited for, in a few words."""
    clause: str
    """Where the standard says so."""
