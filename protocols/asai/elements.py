"""Information elements of ASAI that Q.931 does not have: a row each, for both directions.

Readers raise ``DecodeError`` with the offset inside the contents, writers ``EncodeError`` for
a value without octets. Bits that a layout leaves spare are not looked at (S1 4-7).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from protocols.asai import names as n
from protocols.asai import values as v
from protocols.asai.codes import Profile
from protocols.errors import DecodeError, EncodeError
from protocols.q931.contents import Reader, bits, characters, join, number, text

DIGITS: Final = re.compile(r"[0-9#*]*", re.ASCII)
LONGEST_NUMBER: Final = 15
"""Digits of a number (S1 4-15)."""
LONGEST_CODE: Final = 24
"""Digits of a user-entered code."""

Read = Callable[[bytes, Profile], Any]
Write = Callable[[Any, Profile], bytes]


class Row(msgspec.Struct, frozen=True):
    """One element."""

    value: type[Any]
    identifier: int | n.ElementName
    """A name of codeset 6; a number of codeset 0."""
    read: Read
    write: Write

    @property
    def codeset(self) -> int:
        """Codeset of the element."""
        return 0 if isinstance(self.identifier, int) else 6


def is_number(told: str, longest: int = LONGEST_NUMBER) -> bool:
    """Tell whether ASAI takes a number."""
    return len(told) <= longest and DIGITS.fullmatch(told) is not None


def digits(told: str, longest: int, what: str) -> str:
    """Refuse what is no number; raise ``EncodeError``."""
    if not is_number(told, longest):
        raise EncodeError(f"{what} {told!r}: {longest} of 0-9, # and * at most")
    return told


def _marked(octets: bytes) -> str:
    """Read characters of which the last has bit 8 set; what follows is not looked at."""
    for place, octet in enumerate(octets):
        if octet & 0x80:
            return text(octets[:place] + bytes((octet & 0x7F,)))
    raise DecodeError("no character is the last one", offset=len(octets), clause="S1 4-76")


def _mark(told: str) -> bytes:
    octets = characters(told, "digits")
    return octets[:-1] + bytes(octet | 0x80 for octet in octets[-1:])


# Rows that share a form.


def _code(value: type[Any], identifier: n.ElementName, kind: type[n.Name]) -> Row:
    """Make the row of an element that is one octet with a name."""
    field = value.__struct_fields__[0]

    def read(octets: bytes, profile: Profile) -> Any:
        return value(profile.name(kind, Reader(octets).octet(field)))

    def write(told: Any, profile: Profile) -> bytes:
        return bytes((bits(profile.number(getattr(told, field)), 8, field),))

    return Row(value, identifier, read, write)


def _words(value: type[Any], identifier: n.ElementName, width: int = 16) -> Row:
    """Make the row of an element whose fields are numbers of ``width`` bits."""
    fields = value.__struct_fields__
    size = width // 8

    def read(octets: bytes, _: Profile) -> Any:
        reader = Reader(octets)
        told = []
        for field in fields:
            high = 0
            for _place in range(size):
                high = high << 8 | reader.octet(field)
            told.append(high)
        return value(*told)

    def write(told: Any, _: Profile) -> bytes:
        return b"".join(
            bits(getattr(told, field), width, field).to_bytes(size, "big") for field in fields
        )

    return Row(value, identifier, read, write)


def _party(value: type[Any], identifier: n.ElementName) -> Row:
    """Make the row of a party: one or two octets, the last with bit 8 set."""

    def read(octets: bytes, _: Profile) -> Any:
        group = Reader(octets).group("party")
        if len(group) > 2:
            raise DecodeError("party of more than two octets", offset=2, clause="S1 ch. 4")
        party = 0
        for seven in group:
            party = party << 7 | seven
        return value(party)

    def write(told: Any, _: Profile) -> bytes:
        party = bits(told.party, 14, "party")
        return join(bytes((party >> 7, party & 0x7F)) if party >> 7 else bytes((party,)))

    return Row(value, identifier, read, write)


def _octets(value: type[Any], identifier: n.ElementName, length: int | None = None) -> Row:
    """Make the row of an element that is one run of octets."""
    field = value.__struct_fields__[0]

    def read(octets: bytes, _: Profile) -> Any:
        if length is not None and len(octets) < length:
            Reader(octets[len(octets) :]).octet(field)
        return value(octets[:length])

    def write(told: Any, _: Profile) -> bytes:
        octets: bytes = getattr(told, field)
        if length is not None and len(octets) != length:
            raise EncodeError(f"{field} of {len(octets)} octets: wanted {length}")
        return octets

    return Row(value, identifier, read, write)


# Elements with a form of their own.


def _read_call(octets: bytes, _: Profile) -> v.CallIdentity:
    reader = Reader(octets)
    return v.CallIdentity(reader.octet("call identity") << 8 | reader.octet("call identity"))


def _write_call(value: v.CallIdentity, _: Profile) -> bytes:
    return bits(value.call_id, 16, "call identity").to_bytes(2, "big")


_read_number, _write_number = number(v.ConnectedNumber)


def _read_code(octets: bytes, _: Profile) -> v.UserEnteredCode:
    reader = Reader(octets)
    kind, state = reader.octet("type"), reader.octet("state")
    rest = reader.rest()
    return v.UserEnteredCode(
        _marked(rest) if rest else "", kind & 0x7F, state >> 5, state & 0x1F
    )


def _write_code(value: v.UserEnteredCode, _: Profile) -> bytes:
    head = 0x80 | bits(value.kind, 7, "type"), bits(value.state, 3, "state") << 5
    octets = bytes((head[0], head[1] | bits(value.timeout, 5, "timeout")))
    return octets + _mark(digits(value.digits, LONGEST_CODE, "user-entered code"))


def _read_resource(octets: bytes, _: Profile) -> v.ResourceStatus:
    reader = Reader(octets)
    kind, status = reader.octet("type"), reader.octet("status")
    counts = []
    while reader.more:
        count = 0
        for octet in reader.group("count"):
            count = count << 7 | octet
        counts.append(count)
    return v.ResourceStatus(kind, status, tuple(counts))


def _write_resource(value: v.ResourceStatus, _: Profile) -> bytes:
    octets = bytes((bits(value.kind, 8, "type"), bits(value.status, 8, "status")))
    for count in value.counts:
        if count < 0:
            raise EncodeError(f"count {count}")
        group = [count & 0x7F]
        while count := count >> 7:
            group.insert(0, count & 0x7F)
        octets += join(bytes(group))
    return octets


def _read_domain(octets: bytes, profile: Profile) -> v.Domain:
    reader = Reader(octets)
    kind, rest = reader.octet("domain type"), reader.rest()
    return v.Domain(profile.name(n.DomainType, kind), _marked(rest) if rest else "")


def _write_domain(value: v.Domain, profile: Profile) -> bytes:
    kind = bits(profile.number(value.kind), 8, "domain type")
    return bytes((kind,)) + _mark(digits(value.digits, LONGEST_NUMBER, "domain"))


def _read_lamp(octets: bytes, _: Profile) -> v.MessageWaitingStatus:
    reader = Reader(octets)
    if (kind := reader.octet("status type")) != 0x82:
        raise DecodeError(f"status type {kind:#04x}", offset=0, clause="S1 5-157")
    return v.MessageWaitingStatus(reader.octet("message services") & 0x1F)


def _write_lamp(value: v.MessageWaitingStatus, _: Profile) -> bytes:
    return bytes((0x82, 0x80 | bits(value.services, 5, "message services")))


def _read_billing(octets: bytes, _: Profile) -> v.GenericBillingData:
    reader = Reader(octets)
    kind, coding = reader.octet("billing type") & 0x7F, reader.octet("coding")
    if coding != 0x82:
        raise DecodeError(f"coding {coding:#04x} of an amount", offset=1, clause="S1 ch. 4")
    amount = text(reader.rest())
    if amount and not re.fullmatch("[0-9]{5}", amount, re.ASCII):
        raise DecodeError(f"amount {amount!r}: five digits wanted", offset=2)
    return v.GenericBillingData(kind, int(amount) if amount else None)


def _write_billing(value: v.GenericBillingData, _: Profile) -> bytes:
    octets = bytes((0x80 | bits(value.kind, 7, "billing type"), 0x82))
    if value.hundredths is None:
        return octets
    if not 0 <= value.hundredths <= 99_999:
        raise EncodeError(f"amount {value.hundredths}: 0 to 99999 hundredths")
    return octets + f"{value.hundredths:05d}".encode()


def _read_dtmf(octets: bytes, _: Profile) -> v.Dtmf:
    reader = Reader(octets)
    tone, pause = reader.octet("tone"), reader.octet("pause")
    return v.Dtmf(text(reader.rest()), tone, pause)


def _write_dtmf(value: v.Dtmf, _: Profile) -> bytes:
    octets = bytes((bits(value.tone, 8, "tone"), bits(value.pause, 8, "pause")))
    return octets + characters(value.tones, "tones")


def _read_feature_status(octets: bytes, _: Profile) -> v.FeatureStatus:
    return v.FeatureStatus(bool(Reader(octets).octet("status") & 1))


def _write_feature_status(value: v.FeatureStatus, _: Profile) -> bytes:
    return bytes((value.on,))


def _read_ii(octets: bytes, _: Profile) -> v.IiDigits:
    return v.IiDigits(text(octets))


def _write_ii(value: v.IiDigits, _: Profile) -> bytes:
    return characters(value.digits, "II-digits")


_E = n.ElementName
ROWS: Final = (
    Row(
        v.ConnectedNumber,
        0x0C,
        lambda octets, _: _read_number(octets),
        lambda value, _: _write_number(value),
    ),
    Row(v.CallIdentity, 0x10, _read_call, _write_call),
    Row(v.UserEnteredCode, _E.USER_ENTERED_CODE, _read_code, _write_code),
    Row(v.ResourceStatus, _E.RESOURCE_STATUS, _read_resource, _write_resource),
    _code(v.Version, _E.VERSION, n.VersionName),
    _party(v.PartyIdentifier, _E.PARTY_IDENTIFIER),
    _code(v.SpecificEvent, _E.SPECIFIC_EVENT, n.EventName),
    _code(v.Feature, _E.FEATURE, n.FeatureName),
    Row(v.Domain, _E.DOMAIN, _read_domain, _write_domain),
    _code(v.CallOption, _E.CALL_OPTION, n.CallOptionName),
    _code(v.Item, _E.ITEM, n.ItemName),
    _code(v.ServiceCircuit, _E.SERVICE_CIRCUIT, n.ServiceCircuitName),
    Row(v.MessageWaitingStatus, _E.MESSAGE_WAITING_STATUS, _read_lamp, _write_lamp),
    Row(v.GenericBillingData, _E.GENERIC_BILLING_DATA, _read_billing, _write_billing),
    _party(v.OldPartyIdentifier, _E.OLD_PARTY_IDENTIFIER),
    _code(v.WorkMode, _E.WORK_MODE, n.WorkModeName),
    _code(v.TalkState, _E.TALK_STATE, n.TalkStateName),
    _code(v.PartyState, _E.PARTY_STATE, n.LocalState),
    _octets(v.LookaheadInterflow, _E.LOOKAHEAD_INTERFLOW),
    _words(v.QueryCounter, _E.QUERY_COUNTER),
    _words(v.TrunkGroup, _E.TRUNK_GROUP),
    _words(v.TrunkStatus, _E.TRUNK_STATUS),
    Row(v.IiDigits, _E.II_DIGITS, _read_ii, _write_ii),
    _octets(v.UniversalCallId, _E.UNIVERSAL_CALL_ID, 8),
    _words(v.Collect, _E.COLLECT, 8),
    _code(v.Redirection, _E.REDIRECT_REASON, n.RedirectReason),
    Row(v.Dtmf, _E.DTMF, _read_dtmf, _write_dtmf),
    Row(v.FeatureStatus, _E.FEATURE_STATUS, _read_feature_status, _write_feature_status),
    _code(v.ManagementInformation, _E.MANAGEMENT_INFORMATION, n.ManagementName),
)
BY_VALUE: Final = {row.value: row for row in ROWS}
