"""The Engine: all links of one switch with their one tracker, as one pure machine.

``handle(event, at)`` takes what happened and when, and returns what is to be done. The Engine
keeps the timers: before it takes an input it fires everything that was due by ``at``, each at
its own due time. So a late caller, a replay and a test with a fake clock see the same order;
``next_due`` tells the caller when to come back.

Same inputs, same start, same configuration: the same events, octet by octet.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from heapq import heappop, heappush
from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct, UnsetType

from cti import desk, moment, routing
from cti import facts as f
from cti import link as lk
from cti.calldata import Promise
from cti.desk import USABLE, Desk, LinkView, Pace, Progress, Reply
from cti.driver import CommandRequested, ResyncRequested, StopRequested
from cti.identity import EMPTY, StartingState
from cti.kept import Changes, KeptCommand
from cti.link import Link
from cti.model import commands as cm
from cti.model import events as ev
from cti.model.capabilities import Capabilities, CommandSupport, Support
from cti.model.commands import Command, EndState
from cti.model.states import LinkState, SystemStatus
from cti.numbered import NumberedFacts
from cti.numbering import Numbering
from cti.recipes import compositions
from cti.routes import RoutePoint
from cti.routing import Routing
from cti.tracker import Stamp, Times, Tracker
from cti.tracker.keeping import kept
from cti.tracker.times import DEFAULT
from cti.watchlist import Watchlist
from protocols.stacks.primitives import OctetsReceived, TransportDown, TransportUp

# Events: what the Engine is told.


class Input(Struct, frozen=True, gc=False):
    """Something for one link."""

    link_id: str
    event: (
        lk.Connecting
        | TransportUp
        | TransportDown
        | OctetsReceived
        | lk.OctetsSent
        | CommandRequested
        | StopRequested
        | ResyncRequested
    )


class CommandArrived(Struct, frozen=True, gc=False):
    """A requester that may do so asks for a command."""

    command: Command
    way: bytes = b""
    """How its client is answered after a restart; the Engine does not read it."""


class RightsChanged(Struct, frozen=True, gc=False):
    """Somebody may not do any more what it could: what depends on it ends."""


class Configured(Struct, frozen=True, gc=False):
    """The configuration of the switch changed."""

    monitored: tuple[str, ...]
    """All devices to watch."""
    route_points: tuple[RoutePoint, ...]


class Wake(Struct, frozen=True, gc=False):
    """Nothing but that time has passed."""


Event = Input | CommandArrived | RightsChanged | Configured | Wake

# Actions: what the Engine wants done, in this order.


class Publish(Struct, frozen=True, gc=False):
    """Publish an event."""

    event: ev.Event


class Transmit(Struct, frozen=True, gc=False):
    """Give octets to the transport of a link."""

    link_id: str
    octets: bytes


class Close(Struct, frozen=True, gc=False):
    """Close the transport of a link."""

    link_id: str
    reason: str


class Note(Struct, frozen=True, gc=False):
    """Count and log something."""

    link_id: str
    note: lk.Noted


class CapabilitiesTold(Struct, frozen=True, gc=False):
    """What a link can do is known better."""

    link_id: str
    capabilities: Capabilities


Action = Publish | Transmit | Close | Note | Reply | Progress | CapabilitiesTold


class FaultError(Exception):
    """A mistake in this program: an input could not be taken to its end."""

    def __init__(self, actions: list[Action]) -> None:
        super().__init__("fault in the Engine")
        self.actions = actions
        """What was to be done before it: state has changed accordingly, so it must be done."""


def own(capabilities: Capabilities, *, partial: bool = False) -> Capabilities:
    """Add to what a link can do what the bridge does itself, or composes.

    ``partial`` allows recipes that cannot be taken back.
    """
    kept_here = "the bridge keeps the data"
    commands = {
        **capabilities.commands,
        **compositions(capabilities.commands, partial=partial),
        "cancel": CommandSupport(Support.EMULATED, note="what waits or is composed"),
        "attach_data": CommandSupport(Support.EMULATED, note=kept_here),
        "forget_call": CommandSupport(Support.EMULATED, note="the bridge gives the call up"),
        "resync": CommandSupport(Support.EMULATED, note="what can be asked is asked"),
    }
    if _serves(commands, "route_select") and not _serves(commands, "route_register"):
        note = "the switch asks without being told who serves a route point"
        for verb in ("route_register", "route_unregister"):
            commands[verb] = CommandSupport(Support.EMULATED, note=note)
    return msgspec.structs.replace(capabilities, commands=commands)


def _serves(commands: Mapping[str, CommandSupport], verb: str) -> bool:
    support = commands.get(verb)
    return support is not None and support.support is not Support.UNSUPPORTED


def _always(points: Iterable[RoutePoint]) -> list[str]:
    return [point.device for point in points if point.registered == "always"]


def _named(monitored: Iterable[str], points: Iterable[RoutePoint]) -> frozenset[str]:
    return frozenset((*monitored, *(point.device for point in points)))


_LOAD: Final = {
    SystemStatus.OVERLOAD_REACHED: True,
    SystemStatus.OVERLOAD_IMMINENT: False,
    SystemStatus.OVERLOAD_RELIEVED: False,
    SystemStatus.NORMAL: False,
}
"""Statuses that say whether a switch has too much to do."""
_CALLS: Final = ("", "calls")
_DESK: Final = ":desk"
_ROUTES: Final = ":routes"
_Key = tuple[str, Hashable]


class Engine:
    """One switch."""

    def __init__(
        self,
        switch_id: str,
        links: Iterable[Link],
        start: StartingState = EMPTY,
        monitored: Iterable[str] = (),
        route_points: Iterable[RoutePoint] = (),
        numbering: Numbering | None = None,
        times: Times = DEFAULT,
        pace: Pace | None = None,
        *,
        partial: bool = False,
    ) -> None:
        """Make a switch.

        ``monitored`` are the devices that its configuration has monitored, ``route_points``
        what it says of route points, ``numbering`` is its numbering plan, ``times`` tell when
        calls of which nothing is heard are given up. ``pace`` is how fast links are asked,
        ``partial`` whether a command may be composed that cannot be taken back.
        """
        self.switch_id: Final = switch_id
        self.links: Final = {link.link_id: link for link in links}
        self.tracker: Final = Tracker(switch_id, start, times)
        self._monitored, points = tuple(monitored), list(route_points)
        self.numbering: Final = numbering
        self.devices = _named(self._monitored, points)
        """Devices that the configuration names."""
        self._numbered = (
            None if numbering is None else NumberedFacts(numbering, self.tracker.book.calls)
        )
        self.desk: Final = Desk(
            self.tracker.book, self._monitored, _always(points), numbering, pace
        )
        self._partial = partial
        self.routing: Final = Routing(
            self.tracker.book, self.desk, {point.device: point for point in points}
        )
        self._watchlist: Final = Watchlist(self._monitored)
        for link in self.links.values():
            self._know(link)
        self._store_id = start.store_id
        self._epochs = dict(start.epochs)
        self._at = start.at
        self._due: dict[_Key, tuple[int, int]] = {}
        self._calls_due: int | None = None
        """When the tracker wants to look at its calls, or an earlier moment."""
        self._dealing: dict[str, tuple[int, int]] = {}
        """Epoch and number of the message of a link that is being dealt with."""
        self._heap: list[tuple[int, int, _Key]] = []
        self._started = 0
        self._time_calls()

    def _know(self, link: Link) -> None:
        view = LinkView(link.state, own(link.driver.capabilities, partial=self._partial))
        self.desk.links[link.link_id] = view
        self._watchlist.add(link.link_id)
        self._able(view, link.link_id, link.driver.capabilities)

    # Links that come and go.

    def add(self, link: Link) -> None:
        """Take a further link, whose driver watches what is wanted now."""
        self.links[link.link_id] = link
        self._know(link)

    def remove(self, link_id: str) -> None:
        """Forget a link that is down for good; its last epoch stays known."""
        self._epochs[link_id] = self.links.pop(link_id).epoch
        del self.desk.links[link_id]
        self.tracker.links.pop(link_id, None)
        self._watchlist.remove(link_id)
        for key in [key for key in self._due if key[0] == link_id]:
            del self._due[key]

    # What survives.

    def restarted(self, at: int) -> None:
        """Begin a new life at ``at`` with what an earlier one knew: no link is up."""
        self._at = max(at, self._at)
        self.tracker.restarted(self._at, dict.fromkeys(self.links, self._monitored))
        self._time_calls()

    @property
    def state(self) -> StartingState:
        """What an Engine needs to go on from here."""
        identities = self.tracker.book.identities
        return StartingState(
            store_id=self._store_id,
            epochs={name: link.epoch for name, link in self.links.items()},
            incarnations=dict(identities.incarnations),
            floor=identities.floor,
            at=self._at,
            **kept(self.tracker.book),
        )

    def changes(self) -> Changes:
        """Give what changed in ``state`` since this was asked last.

        Monitors and states of links are not among it: they end with the process.
        """
        epochs: dict[str, int] = {}
        for name, link in self.links.items():
            if self._epochs.get(name) != link.epoch:
                self._epochs[name] = epochs[name] = link.epoch
        identities = self.tracker.book.identities
        incarnations, forgotten = identities.changes()
        return Changes(
            at=self._at,
            floor=identities.floor,
            epochs=epochs,
            incarnations=incarnations,
            forgotten=forgotten,
            rows=tuple(self.tracker.keeper.changes()),
            ended=self.desk.remembered.changes(),
        )

    def recall(self, commands: Iterable[KeptCommand]) -> None:
        """Know again the commands of an earlier life."""
        self.desk.remembered.restore(commands, self._at)

    def interrupted(self) -> list[Reply]:
        """End the commands that an earlier life took and did not end: they are not sent."""
        return self.desk.interrupted()

    # Inputs and time.

    @property
    def next_due(self) -> int | None:
        """When the next timer runs out; None while none is running."""
        while self._heap:
            due, number, key = self._heap[0]
            if self._due.get(key) == (due, number):
                return due
            heappop(self._heap)  # stopped or started again since
        return None

    def handle(self, event: Event, at: int) -> list[Action]:
        """Take one event that happened at ``at`` and return what is to be done, in order.

        ``at`` never goes back: an earlier moment counts as the last one. Raise ``KeyError``
        for a link that this Engine does not have, and ``FaultError`` for a mistake in it.
        """
        if isinstance(event, Input) and event.link_id not in self.links:
            raise KeyError(event.link_id)
        out: list[Action] = []
        self._dealing.clear()
        try:
            self._take(event, max(at, self._at), out)
        except Exception as error:
            raise FaultError(out) from error
        return out

    def _take(self, event: Event, at: int, out: list[Action]) -> None:
        while (due := self.next_due) is not None and due <= at:
            _, _, key = heappop(self._heap)
            del self._due[key]
            self._at = due
            self._fire(key, out)
        self._at = at
        match event:
            case Input(link_id, link_event):
                self._link(self.links[link_id], link_event, out)
            case CommandArrived(command):
                self._desk(self.desk.arrive(command, at), out)
            case RightsChanged():
                self._desk(self.desk.rights_changed(at), out)
                self._watch(out)
            case Configured():
                self._configure(event, out)
            case Wake():
                pass
        self._time_calls()

    def _configure(self, event: Configured, out: list[Action]) -> None:
        points = event.route_points
        self._monitored = tuple(event.monitored)
        self.routing.points = {point.device: point for point in points}
        self._watchlist.wish(event.monitored)
        always = _always(points)
        self.devices = _named(event.monitored, points)
        self._desk(self.desk.wishes.configure(event.monitored, always, self._at), out)
        self._watch(out)

    def _watch(self, out: list[Action]) -> None:
        """Tell the drivers what they shall watch from now on, as far as they can be told."""
        for link in list(self.links.values()):
            if link.state not in USABLE:
                continue
            for request in self._watchlist.due(link.link_id, self.desk.wishes.leased):
                self._link(link, request, out)

    def _fire(self, key: _Key, out: list[Action]) -> None:
        if key == _CALLS:
            self._calls_due = None
            events, asked = self.tracker.look(self._stamps())
            self._publish(events, out)
            for call in asked:
                self._desk(self.desk.verify(call.link_id, call.call_id, self._at), out)
            self._time_calls()
            return
        link_id, timer = key
        if link_id == _DESK and isinstance(timer, int):
            self._desk(self.desk.expired(timer, self._at), out)
            self._watch(out)
            return
        if link_id == _ROUTES and isinstance(timer, str):
            route = self.tracker.book.routes.live(timer)
            if route is not None:
                stamp = self._stamp(self.links[route.link_id])
                self._routes(self.routing.expired(stamp, timer), out)
            return
        self._link(self.links[link_id], lk.TimerExpired(timer), out)

    def _link(self, link: Link, event: lk.Event, out: list[Action]) -> None:
        link_id = link.link_id
        outermost = link_id not in self._dealing
        for action in link.handle(event):
            if outermost and isinstance(action, lk.Told | lk.StateTold | lk.Ended):
                self._dealing[link_id] = action.epoch, action.seq
            match action:
                case lk.Told(fact, message):
                    raw = ev.Raw(link.driver.protocol, message) if message else UNSET
                    self._told(self._stamp(link, raw), fact, out)
                case lk.StateTold(state, reason):
                    stamp = self._stamp(link)
                    self._publish(self.tracker.link_state(stamp, state, reason), out)
                    self._state(stamp, state, out)
                case lk.Transmit(octets):
                    out.append(Transmit(link_id, octets))
                case lk.Close(reason):
                    out.append(Close(link_id, reason))
                case lk.StartTimer(timer, seconds):
                    self._start((link_id, timer), round(seconds * moment.SECOND))
                case lk.StopTimer(timer):
                    self._due.pop((link_id, timer), None)
                case lk.Noted():
                    out.append(Note(link_id, action))
                case lk.Ended():
                    self._ended(link_id, action, out)
                case lk.CapabilitiesTold(capabilities):
                    view = self.desk.links[link_id]
                    self._able(view, link_id, capabilities)
                    out.append(CapabilitiesTold(link_id, view.capabilities))
        if outermost:
            self._dealing.pop(link_id, None)

    def _told(self, stamp: Stamp, fact: f.Facts, out: list[Action]) -> None:
        """Take a fact; a call that is being routed may have changed by it."""
        if self._numbered is not None:
            fact = self._numbered.read(fact)
        if isinstance(fact, f.RouteFacts):
            self._routes(self.routing.handle(stamp, fact), out)
            return
        if isinstance(fact, f.SystemStatusTold) and fact.status in _LOAD:
            self.desk.links[stamp.link_id].overloaded = _LOAD[fact.status]
        events = self.tracker.handle(stamp, fact)
        self._publish(events, out)
        self._desk(self.desk.heard(self._at), out)
        if len(self.tracker.book.routes):
            self._routes(self.routing.heard(stamp, events), out)

    def _state(self, stamp: Stamp, state: LinkState, out: list[Action]) -> None:
        """Take the state of a link."""
        self.desk.links[stamp.link_id].state = state
        if state in (LinkState.DOWN, LinkState.BLOCKED):
            self.desk.links[stamp.link_id].overloaded = False
            self._routes(self.routing.link_lost(stamp), out)
            self._desk(self.desk.link_lost(stamp.link_id, self._at), out)
        if state in (LinkState.DOWN, LinkState.BLOCKED, LinkState.UP, LinkState.DEGRADED):
            self._desk(self.desk.wishes.register(self._at), out)
        if state in USABLE:
            self._watch(out)

    def _routes(self, actions: list[routing.Action], out: list[Action]) -> None:
        for action in actions:
            match action:
                case routing.Tell(events):
                    self._publish(events, out)
                case routing.Send(link_id, request):
                    self._link(self.links[link_id], request, out)
                case routing.StartTimer(route_id, due):
                    self._start((_ROUTES, route_id), due - self._at)
                case routing.StopTimer(route_id):
                    self._due.pop((_ROUTES, route_id), None)

    def _stamp(self, link: Link, raw: ev.Raw | UnsetType = UNSET) -> Stamp:
        """Make the stamp of what happens now: that of the message that is being dealt with.

        A link numbers all messages of what it reads before the first of them leads to anything.
        """
        epoch, seq = self._dealing.get(link.link_id, (link.epoch, link.seq))
        return Stamp(link.link_id, epoch, seq, self._at, raw)

    def _ended(self, link_id: str, ended: lk.Ended, out: list[Action]) -> None:
        """Take what the driver says of a command."""
        stamp = self._stamp(self.links[link_id])
        self._routes(self.routing.outcome(stamp, ended.token, ended.result), out)
        result = ended.result
        call_id: str | None = None
        if result.result is not UNSET:
            told = self._modelled(result.result)
            result = msgspec.structs.replace(result, result=told)
            named = told.get("call")
            call_id = named if isinstance(named, str) else None
        failed = result.status in (EndState.FAILED, EndState.REJECTED)
        self._publish(
            self.tracker.promise_over(stamp, ended.token, call_id, failed=failed), out
        )
        self._desk(self.desk.ended(ended.token, result, self._at), out)

    def _promise(self, link_id: str, request: CommandRequested, out: list[Action]) -> None:
        """Promise the data that comes with a command to the call that it is about."""
        args, data = request.command.args, getattr(request.command.args, "data", UNSET)
        if not isinstance(data, dict) or not data:
            return
        promise = Promise(request.token, request.command.requester, data, self._at)
        if isinstance(args, cm.RouteSelect):
            route = self.tracker.book.routes.live(args.route)
            promise.native = None if route is None else route.native_call
        else:
            promise.device = getattr(args, "device", None)
            promise.dialled = getattr(args, "to", None)
        stamp = self._stamp(self.links[link_id])
        self._publish(self.tracker.promise(stamp, promise), out)

    def _modelled(self, told: Any) -> Any:
        """Name in a result by the model's identifiers what the switch names by its own."""
        match told:
            case dict():
                rest = {
                    key: self._modelled(one) for key, one in told.items() if key != "native"
                }
                native = told.get("native")
                return {**self.tracker.names(**native), **rest} if native else rest
            case list():
                return [self._modelled(one) for one in told]
            case _:
                return told

    def _desk(self, actions: list[desk.Action], out: list[Action]) -> None:
        for action in actions:
            match action:
                case desk.Send(link_id, request):
                    self._promise(link_id, request, out)
                    self._routes(self.routing.sent(request), out)
                    self._link(self.links[link_id], request, out)
                case desk.Reply():
                    out.append(action)
                case desk.Progress():
                    self._progress(action, out)
                case desk.Attach(command, call_id, data):
                    stamp = self._stamp_of(call_id)
                    told = self.tracker.attach(stamp, call_id, command.requester, data)
                    self._publish(told, out)
                case desk.Forget(command, call_id):
                    reason = f"forgotten by {command.requester}"
                    told = self.tracker.forget(self._stamp_of(call_id), call_id, reason)
                    self._publish(told, out)
                case desk.Resync(link_id, reason):
                    self._link(self.links[link_id], ResyncRequested(reason), out)
                case desk.StartTimer(token, due):
                    self._start((_DESK, token), due - self._at)
                case desk.StopTimer(token):
                    self._due.pop((_DESK, token), None)

    def _progress(self, told: Progress, out: list[Action]) -> None:
        """Tell how far a command is; a step of a composed one is an event too."""
        if told.link_id:
            stamp = self._stamp(self.links[told.link_id])
            events = self.tracker.progress(
                stamp, told.requester, told.command_id, told.verb, told.step
            )
            self._publish(events, out)
        if told.wanted:
            out.append(told)

    def _able(self, view: LinkView, link_id: str, capabilities: Capabilities) -> None:
        """Take what a link can do."""
        view.capabilities = own(capabilities, partial=self._partial)
        self.tracker.verifies(link_id, able=capabilities.resync.call_snapshot)

    def _stamps(self) -> dict[str, Stamp]:
        """Give what the bridge's own events on each link are marked with."""
        return {name: self._stamp(link) for name, link in self.links.items()}

    def _stamp_of(self, call_id: str) -> Stamp:
        """Give the stamp of the link of a call."""
        stamps = self._stamps()
        return stamps.get(self.tracker.link_of(call_id) or "") or next(iter(stamps.values()))

    def _time_calls(self) -> None:
        """Start the timer of idle calls if it is needed earlier; being early is no harm."""
        due = self.tracker.due
        if due is None:
            self._due.pop(_CALLS, None)
            self._calls_due = None
        elif self._calls_due is None or due < self._calls_due:
            self._calls_due = due
            self._start(_CALLS, max(due - self._at, 0))

    def _publish(self, events: list[ev.Event], out: list[Action]) -> None:
        out += [Publish(event) for event in events]

    def _start(self, key: _Key, wait: int) -> None:
        self._started += 1
        due = self._at + wait
        self._due[key] = (due, self._started)
        heappush(self._heap, (due, self._started, key))
