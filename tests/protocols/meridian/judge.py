"""What section 7.4 says of octets, by itself: read with nothing of the codec but its table."""

from typing import Any

from protocols.meridian.profile import Profile
from protocols.meridian.table import EXCHANGES, Element
from protocols.meridian.values import Kind, MessageType, Role

_SIZES = {"u8": 1, "u16": 2, "u32": 4, "tn": 4, "route_member": 4, "time": 6}


def judge(octets: bytes, profile: Profile, receiver: Role | None, longest: int) -> str:
    """Name the first check that fails; empty where none does."""
    if not 12 <= len(octets) <= longest or int.from_bytes(octets[:2], "big") != len(octets):
        return "length"
    if (octets[2], octets[3]) != (profile.protocol, profile.version):
        return "protocol"
    types = {number: name for name, (number, _) in profile.messages.items()}
    if octets[4] not in types:
        return "type"
    message = types[octets[4]]
    kind = {number: name for name, number in profile.kinds.items()}.get(octets[5])
    if (
        kind is None
        or kind not in EXCHANGES[message].forms
        or not _from(message, kind, receiver)
    ):
        return "kind"
    found: list[tuple[int, bytes]] = []
    rest = octets[12:]
    while rest:
        if len(rest) < 2 or len(rest) < 2 + rest[1]:
            return "ie_length"
        found.append((rest[0], rest[2 : 2 + rest[1]]))
        rest = rest[2 + rest[1] :]
    return _contents(found, message, kind, profile)


def _from(message: MessageType, kind: Kind, receiver: Role | None) -> bool:
    if receiver is None:
        return True
    begun_by = receiver if kind in (Kind.ACK, Kind.NAK) else receiver.peer
    return begun_by in EXCHANGES[message].sent_by


def _contents(
    found: list[tuple[int, bytes]], message: MessageType, kind: Kind, profile: Profile
) -> str:
    form = EXCHANGES[message].forms[kind]
    if form is None and kind is Kind.ACK:
        return ""
    if form is None:
        cause = [one for number, one in found if number == profile.ies["Cause"][0]]
        if not cause:
            return "missing_ie"
        return "" if len(cause[0]) in (1, 2) else "bad_ie"
    there, bad = set(), False
    for element in form.elements:
        told = [one for number, one in found if number == profile.ies[element.name][0]]
        if element.format == "tn":  # all zero: as if it were not there
            told = [one for one in told if one != bytes(4)]
        if told:
            there.add(element.name)
        for one in told if element.repeatable else told[:1]:
            bad |= not _good(one, element, profile)
    if any(there.isdisjoint(group) for group in form.needs):
        return "missing_ie"
    return "bad_ie" if bad else ""


def _good(octets: bytes, element: Element, profile: Profile) -> bool:
    name, size = element.format, len(octets)
    if name in _SIZES and size != _SIZES[name]:
        return False
    tables: dict[str, dict[Any, int]] = {
        "FlowState": dict(profile.flow_state), "LinkState": dict(profile.link_state),
        "CallType": dict(profile.call_types), "StatusEvent": dict(profile.events),
        "FeatureCode": {key: one[0] for key, one in profile.features.items()},
        "FeatureState": dict(profile.feature_state), "KeepCall": {False: 0, True: 1},
    }  # fmt: skip
    if element.name in tables:
        return octets[0] in set(tables[element.name].values())
    match name:
        case "digits":
            return set(octets) <= set(b"0123456789*#")
        case "text":
            return all(0x20 <= one < 0x7F for one in octets)
        case "time":
            return int.from_bytes(octets[4:], "big") < 1000
        case "cause":
            return size in (1, 2)
        case "tn+digits":
            return size >= 4 and set(octets[4:]) <= set(b"0123456789*#")
        case _:
            return True
