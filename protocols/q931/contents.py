"""Octets of information elements (ITU-T Q.931 (05/98) 4.5, Q.932 (05/98) 8.2).

Each element has a reader, which raises ``DecodeError`` with the offset inside the contents,
and a writer, which raises ``EncodeError`` for a value without octets. Where a standard knows
several ways to write a value, the writer has one: the codec of messages keeps octets that
were written in another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from protocols.errors import DecodeError, EncodeError, TruncatedError
from protocols.q931 import values as v

_CLAUSE: Final = "Q.931 4.5.1"
_MULTIRATE: Final = 24
_EXTENSION: Final = 0x80
N = TypeVar("N", bound=v.Number)
S = TypeVar("S", bound=v.Subaddress)
P = TypeVar("P", v.WindowSize, v.PacketSize)
_Bearer = v.BearerCapability | v.LowLayerCompatibility


class Reader:
    """Position in the contents of one element."""

    def __init__(self, octets: bytes) -> None:
        self.octets = octets
        self.at = 0

    @property
    def more(self) -> bool:
        """Whether octets are left."""
        return self.at < len(self.octets)

    def octet(self, what: str) -> int:
        """Take one octet."""
        if not self.more:
            raise TruncatedError(f"{what} is missing", offset=self.at, clause=_CLAUSE)
        self.at += 1
        return self.octets[self.at - 1]

    def last(self, what: str) -> int:
        """Take an octet that nothing continues: bit 8 is 1; give the other seven."""
        octet = self.octet(what)
        if octet < _EXTENSION:
            raise DecodeError(f"{what} is continued", offset=self.at - 1, clause=_CLAUSE)
        return octet & 0x7F

    def group(self, what: str) -> bytes:
        """Take an octet and those that continue it; give seven bits of each."""
        taken = bytearray()
        while True:
            octet = self.octet(what)
            taken.append(octet & 0x7F)
            if octet >= _EXTENSION:
                return bytes(taken)

    def peek(self) -> int:
        """Give the next octet without taking it; 0 at the end."""
        return self.octets[self.at] if self.more else 0

    def rest(self) -> bytes:
        """Take what is left."""
        at, self.at = self.at, len(self.octets)
        return self.octets[at:]

    def end(self) -> None:
        """Refuse octets that are left."""
        if self.more:
            left = len(self.octets) - self.at
            raise DecodeError(f"{left} octets too many", offset=self.at, clause=_CLAUSE)


def bits(value: int, width: int, what: str) -> int:
    """Refuse a number that has no room."""
    if not 0 <= value < 1 << width:
        raise EncodeError(f"{what} {value} does not fit {width} bits")
    return value


def join(group: bytes) -> bytes:
    """Write an octet and those that continue it."""
    if any(octet >= _EXTENSION for octet in group):
        raise EncodeError(f"group {group.hex()} has octets of eight bits")
    return group[:-1] + bytes(octet | _EXTENSION for octet in group[-1:])


def text(octets: bytes) -> str:
    """Read characters of IA5, and others as they are."""
    return octets.decode("latin-1")


def characters(value: str, what: str) -> bytes:
    """Write characters of IA5."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        raise EncodeError(f"{what} {value!r} is not of IA5") from None


# Elements whose contents have one form: octets, text, one number.


def read_segmented_message(octets: bytes) -> v.SegmentedMessage:
    """Read a segmented message element."""
    reader = Reader(octets)
    first, kind = reader.octet("number of segments"), reader.octet("message type")
    reader.end()
    return v.SegmentedMessage(first >= 0x80, first & 0x7F, kind)


def write_segmented_message(value: v.SegmentedMessage) -> bytes:
    """Write a segmented message element."""
    remaining = bits(value.remaining, 7, "number of segments")
    return bytes((value.first << 7 | remaining, bits(value.message_type, 8, "message type")))


def read_call_state(octets: bytes) -> v.CallState:
    """Read a call state."""
    reader = Reader(octets)
    octet = reader.octet("call state")
    reader.end()
    return v.CallState(octet & 0x3F, octet >> 6)


def write_call_state(value: v.CallState) -> bytes:
    """Write a call state."""
    return bytes((bits(value.coding, 2, "coding") << 6 | bits(value.state, 6, "call state"),))


