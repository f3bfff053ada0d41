"""The outlet of a switch: the gate on Twisted, between a runner, a writer and a clock.

What belongs together is stored together: the changes of the Engine, the messages about them,
the commands that arrived, and how far the broker is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from msgspec import structs

from cti.clock import Clock, Delayed
from cti.kept import Changes, KeptCommand
from cti.store import gate as g
from cti.store.stream import Entry, Stream
from cti.store.writer import Done


class Commits(Protocol):
    """Who stores changes: see ``cti.store.writer.Writer``."""

    def commit(self, changes: Changes, done: Done) -> None:
        """Store changes after all before them."""


class Owner(Protocol):
    """Whom an outlet works for: the runner of the switch."""

    def changes(self) -> Changes:
        """Give what changed in the Engine since the last time."""

    def entries(self, output: Any) -> Sequence[Entry]:
        """Give the messages that tell an output; never raises."""

    def arrival(self, command: Any) -> KeptCommand:
        """Give what is remembered of a command."""

    def told(self, output: Any) -> None:
        """Tell the north; never raises."""

    def admit(self, command: Any) -> None:
        """Give a command to the Engine."""

    def refuse(self, command: Any) -> None:
        """Reject a command, since it cannot be stored."""

    def pause(self, reason: str) -> None:
        """Read no more from any link."""

    def resume(self, reason: str) -> None:
        """Take the reason away."""

    def close_links(self, reason: str) -> None:
        """Close every link until ``open_links``."""

    def open_links(self) -> None:
        """Connect the links that ``close_links`` closed."""

    def degraded(self, reason: str) -> None:
        """Learn that nothing could be stored for some time."""

    def healed(self) -> None:
        """Learn that it can be again."""


_REASON: Final = "store"


class Outlet:
    """What one switch tells, each thing when it is stored."""

    def __init__(
        self, writer: Commits, owner: Owner, clock: Clock, stream: Stream | None = None
    ) -> None:
        """Without a ``stream`` the owner alone tells."""
        self.gate: Final = g.Gate()
        self.commits = 0
        self.failures = 0
        self._writer = writer
        self._owner = owner
        self._stream = stream
        self._clock = clock
        self._events: deque[g.Event] = deque()
        self._running = False
        self._changes: Changes | None = None
        """What is being written."""
        self._outputs: list[tuple[Any, Sequence[Entry]]] = []
        """What is told when it is, with its messages."""
        self._timers: dict[g.Timer, Delayed] = {}
        self._drained: list[Callable[[], object]] = []

    def tell(self, output: Any) -> None:
        """Tell something when all that the Engine did until now is stored."""
        self._feed(g.Tell(output))

    def turn(self) -> None:
        """Learn that the Engine has taken all that there was."""
        self._feed(g.Turn())

    def ask(self, command: Any) -> None:
        """Take a command: it is admitted when it is stored, or refused."""
        self._feed(g.Ask(command))
        self._feed(g.Turn())

    def scarce(self, *, scarce: bool) -> None:
        """Learn whether there is hardly any room on the disk."""
        self._feed(g.Scarce(scarce))

    def when_drained(self, then: Callable[[], object]) -> None:
        """Call when nothing waits any more, which may be now."""
        self._drained.append(then)
        self._look()

    def close(self) -> int:
        """Wait for nothing any more; give the number of outputs that are not told."""
        for timer in self._timers.values():
            if timer.active():
                timer.cancel()
        self._drained.clear()
        return len(self.gate)

    def _look(self) -> None:
        if self.gate.drained and not self._running:
            drained, self._drained = self._drained, []
            for then in drained:
                then()

    def _feed(self, event: g.Event) -> None:
        """Give the gate an event; what comes meanwhile waits, so that order is kept."""
        self._events.append(event)
        if self._running:
            return
        self._running = True
        try:
            while self._events:
                for action in self.gate.handle(self._events.popleft()):
                    self._perform(action)
        finally:
            self._running = False
        self._look()

    def _perform(self, action: g.Action) -> None:
        owner = self._owner
        match action:
            case g.Write(outputs):
                self._changes = self._batch(outputs)
                self._write()
            case g.WriteAgain(outputs):
                self._leave(outputs)
                self._write()
            case g.Release():
                self._release()
            case g.Refuse(command):
                owner.refuse(command)
            case g.Pause():
                owner.pause(_REASON)
            case g.Resume():
                owner.resume(_REASON)
            case g.CloseLinks():
                owner.close_links("nothing can be stored")
            case g.OpenLinks():
                owner.open_links()
            case g.Degraded(reason):
                owner.degraded(reason)
            case g.Healed():
                owner.healed()
            case g.StartTimer(timer, seconds):
                self._stop(timer)
                self._timers[timer] = self._clock.callLater(seconds, self._expired, timer)
            case g.StopTimer(timer):
                self._stop(timer)

    def _batch(self, outputs: tuple[Any, ...]) -> Changes:
        """Put together what is written at once."""
        owner = self._owner
        changes = owner.changes()
        self._outputs = [
            (one, () if isinstance(one, g.Ask) else owner.entries(one)) for one in outputs
        ]
        arrivals = [owner.arrival(one.command) for one in outputs if isinstance(one, g.Ask)]
        return structs.replace(
            changes,
            arrivals=tuple(arrivals),
            messages=tuple(
                entry.kept for _, told in self._outputs for entry in told if entry.place
            ),
            mark=None if self._stream is None else self._stream.mark(),
        )

    def _leave(self, outputs: tuple[Any, ...]) -> None:
        """Write only for these outputs, since commands among the others were refused."""
        if len(outputs) < len(self._outputs) and self._changes is not None:
            left = {id(one) for one in outputs}
            self._outputs = [pair for pair in self._outputs if id(pair[0]) in left]
            self._changes = structs.replace(self._changes, arrivals=())

    def _write(self) -> None:
        if self._changes:
            self._writer.commit(self._changes, self._done)
        else:  # nothing to store, but what was told before is
            self._events.append(g.Committed())

    def _release(self) -> None:
        outputs, self._outputs = self._outputs, []
        for output, entries in outputs:
            if isinstance(output, g.Ask):
                self._owner.admit(output.command)
                continue
            if self._stream is not None:
                for entry in entries:
                    self._stream.release(entry)
            self._owner.told(output)

    def _done(self, reason: str | None) -> None:
        if reason is None:
            self.commits += 1
            if self._changes is not None and self._changes.mark is not None:
                assert self._stream is not None  # noqa: S101 - whose mark it is
                self._stream.marked(self._changes.mark)
            self._changes = None
            self._feed(g.Committed())
        else:
            self.failures += 1
            self._feed(g.Failed(reason))

    def _expired(self, timer: g.Timer) -> None:
        del self._timers[timer]
        self._feed(g.TimerExpired(timer))

    def _stop(self, timer: g.Timer) -> None:
        running = self._timers.pop(timer, None)
        if running is not None and running.active():
            running.cancel()
