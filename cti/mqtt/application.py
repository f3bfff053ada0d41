"""What a service needs around it: a clock below, an application above."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Protocol

from cti.mqtt import packets as p
from cti.mqtt.reasons import Reason
from cti.mqtt.status import Status


class Delayed(Protocol):
    """A call that will be made later."""

    def cancel(self) -> None:
        """Make it not happen."""

    def active(self) -> bool:
        """Tell whether it is still to come."""


class Clock(Protocol):
    """What the service needs of a reactor besides its sockets."""

    def callLater(  # noqa: N802 # Twisted's name
        self, delay: float, callable: Callable[..., object], *args: object
    ) -> Delayed:
        """Call after ``delay`` seconds."""

    def seconds(self) -> float:
        """Give a time that never goes back."""


class Application:
    """What a service asks of the program around it; override what is needed.

    An exception out of one of these is logged and counted, and the session goes on.
    """

    def will(self) -> p.Will | None:
        """Give the Will Message of the connection that begins now."""
        return None

    def birth(
        self,
        *,
        session_present: bool,  # noqa: ARG002 # for those who override
    ) -> Iterable[p.Publish]:
        """Give what is published first on every connection: status, retained state."""
        return ()

    def farewell(self) -> Iterable[p.Publish]:
        """Give what is published last before an orderly end."""
        return ()

    def message_received(self, message: p.Publish, receipt: int) -> None:
        """Take a message; one with a receipt above 0 waits for ``MqttService.acknowledge``."""

    def subscribed(self, token: Hashable, reasons: Sequence[Reason]) -> None:
        """Learn the server's answer to ``subscribe``, one code per filter."""

    def state_changed(self, status: Status) -> None:
        """Learn that the service is in another state."""
