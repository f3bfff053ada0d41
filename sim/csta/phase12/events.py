"""Events of phase III as reports of phases I and II.

What only phase III has, such as correlator data, is left out. A cause that the phase does not
have is left out too, or is the nearest that it has.
"""

from __future__ import annotations

from typing import Any, Final

from protocols.csta.phase3 import _codec_phase3 as csta
from protocols.csta.phase3._codec_phase3 import EventCause, WorkingAfterCallPendingState
from protocols.csta.phase12 import _codec_phase12 as phase12
from protocols.csta.phase12.schema.events import EVENT_TYPES
from sim.csta.phase12.names import written

_CALL: Final[dict[str, tuple[type[Any], tuple[str, ...]]]] = {
    "callCleared": (phase12.CallClearedEvent, ("cleared_call",)),
    "conferenced": (
        phase12.ConferencedEvent,
        (
            *("primary_old_call", "secondary_old_call", "conferencing_device"),
            *("added_party", "conference_connections"),
        ),
    ),
    "connectionCleared": (
        phase12.ConnectionClearedEvent,
        ("dropped_connection", "releasing_device"),
    ),
    "delivered": (
        phase12.DeliveredEvent,
        (
            *("connection", "alerting_device", "calling_device", "called_device"),
            "last_redirection_device",
        ),
    ),
    "diverted": (
        phase12.DivertedEvent,
        ("connection", "diverting_device", "new_destination"),
    ),
    "established": (
        phase12.DeliveredEvent,
        (
            *("established_connection", "answering_device", "calling_device"),
            *("called_device", "last_redirection_device"),
        ),
    ),
    "failed": (
        phase12.FailedEvent,
        ("failed_connection", "failing_device", "called_device"),
    ),
    "held": (phase12.HeldEvent, ("held_connection", "holding_device")),
    "networkReached": (
        phase12.NetworkReachedEvent,
        ("outbound_connection", "network_interface_used", "called_device"),
    ),
    "originated": (
        phase12.OriginatedEvent,
        ("originated_connection", "calling_device", "called_device"),
    ),
    "queued": (
        phase12.QueuedEvent,
        (
            *("queued_connection", "queue", "calling_device", "called_device"),
            *("last_redirection_device", "number_queued"),
        ),
    ),
    "retrieved": (phase12.RetrievedEvent, ("retrieved_connection", "retrieving_device")),
    "serviceInitiated": (phase12.ServiceInitiatedEvent, ("initiated_connection",)),
    "transferred": (
        phase12.TransferredEvent,
        (
            *("primary_old_call", "secondary_old_call", "transferring_device"),
            *("transferred_to_device", "transferred_connections"),
        ),
    ),
}
"""Bodies, and the fields of phase III that fill them, in order."""
_AGENTS: Final = {
    "agentLoggedOn": "loggedOn",
    "agentLoggedOff": "loggedOff",
    "agentNotReady": "notReady",
    "agentReady": "ready",
    "agentBusy": "agentBusy",
    "agentWorkingAfterCall": "workingAfterCall",
}
_BODIES: Final = {"loggedOn": phase12.LoggedOnEvent, "loggedOff": phase12.LoggedOffEvent}
_FEATURES: Final = frozenset(
    {"callInformation", "doNotDisturb", "forwarding", "messageWaiting"}
)
TOLD: Final = frozenset((*_CALL, *_AGENTS, *_FEATURES))
"""Events of the exchange that phase II can tell, under their names of phase III."""
TOLD_FIRST: Final = TOLD - {"agentBusy"}
"""Those that phase I can tell."""

_NUMBERS: Final = {name: number for number, (name, _) in EVENT_TYPES.items()}
_LAST_CAUSE: Final = {True: 34, False: 56}
"""Last EventCause of phase I, and of phase II."""
_INSTEAD: Final = {
    EventCause.SINGLE_STEP_TRANSFER: EventCause.TRANSFER,
    EventCause.MAKE_CALL: EventCause.NEW_CALL,
    EventCause.MAKE_PREDICTIVE_CALL: EventCause.NEW_CALL,
    EventCause.ACD_SATURATED: EventCause.RESOURCES_NOT_AVAILABLE,
}
"""The nearest of the causes that all phases have."""


def report(argument: csta.CSTAEventReportArgument, *, first: bool) -> Any:
    """Write an event report; ``first`` for phase I."""
    info: Any = argument.event_specific_info
    _, (name, body) = info
    reference = argument.cross_ref_identifier
    if name in _CALL:
        own: Any = _call(name, body, first=first)
        group = "callEvents"
    elif name in _AGENTS:
        group = "agentEvents"
        name, own = _agent(name, body, first=first)
    else:
        group, own = "featureEvents", _feature(body)
    if first:
        return phase12.EventReportArgument(reference, _NUMBERS[name], own)
    specific: Any = (group, (name, own))
    return phase12.CSTAEventReportArgument(reference, specific, _extensions(body))


def cause_of(cause: Any, *, first: bool) -> int | None:
    """Give a cause as the phase has it."""
    last = _LAST_CAUSE[first]
    if cause is not None and cause > last:
        cause = _INSTEAD.get(cause)
    return None if cause is None else int(cause)


def _call(name: str, body: Any, *, first: bool) -> Any:
    made, fields = _CALL[name]
    values = [written(getattr(body, field)) for field in fields]
    local = getattr(body, "local_connection_info", None)
    return made(*values, local_connection_info=local, cause=cause_of(body.cause, first=first))


def _agent(name: str, body: Any, *, first: bool) -> tuple[str, Any]:
    name = _AGENTS[name]
    if first and name == "workingAfterCall":
        ready = body.pending_agent_state == WorkingAfterCallPendingState.READY
        name = "workReady" if ready else "workNotReady"
    group = written(body.acd_group) if body.acd_group else None
    made = _BODIES.get(name, phase12.AgentEvent)
    return name, made(written(body.agent_device), body.agent_id, group)


def _feature(body: Any) -> Any:
    match body:
        case csta.DoNotDisturbEvent():
            return phase12.DoNotDisturbEvent(written(body.device), body.do_not_disturb_on)
        case csta.MessageWaitingEvent():
            lamp = body.message_waiting_on
            return phase12.MessageWaitingEvent(
                written(body.target_device), message_waiting_on=lamp
            )
        case csta.ForwardingEvent():
            kind = forwarding(int(body.forwarding_type or 0), on=body.forward_status)
            to = digits_of(body.forward_to)
            return phase12.ForwardingEvent(
                written(body.device), phase12.ForwardParameter(kind, to)
            )
        case _:
            connection, device = written(body.connection), written(body.device)
            return phase12.CallInformationEvent(connection, device, body.account_info)


def forwarding(kind: int, *, on: bool) -> phase12.ForwardingType:
    """Give the type that has kind and on or off in one."""
    return phase12.ForwardingType(2 * kind + (not on))


def digits_of(device: csta.DeviceID | None) -> str | None:
    """Give the digits of a device that has such."""
    named: Any = device.device_identifier if device else None
    match named:
        case (_, str(digits)):
            return digits
        case _:
            return None


def _extensions(body: Any) -> phase12.CSTACommonArguments | None:
    told = getattr(body, "extensions", None)
    if told is None or told.security is None:
        return None
    security = phase12.CSTASecurityData(timestamp=f"{told.security.timestamp[2:]}Z")  # UTCTime
    return phase12.CSTACommonArguments(security)
