"""Octets of MQTT 5 packets, against the standard and against another implementation."""

from __future__ import annotations

import os
import random
import sys
from typing import Any

import mqtt5
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.mqtt import codec
from cti.mqtt import packets as p
from cti.mqtt.codec import Decoder, encode, encode_publish, with_dup
from cti.mqtt.errors import InvalidPacketError, MalformedPacketError
from cti.mqtt.reasons import Reason
from tests.cti.mqtt.strategies import PACKET, PUBLISH

# The codec panics on bad UTF-8, which leaves a line on stderr and an "unraisable" exception.
panics = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

VECTORS = [  # worked out by hand from chapters 2 and 3 of the standard
    pytest.param(
        "10 1c 0004 4d515454 05 00 000f 0d 11 00000e10 21 0040 27 00005000 0002 6431",
        p.Connect(
            "d1",
            keep_alive=15,
            session_expiry_interval=3600,
            receive_maximum=64,
            maximum_packet_size=20480,
        ),
        id="CONNECT",
    ),
    pytest.param(
        "10 22 0004 4d515454 05 ec 0000 00 0000"
        "05 18 00000005 0001 74 0001 78 0001 75 0004 70617373",
        p.Connect(
            username="u",
            password=p.Secret(b"pass"),
            will=p.Will("t", b"x", qos=1, retain=True, will_delay_interval=5),
        ),
        id="CONNECT with Will and login",
    ),
    pytest.param("20 03 01 00 00", p.ConnAck(session_present=True), id="CONNACK"),
    pytest.param(
        "20 06 00 00 03 21 000a", p.ConnAck(receive_maximum=10), id="CONNACK with limit"
    ),
    pytest.param("30 06 0003 612f62 00", p.Publish("a/b"), id="PUBLISH QoS 0, no payload"),
    pytest.param(
        "3b 0a 0003 612f62 000a 00 6869",
        p.Publish("a/b", b"hi", qos=1, retain=True, dup=True, packet_id=10),
        id="PUBLISH QoS 1, DUP, RETAIN",
    ),
    pytest.param(
        "30 0d 0001 61 08 26 0001 6b 0002 c3a9 31",
        p.Publish("a", b"1", user_properties=(("k", "é"),)),
        id="PUBLISH with user property",
    ),
    pytest.param("40 02 000a", p.PubAck(10), id="PUBACK"),
    pytest.param(
        "40 03 000a 10", p.PubAck(10, Reason.NO_MATCHING_SUBSCRIBERS), id="PUBACK 0x10"
    ),
    pytest.param("50 02 0001", p.PubRec(1), id="PUBREC"),
    pytest.param("62 02 0001", p.PubRel(1), id="PUBREL"),
    pytest.param(
        "70 03 0001 92", p.PubComp(1, Reason.PACKET_IDENTIFIER_NOT_FOUND), id="PUBCOMP"
    ),
    pytest.param(
        "82 09 0001 00 0003 612f23 01",
        p.Subscribe(1, (p.Subscription("a/#"),)),
        id="SUBSCRIBE",
    ),
    pytest.param(
        "82 09 0001 00 0003 612f23 2d",
        p.Subscribe(1, (p.Subscription("a/#", 1, True, True, 2),)),
        id="SUBSCRIBE with all options",
    ),
    pytest.param("90 04 0001 00 01", p.SubAck(1, (Reason.GRANTED_QOS_1,)), id="SUBACK"),
    pytest.param("a2 08 0001 00 0003 612f23", p.Unsubscribe(1, ("a/#",)), id="UNSUBSCRIBE"),
    pytest.param(
        "b0 04 0001 00 11", p.UnsubAck(1, (Reason.NO_SUBSCRIPTION_EXISTED,)), id="UNSUBACK"
    ),
    pytest.param("c0 00", p.PingReq(), id="PINGREQ"),
    pytest.param("d0 00", p.PingResp(), id="PINGRESP"),
    pytest.param("e0 00", p.Disconnect(), id="DISCONNECT"),
    pytest.param("e0 01 8e", p.Disconnect(Reason.SESSION_TAKEN_OVER), id="DISCONNECT 0x8E"),
    pytest.param(
        "f0 08 18 06 15 0003 782d79",
        p.Auth(Reason.CONTINUE_AUTHENTICATION, "x-y"),
        id="AUTH",
    ),
]


