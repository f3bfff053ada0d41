"""A thousand damaged messages of each type: the host reacts as section 7.4 says."""

import random

import pytest

from cti import driver as dr
from protocols.meridian import _codec_meridian as c
from protocols.meridian.codec import Codec, Message
from protocols.meridian.values import Kind, MessageType, Reason, Role
from tests.drivers.meridian.script import ASSOCIATION, Link
from tests.protocols.meridian.judge import judge
from tests.protocols.meridian.test_messages import damage, examples

LONGEST = 1024
REASONS = {
    "protocol": Reason.BAD_PROTOCOL,
    "type": Reason.UNKNOWN_MESSAGE,
    "kind": Reason.BAD_KIND,
    "ie_length": Reason.BAD_IE_LENGTH,
    "missing_ie": Reason.MISSING_IE,
    "bad_ie": Reason.BAD_IE,
}


def expected(octets: bytes, link: Link) -> object:
    """Give what section 7.4 has the host do about octets; None for nothing it has to send."""
    profile = link.codec.profile
    wrong = judge(octets, profile, Role.HOST, LONGEST)
    if wrong == "length":
        return dr.ResetLink
    if not wrong:
        return None
    named = octets[4] == profile.messages[MessageType.INVALID_MESSAGE_RECEIVED][0]
    if named and wrong != "protocol":
        return None  # never answered, not even a bad one
    asked = octets[5] == profile.kinds[Kind.REQ]
    if wrong in ("missing_ie", "bad_ie") and asked:
        return c.Nak, REASONS[wrong]
    return c.InvalidMessageReceived, REASONS[wrong]


def done(link: Link) -> object:
    """Give what the host did about octets that are no message."""
    if link.of(dr.ResetLink):
        assert link.sent == []
        return dr.ResetLink
    for body in link.bodies:
        if isinstance(body, c.InvalidMessageReceived | c.Nak):
            return type(body), body.cause.reason
    return None


@pytest.mark.parametrize("message", MessageType)
def test_a_thousand_damaged_messages_get_exactly_this_reaction(make, message) -> None:
    link = make(devices=[])
    luck = random.Random(message.value)  # noqa: S311 - the same damage every time
    either = Codec(link.codec.profile)
    forms = [either.encode(Message(one, ASSOCIATION, 1, 0)) for one in examples(message)]
    for _ in range(1000):
        octets = damage(luck.choice(forms), luck)
        wanted = expected(octets, link)
        link.give(dr.PduReceived(octets))
        if wanted is not None or judge(octets, link.codec.profile, Role.HOST, LONGEST):
            assert done(link) == wanted, octets.hex()
        elif link.of(dr.StateChanged):  # a message that the damage made, and that is obeyed
            link = make(devices=[])