def read_progress_indicator(octets: bytes) -> v.ProgressIndicator:
    """Read a progress indicator."""
    reader = Reader(octets)
    head, description = reader.last("location"), reader.last("progress description")
    reader.end()
    return v.ProgressIndicator(description, head & 0x0F, head >> 5)


def write_progress_indicator(value: v.ProgressIndicator) -> bytes:
    """Write a progress indicator."""
    head = bits(value.coding, 2, "coding") << 5 | bits(value.location, 4, "location")
    return bytes((head | 0x80, bits(value.description, 7, "description") | 0x80))


def read_notification_indicator(octets: bytes) -> v.NotificationIndicator:
    """Read a notification indicator."""
    reader = Reader(octets)
    return v.NotificationIndicator(reader.last("notification description"), reader.rest())


def write_notification_indicator(value: v.NotificationIndicator) -> bytes:
    """Write a notification indicator."""
    return bytes((bits(value.description, 7, "description") | 0x80,)) + value.more


def read_date_time(octets: bytes) -> v.DateTime:
    """Read date and time, of three to six octets."""
    return v.DateTime(*octets)


def write_date_time(value: v.DateTime) -> bytes:
    """Write date and time."""
    given = (value.year, value.month, value.day, value.hour, value.minute, value.second)
    told = given[: next((at for at, one in enumerate(given) if one is None), 6)]
    if any(one is not None for one in given[len(told) :]):
        raise EncodeError("date/time has a gap")
    return bytes(bits(one, 8, "date/time") for one in told if one is not None)


def read_information_request(octets: bytes) -> v.InformationRequest:
    """Read an information request."""
    reader = Reader(octets)
    head = reader.last("type of information")
    return v.InformationRequest(bool(head & 0x40), head & 0x3F, reader.rest())


def write_information_request(value: v.InformationRequest) -> bytes:
    """Write an information request."""
    kind = bits(value.kind, 6, "type of information")
    return bytes((0x80 | value.completed << 6 | kind,)) + value.more


def read_signal(octets: bytes) -> v.Signal:
    """Read a signal."""
    reader = Reader(octets)
    value = reader.octet("signal")
    reader.end()
    return v.Signal(value)


def write_signal(value: v.Signal) -> bytes:
    """Write a signal."""
    return bytes((bits(value.value, 8, "signal"),))


def _feature(reader: Reader) -> int:
    number = 0
    for octet in reader.group("feature identifier"):
        number = number << 7 | octet
    return number


def _write_feature(feature: int) -> bytes:
    if not 0 <= feature < 1 << 14:
        raise EncodeError(f"feature identifier {feature} does not fit 14 bits")
    high, low = feature >> 7, feature & 0x7F
    return join(bytes((high, low)) if high else bytes((low,)))


def read_feature_activation(octets: bytes) -> v.FeatureActivation:
    """Read a feature activation."""
    reader = Reader(octets)
    feature = _feature(reader)
    reader.end()
    return v.FeatureActivation(feature)


def write_feature_activation(value: v.FeatureActivation) -> bytes:
    """Write a feature activation."""
    return _write_feature(value.feature)


def read_feature_indication(octets: bytes) -> v.FeatureIndication:
    """Read a feature indication."""
    reader = Reader(octets)
    feature, status = _feature(reader), reader.octet("status")
    reader.end()
    return v.FeatureIndication(feature, status & 0x7F)


def write_feature_indication(value: v.FeatureIndication) -> bytes:
    """Write a feature indication."""
    return _write_feature(value.feature) + bytes((0x80 | bits(value.status, 7, "status"),))


def read_endpoint_identifier(octets: bytes) -> v.EndpointIdentifier:
    """Read an endpoint identifier."""
    reader = Reader(octets)
    usid, tid = reader.octet("USID"), reader.last("TID")
    reader.end()
    return v.EndpointIdentifier(usid, tid & 0x3F, bool(tid & 0x40))


def write_endpoint_identifier(value: v.EndpointIdentifier) -> bytes:
    """Write an endpoint identifier."""
    tid = 0x80 | value.interpreter << 6 | bits(value.tid, 6, "TID")
    return bytes((bits(value.usid, 8, "USID"), tid))


