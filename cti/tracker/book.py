"""What all parts of the tracker share: the envelope of events, and the tables of one switch."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

from cti import moment
from cti.calldata import Promises
from cti.calls import Call, CallIndex, Leg
from cti.facts import Facts, SeenFacts
from cti.identity import Identities
from cti.model import events as ev
from cti.model.causes import Cause
from cti.model.states import AgentState, Basis, DeviceType, LinkState, Origin
from cti.routes import RouteIndex
from cti.tracker.idle import Agenda
from cti.tracker.times import DEFAULT, Times
from cti.tracker.verdicts import Run
from cti.tracker.watched import Watched


class Stamp(Struct, frozen=True, gc=False):
    """Where and when a fact came in."""

    link_id: str
    epoch: int
    seq: int
    """Number of the message behind it; for what has none, the last one of the link."""
    at: int
    """Moment of receipt."""
    raw: ev.Raw | UnsetType = UNSET


class AgentRecord:
    """An agent as the tracker holds it."""

    __slots__ = (
        "agent_id",
        "device_id",
        "link_id",
        "pending",
        "queues",
        "reason",
        "since",
        "state",
        "sure",
        "version",
    )

    def __init__(self, agent_id: str) -> None:
        self.agent_id = agent_id
        self.link_id = ""
        """Link that the last event of the agent came by."""
        self.device_id: str | None = None
        """Where the agent is logged on."""
        self.state = AgentState.UNKNOWN
        self.pending: AgentState | None = None
        self.reason: str | None = None
        self.queues: list[str] = []
        self.since: int | None = None
        self.sure = True
        """Whether the switch told of the agent since its link was lost."""
        self.version = 0


class DeviceRecord:
    """A device as the tracker holds it; UNSET was never told."""

    __slots__ = (
        *("device_id", "dnd", "forwarding", "in_service", "mwi"),
        *("on_hook", "type", "version"),
    )

    def __init__(self, device_id: str) -> None:
        self.device_id = device_id
        self.type = DeviceType.UNKNOWN
        self.on_hook: bool | UnsetType = UNSET
        self.dnd: bool | UnsetType = UNSET
        self.mwi: bool | UnsetType = UNSET
        self.in_service: bool | UnsetType = UNSET
        self.forwarding: dict[str, Any] = {}
        self.version = 0


class QueueRecord:
    """A queue as the tracker holds it."""

    __slots__ = ("agents", "basis", "link_id", "queue_id", "version", "waiting")

    def __init__(self, queue_id: str) -> None:
        self.queue_id = queue_id
        self.link_id = ""
        """Link that the last event of the queue came by."""
        self.waiting: int | None = None
        self.basis = Basis.UNKNOWN
        self.agents: dict[str, None] = {}
        """Agents who serve the queue, in the order in which they logged on."""
        self.version = 0


class TrunkRecord:
    """A trunk as the tracker holds it."""

    __slots__ = ("call_id", "in_service", "trunk_id", "version")

    def __init__(self, trunk_id: str) -> None:
        self.trunk_id = trunk_id
        self.in_service: bool | None = None
        self.call_id: str | None = None
        """Call that uses it, or one that is over by now."""
        self.version = 0


class Inside:
    """The devices that are known to belong to the switch.

    These are the monitored ones, and between the loss of a link and its return those that it
    monitored before: their reports will come again.
    """

    def __init__(self) -> None:
        self.monitored: Counter[str] = Counter()
        """Monitors per ``device_id``."""
        self.awaited: dict[str, set[str]] = {}
        """Devices that a link monitored when it was lost, by ``link_id``."""

    def __contains__(self, device_id: object) -> bool:
        return device_id in self.monitored or any(
            device_id in devices for devices in self.awaited.values()
        )


class Book:
    """Tables of one switch, and the pen that writes events.

    ``begin`` sets what the following events have in common; ``emit`` writes one. ``sub``
    counts on as long as link, epoch and message stay the same.
    """

    def __init__(self, switch_id: str, identities: Identities, times: Times = DEFAULT) -> None:
        self.switch_id = switch_id
        self.identities = identities
        self.times = times
        self.calls = CallIndex()
        self.links: dict[str, LinkState] = {}
        """State of each link that was told of."""
        self.runs: dict[str, Run] = {}
        """What was found so far on links whose whole state is being asked for."""
        self.verifying: set[str] = set()
        """Links that can be asked whether a call is still there."""
        self.agenda = Agenda(self)
        self.routes = RouteIndex()
        self.promises = Promises()
        self.agents: Watched[AgentRecord] = Watched()
        self.agent_at: Watched[str] = Watched()
        """``device_id`` to the agent who is logged on there."""
        self.devices: Watched[DeviceRecord] = Watched()
        self.queues: Watched[QueueRecord] = Watched()
        self.trunks: Watched[TrunkRecord] = Watched()
        self.monitors: dict[tuple[str, str], str | None] = {}
        """Link and cross reference to the monitored ``device_id``, where it is known."""
        self.inside = Inside()
        self.monitored = self.inside.monitored
        """Monitors per ``device_id``."""
        self.counters: Counter[str] = Counter()
        """What the tracker did besides events: ``collapsed``, ``anomaly.*``, ``refused``; and
        ``unmapped_cause``, causes that only the switch's own code tells."""
        self.at = 0
        self._out: list[ev.Event] = []
        self._stamp = Stamp("", 0, 0, 0)
        self._subs: dict[str, tuple[int, int, int]] = {}
        self._common: dict[str, Any] = {}
        self._sub = 0

    def begin(self, stamp: Stamp, fact: Facts | None = None) -> None:
        """Take what the next events have in common from a stamp and a fact."""
        last = self._subs.get(stamp.link_id)
        self._sub = last[2] if last and last[:2] == (stamp.epoch, stamp.seq) else 0
        if stamp.at != self._stamp.at or not self._common:
            received = moment.text(stamp.at)
        else:
            received = self._common["ts_received"]
        self._stamp = stamp
        self.at = stamp.at
        self._common = {
            "switch_id": self.switch_id,
            "link_id": stamp.link_id,
            "epoch": stamp.epoch,
            "seq": stamp.seq,
            "ts_received": received,
            "raw": stamp.raw,
        }
        if fact is not None:
            self._common |= {
                "ts_switch": fact.ts_switch,
                "cause": fact.cause,
                "cause_native": fact.cause_native,
                "origin": Origin.SNAPSHOT if isinstance(fact, SeenFacts) else fact.origin,
            }
            if fact.cause is Cause.UNKNOWN and fact.cause_native is not UNSET:
                self.counters["unmapped_cause"] += 1
        else:
            self._common["origin"] = Origin.SYNTHETIC

    def end(self) -> list[ev.Event]:
        """Give the events written since ``begin``."""
        stamp = self._stamp
        self._subs[stamp.link_id] = (stamp.epoch, stamp.seq, self._sub)
        written, self._out = self._out, []
        return written

    def emit(self, kind: type[ev.Event], /, **members: Any) -> None:
        """Write one event; members go over what is common to all."""
        stamp, sub = self._stamp, self._sub
        self._sub = sub + 1
        event_id = f"{stamp.link_id}:{stamp.epoch}:{stamp.seq}:{sub}"
        self._out.append(kind(**{**self._common, "id": event_id, "sub": sub, **members}))

    @property
    def derived(self) -> Origin:
        """Origin of what follows with certainty from the present fact or deed."""
        origin: Origin = self._common["origin"]
        return origin if origin in (Origin.SNAPSHOT, Origin.SYNTHETIC) else Origin.DERIVED

    @property
    def since(self) -> int | None:
        """When a state began that the present fact tells; None for one found by asking."""
        return None if self._common["origin"] is Origin.SNAPSHOT else self.at

    @property
    def link_id(self) -> str:
        """Link of the present fact."""
        return self._stamp.link_id

    def lost(self, link_id: str) -> bool:
        """Whether a link cannot tell anything now."""
        return self.links.get(link_id) in (LinkState.DOWN, LinkState.BLOCKED)

    def doubt(self, call: Call) -> None:
        """Take that the link of a call was lost."""
        call.doubt()
        given_until = self.at + round(self.times.grace * moment.SECOND)
        if not call.stale:
            call.stale_since, call.given_until = self.at, given_until
        elif call.unverified:
            call.unverified, call.given_until = False, given_until
        self.calls.touch(call)

    def hear(self, call: Call) -> None:
        """Take that a call is there: something was told of it."""
        call.heard_at = self.at
        if call.stale:
            call.stale_since = call.given_until = None
            call.unverified = False
            self.emit_call(
                ev.CallRecovered, call, origin=self.derived, parties=call.parties(), **UNTOLD
            )
        if call.idle_told or call.due is None:
            call.idle_told = False
            self.agenda.watch(call)

    def emit_call(self, kind: type[ev.CallEvent], call: Call, /, **members: Any) -> None:
        """Write one event about a call, as its next version."""
        call.version += 1
        call.link_id = self._stamp.link_id
        self.calls.touch(call)
        self.emit(
            kind,
            call_id=call.call_id,
            thread_id=call.thread_id,
            call_version=call.version,
            **members,
        )

    def emit_leg(
        self, kind: type[ev.ConnectionEvent], call: Call, leg: Leg, **members: Any
    ) -> None:
        """Write one event about a connection, with the picture of its call."""
        self.emit_call(
            kind,
            call,
            device_id=leg.device_id,
            leg=leg.leg,
            state=leg.state,
            agent_id=UNSET if leg.agent_id is None else leg.agent_id,
            number=UNSET if leg.number is None else leg.number,
            trunk=UNSET if leg.trunk is None else leg.trunk,
            direction=call.direction,
            numbers=call.numbers,
            data=call.data,
            global_ref=UNSET if call.global_ref is None else call.global_ref,
            parties=call.parties(),
            **members,
        )

    def join(self, call: Call, device_id: str) -> Leg:
        """Begin a connection of a device to a call, with the agent who is there now."""
        return self.calls.join(call, device_id, self.agent_at.get(device_id))

    def device(self, device_id: str) -> DeviceRecord:
        """Find or make the record of a device."""
        record: DeviceRecord | None = self.devices.get(device_id)
        if record is None:
            record = self.devices[device_id] = DeviceRecord(device_id)
        return record


UNTOLD: Final[dict[str, Any]] = {"cause": UNSET, "cause_native": UNSET}
"""Members of an event whose own cause nobody told."""
