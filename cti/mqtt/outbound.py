"""QoS 1 messages on their way to the server (OASIS MQTT 5.0, 2.2.1, 4.4 and 4.9).

Holds what was sent and not acknowledged, in the order in which it was first sent, gives out
Packet Identifiers and keeps the window. Part of the session machine, no machine of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator

import msgspec

from cti.mqtt.codec import with_dup
from cti.mqtt.packets import Publish


class Publication(msgspec.Struct, frozen=True, gc=False):
    """A message that the owner wants published, and the token by which he knows it."""

    token: Hashable
    message: Publish


class InFlight:
    """One PUBLISH that waits for its PUBACK."""

    __slots__ = ("octets", "publication", "sent")

    def __init__(self, publication: Publication, octets: bytes) -> None:
        self.publication = publication
        self.octets = octets
        self.sent = True
        """Whether it went out on the present connection."""


class Outbound:
    """The sending half of the Session State."""

    def __init__(self, window: int) -> None:
        self.own_window = window
        self.window = 0
        """How many may be unacknowledged on the present connection (4.9)."""
        self._entries: dict[int, InFlight] = {}
        self._resend: deque[int] = deque()
        self._reserved: set[int] = set()
        self._last_id = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def unacknowledged(self) -> int:
        """Messages sent on the present connection whose PUBACK has not come."""
        return len(self._entries) - len(self._resend)

    @property
    def free(self) -> int:
        """New messages that may go out now; none while old ones wait to be sent again."""
        return 0 if self._resend else self.window - len(self._entries)

    @property
    def unsent(self) -> int:
        """Messages of earlier connections that wait to be sent again."""
        return len(self._resend)

    def take_id(self) -> int:
        """Give a Packet Identifier that nothing uses [MQTT-2.2.1-3]."""
        packet_id = self._last_id
        while True:
            packet_id = packet_id % 65535 + 1
            if packet_id not in self._entries and packet_id not in self._reserved:
                self._last_id = packet_id
                return packet_id

    def reserve_id(self) -> int:
        """Give an identifier for a SUBSCRIBE or UNSUBSCRIBE, held until ``release_id``."""
        packet_id = self.take_id()
        self._reserved.add(packet_id)
        return packet_id

    def release_id(self, packet_id: int) -> None:
        """Take back what ``reserve_id`` gave."""
        self._reserved.discard(packet_id)

    def add(self, packet_id: int, publication: Publication, octets: bytes) -> None:
        """Note a message that goes out now."""
        self._entries[packet_id] = InFlight(publication, octets)

    def acknowledged(self, packet_id: int) -> Publication | None:
        """End a message at its PUBACK; nothing if no such PUBLISH is out."""
        entry = self._entries.get(packet_id)
        if entry is None or not entry.sent:
            return None
        del self._entries[packet_id]
        return entry.publication

    def connected(self, receive_maximum: int) -> None:
        """Begin a connection with the window that the server allows."""
        self.window = min(receive_maximum, self.own_window)

    def disconnected(self) -> None:
        """End the connection: all that is unacknowledged waits to be sent again, in order."""
        self.window = 0
        self._reserved.clear()
        self._resend = deque(self._entries)
        for entry in self._entries.values():
            entry.sent = False

    def forget(self) -> list[Publication]:
        """Drop the session and give what it held, in order."""
        lost = [entry.publication for entry in self._entries.values()]
        self._entries.clear()
        self._resend.clear()
        return lost

    def resend(self) -> Iterator[tuple[Publication, bytes]]:
        """Give what has to go out again while the window lets it, with DUP [MQTT-4.4.0-1].

        The caller says ``drop`` to one that this server does not take.
        """
        while self._resend and self.unacknowledged < self.window:
            entry = self._entries[self._resend.popleft()]
            entry.sent = True
            yield entry.publication, with_dup(entry.octets)

    def drop(self, publication: Publication) -> None:
        """Forget one message that cannot be sent again."""
        for packet_id, entry in self._entries.items():
            if entry.publication is publication:
                del self._entries[packet_id]
                return
