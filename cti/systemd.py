"""What the service manager is told: ready, status, reloading, stopping, and signs of life.

The protocol is that of sd_notify(3): datagrams of ``NAME=value`` lines to the socket that
``NOTIFY_SOCKET`` names. Where no manager listens, nothing is sent and nothing fails.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from typing import Final

from cti.clock import Clock, Delayed

_SPARE: Final = 2
"""Signs of life within one watchdog period."""


class Manager:
    """The service manager, if there is one."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        if self._address.startswith("@"):
            self._address = "\0" + self._address[1:]
        self.watchdog: Final = _watchdog(environ)
        """Seconds after which a silent service is killed; None when nobody watches."""
        self._status = ""

    @property
    def listens(self) -> bool:
        """Whether there is a manager."""
        return bool(self._address)

    def tell(self, **fields: str | int) -> None:
        """Send fields such as ``READY=1``. A manager that is gone changes nothing here."""
        if not self._address:
            return
        text = "\n".join(f"{name}={value}" for name, value in fields.items())
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as out:
                out.sendto(text.encode(), self._address)
        except OSError:
            pass  # it must not matter to calls whether somebody watches

    def status(self, text: str) -> None:
        """Tell in one line how things are; the same line again is not sent."""
        line = " ".join(text.split())
        if line != self._status:
            self._status = line
            self.tell(STATUS=line)

    def reloading(self) -> None:
        """Tell that the configuration is being read again; ``READY=1`` ends it."""
        self.tell(
            RELOADING=1, MONOTONIC_USEC=time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        )


def _watchdog(environ: Mapping[str, str]) -> float | None:
    """Read how often signs of life are wanted, if they are wanted of this process."""
    microseconds, process = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not microseconds.isdecimal() or int(microseconds) == 0:
        return None
    if process.isdecimal() and int(process) != os.getpid():
        return None
    return int(microseconds) / 1_000_000


class Watchdog:
    """Gives signs of life for as long as nothing is sick.

    A reactor that hangs gives none by itself. ``sick`` names what else must not go on, such
    as a writer of the store that answers no more; empty when all is well.
    """

    def __init__(
        self,
        manager: Manager,
        clock: Clock,
        sick: Callable[[], str],
        tell: Callable[[str], object],
    ) -> None:
        """``tell`` is told once each time that signs of life stop, and why."""
        self._manager = manager
        self._clock = clock
        self._sick = sick
        self._tell = tell
        self._was = ""
        self._next: Delayed | None = None

    def start(self) -> None:
        """Begin, if somebody watches."""
        if self._manager.watchdog is not None:
            self._beat(self._manager.watchdog / _SPARE)

    def stop(self) -> None:
        """Give no more signs."""
        if self._next is not None and self._next.active():
            self._next.cancel()
        self._next = None

    def _beat(self, period: float) -> None:
        why = self._sick()
        if why and why != self._was:
            self._tell(why)
        self._was = why
        if not why:
            self._manager.tell(WATCHDOG=1)
        self._next = self._clock.callLater(period, self._beat, period)
