"""TEI management of a terminal: it gets a TEI, keeps it, and loses it (ITU-T Q.921 5.3).

The reference numbers Ri come from a sequence that ``seed`` begins, so that the machine is a
function of its events: give every terminal of one bus a seed of its own.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from protocols.lapd.frames import GROUP_TEI
from protocols.lapd.primitives import Timer
from protocols.lapd.tei import FIRST, LAST, Kind, Message


class State(Enum):
    """What a terminal does about its TEI."""

    UNASSIGNED = "unassigned"
    REQUESTING = "requesting"
    """Identity request is out."""
    ASSIGNED = "assigned"
    VERIFYING = "verifying"
    """It has a TEI, and identity verify is out because it doubts it."""


# Events: what the terminal is told.


class Wanted(msgspec.Struct, frozen=True, gc=False):
    """A data link connection needs a TEI (MDL-ASSIGN indication)."""


class Doubted(msgspec.Struct, frozen=True, gc=False):
    """Something is wrong with the TEI: have it verified."""

    silent: bool
    """The network does not answer on this TEI; if it does not know it either, it is dropped.
    Else a network that verifies nothing does no harm: verify is optional."""


class MessageReceived(msgspec.Struct, frozen=True, gc=False):
    """The network sent a message of TEI management."""

    message: Message


class Deactivation(msgspec.Struct, frozen=True, gc=False):
    """Layer 1 is down; a TEI is kept, a request is given up."""


class TimerExpired(msgspec.Struct, frozen=True, gc=False):
    """T202 ran out."""


Event = Wanted | Doubted | MessageReceived | Deactivation | TimerExpired

# Actions: what it wants done, in this order.


class SendMessage(msgspec.Struct, frozen=True, gc=False):
    """Send a message of TEI management."""

    message: Message


class StartTimer(msgspec.Struct, frozen=True, gc=False):
    """Start T202."""

    timer: Timer = Timer.T202


class StopTimer(msgspec.Struct, frozen=True, gc=False):
    """Stop T202."""

    timer: Timer = Timer.T202


class Assigned(msgspec.Struct, frozen=True, gc=False):
    """This is the terminal's TEI from now on."""

    tei: int


class Removed(msgspec.Struct, frozen=True, gc=False):
    """The terminal has no TEI any more."""

    tei: int


class Failed(msgspec.Struct, frozen=True, gc=False):
    """There is no TEI to be had now."""


class Ignored(msgspec.Struct, frozen=True, gc=False):
    """The event has no effect in this state."""

    state: State
    event: Event


Action = SendMessage | StartTimer | StopTimer | Assigned | Removed | Failed | Ignored


