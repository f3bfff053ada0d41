"""Packet records to octets and back (OASIS MQTT 5.0, chapters 1.5, 2 and 3).

A facade over the ``mqtt5`` codec, which only this module and its table know. It adds what
that codec leaves out: the border of packets in a stream, a limit on their size, and the rules
for strings, topics, Packet Identifiers and flags. Every packet that encodes decodes to an
equal one; the way back may give fewer octets, where the sender wrote out a property at its
default.
"""

from __future__ import annotations

from typing import Final

import mqtt5

from cti.mqtt import packets as p
from cti.mqtt._translation import FROM_CODEC, TO_CODEC, publish
from cti.mqtt.errors import InvalidPacketError, MalformedPacketError
from cti.mqtt.reasons import Reason
from cti.mqtt.topics import string_fault, topic_filter_fault, topic_name_fault

LARGEST_PACKET: Final = 5 + 268_435_455  # fixed header of five octets and the longest rest
# Topics repeat for weeks; what was found right once is not looked at again.
_KNOWN_TOPICS: Final[set[str]] = set()
_KNOWN_TOPICS_LIMIT: Final = 10_000
_KNOWN_TOPIC_LENGTH: Final = 256


def encode(packet: p.Packet) -> bytes:
    """Write one packet; raise ``InvalidPacketError`` if MQTT 5 has no octets for it."""
    if type(packet) is p.Publish:
        return encode_publish(packet, packet.packet_id)
    _check(packet)
    return _written(packet)


def encode_publish(message: p.Publish, packet_id: int) -> bytes:
    """Write ``message`` as a PUBLISH under ``packet_id``, 0 for QoS 0.

    Raises ``InvalidPacketError``. Identifier and DUP flag of the record itself do not count
    here, save that a record with DUP is written with it.
    """
    _check_publish(message, packet_id)
    try:
        return publish(message, packet_id).write()
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidPacketError(Reason.PROTOCOL_ERROR, f"PUBLISH: {error}") from error


def with_dup(publish: bytes) -> bytes:
    """Give the octets of a PUBLISH with its DUP flag set [MQTT-3.3.1-1]."""
    return bytes((publish[0] | 0x08,)) + publish[1:]


class Decoder:
    """Find packets in a stream of octets, for one connection.

    Holds at most one unfinished packet of ``maximum_packet_size`` octets. After an error the
    stream has no borders any more: each further call raises that error again.
    """

    def __init__(self, maximum_packet_size: int = LARGEST_PACKET) -> None:
        self._limit = maximum_packet_size
        self._rest = b""
        self._error: MalformedPacketError | None = None

    @property
    def buffered(self) -> int:
        """Octets held of a packet that is not complete."""
        return len(self._rest)

    def feed(self, octets: bytes) -> list[p.Packet]:
        """Take octets and give the packets that they complete, in order.

        Raises ``MalformedPacketError``; its ``before`` holds the packets ahead of the bad
        one, which count all the same.
        """
        if self._error is not None:
            self._error.before = []
            raise self._error
        packets: list[p.Packet] = []
        buffer = self._rest + octets if self._rest else octets
        try:
            start = 0
            while (end := self._end(buffer, start)) > 0:
                packets.append(_read(buffer[start:end]))
                start = end
        except MalformedPacketError as error:
            self._error, self._rest, error.before = error, b"", packets
            raise
        self._rest = buffer[start:]
        return packets

    def _end(self, buffer: bytes, start: int) -> int:
        """Find where the packet at ``start`` ends, 0 if that is not there yet (2.1.4)."""
        if len(buffer) - start < 2:
            return 0
        length = buffer[start + 1]
        end = start + 2 + length
        if length > 0x7F:
            length, factor, place = length & 0x7F, 0x80, start + 2
            while True:
                if place >= len(buffer):
                    return 0
                octet = buffer[place]
                place += 1
                length += (octet & 0x7F) * factor
                if octet < 0x80:
                    break
                factor <<= 7
                if factor > 0x200000:
                    raise MalformedPacketError(
                        Reason.MALFORMED_PACKET, "remaining length of more than four octets"
                    )
            if not octet:  # [MQTT-1.5.5-1]
                raise MalformedPacketError(
                    Reason.MALFORMED_PACKET, "remaining length longer than needed"
                )
            end = place + length
        if end - start > self._limit:
            raise MalformedPacketError(
                Reason.PACKET_TOO_LARGE, f"packet of {end - start} octets, limit {self._limit}"
            )
        return end if end <= len(buffer) else 0


def _read(octets: bytes) -> p.Packet:
    """Decode exactly one packet."""
    if len(octets) == 4 and octets[0] == 0x40:  # PUBACK, Success: most of what arrives
        if packet_id := octets[2] << 8 | octets[3]:
            return p.PubAck(packet_id)
        raise MalformedPacketError(Reason.PROTOCOL_ERROR, "Packet Identifier 0")  # 2.2.1
    try:
        packet, length = mqtt5.read(octets)  # type: ignore[arg-type] # takes any buffer
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except IndexError as error:
        raise MalformedPacketError(
            Reason.MALFORMED_PACKET, "a field ends behind the packet"
        ) from error
    except Exception as error:
        raise MalformedPacketError(Reason.MALFORMED_PACKET, f"{error}"[:200]) from error
    # The codec leaves its error family when a string is no UTF-8: a panic of the Rust side,
    # which is no Exception.
    except BaseException as error:
        raise MalformedPacketError(
            Reason.MALFORMED_PACKET, "the codec gave up, most likely on bad UTF-8"
        ) from error
    if length != len(octets):
        raise MalformedPacketError(
            Reason.MALFORMED_PACKET, f"packet of {len(octets)} octets holds {length}"
        )
    record = FROM_CODEC[type(packet)](packet)
    try:
        if type(record) is p.Publish:
            _check_publish(record, record.packet_id)
        else:
            _check(record)
    except InvalidPacketError as error:
        raise MalformedPacketError(error.reason, error.message) from error
    return record


