"""What one link can do, as one document."""

from __future__ import annotations

from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType


class Support(StrEnum):
    """How a link serves a command or an event."""

    NATIVE = "native"
    EMULATED = "emulated"
    POLLED = "polled"
    INFERRED = "inferred"
    UNSUPPORTED = "unsupported"
    UNKNOWN = "unknown"
    """Not yet tried: the first use tells."""


class CommandSupport(Struct, frozen=True, gc=False):
    """How a link serves one command."""

    support: Support
    atomic: bool | UnsetType = UNSET
    """False when an emulated command can stop half-way."""
    modes: tuple[str, ...] | UnsetType = UNSET
    """Modes that there are; where they are not told, the switch refuses what it lacks."""
    needs: tuple[str, ...] | UnsetType = UNSET
    """Arguments that this link cannot do without."""
    note: str | UnsetType = UNSET
    steps: tuple[str, ...] | UnsetType = UNSET
    """Verbs that the bridge composes it of, where the link does not have it."""
    composed_modes: tuple[str, ...] | UnsetType = UNSET
    """Modes that the bridge composes."""


class EventSupport(Struct, frozen=True, gc=False):
    """How a link serves one event."""

    support: Support
    period_s: float | UnsetType = UNSET
    """Seconds between two polls."""


class Peer(Struct, frozen=True, gc=False):
    """The switch as it names itself; an empty word was not told."""

    vendor: str = ""
    product: str = ""
    release: str = ""


class Resync(Struct, frozen=True, gc=False):
    """What can be asked after the link was lost."""

    device_snapshot: bool = False
    call_snapshot: bool = False
    agent_query: bool = False


class Limits(Struct, frozen=True, gc=False):
    """Numbers that the link or the switch sets; one that is not there is not known."""

    monitors: int | UnsetType = UNSET
    outstanding: int | UnsetType = UNSET
    conference_parties: int | UnsetType = UNSET
    uui_octets: int | UnsetType = UNSET
    messages_per_s: float | UnsetType = UNSET


class Capabilities(Struct, frozen=True, gc=False):
    """Capability document of one link. A new version is published on every change."""

    protocol: str
    """Protocol and encoding, such as ``csta3-ber``."""
    version: str
    """Version that was negotiated; empty before that."""
    peer: Peer
    source: tuple[str, ...]
    """Where the knowledge comes from: ``profile:NAME``, ``negotiated``, ``observed``."""
    commands: dict[str, CommandSupport]
    events: dict[str, EventSupport]
    fields: dict[str, str]
    """How far a field can be relied on, in words."""
    resync: Resync
    limits: Limits