def read_information_rate(octets: bytes) -> v.InformationRate:
    """Read an information rate."""
    reader = Reader(octets)
    rates = [reader.last("information rate") for _ in range(4)]
    reader.end()
    return v.InformationRate(*rates)


def write_information_rate(value: v.InformationRate) -> bytes:
    """Write an information rate."""
    rates = (value.incoming, value.outgoing, value.minimum_incoming, value.minimum_outgoing)
    return bytes(0x80 | bits(rate, 7, "information rate") for rate in rates)


def pair(cls: type[P]) -> tuple[Callable[[bytes], P], Callable[[P], bytes]]:
    """Give reader and writer of a value for each direction."""

    def read(octets: bytes) -> P:
        reader = Reader(octets)
        forward = reader.last("forward value")
        backward = reader.last("backward value") if reader.more else None
        reader.end()
        return cls(forward, backward)

    def write(value: P) -> bytes:
        told = [value.forward] if value.backward is None else [value.forward, value.backward]
        return bytes(0x80 | bits(one, 7, "value") for one in told)

    return read, write


def read_closed_user_group(octets: bytes) -> v.ClosedUserGroup:
    """Read a closed user group."""
    reader = Reader(octets)
    return v.ClosedUserGroup(reader.last("indication") & 0x07, text(reader.rest()))


def write_closed_user_group(value: v.ClosedUserGroup) -> bytes:
    """Write a closed user group."""
    indication = bits(value.indication, 3, "indication")
    return bytes((0x80 | indication,)) + characters(value.index, "index")


def read_restart_indicator(octets: bytes) -> v.RestartIndicator:
    """Read a restart indicator."""
    reader = Reader(octets)
    kind = reader.last("class")
    reader.end()
    return v.RestartIndicator(kind & 0x07)


def write_restart_indicator(value: v.RestartIndicator) -> bytes:
    """Write a restart indicator."""
    return bytes((0x80 | bits(value.kind, 3, "class"),))


def read_user_user(octets: bytes) -> v.UserUser:
    """Read user-user information."""
    reader = Reader(octets)
    discriminator = reader.octet("protocol discriminator")
    return v.UserUser(reader.rest(), discriminator)


def write_user_user(value: v.UserUser) -> bytes:
    """Write user-user information."""
    return bytes((bits(value.discriminator, 8, "protocol discriminator"),)) + value.data


# Causes, numbers, networks.


def read_cause(octets: bytes) -> v.Cause:
    """Read a cause."""
    reader = Reader(octets)
    head = reader.group("location")
    if len(head) > 2:
        raise DecodeError("octet 3 is continued twice", offset=2, clause="Q.931 4.5.12")
    value = reader.last("cause value")
    recommendation = head[1] if len(head) == 2 else None
    return v.Cause(value, head[0] & 0x0F, head[0] >> 5, recommendation, reader.rest())


def write_cause(value: v.Cause) -> bytes:
    """Write a cause."""
    head = [bits(value.coding, 2, "coding") << 5 | bits(value.location, 4, "location")]
    if value.recommendation is not None:
        head.append(bits(value.recommendation, 7, "recommendation"))
    cause = bits(value.value, 7, "cause value") | 0x80
    return join(bytes(head)) + bytes((cause,)) + value.diagnostics


def number(cls: type[N]) -> tuple[Callable[[bytes], N], Callable[[N], bytes]]:
    """Give reader and writer of a number element: octet 3, then 3a and 3b where it has them."""
    names = [name for name in ("presentation", "reason") if name in cls.__struct_fields__]

    def read(octets: bytes) -> N:
        reader = Reader(octets)
        head = reader.group("type of number")
        if len(head) > 1 + len(names):
            raise DecodeError("octet 3 is continued too often", offset=1, clause=_CLAUSE)
        fields: dict[str, int] = {"type_of_number": head[0] >> 4, "plan": head[0] & 0x0F}
        if len(head) > 1:
            fields |= {"presentation": head[1] >> 5, "screening": head[1] & 0x03}
        if len(head) > 2:
            fields["reason"] = head[2] & 0x0F
        given: dict[str, Any] = dict(fields)
        return cls(digits=text(reader.rest()), **given)

    def write(value: N) -> bytes:
        kind = bits(value.type_of_number, 3, "type of number")
        head = [kind << 4 | bits(value.plan, 4, "numbering plan")]
        if isinstance(value, v.ScreenedNumber):
            head += _screened(value)
        return join(bytes(head)) + characters(value.digits, "number")

    return read, write


