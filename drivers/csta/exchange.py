"""Requests that wait for an answer, and what can answer them (ITU-T X.880)."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from msgspec import Struct

from cti import driver as dr
from cti.model.commands import Command
from drivers.csta.wire import Wire
from protocols.csta.phase3.codec import Invoke
from protocols.rose.apdus import Problem

LAST_ID: Final = 32_767
"""Invoke ids count from 1 to this and begin again."""
OUTSTANDING: Final = 2_000
"""Requests that wait at most, of whatever kind."""

# What a request is for.


class ForCommand(Struct, frozen=True, gc=False):
    """A command of the desk."""

    token: int
    command: Command
    where: str
    """Verb and object, for messages."""
    route: str | None = None
    """Route it answers: a request that only an error answers."""
    ignored: tuple[str, ...] = ()
    """Arguments that this service has no place for."""
    device: str | None = None
    """Key of the device that is asked about."""
    call: str | None = None
    """Key of the call that is asked about."""


class ForStart(Struct, frozen=True, gc=False):
    """Start of the monitor of a device."""

    device: str


class ForStop(Struct, frozen=True, gc=False):
    """End of a monitor; without a device it is one that nobody wanted."""

    device: str | None


class ForBeat(Struct, frozen=True, gc=False):
    """Sign of life."""

    escape: bool


class Kind(Enum):
    """What a resynchronisation asks, by the command that asks the same."""

    DEVICE = "snapshot_device"
    CALL = "snapshot_call"
    AGENT = "query_agent"
    FORWARDING = "query_forwarding"
    DND = "query_dnd"
    MWI = "query_mwi"


class ForQuestion(Struct, frozen=True, gc=False):
    """A question of a resynchronisation."""

    kind: Kind
    key: str
    """Key of the call, or of the device."""


class ForRegistration(Struct, frozen=True, gc=False):
    """A route point is served from now on, or no longer."""

    point: str
    on: bool


Purpose = ForCommand | ForStart | ForStop | ForBeat | ForQuestion | ForRegistration


class Asked(Struct, frozen=True, gc=False):
    """One request that waits."""

    invoke_id: int
    operation: int
    purpose: Purpose
    seconds: float


# What answers it.


class Told(Struct, frozen=True, gc=False):
    """A result."""

    result: Any
    truncated: bool = False
    """Whether it came in more parts than are kept."""


class Failed(Struct, frozen=True, gc=False):
    """An error."""

    failure: object
    """The universal failure."""


class Rejected(Struct, frozen=True, gc=False):
    """A reject: the switch did not take it for a request."""

    problem: Problem


class Unreadable(Struct, frozen=True, gc=False):
    """An answer that cannot be read, but for its invoke id."""


class Unanswered(Struct, frozen=True, gc=False):
    """No answer came in time."""


Answer = Told | Failed | Rejected | Unreadable | Unanswered

UNRECOGNIZED: Final[Problem] = ("invoke", 1)
"""Problem of a reject: the switch has no such operation."""
SERVICE_NOT_SUPPORTED: Final = ("operation", 50)
"""Failure that says the same."""


def unsupported(answer: Answer) -> bool:
    """Tell whether an answer says that the switch does not have the service."""
    match answer:
        case Rejected(problem):
            return problem == UNRECOGNIZED
        case Failed(failure):
            return failure == SERVICE_NOT_SUPPORTED
        case _:
            return False


class RequestTimer(Struct, frozen=True, gc=False):
    """Timer of one request."""

    invoke_id: int


class Full(Exception):  # noqa: N818 - an answer, not a failure of this program
    """No further request can wait."""


class Exchange:
    """The requests of one association."""

    def __init__(self, seconds: float, wire: Wire) -> None:
        self._seconds = seconds
        self._wire = wire
        self._waiting: dict[int, Asked] = {}
        self.last = 0
        """Invoke id of the last request."""

    def __len__(self) -> int:
        return len(self._waiting)

    def ask(
        self,
        operation: int,
        argument: Any,
        purpose: Purpose,
        *,
        urgent: bool = False,
        seconds: float | None = None,
    ) -> list[dr.Action]:
        """Send a request; raise ``EncodeError`` or ``Full``, and then nothing was sent.

        ``Unwritable``, an ``EncodeError``, says that the phase of the link has no such request.
        """
        if len(self._waiting) >= OUTSTANDING:
            raise Full
        number = self._free()
        pdu = self._wire.encode(Invoke(number, operation, argument))
        self.last = number
        wait = self._seconds if seconds is None else seconds
        self._waiting[number] = Asked(number, operation, purpose, wait)
        return [dr.SendPdu(pdu, urgent), dr.StartTimer(RequestTimer(number), wait)]

    def _free(self) -> int:
        number = self.last % LAST_ID + 1
        while number in self._waiting:  # ends: there are more ids than may wait
            number = number % LAST_ID + 1
        return number

    def waiting(self, invoke_id: int | None) -> Asked | None:
        """Give the request that waits under an id."""
        return None if invoke_id is None else self._waiting.get(invoke_id)

    def end(self, asked: Asked) -> list[dr.Action]:
        """Take a request off, answered or not."""
        self._waiting.pop(asked.invoke_id, None)
        return [dr.StopTimer(RequestTimer(asked.invoke_id))]

    def go_on(self, asked: Asked) -> list[dr.Action]:
        """Wait again for more of an answer."""
        return [dr.StartTimer(RequestTimer(asked.invoke_id), asked.seconds)]

    def drain(self) -> list[Asked]:
        """Take all requests off; the association is gone and ids begin anew."""
        left = list(self._waiting.values())
        self._waiting.clear()
        self._wire.forget()
        self.last = 0
        return left