@pytest.mark.parametrize(("octets", "packet"), VECTORS)
def test_vector(octets, packet):
    wire = bytes.fromhex(octets)
    assert Decoder().feed(wire) == [packet]
    assert encode(packet) == wire


MALFORMED = [
    pytest.param("30 ffffff7f", Reason.PACKET_TOO_LARGE, id="remaining length lies"),
    pytest.param("30 80808080 01", Reason.MALFORMED_PACKET, id="length of five octets"),
    pytest.param("30 8600 0003 612f62 00", Reason.MALFORMED_PACKET, id="length not minimal"),
    pytest.param("20 0b 00 00 80 ffff 000000000000", Reason.MALFORMED_PACKET, id="CONNACK a"),
    pytest.param("20 08 00 00 08 22 000a 26 0000", Reason.MALFORMED_PACKET, id="CONNACK b"),
    pytest.param("20 09 00 00 06 21 0003 21 0004", Reason.MALFORMED_PACKET, id="twice"),
    pytest.param("20 06 00 00 03 21 0000", Reason.MALFORMED_PACKET, id="receive maximum 0"),
    pytest.param("30 05 0001 ff 00 78", Reason.MALFORMED_PACKET, id="topic no UTF-8"),
    pytest.param("30 06 0002 c080 00 78", Reason.MALFORMED_PACKET, id="overlong NUL"),
    pytest.param("30 07 0003 eda080 00 78", Reason.MALFORMED_PACKET, id="surrogate"),
    pytest.param("30 05 0001 00 00 78", Reason.TOPIC_NAME_INVALID, id="topic NUL"),
    pytest.param("30 05 0001 23 00 78", Reason.TOPIC_NAME_INVALID, id="topic #"),
    pytest.param("30 03 0000 00", Reason.MALFORMED_PACKET, id="no topic, no alias"),
    pytest.param("30 07 0001 61 03 230000", Reason.MALFORMED_PACKET, id="alias 0"),
    pytest.param("36 06 0001 61 0001 00", Reason.MALFORMED_PACKET, id="QoS 3"),
    pytest.param("38 04 0001 61 00", Reason.MALFORMED_PACKET, id="DUP at QoS 0"),
    pytest.param("32 06 0001 61 0000 00", Reason.PROTOCOL_ERROR, id="PUBLISH with id 0"),
    pytest.param("30 06 0001 61 02 0102", Reason.PROTOCOL_ERROR, id="payload format 2"),
    pytest.param("30 0b 0001 61 07 26 0001 00 0001 61", Reason.MALFORMED_PACKET, id="NUL"),
    pytest.param("40 02 0000", Reason.PROTOCOL_ERROR, id="PUBACK with id 0"),
    pytest.param("41 02 0001", Reason.MALFORMED_PACKET, id="flags of PUBACK"),
    pytest.param("40 03 0001 11", Reason.MALFORMED_PACKET, id="code of another packet"),
    pytest.param("90 03 0001 00", Reason.PROTOCOL_ERROR, id="SUBACK without codes"),
    pytest.param("00 00", Reason.MALFORMED_PACKET, id="type 0"),
    pytest.param("d0 01 00", Reason.MALFORMED_PACKET, id="PINGRESP with more"),
    pytest.param("10 0c 0004 4d515454 04 02 003c 0000", Reason.MALFORMED_PACKET, id="3.1.1"),
]


@panics
@pytest.mark.parametrize(("octets", "reason"), MALFORMED)
def test_octets_that_are_no_packet_say_so(octets, reason, capfd):
    decoder = Decoder(1_000_000)
    with pytest.raises(MalformedPacketError) as caught:
        decoder.feed(bytes.fromhex(octets))
    assert caught.value.reason is reason
    with pytest.raises(MalformedPacketError):  # the stream has lost its borders
        decoder.feed(encode(p.PingResp()))
    assert decoder.buffered == 0


