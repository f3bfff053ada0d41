"""Requests of the host: what they mean at the exchange, and why they are refused.

The first failing check is told, in the order identity, customer, AST flag, registration, call
state, resources (section 7.4). ``target`` makes the checks up to the registration, ``state``
that of the call; what the exchange itself refuses comes last.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any, Final

from msgspec import Struct

from protocols.meridian import _codec_meridian as m
from protocols.meridian.values import Reason as Why
from sim.exchange import verbs
from sim.exchange.verbs import Verb
from sim.exchange.views import CallView, Party, Sight
from sim.exchange.words import LegState, Reason
from sim.meridian.office import Office

Control = (
    m.MakeCall
    | m.ProvideTone
    | m.AnswerCall
    | m.Hold
    | m.Retrieve
    | m.ReleaseCall
    | m.InitiateTransfer
    | m.InitiateConference
    | m.CompleteTransfer
    | m.CompleteConference
    | m.FastTransfer
)
"""Requests that a set or a trunk carries out."""
_CUSTOMER: Final = (m.MakeCall, m.ReleaseCall, m.ProvideTone)
"""Requests that have to name the customer (CON and CALLDIS)."""
_FIRST_RELEASE: Final[dict[type[Any], int]] = {m.Hold: 22, m.Retrieve: 21}
"""First X11 release that carries out a request (section 2.2)."""
_TALKING: Final = (LegState.CONNECTED, LegState.HELD)
_MUST_BE: Final[dict[type[Any], tuple[tuple[LegState, ...], Why]]] = {
    m.AnswerCall: ((LegState.ALERTING,), Why.DEVICE_BUSY),
    m.Hold: ((LegState.CONNECTED,), Why.NOT_ESTABLISHED),
    m.Retrieve: ((LegState.HELD,), Why.NOT_ESTABLISHED),
    m.InitiateTransfer: ((LegState.CONNECTED,), Why.NOT_ESTABLISHED),
    m.InitiateConference: ((LegState.CONNECTED,), Why.NOT_ESTABLISHED),
    m.FastTransfer: ((LegState.CONNECTED,), Why.NOT_ESTABLISHED),
}
"""What the set must be doing on the call, and the cause if it is not."""
CAUSES: Final = {
    Reason.INVALID_DEVICE: Why.BAD_DN,
    Reason.INVALID_DESTINATION: Why.BAD_DN,
    Reason.INVALID_CALL: Why.BAD_CALL_ID,
    Reason.INVALID_CONNECTION: Why.BAD_CALL_ID,
    Reason.INVALID_STATE: Why.NOT_ESTABLISHED,
    Reason.NO_ACTIVE_CALL: Why.DEVICE_IDLE,
    Reason.NO_HELD_CALL: Why.DEVICE_IDLE,
    Reason.NO_CALL_TO_ANSWER: Why.DEVICE_IDLE,
    Reason.NO_CALL_TO_CLEAR: Why.DEVICE_IDLE,
    Reason.CONNECTED_CALL_EXISTS: Why.DEVICE_BUSY,
    Reason.DEVICE_BUSY: Why.DEVICE_BUSY,
    Reason.TRUNKS_BUSY: Why.RESOURCE_UNAVAILABLE,
    Reason.CONFERENCE_LIMIT: Why.RESOURCE_UNAVAILABLE,
    Reason.NOT_PERMITTED: Why.FEATURE_UNAVAILABLE,
    Reason.SAME_DEVICE: Why.BAD_DN,
    Reason.INVALID_AGENT: Why.BAD_IE,
    Reason.INVALID_PASSWORD: Why.BAD_IE,
    Reason.INVALID_AGENT_STATE: Why.WRONG_FEATURE_STATE,
    Reason.NOTHING_TO_DO: Why.WRONG_FEATURE_STATE,
    Reason.INVALID_ROUTE: Why.BAD_CALL_ID,
    Reason.INVALID_FORWARDING: Why.BAD_DN,
}
"""Causes of what the exchange refuses; anything else is an internal error."""


_AT_FAULT: Final = {
    Reason.INVALID_DESTINATION: "CalledDN",
    Reason.SAME_DEVICE: "CalledDN",
    Reason.INVALID_FORWARDING: "ForwardDN",
    Reason.INVALID_AGENT: "AgentId",
    Reason.INVALID_CALL: "CallId",
    Reason.INVALID_CONNECTION: "CallId",
}
"""Element that the exchange means with a refusal."""
_NAMES: Final[dict[Why, dict[str, str]]] = {
    Why.BAD_DN: {"device_dn": "DeviceDN", "position_id": "PositionId", "acd_dn": "AcdDN"},
    Why.BAD_TN: {"device_tn": "DeviceTN"},
    Why.BAD_ROUTE_MEMBER: {"route_member": "RouteMember"},
    Why.BAD_CALL_ID: {"call_id": "CallId"},
}
"""Elements that a cause may be about, by their fields."""


def refusal(reason: Reason) -> tuple[Why, str]:
    """Give cause and element at fault, if any, for what the exchange refused."""
    return CAUSES.get(reason, Why.INTERNAL_ERROR), _AT_FAULT.get(reason, "")


def at_fault(body: Any, why: Why) -> str:
    """Give the element of a request that a cause is about; empty for none."""
    names = _NAMES.get(why, {}).items()
    return next((name for field, name in names if getattr(body, field, None) is not None), "")


class Where(Struct, frozen=True, gc=False):
    """What a request is for, found and allowed."""

    device: str


def identity(office: Office, body: Any) -> Where | Why:
    """Find the device that a message names; each way of naming it must lead to the same."""
    found: list[str] = []
    if (dn := getattr(body, "device_dn", None)) is not None:
        device = office.own(dn) or office.at_position(dn)
        if device not in office.stations:
            return Why.BAD_DN
        found.append(device)
    if (position := getattr(body, "position_id", None)) is not None:
        found.append(office.at_position(position))
        if not found[-1]:
            return Why.BAD_DN
    if (member := getattr(body, "route_member", None)) is not None:
        found.append(office.trunk(member))
        if not found[-1]:
            return Why.BAD_ROUTE_MEMBER
    if (tn := getattr(body, "device_tn", None)) is not None:
        found.append(office.at_tn(tn))
        if not found[-1] or found[-1] != found[0]:
            return Why.BAD_TN
    if not found and (acd := getattr(body, "acd_dn", None)) is not None:
        device = office.own(acd)
        if device not in office.queues and device not in office.points:
            return Why.BAD_DN
        found.append(device)
    return Where(found[0]) if len(set(found)) == 1 else Why.BAD_DN


def target(
    office: Office, body: Any, customer: int | None, registered: Set[str] | None
) -> Where | Why:
    """Make the checks before the state of the call; ``registered`` None asks for none."""
    found = identity(office, body)
    if not isinstance(found, Where):
        return found
    given = customer is not None or isinstance(body, _CUSTOMER)
    if given and customer != office.options.customer:
        return Why.CUSTOMER_MISMATCH
    if not office.is_ast(found.device):
        return Why.DEVICE_NOT_AST
    if registered is not None and found.device not in registered:
        return Why.DEVICE_NOT_REGISTERED
    return found


def state(office: Office, body: Control, device: str, sight: Sight) -> Why | None:
    """Say why the calls at a device do not allow a request."""
    number = getattr(body, "call_id", None)
    here = [call for call in sight.calls if _party(call, device) is not None]
    if number is not None and all(call.call != number for call in here):
        return Why.BAD_CALL_ID
    if isinstance(body, m.ProvideTone) or device in office.members:
        wrong = _two_party(here)
    elif isinstance(body, m.ReleaseCall) and not here:
        wrong = Why.DEVICE_IDLE
    else:
        wrong = _wrong_state(body, device, here)
    return wrong or unavailable(office, body, device)


def unavailable(office: Office, body: Control, device: str) -> Why | None:
    """Say that this switch does not do what is asked."""
    options = office.options
    if options.x11_release < _FIRST_RELEASE.get(type(body), 0):
        return Why.FEATURE_UNAVAILABLE
    trunks = isinstance(body, m.ProvideTone) or device in office.members
    if trunks and (options.mls_mode or options.aml_on_ip):
        return Why.FEATURE_UNAVAILABLE
    return None


def verb(office: Office, body: Control, device: str, sight: Sight) -> Verb | None:
    """Say what the exchange is to do; ``None`` for the tone, which changes nothing there."""
    match body:
        case m.MakeCall():
            return verbs.MakeCall(device, called(office, body.called_dn))
        case m.ProvideTone():
            return None
        case m.AnswerCall():
            return verbs.Answer(device, body.call_id)
        case m.Hold():
            return verbs.Hold(device, body.call_id)
        case m.Retrieve():
            return verbs.Retrieve(device, body.call_id)
        case m.ReleaseCall():
            return verbs.HangUp(device, body.call_id or _only(sight, device))
        case m.InitiateTransfer():
            to = called(office, body.called_dn)
            return verbs.Consult(device, to, body.call_id)
        case m.InitiateConference():
            to = called(office, body.called_dn)
            return verbs.Consult(device, to, body.call_id, conference=True)
        case m.CompleteTransfer():
            return verbs.Transfer(device, *_pair(body.call_id, sight, device))
        case m.CompleteConference():
            return verbs.Conference(device, *_pair(body.call_id, sight, device))
        case m.FastTransfer():
            return verbs.BlindTransfer(device, called(office, body.called_dn), body.call_id)


def called(office: Office, number: str) -> str:
    """Give the number that is called: ours in full, any other as it is."""
    return office.own(number) or number


def _party(call: CallView, device: str) -> Party | None:
    return next((one for one in call.parties if one.device == device), None)


def _two_party(here: list[CallView]) -> Why | None:
    """Check for the one established call of two parties that trunk functions need (5.8)."""
    if not here:
        return Why.DEVICE_IDLE
    if len(here[0].parties) != 2:
        return Why.NOT_TWO_PARTY
    talk = all(one.state is LegState.CONNECTED for one in here[0].parties)
    return None if talk else Why.NOT_ESTABLISHED


def _wrong_state(body: Control, device: str, here: list[CallView]) -> Why | None:
    if type(body) not in _MUST_BE:
        return None
    states, cause = _MUST_BE[type(body)]
    number = getattr(body, "call_id", None)
    party = next((_party(call, device) for call in here if call.call == number), None)
    return None if party is not None and party.state in states else cause


def _only(sight: Sight, device: str) -> int:
    """Give the one call of a device, or 0 for the exchange to choose."""
    here = [call.call for call in sight.calls if _party(call, device) is not None]
    return here[0] if len(here) == 1 else 0


def _pair(number: int | None, sight: Sight, device: str) -> tuple[int, int]:
    """Give held and active call; the request may name either of the two."""
    for call in sight.calls:
        party = _party(call, device)
        if call.call == number and party is not None:
            held = party.state is LegState.HELD
            return (call.call, 0) if held else (0, call.call)
    return (0, 0)
