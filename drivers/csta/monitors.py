"""Which devices shall be monitored, and which are (ECMA-269 clause 15).

Nothing here outlives the association but the wish: ``wanted`` is what is started again. One
device has one monitor; starts and stops are given out one by one, as many as may wait.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from enum import Enum, auto
from typing import Final

from msgspec import Struct

from cti.model.errors import ErrorClass
from drivers.csta.settings import DEVICES


class Start(Struct, frozen=True, gc=False):
    """Start the monitor of a device."""

    device: str


class Stop(Struct, frozen=True, gc=False):
    """End a monitor."""

    device: str
    reference: bytes


Job = Start | Stop


ENDED: Final = "ended by the switch"


class State(Enum):
    """State of the monitor of one device."""

    WAITING = auto()
    STARTING = auto()
    RUNNING = auto()
    STOPPING = auto()
    REFUSED = auto()


class _Watch:
    """The monitor of one device."""

    __slots__ = (
        "again",
        "error",
        "native",
        "queued",
        "reference",
        "state",
        "tokens",
        "wanted",
    )

    def __init__(self) -> None:
        self.state = State.WAITING
        self.wanted = True
        self.again = False
        """Whether it is to be ended and started, once; while it starts: started again when
        that fails."""
        self.queued = False
        self.reference = b""
        self.error: str | None = None
        """Why it does not run, in words to count by."""
        self.native = ""
        self.tokens: list[int] = []


class Monitors:
    """The monitors of one link."""

    def __init__(self, devices: Iterable[str]) -> None:
        self._wanted: dict[str, None] = dict.fromkeys(devices)
        self._watches: dict[str, _Watch] = {}
        self._jobs: deque[str] = deque()
        self._devices: dict[bytes, str] = {}
        self._starting = 0
        self._errors: Counter[str] = Counter()

    # The association.

    def begin(self) -> None:
        """Want all devices anew: an association is open."""
        self.forget()
        for device in self._wanted:
            self._queue(device, self._watch(device))

    def forget(self) -> list[tuple[int, bool]]:
        """Drop what ran; give the commands that waited, and whether their turn had come."""
        tokens = [
            (token, watch.state in (State.STARTING, State.STOPPING))
            for watch in self._watches.values()
            for token in watch.tokens
        ]
        self._watches.clear()
        self._jobs.clear()
        self._devices.clear()
        self._errors.clear()
        self._starting = 0
        return tokens

    def release(self) -> None:
        """Stop everything in this association; the wish stays."""
        for device, watch in self._watches.items():
            watch.wanted = False
            self._queue(device, watch)

    def restart(self) -> None:
        """End and start what runs: the switch may have dropped it. Try what was refused."""
        for device, watch in self._watches.items():
            if watch.state is State.RUNNING:
                watch.again = True
                self._queue(device, watch)
        self.retry()

    def lost(self) -> list[bytes]:
        """Start all anew: no monitor is left at the switch. Give the references that ran.

        None of them is ended: the switch may give the same reference to another device.
        """
        gone: list[bytes] = []
        for device, watch in self._watches.items():
            match watch.state:
                case State.RUNNING:
                    gone.append(watch.reference)
                    self._devices.pop(watch.reference, None)
                    watch.state, watch.reference, watch.again = State.WAITING, b"", False
                    self._queue(device, watch)
                case State.STARTING:
                    watch.again = True
                case State.WAITING | State.STOPPING | State.REFUSED:
                    pass
        self.retry()
        return gone

    # Wishes.

    def want(self, device: str, token: int) -> bytes | None:
        """Want a device; give the reference if it runs already, else keep the token.

        Raise ``ValueError`` when there are too many devices.
        """
        if device not in self._wanted and len(self._wanted) >= DEVICES:
            raise ValueError(f"more than {DEVICES} devices")
        self._wanted[device] = None
        watch = self._watch(device)
        watch.wanted = True
        if watch.state is State.RUNNING:
            return watch.reference
        watch.tokens.append(token)
        if watch.state is State.REFUSED:
            watch.state = State.WAITING
        self._queue(device, watch)
        return None

    def unwant(self, device: str, token: int) -> bool:
        """Want a device no longer; False, and the token not kept, when nothing is to stop."""
        self._wanted.pop(device, None)
        watch = self._watches.get(device)
        if watch is None:
            return False
        watch.wanted = False
        if watch.state in (State.WAITING, State.REFUSED) and not watch.tokens:
            self._drop(device, watch)
            return False
        watch.tokens.append(token)
        self._queue(device, watch)
        return True

    def retry(self) -> None:
        """Try again what was refused."""
        for device, watch in self._watches.items():
            if watch.state is State.REFUSED:
                watch.state = State.WAITING
                self._queue(device, watch)

    # Work.

    def _watch(self, device: str) -> _Watch:
        watch = self._watches.get(device)
        if watch is None:
            watch = self._watches[device] = _Watch()
        return watch

    def _drop(self, device: str, watch: _Watch) -> None:
        self._answer(watch, None)
        del self._watches[device]

    def _answer(self, watch: _Watch, error: str | None) -> None:
        """Keep the counts: the monitor runs, or was refused."""
        if watch.error is not None:
            self._errors[watch.error] -= 1
            if not self._errors[watch.error]:
                del self._errors[watch.error]
        if error is not None:
            self._errors[error] += 1
        watch.error = error

    def _queue(self, device: str, watch: _Watch) -> None:
        if not watch.queued:
            watch.queued = True
            self._jobs.append(device)

    def job(self) -> Job | list[int] | None:
        """Give what is to be asked next; tokens when a wish was taken back before its turn."""
        while self._jobs:
            device = self._jobs.popleft()
            watch = self._watches.get(device)
            if watch is None:
                continue
            watch.queued = False
            match watch.state:
                case State.WAITING if watch.wanted:
                    watch.state = State.STARTING
                    self._starting += 1
                    return Start(device)
                case State.WAITING | State.REFUSED if not watch.wanted:
                    self._drop(device, watch)
                    if watch.tokens:
                        return watch.tokens
                case State.RUNNING if not watch.wanted or watch.again:
                    watch.state, watch.again = State.STOPPING, False
                    return Stop(device, watch.reference)
                case _:
                    pass
        return None

    # Answers.

    def started(self, device: str, reference: bytes) -> list[int]:
        """Take a monitor that runs; give the commands that waited for it."""
        self._starting -= 1
        watch = self._watches[device]
        watch.state, watch.reference, watch.again = State.RUNNING, reference, False
        watch.native = ""
        self._answer(watch, None)
        self._devices[reference] = device
        if not watch.wanted:
            self._queue(device, watch)
            return []
        return self._take(watch)

    def refused(self, device: str, error: ErrorClass, native: str) -> tuple[list[int], bool]:
        """Take a refusal; give the commands that waited, and whether it is news."""
        self._starting -= 1
        watch = self._watches[device]
        if watch.again and watch.wanted:
            watch.state, watch.again = State.WAITING, False
            self._queue(device, watch)
            return [], False
        news = watch.native != native
        watch.state, watch.native = State.REFUSED, native
        self._answer(watch, error.value)
        if not watch.wanted:
            self._drop(device, watch)
        return self._take(watch), news

    def stopped(self, device: str) -> tuple[list[int], bytes]:
        """Take the end of a monitor; give the commands that waited, and its reference."""
        watch = self._watches[device]
        reference = watch.reference
        if self._devices.get(reference) == device:
            del self._devices[reference]
        watch.state, watch.reference = State.WAITING, b""
        if watch.wanted:
            self._queue(device, watch)
            return [], reference
        self._drop(device, watch)
        return self._take(watch), reference

    def ended_by_switch(self, reference: bytes) -> str | None:
        """Take that the switch ended a monitor; give its device."""
        device = self._devices.pop(reference, None)
        watch = None if device is None else self._watches.get(device)
        if device is None or watch is None or watch.state is not State.RUNNING:
            return None
        watch.state, watch.reference = State.REFUSED, b""
        watch.native = ENDED
        self._answer(watch, ENDED)
        if not watch.wanted:
            self._queue(device, watch)
        return device

    def _take(self, watch: _Watch) -> list[int]:
        tokens, watch.tokens = watch.tokens, []
        return tokens

    # Questions.

    def device_of(self, reference: bytes) -> str | None:
        """Give the device that a reference reports about."""
        return self._devices.get(reference)

    @property
    def running(self) -> int:
        """Monitors that run."""
        return len(self._devices)

    @property
    def starting(self) -> bool:
        """Whether an answer to a start is awaited."""
        return self._starting > 0

    @property
    def quiet(self) -> bool:
        """Whether nothing is to be asked."""
        return not self._jobs

    @property
    def devices(self) -> list[str]:
        """The devices whose monitor runs."""
        return [key for key, watch in self._watches.items() if watch.state is State.RUNNING]

    @property
    def missing(self) -> list[tuple[str, str]]:
        """The devices whose monitor was refused or ended, and why."""
        return [
            (key, watch.error or ENDED)
            for key, watch in self._watches.items()
            if watch.state is State.REFUSED
        ]

    @property
    def idle(self) -> bool:
        """Whether nothing runs and nothing is awaited."""
        return not self._watches

    @property
    def complete(self) -> bool:
        """Whether no monitor is known to be missing."""
        return not self._errors

    def refusals(self) -> tuple[int, int, Counter[str]]:
        """Count the refused, the wanted, and the refused by their reason."""
        return self._errors.total(), len(self._watches), self._errors
