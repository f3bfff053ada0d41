"""What is published besides events: status, info, states, replies. One type for each."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from msgspec import UNSET, Raw, Struct, UnsetType

from cti.model.capabilities import Capabilities
from cti.model.errors import Problem
from cti.model.states import LinkState


class DaemonStatus(Struct, frozen=True, gc=False):
    """Whether a daemon is there. Retained; also its last will."""

    state: Literal["online", "offline", "lost"]
    """``offline`` is a clean stop, ``lost`` is the broker's word."""
    boot: str
    """Drawn anew with each start."""
    since: str
    """When the daemon started, UTC."""
    version: str


class LinkStatus(Struct, frozen=True, gc=False):
    """How a link is. Retained."""

    state: LinkState
    epoch: int
    since: str
    """When that state began, UTC."""
    reason: str
    boot: str
    """Start of the daemon that says so."""


class LinkInfo(Struct, frozen=True, gc=False):
    """What a link can do."""

    capabilities: Capabilities


class SwitchInfo(Struct, frozen=True, gc=False):
    """What a switch is. Retained."""

    switch: str
    vendor: str
    schema: str
    """Major version of the contract."""
    links: dict[str, LinkInfo]


class Alarm(Struct, frozen=True, gc=False):
    """What a person must look at."""

    alarm: str
    """Short name, such as ``link_blocked``."""
    switch: str
    link: str
    """Empty when no link is at fault."""
    detail: str
    since: str


class Audit(Struct, frozen=True, gc=False, omit_defaults=True):
    """Decision on one command, exactly one for each that arrived. Passwords are never in it."""

    at: str
    """When it arrived, UTC."""
    boot: str
    switch: str
    principal: str
    """Level of the topic that names the client."""
    verb: str
    command_id: str
    """Empty where the request was too damaged to show it."""
    decision: Literal["allowed", "denied"]
    rule: str
    """What allowed it, as ``KEY=PATTERN``; or the key of ``rights`` that did not."""
    devices: tuple[str, ...] = ()
    """Devices, queues and agents that it is about."""
    destinations: tuple[str, ...] = ()
    """Classes of the numbers that it has dialled."""
    error: str | UnsetType = UNSET
    """Class of the error that the client is told."""
    reason: str | UnsetType = UNSET
    payload: dict[str, Any] | UnsetType = UNSET
    """Of a ``private`` command, which goes past all other checks."""


class StateTold(Struct, frozen=True, gc=False):
    """One of the retained states that ``snapshot`` sends."""

    command_id: str
    topic: str
    """Where it is retained."""
    state: Raw


class ReplyStatus(StrEnum):
    """How a command is: how it ended, or that it goes on."""

    ACCEPTED = "accepted"
    """It goes on; ``result.step`` tells how far it is."""
    SUCCEEDED = "succeeded"
    REJECTED = "rejected"
    """Never sent."""
    FAILED = "failed"
    """The switch refused, or a composed command was taken back."""
    UNKNOWN = "unknown"
    """Sent, and nobody knows what became of it: look before you repeat it."""
    CANCELLED = "cancelled"
    """Withdrawn; nothing is left of it."""


class ReplyBody(Struct, frozen=True, gc=False):
    """Answer to a command; ``result`` or ``error`` is there, never both."""

    command_id: str
    """Empty where the request was too damaged to show it."""
    verb: str
    status: ReplyStatus
    final: bool = True
    """False for progress: more follows."""
    result: dict[str, Any] | UnsetType = UNSET
    error: Problem | UnsetType = UNSET
