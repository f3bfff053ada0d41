"""QoS 1 messages from the server that their owner has not taken yet (4.6 and 4.9).

A message is acknowledged after its owner took it, and PUBACKs leave in the order of the
messages [MQTT-4.6.0-2] whatever order the owner answers in. A receipt is a number that never
repeats, so that an answer from before a lost connection cannot acknowledge another message.
"""

from __future__ import annotations

from cti.mqtt.packets import PubAck
from cti.mqtt.reasons import Reason


class _Waiting:
    __slots__ = ("packet_id", "reason")

    def __init__(self, packet_id: int) -> None:
        self.packet_id = packet_id
        self.reason: Reason | None = None


class Inbound:
    """The receiving half of one connection."""

    def __init__(self, receive_maximum: int) -> None:
        self._maximum = receive_maximum
        self._waiting: dict[int, _Waiting] = {}
        self._packet_ids: set[int] = set()
        self._last_receipt = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, packet_id: int) -> bool:
        return packet_id in self._packet_ids

    @property
    def full(self) -> bool:
        """Whether the server has used up Receive Maximum."""
        return len(self._waiting) >= self._maximum

    @property
    def overrun(self) -> bool:
        """Whether the server went on until as many again wait behind those."""
        return len(self._waiting) >= 2 * self._maximum

    def add(self, packet_id: int) -> int:
        """Note a message and give its receipt, from 1."""
        self._last_receipt += 1
        self._waiting[self._last_receipt] = _Waiting(packet_id)
        self._packet_ids.add(packet_id)
        return self._last_receipt

    def refuse(self, packet_id: int) -> list[PubAck]:
        """Answer a message with Quota exceeded in its turn, without showing it to anybody."""
        return self.taken(self.add(packet_id), Reason.QUOTA_EXCEEDED)

    def taken(self, receipt: int, reason: Reason) -> list[PubAck]:
        """Note the owner's answer and give the PUBACKs whose turn it is."""
        waiting = self._waiting.get(receipt)
        if waiting is None or waiting.reason is not None:
            return []
        waiting.reason = reason
        answers: list[PubAck] = []
        while self._waiting:
            first = next(iter(self._waiting))
            head = self._waiting[first]
            if head.reason is None:
                break
            del self._waiting[first]
            self._packet_ids.discard(head.packet_id)
            answers.append(PubAck(head.packet_id, head.reason))
        return answers

    def waits(self, receipt: int) -> bool:
        """Tell whether the message of ``receipt`` still lacks its owner's answer."""
        waiting = self._waiting.get(receipt)
        return waiting is not None and waiting.reason is None

    def clear(self) -> None:
        """End the connection: the server will send again what was not acknowledged."""
        self._waiting.clear()
        self._packet_ids.clear()