def _screened(value: v.ScreenedNumber) -> list[int]:
    reason = value.reason if isinstance(value, v.RedirectedNumber) else None
    if value.presentation is None or value.screening is None:
        if value.presentation is not value.screening or reason is not None:
            raise EncodeError("a number has both presentation and screening, or neither")
        return []
    presentation = bits(value.presentation, 2, "presentation")
    octets = [presentation << 5 | bits(value.screening, 2, "screening")]
    return octets if reason is None else [*octets, bits(reason, 4, "reason")]


def subaddress(cls: type[S]) -> tuple[Callable[[bytes], S], Callable[[S], bytes]]:
    """Give reader and writer of a subaddress element."""

    def read(octets: bytes) -> S:
        reader = Reader(octets)
        head = reader.last("type of subaddress")
        return cls(reader.rest(), head >> 4, bool(head & 0x08))

    def write(value: S) -> bytes:
        head = 0x80 | bits(value.kind, 3, "type of subaddress") << 4 | value.odd << 3
        return bytes((head,)) + value.subaddress

    return read, write


def read_transit_network(octets: bytes) -> v.TransitNetworkSelection:
    """Read a transit network selection."""
    reader = Reader(octets)
    head = reader.last("type of network identification")
    return v.TransitNetworkSelection(text(reader.rest()), head >> 4, head & 0x0F)


def write_transit_network(value: v.TransitNetworkSelection) -> bytes:
    """Write a transit network selection."""
    kind = bits(value.network_type, 3, "type of network identification")
    plan = bits(value.network_plan, 4, "plan of network identification")
    return bytes((0x80 | kind << 4 | plan,)) + characters(value.network, "network")


def read_network_specific(octets: bytes) -> v.NetworkSpecificFacilities:
    """Read network-specific facilities."""
    reader = Reader(octets)
    length = reader.octet("length of network identification")
    if not length:
        return v.NetworkSpecificFacilities(reader.rest())
    head = reader.last("type of network identification")
    if len(octets) < 1 + length:
        raise TruncatedError("network identification ends early", offset=len(octets))
    network = octets[2 : 1 + length]
    facility = octets[1 + length :]
    return v.NetworkSpecificFacilities(facility, head >> 4, head & 0x0F, text(network))


def write_network_specific(value: v.NetworkSpecificFacilities) -> bytes:
    """Write network-specific facilities."""
    kind = bits(value.network_type, 3, "type of network identification")
    plan = bits(value.network_plan, 4, "plan of network identification")
    if not (kind or plan or value.network):
        return b"\x00" + value.facility
    network = bytes((0x80 | kind << 4 | plan,)) + characters(value.network, "network")
    return bytes((bits(len(network), 8, "length of network"),)) + network + value.facility


# Bearer, compatibility, channel.


