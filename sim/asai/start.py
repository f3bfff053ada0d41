"""Link start: RESTart, its acknowledgement, heartbeats (S2 11-6), the switch's side.

Each side may start. Who answers a RESTart names one of the versions offered; none offered and
none named mean version 1. Behind it the one who started sends a heartbeat; when that is
answered the link is established.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from msgspec import Struct

from protocols.asai.names import VersionName
from sim.asai.dialects import Dialect
from sim.ports import Note, StartTimer, StopTimer

T316: Final = "T316"
ANSWER: Final = "heartbeat answer"
NEXT: Final = "next heartbeat"
SECONDS: Final = {T316: 120.0, ANSWER: 60.0}
"""S1 6-5, S2."""


class State(Enum):
    """How far the link is."""

    DOWN = "down"
    RESTARTING = "restarting"
    RESTARTED = "restarted"
    ESTABLISHED = "established"


# Events.


class Up(Struct, frozen=True, gc=False):
    """The layers below stand, or the exchange began anew."""


class Down(Struct, frozen=True, gc=False):
    """The layers below are gone."""


class RestartReceived(Struct, frozen=True, gc=False):
    """The adjunct starts the link."""

    versions: tuple[VersionName | int, ...]


class AcknowledgeReceived(Struct, frozen=True, gc=False):
    """The adjunct answered our RESTart."""

    versions: tuple[VersionName | int, ...]


class HeartbeatReceived(Struct, frozen=True, gc=False):
    """The adjunct sent a heartbeat, which is answered by whoever took it."""


class HeartbeatAnswered(Struct, frozen=True, gc=False):
    """The adjunct answered ours."""


class Expired(Struct, frozen=True, gc=False):
    """A timer ran out."""

    timer: str


Event = (
    Up
    | Down
    | RestartReceived
    | AcknowledgeReceived
    | HeartbeatReceived
    | HeartbeatAnswered
    | Expired
)

# Actions beside timers and notes.


class SendRestart(Struct, frozen=True, gc=False):
    """Offer versions to the adjunct."""

    versions: tuple[VersionName, ...]


class SendAcknowledge(Struct, frozen=True, gc=False):
    """Answer a RESTart."""

    version: VersionName | None
    """``None`` where the adjunct offered none."""


class SendHeartbeat(Struct, frozen=True, gc=False):
    """Send a heartbeat."""


class EndAssociations(Struct, frozen=True, gc=False):
    """Every association of the link is over."""


class Established(Struct, frozen=True, gc=False):
    """Requests are served from now on."""

    version: VersionName


class Lost(Struct, frozen=True, gc=False):
    """They are not any more."""


Action = (
    SendRestart
    | SendAcknowledge
    | SendHeartbeat
    | EndAssociations
    | Established
    | Lost
    | StartTimer
    | StopTimer
    | Note
)


class Start:
    """Start of one link."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self.state = State.DOWN
        self.version = VersionName.V1
        """Version that is in force."""

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order."""
        match event:
            case Up():
                return self._up()
            case Down():
                return [*self._leave(State.DOWN), *(StopTimer(name) for name in (T316, NEXT))]
            case _ if self.state is State.DOWN:
                return []
            case RestartReceived(versions):
                return self._asked(versions)
            case AcknowledgeReceived(versions):
                return self._acknowledged(versions)
            case HeartbeatReceived():
                return self._alive() if self.state is State.RESTARTED else []
            case HeartbeatAnswered():
                return self._alive()
            case Expired(timer):
                return self._expired(timer)

    def _up(self) -> list[Action]:
        starts = self._dialect.starts or self.state is not State.DOWN  # it began anew itself
        left = self._leave(State.RESTARTING)
        return [*left, *self._restart()] if starts else left

    def _restart(self) -> list[Action]:
        return [SendRestart(self._dialect.versions), StartTimer(T316, SECONDS[T316])]

    def _leave(self, state: State) -> list[Action]:
        """Go to a state without requests: every association is over."""
        was, self.state = self.state, state
        lost: list[Action] = [Lost()] if was is State.ESTABLISHED else []
        return [EndAssociations(), *lost, StopTimer(ANSWER), StopTimer(NEXT)]

    def _asked(self, versions: tuple[VersionName | int, ...]) -> list[Action]:
        version = self._choose(versions)
        if version is None:
            return [Note("version", f"the adjunct offers {versions}, none of ours")]
        self.version = version
        return [
            *self._leave(State.RESTARTED),
            StopTimer(T316),
            SendAcknowledge(version if versions else None),
            StartTimer(ANSWER, SECONDS[ANSWER]),
        ]

    def _choose(self, versions: tuple[VersionName | int, ...]) -> VersionName | None:
        offered = versions or (VersionName.V1,)
        return next((one for one in self._dialect.versions if one in offered), None)

    def _acknowledged(self, versions: tuple[VersionName | int, ...]) -> list[Action]:
        if self.state is not State.RESTARTING:
            return [Note("unexpected", "a RESTart ACK without a RESTart")]
        version = self._choose(versions[:1])
        if version is None:
            return [Note("version", f"the adjunct names {versions[0]}, which was not offered")]
        self.version = version
        return [*self._leave(State.RESTARTED), StopTimer(T316), *self._beat()]

    def _beat(self) -> list[Action]:
        return [SendHeartbeat(), StartTimer(ANSWER, SECONDS[ANSWER])]

    def _alive(self) -> list[Action]:
        was = self.state
        if was is State.RESTARTING:
            return []
        self.state = State.ESTABLISHED
        up: list[Action] = [] if was is State.ESTABLISHED else [Established(self.version)]
        every = self._dialect.heartbeat_every
        following: list[Action] = [StartTimer(NEXT, every)] if every else []
        return [StopTimer(ANSWER), *following, *up]

    def _expired(self, timer: str) -> list[Action]:
        match timer:
            case "T316" if self.state is State.RESTARTING:
                return [Note("T316", "no answer to RESTart"), *self._restart()]
            case "heartbeat answer":
                note = Note("silent", "no answer to a heartbeat")
                return [note, *self._leave(State.RESTARTING), *self._restart()]
            case "next heartbeat" if self.state is State.ESTABLISHED:
                return self._beat()
            case _:
                return []
