"""What the desk wants done, and a command while the desk has it."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct, structs

from cti import moment
from cti.desk.admission import Aim
from cti.driver import CommandRequested, NativeTarget
from cti.lending import OURSELVES
from cti.model.commands import Command, EndState, Result
from cti.model.errors import Error

# Actions.


class Send(Struct, frozen=True, gc=False):
    """Give a command to a link's driver."""

    link_id: str
    request: CommandRequested


class Reply(Struct, frozen=True, gc=False):
    """Tell the requester how its command ended."""

    requester: str
    command_id: str
    verb: str
    result: Result


class Progress(Struct, frozen=True, gc=False):
    """Tell how far a command is."""

    requester: str
    command_id: str
    verb: str
    step: str
    """``queued``, ``sent``, or the verb of a step that is done or taken back."""
    link_id: str = ""
    """Link of a composed command, whose steps are events too."""
    wanted: bool = True
    """Whether the requester asked for it."""


class StartTimer(Struct, frozen=True, gc=False):
    """Start the deadline of a command."""

    token: int
    due: int


class StopTimer(Struct, frozen=True, gc=False):
    """Stop the deadline of a command."""

    token: int


class Attach(Struct, frozen=True, gc=False):
    """Attach application data to a call: the bridge keeps it, no switch is asked."""

    command: Command
    call_id: str
    data: dict[str, Any]


class Forget(Struct, frozen=True, gc=False):
    """Give up a call: somebody knows that it is not there."""

    command: Command
    call_id: str


class Resync(Struct, frozen=True, gc=False):
    """Ask for the whole state of a link."""

    link_id: str
    reason: str


Action = Send | Reply | Progress | StartTimer | StopTimer | Attach | Forget | Resync


class Out:
    """A command between its arrival and its end."""

    __slots__ = ("at", "command", "due", "link_id", "released", "sent", "target", "token")

    def __init__(self, token: int, command: Command, at: int) -> None:
        self.token: Final = token
        self.at: Final = at
        self.command: Final = command
        self.due: Final = at + command.deadline_ms * moment.SECOND // 1000
        self.link_id = ""
        self.target = NativeTarget()
        self.sent = False
        self.released = command.requester == OURSELVES
        """Whether this ends something that somebody wanted until now."""

    def go(self, aim: Aim) -> None:
        """Take that it is sent."""
        self.sent, self.link_id, self.target = True, aim.link_id, aim.target

    def progress(self, step: str, link_id: str = "") -> list[Action]:
        """Tell how far it is, if anybody wants to know."""
        command = self.command
        if not (command.progress or link_id):
            return []
        told = Progress(
            *(command.requester, command.command_id, command.verb, step, link_id),
            wanted=command.progress,
        )
        return [told]


def rejected(error: Error) -> Result:
    """Make the end of a command that was never sent."""
    return Result(EndState.REJECTED, error=error)


def succeeded(result: dict[str, Any]) -> Result:
    """Make the end of a command that was carried out."""
    return Result(EndState.SUCCEEDED, result=result)


def send(token: int, command: Command, aim: Aim) -> Send:
    """Give a command to a driver as the switch is to have it."""
    asked = structs.replace(command, args=aim.args)
    return Send(aim.link_id, CommandRequested(token, asked, aim.target))
