"""Messages as the manuals print them, and as this project reads them.

``PUBLIC`` are known to the octet (S1 chapters 4 and 5, S7 8-200). ``TEMPLATES`` have ``??``
where a code is not public; ``fill`` puts a profile's number there.
"""

from __future__ import annotations

from typing import NamedTuple

from protocols.asai import values as v
from protocols.asai.codes import Profile
from protocols.asai.components import Invoke, Reject, ReturnResult
from protocols.asai.messages import Message, MessageType
from protocols.asai.names import (
    CallOptionName,
    DomainType,
    ElementName,
    EventName,
    FeatureName,
    Name,
    Operation,
    VersionName,
)
from protocols.q931 import values as q

REGISTER, FACILITY = MessageType.REGISTER, MessageType.FACILITY
COMPLETE = MessageType.RELEASE_COMPLETE
OP, E = Operation, EventName


class Layout(NamedTuple):
    name: str
    octets: str
    message: Message
    missing: tuple[Name, ...] = ()
    """Names of the codes that stand as ``??``, in their order."""

    def fill(self, profile: Profile) -> bytes:
        octets = self.octets
        for name in self.missing:
            octets = octets.replace("??", f"{profile.number(name):02x}", 1)
        return bytes.fromhex(octets)


def called(digits: str) -> q.CalledPartyNumber:
    return q.CalledPartyNumber(digits=digits)


def calling(digits: str) -> q.CallingPartyNumber:
    return q.CallingPartyNumber(digits=digits)


def connected(digits: str) -> v.ConnectedNumber:
    return v.ConnectedNumber(digits=digits)


def call(number: int, party: int | None = None) -> tuple[v.Element, ...]:
    identity = v.CallIdentity(number)
    return (identity,) if party is None else (identity, v.PartyIdentifier(party))


def vdn(digits: str) -> v.Domain:
    return v.Domain(DomainType.VDN, digits)


def station(digits: str) -> v.Domain:
    return v.Domain(DomainType.EXTENSION, digits)


NORMAL = q.Cause(16, location=1)
OURS = CallOptionName.RETURN_ACKNOWLEDGEMENT

