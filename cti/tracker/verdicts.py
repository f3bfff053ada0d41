"""What was found while a link was asked for everything, call by call."""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct

from cti.calls import Call, Leg
from cti.facts import SeenLeg


class Verdict(IntEnum):
    """What became of a call, a stronger finding with a higher number."""

    UNVERIFIABLE = 1
    CONFIRMED = 2
    CORRECTED = 3
    LOST = 4
    DISCOVERED = 5


class Newcomer(Struct, frozen=True):
    """A listed connection that is not believed in."""

    seen: SeenLeg
    device_id: str
    before: Leg | None
    """What was known of the device on that call; another one by now is news since."""


class Run:
    """One asking for a whole link."""

    def __init__(self, begun_at: int, known: set[str]) -> None:
        self.begun_at = begun_at
        self.known = known
        """``call_id`` of every call that was believed in at the beginning."""
        self.heard: set[str] = set()
        self.missing: dict[str, list[Leg]] = {}
        """Connections that their device does not list, by ``call_id``."""
        self.newcomers: dict[str, list[Newcomer]] = {}
        """What is listed under the identifier of a call whose device was not on it."""
        self.verdicts: dict[str, Verdict] = {}
        self.uncounted: set[str] = set()
        """Devices that did not say of every connection whether it waits there."""

    def found(self, call: Call) -> None:
        """Take that somebody who is believed to be on the call lists it."""
        self.heard.add(call.call_id)

    def doubts(self, call: Call) -> bool:
        """Whether a call was believed in before, and nobody on it has listed it yet."""
        return call.call_id in self.known and call.call_id not in self.heard

    def gone(self, call: Call, legs: list[Leg]) -> None:
        """Leave open what became of connections that their device does not list."""
        self.missing.setdefault(call.call_id, []).extend(legs)

    def came(self, call: Call, newcomer: Newcomer) -> None:
        """Leave open to which call a listed connection belongs."""
        self.newcomers.setdefault(call.call_id, []).append(newcomer)

    def open(self) -> list[str]:
        """List the calls of which something is open."""
        return list(dict.fromkeys([*self.missing, *self.newcomers]))

    def take(self, call: Call) -> tuple[list[Leg], list[Newcomer]]:
        """Give what is open about a call; it is not any more."""
        missing = self.missing.pop(call.call_id, [])
        return missing, self.newcomers.pop(call.call_id, [])

    def judge(self, call: Call, verdict: Verdict) -> None:
        """Take a finding. A call that began by itself meanwhile counts nowhere."""
        if call.call_id in self.known:
            before = self.verdicts.get(call.call_id, verdict)
            self.verdicts[call.call_id] = max(before, verdict)

    def discovered(self, call: Call) -> None:
        """Take that a call was not known; what else is found of it does not change that."""
        self.verdicts[call.call_id] = Verdict.DISCOVERED

    def not_verified(self, call: Call) -> None:
        """Take that nothing confirmed a call, whatever was found of its connections."""
        self.verdicts[call.call_id] = Verdict.UNVERIFIABLE

    def counts(self) -> dict[str, int]:
        """Count the calls by what became of them."""
        told = list(self.verdicts.values())
        return {verdict.name.lower(): told.count(verdict) for verdict in Verdict}