def test_packets_ahead_of_a_malformed_one_are_not_lost():
    with pytest.raises(MalformedPacketError) as caught:
        Decoder().feed(bytes.fromhex("40020001 40020002 0000"))
    assert caught.value.before == [p.PubAck(1), p.PubAck(2)]


def test_a_packet_above_the_maximum_is_refused_at_its_header():
    decoder = Decoder(100)
    with pytest.raises(MalformedPacketError) as caught:
        decoder.feed(bytes.fromhex("30 63"))
    assert caught.value.reason is Reason.PACKET_TOO_LARGE
    assert Decoder(101).feed(bytes.fromhex("30 63")) == []


@given(PACKET)
def test_every_packet_that_encodes_decodes_to_itself(packet):
    assert Decoder().feed(encode(packet)) == [packet]


@given(st.lists(PACKET, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_any_cut_of_the_stream_gives_the_same_packets(packets, cuts):
    wire = b"".join(encode(packet) for packet in packets)
    decoder, got = Decoder(), []
    while wire:
        size = cuts.choice((1, 2, 3, 7, 64))
        got += decoder.feed(wire[:size])
        wire = wire[size:]
    assert got == packets
    assert decoder.buffered == 0


@given(PUBLISH.filter(lambda packet: packet.qos == 1), st.integers(1, 65535))
def test_a_message_takes_its_identifier_and_dup_when_it_is_sent(message, packet_id):
    sent: Any
    [sent] = Decoder().feed(with_dup(encode_publish(message, packet_id)))
    assert (sent.packet_id, sent.dup) == (packet_id, True)
    assert (sent.topic, sent.payload, sent.user_properties) == (
        message.topic,
        message.payload,
        message.user_properties,
    )


INVALID = [
    pytest.param(p.Publish("a/+"), Reason.TOPIC_NAME_INVALID, id="wildcard"),
    pytest.param(p.Publish(""), Reason.TOPIC_NAME_INVALID, id="no topic"),
    pytest.param(p.Publish("a\0"), Reason.TOPIC_NAME_INVALID, id="NUL"),
    pytest.param(p.Publish("\ud800"), Reason.TOPIC_NAME_INVALID, id="surrogate"),
    pytest.param(p.Publish("a" * 65536), Reason.TOPIC_NAME_INVALID, id="65536"),
    pytest.param(p.Publish("a", qos=3, packet_id=1), Reason.MALFORMED_PACKET, id="QoS 3"),
    pytest.param(p.Publish("a", qos=1), Reason.PROTOCOL_ERROR, id="no identifier"),
    pytest.param(p.Publish("a", packet_id=1), Reason.MALFORMED_PACKET, id="identifier"),
    pytest.param(p.Publish("a", dup=True), Reason.MALFORMED_PACKET, id="DUP"),
    pytest.param(p.Publish("a", content_type="\ud800"), Reason.PROTOCOL_ERROR, id="type"),
    pytest.param(p.Publish("a", response_topic="#"), Reason.PROTOCOL_ERROR, id="response"),
    pytest.param(
        p.Publish("a", message_expiry_interval=2**32), Reason.PROTOCOL_ERROR, id="expiry"
    ),
    pytest.param(
        p.Publish("a", user_properties=(("a", "\0"),)), Reason.MALFORMED_PACKET, id="property"
    ),
    pytest.param(p.PubAck(0), Reason.PROTOCOL_ERROR, id="PUBACK 0"),
    pytest.param(p.PubAck(1, Reason.GRANTED_QOS_1), Reason.PROTOCOL_ERROR, id="code"),
    pytest.param(p.Subscribe(1, ()), Reason.PROTOCOL_ERROR, id="no filter"),
    pytest.param(
        p.Subscribe(1, (p.Subscription("a/#/b"),)), Reason.TOPIC_FILTER_INVALID, id="filter"
    ),
    pytest.param(
        p.Subscribe(1, (p.Subscription("$share/g/a", no_local=True),)),
        Reason.PROTOCOL_ERROR,
        id="No Local and shared",
    ),
    pytest.param(p.Unsubscribe(1, ("a+",)), Reason.TOPIC_FILTER_INVALID, id="a+"),
    pytest.param(p.Connect(will=p.Will("#")), Reason.TOPIC_NAME_INVALID, id="will topic"),
    pytest.param(p.Connect(client_id="a\0"), Reason.MALFORMED_PACKET, id="client id"),
    pytest.param(p.Connect(keep_alive=65536), Reason.PROTOCOL_ERROR, id="keep alive"),
    pytest.param(p.Connect(receive_maximum=0), Reason.PROTOCOL_ERROR, id="receive maximum"),
]


@pytest.mark.parametrize(("packet", "reason"), INVALID)
def test_a_record_without_octets_says_so(packet, reason):
    with pytest.raises(InvalidPacketError) as caught:
        encode(packet)
    assert caught.value.reason is reason


def test_topics_are_remembered_up_to_a_limit():
    for n in range(10_050):
        encode(p.Publish(f"t/{n}"))
    encode(p.Publish("t/" + "x" * 1000))
    assert len(codec._KNOWN_TOPICS) <= 10_000
    assert all(len(topic) <= 256 for topic in codec._KNOWN_TOPICS)


def test_a_secret_shows_in_no_text():
    connect = p.Connect("d1", username="u", password=p.Secret(b"hunter2"))
    assert "hunter2" not in f"{connect!r} {connect.password} {connect.password!r}"
    assert b"hunter2" in encode(connect)


def _mutated(source: random.Random, wire: bytes) -> bytes:
    octets = bytearray(wire)
    for _ in range(source.randint(1, 4)):
        place = source.randrange(len(octets))
        match source.randrange(4):
            case 0:
                octets[place] ^= 1 << source.randrange(8)
            case 1:
                octets[place] = source.choice((0, 1, 0x7F, 0x80, 0xFF))
            case 2:
                del octets[place]
            case _:
                octets.insert(place, source.randrange(256))
        if not octets:
            octets.append(0)
    if len(octets) > 2 and octets[1] < 0x80 and source.random() < 0.8:
        octets[1] = min(len(octets) - 2, 0x7F)  # so that the damage gets past the framing
    return bytes(octets)


def test_damaged_packets_give_packets_or_malformed_packet(monkeypatch):
    """20,000 damaged packets; the codec's own words on bad UTF-8 go to a closed drain."""
    wires = [bytes.fromhex(str(vector.values[0])) for vector in VECTORS]
    wires.append(
        encode(
            p.Publish(
                "a/é",
                b"x",
                response_topic="r/é",
                content_type="é",
                user_properties=(("é", "é"),),
            )
        )
    )
    source, malformed, good, panics = random.Random(5), 0, 0, 0  # noqa: S311
    drain, kept = os.open(os.devnull, os.O_WRONLY), os.dup(2)
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    os.dup2(drain, 2)
    try:
        for _ in range(20_000):
            decoder = Decoder(4096)
            try:
                good += len(decoder.feed(_mutated(source, source.choice(wires))))
            except MalformedPacketError as error:
                malformed += 1
                panics += "gave up" in error.message
            assert decoder.buffered <= 4096
    finally:
        os.dup2(kept, 2)
        os.close(drain)
        os.close(kept)
    assert malformed > 5000
    assert good > 1000
    assert panics > 500


@panics
@given(st.binary(max_size=40))
def test_any_octets_give_packets_or_malformed_packet(octets):
    try:
        packets = Decoder(4096).feed(octets)
    except MalformedPacketError as error:
        packets = error.before
    for packet in packets:
        assert Decoder().feed(encode(packet)) == [packet]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_the_guard_lets_the_end_of_the_program_through(kind, monkeypatch):
    def interrupted(_octets):
        raise kind

    monkeypatch.setattr(mqtt5, "read", interrupted)
    with pytest.raises(kind):
        Decoder().feed(encode(p.PingResp()))
