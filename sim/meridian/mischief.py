"""The messages of Meridian Link as faults of messages see and spoil them (``sim.mischief``)."""

from __future__ import annotations

from typing import Any

import msgspec

from protocols.errors import DecodeError
from protocols.meridian import _codec_meridian as m
from protocols.meridian import header
from protocols.meridian.codec import Codec, Message, place
from protocols.meridian.profile import Profile
from protocols.meridian.values import FlowState, Kind, MessageType
from sim.mischief import Of, PduKind

_ABOUT_LINK = (m.LinkStatus, m.FlowControl, m.LinkPoll, m.InvalidMessageReceived)
_TYPE_AT = 4
_MORE = 1000


class Messages:
    """What faults must know of messages."""

    def __init__(self, profile: Profile) -> None:
        self._codec = Codec(profile)
        types = set(profile.codes(MessageType).values())
        elements = set(profile.numbers().values())
        self._no_type = next(code for code in range(255, 0, -1) if code not in types)
        self._no_element = next(code for code in range(255, 0, -1) if code not in elements)

    def is_request(self, octets: bytes) -> bool:
        """Tell whether a message of the host is a request."""
        try:
            return place(self._codec.decode(octets).body)[1] is Kind.REQ
        except DecodeError:
            return False

    def kind(self, octets: bytes) -> Of | None:
        """Tell what is counted with a message."""
        body = self._codec.decode(octets).body
        if isinstance(body, _ABOUT_LINK):
            return Of.STATUS
        return Of.EVENTS if place(body)[1] is Kind.IND else Of.ANSWERS

    def monitor(self, octets: bytes) -> bytes:
        """Give the device that an event is told of; empty for any other message."""
        body: Any = self._codec.decode(octets).body
        if isinstance(body, _ABOUT_LINK) or place(body)[1] is not Kind.IND:
            return b""
        names = ("device_dn", "position_id", "acd_dn", "session_id")
        return str(next(filter(None, (getattr(body, one, None) for one in names)), "")).encode()

    def renumbered(self, sent: list[bytes]) -> list[bytes]:
        """Leave events as they are: they have no numbers."""
        return sent

    def messages_lost(self) -> list[bytes]:
        """Say nothing: this link has no word for it."""
        return []

    def altered(self, kind: PduKind, octets: bytes) -> list[bytes]:
        """Strike by changing values; what has no such value stays as it is."""
        message = self._codec.decode(octets)
        answers = place(message.body)[1] in (Kind.ACK, Kind.NAK)
        match kind:
            case PduKind.WRONG_INVOKE_ID if answers:
                wrong = (message.reference + _MORE) % 0x10000
                other = msgspec.structs.replace(message, reference=wrong)
                return [self._codec.encode(other)]
            case PduKind.UNKNOWN_EVENT if not answers:
                strange = bytearray(octets)
                strange[_TYPE_AT] = self._no_type
                return [bytes(strange), octets]
            case PduKind.TRAILING:
                longer = octets + bytes((self._no_element, 2, 0, 0))
                length = len(longer).to_bytes(header.LENGTH_SIZE, "big")
                return [length + longer[header.LENGTH_SIZE :]]
            case PduKind.OVERLOAD:
                stop, go = (
                    self._codec.encode(Message(m.FlowControl(state), message.association))
                    for state in (FlowState.STOP, FlowState.RESUME)
                )
                return [stop, octets, go]
            case _:
                return [octets]
