"""What truly happened: facts and their times in, every call and agent over time out.

This is what an observer of a link is measured against. ``Ledger.at`` gives the state of the
exchange at any moment, in the exchange's own views; ``calls`` and ``agents`` give one record
each for a whole life. A call that was merged into another has a record of its own, which says
into which.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from operator import itemgetter
from typing import Final

from msgspec import Struct, to_builtins

from sim.exchange import facts
from sim.exchange.facts import Action, CallFact
from sim.exchange.views import AgentView, CallView, Party
from sim.exchange.words import AgentState, LegState

RESTART: Final = "restart"
"""Cause of a call's end that nobody told."""
_moment: Final = itemgetter(0)


class LegRecord(Struct, frozen=True, gc=False):
    """One connection in one state."""

    device: str
    state: LegState
    since: float
    """Seconds on the clock of the play."""
    until: float | None
    """``None`` while it lasts; equal to ``since`` for a state that was passed through."""
    number: str
    """Outside number behind a trunk; the own number of everything else."""
    agent: str
    """Agent who was logged on when the connection began."""


class CallRecord(Struct, frozen=True, gc=False, tag="call", tag_field="record"):
    """One call from its first fact to its last."""

    serial: int
    """Order in which calls began; ids may be used again, this is not."""
    call: int
    calling: str
    called: str
    began: float
    """Seconds on the clock of the play."""
    answered: float | None
    """First answer by anybody but the caller."""
    ended: float | None
    """``None`` while it lives."""
    devices: tuple[str, ...]
    """Every device that ever was on it, in order."""
    waited_at: tuple[str, ...]
    """Groups and park slots where it waited."""
    merged_into: int | None
    """Serial of the call it became part of."""
    cause: str
    """Cause of the last fact, or ``restart``."""
    data: bytes
    """Correlator data at the end, as are the other kinds of data."""
    user_data: bytes
    account: bytes
    legs: tuple[LegRecord, ...]
    """Its connections over time, in the order in which each state began."""


class AgentSpan(Struct, frozen=True, gc=False):
    """One agent in one state."""

    state: AgentState
    device: str
    reason: str
    pending: AgentState | None
    since: float
    until: float | None
    """``None`` while it lasts."""


class AgentRecord(Struct, frozen=True, gc=False, tag="agent", tag_field="record"):
    """One agent over time, from the first log-on."""

    agent: str
    groups: tuple[str, ...]
    states: tuple[AgentSpan, ...]


class Truth(Struct, frozen=True, gc=False):
    """The exchange at one moment."""

    at: float
    calls: tuple[CallView, ...]
    """Live calls by their ids."""
    agents: tuple[AgentView, ...]
    """Agents who are logged on, in the order of their first log-on."""
    queues: dict[str, int]
    """How many calls wait, by group or park slot; those without any are left out."""


class _Entry:
    """One call."""

    def __init__(self, serial: int, call: int, at: float) -> None:
        self.serial = serial
        self.call = call
        self.began = at
        self.answered: float | None = None
        self.ended: float | None = None
        self.waited_at: dict[str, None] = {}
        self.merged_into: int | None = None
        self.cause = ""
        self.history: list[tuple[float, CallView]] = []

    def take(self, at: float, fact: CallFact) -> None:
        self.history.append((at, _view(fact)))
        self.cause = fact.cause.value
        if isinstance(fact, facts.Queued):
            self.waited_at[fact.device] = None
        if isinstance(fact, facts.Established) and self.answered is None:
            self.answered = at

    def at(self, moment: float) -> CallView | None:
        if self.ended is not None and self.ended <= moment:
            return None
        place = bisect_right(self.history, moment, key=_moment)
        return self.history[place - 1][1] if place else None

    def legs(self) -> list[LegRecord]:
        """Follow every connection from state to state."""
        found: list[LegRecord] = []
        open_since: dict[str, tuple[int, float, Party]] = {}
        for at, view in self.history:
            now = {party.device: party for party in view.parties}
            for device, (place, since, party) in list(open_since.items()):
                if now.get(device) != party:
                    found[place] = _leg(party, since, at)
                    del open_since[device]
            for device, party in now.items():
                if device not in open_since:
                    open_since[device] = len(found), at, party
                    found.append(_leg(party, at, None))
        if self.ended is not None:
            for place, since, party in open_since.values():
                found[place] = _leg(party, since, self.ended)
        return found

    def record(self) -> CallRecord:
        last = self.history[-1][1]
        legs = self.legs()
        return CallRecord(
            serial=self.serial,
            call=self.call,
            calling=last.calling,
            called=last.called,
            began=self.began,
            answered=self.answered,
            ended=self.ended,
            devices=tuple(dict.fromkeys(leg.device for leg in legs)),
            waited_at=tuple(self.waited_at),
            merged_into=self.merged_into,
            cause=self.cause,
            data=last.data,
            user_data=last.user_data,
            account=last.account,
            legs=tuple(legs),
        )


