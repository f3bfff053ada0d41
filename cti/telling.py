"""What a runner tells the north: written in its place, and told when it is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from msgspec import Struct

from cti import engine as en
from cti.desk import Progress, Reply
from cti.model import events as ev
from cti.model.capabilities import Capabilities
from cti.mqtt.packets import Publish
from cti.store.stream import Entry, Stream


class North(Protocol):
    """Who says how things are told, and learns what is told."""

    def event(self, event: ev.Event, offset: int) -> Publish:
        """Write an event with its place among the events."""

    def copies(self, event: ev.Event, written: Publish) -> Sequence[Publish]:
        """Write a written event for other topics than its own; never raises."""

    def reply(self, reply: Reply | Progress) -> Sequence[Publish]:
        """Write what became of a command, or how far it is, to everybody who waits for it."""

    def notice(self, link_id: str, name: str, detail: str) -> Publish:
        """Write something that a person must look at."""

    def published(self, event: ev.Event) -> None:
        """Learn that an event is told."""

    def replied(self, reply: Reply) -> None:
        """Learn that the end of a command is told."""

    def refused(self, reply: Reply) -> None:
        """Tell the end of a command that was never taken, and is not stored."""

    def capabilities(self, link_id: str, capabilities: Capabilities) -> None:
        """Learn what a link can do."""

    def alarm(self, link_id: str, name: str, detail: str) -> None:
        """Tell at once something that a person must look at; it is not stored."""


class Alarm(Struct, frozen=True, gc=False):
    """Something for a person, to be told in its place among the events."""

    link_id: str
    name: str
    detail: str


class Settled(Struct, frozen=True, gc=False):
    """Somebody waits until all that the Engine did is stored."""

    then: Callable[[], object]


Output = en.Publish | Reply | Progress | en.CapabilitiesTold | Alarm | Settled


class Telling:
    """The way of outputs to the north; with a stream what the north writes goes into it."""

    def __init__(
        self,
        north: North,
        stream: Stream | None,
        counters: Counter[tuple[str, str]],
        log: Any,
    ) -> None:
        self._north = north
        self._stream = stream
        self._counters = counters
        self._log = log

    def at_once(self, output: Output) -> None:
        """Tell what is not stored before."""
        if self._stream is not None:
            for entry in self.entries(output):
                self._stream.release(entry)
        self._told(output)

    def entries(self, output: Output) -> Sequence[Entry]:
        """Have the north write an output; what it cannot write is told to a person instead."""
        stream, north = self._stream, self._north
        if stream is None:
            return ()
        try:
            match output:
                case en.Publish(event):
                    entry = stream.event(partial(north.event, event))
                    copies = north.copies(event, entry.message)
                    return (entry, *(stream.note(one) for one in copies))
                case Reply() | Progress():
                    return [stream.note(one) for one in north.reply(output)]
                case Alarm(link_id, name, detail):
                    return (stream.note(north.notice(link_id, name, detail)),)
                case _:
                    return ()
        except Exception as error:  # noqa: BLE001 # one bad event must not stop all others
            self._untold(output, error)
            return ()

    def _told(self, output: Output) -> None:
        match output:
            case en.Publish(event):
                self._north.published(event)
            case Reply():
                self._north.replied(output)
            case en.CapabilitiesTold(link_id, capabilities):
                self._north.capabilities(link_id, capabilities)
            case Alarm(link_id, name, detail):
                if self._stream is None:
                    self._north.alarm(link_id, name, detail)
            case Settled(then):
                then()
            case Progress():
                pass  # writing it was all

    def told(self, output: Output) -> None:
        """Tell the north; what it cannot take is told to a person instead."""
        try:
            self._told(output)
        except Exception as error:  # noqa: BLE001 # one bad event must not stop all others
            self._untold(output, error)

    def _untold(self, output: Output, error: Exception) -> None:
        self._counters["", "fault"] += 1
        kind = type(output).__name__
        self._log.error("fault", output=kind, exc_info=error)
        self._north.alarm("", "fault", f"{kind} could not be told")
