"""What both faces of the client share: everything but the loop and the session."""

from __future__ import annotations

import weakref
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import Any, Final, Generic, TypeVar, overload
from uuid import uuid4

import structlog
from msgspec import Struct

from cti.client import actions as a
from cti.client.core import Core
from cti.client.errors import SubscriptionRefused
from cti.client.filters import Filter
from cti.client.lease import Lease, Timer
from cti.client.mirror import Mirror
from cti.client.stream import ROOM, Stream, Waiter
from cti.client.values import Changed, Gap, Told
from cti.client.wire import Names
from cti.model import commands as c
from cti.model.commands import Args
from cti.model.events import Event

E = TypeVar("E", bound=Event)
W = TypeVar("W", bound=Waiter)

TIMEOUT: Final = 10.0
"""Seconds a command has, unless it is told otherwise."""


class Way(Struct, frozen=True):
    """How a command is given."""

    timeout: float = TIMEOUT
    """Seconds for the whole."""
    expect_version: int | None = None
    """Refuse unless the call has this version."""
    command_id: str | None = None
    """Drawn where it is None."""
    switch: str | None = None
    """That of the client where it is None."""
    confirm: bool = False
    """Wait until the switch reports what the command did."""
    progress: Callable[[str], object] | None = None
    """Told how far it is: ``queued``, ``sent``, or the step that is done."""


