"""Reason Codes of MQTT 5 and what each means for the next connection (OASIS MQTT 5.0, 2.4).

One enumeration stands for all packets; which codes a packet may carry is the codec's matter.
Code 0x00 has three names in the standard (Success, Normal disconnection, Granted QoS 0) and
one here.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import Final


class Reason(IntEnum):
    """A Reason Code (table 2-6); 0x80 and above are failures."""

    SUCCESS = 0x00
    GRANTED_QOS_1 = 0x01
    GRANTED_QOS_2 = 0x02
    DISCONNECT_WITH_WILL_MESSAGE = 0x04
    NO_MATCHING_SUBSCRIBERS = 0x10
    NO_SUBSCRIPTION_EXISTED = 0x11
    CONTINUE_AUTHENTICATION = 0x18
    RE_AUTHENTICATE = 0x19
    UNSPECIFIED_ERROR = 0x80
    MALFORMED_PACKET = 0x81
    PROTOCOL_ERROR = 0x82
    IMPLEMENTATION_SPECIFIC_ERROR = 0x83
    UNSUPPORTED_PROTOCOL_VERSION = 0x84
    CLIENT_IDENTIFIER_NOT_VALID = 0x85
    BAD_USER_NAME_OR_PASSWORD = 0x86
    NOT_AUTHORIZED = 0x87
    SERVER_UNAVAILABLE = 0x88
    SERVER_BUSY = 0x89
    BANNED = 0x8A
    SERVER_SHUTTING_DOWN = 0x8B
    BAD_AUTHENTICATION_METHOD = 0x8C
    KEEP_ALIVE_TIMEOUT = 0x8D
    SESSION_TAKEN_OVER = 0x8E
    TOPIC_FILTER_INVALID = 0x8F
    TOPIC_NAME_INVALID = 0x90
    PACKET_IDENTIFIER_IN_USE = 0x91
    PACKET_IDENTIFIER_NOT_FOUND = 0x92
    RECEIVE_MAXIMUM_EXCEEDED = 0x93
    TOPIC_ALIAS_INVALID = 0x94
    PACKET_TOO_LARGE = 0x95
    MESSAGE_RATE_TOO_HIGH = 0x96
    QUOTA_EXCEEDED = 0x97
    ADMINISTRATIVE_ACTION = 0x98
    PAYLOAD_FORMAT_INVALID = 0x99
    RETAIN_NOT_SUPPORTED = 0x9A
    QOS_NOT_SUPPORTED = 0x9B
    USE_ANOTHER_SERVER = 0x9C
    SERVER_MOVED = 0x9D
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED = 0x9E
    CONNECTION_RATE_EXCEEDED = 0x9F
    MAXIMUM_CONNECT_TIME = 0xA0
    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED = 0xA1
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED = 0xA2

    @property
    def is_failure(self) -> bool:
        """Whether the request was not carried out (2.4)."""
        return self >= 0x80

    @property
    def words(self) -> str:
        """The name in plain words, for logs and health pages."""
        return f"{self.name.lower().replace('_', ' ')} ({self:#04x})"


class Retry(Enum):
    """When and where the next connection is worth trying."""

    SOON = "soon"  # the ordinary back-off
    LATER = "later"  # nothing will change before somebody acts: a long, fixed pause
    ELSEWHERE = "elsewhere"  # at the server that the Server Reference names, if we list it
    NEVER = "never"  # we asked for the end ourselves


# A server that gives one of these will give it again until a person changes something there
# or here. A session taken over is among them: two clients with one name must not throw each
# other out ten times a second.
_LATER: Final = frozenset(
    {
        Reason.UNSUPPORTED_PROTOCOL_VERSION,
        Reason.CLIENT_IDENTIFIER_NOT_VALID,
        Reason.BAD_USER_NAME_OR_PASSWORD,
        Reason.NOT_AUTHORIZED,
        Reason.BANNED,
        Reason.BAD_AUTHENTICATION_METHOD,
        Reason.SESSION_TAKEN_OVER,
        Reason.TOPIC_NAME_INVALID,
        Reason.PACKET_TOO_LARGE,
        Reason.ADMINISTRATIVE_ACTION,
        Reason.PAYLOAD_FORMAT_INVALID,
        Reason.RETAIN_NOT_SUPPORTED,
        Reason.QOS_NOT_SUPPORTED,
    }
)


def retry_after(reason: Reason) -> Retry:
    """Tell what a CONNACK or DISCONNECT with this code asks of the next attempt."""
    if reason in (Reason.USE_ANOTHER_SERVER, Reason.SERVER_MOVED):
        return Retry.ELSEWHERE
    return Retry.LATER if reason in _LATER else Retry.SOON
