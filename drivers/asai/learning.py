"""Learning the state of the switch: acknowledgements, value queries, polls (S2).

The acknowledgement of a station's domain control lists its calls, and stands for a snapshot.
Later the same is asked by value queries. Agents have no events but login and logout: their
states are asked for at a period, one question after another.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Final

from msgspec import UNSET

from cti import driver as dr
from cti import facts as f
from cti.facts import NativeDevice, SeenLeg
from cti.model.commands import EndState
from cti.model.errors import ErrorClass
from cti.model.states import AgentState, ConnectionState, Origin
from drivers.asai.calls import Calls
from drivers.asai.events import data_of, state_of
from drivers.asai.port import Got, Job, Port, Want
from drivers.asai.watching import Watching
from protocols.asai import primitives as p
from protocols.asai import values as v
from protocols.asai.messages import every, first
from protocols.asai.names import DomainType, ItemName, LocalState, Operation
from protocols.asai.values import Element

POLL: Final = "agent_poll"
_S = ConnectionState
STATES: Final = {
    LocalState.INITIATED: _S.INITIATED,
    LocalState.ALERTING: _S.ALERTING,
    LocalState.CONNECTED: _S.CONNECTED,
    LocalState.HELD: _S.HELD,
    LocalState.BRIDGED: _S.HELD,
    LocalState.OTHER: _S.UNKNOWN,
}
_SNAPSHOT = Origin.SNAPSHOT
_NO_SUCH_CALL: Final = ((0, 28), (0, 81), (0, 86), (3, 86))
"""Refusals of a question for a call that say that it is gone."""


def states_of(elements: Iterable[Element], count: int) -> list[ConnectionState]:
    """Read the states that stand beside calls or parties; ``unknown`` where none does."""
    told = [
        STATES.get(one.state, _S.UNKNOWN) if isinstance(one.state, LocalState) else _S.UNKNOWN
        for one in every(elements, v.PartyState)
    ]
    return (told + [_S.UNKNOWN] * count)[:count]


class Agent:
    """One agent who is logged on."""

    __slots__ = ("device", "splits", "state")

    def __init__(self, device: str) -> None:
        self.device = device
        self.splits: dict[str, None] = {}
        """Splits that are known, in the order of log-on."""
        self.state = AgentState.UNKNOWN

    @property
    def split(self) -> str | None:
        """A split to ask in."""
        return next(iter(self.splits), None)


class Learning:
    """What one link asks the switch."""

    def __init__(self, port: Port, calls: Calls) -> None:
        self._port: Final = port
        self._calls: Final = calls
        self.agents: dict[str, Agent] = {}
        self.synced = False
        """Whether the state was learned once since the link came up."""
        self._reason = ""
        """Why the state is being learned; empty when it is not."""
        self._wanted = ""
        self._seen: dict[str, None] = {}
        """Calls that were seen and not asked for yet."""
        self._asking = False
        self._polling = False
        self._life = 0
        """Counts links, so that what began on another one stops."""

    def forget(self) -> None:
        """Know nothing: the link is gone."""
        self.agents.clear()
        self._seen.clear()
        self._reason = self._wanted = ""
        self.synced = self._asking = self._polling = False
        self._life += 1

    def request(self, reason: str) -> None:
        """Learn everything, after what is being learned now."""
        self._wanted = self._wanted or reason

    def problem(self) -> str:
        """Say that the state is being learned; empty when it is known."""
        reason = self._reason or self._wanted
        return f"resynchronising: {reason}" if reason else ""

    # Beginning and end.

    def begin(self, reason: str) -> None:
        """Begin: the answers of the monitors that are being started belong to it."""
        self._reason = reason
        self._port.report(f.ResyncBegun(reason=reason, origin=Origin.SYNTHETIC), "")

    def pump(self, watching: Watching) -> None:
        """Go on, once every monitor has had its answer."""
        if self._wanted and not self._reason:
            reason, self._wanted = self._wanted, ""
            self.begin(reason)
        if self._asking or not watching.quiet:
            return
        if self._reason:
            self._asking = True
            self._port.run(self._ask(watching, again=self.synced))
        elif self._seen:  # a monitor that was started later found calls
            self._asking = True
            self._port.run(self._ask_calls())

    def _ask(self, watching: Watching, *, again: bool) -> Job:
        life, complete = self._life, True
        for device, error in watching.refused.items():
            complete = complete and error == ErrorClass.UNSUPPORTED.value
            fact = f.NotSeen(device=NativeDevice(device), error=error, origin=_SNAPSHOT)
            self._port.report(fact, "")
        for device in watching.running(DomainType.EXTENSION) if again else ():
            got = yield calls_of(device)
            if self._life != life:
                return
            complete = self._device(NativeDevice(device), got) and complete
        complete = (yield from self._ask_seen()) and complete
        for split in watching.running(DomainType.SPLIT):
            if self._life != life:
                return
            got = yield audit_of(split)
            complete = self._audited(split, got) and complete
        if self._life != life:
            return
        self._asking = False
        self._reason = ""
        self.synced = True
        ended = f.ResyncEnded(complete=complete, origin=Origin.SYNTHETIC)
        self._port.report(ended, "")
        self._poll_later()

    def _ask_seen(self) -> Generator[Want, Got, bool]:
        """Ask for the parties of every call that was seen."""
        life, complete = self._life, True
        while self._seen:
            call = next(iter(self._seen))
            del self._seen[call]
            got = yield parties_of(call)
            if self._life != life:
                return False
            complete = self.call_seen(call, got) and complete
        return complete

    def _ask_calls(self) -> Job:
        life = self._life
        yield from self._ask_seen()
        if self._life == life:
            self._asking = False

    # Stations and calls.

    def acknowledged(self, device: NativeDevice, got: Got) -> None:
        """Take the acknowledgement of a domain control for a snapshot."""
        self.device_seen(device, got.elements)

    def _device(self, device: NativeDevice, got: Got) -> bool:
        """Take the answer about a device; tell whether nothing is missing."""
        if got.done:
            self.device_seen(device, got.elements)
            return True
        error = reason_of(got, self._port)
        self._port.report(f.NotSeen(device=device, error=error, origin=_SNAPSHOT), "")
        return error == ErrorClass.UNSUPPORTED.value

    def device_seen(self, device: NativeDevice, elements: tuple[Element, ...]) -> None:
        """Report the calls of a station."""
        legs = self.legs_of(device, elements)
        for leg in legs:
            self._seen[leg.call] = None
        fact = f.DeviceSeen(device=device, legs=legs, origin=_SNAPSHOT)
        self._port.report(fact, "")

    def legs_of(
        self, device: NativeDevice, elements: tuple[Element, ...]
    ) -> tuple[SeenLeg, ...]:
        """Read the calls of a station, with its party and state on each."""
        calls = [str(one.call_id) for one in every(elements, v.CallIdentity)]
        parties = [one.party for one in every(elements, v.PartyIdentifier)]
        states = states_of(elements, len(calls))
        for call, party in zip(calls, parties, strict=False):
            self._calls.learn(call, party, device)
        return tuple(
            SeenLeg(call, device, state) for call, state in zip(calls, states, strict=True)
        )

    def call_seen(self, call: str, got: Got) -> bool:
        """Report the parties of a call; tell whether nothing is missing."""
        if got.done:
            devices = self._calls.listed(call, got.elements)
            states = states_of(got.elements, len(devices))
            legs = tuple(
                SeenLeg(call, device, state)
                for device, state in zip(devices, states, strict=True)
            )
            ucid = first(got.elements, v.UniversalCallId)
            fact: f.Facts = f.CallSeen(
                call=call,
                legs=legs,
                data=data_of(got.elements),
                global_ref=UNSET if ucid is None else ucid.text,
                origin=_SNAPSHOT,
            )
            self._port.report(fact, "")
            return True
        cause = got.cause
        if cause is not None and (cause.coding, cause.value) in _NO_SUCH_CALL:
            self._calls.ended(call)
            self._port.report(f.CallSeen(call=call, legs=(), origin=_SNAPSHOT), "")
            return True
        error = reason_of(got, self._port)
        self._port.report(f.NotSeen(call=call, error=error, origin=_SNAPSHOT), "")
        return error == ErrorClass.UNSUPPORTED.value

    def heard(self, fact: f.Facts) -> None:
        """Take an event: what ended meanwhile is not asked for; agents come and go."""
        match fact:
            case f.CallEnded(call=call):
                self._seen.pop(call, None)
            case f.AgentLoggedOn(agent=str(agent), device=device, group=group):
                known = self.agents.get(agent)
                if known is None or known.device != device.key:
                    known = self.agents[agent] = Agent(device.key)
                if group is not None:
                    known.splits[group.key] = None
            case f.AgentLoggedOff(agent=str(agent), group=group) if agent in self.agents:
                splits = self.agents[agent].splits
                if group is not None:
                    splits.pop(group.key, None)
                if group is None or not splits:
                    del self.agents[agent]
            case f.AgentStateTold(agent=str(agent), state=state) if agent in self.agents:
                self.agents[agent].state = state
            case _:
                pass

    # Agents.

    def agent_at(self, device: str) -> str | None:
        """Give the agent who is logged on at a station."""
        at = (name for name, one in self.agents.items() if one.device == device)
        return next(at, None)

    def is_on(self, agent: str, device: str, split: str | None) -> bool:
        """Tell whether an agent is known to be logged on at a station, and in a split."""
        known = self.agents.get(agent)
        if known is None or known.device != device:
            return False
        return split is None or split in known.splits

    def _audited(self, split: str, got: Got) -> bool:
        if not got.done:
            return reason_of(got, self._port) == ErrorClass.UNSUPPORTED.value
        told = tuple(every(got.elements, v.Domain))
        devices = [one.digits for one in told if one.kind is DomainType.EXTENSION]
        logical = [one.digits for one in told if one.kind is DomainType.LOGICAL_AGENT]
        agents = logical if len(logical) == len(devices) else devices
        for agent, device in zip(agents, devices, strict=True):
            fact = f.AgentLoggedOn(
                agent=agent,
                device=NativeDevice(device),
                group=NativeDevice(split),
                origin=_SNAPSHOT,
            )
            self._port.report(fact, "")
        return True

    def _poll_later(self) -> None:
        if not self._polling:
            self._polling = True
            self._port.do(dr.StartTimer(POLL, self._port.settings.timers.agent_poll))

    def poll(self) -> None:
        """Ask for the states of all agents, once the last round is over."""
        self._port.run(self._round())

    def _round(self) -> Job:
        life = self._life
        for agent, known in list(self.agents.items()):
            got = yield status_of(known.device, known.split)
            if self._life != life:
                return
            if isinstance(got.outcome, p.Unsent):
                self._polling = False
                return  # a strict profile has no number for the question
            if got.done and self.agents.get(agent) is known:
                self._polled(agent, known, got)
        self._polling = False
        self._poll_later()

    def _polled(self, agent: str, known: Agent, got: Got) -> None:
        state = state_of(got.elements)
        if state not in (known.state, AgentState.UNKNOWN):
            device = NativeDevice(known.device)
            fact = f.AgentStateTold(agent=agent, device=device, state=state, origin=_SNAPSHOT)
            self._port.report(fact, "")


def reason_of(got: Got, port: Port) -> str:
    """Give the class of the error of a question that was not answered."""
    result = got.end("", port.settings.protocol)
    if result.status is EndState.SUCCEEDED or result.error is UNSET:
        return ErrorClass.UNKNOWN.value
    return result.error.kind.value


# Questions.


def query(item: ItemName, *elements: Element) -> Want:
    """Make a value query."""
    return Want(Operation.VALUE_QUERY, (*elements, v.Item(item)))


def calls_of(device: str) -> Want:
    """Ask for the calls of a station."""
    return query(ItemName.CALL_INFORMATION, v.Domain(DomainType.EXTENSION, device))


def parties_of(call: str) -> Want:
    """Ask for the parties of a call."""
    return query(ItemName.PARTY_IDENTIFICATION, v.CallIdentity(int(call)))


def audit_of(split: str) -> Want:
    """Ask who is logged on in a split."""
    return query(ItemName.AGENT_LOGIN_AUDIT, v.Domain(DomainType.SPLIT, split))


def status_of(device: str, split: str | None) -> Want:
    """Ask for the state of the agent at a device."""
    domains = [v.Domain(DomainType.EXTENSION, device)]
    if split is not None:
        domains.append(v.Domain(DomainType.SPLIT, split))
    return query(ItemName.AGENT_STATUS, *domains)
