"""Results of phase III requests as plain values of the model.

Calls and devices stand under ``native`` with the keys that facts use.
"""

from __future__ import annotations

from typing import Any, Final

from cti.model.data import ForwardingKind
from cti.model.states import AgentState, ConnectionState, DeviceType
from drivers.csta.arguments_devices import FORWARDING
from drivers.csta.connections import Connections
from drivers.csta.dialects import Dialect
from drivers.csta.identifiers import connection_of, device_of, number_of, subject_of, text_of
from drivers.csta.reader import LOCAL_STATES
from protocols.csta.phase3 import _codec_phase3 as c

AGENT_STATES: Final[dict[int | None, AgentState]] = {
    c.AgentState.AGENT_NOT_READY: AgentState.NOT_READY,
    c.AgentState.AGENT_NULL: AgentState.LOGGED_OFF,
    c.AgentState.AGENT_READY: AgentState.READY,
    c.AgentState.AGENT_BUSY: AgentState.BUSY,
    c.AgentState.AGENT_WORKING_AFTER_CALL: AgentState.AFTER_CALL_WORK,
}
PENDING_STATES: Final[dict[int | None, AgentState]] = {
    c.PendingAgentState.AGENT_NOT_READY: AgentState.NOT_READY,
    c.PendingAgentState.AGENT_NULL: AgentState.LOGGED_OFF,
    c.PendingAgentState.AGENT_READY: AgentState.READY,
    c.PendingAgentState.AGENT_WORKING_AFTER_CALL: AgentState.AFTER_CALL_WORK,
}
FORWARDING_KINDS: Final[dict[int | None, ForwardingKind]] = {
    code.value: kind for kind, code in FORWARDING.items()
}


def made(result: object, dialect: Dialect) -> str | None:
    """Give the key of a call that a request made.

    A merged call is left to its event: only that tells which calls it was.
    """
    match result:
        case (
            c.MakeCallResult(calling_device=told)
            | c.ConsultationCallResult(initiated_call=told)
            | c.MakePredictiveCallResult(initiated_call=told)
        ):
            return connection_of(told, dialect)[0]
        case _:
            return None


def shown(result: object, connections: Connections, dialect: Dialect) -> dict[str, Any]:
    """Show the result of a request; an empty object where it says nothing more."""
    connections.learn(result)
    match result:
        case (
            c.MakeCallResult(calling_device=told)
            | c.ConsultationCallResult(initiated_call=told)
            | c.MakePredictiveCallResult(initiated_call=told)
            | c.ConferenceCallResult(conference_call=told)
            | c.TransferCallResult(transferred_call=told)
            | c.SingleStepConfResult(conferenced_call=told)
            | c.SingleStepTransResult(transferred_call=told)
        ):
            return {"native": connections.keys(told)}
        case (
            c.DirectedPickupCallResult(picked_call=found)
            | c.GroupPickupCallResult(picked_call=found)
            | c.IntrudeCallResult(conferenced_call=found)
            | c.ParkCallResult(parked_to=found)
        ):
            return {} if found is None else {"native": connections.keys(found)}
        case c.CallBackResult(target_device=target):
            return {} if target is None else {"native": {"device": _key(target, dialect)}}
        case c.SetAgentStateResult(pending_agent_state=pending):
            if pending is None:
                return {}
            word = PENDING_STATES.get(pending, AgentState.UNKNOWN)
            return {"pending": True, "pending_state": word.value}
        case c.GetAgentStateResult(agent_state_list=agents):
            return {"agents": [_agent(agent, dialect) for agent in agents]}
        case c.GetForwardingResult(forwarding_list=entries):
            return {"forwarding": [_forwarding(entry) for entry in entries]}
        case c.GetDoNotDisturbResult(do_not_disturb_on=on):
            return {"on": on}
        case c.GetMessageWaitingIndicatorResult(message_waiting_on=on):
            return {"on": on}
        case c.GetLogicalDeviceInformationResult():
            return _device(result)
        case c.RouteRegisterResult(route_register_req_id=registration):
            return {"registration": registration.hex()}
        case c.SnapshotDeviceResult(snapshot_data=calls):
            return {"calls": [_call(entry, connections) for entry in calls or ()]}
        case c.SnapshotCallResult(snapshot_data=parties):
            return {"parties": [_party(entry, connections, dialect) for entry in parties or ()]}
        case ("extensions", c.CSTACommonArguments(private_data=private)):
            texts = [text for one in private or () if (text := _private(one)) is not None]
            return {"private": texts} if texts else {}
        case _:
            return {}


def _call(entry: c.SnapshotDeviceResponseInfo, connections: Connections) -> dict[str, Any]:
    told: dict[str, Any] = {
        "native": connections.keys(entry.connection_identifier),
        "state": own_state(entry.local_call_state).value,
    }
    match entry.local_call_state:
        case ("compoundCallState", (_, *others)):
            told["others"] = [_state(other) for other in others]
        case ("simpleCallState", code):
            told["others"] = [_state(code >> 4)]
        case _:
            pass
    return told


