"""Information elements: a row each, which serves both directions.

Codesets 4 to 7 belong to others (ISO, national, local network, user) and have no rows here:
their elements stay octets, which a protocol above may read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from protocols.errors import DecodeError, EncodeError
from protocols.q931 import contents as c
from protocols.q931 import values as v


class IeSpec(msgspec.Struct, frozen=True):
    """One information element of codeset 0 with a length octet."""

    identifier: int
    name: str
    value: type[Any] | None
    """``None`` for an element that stays octets."""
    minimum: int
    """Octets of the shortest contents."""
    maximum: int
    """Octets of the longest contents; 255 where networks differ."""
    read: Callable[[bytes], Any]
    write: Callable[[Any], bytes]
    clause: str

    @property
    def comprehension_required(self) -> bool:
        """Whether a receiver that does not know it has to refuse the message (5.8.7.1)."""
        return not self.identifier & 0xF0


_Pair = tuple[Callable[[bytes], Any], Callable[[Any], bytes]]
_Coding = Callable[[type[Any]], _Pair]
"""Gives reader and writer of an element's type."""


def _of(read: Callable[[bytes], Any], write: Callable[[Any], bytes]) -> _Coding:
    """Take reader and writer of one element."""
    return lambda _: (read, write)


def _octets(name: str) -> _Coding:
    """Make reader and writer of an element that is one run of octets."""
    return lambda cls: (cls, lambda value: bytes(getattr(value, name)))


def _text(name: str) -> _Coding:
    """Make reader and writer of an element that is one run of characters."""
    return lambda cls: (
        lambda octets: cls(c.text(octets)),
        lambda value: c.characters(getattr(value, name), name),
    )


def _row(
    identifier: int,
    value: type[Any],
    minimum: int,
    maximum: int,
    coding: _Coding,
    clause: str,
) -> IeSpec:
    """Make the row of an element; its name is that of its type."""
    read, write = coding(value)
    name = re.sub("(?<!^)[A-Z]", lambda found: f" {found[0].lower()}", value.__name__)
    return IeSpec(identifier, name, value, minimum, maximum, read, write, _clause(clause))


def _clause(clause: str) -> str:
    return f"Q.931 {clause}" if clause[0].isdigit() else clause


def _name(identifier: int, name: str, clause: str) -> IeSpec:
    """Make the row of an element that stays octets."""
    return IeSpec(identifier, name, None, 0, 255, bytes, bytes, _clause(clause))


_SEGMENTED = _of(c.read_segmented_message, c.write_segmented_message)
_CAUSE = _of(c.read_cause, c.write_cause)
_CALL_STATE = _of(c.read_call_state, c.write_call_state)
_CHANNEL = _of(c.read_channel, c.write_channel)
_PROGRESS = _of(c.read_progress_indicator, c.write_progress_indicator)
_SPECIFIC = _of(c.read_network_specific, c.write_network_specific)
_NOTIFICATION = _of(c.read_notification_indicator, c.write_notification_indicator)
_DATE = _of(c.read_date_time, c.write_date_time)
_INFORMATION = _of(c.read_information_request, c.write_information_request)
_SIGNAL = _of(c.read_signal, c.write_signal)
_ACTIVATION = _of(c.read_feature_activation, c.write_feature_activation)
_INDICATION = _of(c.read_feature_indication, c.write_feature_indication)
_ENDPOINT = _of(c.read_endpoint_identifier, c.write_endpoint_identifier)
_RATE = _of(c.read_information_rate, c.write_information_rate)
_GROUP = _of(c.read_closed_user_group, c.write_closed_user_group)
_TRANSIT = _of(c.read_transit_network, c.write_transit_network)
_RESTART = _of(c.read_restart_indicator, c.write_restart_indicator)
_HIGH_LAYER = _of(c.read_high_layer, c.write_high_layer)
_USER_USER = _of(c.read_user_user, c.write_user_user)

