"""What the broker retains of us, against what we know: the rest is cleared, lies are undone.

Whoever could write below our topics once, or an earlier life with other devices, may have left
states there that are not true. Only our own switches' topics are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final, Protocol

import structlog

from cti.mqtt.application import Clock, Delayed
from cti.mqtt.packets import Publish, Subscription

QUIET: Final = 2.0
"""Seconds without a message after which the broker has sent all that it retains."""
MOST: Final = 5_000
"""Topics that are cleared at once."""
ROUNDS: Final = 20
"""How often it is looked. Whoever writes faster than we clear is not our business."""
REPEAT: Final = 1.0
"""Seconds between two times that a wrong status of ours is put right."""

TOKEN: Final = "retained"  # noqa: S105 - of a subscription
STATUS: Final = "status"


class Session(Protocol):
    """The session with the broker."""

    def subscribe(self, token: Hashable, *subscriptions: Subscription) -> None:
        """Subscribe."""

    def unsubscribe(self, token: Hashable, *topic_filters: str) -> None:
        """Give up filters."""


class Sweep:
    """Reads what is retained below some topics, and clears what is not ours."""

    def __init__(
        self,
        filters: Callable[[], Iterable[str]],
        ours: Callable[[], set[str]],
        put: Callable[[Publish], object],
        clock: Clock,
    ) -> None:
        """``ours`` gives all topics on which we retain something."""
        self._filters = filters
        self._ours = ours
        self._put = put
        self._clock = clock
        self._log: Any = structlog.get_logger("cti.northbound")
        self._session: Session | None = None
        self._reading: tuple[str, ...] = ()
        """Filters that are subscribed."""
        self._found: dict[str, None] = {}
        self._quiet: Delayed | None = None
        self._rounds = 0

    def begin(self, session: Session) -> None:
        """Look, now that there is a connection."""
        self.stop()
        self._session = session
        self._rounds = 0
        self._look()

    def stop(self) -> None:
        """Look no more."""
        if self._quiet is not None and self._quiet.active():
            self._quiet.cancel()
        self._quiet = None

    def subscribed(self, *, refused: bool) -> None:
        """Take the broker's answer; what is retained follows."""
        if refused:
            self._log.info("not permitted to look at what is retained")
        self._wait()

    def take(self, message: Publish) -> None:
        """Take a message of these topics; what is published now is not retained, but new."""
        if not self._reading or not message.retain or not message.payload:
            return
        self._wait()
        if len(self._found) < MOST:
            self._found[message.topic] = None

    def _look(self) -> None:
        self._quiet = None
        if self._session is not None:
            self._found.clear()
            self._reading = tuple(self._filters())
            wanted = [Subscription(one, qos=1) for one in self._reading]
            self._session.subscribe(TOKEN, *wanted)

    def _wait(self) -> None:
        self.stop()
        self._quiet = self._clock.callLater(QUIET, self._over)

    def _over(self) -> None:
        self._quiet = None
        if self._session is None:
            return
        self._session.unsubscribe(TOKEN, *self._reading)
        self._reading = ()
        ours = self._ours()
        strange = [topic for topic in self._found if topic not in ours]
        for topic in strange:
            self._put(Publish(topic, b"", qos=1, retain=True))
        if strange:
            self._log.warning(
                "cleared what was retained and is not ours",
                topics=len(strange),
                first=strange[0],
            )
        self._found.clear()
        self._rounds += 1
        if strange and self._rounds < ROUNDS:
            # Brokers send a part only where there is very much. A subscription that is
            # given up and wanted in one turn would not be asked for.
            self._quiet = self._clock.callLater(QUIET, self._look)


class OwnStatus:
    """Watches the daemon's own status: a late will, or somebody else, may be wrong."""

    def __init__(
        self, status: Callable[[], Publish], put: Callable[[Publish], object], clock: Clock
    ) -> None:
        """``status`` gives what is to be retained."""
        self._status = status
        self._put = put
        self._clock = clock
        self._log: Any = structlog.get_logger("cti.northbound")
        self._seen = b""
        self._over = False
        self._timer: Delayed | None = None

    def take(self, message: Publish) -> None:
        """Take what stands on the topic of our status."""
        self._seen = message.payload
        if self._over:
            return
        if self._seen != self._status().payload and self._timer is None:
            self._timer = self._clock.callLater(REPEAT, self._right)

    def stop(self) -> None:
        """Put nothing right any more: soon it is to say that we are away."""
        self._over = True
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None

    def _right(self) -> None:
        self._timer = None
        status = self._status()
        if self._seen != status.payload:
            self._log.warning("our status was wrong at the broker", topic=status.topic)
            self._put(status)
