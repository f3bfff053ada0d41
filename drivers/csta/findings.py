"""What the answer to a question tells, as facts of origin ``snapshot``.

Pure. Snapshots (ECMA-269 clause 16), agents and features (clauses 21 and 22). An answer
that tells nothing the tracker could rely on gives ``NotSeen`` for a device or a call, and
nothing for an agent or a feature.
"""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from cti import facts as f
from cti.facts import NativeDevice, SeenLeg
from cti.model.data import Forwarding, ForwardingKind
from cti.model.errors import ErrorClass
from cti.model.states import AgentState, ConnectionState, Origin
from drivers.csta.dialects import Dialect
from drivers.csta.errors import describe
from drivers.csta.exchange import (
    Answer,
    Asked,
    Failed,
    Kind,
    Rejected,
    Told,
    Unanswered,
    Unreadable,
    unsupported,
)
from drivers.csta.identifiers import connection_of, device_of, number_of, subject_of, text_of
from drivers.csta.pdus import operation_name
from drivers.csta.reader import LOCAL_STATES, Reader
from drivers.csta.results import AGENT_STATES, FORWARDING_KINDS, PENDING_STATES, own_state
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Invoke

_SNAPSHOT = Origin.SNAPSHOT
_NO_SUCH_CALL = frozenset(
    {
        ("operation", 4),  # objectNotKnown
        ("operation", 11),  # invalidCallID
        ("operation", 13),  # invalidConnectionID
    }
)
"""Failures of a call snapshot that say that there is no such call."""


def device_found(answer: Answer, device: NativeDevice, dialect: Dialect) -> f.Facts:
    """Tell what the answer to a device snapshot says."""
    match answer:
        case Told(c.SnapshotDeviceResult(snapshot_data=entries), truncated=False):
            return f.DeviceSeen(
                device=device, legs=_legs(entries or (), device, dialect), origin=_SNAPSHOT
            )
        case _:
            return f.NotSeen(device=device, error=reason_of(answer), origin=_SNAPSHOT)


def _legs(
    entries: c.SnapshotDeviceData, device: NativeDevice, dialect: Dialect
) -> tuple[SeenLeg, ...]:
    legs: list[SeenLeg] = []
    for entry in entries:
        call, there = connection_of(entry.connection_identifier, dialect, device)
        state = own_state(entry.local_call_state)
        if call is not None and state is not ConnectionState.NULL:
            legs.append(SeenLeg(call, there or device, state))
    return tuple(legs)


def call_found(answer: Answer, call: str, dialect: Dialect) -> f.Facts:
    """Tell what the answer to a call snapshot says."""
    match answer:
        case Told(c.SnapshotCallResult() as result, truncated=False):
            return _call_seen(result, call, dialect)
        case Failed(failure) if failure in _NO_SUCH_CALL:
            return f.CallSeen(call=call, legs=(), origin=_SNAPSHOT)
        case _:
            return f.NotSeen(call=call, error=reason_of(answer), origin=_SNAPSHOT)


def _call_seen(result: c.SnapshotCallResult, call: str, dialect: Dialect) -> f.Facts:
    legs: list[SeenLeg] = []
    for entry in result.snapshot_data or ():
        at, there = call, subject_of(entry.device_on_call, dialect)
        if entry.call_identifier is not None:
            told, there = connection_of(entry.call_identifier, dialect, there)
            at = call if told is None else told
        if there is None:
            error = "a party without a name"
            return f.NotSeen(call=call, error=error, origin=_SNAPSHOT)
        state = ConnectionState.UNKNOWN
        if entry.local_connection_state is not None:
            state = LOCAL_STATES.get(entry.local_connection_state, state)
        if state is not ConnectionState.NULL:
            legs.append(SeenLeg(at, there, state))
    members = Reader(dialect, None).call(result)
    return f.CallSeen(call=call, legs=tuple(legs), origin=_SNAPSHOT, **members)


