"""Errors of the MQTT session.

::

    MqttError
     +-- MalformedPacketError   octets that are no MQTT 5 packet, or one that we forbade
     +-- InvalidPacketError     a record that has no octets in MQTT 5

The codec raises these; the session machine turns both into actions and raises nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cti.mqtt.packets import Packet
    from cti.mqtt.reasons import Reason


class MqttError(Exception):
    """Any failure of the codec."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        """The Reason Code that the cause deserves."""
        self.message = message
        """What is wrong, in lower case."""


class MalformedPacketError(MqttError):
    """What arrived is no packet; the connection has to be closed (4.13)."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(reason, message)
        self.before: list[Packet] = []
        """Packets that were complete ahead of the bad one in the same octets."""


class InvalidPacketError(MqttError):
    """A record cannot be sent: a string, a number or a code that MQTT 5 does not allow."""
