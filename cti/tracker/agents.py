"""Agents: who is logged on where, and how they work."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET

from cti import facts as f
from cti.model import events as ev
from cti.model.states import AgentState, Basis, Origin
from cti.tracker.book import AgentRecord, Book
from cti.tracker.queues import Queues

_AWAY: Final = (AgentState.LOGGED_OFF, AgentState.UNKNOWN)


class Agents:
    """Procedures of agents."""

    def __init__(self, book: Book, queues: Queues) -> None:
        self._book = book
        self._queues = queues
        self._answering: set[str] = set()
        """Links that answered for an agent since it was last not certain what theirs do."""

    def agent(self, fact: f.AgentFacts) -> None:
        """Take one fact about an agent."""
        book = self._book
        if fact.origin is Origin.SNAPSHOT:
            self._answering.add(book.link_id)
        device_id = fact.device.key
        agent_id = fact.agent or book.agent_at.get(device_id) or device_id
        record = book.agents.get(agent_id)
        off = isinstance(fact, f.AgentStateTold) and fact.state is AgentState.LOGGED_OFF
        if record is None and fact.agent is None and off:
            book.counters["collapsed"] += 1  # a device without an agent
            return
        if record is None:
            record = book.agents[agent_id] = AgentRecord(agent_id)
        group = None if fact.group is None else fact.group.key
        where: str | None = device_id
        if fact.agent is not None and (device_id == group or device_id in book.queues):
            where = record.device_id  # a queue tells who serves it, not where
        record.sure = True
        match fact:
            case f.AgentLoggedOn():
                self._log_on(record, where, group)
            case f.AgentLoggedOff():
                self._log_off(record, where, group)
            case f.AgentStateTold(state=AgentState.LOGGED_OFF):
                self._log_off(record, where, group)
            case f.AgentStateTold():
                self._state(record, where, fact)
        if not record.version:
            del book.agents[agent_id]  # nothing was told of the agent

    def doubt(self, link_id: str) -> None:
        """Take that a link was lost: what its agents do meanwhile is not told."""
        self._answering.discard(link_id)
        agents = self._book.agents
        for agent_id in [one.agent_id for one in agents.values() if one.link_id == link_id]:
            agents[agent_id].sure = False

    def give_up(self, link_id: str) -> None:
        """Tell that nobody knows how those work of whom the switch said nothing.

        One who had logged off is so still, where the link answers for agents: else he would
        have been found at a device.
        """
        agents = self._book.agents
        known = _AWAY if link_id in self._answering else (AgentState.UNKNOWN,)
        doubtful = [
            one.agent_id
            for one in agents.values()
            if one.link_id == link_id and not one.sure and one.state not in known
        ]
        for agent_id in doubtful:
            record = agents[agent_id]
            record.sure, record.reason, record.pending = True, None, None
            unknown = AgentState.UNKNOWN
            self._tell(ev.AgentStateChanged, record, unknown, origin=Origin.SYNTHETIC)
            record.since = self._book.at

    def _log_on(self, record: AgentRecord, device_id: str | None, group: str | None) -> None:
        known = record.device_id == device_id and record.state not in _AWAY
        if known and (group is None or group in record.queues):
            self._book.counters["collapsed"] += 1
            return
        self._leave(record, device_id)
        queues = list(record.queues)
        if group is not None and group not in queues:
            queues.append(group)
        if known:
            self._tell(ev.AgentLoggedOn, record, record.state, queues=queues)
        else:
            record.reason = record.pending = None
            self._place(record, device_id)
            self._tell(ev.AgentLoggedOn, record, AgentState.NOT_READY, queues=queues)

    def _log_off(self, record: AgentRecord, device_id: str | None, group: str | None) -> None:
        if record.state is AgentState.LOGGED_OFF:
            self._book.counters["collapsed"] += 1
            return
        if group is not None and group in record.queues and len(record.queues) > 1:
            queues = [name for name in record.queues if name != group]
            self._tell(ev.AgentLoggedOff, record, record.state, queues=queues)
        else:
            self._off(record, record.device_id or device_id)

    def _state(
        self, record: AgentRecord, device_id: str | None, fact: f.AgentStateTold
    ) -> None:
        """Take a work state; it also shows where the agent is."""
        pending = None if fact.pending is UNSET else fact.pending
        moved = fact.agent is not None and record.device_id not in (None, device_id)
        reason = record.reason if fact.state is record.state else None
        if fact.reason is not UNSET:
            reason = fact.reason
        told = (fact.state, pending, reason)
        if not moved and (record.state, record.pending, record.reason) == told:
            self._book.counters["collapsed"] += 1
            return
        if moved:
            self._leave(record, device_id)
            self._place(record, device_id)
            self._tell(ev.AgentLoggedOn, record, AgentState.NOT_READY)
            if (record.state, record.pending, record.reason) == told:
                return
        elif record.device_id is None:
            self._place(record, device_id)
        record.pending, record.reason = pending, reason
        self._tell(ev.AgentStateChanged, record, fact.state)

    def _place(self, record: AgentRecord, device_id: str | None) -> None:
        if device_id is None:
            return
        self._unplace(record)
        record.device_id = self._book.device(device_id).device_id
        self._book.agent_at[device_id] = record.agent_id

    def _unplace(self, record: AgentRecord) -> None:
        device_id, record.device_id = record.device_id, None
        if device_id is not None and self._book.agent_at.get(device_id) == record.agent_id:
            del self._book.agent_at[device_id]

    def _leave(self, record: AgentRecord, device_id: str | None) -> None:
        """Log an agent off where it was, when it turns up at another device."""
        before = record.device_id
        if before not in (None, device_id) and record.state not in _AWAY:
            self._off(record, before, origin=self._book.derived)

    def _off(self, record: AgentRecord, device_id: str | None, **members: Any) -> None:
        record.reason = record.pending = None
        self._tell(
            ev.AgentLoggedOff,
            record,
            AgentState.LOGGED_OFF,
            queues=[],
            device_id=device_id,
            **members,
        )
        self._unplace(record)

    def _tell(
        self,
        kind: type[ev.AgentEvent],
        record: AgentRecord,
        state: AgentState,
        *,
        queues: list[str] | None = None,
        **members: Any,
    ) -> None:
        """Bring an agent into a state and write the event, then those of the queues."""
        book = self._book
        previous, record.state = record.state, state
        if previous is not state:
            record.since = book.since
        if queues is not None:
            record.queues = queues
        record.version += 1
        record.link_id = book.link_id
        book.emit(
            kind,
            agent_id=record.agent_id,
            version=record.version,
            state=state,
            previous=previous,
            queues=tuple(record.queues),
            queues_basis=Basis.REPORTED if record.queues else Basis.UNKNOWN,
            reason=UNSET if record.reason is None else record.reason,
            pending=UNSET if record.pending is None else record.pending,
            **{"device_id": record.device_id, **members},
        )
        if queues is not None:
            self._queues.serve(record.agent_id, record.queues)
