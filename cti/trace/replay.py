"""Replay: a recorded link through the Engine that the daemon runs.

The client in a trace was somebody else: the driver observes. Where the trace has no marks of
connections, the driver recognises the PDU that begins one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from cti import driver as dr
from cti import engine as en
from cti.identity import EMPTY, StartingState
from cti.link import Link, OctetsSent, stack
from cti.model.states import LinkState
from cti.trace.records import Kind, Record
from protocols.stacks.primitives import OctetsReceived, TransportDown, TransportUp

UNREADABLE: Final = ("undecodable", "fault.framing")
"""Notes that say that octets could not be read."""


class Replay:
    """One recorded link and the Engine that hears it."""

    def __init__(
        self,
        driver: str,
        config: Mapping[str, Any],
        *,
        switch_id: str = "replay",
        link_id: str = "replay-1",
        start: StartingState = EMPTY,
        seq: int = 0,
        stack: Mapping[str, Any] = {},
    ) -> None:
        """``seq`` is the number of the last message, where a connection goes on."""
        self._stack = stack
        self._driver = dr.load(driver)
        self._config = config
        self._switch_id = switch_id
        self._link_id = link_id
        self._start = start
        self._seq = seq
        self.notes: Counter[str] = Counter()
        """Notes by kind."""
        self.events = 0
        self.engine: en.Engine | None = None

    def run(
        self, records: Sequence[Record], progress: Callable[[int], object] | None = None
    ) -> Iterator[en.Action]:
        """Replay a whole trace; yield what the Engine does, in order.

        ``progress`` is called with 1 after each record.
        Raise ``DriverError`` or ``OptionError`` when the driver or the message link refuses
        its configuration.
        """
        driver = self._driver(self._config, observing=True)
        options = dict(self._stack)
        name = options.pop("name", driver.stack)
        marked = any(record.kind in (Kind.UP, Kind.DOWN) for record in records)
        link = Link(
            self._link_id,
            driver,
            stack(name, options, observing=True),
            epoch=self._start.epochs.get(self._link_id, 0),
            seq=self._seq,
            state=self._start.links.get(self._link_id, LinkState.DISABLED),
            observing=True,
            marked=marked,
        )
        self.engine = engine = en.Engine(self._switch_id, [link], self._start)
        for record in records:
            yield from self._count(engine.handle(self._input(record), record.at))
            if progress is not None:
                progress(1)

    def _input(self, record: Record) -> en.Event:
        match record.kind:
            case Kind.IN:
                return en.Input(self._link_id, OctetsReceived(record.octets))
            case Kind.OUT:
                return en.Input(self._link_id, OctetsSent(record.octets))
            case Kind.UP:
                return en.Input(self._link_id, TransportUp())
            case Kind.DOWN:
                return en.Input(self._link_id, TransportDown("connection closed"))

    def _count(self, actions: Iterable[en.Action]) -> Iterator[en.Action]:
        for action in actions:
            match action:
                case en.Publish():
                    self.events += 1
                case en.Note(_, note):
                    self.notes[note.kind] += 1
                case _:
                    pass
            yield action

    @property
    def messages(self) -> int:
        """PDUs of both directions."""
        if self.engine is None:
            return 0
        return sum(link.messages for link in self.engine.links.values())

    @property
    def unreadable(self) -> int:
        """PDUs and streams that could not be read."""
        return sum(self.notes[kind] for kind in UNREADABLE)

    @property
    def summary(self) -> dict[str, int]:
        """What was seen, by name."""
        counters = {} if self.engine is None else self.engine.tracker.counters
        others = sum(
            count
            for kind, count in self.notes.items()
            if kind not in (*UNREADABLE, "unmapped", "slow_path")
        )
        odd = sum(count for name, count in counters.items() if name.startswith("anomaly."))
        return {
            "messages": self.messages,
            "events": self.events,
            "undecodable": self.unreadable,
            "unmapped": self.notes["unmapped"],
            "anomalies": others + odd,
            "collapsed": counters.get("collapsed", 0),
        }