# fmt: off
SPECS: Final = (
    _row(0x00, v.SegmentedMessage, 2, 2, _SEGMENTED, "4.5.26"),
    _row(0x04, v.BearerCapability, 2, 11, c.bearer, "4.5.5"),
    _row(0x08, v.Cause, 2, 30, _CAUSE, "4.5.12"),
    _row(0x0D, v.ExtendedFacility, 1, 255, _octets("contents"), "Q.932 8.2.4"),
    _row(0x10, v.CallIdentity, 0, 8, _octets("identity"), "4.5.6"),
    _row(0x14, v.CallState, 1, 1, _CALL_STATE, "4.5.7"),
    _row(0x18, v.ChannelIdentification, 1, 255, _CHANNEL, "4.5.13"),
    _row(0x1C, v.Facility, 0, 255, _octets("contents"), "Q.932 8.2.3"),
    _row(0x1E, v.ProgressIndicator, 2, 2, _PROGRESS, "4.5.23"),
    _row(0x20, v.NetworkSpecificFacilities, 1, 255, _SPECIFIC, "4.5.21"),
    _name(0x24, "Terminal capabilities", "Q.932 annex B"),
    _row(0x27, v.NotificationIndicator, 1, 255, _NOTIFICATION, "4.5.22"),
    _row(0x28, v.Display, 0, 255, _text("text"), "4.5.16"),
    _row(0x29, v.DateTime, 3, 6, _DATE, "4.5.15"),
    _row(0x2C, v.KeypadFacility, 0, 255, _text("keys"), "4.5.18"),
    _row(0x32, v.InformationRequest, 1, 255, _INFORMATION, "Q.932 8.2.7"),
    _row(0x34, v.Signal, 1, 1, _SIGNAL, "4.5.28"),
    _name(0x36, "Switchhook", "Q.932 annex B"),
    _row(0x38, v.FeatureActivation, 1, 2, _ACTIVATION, "Q.932 8.2.5"),
    _row(0x39, v.FeatureIndication, 2, 3, _INDICATION, "Q.932 8.2.6"),
    _row(0x3A, v.ServiceProfileIdentification, 0, 30, _text("spid"), "Q.932 A"),
    _row(0x3B, v.EndpointIdentifier, 2, 2, _ENDPOINT, "Q.932 A"),
    _row(0x40, v.InformationRate, 4, 4, _RATE, "4.6.3"),
    _name(0x42, "End-to-end transit delay", "4.6.2"),
    _name(0x43, "Transit delay selection", "4.6.9"),
    _name(0x44, "Packet layer binary parameters", "4.6.4"),
    _row(0x45, v.WindowSize, 1, 2, c.pair, "4.6.6"),
    _row(0x46, v.PacketSize, 1, 2, c.pair, "4.6.7"),
    _row(0x47, v.ClosedUserGroup, 1, 255, _GROUP, "4.6.1"),
    _name(0x4A, "Reverse charging indication", "4.6.8"),
    _row(0x4C, v.ConnectedNumber, 1, 255, c.number, "Q.951.5"),
    _row(0x4D, v.ConnectedSubaddress, 1, 255, c.subaddress, "Q.951.5"),
    _row(0x6C, v.CallingPartyNumber, 1, 255, c.number, "4.5.10"),
    _row(0x6D, v.CallingPartySubaddress, 1, 255, c.subaddress, "4.5.11"),
    _row(0x70, v.CalledPartyNumber, 1, 255, c.number, "4.5.8"),
    _row(0x71, v.CalledPartySubaddress, 1, 255, c.subaddress, "4.5.9"),
    _row(0x74, v.RedirectingNumber, 1, 255, c.number, "4.6.7"),
    _row(0x76, v.RedirectionNumber, 1, 255, c.number, "Q.952"),
    _row(0x78, v.TransitNetworkSelection, 1, 255, _TRANSIT, "4.5.29"),
    _row(0x79, v.RestartIndicator, 1, 1, _RESTART, "4.5.25"),
    _row(0x7C, v.LowLayerCompatibility, 2, 16, c.bearer, "4.5.19"),
    _row(0x7D, v.HighLayerCompatibility, 2, 3, _HIGH_LAYER, "4.5.17"),
    _row(0x7E, v.UserUser, 1, 255, _USER_USER, "4.5.30"),
    _name(0x7F, "Escape for extension", "4.5.1"),
)
# fmt: on

BY_IDENTIFIER: Final = {spec.identifier: spec for spec in SPECS}
BY_VALUE: Final = {spec.value: spec for spec in SPECS if spec.value is not None}


def write_single(value: v.Single) -> int:
    """Give the octet of an element of one octet; raise ``EncodeError``."""
    match value:
        case v.CongestionLevel(level):
            return 0xB0 | c.bits(level, 4, "congestion level")
        case v.RepeatIndicator(meaning):
            return 0xD0 | c.bits(meaning, 4, "repeat indicator")
        case v.MoreData():
            return 0xA0
        case v.SendingComplete():
            return 0xA1


def read_single(octet: int) -> v.Single | None:
    """Read an element of one octet; ``None`` if it is not known."""
    match octet & 0xF0:
        case 0xB0:
            return v.CongestionLevel(octet & 0x0F)
        case 0xD0:
            return v.RepeatIndicator(octet & 0x0F)
        case 0xA0 if octet == 0xA0:
            return v.MoreData()
        case 0xA0 if octet == 0xA1:
            return v.SendingComplete()
        case _:
            return None


def write_contents(value: v.Variable) -> tuple[IeSpec, bytes]:
    """Give the row of an element and its contents; raise ``EncodeError``."""
    spec = BY_VALUE[type(value)]
    octets = spec.write(value)
    if not spec.minimum <= len(octets) <= spec.maximum:
        raise EncodeError(
            f"{spec.name} of {len(octets)} octets: wanted {spec.minimum} to {spec.maximum}"
        )
    return spec, octets


def read_contents(spec: IeSpec, octets: bytes) -> tuple[Any, bool]:
    """Read an element; tell too whether ``write_contents`` gives the same octets.

    Raise ``DecodeError`` if the contents, or their length, are wrong.
    """
    if not spec.minimum <= len(octets) <= spec.maximum:
        raise DecodeError(
            f"{len(octets)} octets: wanted {spec.minimum} to {spec.maximum}",
            offset=0,
            clause=spec.clause,
        )
    value = spec.read(octets)
    try:
        return value, spec.write(value) == octets
    except EncodeError:  # such as a channel type without channels
        return value, False
