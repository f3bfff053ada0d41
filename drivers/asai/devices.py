"""Commands on stations, agents and splits: feature requests, set value, value queries."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

from msgspec import UNSET

from cti import facts as f
from cti.facts import NativeDevice
from cti.model import commands as cm
from cti.model.data import Forwarding, ForwardingKind
from cti.model.errors import ErrorClass
from cti.model.states import AgentState, DeviceType, Origin
from drivers.asai.commands import Aim, CallCommands, Steps, called, done, refuse
from drivers.asai.events import state_of
from drivers.asai.learning import Learning, calls_of, query, status_of
from drivers.asai.port import Got, Port, Want
from protocols.asai import primitives as p
from protocols.asai import values as v
from protocols.asai.messages import every, first
from protocols.asai.names import DomainType, FeatureName, ItemName, Operation, WorkModeName
from protocols.asai.values import Element
from protocols.q931 import values as q

_OP, _F, _I = Operation, FeatureName, ItemName
_K = ErrorClass
_MODES: Final = {
    AgentState.READY: WorkModeName.AUTO_IN,
    AgentState.NOT_READY: WorkModeName.AUXILIARY,
    AgentState.AFTER_CALL_WORK: WorkModeName.AFTER_CALL,
}
_TYPES: Final = {
    DomainType.EXTENSION: DeviceType.STATION,
    DomainType.VDN: DeviceType.ROUTE_POINT,
    DomainType.SPLIT: DeviceType.QUEUE,
    DomainType.LOGICAL_AGENT: DeviceType.AGENT_POSITION,
    DomainType.TRUNK_ACCESS_CODE: DeviceType.TRUNK,
}
_COUNTS: Final = ("waiting", "available", "agents")
"""What the counters of a split's status are, in their order."""


def station(device: str) -> v.Domain:
    """Name a station."""
    return v.Domain(DomainType.EXTENSION, device)


