"""The filter of a monitor in phases I and II; a set bit suppresses, as in phase III."""

from __future__ import annotations

from typing import Any, Final

from protocols.csta.phase3 import _codec_phase3 as csta
from protocols.csta.phase12 import _codec_phase12 as phase12
from sim.csta import monitors

_GROUPS: Final = {
    "call": (
        *("callCleared", "conferenced", "connectionCleared", "delivered", "diverted"),
        *("established", "failed", "held", "networkReached", "originated", "queued"),
        *("retrieved", "serviceInitiated", "transferred"),
    ),
    "feature": (
        *("callInformation", "doNotDisturb", "forwarding", "messageWaiting"),
        *("autoAnswer", "microphoneMute", "speakerMute", "speakerVolume"),
    ),
    "agent": (
        *("agentLoggedOn", "agentLoggedOff", "agentNotReady", "agentReady"),
        *("agentWorkingAfterCall", "agentBusy"),
    ),
    "maintenance": ("backInService", "outOfService"),
}
"""Events by field and bit, under their names of phase III.

Phase I has four feature bits, and for agents work not ready and work ready in the places 4
and 5. The order of the last four feature bits and of those two in phase II is assumed.
"""
_FEATURES: Final = {True: 4, False: 8}


def read_filter(told: phase12.MonitorFilter | None) -> csta.MonitorFilter | None:
    """Read a filter; None is none."""
    if told is None:
        return None
    names = set()
    for group, events in _GROUPS.items():
        bits: str = getattr(told, group) or ""
        names |= {name for name, bit in zip(events, bits, strict=False) if bit == "1"}
    return monitors.actual(frozenset(names))


def written_filter(
    shown: csta.MonitorFilter | None, *, first: bool
) -> phase12.MonitorFilter | None:
    """Write the filter in force; ``first`` for phase I."""
    if shown is None:
        return None
    names = monitors.named(shown)
    bits: dict[str, Any] = {
        group: "".join("1" if name in names else "0" for name in events)
        for group, events in _GROUPS.items()
    }
    bits["feature"] = bits["feature"][: _FEATURES[first]]
    if first:
        bits["agent"] = bits["agent"][:5] + bits["agent"][4]
    voice = None if first else "1" * 7
    return phase12.MonitorFilter(**bits, voice_unit=voice, private=False)
