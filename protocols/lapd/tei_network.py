"""TEI management of a network: which TEIs of a bus are in use (ITU-T Q.921 5.3).

Choices that the Recommendation leaves open: TEIs are given out in turn, so that a terminal
that was away is not met by its successor; when all 63 are in use, those who ask wait until a
check has shown which are free, and are denied if none is.
"""

from __future__ import annotations

import msgspec

from protocols.lapd.frames import GROUP_TEI
from protocols.lapd.primitives import Timer
from protocols.lapd.tei import FIRST, LAST, Kind, Message

WAITING = 16
"""Identity requests that may wait for the end of a check."""

# Events: what the network is told.


class Started(msgspec.Struct, frozen=True, gc=False):
    """Layer 1 came up: no terminal has a TEI of ours."""


class MessageReceived(msgspec.Struct, frozen=True, gc=False):
    """A terminal sent a message of TEI management."""

    message: Message


class CheckRequest(msgspec.Struct, frozen=True, gc=False):
    """Find out whether one terminal, and only one, has this TEI; 127 asks for all."""

    tei: int = GROUP_TEI


class RemoveRequest(msgspec.Struct, frozen=True, gc=False):
    """Take a TEI away; 127 takes all."""

    tei: int


class Deactivation(msgspec.Struct, frozen=True, gc=False):
    """Layer 1 is down: TEIs stay, checks end."""


class TimerExpired(msgspec.Struct, frozen=True, gc=False):
    """T201 of a check ran out."""

    tei: int


Event = Started | MessageReceived | CheckRequest | RemoveRequest | Deactivation | TimerExpired

# Actions: what it wants done, in this order.


class SendMessage(msgspec.Struct, frozen=True, gc=False):
    """Send a message of TEI management."""

    message: Message


class StartTimer(msgspec.Struct, frozen=True, gc=False):
    """Start T201 of a check."""

    tei: int
    timer: Timer = Timer.T201


class StopTimer(msgspec.Struct, frozen=True, gc=False):
    """Stop T201 of a check."""

    tei: int
    timer: Timer = Timer.T201


class Assigned(msgspec.Struct, frozen=True, gc=False):
    """A terminal has this TEI from now on."""

    tei: int


class Removed(msgspec.Struct, frozen=True, gc=False):
    """No terminal has this TEI any more."""

    tei: int


class Ignored(msgspec.Struct, frozen=True, gc=False):
    """The event has no effect."""

    event: Event


Action = SendMessage | StartTimer | StopTimer | Assigned | Removed | Ignored


class _Check:
    """A check under way: of one TEI, or of all."""

    __slots__ = ("answers", "repeated", "seen")

    def __init__(self) -> None:
        self.answers: dict[int, int] = {}
        """Responses by TEI since the last request."""
        self.seen: set[int] = set()
        """TEIs that answered the request before."""
        self.repeated = False


