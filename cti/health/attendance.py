"""Who looks after the process: the service manager, its watchdog, and probes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import structlog
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.error import CannotListenError

from cti.clock import Delayed
from cti.config.words import Unix, listening
from cti.health.metrics import Metrics
from cti.health.report import Report, hopeless, status
from cti.health.site import site
from cti.lag import Lag
from cti.systemd import Manager, Watchdog

LOOK: Final = 1.0
"""Seconds between two looks at what the service manager is told."""
AGAIN: Final = 10.0
"""Seconds after which pages that could not be opened are tried again."""
MODE: Final = 0o660
"""Of the UNIX socket of the pages."""


class Attendance:
    """Tells the service manager how things are, and answers probes.

    Pages that cannot be opened cost no call: it is logged, and tried again.
    """

    def __init__(self, report: Callable[[], Report], reactor: Any, manager: Manager) -> None:
        self.lag: Final = Lag(reactor)
        self.metrics: Final = Metrics(report)
        self._report = report
        self._reactor = reactor
        self._manager = manager
        self._log: Any = structlog.get_logger("cti.health")
        self._watchdog = Watchdog(manager, reactor, self._hopeless, self._silent)
        self._site: Any = site(report, self.metrics)
        self._listen: str | None = None
        self._port: Any = None
        self._refused = ""
        self._timers: dict[str, Delayed] = {}

    def start(self, listen: str | None) -> None:
        """Begin to watch, open the pages, and say that the process is ready."""
        self.lag.start()
        self._watchdog.start()
        self.listen(listen)
        self._manager.tell(READY=1)
        self._look()

    def stopping(self) -> None:
        """Say that the process ends; pages and signs of life go on until ``stop``."""
        self._cancel("look")
        self._manager.tell(STOPPING=1)
        self._manager.status("stopping")

    def stop(self) -> Deferred[Any]:
        """End."""
        self._watchdog.stop()
        self.lag.stop()
        self._cancel("look")
        return self._close()

    def reloading(self) -> None:
        """Say that the configuration is read again."""
        self._manager.reloading()

    def reloaded(self, said: str) -> None:
        """Say that this is over, and how it went."""
        self._manager.tell(READY=1)
        self._manager.status(f"{said}; {status(self._report())}")
        self._cancel("look")
        if self._manager.listens:
            self._timers["look"] = self._reactor.callLater(AGAIN, self._look)

    # The service manager.

    def _look(self) -> None:
        if self._manager.listens:
            self._manager.status(status(self._report()))
            self._timers["look"] = self._reactor.callLater(LOOK, self._look)

    def _hopeless(self) -> str:
        return hopeless(self._report())

    def _silent(self, why: str) -> None:
        self._log.critical("no sign of life for the watchdog", reason=why)

    def _cancel(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None and timer.active():
            timer.cancel()

    # The pages.

    def listen(self, listen: str | None) -> None:
        """Have the pages at another address; None closes them."""
        if listen == self._listen:
            return
        self._listen = listen
        self._close().addCallback(self._open)

    def _close(self) -> Deferred[Any]:
        self._cancel("open")
        port, self._port = self._port, None
        close: Any = (lambda: None) if port is None else port.stopListening
        return maybeDeferred(close)

    def _open(self, _: object = None) -> None:
        if self._listen is None or self._port is not None:
            return
        try:
            match listening(self._listen):
                case Unix(path):
                    self._port = self._reactor.listenUNIX(
                        path, self._site, mode=MODE, wantPID=True
                    )
                case where:
                    self._port = self._reactor.listenTCP(
                        where.port, self._site, interface=where.host
                    )
        except (CannotListenError, OSError) as error:
            why = getattr(error, "socketError", None) or error
            told = getattr(why, "strerror", None) or str(why)
            if told != self._refused:
                self._log.error("health pages not open", listen=self._listen, reason=told)
            self._refused = told
            self._timers["open"] = self._reactor.callLater(AGAIN, self._open)
            return
        self._refused = ""
        self._log.info("health pages open", listen=self._listen)
