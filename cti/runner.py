"""The runner: one Engine on Twisted, between its transports and the north.

It feeds the Engine one input to its end at a time, performs what the Engine wants done, and
wakes it when a timer is due. It decides only what no core can know: when the Engine itself
failed, that its link begins anew.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import structlog
from twisted.internet.defer import Deferred, DeferredList

from cti import engine as en
from cti.clock import Clock, Delayed, Wall
from cti.desk import Progress, Reply, rejected
from cti.driver import CommandRequested, StopRequested
from cti.ends import FAULTS, WITHIN, End, Port
from cti.kept import Changes, KeptCommand
from cti.link import Link, OctetsSent
from cti.model import events as ev
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState
from cti.moment import SECOND
from cti.remembered import digest
from cti.store.aside import Aside
from cti.store.messages import Trimmed
from cti.store.outlet import Commits, Outlet
from cti.store.stream import Entry, Stream
from cti.telling import Alarm, North, Output, Settled, Telling
from cti.trace.records import Kind
from cti.transport import Loss
from protocols.stacks.primitives import OctetsReceived, TransportDown, TransportUp

DRAIN: Final = 5.0
"""Seconds that a stop waits for the disk."""

_GONE: Final = (LinkState.DOWN, LinkState.BLOCKED, LinkState.DISABLED)


class Runner:
    """One Engine with the streams of its links.

    Inputs that come while another is at work, because an action led to them at once, wait
    their turn: the Engine is never entered twice, and what happened first is done first.
    """

    def __init__(
        self,
        engine: en.Engine,
        ports: Mapping[str, Port],
        north: North,
        clock: Clock,
        wall: Wall,
        log: Any = None,
        writer: Commits | None = None,
        stream: Stream | None = None,
    ) -> None:
        """Raise ``ValueError`` unless there is one port for each link.

        With a ``writer`` the north is told of nothing before it is stored. With a ``stream``
        what the north writes goes into it.
        """
        if set(ports) != set(engine.links):
            raise ValueError(f"ports {sorted(ports)} for links {sorted(engine.links)}")
        self.engine: Final = engine
        self.counters: Counter[tuple[str, str]] = Counter()
        """By link and by kind: notes of the Engine, ``loss.*``, ``fault``, ``unsent``."""
        self._north = north
        self._clock = clock
        self._wall = wall
        log = structlog.get_logger("cti.runner") if log is None else log
        self._log = log.bind(switch=engine.switch_id)
        self._waiting: deque[tuple[en.Event, int]] = deque()
        self._running = False
        self._alarm: Delayed | None = None
        self._alarm_due = 0
        self._pauses: set[str] = set()
        self._shut: list[End] = []
        """Links that are closed because nothing can be stored."""
        self._telling = Telling(north, stream, self.counters, self._log)
        self.outlet: Final = None if writer is None else Outlet(writer, self, clock, stream)
        """Where all that is told waits for the disk; None where nothing is stored."""
        self._stopping: Deferred[None] | None = None
        self._over = False
        self._ends: dict[str, End] = {}
        for link_id, port in ports.items():
            self._ends[link_id] = End(link_id, port, self, wall, self._log)

    # Life.

    def start(self) -> None:
        """Tell how the commands of an earlier life ended, and let every link connect."""
        for reply in self.engine.interrupted():
            self._tell(reply)
        if self.outlet is not None:
            self.outlet.turn()
        for end in self._ends.values():
            end.stream.start()

    def stop(self, timeout: float = 5.0) -> Deferred[None]:
        """Release every link in order, close, and fire when no stream is left.

        A link that has not gone down ``timeout`` seconds after it was asked to is cut.
        """
        if self._stopping is not None:
            waits: Deferred[None] = Deferred()
            self._stopping.addCallback(_passed_on, waits)
            return waits
        stopping = self._stopping = Deferred()
        every = [self._release(end, "stopped", timeout) for end in self._ends.values()]
        DeferredList(every).addCallback(self._ended, stopping)
        return stopping

    def _release(self, end: End, reason: str, timeout: float) -> Deferred[None]:
        """Release one link in order, and fire when its stream is gone for good."""
        done: Deferred[None] = Deferred()
        if end.stopped is not None:  # it is being released already
            end.stopped.addCallback(_passed_on, done)
            return done
        end.stopped = Deferred()
        late = self._clock.callLater(timeout, self._close, end, reason)

        def closed(_: object) -> None:
            if late.active():
                late.cancel()
            done.callback(None)

        end.stopped.addCallback(closed)
        end.reason = reason
        if end.connected and end.state not in _GONE:
            self.feed(en.Input(end.link_id, StopRequested()))
        else:
            self._close(end, reason)
        return done

    def _close(self, end: End, reason: str) -> None:
        if end.stopped is not None and not end.closing:
            end.closing = True
            end.stream.stop(reason).addBoth(_passed_on, end.stopped)

    def _ended(self, _result: object, stopping: Deferred[None]) -> None:
        """Wait for the disk, a bounded time, when no stream is left."""
        if self.outlet is None:
            self._finish(stopping)
            return
        given_up = self._clock.callLater(DRAIN, self._finish, stopping)

        def drained() -> None:
            given_up.cancel()
            self._finish(stopping)

        self.outlet.when_drained(drained)

    def _finish(self, stopping: Deferred[None]) -> None:
        if self.outlet is not None and (untold := self.outlet.close()):
            self._log.error("not stored, and not told", outputs=untold)
        self._over = True
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        for end in self._ends.values():
            if end.recorder is not None:
                end.recorder.close()
        stopping.callback(None)

    # Links that come and go.

    def add(self, link: Link, port: Port) -> None:
        """Take a further link, and let it connect."""
        self.engine.add(link)
        end = self._ends[link.link_id] = End(link.link_id, port, self, self._wall, self._log)
        if self._pauses:
            end.stream.pause()
        if self._stopping is not None:
            return
        if self.outlet is not None and self.outlet.gate.closed:
            self._shut.append(end)
        else:
            end.stream.start()

    def remove(self, link_id: str, timeout: float = 5.0) -> Deferred[None]:
        """Release a link in order, and fire when it is forgotten."""
        end = self._ends[link_id]
        done = self._release(end, "taken out of the configuration", timeout)
        forgotten: Deferred[None] = Deferred()

        def later(_: object) -> None:
            # What the end of the stream led to is done first.
            self._clock.callLater(0, self._forget, end, forgotten)

        done.addCallback(later)
        return forgotten

    def _forget(self, end: End, forgotten: Deferred[None]) -> None:
        if end in self._shut:
            self._shut.remove(end)
        if end.recorder is not None:
            end.recorder.close()
        del self._ends[end.link_id]
        self.engine.remove(end.link_id)
        forgotten.callback(None)

    def pause(self, reason: str) -> None:
        """Read no more from any link, until every reason to is gone."""
        if not self._pauses:
            self._log.warning("reading paused", reason=reason)
            for end in self._ends.values():
                end.stream.pause()
        self._pauses.add(reason)

    def resume(self, reason: str) -> None:
        """Take one reason away."""
        if reason in self._pauses:
            self._pauses.discard(reason)
            if not self._pauses:
                self._log.info("reading resumed")
                for end in self._ends.values():
                    end.stream.resume()

    def connect(self, link_id: str) -> None:
        """Let one link connect, at once if it was blocked; raise ``KeyError`` for no link."""
        self._ends[link_id].stream.start()

    def disconnect(self, link_id: str, reason: str) -> Deferred[None]:
        """Close one link until ``connect``; raise ``KeyError`` for no link."""
        return self._ends[link_id].stream.stop(reason)

    def ends(self) -> Mapping[str, End]:
        """Give what is known of each link."""
        return self._ends

    def show_octets(self, link_id: str, *, on: bool) -> None:
        """Log the octets of a link or do not; raise ``KeyError`` for no link."""
        self._ends[link_id].octets = on

    def jumped(self, by: int) -> None:
        """Learn that the system clock was set, by nanoseconds: for ``WallClock``."""
        self.counters["", "clock_jump"] += 1
        self._log.warning("system clock was set", seconds=round(by / SECOND, 3))

    # Inputs.

    def feed(self, event: en.Event) -> None:
        """Give the Engine something that happens now; raise ``KeyError`` for no link."""
        if isinstance(event, en.Input) and event.link_id not in self._ends:
            raise KeyError(event.link_id)
        if self.outlet is not None and isinstance(event, en.CommandArrived):
            self.outlet.ask(event)
        else:
            self._take(event)

    def settled(self, then: Callable[[], object]) -> None:
        """Call when all that the Engine did until now is stored, which may be now."""
        self._tell(Settled(then))
        if self.outlet is not None and not self._running:
            self.outlet.turn()

    def _take(self, event: en.Event) -> None:
        self._waiting.append((event, self._wall.now()))
        if self._running:
            return
        self._running = True
        try:
            # All that waits is done in this turn of the reactor. A bound for each turn
            # belongs here: leave the rest in ``_waiting`` and call again with callLater(0).
            while self._waiting:
                event, at = self._waiting.popleft()
                self._one(event, at)
        finally:
            self._running = False
        if self.outlet is not None:
            self.outlet.turn()
        self._arm()

    def _one(self, event: en.Event, at: int) -> None:
        due = self.engine.next_due
        if due is not None and due <= at and not isinstance(event, en.Wake):
            self._handle(en.Wake(), at)  # so that its faults are not those of this input
        if isinstance(event, en.Input):
            self._note_input(self._ends[event.link_id], event, at)
        self._handle(event, at)

    def _handle(self, event: en.Event, at: int) -> None:
        try:
            self._carry_out(event, at)
        except Exception as error:  # noqa: BLE001 # the one place: a bug costs a connection
            self._fault(event, error)
        for end in self._ends.values():
            state = self.engine.links[end.link_id].state
            if state is not end.state:
                self._changed(end, state)

    def _carry_out(self, event: en.Event, at: int) -> None:
        try:
            actions = self.engine.handle(event, at)
        except en.FaultError as fault:
            for action in fault.actions:  # the state is as if they were done: so do them
                self._perform(action, at)
            raise
        for action in actions:
            self._perform(action, at)

    def _note_input(self, end: End, event: en.Input, at: int) -> None:
        match event.event:
            case OctetsReceived(octets):
                end.note(Kind.IN, at, octets)
            case OctetsSent(octets):
                end.note(Kind.OUT, at, octets)
            case TransportUp():
                end.note(Kind.UP, at)
            case TransportDown():
                end.note(Kind.DOWN, at)
            case _:
                pass

    # Actions.

    def _perform(self, action: en.Action, at: int) -> None:
        match action:
            case en.Publish(event):
                if isinstance(event, ev.LinkStateChanged):
                    self._ends[event.link_id].why = event.reason
                self._tell(action)
            case en.Transmit(link_id, octets):
                end = self._ends[link_id]
                if end.stream.send(octets):
                    end.note(Kind.OUT, at, self.engine.links[link_id].shown(octets))
                else:
                    self.counters[link_id, "unsent"] += 1
            case en.Close(link_id, reason):
                self._ends[link_id].abort(reason, "stack")
            case Reply() | Progress() | en.CapabilitiesTold():
                self._tell(action)
            case en.Note(link_id, note):
                self.counters[link_id, note.kind] += 1
                self._ends[link_id].log.warning(
                    "odd",
                    kind=note.kind,
                    detail=note.detail,
                    epoch=note.epoch,
                    seq=note.seq,
                    **({} if note.offset is None else {"offset": note.offset}),
                    **({"clause": note.clause} if note.clause else {}),
                )

    # The north, when what it is told is stored.

    def _tell(self, output: Output) -> None:
        if self.outlet is not None:
            self.outlet.tell(output)
        else:
            self._telling.at_once(output)

    def entries(self, output: Output) -> Sequence[Entry]:
        """Have the north write an output, for the outlet."""
        return self._telling.entries(output)

    def told(self, output: Output) -> None:
        """Tell the north what the outlet has stored."""
        self._telling.told(output)

    def arrival(self, command: en.CommandArrived) -> KeptCommand:
        """Give the outlet what is remembered of a command."""
        asked = command.command
        return KeptCommand(
            asked.requester,
            asked.command_id,
            asked.verb,
            digest(asked),
            self._wall.now(),
            command.way,
        )

    def changes(self) -> Changes:
        """Give the outlet what is to be stored."""
        return self.engine.changes()

    def admit(self, command: en.CommandArrived) -> None:
        """Take a command from the outlet."""
        self._take(command)

    def refuse(self, command: en.CommandArrived) -> None:
        """Reject a command that the Engine never sees: its outcome could not be stored."""
        self.counters["", "refused"] += 1
        asked = command.command
        error = Error(ErrorClass.OVERLOAD, f"{asked.verb}: nothing can be stored at present")
        self._north.refused(
            Reply(asked.requester, asked.command_id, asked.verb, rejected(error))
        )

    def close_links(self, reason: str) -> None:
        """Close every link until ``open_links``: nothing more fits into memory."""
        self._log.error("links closed", reason=reason)
        self._shut = list(self._ends.values())
        for end in self._shut:
            end.stream.stop(reason)

    def open_links(self) -> None:
        """Connect again what ``close_links`` closed."""
        shut, self._shut = self._shut, []
        for end in shut:
            if self._stopping is None:
                end.stream.start()

    def degraded(self, reason: str) -> None:
        """Tell that nothing can be stored."""
        self._log.error("nothing can be stored", reason=reason)
        self._north.alarm("", "store_failing", reason)

    def healed(self) -> None:
        """Tell that everything is stored again."""
        self._log.warning("everything is stored again")
        self._north.alarm("", "store_healed", "everything is stored again")

    def set_aside(self, aside: Aside) -> None:
        """Tell, before anything else, that the store was damaged and another one is begun."""
        detail = f"{aside.reason}; now {', '.join(aside.files)}"
        self._tell(Alarm("", "store_damaged", detail))

    def scarce(self, reason: str) -> None:
        """Take commands no longer, or again, by the room on the disk."""
        if self.outlet is not None:
            self.outlet.scarce(scarce=bool(reason))
        if reason:
            self._log.error("hardly any room on the disk", reason=reason)
            self._north.alarm("", "disk_scarce", reason)
        else:
            self._log.warning("room enough on the disk again")
            self._north.alarm("", "disk_enough", "there is room enough again")

    def trimmed(self, trimmed: Trimmed) -> None:
        """Tell that messages were lost before the broker had them."""
        told = f"events {trimmed.first} to {trimmed.last}" if trimmed.lost else "no event"
        detail = f"{told} and {trimmed.others} other messages"
        self.counters["", "events_lost"] += trimmed.lost
        self._log.error("lost before the broker took them over", messages=detail)
        self._tell(Alarm("", "events_lost", detail))
        if self.outlet is not None:
            self.outlet.turn()

    def lost(self, link_id: str, loss: Loss) -> None:
        """Count a connection that is gone, or an attempt that failed."""
        self.counters[link_id, f"loss.{loss.cause}"] += 1

    def _changed(self, end: End, state: LinkState) -> None:
        was = end.changed(state)
        if end.stopped is not None:
            if state in _GONE:
                self._close(end, end.reason)
        elif state is LinkState.BLOCKED:
            self._tell(Alarm(end.link_id, "link_blocked", end.why))
            end.block(end.why, "association")
        elif state is LinkState.DOWN and end.connected:
            # The association is gone: a new connection is the way to a new one.
            end.tell_later(was)
            end.abort("association ended", "association")
            return
        end.tell(was)

    # Time.

    def _arm(self) -> None:
        """Come back when the next timer is due; an earlier call than needed may stand."""
        due = self.engine.next_due
        if due is None or self._over:
            return
        if self._alarm is not None and self._alarm.active():
            if self._alarm_due <= due:
                return
            self._alarm.cancel()
        self._alarm_due = due
        wait = max(due - self._wall.now(), 0) / SECOND
        self._alarm = self._clock.callLater(wait + 0.0005, self._wake)

    def _wake(self) -> None:
        self._alarm = None
        self.feed(en.Wake())

    # Faults.

    def _fault(self, event: en.Event, error: BaseException) -> None:
        """Take an exception out of the Engine, or of what it wanted done: the link begins anew.

        It is not known whose timer failed, so a fault in a ``Wake`` is every link's. A fault
        in a command resets no link: else one client could take the links from all others.
        """
        self._log.error("fault", input=_shown(event), exc_info=error)
        if isinstance(event, en.CommandArrived):
            self.counters["", "fault"] += 1
            self._tell(Alarm("", "fault", _shown(event)))
            return
        now = self._clock.seconds()
        ends = (
            [self._ends[event.link_id]] if isinstance(event, en.Input) else self._ends.values()
        )
        for end in ends:
            self.counters[end.link_id, "fault"] += 1
            end.faults.append(now)
            if len(end.faults) == FAULTS and now - end.faults[0] <= WITHIN:
                end.faults.clear()
                detail = f"{FAULTS} faults in {WITHIN:g} s"
                self._tell(Alarm(end.link_id, "link_blocked", detail))
                end.block(detail, "bridge")
            else:
                end.abort("fault in the bridge", "bridge")


def _passed_on(_result: object, to: Deferred[None]) -> None:
    to.callback(None)


def _shown(event: en.Event) -> str:
    """Show an input; octets that were received in hex, as far as a line can hold them."""
    match event:
        case en.Input(link_id, OctetsReceived(octets)):
            return f"{link_id} OctetsReceived {octets[:2048].hex()}"
        case en.Input(link_id, OctetsSent(octets)):
            return f"{link_id} OctetsSent {len(octets)}"  # an association may have a password
        case en.Input(link_id, CommandRequested(_, command)):
            return f"{link_id} {command.verb}"  # not its arguments: a login has a password
        case en.Input(link_id, inner):
            return f"{link_id} {inner!r}"
        case en.CommandArrived(command):
            return f"command {command.command_id} {command.verb}"
        case en.RightsChanged() | en.Configured() | en.Wake():
            return type(event).__name__
