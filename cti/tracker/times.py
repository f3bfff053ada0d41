"""How long the tracker waits before it gives something up."""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Times(Struct, frozen=True, kw_only=True):
    """Times of one switch, in seconds. Those of idle calls are off where they are 0."""

    grace: float = 900.0
    """From the loss of a link until its calls are lost."""
    reuse_guard: float = 3600.0
    """Silence after which a native identifier may begin another call."""
    idle_notify: float = 3600.0
    """Silence after which it is told that a call is idle."""
    idle_verify: float = 7200.0
    """Silence after which the switch is asked for a call, and asked again."""
    idle_clear: float = 43_200.0
    """Silence after which a call is lost."""


DEFAULT: Final = Times()
NEVER: Final = Times(idle_notify=0, idle_verify=0, idle_clear=0)
"""Idle calls are left alone."""
