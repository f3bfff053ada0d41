"""Where the messages come from: the ``Source`` of a service, and one in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from operator import itemgetter
from typing import Protocol

from typing_extensions import override

from cti.mqtt.outbound import Publication
from cti.mqtt.packets import Publish
from cti.mqtt.reasons import Reason


class Source(Protocol):
    """An ordered outbox; a message leaves it only when the server has taken it over.

    The service calls these in the reactor's thread and never from inside each other. A
    source with news calls ``MqttService.wake``.
    """

    def next_batch(self, n: int) -> Sequence[Publication]:
        """Hand out the next messages, at most ``n``, in order.

        What was handed out is the service's, over any number of connections, until it is
        acknowledged or refused; it is not handed out again before that.
        """
        ...

    def acknowledged(self, token: Hashable) -> None:
        """Note that the server has a message (for QoS 0: that it was sent)."""
        ...

    def refused(self, token: Hashable, reason: Reason) -> None:
        """Note that the server does not take a message.

        Handing it out again at once would only bring the same answer: that is for the owner
        to decide, half a minute later at the earliest.
        """
        ...


class MemoryOutbox(Source):
    """A bounded outbox in memory that keeps order and drops the oldest when it is full.

    Tokens are whole numbers that grow by one with each message. Messages that are handed out
    count, but are never dropped: the server may have them already. Refused ones are held
    aside until ``retry_refused``, and go first when room is needed.
    """

    def __init__(
        self,
        max_messages: int,
        max_octets: int,
        *,
        dropped: Callable[[list[Publication]], None] | None = None,
        refused: Callable[[Publication, Reason], None] | None = None,
    ) -> None:
        if max_messages < 1 or max_octets < 1:
            raise ValueError("an outbox holds at least one message of one octet")
        self._max_messages = max_messages
        self._max_octets = max_octets
        self._tell_dropped = dropped
        self._tell_refused = refused
        self._waiting: deque[tuple[int, Publication]] = deque()  # by growing token
        self._out: dict[Hashable, tuple[int, Publication]] = {}
        self._refused: dict[int, Publication] = {}
        self._lost: list[Publication] = []
        self._telling = False
        self._last = 0
        self.octets = 0
        """Topic and payload of everything in it."""
        self.dropped = 0
        """Messages dropped since the start."""

    def __len__(self) -> int:
        return len(self._waiting) + len(self._out) + len(self._refused)

    @property
    def held(self) -> int:
        """Messages that the server refused and that wait for ``retry_refused``."""
        return len(self._refused)

    def put(self, message: Publish) -> int:
        """Add a message and give its token.

        Calls ``dropped`` with what had to go, oldest first, which may be this message. What
        that call puts in turn may drop more; it is told at the next ``put`` after it.
        """
        self._last += 1
        token = self._last  # what ``dropped`` puts counts on
        publication = Publication(token, message)
        self._waiting.append((token, publication))
        self.octets += _size(publication)
        while len(self) > self._max_messages or self.octets > self._max_octets:
            if (oldest := self._oldest()) is None:
                break
            self._leave(oldest)
            self._lost.append(oldest)
            self.dropped += 1
        if self._lost and self._tell_dropped is not None and not self._telling:
            lost, self._lost, self._telling = self._lost, [], True
            try:
                self._tell_dropped(lost)
            finally:
                self._telling = False
        return token

    def retry_refused(self) -> int:
        """Put what was refused back where its token places it, and give its number."""
        waiting: list[tuple[int, Publication]] = [*self._refused.items(), *self._waiting]
        again = len(self._refused)
        self._refused.clear()
        waiting.sort(key=itemgetter(0))
        self._waiting = deque(waiting)
        return again

    @override
    def next_batch(self, n: int) -> list[Publication]:
        batch = [self._waiting.popleft() for _ in range(min(n, len(self._waiting)))]
        for entry in batch:
            self._out[entry[0]] = entry
        return [publication for _, publication in batch]

    @override
    def acknowledged(self, token: Hashable) -> None:
        if (entry := self._out.pop(token, None)) is not None:
            self._leave(entry[1])

    @override
    def refused(self, token: Hashable, reason: Reason) -> None:
        if (entry := self._out.pop(token, None)) is not None:
            number, publication = entry
            self._refused[number] = publication
            if self._tell_refused is not None:
                self._tell_refused(publication, reason)

    def _oldest(self) -> Publication | None:
        if self._refused:
            return self._refused.pop(min(self._refused))
        return self._waiting.popleft()[1] if self._waiting else None

    def _leave(self, publication: Publication) -> None:
        self.octets -= _size(publication)


def _size(publication: Publication) -> int:
    return len(publication.message.topic) + len(publication.message.payload)
