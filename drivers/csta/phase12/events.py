"""Event reports of phases I and II as those of phase III."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from drivers.csta.phase12.identifiers import connection, device, extensions, party, redirection
from protocols.csta.phase3 import _codec_phase3 as c3
from protocols.csta.phase12 import _codec_phase12 as c
from protocols.csta.phase12.schema.events import EVENT_TYPES

_NOT_KNOWN: Final[Any] = ("notKnown", None)
_NOT_TOLD: Final[Any] = ("notRequired", None)


def report(told: Any) -> c3.CSTAEventReportArgument | None:
    """Give a report; None when it is none at all."""
    name: str | None = None
    event: Any = None
    info: Any
    match told:
        case c.EventReportArgument(event_type=number):
            name, event = EVENT_TYPES.get(number, (None,))[0], told.event_info
            info, more = ("unknown", str(number).encode()), extensions(None, told.private_data)
        case c.CSTAEventReportArgument(event_specific_info=(group, _)):
            chosen: Any = told.event_specific_info[1]
            info, more = ("unknown", chosen), extensions(told.extensions)
            match chosen:
                case ("unknown", octets):
                    info = ("unknown", octets)
                case (str(known), body) if group != "privateEvent":
                    name, event = known, body
                case _ if group == "privateEvent":
                    name = "private"
                case _:
                    pass
        case _:
            return None
    if name is not None and name in EVENTS:
        wide, known, build = EVENTS[name]
        info = (wide, (known, build(event, _extensions(event, more))))
    return c3.CSTAEventReportArgument(told.cross_ref_identifier, info)


def _extensions(
    event: Any, more: c3.CSTACommonArguments | None
) -> c3.CSTACommonArguments | None:
    """Join what stands in the event with what stands behind it."""
    inside = getattr(event, "private_data", None)
    if inside is None:
        return more
    found = extensions(None, inside)
    if more is None or found is None:
        return found
    private = (*(found.private_data or ()), *(more.private_data or ()))
    return c3.CSTACommonArguments(more.security, private)


Extensions = c3.CSTACommonArguments | None
_Build = Callable[[Any, Extensions], Any]


def _end(e: Any, x: Extensions) -> dict[str, Any]:
    """Give the members that every call event has."""
    return {
        "local_connection_info": e.local_connection_info,
        "cause": e.cause,
        "extensions": x,
    }


def _call_cleared(e: c.CallClearedEvent, x: Extensions) -> Any:
    cause: Any = e.cause
    return c3.CallClearedEvent(connection(e.cleared_call), cause=cause, extensions=x)


def _conferenced(e: c.ConferencedEvent, x: Extensions) -> Any:
    return c3.ConferencedEvent(
        connection(e.primary_old_call),
        None if e.secondary_old_call is None else connection(e.secondary_old_call),
        party(e.conf_controller),
        party(e.added_party),
        _connections(e.conference_connections),
        **_end(e, x),
    )


def _connection_cleared(e: c.ConnectionClearedEvent, x: Extensions) -> Any:
    return c3.ConnectionClearedEvent(
        connection(e.dropped_connection), party(e.releasing_device), **_end(e, x)
    )


def _parties(e: Any) -> tuple[Any, ...]:
    return (
        party(e.calling_device),
        party(e.called_device),
        redirection(e.last_redirection_device),
    )


def _party_members(e: Any) -> dict[str, Any]:
    names = ("calling_device", "called_device", "last_redirection_device")
    return dict(zip(names, _parties(e), strict=True))


def _delivered(e: c.DeliveredEvent, x: Extensions) -> Any:
    return c3.DeliveredEvent(
        connection(e.connection), party(e.alerting_device), *_parties(e), **_end(e, x)
    )


def _established(e: c.DeliveredEvent, x: Extensions) -> Any:
    return c3.EstablishedEvent(
        connection(e.connection), party(e.alerting_device), *_parties(e), **_end(e, x)
    )


def _diverted(e: c.DivertedEvent, x: Extensions) -> Any:
    told = c.ConnectionID() if e.connection is None else e.connection
    return c3.DivertedEvent(
        connection(told),
        party(e.diverting_device),
        party(e.new_destination),
        last_redirection_device=_NOT_TOLD,
        **_end(e, x),
    )


def _failed(e: c.FailedEvent, x: Extensions) -> Any:
    called = party(e.called_number)
    return c3.FailedEvent(
        connection(e.failed_connection),
        party(e.failed_device),
        _NOT_KNOWN,
        called,
        _NOT_TOLD,
        **_end(e, x),
    )


def _held(e: c.HeldEvent, x: Extensions) -> Any:
    return c3.HeldEvent(connection(e.held_connection), party(e.holding_device), **_end(e, x))


def _retrieved(e: c.RetrievedEvent, x: Extensions) -> Any:
    return c3.RetrievedEvent(
        connection(e.retrieved_connection), party(e.retrieving_device), **_end(e, x)
    )


def _network_reached(e: c.NetworkReachedEvent, x: Extensions) -> Any:
    called = party(e.called_device)
    return c3.NetworkReachedEvent(
        connection(e.connection),
        party(e.trunk_used),
        _NOT_KNOWN,
        called,
        _NOT_TOLD,
        **_end(e, x),
    )


def _originated(e: c.OriginatedEvent, x: Extensions) -> Any:
    return c3.OriginatedEvent(
        connection(e.originated_connection),
        party(e.calling_device),
        party(e.called_device),
        **_end(e, x),
    )


def _queued(e: c.QueuedEvent, x: Extensions) -> Any:
    return c3.QueuedEvent(
        connection(e.queued_connection),
        party(e.queue),
        **_party_members(e),
        number_queued=e.numbered_queued,
        **_end(e, x),
    )


def _service_initiated(e: c.ServiceInitiatedEvent, x: Extensions) -> Any:
    return c3.ServiceInitiatedEvent(
        connection(e.initiated_connection), _NOT_KNOWN, **_end(e, x)
    )


def _transferred(e: c.TransferredEvent, x: Extensions) -> Any:
    return c3.TransferredEvent(
        connection(e.primary_old_call),
        None if e.secondary_old_call is None else connection(e.secondary_old_call),
        party(e.transferring_device),
        party(e.transferred_device),
        _connections(e.transferred_connections),
        **_end(e, x),
    )


def _connections(told: c.ConnectionList | None) -> c3.ConnectionList:
    """Give the connections of the call that two became."""
    match told:
        case ("connections", listed):
            return tuple(c3.ConnectionListEntry(connection(one)) for one in listed)
        case ("callInformation", infos):
            return tuple(
                c3.ConnectionListEntry(
                    connection(one.endpoint),
                    endpoint=None
                    if one.static_endpoint is None
                    else ("deviceID", device(one.static_endpoint)),
                )
                for one in infos
            )
        case None:
            return ()


def _call_information(e: c.CallInformationEvent, x: Extensions) -> Any:
    return c3.CallInformationEvent(
        connection(e.connection),
        party(e.device),
        account_info=e.account_info,
        auth_code=e.authorisation_code,
        extensions=x,
    )


def _do_not_disturb(e: c.DoNotDisturbEvent, x: Extensions) -> Any:
    return c3.DoNotDisturbEvent(party(e.device), e.do_not_disturb_on, extensions=x)


def forwarding_of(told: int) -> tuple[int, bool]:
    """Give kind and status of a forwarding: even numbers set it, odd ones end it."""
    return told // 2, told % 2 == 0


def _forwarding(e: c.ForwardingEvent, x: Extensions) -> Any:
    kind, on = forwarding_of(e.forwarding_information.forwarding_type)
    digits = e.forwarding_information.forward_dn
    to = None if digits is None else device(("dialingNumber", digits))
    match party(e.forwarded_to):
        case ("deviceIdentifier", c3.DeviceID() as named) if to is None:
            to = named
        case _:
            pass
    return c3.ForwardingEvent(party(e.device), kind, on, to, extensions=x)


def _message_waiting(e: c.MessageWaitingEvent, x: Extensions) -> Any:
    return c3.MessageWaitingEvent(
        party(e.device_for_message), message_waiting_on=e.message_waiting_on, extensions=x
    )


def _agent(record: Callable[..., Any], **more: Any) -> _Build:
    def build(e: Any, x: Extensions) -> Any:
        group = None if e.agent_group is None else device(e.agent_group)
        return record(party(e.agent_device), e.agent_id, group, extensions=x, **more)

    return build


def _service(record: Callable[..., Any]) -> _Build:
    return lambda e, x: record(
        ("deviceIdentifier", device(e.device)), cause=e.cause, extensions=x
    )


def _without_a_fact(e: Any, x: Extensions) -> Any:
    """Give what no mapping looks into."""
    del x
    return e


_AFTER_WORK: Final = c3.WorkingAfterCallPendingState
_CALL: Final = "callControlEvents"
_LOGICAL: Final = "logicalDeviceFeatureEvents"
_PHYSICAL: Final = "physicalDeviceFeatureEvents"
_VOICE: Final = "voiceUnitEvents"

EVENTS: Final[dict[str, tuple[str, str, _Build]]] = {
    "callCleared": (_CALL, "callCleared", _call_cleared),
    "conferenced": (_CALL, "conferenced", _conferenced),
    "connectionCleared": (_CALL, "connectionCleared", _connection_cleared),
    "delivered": (_CALL, "delivered", _delivered),
    "diverted": (_CALL, "diverted", _diverted),
    "established": (_CALL, "established", _established),
    "failed": (_CALL, "failed", _failed),
    "held": (_CALL, "held", _held),
    "networkReached": (_CALL, "networkReached", _network_reached),
    "originated": (_CALL, "originated", _originated),
    "queued": (_CALL, "queued", _queued),
    "retrieved": (_CALL, "retrieved", _retrieved),
    "serviceInitiated": (_CALL, "serviceInitiated", _service_initiated),
    "transferred": (_CALL, "transferred", _transferred),
    "callInformation": ("callAssociatedEvents", "callInformation", _call_information),
    "doNotDisturb": (_LOGICAL, "doNotDisturb", _do_not_disturb),
    "forwarding": (_LOGICAL, "forwarding", _forwarding),
    "messageWaiting": (_PHYSICAL, "messageWaiting", _message_waiting),
    "autoAnswer": (_LOGICAL, "autoAnswer", _without_a_fact),
    "microphoneMute": (_PHYSICAL, "microphoneMute", _without_a_fact),
    "speakerMute": (_PHYSICAL, "speakerMute", _without_a_fact),
    "speakerVolume": (_PHYSICAL, "speakerVolume", _without_a_fact),
    "agentBusy": (_LOGICAL, "agentBusy", _agent(c3.AgentBusyEvent)),
    "loggedOn": (_LOGICAL, "agentLoggedOn", _agent(c3.AgentLoggedOnEvent)),
    "loggedOff": (_LOGICAL, "agentLoggedOff", _agent(c3.AgentLoggedOffEvent)),
    "notReady": (_LOGICAL, "agentNotReady", _agent(c3.AgentNotReadyEvent)),
    "ready": (_LOGICAL, "agentReady", _agent(c3.AgentReadyEvent)),
    "workingAfterCall": (
        _LOGICAL,
        "agentWorkingAfterCall",
        _agent(c3.AgentWorkingAfterCallEvent),
    ),
    "workNotReady": (
        _LOGICAL,
        "agentWorkingAfterCall",
        _agent(c3.AgentWorkingAfterCallEvent, pending_agent_state=_AFTER_WORK.NOT_READY),
    ),
    "workReady": (
        _LOGICAL,
        "agentWorkingAfterCall",
        _agent(c3.AgentWorkingAfterCallEvent, pending_agent_state=_AFTER_WORK.READY),
    ),
    "backInService": (
        "deviceMaintenanceEvents",
        "backInService",
        _service(c3.BackInServiceEvent),
    ),
    "outOfService": ("deviceMaintenanceEvents", "outOfService", _service(c3.OutOfServiceEvent)),
    "private": ("vendorSpecEvents", "privateEvent", _without_a_fact),
    "play": (_VOICE, "play", _without_a_fact),
    "record": (_VOICE, "record", _without_a_fact),
    "review": (_VOICE, "review", _without_a_fact),
    "stop": (_VOICE, "stop", _without_a_fact),
    "suspendPlay": (_VOICE, "suspendPlay", _without_a_fact),
    "suspendRecord": (_VOICE, "suspendRecord", _without_a_fact),
    "voiceAttributesChange": (_VOICE, "voiceAttributesChange", _without_a_fact),
}
"""Group and name of an event in phase III, and how it is made of one of the older phases."""