PUBLIC = (
    Layout("domain control, traced",
           "08 01 04 64 96 1C 13 91 A1 10 02 01 03 02 01 C4 40 08 96 49 05 83 31 30 30 B4",
           Message(REGISTER, 4, False, Invoke(3, OP.DOMAIN_CONTROL, (station("1004"),)))),
    Layout("its answer, traced",
           "08 01 84 64 96 1C 0D 91 A2 0A 02 01 03 30 05 02 01 C4 40 00",
           Message(REGISTER, 4, True, ReturnResult(3, OP.DOMAIN_CONTROL))),
    Layout("normal clearing by the switch", "08 01 A2 5A 08 02 81 90",
           Message(COMPLETE, 34, True, elements=(NORMAL,))),
    Layout("normal clearing by the adjunct, two octets of CRV", "08 02 01 22 5A 08 02 80 90",
           Message(COMPLETE, 0x122, elements=(q.Cause(16),), crv_length=2)),
    Layout("refusal of coding standard 0", "08 01 A2 5A 08 02 81 D1",
           Message(COMPLETE, 34, True, elements=(q.Cause(81, location=1),))),
    Layout("refusal of coding standard 3, switch", "08 01 A2 5A 08 02 E1 A8",
           Message(COMPLETE, 34, True, elements=(q.Cause(40, location=1, coding=3),))),
    Layout("refusal of coding standard 3, adjunct", "08 01 22 5A 08 02 E0 BF",
           Message(COMPLETE, 34, elements=(q.Cause(63, coding=3),))),
    Layout("abort by the switch",
           "08 01 A2 5A 96 1C 0F 91 A1 0C 02 01 02 02 01 BE 40 04 08 02 E1 D7",
           Message(COMPLETE, 34, True,
                   Invoke(2, OP.ABORT, (q.Cause(87, location=1, coding=3),)))),
    Layout("abort by the adjunct, without a cause",
           "08 01 22 5A 96 1C 09 91 A1 06 02 01 03 02 01 BE",
           Message(COMPLETE, 34, False, Invoke(3, OP.ABORT))),
    Layout("reject that goes on", "08 01 A2 62 96 1C 09 91 A4 06 02 01 01 81 01 01",
           Message(FACILITY, 34, True, Reject(1, ("invoke", 1)))),
    Layout("reject that ends, without an invoke id",
           "08 01 A2 5A 96 1C 08 91 A4 05 02 00 80 01 02",
           Message(COMPLETE, 34, True, Reject(None, ("general", 2)))),
    Layout("acknowledgement without parameters", "08 01 A2 62 96 1C 06 91 A2 03 02 01 01",
           Message(FACILITY, 34, True, ReturnResult(1))),
    Layout("reconnect", "08 01 22 62 96 1C 0F 91 A1 0C 02 01 03 02 01 86 40 04 96 44 01 81",
           Message(FACILITY, 34, False, Invoke(3, OP.RECONNECT, (v.PartyIdentifier(1),)))),
    Layout("answer to take control",
           "08 01 A2 62 96 1C 23 91 A2 20 02 01 01 30 1B 02 01 B6 40 16"
           " 0C 05 80 37 31 30 31 0C 06 80 23 23 23 23 23 96 44 01 81 44 01 82",
           Message(FACILITY, 34, True, ReturnResult(1, OP.TAKE_CONTROL, (
               connected("7101"), connected("#####"),
               v.PartyIdentifier(1), v.PartyIdentifier(2))))),
    Layout("auto dial",
           "08 01 56 62 96 1C 24 91 A1 21 02 01 03 02 01 C6 40 19 70 05 80 37 32 30 32"
           " 7E 04 00 41 42 43 96 49 03 89 31 B9 4B 01 83 4B 01 8C",
           Message(FACILITY, 86, False, Invoke(3, OP.AUTO_DIAL, (
               called("7202"), q.UserUser(b"ABC"), v.Domain(DomainType.TRUNK_ACCESS_CODE, "19"),
               v.CallOption(CallOptionName.PRIORITY), v.CallOption(OURS))))),
    Layout("cancel send all calls",
           "08 01 22 64 96 1C 16 91 A1 13 02 01 01 02 01 8F 40 0B"
           " 74 05 80 37 31 30 31 96 48 01 8D",
           Message(REGISTER, 34, False, Invoke(1, OP.REQUEST_FEATURE, (
               q.RedirectingNumber(digits="7101"),
               v.Feature(FeatureName.CANCEL_SEND_ALL_CALLS))))),
    Layout("answer of the message waiting lamp",
           "08 01 A2 5A 96 1C 12 91 A2 0F 02 01 01 30 0A 02 01 8C 40 05 96 4F 02 82 85",
           Message(COMPLETE, 34, True, ReturnResult(1, OP.VALUE_QUERY, (
               v.MessageWaitingStatus(5),)))),
    Layout("answer to a heartbeat", "08 01 B2 5A 96 1C 06 91 A2 03 02 01 01",
           Message(COMPLETE, 50, True, ReturnResult(1))),
    Layout("restart", "08 01 00 46 79 01 87",
           Message(MessageType.RESTART, elements=(q.RestartIndicator(7),))),
    Layout("restart acknowledge", "08 01 80 4E 79 01 87",
           Message(MessageType.RESTART_ACKNOWLEDGE, 0, True,
                   elements=(q.RestartIndicator(7),))),
    Layout("restart acknowledge, two octets of CRV", "08 02 80 00 4E 79 01 87",
           Message(MessageType.RESTART_ACKNOWLEDGE, 0, True,
                   elements=(q.RestartIndicator(7),), crv_length=2)),
)  # fmt: skip