class Ledger:
    """Write down what happens at one exchange. Times never go back."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._live: dict[int, _Entry] = {}
        self._agents: dict[str, list[tuple[float, AgentView]]] = {}

    def __len__(self) -> int:
        """Count the calls so far."""
        return len(self._entries)

    def take(self, at: float, action: Action) -> None:
        """Note one action of the exchange and its time; what changes nothing is skipped."""
        match action:
            case CallFact():
                self._call(at, action)
            case facts.AgentLoggedOn(agent, device, groups):
                view = AgentView(agent, device, AgentState.NOT_READY, groups=groups)
                self._agents.setdefault(agent, []).append((at, view))
            case facts.AgentStateChanged():
                view = AgentView(
                    action.agent,
                    action.device,
                    action.state,
                    action.reason,
                    action.pending,
                    action.groups,
                    action.manual,
                )
                self._agents.setdefault(view.agent, []).append((at, view))
            case facts.AgentLoggedOff(agent, _, groups):
                view = AgentView(agent, groups=groups)
                self._agents.setdefault(agent, []).append((at, view))
            case facts.Restarted(left):
                self._restart(at, left)
            case _:
                pass

    def calls(self) -> list[CallRecord]:
        """Give every call so far, in the order in which they began."""
        return [entry.record() for entry in self._entries]

    def agents(self) -> list[AgentRecord]:
        """Give every agent who ever logged on, in the order of their first log-on."""
        return [
            AgentRecord(name, history[-1][1].groups, tuple(_spans(history)))
            for name, history in self._agents.items()
        ]

    def at(self, moment: float) -> Truth:
        """Give the state after everything that happened up to a moment, that one included."""
        views = [view for entry in self._entries if (view := entry.at(moment)) is not None]
        return _truth(moment, views, self._agents)

    def end(self) -> Truth:
        """Give the state after all that was noted."""
        views = [entry.history[-1][1] for entry in self._live.values()]
        return _truth(float("inf"), views, self._agents)

    def lines(self) -> list[dict[str, object]]:
        """Give the records of calls, then those of agents, ready for JSON."""
        return [to_builtins(record) for record in (*self.calls(), *self.agents())]

    def _call(self, at: float, fact: CallFact) -> None:
        if isinstance(fact, facts.Merged):
            self._merge(at, fact)
        entry = self._live.get(fact.call)
        if entry is None:
            entry = self._begin(at, fact.call)
        entry.take(at, fact)
        if isinstance(fact, facts.CallCleared):
            entry.ended = at
            del self._live[fact.call]

    def _begin(self, at: float, call: int) -> _Entry:
        entry = _Entry(len(self._entries) + 1, call, at)
        self._entries.append(entry)
        self._live[call] = entry
        return entry

    def _merge(self, at: float, fact: facts.Merged) -> None:
        """End the calls that are no more; the one that keeps the id lives on."""
        old = [self._live.pop(n) for n in (fact.primary, fact.secondary) if n in self._live]
        stays = next((entry for entry in old if entry.call == fact.call), None)
        if stays is None:
            stays = self._begin(at, fact.call)
        self._live[fact.call] = stays
        for entry in old:
            if entry is not stays:
                entry.ended, entry.merged_into = at, stays.serial
                stays.answered = entry.answered if stays.answered is None else stays.answered

    def _restart(self, at: float, left: tuple[AgentView, ...]) -> None:
        for entry in self._live.values():
            entry.ended, entry.cause = at, RESTART
        self._live.clear()
        stays = {view.agent: view for view in left}
        for name, history in self._agents.items():
            gone = AgentView(name, groups=history[-1][1].groups)
            if history[-1][1].device:
                history.append((at, stays.get(name, gone)))


def _truth(
    at: float, calls: list[CallView], agents: dict[str, list[tuple[float, AgentView]]]
) -> Truth:
    now = [
        history[place - 1][1]
        for history in agents.values()
        if (place := bisect_right(history, at, key=_moment))
    ]
    waiting = Counter(
        party.device
        for call in calls
        for party in call.parties
        if party.state is LegState.QUEUED
    )
    return Truth(
        at,
        tuple(sorted(calls, key=lambda call: call.call)),
        tuple(agent for agent in now if agent.device),
        dict(sorted(waiting.items())),
    )


def _view(fact: CallFact) -> CallView:
    return CallView(
        fact.call,
        fact.calling,
        fact.called,
        fact.last_redirection,
        fact.trunk,
        fact.data,
        fact.parties,
        fact.user_data,
        fact.account,
        fact.serial,
    )


def _leg(party: Party, since: float, until: float | None) -> LegRecord:
    return LegRecord(party.device, party.state, since, until, party.number, party.agent)


def _spans(history: list[tuple[float, AgentView]]) -> Iterator[AgentSpan]:
    """Give each view the time until the next other one."""
    since, view = history[0]
    for at, other in history[1:]:
        if other != view:
            yield AgentSpan(view.state, view.device, view.reason, view.pending, since, at)
            since, view = at, other
    yield AgentSpan(view.state, view.device, view.reason, view.pending, since, None)
