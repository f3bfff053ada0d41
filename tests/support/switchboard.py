"""Facts in the short form that tests of the tracker are written in."""

from __future__ import annotations

from typing import Any

from cti import facts as f
from cti import moment
from cti.identity import StartingState
from cti.model.events import Event
from cti.model.numbers import Number
from cti.model.objects import CallNumbers
from cti.model.states import LinkState
from cti.tracker import Stamp, Tracker
from tests.support.folding import Fold

START = StartingState(store_id="test", epochs={}, incarnations={})


def device(number: str) -> f.NativeDevice:
    """``201`` is a station, ``~x:030`` a party outside with its number."""
    if number.startswith("~"):
        key, _, digits = number[1:].partition(":")
        told = Number(raw=digits) if digits else None
        return f.NativeDevice(key, f.DeviceForm.DYNAMIC, told)
    return f.NativeDevice(number, f.DeviceForm.STATIC, Number(raw=number))


class Board:
    """A tracker with a clock and a fold that checks what it publishes."""

    def __init__(self, monitored: str = "201 202 203", start: StartingState = START) -> None:
        self.tracker = Tracker("hq", start)
        self.fold = Fold()
        self.at = 1_700_000_000 * moment.SECOND
        self.epoch = 1
        self.seq = 0
        self.events: list[Any] = []
        for number in monitored.split():
            self.tell(f.MonitorStarted(monitor=f"m{number}", device=device(number)))
        self.events.clear()

    def stamp(self) -> Stamp:
        return Stamp("hq-1", self.epoch, self.seq, self.at)

    def take(self, events: list[Event]) -> list[str]:
        for event in events:
            self.fold.tell(event)
        self.events += events
        return [short(event) for event in events]

    def tell(self, fact: f.Facts) -> list[str]:
        """Tell one fact; return its events in short form."""
        self.seq += 1
        self.at += moment.SECOND
        return self.take(self.tracker.handle(self.stamp(), fact))

    def wait(self, seconds: float) -> None:
        self.at += round(seconds * moment.SECOND)

    def link(self, state: LinkState, reason: str = "") -> list[str]:
        if state is LinkState.OPENING:
            self.epoch += 1
            self.seq = 0
        return self.take(self.tracker.link_state(self.stamp(), state, reason))

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
    if event.origin.value in ("inferred", "synthetic"):
        words.append(f"[{event.origin.value}]")
    if isinstance(event.anomaly, str):
        words.append("!")
    return " ".join(words)
