"""Elements and messages: a row each, which serves both directions (sections 5, 7.2, 7.5).

No row has a number: those are the profile's.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, Final

from construct import GreedyBytes, GreedyRange, Int8ub, Prefixed, Struct, Switch, this
from msgspec import Struct as Record

from protocols.meridian import header
from protocols.meridian import values as v
from protocols.meridian.formats import FORMATS, Format
from protocols.meridian.values import Kind, MessageType, Role


class Element(Record, frozen=True):
    """One information element."""

    name: str
    format: str
    """One of ``FORMATS``."""
    meaning: type[StrEnum] | type[bool] | None = None
    """What its number stands for: names of the profile, or a truth of 0 and 1."""
    open: bool = False
    """Numbers that the profile does not name stay numbers."""
    repeatable: bool = False

    @property
    def field(self) -> str:
        """Its name in records."""
        return snake(self.name)

    @property
    def coding(self) -> Format:
        """How its contents are read and written."""
        return FORMATS[self.format]


class Form(Record, frozen=True):
    """One message in one kind: what its record is called, and what it carries."""

    record: str
    message: MessageType
    kind: Kind
    elements: tuple[Element, ...]
    """In the order of writing."""
    needs: tuple[tuple[str, ...], ...]
    """Names of elements; of each group at least one must be there."""


class Exchange(Record, frozen=True):
    """One message type: who sends it, and its forms."""

    message: MessageType
    sent_by: frozenset[Role]
    """Who sends the request or indication; the other end answers."""
    forms: dict[Kind, Form | None]
    """None for an acknowledgement that carries nothing, and for every refusal."""


def snake(name: str) -> str:
    """Write ``CallingDN`` as ``calling_dn``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


_ROWS: Final = (
    Element("MachineName", "text"),
    Element("HostName", "text"),
    Element("ApplicationName", "text"),
    Element("ServiceList", "list_u8", v.Service, open=True),
    Element("Password", "text"),
    Element("PollInterval", "u16"),
    Element("FlowState", "u8", v.FlowState),
    Element("Cause", "cause", v.Reason, open=True),
    Element("MessageTypeEcho", "u8"),
    Element("ReferenceEcho", "u16"),
    Element("EventGroup", "u8"),
    Element("LinkState", "u8", v.LinkState),
    Element("CallId", "u32"),
    Element("CallingDN", "digits"),
    Element("CalledDN", "digits"),
    Element("OtherDN", "digits"),
    Element("OtherTN", "tn"),
    Element("CLID", "digits"),
    Element("DNIS", "digits"),
    Element("RouteMember", "route_member"),
    Element("CallType", "u8", v.CallType),
    Element("NetworkCLID", "digits"),
    Element("Party", "tn+digits", repeatable=True),
    Element("RouteRef", "u16"),
    Element("DeviceDN", "digits"),
    Element("DeviceTN", "tn"),
    Element("PositionId", "digits"),
    Element("AgentId", "digits"),
    Element("AcdDN", "digits"),
    Element("StatusEvent", "u8", v.StatusEvent),
    Element("FeatureCode", "u8", v.Feature),
    Element("FeatureState", "u8", v.FeatureState),
    Element("ForwardDN", "digits"),
    Element("ActivityCode", "digits"),
    Element("KeepCall", "u8", bool),
    Element("TimeStamp", "time"),
    Element("SessionId", "u16"),
    Element("PromptList", "list_u8"),
    Element("Digits", "digits"),
    Element("DigitCount", "u8"),
    Element("Timeout", "u16"),
    Element("CallsWaiting", "u16"),
    Element("AgentsLoggedIn", "u16"),
)
ELEMENTS: Final = {row.name: row for row in _ROWS}

DROPPED_FIRST: Final = ("TimeStamp", "NetworkCLID", "OtherTN")
"""Optional elements that a message too long goes without, in this order (7.3)."""


_HOST: Final = frozenset({Role.HOST})
_LINK: Final = frozenset({Role.LINK})
_BOTH: Final = frozenset(Role)


def _form(message: MessageType, kind: Kind, mandatory: str, optional: str) -> Form:
    """Make a form; mandatory elements of which one is enough are joined by ``|``."""
    needs = tuple(tuple(group.split("|")) for group in mandatory.split())
    names = dict.fromkeys([*(name for group in needs for name in group), *optional.split()])
    record = f"{message}Ack" if kind is Kind.ACK else str(message)
    return Form(record, message, kind, tuple(ELEMENTS[name] for name in names), needs)


def _request(
    message: str,
    mandatory: str = "",
    optional: str = "",
    ack: tuple[str, str] | None = None,
    sent_by: frozenset[Role] = _HOST,
) -> Exchange:
    kind = MessageType(message)
    return Exchange(
        kind,
        sent_by,
        {
            Kind.REQ: _form(kind, Kind.REQ, mandatory, optional),
            Kind.ACK: _form(kind, Kind.ACK, *ack) if ack else None,
            Kind.NAK: None,
        },
    )