class DeviceCommands:
    """Verbs on stations, agents and splits."""

    def __init__(self, port: Port, calls: CallCommands, learning: Learning) -> None:
        self._port: Final = port
        self._calls: Final = calls
        self._learning: Final = learning

    # Agents.

    def login(self, aim: Aim) -> Steps:
        """Log an agent on."""
        args: cm.Login = aim.args
        mode = _mode(aim, args.state)
        elements: list[Element] = [v.Feature(_F.LOGIN), station(aim.device)]
        if args.agent != aim.device:
            elements.append(v.Domain(DomainType.LOGICAL_AGENT, args.agent))
        if args.queue is not UNSET:
            elements.append(v.Domain(DomainType.SPLIT, args.queue))
        if args.password is not UNSET:
            elements.append(v.UserEnteredCode(args.password))
        if mode is not None:
            elements.append(v.WorkMode(mode))
        yield from self._calls.ask(aim, Want(_OP.REQUEST_FEATURE, tuple(elements)))
        split = None if args.queue is UNSET else args.queue
        if (yield from self._overtaken(aim.device, split)):
            return done()
        if not self._learning.is_on(args.agent, aim.device, split):
            self._report(f.AgentLoggedOn(**_who(args.agent, aim.device, split)))
        if mode is not None and args.state is not UNSET:
            self._agent_is(args.agent, aim.device, args.state)
        return done()

    def logout(self, aim: Aim) -> Steps:
        """Log an agent off."""
        args: cm.Logout = aim.args
        agent = args.agent
        if agent is UNSET:
            agent = self._learning.agent_at(aim.device) or aim.device
        elements: list[Element] = [v.Feature(_F.LOGOUT), station(aim.device)]
        if agent != aim.device:
            elements.append(v.Domain(DomainType.LOGICAL_AGENT, agent))
        if args.queue is not UNSET:
            elements.append(v.Domain(DomainType.SPLIT, args.queue))
        split = None if args.queue is UNSET else args.queue
        was_on = self._learning.is_on(agent, aim.device, split)
        yield from self._calls.ask(aim, Want(_OP.REQUEST_FEATURE, tuple(elements)))
        if (yield from self._overtaken(aim.device, split)):
            return done()
        if not was_on or self._learning.is_on(agent, aim.device, split):
            self._report(f.AgentLoggedOff(**_who(agent, aim.device, split)))
        return done()

    def _overtaken(self, device: str, split: str | None) -> Generator[Want, Got, bool]:
        """Ask for an agent's state; tell whether the link was lost meanwhile.

        The answer comes behind Login and Logout, which are told where a split of the agent is
        monitored: then there is nothing left to tell of an own request.
        """
        got = yield status_of(device, split)
        return isinstance(got.outcome, p.Lost)

    def set_agent_state(self, aim: Aim) -> Steps:
        """Change the work mode of an agent; the model is told at once."""
        args: cm.SetAgentState = aim.args
        mode = _mode(aim, args.state)
        if mode is None:
            detail = f"{aim.where}: {args.state.value} is no work mode"
            raise refuse(_K.INVALID_ARGUMENT, detail, "args.state")
        elements: list[Element] = [v.Feature(_F.CHANGE_WORK_MODE), station(aim.device)]
        if args.queue is not UNSET:
            elements.append(v.Domain(DomainType.SPLIT, args.queue))
        want = Want(_OP.REQUEST_FEATURE, (*elements, v.WorkMode(mode)))
        yield from self._calls.ask(aim, want)
        agent = args.agent
        if agent is UNSET:
            agent = self._learning.agent_at(aim.device) or aim.device
        self._agent_is(agent, aim.device, args.state)
        return done()

    def _agent_is(self, agent: str, device: str, state: AgentState) -> None:
        """Tell the state that this side has just set."""
        self._report(
            f.AgentStateTold(
                agent=agent, device=NativeDevice(device), state=state, origin=Origin.DERIVED
            )
        )

    def query_agent(self, aim: Aim) -> Steps:
        """Ask the state of the agent at a station."""
        known = self._learning.agents.get(self._learning.agent_at(aim.device) or "")
        split = None if known is None else known.split
        got = yield from self._calls.ask(aim, status_of(aim.device, split))
        state = state_of(got.elements)
        logical = [one for one in every(got.elements, v.Domain)
                   if one.kind is DomainType.LOGICAL_AGENT]  # fmt: skip
        agent = logical[0].digits if logical else aim.device
        told = {"agent": agent, "state": state.value, "logged_on": True}
        return done(agents=[told])

    # Features.

    def set_forwarding(self, aim: Aim) -> Steps:
        """Forward all calls, or no more."""
        args: cm.SetForwarding = aim.args
        if args.kind is not ForwardingKind.ALL:
            detail = f"{aim.where}: only all calls can be forwarded, not {args.kind.value}"
            raise refuse(_K.UNSUPPORTED, detail, "args.kind")
        feature = _F.CALL_FORWARDING if args.active else _F.CANCEL_CALL_FORWARDING
        elements: list[Element] = [_at(aim.device), v.Feature(feature)]
        to: str | None = None
        if args.active:
            if args.to is UNSET:
                detail = f"{aim.where}: there is no number to forward to"
                raise refuse(_K.INVALID_ARGUMENT, detail, "args.to")
            to = called(args.to, aim).digits
            elements.append(q.RedirectionNumber(digits=to))
        yield from self._calls.ask(aim, Want(_OP.REQUEST_FEATURE, tuple(elements)))
        told = Forwarding(ForwardingKind.ALL, args.active, to)
        self._tell(aim.device, forwarding=told)
        return done()

    def set_dnd(self, aim: Aim) -> Steps:
        """Send all calls to coverage, or no more."""
        args: cm.SetDnd = aim.args
        feature = _F.SEND_ALL_CALLS if args.on else _F.CANCEL_SEND_ALL_CALLS
        want = Want(_OP.REQUEST_FEATURE, (_at(aim.device), v.Feature(feature)))
        yield from self._calls.ask(aim, want)
        self._tell(aim.device, dnd=args.on)
        return done()

    def set_mwi(self, aim: Aim) -> Steps:
        """Switch the message lamp."""
        args: cm.SetMwi = aim.args
        elements = (
            station(aim.device),
            v.Item(_I.MESSAGE_WAITING),
            v.MessageWaitingStatus(int(args.on)),
        )
        yield from self._calls.ask(aim, Want(_OP.SET_VALUE, elements))
        self._tell(aim.device, mwi=args.on)
        return done()

    def _tell(self, device: str, **members: Any) -> None:
        fact = f.DeviceFact(device=NativeDevice(device), origin=Origin.DERIVED, **members)
        self._report(fact)

    def _report(self, fact: f.Facts) -> None:
        self._port.report(fact, "")

    # Questions.

    def query_mwi(self, aim: Aim) -> Steps:
        """Ask whether the message lamp is on."""
        want = query(_I.MESSAGE_WAITING, station(aim.device))
        got = yield from self._calls.ask(aim, want)
        lamp = first(got.elements, v.MessageWaitingStatus)
        return done(on=lamp is not None and bool(lamp.services))

    def query_dnd(self, aim: Aim) -> Steps:
        """Ask whether all calls go to coverage."""
        got = yield from self._calls.ask(aim, query(_I.SEND_ALL_CALLS, station(aim.device)))
        told = first(got.elements, v.FeatureStatus)
        return done(on=told is not None and told.on)

    def query_forwarding(self, aim: Aim) -> Steps:
        """Ask whether all calls are forwarded, and whither."""
        got = yield from self._calls.ask(aim, query(_I.FORWARDING, station(aim.device)))
        on = first(got.elements, v.FeatureStatus)
        to = first(got.elements, q.RedirectionNumber)
        told: dict[str, Any] = {"kind": "all", "active": on is not None and on.on}
        if to is not None and to.digits:
            told["to"] = to.digits
        return done(forwarding=[told])

    def query_device(self, aim: Aim) -> Steps:
        """Ask what a number is."""
        want = query(_I.EXTENSION_INFORMATION, station(aim.device))
        got = yield from self._calls.ask(aim, want)
        domain = first(got.elements, v.Domain)
        kind = domain.kind if domain is not None else None
        known = _TYPES.get(kind) if isinstance(kind, DomainType) else None
        return done(type=(known or DeviceType.UNKNOWN).value)

    def query_queue(self, aim: Aim) -> Steps:
        """Ask how many wait at a split, and how many serve it."""
        args: cm.QueryQueue = aim.args
        want = query(_I.SPLIT_STATUS, v.Domain(DomainType.SPLIT, args.queue))
        got = yield from self._calls.ask(aim, want)
        counts = [one.count for one in every(got.elements, v.QueryCounter)]
        return done(**dict(zip(_COUNTS, counts, strict=False)))

    def snapshot_device(self, aim: Aim) -> Steps:
        """Ask for the calls of a station; the tracker is told too."""
        got = yield from self._calls.ask(aim, calls_of(aim.device))
        device = NativeDevice(aim.device)
        legs = self._learning.legs_of(device, got.elements)
        self._learning.device_seen(device, got.elements)
        return done(
            calls=[
                {"native": {"call": leg.call, "device": aim.device}, "state": leg.state.value}
                for leg in legs
            ]
        )


def _mode(aim: Aim, state: object) -> WorkModeName | None:
    """Give the work mode of a state; raise ``Unfinished`` for one that cannot be set."""
    if not isinstance(state, AgentState):
        return None
    mode = _MODES.get(state)
    if mode is None:
        words = ", ".join(one.value for one in _MODES)
        detail = f"{aim.where}: state {state.value} cannot be set, only {words}"
        raise refuse(_K.INVALID_ARGUMENT, detail, "args.state")
    return mode


def _who(agent: str, device: str, split: str | None) -> dict[str, Any]:
    """Give the members of a fact about an agent that follows from an own request."""
    group = None if split is None else NativeDevice(split)
    return {
        "agent": agent,
        "device": NativeDevice(device),
        "group": group,
        "origin": Origin.DERIVED,
    }


def _at(device: str) -> q.RedirectingNumber:
    """Name the station of a feature that sends calls elsewhere (S1 5-127)."""
    return q.RedirectingNumber(digits=device)
