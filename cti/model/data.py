"""Data that travels with a call."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import UNSET, Struct, UnsetType


class CallData(Struct, frozen=True, gc=False):
    """What is attached to a call, by kind; a kind that is not there was never told.

    Octets are base64 in JSON, as msgspec writes them.
    """

    app: dict[str, dict[str, Any]] | UnsetType = UNSET
    """Application data: namespace to keys and values."""
    uui: bytes | UnsetType = UNSET
    """User-to-user information."""
    correlator: bytes | UnsetType = UNSET
    """CSTA correlator data."""
    digits: str | UnsetType = UNSET
    """Digits prompted for or entered."""
    account: bytes | UnsetType = UNSET
    auth: bytes | UnsetType = UNSET
    network: dict[str, str] | UnsetType = UNSET
    """What the network told: ANI, DNIS, II-digits, redirecting number and reason, trunk."""
    vendor: dict[str, dict[str, Any]] | UnsetType = UNSET
    """Vendor extensions that a dialect decodes, by vendor."""


class ForwardingKind(StrEnum):
    """Kinds of forwarding (ECMA-269 clause 22, forwarding)."""

    ALL = "all"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    BUSY_INTERNAL = "busy_internal"
    BUSY_EXTERNAL = "busy_external"
    NO_ANSWER_INTERNAL = "no_answer_internal"
    NO_ANSWER_EXTERNAL = "no_answer_external"
    ALL_INTERNAL = "all_internal"
    ALL_EXTERNAL = "all_external"
    DND = "dnd"
    DND_INTERNAL = "dnd_internal"
    DND_EXTERNAL = "dnd_external"
    UNKNOWN = "unknown"


class Forwarding(Struct, frozen=True, gc=False):
    """One forwarding of one device."""

    kind: ForwardingKind
    active: bool
    to: str | UnsetType | None = UNSET
    """Number forwarded to; None when the switch says that there is none."""
