"""Events as lines that a person can read."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET

from cti.model import events as ev
from cti.model.numbers import Number
from cti.model.objects import CallNumbers, Party
from cti.safe import safe

HEADER: Final = (
    f"{'time':<13} {'number':>16} {'event':<26} {'device':<10} {'call':<9} "
    f"{'state':<10} {'cause':<18} parties and numbers"
)

LONGEST: Final = 2_000
"""Characters of a line."""

_SHOWN: Final = ("state", "status", "on_hook", "on", "reason", "digits", "error", "to", "into")


def row(event: ev.Event) -> str:
    """Show one event in one line."""
    name = str(event.__struct_config__.tag)
    number = f"{event.epoch}:{event.seq}.{event.sub}"
    call_id = getattr(event, "call_id", UNSET)
    call = "" if call_id is UNSET or call_id is None else call_id[:8]
    subject = (
        getattr(event, "device_id", None)
        or getattr(event, "agent_id", None)
        or getattr(event, "queue_id", None)
        or ""
    )
    cause = "" if event.cause is UNSET else event.cause.value
    if event.origin not in ("reported", "derived"):
        cause = f"{cause} [{event.origin.value}]".strip()
    if event.anomaly is not UNSET:
        cause += " !"
    time = event.ts_received[11:23]
    return safe(
        f"{time:<13} {number:>16} {name:<26} {subject:<10} {call:<9} "
        f"{_state(event):<10} {cause:<18} {_rest(event)}".rstrip(),
        LONGEST,
    )


def _state(event: ev.Event) -> str:
    for member in _SHOWN:
        value = getattr(event, member, None)
        if value is not None and value is not UNSET:
            return str(value)
    return ""


def _rest(event: ev.Event) -> str:
    words: list[str] = []
    parties: Any = getattr(event, "parties", ())
    if parties and isinstance(parties[0], Party):
        words += [f"{party.device_id}={party.state.value}" for party in parties]
    numbers: Any = getattr(event, "numbers", UNSET)
    if isinstance(numbers, CallNumbers):
        for role in ("calling", "called"):
            value = getattr(numbers, role)
            if isinstance(value, Number) and value.raw:
                words.append(f"{role} {value.raw}")
    summary: Any = getattr(event, "summary", None)
    if summary is not None:
        words.append(f"{summary.duration:.0f} s, {', '.join(summary.parties)}")
    return "  ".join(words)
