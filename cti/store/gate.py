"""The gate between an Engine and the north: nothing is told before it is on the disk.

What the Engine wants told collects here while a commit runs, and goes with the next one:
``Write`` asks for all changes of the Engine up to now. When they are stored, what was told up
to then is released, in its order. A command waits in the same row: the Engine gets it when its
arrival is stored, so that no restart carries it out again.

When the disk is slow and ``BUSY`` outputs wait, no link is read until half of them are told.

When the disk fails, the same changes are written again and again. Meanwhile commands wait,
and after ``PATIENCE`` they are refused. What is to be told is kept in memory, up to ``MOST``.
Links that are not read for ``PAUSED`` are closed: their switches are asked for everything when
the disk is well again. Nothing is lost in silence, and nothing is told that a restart would
not know.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from msgspec import Struct

RETRIES: Final = (0.1, 0.5, 2.0)
"""Seconds until a failed write is tried again; the last one from then on."""
PATIENCE: Final = 5.0
"""Seconds of failing after which commands are refused and a person is told."""
BUSY: Final = 2_000
"""Outputs that may wait for a disk that works before reading pauses."""
MOST: Final = 20_000
"""Outputs that may wait for a disk that fails before reading pauses."""
PAUSED: Final = 10.0
"""Seconds of pause after which links are closed: their switches would do so soon."""
HELD: Final = 2_000
"""Commands that wait to be stored."""


class State(Enum):
    """What the disk does."""

    IDLE = "idle"
    WRITING = "writing"
    FAILED = "failed"


class Timer(Enum):
    """Timers of a gate."""

    RETRY = "retry"
    PATIENCE = "patience"
    PAUSED = "paused"


# Events.


class Tell(Struct, frozen=True, gc=False):
    """Something is to be told."""

    output: Any


class Turn(Struct, frozen=True, gc=False):
    """The Engine has taken all that there was: what it did may be written now."""


class Ask(Struct, frozen=True, gc=False):
    """A command arrived. It is among the outputs: a place in their row."""

    command: Any


class Committed(Struct, frozen=True, gc=False):
    """The changes are on the disk."""


class Failed(Struct, frozen=True, gc=False):
    """The changes are not on the disk."""

    reason: str


class Scarce(Struct, frozen=True, gc=False):
    """There is hardly any room on the disk, or there is again."""

    scarce: bool


class TimerExpired(Struct, frozen=True, gc=False):
    """A timer of this gate ran out."""

    timer: Timer


Event = Tell | Turn | Ask | Committed | Failed | Scarce | TimerExpired
_Later = Turn | Committed | Failed | TimerExpired

# Actions.


class Write(Struct, frozen=True, gc=False):
    """Write the changes of the Engine since the last time, for these outputs."""

    outputs: tuple[Any, ...]


class WriteAgain(Struct, frozen=True, gc=False):
    """Write the changes that failed again, for those of their outputs that still wait."""

    outputs: tuple[Any, ...]


class Release(Struct, frozen=True, gc=False):
    """Tell these, in order; an ``Ask`` among them is given to the Engine."""

    outputs: tuple[Any, ...]


class Refuse(Struct, frozen=True, gc=False):
    """Reject a command that the Engine never sees."""

    command: Any


class Pause(Struct, frozen=True, gc=False):
    """Read no link."""


class Resume(Struct, frozen=True, gc=False):
    """Read the links again."""


class CloseLinks(Struct, frozen=True, gc=False):
    """Close every link, and connect none."""


class OpenLinks(Struct, frozen=True, gc=False):
    """Connect every link again."""


class Degraded(Struct, frozen=True, gc=False):
    """The disk fails for too long."""

    reason: str


class Healed(Struct, frozen=True, gc=False):
    """The disk works again after ``Degraded``."""


class StartTimer(Struct, frozen=True, gc=False):
    """Start a timer, or start it again."""

    timer: Timer
    seconds: float


class StopTimer(Struct, frozen=True, gc=False):
    """Stop a timer; it may not be running."""

    timer: Timer


Action = (
    Write
    | WriteAgain
    | Release
    | Refuse
    | Pause
    | Resume
    | CloseLinks
    | OpenLinks
    | Degraded
    | Healed
    | StartTimer
    | StopTimer
)


class Gate:
    """What waits for the disk, and what the disk's failing leads to."""

    def __init__(self, most: int = MOST, busy: int = BUSY) -> None:
        self.state = State.IDLE
        self.failures = 0
        """Writes that failed since the last one that did not."""
        self.degraded = False
        self.scarce = False
        self.paused = False
        self.closed = False
        self._most: Final = most
        self._busy: Final = busy
        self._reason = ""
        self._waiting: list[Any] = []
        self._writing: tuple[Any, ...] = ()
        self._asks = 0
        """How many of these are commands."""

    def __len__(self) -> int:
        """Count the outputs that wait."""
        return len(self._waiting) + len(self._writing)

    @property
    def reason(self) -> str:
        """Why nothing could be stored for some time; empty when all is well."""
        return self._reason if self.degraded else ""

    @property
    def drained(self) -> bool:
        """Whether nothing waits for the disk."""
        return self.state is State.IDLE and not self._waiting

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order. Total."""
        match event:
            case Tell(output):
                self._waiting.append(output)
                return self._flow()
            case Ask():
                return self._ask(event)
            case Scarce(scarce):
                self.scarce = scarce
                return []
            case _:
                pass
        match self.state:
            case State.IDLE:
                return self._idle(event)
            case State.WRITING:
                return self._writes(event)
            case State.FAILED:
                return self._failed(event)

    def _idle(self, event: _Later) -> list[Action]:
        match event:
            case Turn() if self._waiting:
                return [self._write()]
            case Turn() | Committed() | Failed() | TimerExpired():
                return []

    def _writes(self, event: _Later) -> list[Action]:
        match event:
            case Committed():
                return self._stored()
            case Failed(reason):
                return self._not_stored(reason)
            case TimerExpired(timer):
                return self._waited(timer)
            case Turn():
                return []

    def _failed(self, event: _Later) -> list[Action]:
        match event:
            case TimerExpired(Timer.RETRY):
                self.state = State.WRITING
                return [WriteAgain(self._writing)]
            case TimerExpired(timer):
                return self._waited(timer)
            case Turn() | Committed() | Failed():
                return []

    # Procedures.

    def _ask(self, ask: Ask) -> list[Action]:
        if self.degraded or self.scarce or self._asks >= HELD:
            return [Refuse(ask.command)]
        self._asks += 1
        self._waiting.append(ask)
        return []

    def _flow(self) -> list[Action]:
        """Read the links or do not, by what came of them and waits: commands do not count."""
        most = self._most if self.failures else self._busy
        waiting = len(self) - self._asks
        if not self.paused and waiting > most:
            self.paused = True
            return [Pause(), StartTimer(Timer.PAUSED, PAUSED)]
        if self.paused and waiting <= most // 2:
            self.paused = False
            actions: list[Action] = [StopTimer(Timer.PAUSED), Resume()]
            if self.closed:
                self.closed = False
                actions.append(OpenLinks())
            return actions
        return []

    def _write(self) -> Action:
        self.state = State.WRITING
        self._writing, self._waiting = tuple(self._waiting), []
        return Write(self._writing)

    def _stored(self) -> list[Action]:
        actions: list[Action] = [Release(self._writing)]
        self._asks -= sum(isinstance(one, Ask) for one in self._writing)
        self._writing = ()
        self.state = State.IDLE
        if self.failures:
            self.failures = 0
            actions.append(StopTimer(Timer.PATIENCE))
        if self.degraded:
            self.degraded = False
            actions.append(Healed())
        if self._waiting:
            actions.append(self._write())
        return actions + self._flow()

    def _not_stored(self, reason: str) -> list[Action]:
        self.state = State.FAILED
        self._reason = reason
        wait = RETRIES[min(self.failures, len(RETRIES) - 1)]
        self.failures += 1
        actions: list[Action] = [StartTimer(Timer.RETRY, wait)]
        if self.failures == 1:
            actions.append(StartTimer(Timer.PATIENCE, PATIENCE))
        return actions + self._refuse() + self._flow()

    def _refuse(self) -> list[Action]:
        """Refuse the commands that wait in vain, but not those that are being written."""
        if not self.degraded:
            return []
        waiting, self._waiting = self._waiting, []
        self._waiting += [one for one in waiting if not isinstance(one, Ask)]
        if self.state is State.FAILED:
            waiting = [*self._writing, *waiting]
            self._writing = tuple(one for one in self._writing if not isinstance(one, Ask))
        refused: list[Action] = [Refuse(one.command) for one in waiting if isinstance(one, Ask)]
        self._asks -= len(refused)
        return refused

    def _waited(self, timer: Timer) -> list[Action]:
        match timer:
            case Timer.PATIENCE if self.failures:
                self.degraded = True
                return [Degraded(self._reason), *self._refuse()]
            case Timer.PAUSED if self.paused and not self.closed:
                self.closed = True
                return [CloseLinks()]
            case Timer.RETRY | Timer.PATIENCE | Timer.PAUSED:
                return []
