"""What goes wrong for an application, one type per kind of end."""

from __future__ import annotations

from typing import Final

from msgspec import UNSET

from cti.model.commands import EndState
from cti.model.errors import Error, ErrorClass, NativeError, Problem, Retry


class ClientError(Exception):
    """Anything that a client raises."""


class BrokerUnreachable(ClientError):  # noqa: N818 - says what is the case
    """The broker could not be reached, or refused us, at the start."""


class SubscriptionRefused(ClientError):  # noqa: N818 - says what is the case
    """The broker does not let this client read what it asked for."""


class CommandError(ClientError):
    """A command did not succeed; ``problem`` tells why (RFC 9457)."""

    def __init__(self, verb: str, command_id: str, problem: Problem) -> None:
        super().__init__(f"{verb}: {problem.detail or problem.title}")
        self.verb: Final = verb
        self.command_id: Final = command_id
        self.problem: Final = problem

    @property
    def kind(self) -> ErrorClass:
        """The class of the error."""
        return self.problem.kind

    @property
    def detail(self) -> str:
        """One sentence with the object and the value at fault."""
        return self.problem.detail

    @property
    def field(self) -> str | None:
        """The member of the command that is wrong, such as ``args.device``."""
        return None if self.problem.field is UNSET else self.problem.field

    @property
    def retry(self) -> Retry:
        """Whether asking again can help."""
        return self.problem.retry

    @property
    def native(self) -> NativeError | None:
        """What the switch said, if it was the switch."""
        return None if self.problem.native is UNSET else self.problem.native


class CommandRejected(CommandError):  # noqa: N818 - says what is the case
    """Never sent to the switch: wrong, not permitted, unsupported, wrong state, link down."""


class CommandFailed(CommandError):  # noqa: N818 - says what is the case
    """The switch said no."""


class CommandUnknown(CommandError):  # noqa: N818 - says what is the case
    """Sent, and nobody knows what became of it: look before you repeat it."""


class CommandCancelled(CommandError):  # noqa: N818 - says what is the case
    """Withdrawn while it waited."""


_ENDS: Final[dict[EndState, type[CommandError]]] = {
    EndState.REJECTED: CommandRejected,
    EndState.FAILED: CommandFailed,
    EndState.UNKNOWN: CommandUnknown,
    EndState.CANCELLED: CommandCancelled,
}


def ended(
    verb: str, command_id: str, status: EndState, problem: Problem | None = None
) -> CommandError:
    """Make the error of a command that ended otherwise than well."""
    told = problem or Error(ErrorClass.UNKNOWN, f"ended {status.value}").problem(command_id)
    return _ENDS.get(status, CommandUnknown)(verb, command_id, told)


def unanswered(verb: str, command_id: str, seconds: float, *, sent: bool) -> CommandError:
    """Make the error of a command to which no reply came."""
    if sent:
        detail = f"no reply within {seconds:g} s: is the bridge running, is the switch its own?"
        error = Error(ErrorClass.TIMEOUT, detail)
        return CommandUnknown(verb, command_id, error.problem(command_id))
    error = Error(ErrorClass.TIMEOUT, f"not sent: no connection to the broker in {seconds:g} s")
    return CommandRejected(verb, command_id, error.problem(command_id))
