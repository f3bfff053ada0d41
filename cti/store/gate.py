"""The gate between an Engine and the north: nothing is told before it is on the disk.

What the Engine wants told collects here while a commit runs, and goes with the next one:
``Write`` asks for all changes of the Engine up to now. When they are stored, what was told up
to then is released, in its order.

When the disk fails, the same changes are written again and again. Meanwhile commands wait,
and after ``PATIENCE`` they are refused. What is to be told is kept in memory; when ``MOST``
waits, no link is read any more, and ``PAUSED`` later the links are closed: their switches are
asked for everything when the disk is well again. Nothing is lost in silence, and nothing is
told that a restart would not know.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from msgspec import Struct

RETRIES: Final = (0.1, 0.5, 2.0)
"""Seconds until a failed write is tried again; the last one from then on."""
PATIENCE: Final = 5.0
"""Seconds of failing after which commands are refused and a person is told."""
MOST: Final = 20_000
"""Outputs that may wait for the disk before reading pauses."""
PAUSED: Final = 10.0
"""Seconds of pause after which links are closed: their switches would do so soon."""
HELD: Final = 2_000
"""Commands that wait while the disk fails."""


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
    """A command arrived."""

    command: Any


class Committed(Struct, frozen=True, gc=False):
    """The changes are on the disk."""


class Failed(Struct, frozen=True, gc=False):
    """The changes are not on the disk."""

    reason: str


class TimerExpired(Struct, frozen=True, gc=False):
    """A timer of this gate ran out."""

    timer: Timer


Event = Tell | Turn | Ask | Committed | Failed | TimerExpired

# Actions.


class Write(Struct, frozen=True, gc=False):
    """Write the changes of the Engine since the last time, for these outputs."""

    outputs: tuple[Any, ...]


class WriteAgain(Struct, frozen=True, gc=False):
    """Write the changes that failed again."""


class Release(Struct, frozen=True, gc=False):
    """Tell these, in order."""

    outputs: tuple[Any, ...]


class Admit(Struct, frozen=True, gc=False):
    """Give a command to the Engine."""

    command: Any


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
    | Admit
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

    def __init__(self, most: int = MOST) -> None:
        self.state = State.IDLE
        self.failures = 0
        """Writes that failed since the last one that did not."""
        self.degraded = False
        self.paused = False
        self.closed = False
        self._most: Final = most
        self._reason = ""
        self._waiting: list[Any] = []
        self._writing: tuple[Any, ...] = ()
        self._held: list[Any] = []

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
        return self.state is State.IDLE and not self._waiting and not self._held

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order. Total."""
        match event:
            case Tell(output):
                return self._tell(output)
            case Ask(command):
                return self._ask(command)
            case _:
                pass
        match self.state:
            case State.IDLE:
                return self._idle(event)
            case State.WRITING:
                return self._writes(event)
            case State.FAILED:
                return self._failed(event)

    def _idle(self, event: Turn | Committed | Failed | TimerExpired) -> list[Action]:
        match event:
            case Turn() if self._waiting:
                return [self._write()]
            case Turn() | Committed() | Failed() | TimerExpired():
                return []

    def _writes(self, event: Turn | Committed | Failed | TimerExpired) -> list[Action]:
        match event:
            case Committed():
                return self._stored()
            case Failed(reason):
                return self._not_stored(reason)
            case TimerExpired(timer):
                return self._waited(timer)
            case Turn():
                return []

    def _failed(self, event: Turn | Committed | Failed | TimerExpired) -> list[Action]:
        match event:
            case TimerExpired(Timer.RETRY):
                self.state = State.WRITING
                return [WriteAgain()]
            case TimerExpired(timer):
                return self._waited(timer)
            case Turn() | Committed() | Failed():
                return []

    # Procedures.

    def _tell(self, output: Any) -> list[Action]:
        self._waiting.append(output)
        if self.paused or len(self) <= self._most:
            return []
        self.paused = True
        return [Pause(), StartTimer(Timer.PAUSED, PAUSED)]

    def _ask(self, command: Any) -> list[Action]:
        if self.degraded or len(self._held) >= HELD:
            return [Refuse(command)]
        if self.failures:
            self._held.append(command)
            return []
        return [Admit(command)]

    def _write(self) -> Action:
        self.state = State.WRITING
        self._writing, self._waiting = tuple(self._waiting), []
        return Write(self._writing)

    def _stored(self) -> list[Action]:
        actions: list[Action] = [Release(self._writing)]
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
        if self.paused and len(self) <= self._most // 2:
            self.paused = False
            actions += [StopTimer(Timer.PAUSED), Resume()]
            if self.closed:
                self.closed = False
                actions.append(OpenLinks())
        held, self._held = self._held, []
        return [*actions, *(Admit(command) for command in held)]

    def _not_stored(self, reason: str) -> list[Action]:
        self.state = State.FAILED
        self._reason = reason
        wait = RETRIES[min(self.failures, len(RETRIES) - 1)]
        self.failures += 1
        actions: list[Action] = [StartTimer(Timer.RETRY, wait)]
        if self.failures == 1:
            actions.append(StartTimer(Timer.PATIENCE, PATIENCE))
        return actions

    def _waited(self, timer: Timer) -> list[Action]:
        match timer:
            case Timer.PATIENCE if self.failures:
                self.degraded = True
                held, self._held = self._held, []
                return [Degraded(self._reason), *(Refuse(command) for command in held)]
            case Timer.PAUSED if self.paused and not self.closed:
                self.closed = True
                return [CloseLinks()]
            case Timer.RETRY | Timer.PATIENCE | Timer.PAUSED:
                return []