class TeiUser:
    """The TEI of one terminal: assigned by the network, or fixed at 0 to 63."""

    __slots__ = (
        "_attempts",
        "_draws",
        "_n202",
        "_seed",
        "_silent",
        "fixed",
        "ri",
        "state",
        "tei",
    )

    def __init__(self, fixed: int | None = None, *, seed: int = 0, n202: int = 3) -> None:
        self.fixed: Final = fixed
        self.state = State.UNASSIGNED
        self.tei = GROUP_TEI
        """The TEI, 127 while there is none."""
        self.ri = 0
        """Ri of the last identity request."""
        self._seed = seed
        self._n202 = n202
        self._silent = False
        self._attempts = 0
        self._draws = 0

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order; total."""
        match self.state:
            case State.UNASSIGNED:
                return self._unassigned(event)
            case State.REQUESTING:
                return self._requesting(event)
            case State.ASSIGNED:
                return self._assigned(event)
            case State.VERIFYING:
                return self._verifying(event)

    def _unassigned(self, event: Event) -> list[Action]:
        match event:
            case Wanted() if self.fixed is not None:
                return [self._take(self.fixed)]
            case Wanted():
                self.state = State.REQUESTING
                self._attempts = 0
                return self._request()
            case Doubted() | MessageReceived() | Deactivation() | TimerExpired():
                return [Ignored(self.state, event)]

    def _requesting(self, event: Event) -> list[Action]:
        match event:
            case MessageReceived(Message(Kind.IDENTITY_ASSIGNED, tei, self.ri)) if (
                FIRST <= tei <= LAST
            ):
                return [StopTimer(), self._take(tei)]
            case MessageReceived(Message(Kind.IDENTITY_DENIED, _, self.ri)):
                return self._again([StopTimer()])
            case TimerExpired():
                return self._again([])
            case Deactivation():
                self.state = State.UNASSIGNED
                return [StopTimer(), Failed()]
            case Wanted() | Doubted() | MessageReceived():
                return [Ignored(self.state, event)]

    def _assigned(self, event: Event) -> list[Action]:
        match event:
            case Doubted(silent) if self.fixed is None:
                self.state = State.VERIFYING
                self._silent = silent
                self._attempts = 1
                return [SendMessage(Message(Kind.VERIFY, self.tei)), StartTimer()]
            case MessageReceived(message):
                return self._told(event, message)
            case Wanted() | Doubted() | Deactivation() | TimerExpired():
                return [Ignored(self.state, event)]

    def _verifying(self, event: Event) -> list[Action]:
        match event:
            case MessageReceived(Message(Kind.CHECK_REQUEST) as message) if message.concerns(
                self.tei
            ):
                self.state = State.ASSIGNED
                return [StopTimer(), *self._told(event, message)]
            case MessageReceived(message):
                actions = self._told(event, message)
                lost = self.state is not State.VERIFYING
                return [StopTimer(), *actions] if lost else actions
            case TimerExpired() if self._attempts < 2:
                self._attempts += 1
                return [SendMessage(Message(Kind.VERIFY, self.tei)), StartTimer()]
            case TimerExpired() if self._silent:
                return [self._drop()]
            case TimerExpired():
                self.state = State.ASSIGNED
                return []
            case Deactivation():
                self.state = State.ASSIGNED
                return [StopTimer()]
            case Wanted() | Doubted():
                return [Ignored(self.state, event)]

    def _told(self, event: Event, message: Message) -> list[Action]:
        """Take a message while there is a TEI."""
        match message:
            case Message(Kind.CHECK_REQUEST) if message.concerns(self.tei):
                return [SendMessage(Message(Kind.CHECK_RESPONSE, self.tei, self._draw()))]
            case Message(Kind.REMOVE, self.tei):
                return [self._drop()]
            case Message(Kind.REMOVE, tei) if tei == GROUP_TEI and self.fixed is None:
                return [self._drop()]  # a TEI that the network did not give is not meant
            case Message(Kind.IDENTITY_ASSIGNED, self.tei, ri) if ri != self.ri:
                return [self._drop()]  # another terminal has it now
            case _:
                return [Ignored(self.state, event)]

    def _take(self, tei: int) -> Assigned:
        self.state = State.ASSIGNED
        self.tei = tei
        return Assigned(tei)

    def _drop(self) -> Removed:
        self.state = State.UNASSIGNED
        tei, self.tei = self.tei, GROUP_TEI
        return Removed(tei)

    def _request(self) -> list[Action]:
        self._attempts += 1
        self.ri = self._draw()
        request = Message(Kind.IDENTITY_REQUEST, GROUP_TEI, self.ri)
        return [SendMessage(request), StartTimer()]

    def _again(self, first: list[Action]) -> list[Action]:
        if self._attempts < self._n202:
            return first + self._request()
        self.state = State.UNASSIGNED
        return [*first, Failed()]

    def _draw(self) -> int:
        """Give the next Ri: a well mixed function of the seed and of how many there were."""
        self._draws += 1
        x = (self._seed * 0x9E3779B9 + self._draws * 0x85EBCA6B) & 0xFFFFFFFF
        for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
            x = (x ^ x >> shift) * factor & 0xFFFFFFFF
        return x >> 16
