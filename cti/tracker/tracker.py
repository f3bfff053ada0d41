"""The tracker: facts of one switch in, normalized events out.

Pure: time comes with each fact, ids are derived, nothing is drawn. Rules of identity, order
and legal transitions are listed in docs/model.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct

from cti import facts as f
from cti import moment
from cti.calldata import KEPT, Promise
from cti.calls import Call
from cti.identity import EMPTY, Identities, StartingState
from cti.model import events as ev
from cti.model.events import Event
from cti.model.objects import Call as CallPicture
from cti.model.states import LinkState, Origin
from cti.tracker import keeping
from cti.tracker.agents import Agents
from cti.tracker.beginnings import Beginnings
from cti.tracker.book import Book, Stamp
from cti.tracker.connections import Connections
from cti.tracker.endings import Endings
from cti.tracker.idle import Due
from cti.tracker.merging import Merging
from cti.tracker.others import Others
from cti.tracker.queues import Queues
from cti.tracker.resync import Resync
from cti.tracker.times import DEFAULT, Times
from cti.tracker.trunks import Trunks

_WORKING: Final = (LinkState.UP, LinkState.DEGRADED)
ASKED_AT_ONCE: Final = 10
"""Idle calls that are asked for in one second."""


class Asked(Struct, frozen=True, gc=False):
    """A call that the switch should be asked for, since nothing is heard of it."""

    link_id: str
    call_id: str


class Tracker:
    """Calls, agents, devices and monitors of one switch."""

    def __init__(
        self, switch_id: str, start: StartingState = EMPTY, times: Times = DEFAULT
    ) -> None:
        identities = Identities(start.store_id, switch_id, start.incarnations, start.floor)
        book = self._book = Book(switch_id, identities, times)
        keeping.restore(start, book)
        self.keeper: Final = keeping.Keeper(book, start)
        """Who tells what changed, for the store."""
        queues, trunks = Queues(book), Trunks(book)
        endings = self._endings = Endings(book, queues)
        beginnings = Beginnings(book, endings)
        connections = Connections(book, beginnings, queues, trunks, endings)
        self._connections = connections
        self._merging = Merging(book, beginnings, connections, trunks, endings)
        self._resync = Resync(book, beginnings, connections, queues, endings)
        self._agents = Agents(book, queues)
        self._others = Others(book, queues, trunks)

    @property
    def book(self) -> Book:
        """The tables of the switch, for the command desk to look things up in."""
        return self._book

    @property
    def links(self) -> dict[str, LinkState]:
        """State of each link that was told of."""
        return self._book.links

    @property
    def counters(self) -> dict[str, int]:
        """What was done besides events: ``collapsed``, ``refused``, ``anomaly.*``."""
        return self._book.counters

    @property
    def calls(self) -> list[CallPicture]:
        """Pictures of all live calls, oldest first."""
        return [call.picture(self._book.switch_id) for call in self._book.calls]

    def handle(self, stamp: Stamp, fact: f.Facts) -> list[Event]:
        """Take one fact and return its events in order. Total: no fact raises.

        A link that is down tells nothing: what comes in its name then is refused.
        """
        book = self._book
        if book.lost(stamp.link_id):
            book.counters["refused"] += 1
            return []
        book.begin(stamp, fact)
        match fact:
            case f.ConnectionFact():
                self._connections.connection(fact)
            case f.Merged():
                self._merging.merged(fact)
            case f.CallMade(call=native):
                self._connections.made(native)
            case f.CallEnded():
                self._connections.ended(fact)
            case f.CallInformed():
                self._connections.informed(fact)
            case f.DigitsTold():
                self._connections.digits(fact)
            case f.ChargeTold():
                self._connections.charged(fact)
            case f.AgentFact():
                self._agents.agent(fact)
            case f.DeviceFact():
                self._others.device(fact)
            case f.SystemStatusTold():
                self._others.system_status(fact)
            case f.MonitorStarted():
                self._others.monitor_started(fact, stamp.link_id, stamp.epoch)
            case f.MonitorStopped():
                self._others.monitor_stopped(fact, stamp.link_id, stamp.epoch)
            case f.MonitorFailed():
                self._others.monitor_failed(fact, stamp.link_id, stamp.epoch)
            case f.RouteAsked() | f.RouteTaken() | f.RouteOver():
                pass  # the business of cti.routing
            case f.ResyncBegun():
                if book.links.get(stamp.link_id) in _WORKING:  # messages were lost
                    self._agents.doubt(stamp.link_id)
                self._resync.begun(fact)
            case f.DeviceSeen():
                self._resync.device_seen(fact)
            case f.CallSeen():
                self._resync.call_seen(fact)
            case f.NotSeen():
                self._resync.not_seen(fact)
            case f.ResyncEnded():
                if stamp.link_id in book.runs:
                    self._agents.give_up(stamp.link_id)
                self._resync.ended(fact)
        return book.end()

    def link_state(self, stamp: Stamp, state: LinkState, reason: str = "") -> list[Event]:
        """Take the state of a link. When it is lost, its calls are stale until heard of."""
        self._book.begin(stamp)
        self._others.link_state(stamp.link_id, state, reason)
        if self._book.lost(stamp.link_id):
            self._agents.doubt(stamp.link_id)
        return self._book.end()

    def restarted(self, at: int, monitored: Mapping[str, Iterable[str]]) -> None:
        """Begin a new life at ``at``: no link is up, so every call is stale.

        ``monitored`` are the devices that each link will monitor.
        """
        book = self._book
        book.at = at
        book.links.clear()
        book.runs.clear()
        book.inside.awaited.update({name: set(ids) for name, ids in monitored.items()})
        for (link_id, _), device_id in book.monitors.items():
            if device_id is not None:
                book.inside.awaited.setdefault(link_id, set()).add(device_id)
        book.monitors.clear()
        book.monitored.clear()
        for call in book.calls:
            book.doubt(call)
            book.agenda.watch(call)
        for link_id in {agent.link_id for agent in book.agents.values()}:
            self._agents.doubt(link_id)

    def names(self, call: str | None = None, device: str | None = None) -> dict[str, Any]:
        """Give the ids of a call and device that the switch names by its own identifiers.

        ``call`` is None for a call that is not known here.
        """
        names: dict[str, Any] = {}
        known = None if call is None else self._book.calls.live(call)
        if call is not None:
            names["call"] = None if known is None else known.call_id
        if device is not None:
            legs = [] if known is None else list(known.legs.values())
            ids = (leg.device_id for leg in legs)
            found = (one for one in ids if known and known.native_device(one) == device)
            names["device"] = next(found, device)
        return names

    def progress(
        self, stamp: Stamp, requester: str, command_id: str, verb: str, step: str
    ) -> list[Event]:
        """Tell that a step of a composed command is done."""
        self._book.begin(stamp)
        self._book.emit(
            ev.CommandProgress,
            command_id=command_id,
            verb=verb,
            requester=requester,
            step=step,
        )
        return self._book.end()

    def attach(
        self, stamp: Stamp, call_id: str, namespace: str, delta: dict[str, Any]
    ) -> list[Event]:
        """Attach application data to a call, in the name space of an application."""
        calls = self._book.calls
        self._book.begin(stamp)
        call = calls.by_id(call_id) or calls.lately(call_id, stamp.at)
        if call is not None:
            self._connections.attach(call, namespace, delta)
        return self._book.end()

    def promise(self, stamp: Stamp, promise: Promise) -> list[Event]:
        """Take data for a call that a command is about; it may be known already."""
        self._book.begin(stamp)
        self._book.promises.add(promise)
        call = None if promise.native is None else self._book.calls.live(promise.native)
        if call is not None:
            self._connections.keep_promise(call, promise)
        return self._book.end()

    def promise_over(
        self, stamp: Stamp, token: int, call_id: str | None, *, failed: bool
    ) -> list[Event]:
        """Take how the command with a promise ended, and the call that its answer names."""
        self._book.begin(stamp)
        book, connections = self._book, self._connections
        promise = book.promises.get(token)
        if promise is None:
            return book.end()
        wrong = call_id is not None and promise.call_id not in (None, call_id)
        if promise.call_id is not None and (failed or wrong):
            connections.break_promise(promise)
        if not failed and promise.call_id is None and call_id is not None:
            call = book.calls.by_id(call_id)
            if call is not None:
                connections.keep_promise(call, promise)
        if failed or promise.call_id is not None or promise.native is None:
            book.promises.drop(promise)
        else:
            promise.until = stamp.at + KEPT  # the call shows when it gets somewhere
        return book.end()

    def forget(self, stamp: Stamp, call_id: str, reason: str) -> list[Event]:
        """Give up a call because somebody says that it is not there."""
        self._book.begin(stamp)
        call = self._book.calls.by_id(call_id)
        if call is not None:
            self._endings.lose(call, reason, Origin.SYNTHETIC)
        return self._book.end()

    def link_of(self, call_id: str) -> str | None:
        """Give the link that the last event of a live call came by."""
        call = self._book.calls.by_id(call_id)
        return None if call is None else call.link_id

    def verifies(self, link_id: str, *, able: bool) -> None:
        """Take whether a link can be asked if a call is still there."""
        book = self._book
        if able == (link_id in book.verifying):
            return
        (book.verifying.add if able else book.verifying.discard)(link_id)
        for call in book.calls:
            if call.link_id == link_id:
                book.agenda.watch(call)

    # Calls of which nothing is heard.

    @property
    def due(self) -> int | None:
        """When ``look`` has to be called at the latest; None while there is no need."""
        return self._book.agenda.due

    def look(self, stamps: Mapping[str, Stamp]) -> tuple[list[Event], list[Asked]]:
        """Do what is due about calls of which nothing is heard; say which to ask for.

        ``stamps`` has one stamp for each link, all of the same moment.
        """
        events: list[Event] = []
        asked: list[Asked] = []
        at = max((stamp.at for stamp in stamps.values()), default=0)
        for call, what in self._book.agenda.over(at):
            self._book.begin(stamps.get(call.link_id) or next(iter(stamps.values())))
            match what:
                case Due.GIVE_UP:
                    self._lose(call, "not confirmed after the link was lost")
                case Due.CLEAR:
                    self._lose(call, "nothing heard of it for too long")
                case Due.VERIFY:
                    self._verify(call, at, asked)
                case Due.NOTIFY:
                    call.idle_told = True
                    self._book.emit_call(ev.CallDataChanged, call, anomaly="idle")
                    self._book.counters["anomaly.idle"] += 1
            events += self._book.end()
        return events, asked

    def _lose(self, call: Call, reason: str) -> None:
        self._endings.lose(call, reason, Origin.SYNTHETIC)

    def _verify(self, call: Call, at: int, asked: list[Asked]) -> None:
        self._book.calls.touch(call)
        if len(asked) < ASKED_AT_ONCE:
            call.asked_at = at
            asked.append(Asked(call.link_id, call.call_id))
        else:  # in a second from now
            wait = round(self._book.times.idle_verify * moment.SECOND)
            call.asked_at = at - wait + moment.SECOND