def _indication(
    message: str, mandatory: str, optional: str = "", sent_by: frozenset[Role] = _LINK
) -> Exchange:
    kind = MessageType(message)
    return Exchange(kind, sent_by, {Kind.IND: _form(kind, Kind.IND, mandatory, optional)})


_DEVICE: Final = "DeviceDN|DeviceTN"
_TRUNK: Final = "RouteMember|DeviceTN"
_OFFERED: Final = (
    "PositionId AgentId DeviceTN CallingDN CLID DNIS RouteMember NetworkCLID CallType TimeStamp"
)
_STATUS: Final = (
    "CallId CallingDN CalledDN OtherDN OtherTN CLID DNIS RouteMember CallType Party TimeStamp"
)
_FEATURE: Final = "FeatureState AgentId ForwardDN ActivityCode KeepCall"
_NOTE: Final = "FeatureState AgentId AcdDN ActivityCode TimeStamp"

_EXCHANGES: Final = (
    _request(
        "AppRegister",
        "MachineName ApplicationName ServiceList",
        "HostName Password PollInterval",
        ack=("", "PollInterval MachineName"),
    ),
    _request("AppRelease", "", "Cause", ack=("", "Cause")),
    _request(
        "DNRegister", f"{_DEVICE}|AcdDN", "EventGroup", ack=(f"{_DEVICE}|AcdDN", "EventGroup")
    ),
    _request("DNRelease", f"{_DEVICE}|AcdDN"),
    _request("LinkPoll", sent_by=_BOTH),
    _indication("FlowControl", "FlowState", sent_by=_BOTH),
    _indication(
        "InvalidMessageReceived", "Cause", "MessageTypeEcho ReferenceEcho", sent_by=_BOTH
    ),
    _indication("LinkStatus", "LinkState"),
    _request("MakeCall", f"{_DEVICE} CalledDN", "AcdDN", ack=("", "CallId")),
    _request("ProvideTone", f"{_TRUNK}|DeviceDN"),
    _request("AnswerCall", f"{_DEVICE} CallId"),
    _request("Hold", f"{_DEVICE} CallId"),
    _request("Retrieve", f"{_DEVICE} CallId"),
    _request("ReleaseCall", f"{_DEVICE}|RouteMember", "CallId"),
    _request("InitiateTransfer", f"{_DEVICE} CallId CalledDN", ack=("", "CallId")),
    _request("InitiateConference", f"{_DEVICE} CallId CalledDN", ack=("", "CallId")),
    _request("CompleteTransfer", _DEVICE, "CallId"),
    _request("CompleteConference", _DEVICE, "CallId"),
    _request("FastTransfer", f"{_DEVICE} CallId CalledDN"),
    _indication("CallOffered", "AcdDN CallId", _OFFERED),
    _indication("CallAnswered", f"{_DEVICE} CallId", "OtherDN AgentId TimeStamp"),
    _indication("CallReleased", f"{_DEVICE} CallId", "OtherDN AgentId TimeStamp"),
    _indication("StatusChange", f"StatusEvent {_DEVICE}|RouteMember", _STATUS),
    _request("SetFeature", f"{_DEVICE}|PositionId FeatureCode", _FEATURE),
    _indication("SetFeatureNotification", f"FeatureCode {_DEVICE}|PositionId", _NOTE),
    _indication("RouteRequest", "AcdDN CallId", "CallingDN CLID DNIS RouteMember"),
    _request("RouteCall", "RouteRef CallId CalledDN"),
    _request("GiveRingback", "RouteRef CallId"),
    _request("GiveSilence", "RouteRef CallId"),
    _request("GiveMusic", "RouteRef CallId"),
    _indication("CallAbandoned", "CallId AcdDN"),
    # The reference names no element of this acknowledgement, and no other message that could
    # tell the session's number, which all that follows quotes.
    _request("OpenSession", "CallId", ack=("SessionId", "")),
    _request("PlayPrompt", "SessionId PromptList"),
    _request("CollectDigits", "SessionId DigitCount", "Timeout"),
    _request("CloseSession", "SessionId"),
    _indication("DigitsCollected", "SessionId Digits"),
    _indication("SessionEnded", "SessionId Cause"),
    _request("QueueStatus", "AcdDN", ack=("CallsWaiting AgentsLoggedIn", "")),
)
EXCHANGES: Final = {row.message: row for row in _EXCHANGES}


def declaration(numbers: dict[str, int]) -> Any:
    """Declare the whole message with construct, elements by their numbers."""
    contents = {numbers[row.name]: row.coding.construct for row in _ROWS}
    element = Struct(
        "id" / Int8ub,
        "value" / Prefixed(Int8ub, Switch(this.id, contents, default=GreedyBytes)),
    )
    return Struct("header" / header.DECLARATION, "elements" / GreedyRange(element))
