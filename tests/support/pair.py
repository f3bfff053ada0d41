"""A driver's Engine and a simulated switch on one still clock, joined octet by octet."""

from __future__ import annotations

from collections import deque
from typing import Any

from cti import engine as en
from cti import moment
from cti.desk import Reply
from cti.driver import load
from cti.identity import StartingState
from cti.link import Link, stack
from cti.model import commands as cm
from cti.model.commands import Command, Result
from cti.routes import RoutePoint
from protocols.stacks.primitives import OctetsReceived, TransportDown, TransportUp
from sim.csta.bench import Bench
from sim.exchange.verbs import Event
from sim.plan import ExchangePlan
from tests.support.folding import Fold

BEGIN = 1_700_000_000


def client(
    dialect: str,
    devices: list[str],
    *,
    route_points: tuple[RoutePoint, ...] = (),
    **options: Any,
) -> tuple[en.Engine, Link]:
    """Make an Engine with one live CSTA link."""
    driver = load("csta")({"dialect": dialect, "devices": devices, **options})
    link = Link("main", driver, stack(driver.stack))
    start = StartingState("test", {}, {})
    return en.Engine("hq", [link], start, route_points=route_points), link


class Pair:
    """Engine and switch; what either sends arrives at the other at once."""

    def __init__(
        self,
        plan: ExchangePlan,
        devices: list[str],
        dialect: str = "standard",
        *,
        route_points: tuple[RoutePoint, ...] = (),
        **options: Any,
    ) -> None:
        self.bench = Bench(plan, dialect, fit=True)
        self.engine, self.link = client(dialect, devices, route_points=route_points, **options)
        self.fold = Fold()
        self.events: list[Any] = []
        self.replies: dict[str, Result] = {}
        self.notes: list[Any] = []
        self.record: list[bytes] | None = None
        """Gets what the switch sends, where it is a list."""
        self._count = 0
        self._heard: deque[bytes] = deque()
        self._busy = False

    @property
    def at(self) -> int:
        return round((BEGIN + self.bench.now) * moment.SECOND)

    def connect(self) -> None:
        assert self.bench.connect()
        self.give(TransportUp())

    def disconnect(self, reason: str = "cut") -> None:
        self.bench.disconnect()
        self.give(TransportDown(reason))

    def give(self, event: Any) -> None:
        self._perform(self.engine.handle(en.Input("main", event), self.at))
        self.hear(b"")

    def hear(self, octets: bytes) -> None:
        """Take octets of the switch, after what is being done."""
        if octets:
            self._heard.append(octets)
            if self.record is not None:
                self.record.append(octets)
        if self._busy:
            return
        self._busy = True
        try:
            while self._heard:
                event = en.Input("main", OctetsReceived(self._heard.popleft()))
                self._perform(self.engine.handle(event, self.at))
        finally:
            self._busy = False

    def do(self, event: Event) -> None:
        """Let something happen at the switch."""
        self.hear(self.bench.do(event))

    def wait(self, seconds: float) -> None:
        """Let time pass on both sides, each timer at its own time."""
        end = self.bench.now + seconds
        while True:
            due = [end]
            if (moment_ := self.engine.next_due) is not None:
                due.append(moment_ / moment.SECOND - BEGIN)
            if (other := self.bench.next_due()) is not None:
                due.append(other)
            step = max(min(due) - self.bench.now, 0.0)
            self.hear(self.bench.advance(step))
            self._perform(self.engine.handle(en.Wake(), self.at))
            self.hear(b"")
            if self.bench.now >= end - 1e-9:
                return

    def ask(self, args: cm.Args, **more: Any) -> Result | None:
        """Give a command; return its end if it has one by now."""
        self._count += 1
        verb = next(verb for verb, kind in cm.VERBS.items() if type(args) is kind)
        command_id = str(self._count)
        command = Command(
            command_id=command_id,
            verb=verb,
            switch_id="hq",
            args=args,
            requester=more.pop("requester", "app"),
            **more,
        )
        self._perform(self.engine.handle(en.CommandArrived(command), self.at))
        self.hear(b"")
        return self.replies.get(command_id)

    def _perform(self, actions: list[en.Action]) -> None:
        was, self._busy = self._busy, True
        for action in actions:
            match action:
                case en.Publish(event):
                    self.fold.take(event)
                    self.events.append(event)
                case en.Transmit(_, octets):
                    self.hear(self.bench.feed(octets))
                case Reply(command_id=command_id, result=result):
                    self.replies[command_id] = result
                case en.Note(_, note):
                    self.notes.append(note)
                case _:
                    pass
        self._busy = was

    def named(self, name: str) -> list[Any]:
        return [event for event in self.events if str(event.__struct_config__.tag) == name]
