"""A daemon's Engine with an ASAI link, and a switch that says what a test wants, one clock."""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from functools import partial
from typing import Any

from cti import desk, moment
from cti import engine as en
from cti.identity import StartingState
from cti.link import Link
from cti.model import commands as cm
from cti.model import events as ev
from cti.model.commands import Command, Result
from drivers.asai import AsaiDriver
from protocols.asai import primitives as p
from protocols.asai.capabilities import Role
from protocols.asai.codes import LABORATORY
from protocols.asai.layer import Layer
from protocols.asai.messages import Codec, first
from protocols.asai.names import EventName, Operation
from protocols.asai.values import Domain, Element, SpecificEvent
from protocols.stacks import primitives as st

_DELAY = 0.01


class Switch:
    """The switching side: acknowledges everything with what ``answers`` holds for it."""

    def __init__(self, stack: st.Stack) -> None:
        self.stack = stack
        self.layer = Layer(Codec(LABORATORY), p.Params(role=Role.SWITCH, starts=False))
        self.domains: dict[tuple[Operation, str], int] = {}
        """Association of each domain."""
        self.answers: dict[Operation, tuple[Element, ...]] = {}
        self.asked: list[p.Invoked] = []
        self.outcomes: list[p.Outcome] = []

    def hear(self, event: st.Event) -> list[st.Action]:
        """Give the stack an event; give what is for the line and the clock."""
        out: list[st.Action] = []
        for action in self.stack.handle(event):
            match action:
                case st.Received(pdu):
                    out += self.do(p.MessageReceived(pdu))
                case st.Established():
                    out += self.do(p.LinkUp())
                case st.Released():
                    out += self.do(p.LinkDown())
                case _:
                    out.append(action)
        return out

    def do(self, event: p.Event) -> list[st.Action]:
        out: list[st.Action] = []
        for action in self.layer.handle(event):
            match action:
                case p.Send(octets):
                    out += self.hear(st.Send(octets))
                case p.Invoked():
                    out += self._invoked(action)
                case p.Answered(outcome=outcome):
                    self.outcomes.append(outcome)
                case p.Fault(kind, detail):
                    raise AssertionError(f"{kind}: {detail}")
                case _:
                    pass
        return out

    def _invoked(self, told: p.Invoked) -> list[st.Action]:
        self.asked.append(told)
        domain = first(told.elements, Domain)
        if told.opens and domain is not None:
            self.domains[told.operation, domain.digits] = told.association
        if told.operation in (Operation.ROUTE_SELECT, Operation.ROUTE_END):
            return []
        ends = told.operation in (
            *(Operation.VALUE_QUERY, Operation.REQUEST_FEATURE, Operation.SET_VALUE),
            *(Operation.EVENT_NOTIFICATION_CANCEL, Operation.CLEAR_CALL),
        )
        elements = self.answers.get(told.operation, ())
        return self.do(p.Reply(told.association, told.invoke_id, elements, ends))


CONFIG: dict[str, Any] = {
    "codes": "laboratory", "crv_octets": 1, "dialect": "r8",
    "devices": ["7101", "7102", "7300", "7600"], "vdns": ["7300"], "splits": ["7600"],
}  # fmt: skip


class World:
    """Both, on a line without errors."""

    def __init__(self, make: Any, here: dict[str, Any], there: dict[str, Any]) -> None:
        driver = AsaiDriver(CONFIG)
        link = Link("l", driver, partial(make, here))
        self.engine = en.Engine(
            "hq", [link], StartingState("test", {}, {}),
            monitored=("7101", "7102", "7300", "7600"),
        )  # fmt: skip
        self.switch = Switch(make(there))
        self.now = 0.0
        self.events: list[ev.Event] = []
        self.replies: list[Result] = []
        self.notes: list[en.Note] = []
        self.wire: list[tuple[float, bool, bytes]] = []
        """What passed: when, whether the switch sent it, octets."""
        self._due: list[tuple[float, int, bool, Hashable | None, bytes]] = []
        self._running: dict[Hashable, int] = {}
        self._serial = 0

    def up(self) -> World:
        self._here(en.Input("l", st.TransportUp()))
        self._there(self.switch.hear(st.TransportUp()))
        self.run(5.0)
        return self

    def _later(self, seconds: float, here: bool, timer: Hashable | None, octets: bytes) -> int:
        self._serial += 1
        entry = (self.now + seconds, self._serial, here, timer, octets)
        heapq.heappush(self._due, entry)
        return self._serial

    def _here(self, event: Any) -> None:
        for action in self.engine.handle(event, round(self.now * moment.SECOND)):
            match action:
                case en.Transmit(_, octets):
                    self._later(_DELAY, False, None, octets)
                case en.Publish(event=event):
                    self.events.append(event)
                case desk.Reply(result=result):
                    self.replies.append(result)
                case en.Note():
                    self.notes.append(action)
                case _:
                    pass

    def _there(self, actions: list[st.Action]) -> None:
        for action in actions:
            match action:
                case st.Transmit(octets):
                    self._later(_DELAY, True, None, octets)
                case st.StartTimer(timer):
                    seconds = self.switch.stack.timers[timer]
                    self._running[timer] = self._later(seconds, False, timer, b"")
                case st.StopTimer(timer):
                    self._running.pop(timer, None)
                case _:
                    pass

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self._due and self._due[0][0] <= end:
            self.now, serial, here, timer, octets = heapq.heappop(self._due)
            if timer is None:
                self.wire.append((self.now, here, octets))
            if here:
                self._here(en.Input("l", st.OctetsReceived(octets)))
            elif timer is None:
                self._there(self.switch.hear(st.OctetsReceived(octets)))
            elif self._running.get(timer) == serial:
                del self._running[timer]
                self._there(self.switch.hear(st.TimerExpired(timer)))
        self.now = end
        self._here(en.Wake())

    def report(
        self, operation: Operation, domain: str, event: EventName, *told: Element
    ) -> None:
        """Have the switch report an event to one association."""
        association = self.switch.domains[operation, domain]
        elements = (*told, SpecificEvent(event))
        ask = p.Ask(association, "report", Operation.EVENT_REPORT, elements)
        self._there(self.switch.do(ask))
        self.run(1.0)

    def route(self, *told: Element) -> None:
        self._there(self.switch.do(p.Open("route", Operation.ROUTE, told)))
        self.run(1.0)

    def do(self, event: p.Event) -> None:
        self._there(self.switch.do(event))
        self.run(1.0)

    def command(self, verb: str, args: cm.Args) -> None:
        """Have an application ask for something."""
        self._serial += 1
        command = Command(
            command_id=str(self._serial), verb=verb, switch_id="hq", args=args, requester="app"
        )
        self._here(en.CommandArrived(command))
        self.run(1.0)

    def cut(self) -> None:
        """Cut the line."""
        self._here(en.Input("l", st.TransportDown("cut")))
        self._there(self.switch.hear(st.TransportDown("cut")))

    def names(self) -> list[str]:
        """Take the events since the last time: name and device."""
        events, self.events = self.events, []
        return [
            f"{one.__struct_config__.tag} {getattr(one, 'device_id', '')}".strip()
            for one in events
        ]
