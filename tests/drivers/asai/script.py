"""A driver under test, and a switch whose messages are written by hand."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from cti import driver as dr
from cti import facts as f
from cti.model import commands as cm
from cti.model.commands import Command, Result
from cti.model.states import LinkState
from drivers.asai import AsaiDriver
from protocols.asai import components as c
from protocols.asai import values as v
from protocols.asai.codes import LABORATORY, STRICT
from protocols.asai.messages import Codec, Message, MessageType
from protocols.asai.names import DomainType, EventName, LocalState, Operation
from protocols.asai.values import Element
from protocols.q931 import values as q

OP, E = Operation, EventName
REGISTER, FACILITY = MessageType.REGISTER, MessageType.FACILITY
COMPLETE = MessageType.RELEASE_COMPLETE
NORMAL = q.Cause(16, location=1)

CONFIG: dict[str, Any] = {"codes": "laboratory", "crv_octets": 1, "dialect": "r8"}


def station(digits: str) -> v.Domain:
    return v.Domain(DomainType.EXTENSION, digits)


def vdn(digits: str) -> v.Domain:
    return v.Domain(DomainType.VDN, digits)


def split(digits: str) -> v.Domain:
    return v.Domain(DomainType.SPLIT, digits)


def call(number: int, party: int | None = None) -> tuple[Element, ...]:
    identity = v.CallIdentity(number)
    return (identity,) if party is None else (identity, v.PartyIdentifier(party))


def connected(digits: str) -> v.ConnectedNumber:
    return v.ConnectedNumber(digits=digits)


def calling(digits: str) -> q.CallingPartyNumber:
    return q.CallingPartyNumber(digits=digits)


def called(digits: str) -> q.CalledPartyNumber:
    return q.CalledPartyNumber(digits=digits)


def state(told: LocalState) -> v.PartyState:
    return v.PartyState(told)


class Script:
    """One driver. ``asked`` are its messages that wait for an answer, the oldest first."""

    def __init__(self, **config: Any) -> None:
        self.driver = AsaiDriver({**CONFIG, **config})
        strict = config.get("codes") == "strict"
        self.codec = Codec(STRICT if strict else LABORATORY)
        self.sent: list[Message] = []
        self.facts: list[f.Facts] = []
        self.outcomes: dict[int, Result] = {}
        self.states: list[tuple[LinkState, str]] = []
        self.odd: list[dr.Anomaly] = []
        self.running: dict[Hashable, float] = {}
        self._invoke_ids: dict[int, int] = {}
        self._token = 0

    # The daemon's side.

    def give(self, event: dr.Event) -> None:
        for action in self.driver.handle(event):
            match action:
                case dr.SendPdu(octets):
                    self.sent.append(self.codec.decode(octets))
                case dr.Report(fact):
                    self.facts.append(fact)
                case dr.Outcome(token, result):
                    assert token not in self.outcomes
                    self.outcomes[token] = result
                case dr.StateChanged(now, reason):
                    self.states.append((now, reason))
                case dr.Anomaly():
                    self.odd.append(action)
                case dr.StartTimer(timer, seconds):
                    self.running[timer] = seconds
                case dr.StopTimer(timer):
                    assert timer in self.running
                    del self.running[timer]
                case dr.CapabilitiesChanged():
                    pass

    def expire(self, timer: Hashable) -> None:
        del self.running[timer]
        self.give(dr.TimerExpired(timer))

    def command(self, verb: str, args: cm.Args, **native: str) -> int:
        self._token += 1
        command = Command(
            command_id=str(self._token), verb=verb, switch_id="hq", args=args, requester="test"
        )
        self.give(dr.CommandRequested(self._token, command, dr.NativeTarget(**native)))
        return self._token

    def told(self) -> list[f.Facts]:
        """Take the facts since the last time."""
        facts, self.facts = self.facts, []
        return facts

    # The switch's side.

    def take(self) -> Message:
        """Take the oldest message that the driver sent."""
        return self.sent.pop(0)

    def invoke(self) -> c.Invoke:
        """Look at the oldest message: it is an invoke."""
        facility = self.sent[0].facility
        assert isinstance(facility, c.Invoke), self.sent[0]
        return facility

    def hear(self, message: Message | str) -> None:
        octets = (
            bytes.fromhex(message) if isinstance(message, str) else self.codec.encode(message)
        )
        self.give(dr.PduReceived(octets))

    def say(self, crv: int, told: c.Facility | None, kind: int = FACILITY) -> None:
        """Say something on an association that the driver opened."""
        self.hear(Message(kind, crv, True, told))

    def answer(self, *elements: Element, ends: bool = False, bare: bool = False) -> Message:
        """Answer the oldest message with a result."""
        told = self.take()
        asked = told.facility
        assert isinstance(asked, c.Invoke)
        result = c.ReturnResult(asked.invoke_id)
        if elements or not bare:
            result = c.ReturnResult(asked.invoke_id, asked.operation, elements)
        self.say(told.crv, result, COMPLETE if ends else FACILITY)
        return told

    def refuse(self, value: int, coding: int = 0, *, ends: bool = False) -> Message:
        """Refuse the oldest message."""
        told = self.take()
        asked = told.facility
        assert isinstance(asked, c.Invoke)
        cause = q.Cause(value, location=1, coding=coding)
        if ends or told.kind == REGISTER:
            self.hear(Message(COMPLETE, told.crv, True, elements=(cause,)))
        else:
            self.say(told.crv, c.ReturnError(asked.invoke_id, asked.operation, (cause,)))
        return told

    def report(self, crv: int, event: EventName, *elements: Element) -> list[f.Facts]:
        """Report an event; give the facts that come of it."""
        self.told()
        number = self._invoke_ids[crv] = self._invoke_ids.get(crv, 0) + 2
        self.say(crv, c.Invoke(number, OP.EVENT_REPORT, (*elements, v.SpecificEvent(event))))
        return self.told()

    # Longer ways.

    def start(self) -> Script:
        """Bring the link up, as far as heartbeat."""
        self.give(dr.LinkUp())
        assert self.take().kind == MessageType.RESTART
        self.hear("08 01 80 4E 79 01 87")
        assert self.invoke().operation is OP.HEARTBEAT
        self.answer(ends=True, bare=True)
        return self

    def up(self) -> Script:
        """Bring the link up: everything is acknowledged, and nothing is there."""
        self.start()
        while self.sent:
            opens = self.invoke().operation
            self.answer(ends=opens is OP.VALUE_QUERY, bare=opens is not OP.DOMAIN_CONTROL)
        assert self.states[-1][0] is LinkState.UP, self.states
        self.told()
        return self


def office(**config: Any) -> Script:
    """Stations 7101 (reference 34) and 7102 (35), VDN 7300 (36), split 7600 (37 and 38)."""
    devices = ["7101", "7102", "7300", "7600"]
    return Script(devices=devices, vdns=["7300"], splits=["7600"], **config)


A, B, VDN, SPLIT, LOGINS = 34, 35, 36, 37, 38
"""References of the associations of ``office``."""
