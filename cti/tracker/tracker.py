"""The tracker: facts of one switch in, normalized events out.

Pure: time comes with each fact, ids are derived, nothing is drawn. Rules of identity, order
and legal transitions are listed in docs/model.md.
"""

from __future__ import annotations

from typing import Any, Final

from cti import facts as f
from cti import moment
from cti.calldata import KEPT, Promise
from cti.identity import EMPTY, Identities, StartingState
from cti.model.events import Event
from cti.model.objects import Call as CallPicture
from cti.model.states import LinkState, Origin
from cti.tracker import keeping
from cti.tracker.book import Book, Stamp
from cti.tracker.connections import Connections
from cti.tracker.merging import Merging
from cti.tracker.others import Others

GRACE: Final = 15 * 60 * moment.SECOND
"""How long calls are kept after the link was lost, if nothing confirms them."""


class Tracker:
    """Calls, agents, devices and monitors of one switch."""

    def __init__(self, switch_id: str, start: StartingState = EMPTY) -> None:
        identities = Identities(start.store_id, switch_id, start.incarnations, start.floor)
        self._book = Book(switch_id, identities)
        keeping.restore(start, self._book)
        self.keeper: Final = keeping.Keeper(self._book, start)
        """Who tells what changed, for the store."""
        self._connections = Connections(self._book)
        self._merging = Merging(self._book, self._connections)
        self._others = Others(self._book)
        self._others.links.update(start.links)

    @property
    def book(self) -> Book:
        """The tables of the switch, for the command desk to look things up in."""
        return self._book

    @property
    def links(self) -> dict[str, LinkState]:
        """State of each link that was told of."""
        return self._others.links

    @property
    def counters(self) -> dict[str, int]:
        """What was done besides events: ``collapsed``, ``refused``, ``anomaly.*``."""
        return self._book.counters

    @property
    def calls(self) -> list[CallPicture]:
        """Pictures of all live calls, oldest first."""
        return [call.picture(self._book.switch_id) for call in self._book.calls]

    def handle(self, stamp: Stamp, fact: f.Facts) -> list[Event]:
        """Take one fact and return its events in order. Total: no fact raises."""
        book = self._book
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
                self._others.agent(fact)
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
            case f.ResyncBegun() | f.DeviceSeen() | f.CallSeen() | f.NotSeen():
                pass
            case f.ResyncEnded():
                pass
        return book.end()

    def link_state(self, stamp: Stamp, state: LinkState, reason: str = "") -> list[Event]:
        """Take the state of a link. When it is lost, its calls are stale until heard of."""
        self._book.begin(stamp)
        self._others.link_state(stamp.link_id, state, reason)
        return self._book.end()

    def restarted(self, at: int) -> None:
        """Begin a new life at ``at``: no link is up, so every call is stale."""
        self._others.links.clear()
        self._book.monitors.clear()
        self._book.monitored.clear()
        for call in self._book.calls:
            if call.stale_since is None or call.stale_since > at:
                call.stale_since = at
                self._book.calls.touch(call)

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

    @property
    def grace_ends(self) -> int | None:
        """When the first call that nothing confirmed since a link loss is given up."""
        since = [call.stale_since for call in self._book.calls if call.stale_since is not None]
        return min(since) + GRACE if since else None

    def grace_over(self, stamp: Stamp) -> list[Event]:
        """Give up the calls that nothing confirmed since the link was lost."""
        self._book.begin(stamp)
        for call in list(self._book.calls):
            if call.stale_since is not None and stamp.at - call.stale_since >= GRACE:
                self._connections.lose(
                    call, "not confirmed after the link was lost", Origin.SYNTHETIC
                )
        return self._book.end()
