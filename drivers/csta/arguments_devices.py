"""Agents, features, routes and private services from the commands of the model.

ECMA-269 clauses 20, 22 and 28.
"""

from __future__ import annotations

import re
from typing import Any, Final

from msgspec import UNSET, UnsetType

from cti.model import commands as cm
from cti.model.data import ForwardingKind
from cti.model.errors import ErrorClass
from cti.model.states import AgentState
from drivers.csta.arguments_calls import given
from drivers.csta.target import Request, Target, Unwritable
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Operation

_AGENT_STATES: Final = {
    AgentState.LOGGED_OFF: c.ReqAgentState.LOGGED_OFF,
    AgentState.NOT_READY: c.ReqAgentState.NOT_READY,
    AgentState.READY: c.ReqAgentState.READY,
    AgentState.AFTER_CALL_WORK: c.ReqAgentState.WORKING_AFTER_CALL,
}
FORWARDING: Final = {
    ForwardingKind.ALL: c.ForwardingType.FORWARD_IMMEDIATE,
    ForwardingKind.BUSY: c.ForwardingType.FORWARD_BUSY,
    ForwardingKind.NO_ANSWER: c.ForwardingType.FORWARD_NO_ANS,
    ForwardingKind.BUSY_INTERNAL: c.ForwardingType.FORWARD_BUSY_INT,
    ForwardingKind.BUSY_EXTERNAL: c.ForwardingType.FORWARD_BUSY_EXT,
    ForwardingKind.NO_ANSWER_INTERNAL: c.ForwardingType.FORWARD_NO_ANS_INT,
    ForwardingKind.NO_ANSWER_EXTERNAL: c.ForwardingType.FORWARD_NO_ANS_EXT,
    ForwardingKind.ALL_INTERNAL: c.ForwardingType.FORWARD_IMM_INT,
    ForwardingKind.ALL_EXTERNAL: c.ForwardingType.FORWARD_IMM_EXT,
    ForwardingKind.DND: c.ForwardingType.FORWARD_DND,
    ForwardingKind.DND_INTERNAL: c.ForwardingType.FORWARD_DND_INT,
    ForwardingKind.DND_EXTERNAL: c.ForwardingType.FORWARD_DND_EXT,
}
_OID: Final = re.compile(r"[012](\.[0-9]{1,10}){1,20}", re.ASCII)


def _octets(text: Any) -> bytes | None:
    return None if text is UNSET else str(text).encode()


# Agents and features.


def set_agent_state(args: cm.SetAgentState, t: Target) -> Request:
    """Change the work state of an agent; the service carries no reason."""
    state = _AGENT_STATES.get(args.state)
    if state is None:
        detail = f"no agent can be set to {args.state}"
        raise Unwritable(ErrorClass.INVALID_ARGUMENT, detail, "args.state")
    ignored = () if args.reason is UNSET else ("reason",)
    return agent(state, args, t, password=args.password, ignored=ignored)


def login(args: cm.Login, t: Target) -> Request:
    """Log an agent on; the service carries no first state."""
    ignored = () if args.state is UNSET else ("state",)
    return agent(c.ReqAgentState.LOGGED_ON, args, t, password=args.password, ignored=ignored)


def agent(
    state: c.ReqAgentState,
    args: cm.SetAgentState | cm.Login | cm.Logout,
    t: Target,
    *,
    password: str | UnsetType = UNSET,
    ignored: tuple[str, ...] = (),
) -> Request:
    """Ask for a state of an agent."""
    argument = c.SetAgentStateArgument(
        t.device(),
        state,
        agent_id=_octets(args.agent),
        password=_octets(password),
        group=None if args.queue is UNSET else t.number(args.queue),
    )
    return Request(Operation.SET_AGENT_STATE, argument, ignored=ignored)


def set_forwarding(args: cm.SetForwarding, t: Target) -> Request:
    """Set or clear a forwarding."""
    kind = FORWARDING.get(args.kind)
    if kind is None:
        detail = f"{args.kind} is no kind of forwarding that can be set"
        raise Unwritable(ErrorClass.INVALID_ARGUMENT, detail, "args.kind")
    argument = c.SetForwardingArgument(
        t.device(),
        kind,
        args.active,
        forward_dn=None if args.to is UNSET else t.dialled(args.to),
        ring_count=given(args.ring_count),
    )
    return Request(Operation.SET_FORWARDING, argument)


# Routes.


def route_select(args: cm.RouteSelect, t: Target) -> Request:
    """Answer a route request, and ask to be told which route was used."""
    key, reference, registration = t.route()
    argument = c.RouteSelectRequestArgument(
        reference, registration, t.dialled(args.to), route_used_req=True
    )
    ignored = () if args.uui is UNSET else ("uui",)
    return Request(
        Operation.ROUTE_SELECT_REQUEST, argument, urgent=True, route=key, ignored=ignored
    )


def route_end(args: cm.RouteEnd, t: Target) -> Request:
    """Give a route request back."""
    key, reference, registration = t.route()
    argument = c.RouteEndRequestArgument(reference, registration)
    ignored = () if args.reason is UNSET else ("reason",)
    return Request(
        Operation.ROUTE_END_REQUEST, argument, urgent=True, route=key, ignored=ignored
    )


# Private.


def private(args: cm.Private, t: Target) -> Request:
    """Send ``{"hex": octets}``, in the envelope of the HiPath family with an ``oid``."""
    del t
    match args.payload:
        case {"hex": str(told), **rest} if set(rest) <= {"oid"} and len(told) <= 4000:
            oid = rest.get("oid")
        case _:
            detail = 'an object with "hex", and "oid" if need be, is expected'
            raise Unwritable(ErrorClass.INVALID_ARGUMENT, detail, "args.payload")
    try:
        octets = bytes.fromhex(told)
    except ValueError:
        detail = "is no hexadecimal text"
        raise Unwritable(ErrorClass.INVALID_ARGUMENT, detail, "args.payload.hex") from None
    private: c.CSTAPrivateData = ("string", octets)
    if oid is not None:
        if not isinstance(oid, str) or not _OID.fullmatch(oid):
            detail = "is no object identifier"
            raise Unwritable(ErrorClass.INVALID_ARGUMENT, detail, "args.payload.oid")
        private = ("hipath", c.HiPathPrivateData(oid, octets))
    return Request(Operation.ESCAPE, c.EscapeArgument(private_data=private))