def _written(packet: p.Packet) -> bytes:
    try:
        return bytes(TO_CODEC[type(packet)](packet).write())
    except (ValueError, TypeError, OverflowError, IndexError) as error:
        kind = type(packet).__name__.upper()
        raise InvalidPacketError(Reason.PROTOCOL_ERROR, f"{kind}: {error}") from error


# Rules that hold for records in both directions.


def _fault(reason: Reason, message: str) -> InvalidPacketError:
    return InvalidPacketError(reason, message)


def _check_publish(message: p.Publish, packet_id: int) -> None:
    topic = message.topic
    if topic not in _KNOWN_TOPICS and not (not topic and message.topic_alias):
        if fault := topic_name_fault(topic):
            raise _fault(Reason.TOPIC_NAME_INVALID, f"topic name {fault}")
        if len(_KNOWN_TOPICS) >= _KNOWN_TOPICS_LIMIT:
            _KNOWN_TOPICS.clear()
        if len(topic) <= _KNOWN_TOPIC_LENGTH:
            _KNOWN_TOPICS.add(topic)
    if not 0 <= message.qos <= 2:
        raise _fault(Reason.MALFORMED_PACKET, f"QoS {message.qos}")  # [MQTT-3.3.1-4]
    if message.qos and not 0 < packet_id < 65536:  # [MQTT-2.2.1-3]
        raise _fault(Reason.PROTOCOL_ERROR, f"Packet Identifier {packet_id}")
    if not message.qos and (message.dup or packet_id):  # [MQTT-3.3.1-2], [MQTT-2.2.1-2]
        raise _fault(Reason.MALFORMED_PACKET, "QoS 0 with DUP or Packet Identifier")
    if not 0 <= message.payload_format_indicator <= 1:  # 3.3.2.3.2
        raise _fault(Reason.PROTOCOL_ERROR, "Payload Format Indicator is neither 0 nor 1")
    if message.response_topic is not None and (
        fault := topic_name_fault(message.response_topic)
    ):
        raise _fault(Reason.PROTOCOL_ERROR, f"response topic {fault}")  # [MQTT-3.3.2-14]
    if message.content_type is not None and "\0" in message.content_type:
        raise _fault(Reason.MALFORMED_PACKET, "content type contains U+0000")
    for name, value in message.user_properties:
        if "\0" in name or "\0" in value:
            raise _fault(Reason.MALFORMED_PACKET, "user property contains U+0000")


def _check(packet: p.Packet) -> None:
    for name in packet.__struct_fields__:
        value = getattr(packet, name)
        if type(value) is str and (fault := string_fault(value)):
            raise _fault(Reason.MALFORMED_PACKET, f"{name} {fault}")
        if name == "packet_id" and not 0 < value < 65536:
            raise _fault(Reason.PROTOCOL_ERROR, f"Packet Identifier {value}")
        if name == "user_properties":
            for text in (text for pair in value for text in pair):
                if fault := string_fault(text):
                    raise _fault(Reason.MALFORMED_PACKET, f"user property {fault}")
    match packet:
        case p.Subscribe(_, subscriptions):
            for subscription in subscriptions:
                _check_filter(subscription.topic_filter)
                _check_options(subscription)
        case p.Unsubscribe(_, topic_filters):
            for topic_filter in topic_filters:
                _check_filter(topic_filter)
        case p.SubAck() | p.UnsubAck() if not packet.reasons:
            raise _fault(Reason.PROTOCOL_ERROR, "acknowledgement without a Reason Code")
        case p.Connect(will=p.Will() as will):
            # A Will obeys what holds for the message that it becomes (3.1.3.2).
            message = p.Publish(
                will.topic,
                qos=will.qos,
                payload_format_indicator=will.payload_format_indicator,
                response_topic=will.response_topic,
                content_type=will.content_type,
                user_properties=will.user_properties,
            )
            _check_publish(message, 1 if will.qos else 0)
        case _:
            pass


def _check_filter(topic_filter: str) -> None:
    if fault := topic_filter_fault(topic_filter):
        raise _fault(Reason.TOPIC_FILTER_INVALID, f"topic filter {fault}")


def _check_options(subscription: p.Subscription) -> None:
    if not (0 <= subscription.qos <= 2 and 0 <= subscription.retain_handling <= 2):
        raise _fault(Reason.PROTOCOL_ERROR, f"options of {subscription.topic_filter}")
    if subscription.no_local and subscription.topic_filter.startswith("$share/"):
        raise _fault(  # [MQTT-3.8.3-4]
            Reason.PROTOCOL_ERROR, "No Local on a shared subscription"
        )
