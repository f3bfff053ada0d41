"""Primitives of the associations: what the layer is told and what it wants done."""

from __future__ import annotations

from collections.abc import Hashable
from enum import Enum
from typing import Final

import msgspec

from protocols.asai.capabilities import Kind, Role
from protocols.asai.components import Problem
from protocols.asai.names import Name, Operation, VersionName
from protocols.asai.values import Element
from protocols.q931.values import Cause
from protocols.timers import TimerSpec


class Timer(Enum):
    """Timers of the link."""

    T316 = "T316"
    ANSWER = "heartbeat answer"
    PERIOD = "heartbeat period"


TIMERS: Final = {
    Timer.T316: TimerSpec(120.0, 1.0, 600.0, "answer to a restart", "S1 6-5"),
    Timer.ANSWER: TimerSpec(60.0, 1.0, 600.0, "answer to a heartbeat", "S2"),
    Timer.PERIOD: TimerSpec(60.0, 1.0, 3600.0, "silence before a heartbeat", "S2"),
}


class Params(msgspec.Struct, frozen=True):
    """Parameters of a link."""

    role: Role = Role.ADJUNCT
    starts: bool = True
    """Whether this side sends the RESTart when the link comes up."""
    versions: tuple[VersionName, ...] = ()
    """What is offered or taken, lowest first; none stands for version 1 without saying so."""
    crv_length: int = 1
    """Octets of the call reference value."""
    lowest_crv: int = 33
    """Adjuncts keep away from lower values (S1 4-5)."""
    beats: bool = True
    """Whether this side sends heartbeats after ``Timer.PERIOD`` of silence."""


# Events: what the layer is told.


class LinkUp(msgspec.Struct, frozen=True, gc=False):
    """Messages can pass from now on."""


class LinkDown(msgspec.Struct, frozen=True, gc=False):
    """Messages pass no more."""


class MessageReceived(msgspec.Struct, frozen=True, gc=False):
    """The other side sent a message."""

    octets: bytes


class Open(msgspec.Struct, frozen=True, gc=False):
    """Open an association with an invoke."""

    token: Hashable
    """Stands for the invoke in ``Answered``."""
    operation: Operation
    elements: tuple[Element, ...] = ()


class Ask(msgspec.Struct, frozen=True, gc=False):
    """Invoke an operation on an association that is open."""

    association: int
    token: Hashable
    operation: Operation
    elements: tuple[Element, ...] = ()


class Reply(msgspec.Struct, frozen=True, gc=False):
    """Answer an invoke of the other side."""

    association: int
    invoke_id: int
    elements: tuple[Element, ...] | None = None
    """``None`` acknowledges without parameters."""
    ends: bool = False
    """Whether the association ends with it."""


class Refuse(msgspec.Struct, frozen=True, gc=False):
    """Refuse an invoke of the other side; one that opens an association ends it."""

    association: int
    invoke_id: int
    cause: Cause


class Release(msgspec.Struct, frozen=True, gc=False):
    """End an association, by normal clearing or with another cause."""

    association: int
    cause: Cause | None = None


class Abort(msgspec.Struct, frozen=True, gc=False):
    """End an association at once; the switch always gives a cause."""

    association: int
    cause: Cause | None = None


class Alarms(msgspec.Struct, frozen=True, gc=False):
    """Suspend or resume the alarms of the link."""

    suspended: bool


class Restart(msgspec.Struct, frozen=True, gc=False):
    """Start the link anew; every association ends."""


class Congestion(msgspec.Struct, frozen=True, gc=False):
    """New associations are refused from now on, or taken again."""

    on: bool


class TimerExpired(msgspec.Struct, frozen=True, gc=False):
    """A timer that the layer started ran out."""

    timer: Timer


Request = Open | Ask | Reply | Refuse | Release | Abort | Alarms | Restart | Congestion
Event = LinkUp | LinkDown | MessageReceived | TimerExpired | Request

# What answers an invoke.


class Result(msgspec.Struct, frozen=True, gc=False):
    """It was carried out."""

    elements: tuple[Element, ...] = ()


class Refused(msgspec.Struct, frozen=True, gc=False):
    """It was refused, or the association ended instead."""

    cause: Cause | None


class Rejected(msgspec.Struct, frozen=True, gc=False):
    """The other side could not handle the component."""

    problem: Problem


class Unreadable(msgspec.Struct, frozen=True, gc=False):
    """The answer is no result."""

    detail: str


class Lost(msgspec.Struct, frozen=True, gc=False):
    """Nobody answers any more: the link went down, or was started anew."""


class Unsent(msgspec.Struct, frozen=True, gc=False):
    """It was not sent."""

    detail: str
    missing: Name | None = None
    """Name whose code a strict profile does not have."""
    full: bool = False
    """Whether there is no call reference or invoke id left for it."""


Outcome = Result | Refused | Rejected | Unreadable | Lost | Unsent

# Actions: what the layer wants done, in this order.


class Send(msgspec.Struct, frozen=True, gc=False):
    """Send a message."""

    octets: bytes


class Opened(msgspec.Struct, frozen=True, gc=False):
    """An association was opened by ``Open``; its number is never used again."""

    association: int
    token: Hashable


class Answered(msgspec.Struct, frozen=True, gc=False):
    """An invoke of ours has its end."""

    association: int | None
    """``None`` when none was opened."""
    token: Hashable
    outcome: Outcome


class Invoked(msgspec.Struct, frozen=True, gc=False):
    """The other side invokes an operation."""

    association: int
    kind: Kind
    invoke_id: int
    operation: Operation
    elements: tuple[Element, ...]
    opens: bool = False
    """Whether the association begins with it."""


class Ended(msgspec.Struct, frozen=True, gc=False):
    """An association is over, other than by ``Reply``, ``Refuse``, ``Release`` or ``Abort``."""

    association: int
    reason: str
    cause: Cause | None = None
    aborted: bool = False


class Restarting(msgspec.Struct, frozen=True, gc=False):
    """The link is restarted, by either side: every association ends."""


class Started(msgspec.Struct, frozen=True, gc=False):
    """The link was restarted, and a heartbeat answered: it is established."""

    version: VersionName | None
    """Version of the link; ``None`` for version 1 when nobody named it."""


class Failed(msgspec.Struct, frozen=True, gc=False):
    """The link cannot be started, or does not live any more."""

    reason: str
    lasting: bool = False
    """Whether trying again is of no use."""


class AlarmsTold(msgspec.Struct, frozen=True, gc=False):
    """The other side suspends or resumes its alarms."""

    suspended: bool


class StartTimer(msgspec.Struct, frozen=True, gc=False):
    """Start a timer, or start it again."""

    timer: Timer


class StopTimer(msgspec.Struct, frozen=True, gc=False):
    """Stop a timer; it may not be running."""

    timer: Timer


class Fault(msgspec.Struct, frozen=True, gc=False):
    """The other side did something odd; the answer to it, if any, was given."""

    kind: str
    """``ignored`` for no message at all, ``unreadable``, ``unexpected`` or ``rejected``."""
    detail: str
    offset: int | None = None
    clause: str = ""


Action = (
    Send
    | Opened
    | Answered
    | Invoked
    | Ended
    | Restarting
    | Started
    | Failed
    | AlarmsTold
    | StartTimer
    | StopTimer
    | Fault
)