def agents_found(answer: Answer, device: NativeDevice, dialect: Dialect) -> list[f.Facts]:
    """Tell which agents are at a device, or that nobody works there.

    A group lists its agents without the devices where they are: that tells nothing.
    """
    match answer:
        case Told(c.GetAgentStateResult(agent_state_list=entries)):
            pass
        case _:
            return []
    infos = [info for entry in entries for info in entry.agent_info or ()]
    groups = [one.acd_group for one in infos if one.acd_group is not None]
    if any(device_of(group, dialect).key == device.key for group in groups):
        return []
    found: list[f.Facts] = []
    for entry in entries:
        found += _agent(entry, device, dialect)
    return found or [_nobody(device)]


def _nobody(device: NativeDevice) -> f.AgentFacts:
    return f.AgentStateTold(
        agent=None, device=device, state=AgentState.LOGGED_OFF, origin=_SNAPSHOT
    )


def _agent(
    entry: c.AgentStateEntry, device: NativeDevice, dialect: Dialect
) -> list[f.AgentFacts]:
    who: dict[str, Any] = {
        "agent": text_of(entry.agent_id) if entry.agent_id else None,
        "device": device,
        "origin": _SNAPSHOT,
    }
    if not entry.logged_on:
        return [f.AgentLoggedOff(**who) if entry.agent_id else _nobody(device)]
    infos = entry.agent_info or ()
    groups = [device_of(one.acd_group, dialect) for one in infos if one.acd_group is not None]
    told: list[f.AgentFacts] = [f.AgentLoggedOn(group=one, **who) for one in groups]
    if not groups:
        told.append(f.AgentLoggedOn(**who))
    if infos:
        first = infos[0]
        state = AGENT_STATES.get(first.agent_state, AgentState.UNKNOWN)
        pending = PENDING_STATES.get(first.pending_agent_state, UNSET)
        if state is not AgentState.LOGGED_OFF:
            told.append(f.AgentStateTold(state=state, pending=pending, **who))
    return told


def feature_found(answer: Answer, device: NativeDevice) -> list[f.Facts]:
    """Tell what is set at a device."""
    match answer:
        case Told(c.GetForwardingResult(forwarding_list=entries)):
            return [
                f.DeviceFact(device=device, forwarding=_forwarding(one), origin=_SNAPSHOT)
                for one in entries
            ]
        case Told(c.GetDoNotDisturbResult(do_not_disturb_on=on)):
            return [f.DeviceFact(device=device, dnd=on, origin=_SNAPSHOT)]
        case Told(c.GetMessageWaitingIndicatorResult(message_waiting_on=on)):
            return [f.DeviceFact(device=device, mwi=on, origin=_SNAPSHOT)]
        case _:
            return []


def _forwarding(entry: c.ForwardListEntry) -> Forwarding:
    kind = FORWARDING_KINDS.get(entry.forwarding_type, ForwardingKind.UNKNOWN)
    to = UNSET if entry.forward_dn is None else number_of(entry.forward_dn).raw
    return Forwarding(kind, entry.forward_status, to)


def found(
    kind: Kind, answer: Answer, key: str, device: NativeDevice, dialect: Dialect
) -> list[f.Facts]:
    """Tell what an answer says; ``key`` is the call's where the question is for a call."""
    match kind:
        case Kind.DEVICE:
            return [device_found(answer, device, dialect)]
        case Kind.CALL:
            return [call_found(answer, key, dialect)]
        case Kind.AGENT:
            return agents_found(answer, device, dialect)
        case Kind.FORWARDING | Kind.DND | Kind.MWI:
            return feature_found(answer, device)


def reason_of(answer: Answer) -> str:
    """Name the class of what stands in the way of an answer."""
    if unsupported(answer):
        return ErrorClass.UNSUPPORTED.value
    match answer:
        case Failed(failure):
            return describe(failure)[0].value
        case Unanswered():
            return ErrorClass.TIMEOUT.value
        case Told(truncated=True):
            return "truncated"
        case Told() | Rejected() | Unreadable():
            return ErrorClass.PROTOCOL.value


def message_of(asked: Asked | Invoke, answer: Answer) -> str:
    """Name the message that an answer is; empty when none came."""
    match answer:
        case Told():
            return operation_name(asked.operation)
        case Failed():
            return "universalFailure"
        case Rejected():
            return "reject"
        case Unreadable() | Unanswered():
            return ""
