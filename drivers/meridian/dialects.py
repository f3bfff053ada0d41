"""What differs between releases of the switch, as data with its evidence.

The evidence names sections of the reference for this link style and the documents it cites
(S1: 553-3202-210, S4: 213346.02). Which events a release tells is in the profile.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Dialect(Struct, frozen=True, gc=False):
    """One release of the switch, or what stands in front of it."""

    name: str
    product: str
    x11_release: int
    evidence: str
    host_hold: bool = True
    """Whether a host may put a call on hold."""
    agent_ids: bool = True
    """Whether a log-in tells the agent, and not only the position."""
    keep_call: bool = True
    """Whether not-ready can leave the active call alone."""
    trunk_functions: bool = True
    """Whether trunks are monitored, released and given a warning tone."""
    silences: tuple[str, ...] = ()
    """What is never told, in words."""


_BASE: Final = "Meridian 1"
_SILENCES: Final = (
    "a consultation that is answered, or dropped by the third party, before it is completed",
    "a conference that is put on hold by hand",
    "time stamps",
)

DIALECTS: Final = {
    one.name: one
    for one in (
        Dialect(
            *("x11-16", _BASE, 16, "2.2; S1 p348: four events before release 17"),
            host_hold=False,
            agent_ids=False,
        ),
        Dialect(
            *("x11-17", _BASE, 17, "2.2; S1 p348: disconnected"),
            host_hold=False,
            agent_ids=False,
        ),
        Dialect(
            *("x11-19", _BASE, 19, "2.2; S1 p349: unringing"), host_hold=False, agent_ids=False
        ),
        Dialect(
            *("x11-21", _BASE, 21, "2.2; S1 p351: retrieve"), host_hold=False, agent_ids=False
        ),
        Dialect(
            *("x11-22", _BASE, 22, "2.2; S1 p349, p351: events 8 to 14, host hold"),
            agent_ids=False,
        ),
        Dialect("x11-24", _BASE, 24, "2.2; S1 p33: log-in with agent identifier"),
        Dialect(
            *("mls", "Meridian Link Services", 25, "5.8, 5.10; S4 p35, p184"),
            keep_call=False,
            trunk_functions=False,
            silences=_SILENCES,
        ),
    )
}
USUAL: Final = DIALECTS["x11-24"]
