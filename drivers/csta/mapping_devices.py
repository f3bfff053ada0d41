"""Device and maintenance events of phase III (ECMA-269 clauses 21 to 23)."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET

from cti import facts as f
from cti.model.data import Forwarding, ForwardingKind
from cti.model.states import AgentState
from drivers.csta.identifiers import device_of, number_of, text_of
from drivers.csta.reader import Reader
from protocols.csta.phase3 import _codec_phase3 as c

_PENDING: Final[dict[int | None, AgentState]] = {
    c.PendingAgentState.AGENT_NOT_READY: AgentState.NOT_READY,
    c.PendingAgentState.AGENT_NULL: AgentState.LOGGED_OFF,
    c.PendingAgentState.AGENT_READY: AgentState.READY,
    c.PendingAgentState.AGENT_WORKING_AFTER_CALL: AgentState.AFTER_CALL_WORK,
}
_AFTER_WORK: Final[dict[int | None, AgentState]] = {
    c.WorkingAfterCallPendingState.NOT_READY: AgentState.NOT_READY,
    c.WorkingAfterCallPendingState.READY: AgentState.READY,
    c.WorkingAfterCallPendingState.NULL: AgentState.LOGGED_OFF,
}
_FORWARDING: Final[dict[int | None, ForwardingKind]] = {
    c.ForwardingType.FORWARD_IMMEDIATE: ForwardingKind.ALL,
    c.ForwardingType.FORWARD_BUSY: ForwardingKind.BUSY,
    c.ForwardingType.FORWARD_NO_ANS: ForwardingKind.NO_ANSWER,
    c.ForwardingType.FORWARD_BUSY_INT: ForwardingKind.BUSY_INTERNAL,
    c.ForwardingType.FORWARD_BUSY_EXT: ForwardingKind.BUSY_EXTERNAL,
    c.ForwardingType.FORWARD_NO_ANS_INT: ForwardingKind.NO_ANSWER_INTERNAL,
    c.ForwardingType.FORWARD_NO_ANS_EXT: ForwardingKind.NO_ANSWER_EXTERNAL,
    c.ForwardingType.FORWARD_IMM_INT: ForwardingKind.ALL_INTERNAL,
    c.ForwardingType.FORWARD_IMM_EXT: ForwardingKind.ALL_EXTERNAL,
    c.ForwardingType.FORWARD_DND: ForwardingKind.DND,
    c.ForwardingType.FORWARD_DND_INT: ForwardingKind.DND_INTERNAL,
    c.ForwardingType.FORWARD_DND_EXT: ForwardingKind.DND_EXTERNAL,
}


def logical_device(event: c.LogicalDeviceFeatureEvents, r: Reader) -> f.Facts | None:
    """Tell what an agent or feature event means."""
    match event:
        case ("agentLoggedOn", e):
            if m := _agent(e, r):
                return f.AgentLoggedOn(**m)
        case ("agentLoggedOff", e):
            if m := _agent(e, r):
                return f.AgentLoggedOff(**m)
        case ("agentReady", e):
            if m := _agent(e, r):
                return f.AgentStateTold(state=AgentState.READY, **m)
        case ("agentNotReady", e):
            if m := _agent(e, r):
                return f.AgentStateTold(state=AgentState.NOT_READY, **m)
        case ("agentBusy", e):
            if m := _agent(e, r):
                pending = _PENDING.get(e.pending_agent_state, UNSET)
                return f.AgentStateTold(state=AgentState.BUSY, pending=pending, **m)
        case ("agentWorkingAfterCall", e):
            if m := _agent(e, r):
                pending = _AFTER_WORK.get(e.pending_agent_state, UNSET)
                return f.AgentStateTold(state=AgentState.AFTER_CALL_WORK, pending=pending, **m)
        case ("doNotDisturb", e):
            if device := r.device(e.device):
                return f.DeviceFact(device=device, dnd=e.do_not_disturb_on, **r.common(e))
        case ("forwarding", e):
            if device := r.device(e.device):
                return f.DeviceFact(device=device, forwarding=_forwarding(e), **r.common(e))
        case ("unknown", octets):
            r.unmapped.append(f"event logicalDeviceFeatureEvents {octets[:1].hex()}")
        case (name, _):
            r.other(name)
    return None


def _agent(
    event: c.AgentLoggedOnEvent
    | c.AgentLoggedOffEvent
    | c.AgentReadyEvent
    | c.AgentNotReadyEvent
    | c.AgentBusyEvent
    | c.AgentWorkingAfterCallEvent,
    r: Reader,
) -> dict[str, Any] | None:
    device = r.device(event.agent_device)
    if device is None:
        return None
    group = event.acd_group
    return {
        "agent": None if not event.agent_id else text_of(event.agent_id),
        "device": device,
        "group": None if group is None else device_of(group, r.dialect),
        **r.common(event),
    }


def _forwarding(event: c.ForwardingEvent) -> Forwarding:
    kind = _FORWARDING.get(event.forwarding_type, ForwardingKind.UNKNOWN)
    to = UNSET if event.forward_to is None else number_of(event.forward_to).raw
    return Forwarding(kind, event.forward_status, to)


def physical_device(event: c.PhysicalDeviceFeatureEvents, r: Reader) -> f.Facts | None:
    """Tell what a physical device event means."""
    match event:
        case ("hookswitch", e):
            if device := r.device(e.invoking_device):
                return f.DeviceFact(device=device, on_hook=e.hookswitch_on_hook, **r.common(e))
        case ("messageWaiting", e):
            if device := r.device(e.target_device):
                return f.DeviceFact(device=device, mwi=e.message_waiting_on, **r.common(e))
        case ("unknown", octets):
            r.unmapped.append(f"event physicalDeviceFeatureEvents {octets[:1].hex()}")
        case (name, _):
            r.other(name)
    return None


def maintenance(event: c.DeviceMaintenanceEvents, r: Reader) -> f.Facts | None:
    """Tell what a maintenance event means."""
    match event:
        case ("backInService", e):
            if device := r.device(e.device):
                return f.DeviceFact(device=device, in_service=True, **r.common(e))
        case ("outOfService", e):
            if device := r.device(e.device):
                return f.DeviceFact(device=device, in_service=False, **r.common(e))
        case ("deviceCapabilityChanged" | "partiallyInService", e):
            if device := r.device(e.device):
                return f.DeviceFact(device=device, capabilities_changed=True, **r.common(e))
        case ("unknown", octets):
            r.unmapped.append(f"event deviceMaintenanceEvents {octets[:1].hex()}")
    return None