def own_state(told: c.CallState) -> ConnectionState:
    """Give the state of the own connection of a device in its call."""
    match told:
        case ("compoundCallState", (own, *_)):
            return LOCAL_STATES.get(own, ConnectionState.UNKNOWN)
        case ("simpleCallState", code):
            # It stands in the lower four bits: callReceived is 0x32.
            return LOCAL_STATES.get(code & 15, ConnectionState.UNKNOWN)
        case _:
            return ConnectionState.UNKNOWN


def _party(
    entry: c.SnapshotCallResponseInfo, connections: Connections, dialect: Dialect
) -> dict[str, Any]:
    keys = {} if entry.call_identifier is None else connections.keys(entry.call_identifier)
    subject = subject_of(entry.device_on_call, dialect)
    if subject is not None:
        keys.setdefault("device", subject.key)
    told: dict[str, Any] = {"native": keys}
    if subject is not None and subject.number is not None:
        told["number"] = subject.number.raw
    state = entry.local_connection_state
    told["state"] = ConnectionState.UNKNOWN.value if state is None else _state(state)
    return told


def _state(code: int) -> str:
    return LOCAL_STATES.get(code, ConnectionState.UNKNOWN).value


def _key(device: c.DeviceID, dialect: Dialect) -> str:
    return device_of(device, dialect).key


def _agent(entry: c.AgentStateEntry, dialect: Dialect) -> dict[str, Any]:
    told: dict[str, Any] = {"logged_on": entry.logged_on, "groups": []}
    if entry.agent_id:
        told["agent"] = text_of(entry.agent_id)
    state = AgentState.UNKNOWN if entry.logged_on else AgentState.LOGGED_OFF
    for number, info in enumerate(entry.agent_info or ()):
        word = AGENT_STATES.get(info.agent_state, AgentState.UNKNOWN)
        state = word if number == 0 else state
        group: dict[str, Any] = {"state": word.value}
        if info.acd_group is not None:
            group["group"] = _key(info.acd_group, dialect)
        if info.pending_agent_state is not None:
            pending = PENDING_STATES.get(info.pending_agent_state, AgentState.UNKNOWN)
            group["pending"] = pending.value
        told["groups"].append(group)
    return {**told, "state": state.value}


def _forwarding(entry: c.ForwardListEntry) -> dict[str, Any]:
    kind = FORWARDING_KINDS.get(entry.forwarding_type, ForwardingKind.UNKNOWN)
    told: dict[str, Any] = {"kind": kind.value, "active": entry.forward_status}
    if entry.forward_dn is not None:
        told["to"] = number_of(entry.forward_dn).raw
    if entry.ring_count is not None:
        told["ring_count"] = entry.ring_count
    return told


_CATEGORIES: Final[dict[int | None, DeviceType]] = {
    None: DeviceType.STATION,
    c.DeviceCategory.ACD: DeviceType.QUEUE,
    c.DeviceCategory.GROUP: DeviceType.GROUP,
    c.DeviceCategory.NETWORK_INTERFACE: DeviceType.TRUNK,
    c.DeviceCategory.PARK: DeviceType.PARK_SLOT,
    c.DeviceCategory.ROUTEING_DEVICE: DeviceType.ROUTE_POINT,
    c.DeviceCategory.STATION: DeviceType.STATION,
    c.DeviceCategory.VOICE_UNIT: DeviceType.VOICE_PORT,
    c.DeviceCategory.CONFERENCE: DeviceType.CONFERENCE_BRIDGE,
}
_NAMED: Final[dict[int | None, DeviceType]] = {
    c.NamedDeviceTypes.ACD: DeviceType.QUEUE,
    c.NamedDeviceTypes.ACD_GROUP: DeviceType.QUEUE,
    c.NamedDeviceTypes.OPERATOR: DeviceType.ATTENDANT,
    c.NamedDeviceTypes.OPERATOR_GROUP: DeviceType.ATTENDANT,
}
"""Names of device types that say more than the category."""
_ACD_GROUP: Final = "1"  # GroupDeviceAttributes, bit 0


def _device(told: c.GetLogicalDeviceInformationResult) -> dict[str, Any]:
    kind = _CATEGORIES.get(told.device_category, DeviceType.UNKNOWN)
    if kind is DeviceType.GROUP and (told.group_device_attributes or "")[:1] == _ACD_GROUP:
        kind = DeviceType.QUEUE
    shown: dict[str, Any] = {"type": _NAMED.get(told.named_device_types, kind).value}
    limits = {
        "active_calls": told.max_active_calls,
        "held_calls": told.max_held_calls,
        "conference_parties": told.max_devices_in_conf,
    }
    shown |= {f"max_{name}": value for name, value in limits.items() if value is not None}
    if told.associated_group_list:
        shown["groups"] = [number_of(group).raw for group in told.associated_group_list]
    return shown


def _private(told: c.CSTAPrivateData) -> str | None:
    match told:
        case ("string", octets) | ("unknown", octets):
            return octets.hex()
        case ("hipath", c.HiPathPrivateData(data=octets)):
            return octets.hex()
        case _:
            return None
