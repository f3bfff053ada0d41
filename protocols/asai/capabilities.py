"""Capabilities: which message carries which operation, and how it is answered (S2; S1 5).

The rows of the event-to-association matrix are those of S1 table 2-1; three of them were cut
there and are inferred.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

import msgspec

from protocols.asai import values as v
from protocols.asai.messages import MessageType
from protocols.asai.names import EventName, Operation
from protocols.q931 import values as q


class Role(Enum):
    """Side of the link."""

    ADJUNCT = "adjunct"
    SWITCH = "switch"


class Kind(Enum):
    """Kind of an association: by what it was opened."""

    CALL_CONTROL = "call control"
    DOMAIN_CONTROL = "domain control"
    NOTIFICATION = "event notification"
    ROUTING = "routing"
    FEATURE = "feature request"
    QUERY = "value query"
    SET_VALUE = "set value"
    HEARTBEAT = "heartbeat"


class Answer(Enum):
    """How an invoke is answered when all is well."""

    NOTHING = auto()
    FACILITY = auto()
    """With a return result; the association goes on."""
    RELEASE = auto()
    """With a return result in a RELease COMplete, or with one of normal clearing."""
    PROCEED = auto()
    """With an invoke of the other side, 3P Proceed."""


class Capability(msgspec.Struct, frozen=True):
    """One operation."""

    operation: Operation
    by: Role | None
    """Who invokes it; ``None`` for either side."""
    carried: MessageType
    answer: Answer
    kinds: tuple[Kind, ...]
    """Associations that it opens, if a REGister carries it; else those that it belongs to."""
    needs: tuple[type[v.Element], ...] = ()
    """Elements without which it is refused."""


_A, _S = Role.ADJUNCT, Role.SWITCH
_REGISTER, _FACILITY = MessageType.REGISTER, MessageType.FACILITY
_COMPLETE = MessageType.RELEASE_COMPLETE
_CALL, _DOMAIN, _EVENTS = Kind.CALL_CONTROL, Kind.DOMAIN_CONTROL, Kind.NOTIFICATION
_CONTROL = (_CALL, _DOMAIN)
_O, _R = Operation, Answer

_ROWS: Final = (
    Capability(_O.MAKE_CALL, _A, _REGISTER, _R.PROCEED, (_CALL,), (q.CalledPartyNumber,)),
    Capability(_O.PROCEED, _S, _FACILITY, _R.NOTHING, (_CALL,), (v.CallIdentity,)),
    Capability(_O.TAKE_CONTROL, _A, _REGISTER, _R.FACILITY, (_CALL,), (v.CallIdentity,)),
    Capability(_O.RELINQUISH_CONTROL, _A, _FACILITY, _R.RELEASE, (_CALL,)),
    Capability(_O.CLEAR_CALL, _A, _FACILITY, _R.RELEASE, (_CALL,)),
    Capability(_O.CALL_ENDED, _S, _COMPLETE, _R.NOTHING, (_CALL,)),
    Capability(_O.DOMAIN_CONTROL, _A, _REGISTER, _R.FACILITY, (_DOMAIN,), (v.Domain,)),
    Capability(_O.AUTO_DIAL, _A, _FACILITY, _R.FACILITY, (_DOMAIN,), (q.CalledPartyNumber,)),
    Capability(_O.ANSWER, _A, _FACILITY, _R.FACILITY, _CONTROL, (v.PartyIdentifier,)),
    Capability(_O.SELECTIVE_HOLD, _A, _FACILITY, _R.FACILITY, _CONTROL, (v.PartyIdentifier,)),
    Capability(_O.RECONNECT, _A, _FACILITY, _R.FACILITY, _CONTROL, (v.PartyIdentifier,)),
    Capability(_O.MERGE, _A, _FACILITY, _R.FACILITY, _CONTROL, (v.CallIdentity,)),
    Capability(_O.SELECTIVE_DROP, _A, _FACILITY, _R.FACILITY, _CONTROL),
    Capability(
        *(_O.REDIRECT, _A, _FACILITY, _R.FACILITY, _CONTROL),
        (v.PartyIdentifier, q.CalledPartyNumber),
    ),
    Capability(_O.SEND_DTMF, _A, _FACILITY, _R.FACILITY, _CONTROL, (v.Dtmf,)),
    Capability(
        *(_O.SINGLE_STEP_CONFERENCE, _A, _FACILITY, _R.FACILITY, _CONTROL),
        (q.CalledPartyNumber,),
    ),
    Capability(
        _O.LISTEN_DISCONNECT, _A, _FACILITY, _R.FACILITY, _CONTROL, (v.PartyIdentifier,)
    ),
    Capability(_O.LISTEN_RECONNECT, _A, _FACILITY, _R.FACILITY, _CONTROL, (v.PartyIdentifier,)),
    Capability(
        *(_O.EVENT_NOTIFICATION_REQUEST, _A, _REGISTER, _R.FACILITY, (_EVENTS,)),
        (v.Domain,),
    ),
    Capability(_O.EVENT_NOTIFICATION_CANCEL, _A, _FACILITY, _R.RELEASE, (_EVENTS,)),
    Capability(_O.EVENT_NOTIFICATION_ENDED, _S, _COMPLETE, _R.NOTHING, (_EVENTS,)),
    Capability(
        *(_O.STOP_CALL_NOTIFICATION, _A, _FACILITY, _R.FACILITY, (_EVENTS,)),
        (v.CallIdentity,),
    ),
    Capability(
        *(_O.EVENT_REPORT, _S, _FACILITY, _R.NOTHING, (_EVENTS, _CALL, _DOMAIN)),
        (v.SpecificEvent,),
    ),
    Capability(_O.ROUTE, _S, _REGISTER, _R.NOTHING, (Kind.ROUTING,), (q.CalledPartyNumber,)),
    Capability(
        *(_O.ROUTE_SELECT, _A, _FACILITY, _R.NOTHING, (Kind.ROUTING,)),
        (q.CalledPartyNumber,),
    ),
    Capability(_O.ROUTE_END, None, _COMPLETE, _R.NOTHING, (Kind.ROUTING,)),
    Capability(_O.REQUEST_FEATURE, _A, _REGISTER, _R.RELEASE, (Kind.FEATURE,), (v.Feature,)),
    Capability(_O.VALUE_QUERY, _A, _REGISTER, _R.RELEASE, (Kind.QUERY,), (v.Item,)),
    Capability(_O.VALUE_QUERY_RESPONSE, _S, _FACILITY, _R.NOTHING, (Kind.QUERY,)),
    Capability(_O.SET_VALUE, _A, _REGISTER, _R.RELEASE, (Kind.SET_VALUE,), (v.Item,)),
    Capability(_O.HEARTBEAT, None, _REGISTER, _R.RELEASE, (Kind.HEARTBEAT,)),
    Capability(_O.ABORT, None, _COMPLETE, _R.NOTHING, tuple(Kind)),
)
CAPABILITIES: Final = {row.operation: row for row in _ROWS}
"""Every operation. That Clear Call and Relinquish are asked in a FACility is inferred."""


class Scope(Enum):
    """What an association hears of: the columns of S1 table 2-1."""

    STATION = "domain control of a station"
    CALL = "call control"
    NOTIFICATION = "event notification"
    SPLIT = "domain control of a split"


_STATION, _EVERY = Scope.STATION, (Scope.STATION, Scope.CALL, Scope.NOTIFICATION)

EVENTS: Final[dict[EventName, frozenset[Scope]]] = {
    event: frozenset(scopes)
    for event, scopes in {
        EventName.ALERTING: _EVERY,
        EventName.ANSWERED: (_STATION, Scope.CALL),
        EventName.BUSY: _EVERY,
        EventName.CALL_ENDED: (Scope.NOTIFICATION,),
        EventName.CALL_INITIATED: (_STATION,),
        EventName.CALL_OFFERED: (Scope.NOTIFICATION,),
        EventName.CALL_ORIGINATED: (_STATION,),
        EventName.CALL_REDIRECTED: (_STATION, Scope.NOTIFICATION),
        EventName.CONFERENCED: _EVERY,
        EventName.TRANSFERRED: _EVERY,
        EventName.CHARGING: (Scope.NOTIFICATION,),
        EventName.CONNECTED: _EVERY,
        EventName.CUT_THROUGH: _EVERY,
        EventName.DROP: _EVERY,
        EventName.ENTERED_DIGITS: (Scope.CALL, Scope.NOTIFICATION),
        EventName.HOLD: _EVERY,
        EventName.LOGIN: (Scope.SPLIT,),
        EventName.LOGOUT: (Scope.SPLIT,),
        EventName.QUEUED: _EVERY,
        EventName.RECONNECTED: _EVERY,
        EventName.REORDER: _EVERY,
        EventName.TRUNK_SEIZED: _EVERY,
    }.items()
}
"""The event-to-association matrix."""
