"""Facts in the short form that tests of the tracker are written in."""

from __future__ import annotations

from typing import Any

from cti import facts as f
from cti import moment
from cti.identity import StartingState
from cti.model.events import Event
from cti.model.numbers import Number
from cti.model.objects import CallNumbers
from cti.model.states import ConnectionState, LinkState
from cti.tracker import Stamp, Times, Tracker, pictures
from cti.tracker.times import DEFAULT
from tests.support.consumer import Consumer, Pictures, ordered
from tests.support.folding import Fold

START = StartingState(store_id="test", epochs={}, incarnations={})


def device(number: str) -> f.NativeDevice:
    """``201`` is a station, ``~x:030`` a party outside with its number, ``=T1`` a trunk."""
    if number.startswith("="):
        return f.NativeDevice(number[1:], f.DeviceForm.TRUNK)
    if number.startswith("~"):
        key, _, digits = number[1:].partition(":")
        told = Number(raw=digits) if digits else None
        return f.NativeDevice(key, f.DeviceForm.DYNAMIC, told)
    return f.NativeDevice(number, f.DeviceForm.STATIC, Number(raw=number))


def listed(number: str, *legs: str) -> tuple[f.SeenLeg, ...]:
    """Make what a snapshot lists for a device, of ``call:state`` each."""
    pairs = (text.partition(":") for text in legs)
    return tuple(
        f.SeenLeg(call, device(number), ConnectionState(state)) for call, _, state in pairs
    )


def shown(tracker: Tracker) -> Pictures:
    """Show all that a tracker would publish."""
    book = tracker.book
    agents = {name: pictures.agent(book, name) for name in book.agents}
    queues = {name: pictures.queue(book, name) for name in book.queues}
    trunks = {name: pictures.trunk(book, name) for name in book.trunks}
    return Pictures(
        calls=tracker.calls,
        devices={name: pictures.device(book, name, None) for name in book.devices},
        agents={name: one for name, one in agents.items() if one is not None},
        queues={name: one for name, one in queues.items() if one is not None},
        trunks={name: one for name, one in trunks.items() if one is not None},
        links=dict(book.links),
        monitors=dict(book.monitors),
    )


class Board:
    """A tracker with a clock, and those who check what it publishes."""

    def __init__(
        self,
        monitored: str = "201 202 203",
        start: StartingState = START,
        times: Times = DEFAULT,
    ) -> None:
        self.tracker = Tracker("hq", start, times)
        self.fold = Fold()
        self.consumer = Consumer()
        self.at = 1_700_000_000 * moment.SECOND
        self.by = "hq-1"
        """Link that tells what is told."""
        self.epochs = {"hq-1": 1, "hq-2": 1}
        self.seqs = {"hq-1": 0, "hq-2": 0}
        self.events: list[Any] = []
        self.asked: list[str] = []
        """Calls that the tracker wants to be asked for."""
        for number in monitored.split():
            self.tell(f.MonitorStarted(monitor=f"m{number}", device=device(number)))
        self.events.clear()

    def stamp(self, link_id: str | None = None) -> Stamp:
        link_id = link_id or self.by
        return Stamp(link_id, self.epochs[link_id], self.seqs[link_id], self.at)

    def take(self, events: list[Event]) -> list[str]:
        for event in events:
            self.fold.tell(event)
            self.consumer.take(event)
        self.events += events
        folded, told = self.consumer.pictures(), shown(self.tracker)
        if self.consumer.late:
            folded, told = ordered(folded), ordered(told)
        assert folded == told
        return [short(event) for event in events]

    def tell(self, *facts: f.Facts) -> list[str]:
        """Tell the facts of one message; return their events in short form."""
        self.seqs[self.by] += 1
        self.at += moment.SECOND
        return [
            text
            for fact in facts
            for text in self.take(self.tracker.handle(self.stamp(), fact))
        ]

    def wait(self, seconds: float) -> None:
        self.at += round(seconds * moment.SECOND)

    def look(self, seconds: float) -> list[str]:
        """Let time pass and the tracker do what is due about its calls by then."""
        self.wait(seconds)
        events, asked = self.tracker.look({name: self.stamp(name) for name in self.epochs})
        self.asked += [one.call_id for one in asked]
        return self.take(events)

    def link(self, state: LinkState, reason: str = "") -> list[str]:
        if state is LinkState.OPENING:
            self.epochs[self.by] += 1
            self.seqs[self.by] = 0
        return self.take(self.tracker.link_state(self.stamp(), state, reason))

    def lose(self, seconds: float = 10) -> None:
        """Lose the link and connect it again after a while."""
        self.link(LinkState.DOWN, "cut")
        self.wait(seconds)
        self.link(LinkState.OPENING)

    def on(self, kind: type, call: str, number: str, **more: Any) -> list[str]:
        """Tell a fact about the connection of ``number`` on native ``call``."""
        if isinstance(calling := more.get("calling"), str):
            more["calling"] = device(calling)
            told = more["calling"].number or Number()
            more.setdefault("numbers", CallNumbers(calling=told))
        if kind is f.Diverted:
            more["to"] = device(more["to"]) if more.get("to") else None
        if kind is f.Queued:
            more.setdefault("queue", device(number))
        return self.tell(kind(call=call, device=device(number), **more))

    def seen(self, number: str, *legs: str) -> list[str]:
        """Tell all connections of a device, each as ``call:state``."""
        return self.tell(f.DeviceSeen(device=device(number), legs=listed(number, *legs)))

    def call_seen(self, call: str, *legs: str, **more: Any) -> list[str]:
        """Tell all parties of a call, each as ``number:state``."""
        there = []
        for text in legs:
            number, _, state = text.rpartition(":")
            there.append(f.SeenLeg(call, device(number), ConnectionState(state)))
        return self.tell(f.CallSeen(call=call, legs=tuple(there), **more))

    def merge(self, kind: str, a: str, b: str | None, controller: str, other: str, *moved: str):
        """Tell a merge; ``moved`` are parties as ``new call/number`` with ``<old call``."""
        legs = []
        for text in moved:
            new, _, old = text.partition("<")
            call, _, number = new.partition("/")
            legs.append(f.MovedLeg(call, device(number), old or None, device(number)))
        return self.tell(
            f.Merged(
                kind=f.MergeKind(kind),
                primary=a,
                secondary=b,
                controller=device(controller),
                other=device(other),
                moved=tuple(legs),
            )
        )


def short(event: Event) -> str:
    """Show an event as ``name device`` with what matters."""
    words = [str(event.__struct_config__.tag)]
    words += [
        str(value)
        for member in ("device_id", "agent_id", "queue_id", "outcome", "to", "kind", "state")
        if isinstance(value := getattr(event, member, None), str)
    ]
    if event.origin.value in ("inferred", "synthetic", "snapshot"):
        words.append(f"[{event.origin.value}]")
    if isinstance(event.anomaly, str):
        words.append("!")
    return " ".join(words)
