"""Timers of the exchange: names, a table of durations, the actions that start and stop them.

The core hands on the seconds that the table or the plan gives and never computes with them.
A timer carries a serial number, so an expiry that crosses a stop is told from a live one.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from msgspec import Struct


class TimerKind(Enum):
    """What a timer waits for."""

    DIAL = "dial"
    PROMPT = "prompt"
    RING = "ring"
    HUNT = "hunt"
    AGENT_RING = "agent ring"
    OVERFLOW = "overflow"
    WRAP_UP = "wrap up"
    ROUTE = "route"
    VECTOR = "vector"
    COLLECT = "collect"
    PARK = "park"
    TONE = "tone"
    PREDICTIVE = "predictive"
    EXTERNAL_ALERTS = "external alerts"
    EXTERNAL_ANSWERS = "external answers"
    EXTERNAL_LEAVES = "external leaves"


class Timer(Struct, frozen=True, gc=False):
    """One run of a timer."""

    kind: TimerKind
    serial: int
    """Unique within the life of the exchange."""


class StartTimer(Struct, frozen=True, gc=False, tag=True, tag_field="fact"):
    """Return ``TimerExpired(timer)`` after so many seconds, unless stopped."""

    timer: Timer
    seconds: float


class StopTimer(Struct, frozen=True, gc=False, tag=True, tag_field="fact"):
    """The timer is of no more use."""

    timer: Timer


class TimerSpec(Struct, frozen=True, gc=False):
    """One row of the timer table."""

    default: float
    """Seconds."""
    minimum: float
    maximum: float
    purpose: str


TIMERS: Final = {
    TimerKind.DIAL: TimerSpec(15.0, 1.0, 120.0, "off-hook without a number, then tone"),
    TimerKind.PROMPT: TimerSpec(20.0, 1.0, 120.0, "set asked to go off-hook, then given up"),
    TimerKind.RING: TimerSpec(15.0, 1.0, 300.0, "forwarding on no answer"),
    TimerKind.HUNT: TimerSpec(12.0, 1.0, 300.0, "next member of a hunt group"),
    TimerKind.AGENT_RING: TimerSpec(10.0, 1.0, 300.0, "agent does not answer, back to queue"),
    TimerKind.OVERFLOW: TimerSpec(30.0, 1.0, 3600.0, "call waits too long at a group"),
    TimerKind.WRAP_UP: TimerSpec(10.0, 1.0, 3600.0, "work after a distributed call"),
    TimerKind.ROUTE: TimerSpec(5.0, 0.1, 120.0, "computer selects no route"),
    TimerKind.VECTOR: TimerSpec(2.0, 0.0, 3600.0, "step of a vector that lets time pass"),
    TimerKind.COLLECT: TimerSpec(10.0, 1.0, 60.0, "digits of a caller do not come"),
    TimerKind.PARK: TimerSpec(60.0, 1.0, 3600.0, "parked call rings back"),
    TimerKind.TONE: TimerSpec(30.0, 1.0, 600.0, "busy or reorder tone, then cleared"),
    TimerKind.PREDICTIVE: TimerSpec(30.0, 1.0, 300.0, "predicted answer does not come"),
    TimerKind.EXTERNAL_ALERTS: TimerSpec(1.0, 0.0, 60.0, "outside party is found"),
    TimerKind.EXTERNAL_ANSWERS: TimerSpec(4.0, 0.0, 600.0, "outside party answers"),
    TimerKind.EXTERNAL_LEAVES: TimerSpec(60.0, 0.1, 36000.0, "outside party hangs up"),
}
"""The plan overrides the default within the limits; a group or party may have its own time."""