def bearer(
    cls: type[_Bearer],
) -> tuple[Callable[[bytes], _Bearer], Callable[[_Bearer], bytes]]:
    """Give reader and writer of bearer capability or low layer compatibility."""
    negotiates = cls is v.LowLayerCompatibility

    def read(octets: bytes) -> _Bearer:
        reader = Reader(octets)
        head = reader.group("transfer capability")
        if len(head) > 1 + negotiates:
            raise DecodeError("octet 3 is continued", offset=1, clause="Q.931 4.5.5")
        fields: dict[str, Any] = {"capability": head[0] & 0x1F, "coding": head[0] >> 5}
        if len(head) > 1:
            fields["negotiation"] = head[1]
        transfer = reader.group("transfer rate")
        fields |= {"mode": transfer[0] >> 5, "rate": transfer[0] & 0x1F}
        fields["structure"] = transfer[1:]
        if fields["rate"] == _MULTIRATE:
            fields["multiplier"] = reader.last("rate multiplier")
        for layer in (1, 2, 3):
            if reader.more and reader.peek() >> 5 & 0x03 == layer:
                group = reader.group(f"layer {layer}")
                fields[f"layer{layer}"] = bytes((group[0] & 0x1F,)) + group[1:]
        reader.end()
        return cls(**fields)

    def write(value: _Bearer) -> bytes:
        head = [bits(value.coding, 2, "coding") << 5 | bits(value.capability, 5, "capability")]
        if isinstance(value, v.LowLayerCompatibility) and value.negotiation is not None:
            head.append(bits(value.negotiation, 7, "negotiation"))
        transfer = bits(value.mode, 2, "transfer mode") << 5 | bits(value.rate, 5, "rate")
        octets = join(bytes(head)) + join(bytes((transfer,)) + value.structure)
        if (value.multiplier is not None) != (value.rate == _MULTIRATE):
            raise EncodeError("a rate multiplier goes with multirate, and only with it")
        if value.multiplier is not None:
            octets += bytes((0x80 | bits(value.multiplier, 7, "rate multiplier"),))
        for layer, group in enumerate((value.layer1, value.layer2, value.layer3), start=1):
            if group:
                first = layer << 5 | bits(group[0], 5, f"protocol of layer {layer}")
                octets += join(bytes((first,)) + group[1:])
        return octets

    return read, write


def read_high_layer(octets: bytes) -> v.HighLayerCompatibility:
    """Read high layer compatibility."""
    reader = Reader(octets)
    head = reader.last("interpretation")
    group = reader.group("characteristics")
    reader.end()
    extended = group[1] if len(group) == 2 else None  # there is no room for more
    return v.HighLayerCompatibility(
        group[0], head >> 5, head >> 2 & 0x07, head & 0x03, extended
    )


def write_high_layer(value: v.HighLayerCompatibility) -> bytes:
    """Write high layer compatibility."""
    coding = bits(value.coding, 2, "coding") << 5
    interpretation = bits(value.interpretation, 3, "interpretation") << 2
    head = 0x80 | coding | interpretation | bits(value.presentation, 2, "presentation")
    group = [bits(value.characteristics, 7, "characteristics")]
    if value.extended is not None:
        group.append(bits(value.extended, 7, "extended characteristics"))
    return bytes((head,)) + join(bytes(group))


def _channels(reader: Reader) -> bytes:
    return reader.group("channel number") if reader.more else b""


def read_channel(octets: bytes) -> v.ChannelIdentification:
    """Read a channel identification."""
    reader = Reader(octets)
    head = reader.last("channel selection")
    interface = reader.group("interface identifier") if head & 0x40 else None
    fields: dict[str, Any] = {}
    if reader.more:
        kind = reader.last("channel type")
        fields = {"coding": kind >> 5, "channel_type": kind & 0x0F}
        if kind & 0x10:
            fields["slot_map"] = reader.rest()
        else:
            fields["channels"] = tuple(_channels(reader))
            reader.end()
    return v.ChannelIdentification(
        selection=head & 0x03,
        exclusive=bool(head & 0x08),
        primary=bool(head & 0x20),
        d_channel=bool(head & 0x04),
        interface=interface,
        **fields,
    )


def write_channel(value: v.ChannelIdentification) -> bytes:
    """Write a channel identification."""
    head = 0x80 | bits(value.selection, 2, "channel selection")
    head |= value.exclusive << 3 | value.primary << 5 | value.d_channel << 2
    octets = bytes((head,))
    if value.interface is not None:
        if not value.interface:
            raise EncodeError("an interface identifier has an octet at least")
        octets = bytes((head | 0x40,)) + join(value.interface)
    if not (value.channels or value.slot_map):
        if (value.coding, value.channel_type) != (0, 3):
            raise EncodeError("a channel type goes with channels")
        return octets
    if value.channels and value.slot_map:
        raise EncodeError("channels are told by numbers or by a map")
    kind = 0x80 | bits(value.coding, 2, "coding") << 5 | bool(value.slot_map) << 4
    octets += bytes((kind | bits(value.channel_type, 4, "channel type"),))
    numbers = bytes(bits(channel, 7, "channel number") for channel in value.channels)
    return octets + (join(numbers) if numbers else value.slot_map)
