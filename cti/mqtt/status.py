"""What a service knows of itself, for health pages and metrics."""

from __future__ import annotations

import msgspec


class Counters(msgspec.Struct, gc=False):
    """Numbers since the start of the process; they only grow."""

    published: int = 0
    """Messages that the session took on, whatever their QoS; again after a lost session."""
    acknowledged: int = 0
    """QoS 1 messages that the server took over."""
    unmatched: int = 0
    """Of those, messages that no subscriber wanted (No matching subscribers)."""
    refused: int = 0
    resent: int = 0
    """Messages sent again with DUP on a resumed session."""
    received: int = 0
    reconnects: int = 0
    """Connections accepted after the first."""
    malformed: int = 0
    """Connections ended because octets were no packet."""
    ignored: int = 0
    """Events that fitted no request, such as a PUBACK for nothing."""
    faults: int = 0
    """Exceptions out of the application or the source."""


class Status(msgspec.Struct, frozen=True, gc=False):
    """A service at one moment."""

    state: str
    """``stopped``, ``connecting``, ``connected``, ``waiting`` or ``stopping``."""
    reason: str
    """Why it is in that state, in words; never a secret."""
    since: float
    """Seconds since 1970 of the last change."""
    address: str
    """The server that is connected or was tried last."""
    session_present: bool
    unacknowledged: int
    window: int
    missing: tuple[str, ...]
    """Features that this server lacks."""
    counters: Counters