class TeiNetwork:
    """The TEIs of one bus."""

    __slots__ = ("_asking", "_checks", "_next", "assigned")

    def __init__(self) -> None:
        self.assigned: set[int] = set()
        """TEIs in use, of 64 to 126."""
        self._next = FIRST
        self._checks: dict[int, _Check] = {}
        """Checks under way by their Ai."""
        self._asking: list[int] = []
        """Ri of those who wait for the check of all."""

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order; total."""
        match event:
            case Started():
                return self._remove(GROUP_TEI)
            case MessageReceived(Message(Kind.IDENTITY_REQUEST, tei, ri)):
                return self._requested(tei, ri)
            case MessageReceived(Message(Kind.CHECK_RESPONSE) as message):
                return self._answered(event, message)
            case MessageReceived(Message(Kind.VERIFY, tei)) | CheckRequest(tei):
                return self._check(tei) or [Ignored(event)]
            case MessageReceived():
                return [Ignored(event)]
            case RemoveRequest(tei):
                return self._remove(tei)
            case Deactivation():
                stopped: list[Action] = [StopTimer(tei) for tei in self._checks]
                self._checks.clear()
                self._asking.clear()
                return stopped or [Ignored(event)]
            case TimerExpired(tei):
                check = self._checks.get(tei)
                return [Ignored(event)] if check is None else self._ended(tei, check)

    # Assignment (5.3.2).

    def _requested(self, tei: int, ri: int) -> list[Action]:
        if tei != GROUP_TEI:
            if FIRST <= tei <= LAST and tei not in self.assigned:
                return self._assign(tei, ri)
            return [SendMessage(Message(Kind.IDENTITY_DENIED, tei, ri))]
        free = self._free()
        if free is not None:
            return self._assign(free, ri)
        if len(self._asking) >= WAITING:
            return [SendMessage(Message(Kind.IDENTITY_DENIED, GROUP_TEI, ri))]
        self._asking.append(ri)
        return self._check(GROUP_TEI)

    def _free(self) -> int | None:
        span = LAST - FIRST + 1
        for step in range(span):
            tei = FIRST + (self._next - FIRST + step) % span
            if tei not in self.assigned:
                return tei
        return None

    def _assign(self, tei: int, ri: int) -> list[Action]:
        self.assigned.add(tei)
        self._next = tei + 1
        return [SendMessage(Message(Kind.IDENTITY_ASSIGNED, tei, ri)), Assigned(tei)]

    # Check (5.3.3).

    def _check(self, tei: int) -> list[Action]:
        """Begin a check, unless it is under way or there is nothing to check."""
        if tei in self._checks or not (tei == GROUP_TEI or FIRST <= tei <= LAST):
            return []
        self._checks[tei] = _Check()
        return [SendMessage(Message(Kind.CHECK_REQUEST, tei)), StartTimer(tei)]

    def _answered(self, event: Event, message: Message) -> list[Action]:
        """Count a response for every check that it answers."""
        used = False
        for asked, check in self._checks.items():
            for tei in message.teis:
                if asked in (tei, GROUP_TEI):
                    check.answers[tei] = check.answers.get(tei, 0) + 1
                    used = True
        return [] if used else [Ignored(event)]

    def _ended(self, asked: int, check: _Check) -> list[Action]:
        """Take stock when T201 runs out: a TEI that twice nobody answered for is free."""
        del self._checks[asked]
        answers = check.answers
        concerned = self.assigned if asked == GROUP_TEI else {asked}
        silent = sorted(concerned - answers.keys() - check.seen)
        actions: list[Action] = []
        for tei, count in sorted(answers.items()):
            if count > 1:
                actions += self._remove(tei)
            elif FIRST <= tei <= LAST and tei not in self.assigned:
                self.assigned.add(tei)  # it was given before this network began anew
                actions.append(Assigned(tei))
        if silent and not check.repeated:
            check.seen.update(answers)
            check.answers = {}
            check.repeated = True
            self._checks[asked] = check
            again = SendMessage(Message(Kind.CHECK_REQUEST, asked))
            return [*actions, again, StartTimer(asked)]
        for tei in silent:
            actions += self._remove(tei)
        return actions + (self._serve() if asked == GROUP_TEI else [])

    def _serve(self) -> list[Action]:
        """Answer those who waited for the check of all."""
        asking, self._asking = self._asking, []
        actions: list[Action] = []
        for ri in asking:
            free = self._free()
            if free is None:
                actions.append(SendMessage(Message(Kind.IDENTITY_DENIED, GROUP_TEI, ri)))
            else:
                actions += self._assign(free, ri)
        return actions

    # Removal (5.3.4).

    def _remove(self, tei: int) -> list[Action]:
        """Take a TEI away; the message goes out twice, in case one is lost."""
        gone = sorted(self.assigned) if tei == GROUP_TEI else [tei]
        actions: list[Action] = [SendMessage(Message(Kind.REMOVE, tei))] * 2
        for one in gone:
            if one in self._checks:
                del self._checks[one]
                actions.append(StopTimer(one))
            if one in self.assigned:
                self.assigned.discard(one)
                actions.append(Removed(one))
        return actions
