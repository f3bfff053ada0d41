"""Who hears an event: the matrix of events and associations (S1 table 2-1).

An association about a station hears of the calls that the station is on, one about a call of
that call, one about a VDN or split of the calls that were offered there, until they are offered
to another VDN or split of which somebody is notified.
"""

from __future__ import annotations

from typing import Final

import msgspec

from protocols.asai import values as v
from protocols.asai.names import EventName
from sim.asai.associations import Administration, Association, Kind
from sim.asai.events import Report

_ANY_CALL: Final = frozenset({Kind.STATION, Kind.CALL, Kind.NOTIFICATION})
MATRIX: Final[dict[EventName, frozenset[Kind]]] = {
    EventName.ALERTING: _ANY_CALL,
    EventName.ANSWERED: frozenset({Kind.STATION, Kind.CALL}),
    EventName.BUSY: _ANY_CALL,
    EventName.CALL_ENDED: frozenset({Kind.NOTIFICATION}),
    EventName.CALL_INITIATED: frozenset({Kind.STATION}),
    EventName.CALL_OFFERED: frozenset({Kind.NOTIFICATION}),
    EventName.CALL_ORIGINATED: frozenset({Kind.STATION}),
    EventName.CALL_REDIRECTED: frozenset({Kind.STATION, Kind.NOTIFICATION}),
    EventName.CHARGING: frozenset({Kind.NOTIFICATION}),
    EventName.CONFERENCED: _ANY_CALL,
    EventName.CONNECTED: _ANY_CALL,
    EventName.CUT_THROUGH: _ANY_CALL,
    EventName.DROP: _ANY_CALL,
    EventName.ENTERED_DIGITS: frozenset({Kind.CALL, Kind.NOTIFICATION}),
    EventName.HOLD: _ANY_CALL,
    EventName.LOGIN: frozenset({Kind.SPLIT}),
    EventName.LOGOUT: frozenset({Kind.SPLIT}),
    EventName.QUEUED: _ANY_CALL,
    EventName.RECONNECTED: _ANY_CALL,
    EventName.REORDER: _ANY_CALL,
    EventName.TRANSFERRED: _ANY_CALL,
    EventName.TRUNK_SEIZED: _ANY_CALL,
}
"""Event -> kinds of associations that it goes out on."""


def hears(
    association: Association, report: Report, administration: Administration
) -> Report | None:
    """Give what an association hears of an event: it, Call Redirected in its place, nothing."""
    if report.event is EventName.CALL_OFFERED:
        return _offered(association, report, administration)
    kind = association.kind
    if kind not in MATRIX[report.event]:
        return None
    match kind:
        case Kind.STATION:
            heard = association.number in report.stations
        case Kind.SPLIT:
            heard = association.number == report.domain
        case Kind.CALL:
            heard = bool(report.call) and association.call == report.call
        case _:
            # A notification hears Call Redirected only when the call is offered elsewhere.
            redirected = report.event is EventName.CALL_REDIRECTED
            heard = report.call in association.followed and not redirected
    return report if heard else None


def _offered(
    association: Association, report: Report, administration: Administration
) -> Report | None:
    if association.kind is not Kind.NOTIFICATION:
        return None
    if association.number == report.domain:
        if report.call in association.followed:
            return None
        association.followed.add(report.call)
        return report
    watched = administration.holders(Kind.NOTIFICATION, report.domain)
    if report.call not in association.followed or not watched:
        return None
    association.followed.discard(report.call)
    told = (v.CallIdentity(report.call),)
    return msgspec.structs.replace(report, event=EventName.CALL_REDIRECTED, elements=told)
