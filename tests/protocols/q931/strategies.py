"""Values of every element, and messages of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from protocols.errors import EncodeError
from protocols.q931 import table
from protocols.q931 import values as v
from protocols.q931.messages import CallReference, Element, Message, Raw, Shift

B2, B3, B4, B5, B6, B7, B8 = (st.integers(0, 2**n - 1) for n in range(2, 9))
BOOL = st.booleans()
OCTETS = st.binary(max_size=12)
TEXT = st.text(st.characters(max_codepoint=255), max_size=12)
SEVENS = st.lists(B7, max_size=3).map(bytes)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _layer() -> st.SearchStrategy[bytes]:
    group = st.tuples(B5, SEVENS).map(lambda parts: bytes((parts[0],)) + parts[1])
    return st.just(b"") | group


_RATE = st.sampled_from([0, 16, 21]).map(lambda rate: {"rate": rate}) | B7.map(
    lambda multiplier: {"rate": 24, "multiplier": multiplier}
)
_BEARER = {
    "capability": B5, "coding": B2, "mode": B2, "layer1": _layer(), "layer2": _layer(),
    "layer3": _layer(), "structure": st.lists(B7, max_size=2).map(bytes),
}  # fmt: skip


def _bearer(cls: type[Any], **more: Any) -> st.SearchStrategy[Any]:
    fields = st.fixed_dictionaries(_BEARER | more)
    return st.tuples(fields, _RATE).map(lambda parts: cls(**parts[0], **parts[1]))


def _number(cls: type[Any]) -> st.SearchStrategy[Any]:
    fields: dict[str, Any] = {"digits": TEXT, "type_of_number": B3, "plan": B4}
    plain = st.fixed_dictionaries(fields)
    if not issubclass(cls, v.ScreenedNumber):
        return plain.map(lambda told: cls(**told))
    screened = {"presentation": B2, "screening": B2}
    if issubclass(cls, v.RedirectedNumber):
        screened["reason"] = maybe(B4)
    both = st.fixed_dictionaries(fields | screened)
    return (plain | both).map(lambda told: cls(**told))


def _date(parts: tuple[list[int], int]) -> v.DateTime:
    return v.DateTime(*parts[0][: parts[1]])


_CHANNEL = {
    "selection": B2, "exclusive": BOOL, "primary": BOOL, "d_channel": BOOL,
    "interface": maybe(st.lists(B7, min_size=1, max_size=3).map(bytes)),
}  # fmt: skip
_TOLD = st.fixed_dictionaries({
    "coding": B2, "channel_type": B4,
    "channels": st.lists(B7, min_size=1, max_size=4).map(tuple),
}) | st.fixed_dictionaries({
    "coding": B2, "channel_type": B4, "slot_map": st.binary(min_size=1, max_size=4),
})  # fmt: skip
_NOTHING: dict[str, Any] = {}

VALUES: dict[type[Any], st.SearchStrategy[Any]] = {
    v.SegmentedMessage: st.builds(v.SegmentedMessage, BOOL, B7, B8),
    v.BearerCapability: _bearer(v.BearerCapability),
    v.LowLayerCompatibility: _bearer(v.LowLayerCompatibility, negotiation=maybe(B7)),
    v.Cause: st.builds(v.Cause, B7, B4, B2, maybe(B7), OCTETS),
    v.ExtendedFacility: st.builds(v.ExtendedFacility, st.binary(min_size=1, max_size=9)),
    v.CallIdentity: st.builds(v.CallIdentity, st.binary(max_size=8)),
    v.CallState: st.builds(v.CallState, B6, B2),
    v.ChannelIdentification: st.tuples(
        st.fixed_dictionaries(_CHANNEL), st.just(_NOTHING) | _TOLD
    ).map(lambda parts: v.ChannelIdentification(**parts[0], **parts[1])),
    v.Facility: st.builds(v.Facility, OCTETS),
    v.ProgressIndicator: st.builds(v.ProgressIndicator, B7, B4, B2),
    v.NetworkSpecificFacilities: st.builds(v.NetworkSpecificFacilities, OCTETS, B3, B4, TEXT),
    v.NotificationIndicator: st.builds(v.NotificationIndicator, B7, OCTETS),
    v.Display: st.builds(v.Display, TEXT),
    v.DateTime: st.tuples(
        st.lists(B8, min_size=6, max_size=6), st.integers(3, 6)
    ).map(_date),
    v.KeypadFacility: st.builds(v.KeypadFacility, TEXT),
    v.InformationRequest: st.builds(v.InformationRequest, BOOL, B6, OCTETS),
    v.Signal: st.builds(v.Signal, B8),
    v.FeatureActivation: st.builds(v.FeatureActivation, st.integers(0, 2**14 - 1)),
    v.FeatureIndication: st.builds(v.FeatureIndication, st.integers(0, 2**14 - 1), B7),
    v.ServiceProfileIdentification: st.builds(v.ServiceProfileIdentification, TEXT),
    v.EndpointIdentifier: st.builds(v.EndpointIdentifier, B8, B6, BOOL),
    v.InformationRate: st.builds(v.InformationRate, B7, B7, B7, B7),
    v.WindowSize: st.builds(v.WindowSize, B7, maybe(B7)),
    v.PacketSize: st.builds(v.PacketSize, B7, maybe(B7)),
    v.ClosedUserGroup: st.builds(v.ClosedUserGroup, B3, TEXT),
    **{
        cls: _number(cls)
        for cls in (v.CalledPartyNumber, v.CallingPartyNumber, v.ConnectedNumber,
                    v.RedirectingNumber, v.RedirectionNumber)
    },
    **{
        cls: st.builds(cls, OCTETS, B3, BOOL)
        for cls in (v.CalledPartySubaddress, v.CallingPartySubaddress, v.ConnectedSubaddress)
    },
    v.TransitNetworkSelection: st.builds(v.TransitNetworkSelection, TEXT, B3, B4),
    v.RestartIndicator: st.builds(v.RestartIndicator, B3),
    v.HighLayerCompatibility: st.builds(v.HighLayerCompatibility, B7, B2, B3, B2, maybe(B7)),
    v.UserUser: st.builds(v.UserUser, OCTETS, B8),
    v.CongestionLevel: st.builds(v.CongestionLevel, B4),
    v.RepeatIndicator: st.builds(v.RepeatIndicator, B4),
    v.MoreData: st.just(v.MoreData()),
    v.SendingComplete: st.just(v.SendingComplete()),
}  # fmt: skip


def has_octets(value: Any) -> bool:
    """Some drawn values are longer than their element may be."""
    if type(value) not in table.BY_VALUE:
        return True
    try:
        table.write_contents(value)
    except EncodeError:
        return False
    return True


ANY_VALUE: st.SearchStrategy[Element] = st.one_of(*VALUES.values()).filter(has_octets)
_UNKNOWN = sorted(set(range(0x80)) - set(table.BY_IDENTIFIER))
_NAMED = [spec.identifier for spec in table.SPECS if spec.value is None]
_SINGLES = [one for one in range(0x80, 0x100) if one & 0xF0 != 0x90]


@st.composite
def elements(draw: st.DrawFn) -> tuple[Element, ...]:
    """Draw elements of several codesets with the shifts that they need."""
    taken: list[Element] = []
    locked = 0
    for _ in range(draw(st.integers(0, 6))):
        alone = None
        if draw(st.integers(0, 3)) == 0:
            locked = draw(st.integers(locked, 7))
            taken.append(Shift(locked))
        if draw(st.integers(0, 3)) == 0:
            alone = draw(st.integers(0, 7))
            taken.append(Shift(alone, locking=False))
        codeset = locked if alone is None else alone
        if not codeset:
            known = st.builds(Raw, st.sampled_from([*_UNKNOWN, *_NAMED]), OCTETS)
            taken.append(draw(ANY_VALUE | known))
        else:
            variable = st.builds(Raw, st.integers(0, 127), OCTETS, st.just(codeset))
            single = st.builds(Raw, st.sampled_from(_SINGLES), st.just(b""), st.just(codeset))
            taken.append(draw(variable | single))
    return tuple(taken)


@st.composite
def references(draw: st.DrawFn) -> CallReference:
    length = draw(st.sampled_from([0, 1, 2, 3, 15]))
    if not length:
        return CallReference(length=0)
    value = draw(st.integers(0, 2 ** (8 * length - 1) - 1))
    return CallReference(value, draw(BOOL), length)


MESSAGES: st.SearchStrategy[Message] = st.builds(
    Message, st.integers(1, 255), references(), elements(), st.sampled_from([8, 3])
)