TEMPLATES = (
    Layout("restart acknowledge with a version", "08 01 80 4E 79 01 87 96 1B 01 ??",
           Message(MessageType.RESTART_ACKNOWLEDGE, 0, True,
                   elements=(q.RestartIndicator(7), v.Version(VersionName.V2))),
           (VersionName.V2,)),
    Layout("entered digits",
           "08 01 E2 62 96 1C 1A 91 A1 17 02 01 02 02 01 95 40 0F"
           " 10 02 02 04 96 02 05 A0 C5 34 32 B1 47 01 ??",
           Message(FACILITY, 98, True, Invoke(2, OP.EVENT_REPORT, (
               *call(0x204), v.UserEnteredCode("421", timeout=5),
               v.SpecificEvent(E.ENTERED_DIGITS)))),
           (E.ENTERED_DIGITS,)),
    Layout("make call with return acknowledgement",
           "08 01 22 64 96 1C 1D 91 A1 1A 02 01 01 02 01 ?? 40 12"
           " 6C 05 80 37 31 30 31 70 05 80 37 32 30 32 96 4B 01 8C",
           Message(REGISTER, 34, False, Invoke(1, OP.MAKE_CALL, (
               calling("7101"), called("7202"), v.CallOption(OURS)))),
           (OP.MAKE_CALL,)),
    Layout("proceed",
           "08 01 A2 62 96 1C 1A 91 A1 17 02 01 02 02 01 ?? 40 0F"
           " 0C 05 80 37 31 30 31 10 02 02 03 96 44 01 81",
           Message(FACILITY, 34, True, Invoke(2, OP.PROCEED, (
               connected("7101"), *call(0x203, 1)))),
           (OP.PROCEED,)),
    Layout("event notification request",
           "08 01 62 64 96 1C 13 91 A1 10 02 01 01 02 01 ?? 40 08 96 49 05 ?? 37 33 30 B0",
           Message(REGISTER, 98, False,
                   Invoke(1, OP.EVENT_NOTIFICATION_REQUEST, (vdn("7300"),))),
           (OP.EVENT_NOTIFICATION_REQUEST, DomainType.VDN)),
    Layout("offered",
           "08 01 E2 62 96 1C 2E 91 A1 2B 02 01 02 02 01 95 40 23 10 02 02 04"
           " 6C 0B 80 33 30 33 35 35 35 30 31 34 32 70 05 80 37 33 30 30"
           " 96 47 01 ?? 49 05 ?? 37 33 30 B0",
           Message(FACILITY, 98, True, Invoke(2, OP.EVENT_REPORT, (
               *call(0x204), calling("3035550142"), called("7300"),
               v.SpecificEvent(E.CALL_OFFERED), vdn("7300")))),
           (E.CALL_OFFERED, DomainType.VDN)),
    Layout("alerting",
           "08 01 E2 62 96 1C 32 91 A1 2F 02 01 04 02 01 95 40 27 0C 05 80 37 34 30 31"
           " 10 02 02 05 6C 05 80 37 35 30 31 70 05 80 37 33 30 32 96 44 01 82 47 01 ??"
           " 49 05 ?? 37 36 30 B0",
           Message(FACILITY, 98, True, Invoke(4, OP.EVENT_REPORT, (
               connected("7401"), v.CallIdentity(0x205), calling("7501"), called("7302"),
               v.PartyIdentifier(2), v.SpecificEvent(E.ALERTING),
               v.Domain(DomainType.SPLIT, "7600")))),
           (E.ALERTING, DomainType.SPLIT)),
    Layout("connected",
           "08 01 E2 62 96 1C 1D 91 A1 1A 02 01 06 02 01 95 40 12"
           " 0C 05 80 37 34 30 31 10 02 02 05 96 44 01 82 47 01 ??",
           Message(FACILITY, 98, True, Invoke(6, OP.EVENT_REPORT, (
               connected("7401"), *call(0x205, 2), v.SpecificEvent(E.CONNECTED)))),
           (E.CONNECTED,)),
    Layout("drop",
           "08 01 E2 62 96 1C 21 91 A1 1E 02 01 08 02 01 95 40 16 08 02 81 90"
           " 0C 05 80 37 34 30 31 10 02 02 05 96 44 01 82 47 01 ??",
           Message(FACILITY, 98, True, Invoke(8, OP.EVENT_REPORT, (
               NORMAL, connected("7401"), *call(0x205, 2), v.SpecificEvent(E.DROP)))),
           (E.DROP,)),
    Layout("hold",
           "08 01 E2 62 96 1C 1D 91 A1 1A 02 01 0A 02 01 95 40 12"
           " 0C 05 80 37 34 30 31 10 02 02 05 96 44 01 82 47 01 ??",
           Message(FACILITY, 98, True, Invoke(10, OP.EVENT_REPORT, (
               connected("7401"), *call(0x205, 2), v.SpecificEvent(E.HOLD)))),
           (E.HOLD,)),
    Layout("call ended",
           "08 01 E2 62 96 1C 17 91 A1 14 02 01 0C 02 01 95 40 0C"
           " 08 02 81 90 10 02 02 05 96 47 01 ??",
           Message(FACILITY, 98, True, Invoke(12, OP.EVENT_REPORT, (
               NORMAL, *call(0x205), v.SpecificEvent(E.CALL_ENDED)))),
           (E.CALL_ENDED,)),
    Layout("route",
           "08 01 28 64 96 1C 2B 91 A1 28 02 01 04 02 01 ?? 40 20 10 02 02 06"
           " 6C 0B 80 33 30 33 35 35 35 30 31 34 32 70 05 80 37 33 30 31"
           " 96 49 05 ?? 37 33 30 B1",
           Message(REGISTER, 40, False, Invoke(4, OP.ROUTE, (
               *call(0x206), calling("3035550142"), called("7301"), vdn("7301")))),
           (OP.ROUTE, DomainType.VDN)),
    Layout("route select",
           "08 01 A8 62 96 1C 12 91 A1 0F 02 01 03 02 01 ?? 40 07 70 05 80 37 34 30 32",
           Message(FACILITY, 40, True, Invoke(3, OP.ROUTE_SELECT, (called("7402"),))),
           (OP.ROUTE_SELECT,)),
    Layout("route end",
           "08 01 28 5A 96 1C 0F 91 A1 0C 02 01 06 02 01 ?? 40 04 08 02 81 90",
           Message(COMPLETE, 40, False, Invoke(6, OP.ROUTE_END, (NORMAL,))),
           (OP.ROUTE_END,)),
    Layout("heartbeat", "08 01 32 64 96 1C 09 91 A1 06 02 01 01 02 01 ??",
           Message(REGISTER, 50, False, Invoke(1, OP.HEARTBEAT)),
           (OP.HEARTBEAT,)),
    Layout("answer to a merge",
           "08 01 D6 62 96 1C 2C 91 A2 29 02 01 03 30 24 02 01 89 40 1F"
           " 0C 05 80 37 31 30 31 0C 05 80 37 32 30 32 10 02 02 07 96"
           " ?? 01 81 ?? 01 83 44 01 81 44 01 82",
           Message(FACILITY, 86, True, ReturnResult(3, OP.MERGE, (
               connected("7101"), connected("7202"), v.CallIdentity(0x207),
               v.OldPartyIdentifier(1), v.OldPartyIdentifier(3),
               v.PartyIdentifier(1), v.PartyIdentifier(2)))),
           (ElementName.OLD_PARTY_IDENTIFIER,) * 2),
    Layout("answer of an extension",
           "08 01 A2 5A 96 1C 15 91 A2 12 02 01 01 30 0D 02 01 8C 40 08"
           " 96 49 05 ?? 37 31 30 B1",
           Message(COMPLETE, 34, True, ReturnResult(1, OP.VALUE_QUERY, (
               v.Domain(DomainType.LOGICAL_AGENT, "7101"),))),
           (DomainType.LOGICAL_AGENT,)),
)  # fmt: skip