class Face(ABC, Generic[W]):
    """An application's way to the bridge. Subclasses bring a loop and an MQTT session."""

    def __init__(self, *, client: str, switch: str | None, base: str, room: int = ROOM) -> None:
        """``client`` is our name in topics, ``switch`` None for all of them."""
        self.instance: Final = uuid4().hex[:12]
        """Tells apart those who use one name at one time."""
        self.switch: Final = switch
        self.log: Any = structlog.get_logger("cti.client")
        self._core: Final = Core(Names(base, client, self.instance))
        self._room = room
        self._commands: dict[str, Callable[[object], object]] = {}
        self._progress: dict[str, Callable[[str], object]] = {}
        self._streams: weakref.WeakValueDictionary[int, Stream[Any]]
        self._streams = weakref.WeakValueDictionary()
        self._reading: set[Stream[Any]] = set()
        """Streams that somebody waits for."""
        self._opened = 0
        self._timers: dict[Hashable, Timer] = {}
        self._watchers: weakref.WeakSet[Stream[Changed]] = weakref.WeakSet()
        self._mirrored: list[W] = []
        self._inputs: deque[a.Event] = deque()
        self._feeding = False

    # Events.

    @overload
    def events(
        self,
        *,
        device: str | None = None,
        call: str | None = None,
        agent: str | None = None,
        queue: str | None = None,
        route: str | None = None,
    ) -> Stream[Event]: ...

    @overload
    def events(
        self,
        *kinds: type[E],
        device: str | None = None,
        call: str | None = None,
        agent: str | None = None,
        queue: str | None = None,
        route: str | None = None,
    ) -> Stream[E]: ...

    def events(
        self,
        *kinds: type[Any],
        device: str | None = None,
        call: str | None = None,
        agent: str | None = None,
        queue: str | None = None,
        route: str | None = None,
    ) -> Stream[Any]:
        """Read events: of some types or all, about one object or all; each once and in order.

        A base, such as ``ConnectionEvent``, stands for all its types. What was missed while
        the connection was lost is asked for again; what cannot be had any more is logged and
        counted in ``lost``.
        """
        wanted = Filter(
            kinds=kinds, device=device, call=call, agent=agent, queue=queue, route=route
        )
        return self._open(wanted, None, self._plain)

    def follow(self, after: int | None = None) -> Stream[Told[Event] | Gap]:
        """Read every event with its offset, and a ``Gap`` where events cannot be had.

        ``after`` begins behind the event with that offset: keep the last one that you have
        dealt with, and a restart of yours misses nothing.
        """
        if after is not None and self.switch is None:
            raise ValueError("after: offsets count per switch; name the switch of the client")
        return self._open(Filter(), after, lambda value: value)

    @property
    def lost(self) -> int:
        """Ranges of events that could not be had."""
        return self._core.lost

    def _open(
        self, wanted: Filter, after: int | None, shown: Callable[[Any], Any]
    ) -> Stream[Any]:
        self._opened += 1
        number = self._opened
        stream: Stream[Any] = Stream(self._waiter, shown, self._reading, self._room)
        self._streams[number] = stream
        stream.closes(partial(self._feed, a.StreamClosed(number)))
        self._feed(a.StreamOpened(number, wanted, self.switch, after))
        return stream

    def _plain(self, value: Told[Any] | Gap) -> Event | None:
        if isinstance(value, Told):
            event: Event = value.event
            return event
        self.log.warning(
            "events lost",
            switch=value.switch_id,
            first=value.first,
            last=value.last,
            reason=value.reason,
        )
        return None

    # States.

    def changes(self) -> Stream[Changed]:
        """Read what changes in the mirror from now on."""
        stream: Stream[Changed] = Stream(
            self._waiter, lambda value: value, self._reading, self._room
        )
        stream.begin()
        self._watchers.add(stream)
        self._feed(a.MirrorOpened(self.switch))
        return stream

    def _show(self) -> tuple[Mirror, W]:
        """Begin a mirror; the wait ends when it shows all that the broker holds."""
        waiter = self._waiter()
        self._mirrored.append(waiter)
        self._feed(a.MirrorOpened(self.switch))
        return self._core.mirror, waiter

    # Commands.

    def _give(self, args: Args, way: Way) -> tuple[str, W]:
        """Give a command; its id, and the wait for its end."""
        waiter = self._waiter()
        return self._start(args, way, partial(_resolve, waiter)), waiter

    def _start(self, args: Args, way: Way, then: Callable[[object], object]) -> str:
        """Give a command; ``then`` gets its result or error. Raise ``ValueError``."""
        switch_id = way.switch or self.switch
        if switch_id is None:
            raise ValueError("switch: name the switch, here or for the whole client")
        name = way.command_id or uuid4().hex
        if name in self._commands:
            raise ValueError(f"command_id: {name} is under way")
        self._commands[name] = then
        if way.progress is not None:
            self._progress[name] = way.progress
        self._feed(
            a.Requested(
                *(name, switch_id, args, way.timeout, way.expect_version),
                confirm=way.confirm,
                progress=way.progress is not None,
            )
        )
        return name

    def _withdraw(self, command_id: str) -> None:
        """Wait for a reply no longer; the command may still be carried out."""
        self._progress.pop(command_id, None)
        if self._commands.pop(command_id, None) is not None:
            self._feed(a.Withdrawn(command_id))

    # Leases.

    def serving(self, route_point: str, *, ttl_s: int = 60, switch: str | None = None) -> Lease:
        """Serve a route point while the block of ``async with`` runs."""
        begin = c.RouteRegister(route_point=route_point, ttl_s=ttl_s)
        end = c.RouteUnregister(route_point=route_point)
        return self._lease(begin, end, ttl_s, switch)

    def monitoring(self, device: str, *, ttl_s: int = 60, switch: str | None = None) -> Lease:
        """Have a device monitored while the block of ``async with`` runs."""
        begin = c.MonitorStart(device=device, ttl_s=ttl_s)
        return self._lease(begin, c.MonitorStop(device=device), ttl_s, switch)

    def _lease(self, begin: Args, end: Args, seconds: float, switch: str | None) -> Lease:
        def ask(args: Args) -> Awaitable[Any]:
            return self._give(args, Way(switch=switch))[1].awaitable

        def tell(args: Args, then: Callable[[object], object]) -> None:
            self._start(args, Way(switch=switch), then)

        return Lease(begin, end, seconds, ask=ask, tell=tell, later=self._later)

    # The core.

    def _feed(self, event: a.Event) -> None:
        """Take an event to its end before the next, whoever brings it."""
        self._inputs.append(event)
        if self._feeding:
            return
        self._feeding = True
        try:
            while self._inputs:
                for action in self._core.handle(self._inputs.popleft()):
                    self._perform(action)
        finally:
            self._feeding = False

    def _perform(self, action: a.Action) -> None:
        match action:
            case a.Deliver(stream, value):
                if (found := self._streams.get(stream)) is not None:
                    found.put(value)
            case a.Send():
                self._publish(action)
            case a.StartTimer(timer, seconds):
                self._stop_timer(timer)
                self._timers[timer] = self._later(seconds, partial(self._expired, timer))
            case a.StopTimer(timer):
                self._stop_timer(timer)
            case a.Progressed(command_id, step):
                if (tell := self._progress.get(command_id)) is not None:
                    tell(step)
            case a.Ended(command_id, result):
                self._ended(command_id, result)
            case a.Subscribe(topics):
                self._subscribe(topics)
            case a.Unsubscribe(topics):
                self._unsubscribe(topics)
            case a.StreamReady(stream):
                if (found := self._streams.get(stream)) is not None:
                    found.begin()
            case a.StreamFailed(stream, detail):
                if (found := self._streams.get(stream)) is not None:
                    found.end(SubscriptionRefused(detail))
            case a.Show(changed):
                for watcher in list(self._watchers):
                    watcher.put(changed)
            case a.MirrorReady():
                waiting, self._mirrored = self._mirrored, []
                for waiter in waiting:
                    waiter.succeed(None)
            case a.Note(text, warning):
                (self.log.warning if warning else self.log.debug)(text)

    def _ended(self, command_id: str, result: object) -> None:
        self._progress.pop(command_id, None)
        then = self._commands.pop(command_id, None)
        if then is not None:
            then(result)

    def _expired(self, timer: Hashable) -> None:
        self._timers.pop(timer, None)
        self._feed(a.Expired(timer))

    def _stop_timer(self, timer: Hashable) -> None:
        if (running := self._timers.pop(timer, None)) is not None:
            running.cancel()

    def _end(self, error: Exception) -> None:
        """Let everybody who waits go."""
        for timer in list(self._timers):
            self._stop_timer(timer)
        for command_id in list(self._commands):
            self._ended(command_id, error)
        for waiter in self._mirrored:
            waiter.fail(error)
        self._mirrored.clear()
        for stream in [*self._streams.values(), *self._watchers]:
            stream.end()

    # What a subclass brings.

    @abstractmethod
    def _waiter(self) -> W:
        """Make a wait."""

    @abstractmethod
    def _later(self, seconds: float, call: Callable[[], object]) -> Timer:
        """Call later."""

    @abstractmethod
    def _subscribe(self, topics: tuple[str, ...]) -> None:
        """Subscribe, and feed ``Subscribed``."""

    @abstractmethod
    def _unsubscribe(self, topics: tuple[str, ...]) -> None:
        """Give filters up."""

    @abstractmethod
    def _publish(self, message: a.Send) -> None:
        """Publish, if there is a connection."""


def _resolve(waiter: Waiter, result: object) -> None:
    if isinstance(result, Exception):
        waiter.fail(result)
    else:
        waiter.succeed(result)
