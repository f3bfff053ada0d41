"""Results of phase III requests as plain values of the model.

Calls and devices stand under ``native`` with the keys that facts use.
"""

from __future__ import annotations

from typing import Any, Final

from cti.model.data import ForwardingKind
from cti.model.states import AgentState, ConnectionState
from drivers.csta.arguments_devices import FORWARDING
from drivers.csta.connections import Connections
from drivers.csta.dialects import Dialect
from drivers.csta.identifiers import connection_of, device_of, number_of, subject_of, text_of
from drivers.csta.reader import LOCAL_STATES
from protocols.csta.phase3 import _codec_phase3 as c

_AGENT: Final[dict[int | None, AgentState]] = {
    c.AgentState.AGENT_NOT_READY: AgentState.NOT_READY,
    c.AgentState.AGENT_NULL: AgentState.LOGGED_OFF,
    c.AgentState.AGENT_READY: AgentState.READY,
    c.AgentState.AGENT_BUSY: AgentState.BUSY,
    c.AgentState.AGENT_WORKING_AFTER_CALL: AgentState.AFTER_CALL_WORK,
}
_PENDING: Final[dict[int | None, AgentState]] = {
    c.PendingAgentState.AGENT_NOT_READY: AgentState.NOT_READY,
    c.PendingAgentState.AGENT_NULL: AgentState.LOGGED_OFF,
    c.PendingAgentState.AGENT_READY: AgentState.READY,
    c.PendingAgentState.AGENT_WORKING_AFTER_CALL: AgentState.AFTER_CALL_WORK,
}
_KINDS: Final[dict[int | None, ForwardingKind]] = {
    code.value: kind for kind, code in FORWARDING.items()
}

CallEntries = c.SnapshotDeviceData
PartyEntries = c.SnapshotCallData


def made(result: object, dialect: Dialect) -> str | None:
    """Give the key of a call that a request made.

    A merged call is left to its event: only that tells which calls it was.
    """
    match result:
        case (
            c.MakeCallResult(calling_device=told)
            | c.ConsultationCallResult(initiated_call=told)
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
            word = _PENDING.get(pending, AgentState.UNKNOWN)
            return {"pending": True, "pending_state": word.value}
        case c.GetAgentStateResult(agent_state_list=agents):
            return {"agents": [_agent(agent, dialect) for agent in agents]}
        case c.GetForwardingResult(forwarding_list=entries):
            return {"forwarding": [_forwarding(entry) for entry in entries]}
        case c.GetDoNotDisturbResult(do_not_disturb_on=on):
            return {"on": on}
        case c.SnapshotDeviceResult(snapshot_data=calls):
            return device_snapshot(calls or (), connections)
        case c.SnapshotCallResult(snapshot_data=parties):
            return call_snapshot(parties or (), connections, dialect)
        case ("extensions", c.CSTACommonArguments(private_data=private)):
            texts = [text for one in private or () if (text := _private(one)) is not None]
            return {"private": texts} if texts else {}
        case _:
            return {}


def segments(result: object) -> bytes | None:
    """Give the reference under which the data of a snapshot will come; None if it is here."""
    match result:
        case (
            c.SnapshotDeviceResult(service_cross_ref_id=reference, snapshot_data=None)
            | c.SnapshotCallResult(service_cross_ref_id=reference, snapshot_data=None)
        ):
            return reference
        case _:
            return None


def device_snapshot(calls: CallEntries, connections: Connections) -> dict[str, Any]:
    """Show the calls at a device."""
    return {"calls": [_call(entry, connections) for entry in calls]}


def call_snapshot(
    parties: PartyEntries, connections: Connections, dialect: Dialect
) -> dict[str, Any]:
    """Show the devices in a call."""
    return {"parties": [_party(entry, connections, dialect) for entry in parties]}


def _call(entry: c.SnapshotDeviceResponseInfo, connections: Connections) -> dict[str, Any]:
    told: dict[str, Any] = {"native": connections.keys(entry.connection_identifier)}
    match entry.local_call_state:
        case ("compoundCallState", (own, *others)):
            told["state"] = _state(own)
            told["others"] = [_state(other) for other in others]
        case ("simpleCallState", code):
            # The own connection is in the lower four bits: callReceived is 0x32.
            told["state"] = _state(code & 15)
            told["others"] = [_state(code >> 4)]
        case _:
            told["state"] = ConnectionState.UNKNOWN.value
    return told


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
        word = _AGENT.get(info.agent_state, AgentState.UNKNOWN)
        state = word if number == 0 else state
        group: dict[str, Any] = {"state": word.value}
        if info.acd_group is not None:
            group["group"] = _key(info.acd_group, dialect)
        if info.pending_agent_state is not None:
            pending = _PENDING.get(info.pending_agent_state, AgentState.UNKNOWN)
            group["pending"] = pending.value
        told["groups"].append(group)
    return {**told, "state": state.value}


def _forwarding(entry: c.ForwardListEntry) -> dict[str, Any]:
    kind = _KINDS.get(entry.forwarding_type, ForwardingKind.UNKNOWN)
    told: dict[str, Any] = {"kind": kind.value, "active": entry.forward_status}
    if entry.forward_dn is not None:
        told["to"] = number_of(entry.forward_dn).raw
    if entry.ring_count is not None:
        told["ring_count"] = entry.ring_count
    return told


def _private(told: c.CSTAPrivateData) -> str | None:
    match told:
        case ("string", octets) | ("unknown", octets):
            return octets.hex()
        case ("hipath", c.HiPathPrivateData(data=octets)):
            return octets.hex()
        case _:
            return None
