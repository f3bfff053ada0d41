"""A thousand damaged messages of each type: each gets the reaction of section 7.4, no other.

The reaction is worked out here from the octets and the section, without the codec.
"""

from __future__ import annotations

import struct
from random import Random
from typing import Any

import pytest

from protocols.meridian import _codec_meridian as m
from protocols.meridian.codec import place
from protocols.meridian.profile import DEFAULT
from protocols.meridian.values import (
    Cause,
    Feature,
    FeatureState,
    FlowState,
    Kind,
    MessageType,
    Reason,
    RouteMember,
    Service,
    Tn,
)
from tests.sim.meridian.client import Host

TYPES = {code: name for name, code in DEFAULT.codes(MessageType).items()}
KINDS = {code: name for name, code in DEFAULT.codes(Kind).items()}
SET: dict[str, Any] = {"device_dn": "5001", "device_tn": Tn(0, 0, 1, 1)}
HOSTS: list[Any] = [
    m.AppRegister("SL16", "TEST", (Service.INBOUND,), "host", "secret", 30),
    m.AppRelease(Cause(Reason.TIMEOUT)),
    m.DNRegister(**SET, event_group=1),
    m.DNRelease(acd_dn="6000"),
    m.LinkPoll(),
    m.FlowControl(FlowState.RESUME),
    m.InvalidMessageReceived(Cause(Reason.BAD_IE), 1, 2),
    m.MakeCall("5002", **SET, acd_dn="6000"),
    m.ProvideTone(RouteMember(1, 1)),
    m.AnswerCall(1, **SET),
    m.Hold(1, **SET),
    m.Retrieve(1, **SET),
    m.ReleaseCall(**SET, call_id=1),
    m.InitiateTransfer(1, "5002", **SET),
    m.InitiateConference(1, "5002", **SET),
    m.CompleteTransfer(**SET, call_id=1),
    m.CompleteConference(**SET, call_id=1),
    m.FastTransfer(1, "5002", **SET),
    m.SetFeature(
        *(Feature.CALL_FORWARD_ALL, "5001", None, None, FeatureState.ON, "1234"),
        *("5002", "77", True),
    ),
    m.RouteCall(1, 1, "5001"),
    m.GiveRingback(1, 1),
    m.GiveSilence(1, 1),
    m.GiveMusic(1, 1),
    m.OpenSession(1),
    m.PlayPrompt(1, (1, 2)),
    m.CollectDigits(1, 4, 5),
    m.CloseSession(1),
    m.QueueStatus("6000"),
]
"""One message of each type that a host sends."""
INDICATIONS = (MessageType.FLOW_CONTROL, MessageType.INVALID_MESSAGE_RECEIVED)
SENT = {place(body)[0] for body in HOSTS}


def damaged(draw: Random, octets: bytes) -> bytes:
    """Change, cut or lengthen a message, now and then with its length put right."""
    spoilt = bytearray(octets)
    for _ in range(draw.choice([0, 1, 1, 2, 3])):
        at = draw.choice([draw.randrange(8), draw.randrange(len(spoilt))])
        spoilt[at] = draw.choice([draw.randrange(256), spoilt[at] ^ 1, draw.randrange(9)])
    match draw.randrange(6):
        case 0:
            del spoilt[draw.randrange(len(spoilt)) :]
        case 1:
            spoilt += draw.randbytes(draw.choice([1, 2, 3, 90]))
        case _:
            pass
    if draw.random() < 0.7 and len(spoilt) >= 2:
        spoilt[:2] = struct.pack(">H", len(spoilt))
    return bytes(spoilt)


def reaction(octets: bytes, association: int) -> str:
    """Say what section 7.4 asks for, as far as it can be said without reading elements."""
    size = len(octets)
    if not 12 <= size <= 128 or struct.unpack_from(">H", octets)[0] != size:
        return "reset"
    protocol, version, code, kind_code, whose = struct.unpack_from(">BBBBH", octets, 2)
    if (protocol, version) != (DEFAULT.protocol, DEFAULT.version):
        return "bad_protocol"
    if code not in TYPES:
        return "unknown_message"
    message, kind = TYPES[code], KINDS.get(kind_code)
    silent = message is MessageType.INVALID_MESSAGE_RECEIVED
    if not _possible(message, kind):
        return "nothing" if silent else "bad_kind"
    at = 12
    while at < size:
        if at + 2 > size or at + 2 + octets[at + 1] > size:
            return "nothing" if silent else "bad_ie_length"
        at += 2 + octets[at + 1]
    if silent:
        return "nothing"
    if message is not MessageType.APP_REGISTER and whose != association:
        return "not_registered" if kind is Kind.REQ else "nothing"
    if kind in (Kind.ACK, Kind.NAK):
        return "nothing or told"  # a refusal has a cause, which may be missing
    return "answer" if kind is Kind.REQ else "nothing or told"


def _possible(message: MessageType, kind: Kind | None) -> bool:
    if message in INDICATIONS:
        return kind is Kind.IND
    if message is MessageType.LINK_POLL:
        return kind in (Kind.REQ, Kind.ACK, Kind.NAK)
    return message in SENT and kind is Kind.REQ


@pytest.mark.parametrize("body", HOSTS, ids=lambda body: type(body).__name__)
def test_a_thousand_damaged_messages_get_their_reaction(body: Any) -> None:
    draw = Random(type(body).__name__)  # noqa: S311 - equal each time
    host = Host(packets=True).register()
    seen: set[str] = set()
    for count in range(1000):
        octets = damaged(draw, host.octets(body, 9))
        if not octets:
            continue
        resets = len(host.bench.resets)
        heard = [one.body for one in host.raw(octets)]
        expected = reaction(octets, host.association)
        seen.add(expected)
        assert _told(heard, len(host.bench.resets) > resets, octets) in (
            ("nothing", "missing_ie", "bad_ie") if "told" in expected else (expected,)
        ), (count, octets.hex(), heard)
        if heard and isinstance(heard[0], m.AppReleaseAck):
            host.bench.disconnect()
            host.association = 0
            host.register()
    assert {"reset", "bad_protocol", "unknown_message"} <= seen


def _told(heard: list[Any], was_reset: bool, octets: bytes) -> str:
    """Put what came into the word of ``reaction``; an answer carries the reference."""
    if was_reset:
        assert not heard
        return "reset"
    if not heard:
        return "nothing"
    first, *more = heard
    answers = [one for one in more if place(one)[1] in (Kind.ACK, Kind.NAK)]
    assert not answers, "one reaction at most"
    if isinstance(first, m.InvalidMessageReceived):
        assert not more
        assert isinstance(first.cause.reason, Reason)
        if first.message_type_echo is not None:
            assert first.message_type_echo == octets[4]
        return first.cause.reason.value
    if isinstance(first, m.Nak) and first.cause.reason is Reason.NOT_REGISTERED:
        return "not_registered"
    return "answer"
