"""Steady traffic from a seed: a crowd that plays mixed calls, and the true calls it made.

``Crowd`` is a core that plays people: it hears every fact of the exchange and answers with
what somebody does next. ``run`` plays a crowd against an exchange on a still clock. Equal
seeds give equal traffic.
"""

from __future__ import annotations

import heapq
from random import Random

from msgspec import Struct, field

from sim.exchange.facts import Action
from sim.exchange.verbs import Answer, Event, LogOn, SetAgentState, TrunkRings
from sim.exchange.words import AgentState
from sim.ledger import CallRecord, Ledger
from sim.plan import (
    AgentPlan,
    ExchangePlan,
    ExternalPlan,
    GroupPlan,
    StationPlan,
    TrunkGroupPlan,
)
from sim.shapes import Cast, Do, Pause, Script, Shape, Until, script
from sim.stage import Stage
from sim.switch import Exchange

_QUEUE = "5000"
_OUTSIDE = "0612345678"


class Load(Struct, frozen=True):
    """Traffic to make."""

    seed: int
    rate: float
    """Calls begun per second, on average."""
    duration: float
    """Seconds during which calls begin; the last ones end later."""
    mix: dict[Shape, float] = field(default_factory=lambda: dict.fromkeys(Shape, 1.0))
    """Weights of the shapes."""


class Begin(Struct, frozen=True, gc=False):
    """The crowd comes to work."""


class Heard(Struct, frozen=True, gc=False):
    """The exchange told something."""

    action: Action


class CrowdTimerExpired(Struct, frozen=True, gc=False):
    """A timer of the crowd ran out."""

    timer: int


class StartCrowdTimer(Struct, frozen=True, gc=False):
    """Return ``CrowdTimerExpired(timer)`` after so many seconds."""

    timer: int
    seconds: float


class StopCrowdTimer(Struct, frozen=True, gc=False):
    """The timer is of no more use."""

    timer: int


CrowdEvent = Begin | Heard | CrowdTimerExpired
CrowdAction = Do | StartCrowdTimer | StopCrowdTimer


def busy_plan(stations: int = 30, agents: int = 5, trunks: int = 10) -> ExchangePlan:
    """Make an exchange for traffic: sets 1000.., agents' desks 2000.., one queue."""
    desks = [str(2000 + number) for number in range(agents)]
    sets = [str(1000 + number) for number in range(stations)]
    return ExchangePlan(
        stations=tuple(StationPlan(number) for number in [*sets, *desks]),
        agents=tuple(AgentPlan(f"9{desk}") for desk in desks),
        groups=(GroupPlan(_QUEUE, members=tuple(f"9{desk}" for desk in desks), wrap_up=5.0),),
        trunk_groups=(
            TrunkGroupPlan(
                "T1",
                trunks,
                access="0",
                did={f"555{number}": number for number in [*sets, _QUEUE]},
            ),
        ),
        externals=(ExternalPlan(_OUTSIDE[1:], answer_after=3.0, leave_after=200.0),),
    )


def standing(plan: ExchangePlan, calls: int) -> list[Event]:
    """Fill an exchange made by ``busy_plan``: all agents ready, then so many calls answered.

    Calls beyond the agents stay in the queue; there are no more than the plan has trunks.
    """
    group = plan.trunk_groups[0]
    events: list[Event] = []
    for agent in plan.agents:
        events += (
            LogOn(agent.id[1:], agent.id),
            SetAgentState(agent.id[1:], AgentState.READY),
        )
    for number in range(min(calls, group.members)):
        events.append(TrunkRings(f"555{_QUEUE}", f"06{number:08d}"))
    # Whoever has been ready longest gets the first call.
    events += (Answer(agent.id[1:]) for agent in plan.agents[: min(calls, group.members)])
    return events


class _Playing:
    """One script under way."""

    __slots__ = ("patience", "script", "serial", "stations", "wanted")

    def __init__(self, serial: int, played: Script, stations: tuple[str, ...]) -> None:
        self.serial = serial
        self.script = played
        self.stations = stations
        self.wanted: Until | None = None
        self.patience = 0
        """Timer that ends its pause or its patience."""


class Crowd:
    """Play the people of a load on an exchange made by ``busy_plan``."""

    def __init__(self, load: Load, plan: ExchangePlan) -> None:
        self._load = load
        self._plan = plan
        # A simulation wants the same numbers again, not numbers that nobody can guess.
        self._draw = Random(load.seed)  # noqa: S311
        desks = {agent.id[1:] for agent in plan.agents}
        self._free = [one.number for one in plan.stations if one.number not in desks]
        self._waiting: dict[type[object], dict[int, _Playing]] = {}
        """Scripts that wait for a fact, by its kind, oldest first."""
        self._timers: dict[int, _Playing | None] = {}
        """``None`` for the timer until the next call."""
        self._serial = 0
        self._elapsed = 0.0
        self.begun: dict[Shape, int] = dict.fromkeys(Shape, 0)
        """Calls begun by shape."""
        self.skipped = 0
        """Calls that did not begin because no three sets were free."""

    def handle(self, event: CrowdEvent) -> list[CrowdAction]:
        """Take one event and return what people do, in order."""
        actions: list[CrowdAction] = []
        match event:
            case Begin():
                for agent in self._plan.agents:
                    actions.append(Do(LogOn(agent.id[1:], agent.id)))
                    actions.append(Do(SetAgentState(agent.id[1:], AgentState.READY)))
                self._await_next(actions)
            case Heard(action):
                for playing in list(self._waiting.get(type(action), {}).values()):
                    if playing.wanted is not None and playing.wanted.fits(action):
                        del self._timers[playing.patience]
                        actions.append(StopCrowdTimer(playing.patience))
                        self._go_on(playing, action, actions)
            case CrowdTimerExpired(timer):
                if timer in self._timers:
                    expired = self._timers.pop(timer)
                    if expired is None:
                        self._begin_call(actions)
                        self._await_next(actions)
                    else:
                        self._go_on(expired, None, actions)
        return actions

    def _await_next(self, actions: list[CrowdAction]) -> None:
        seconds = round(self._draw.expovariate(self._load.rate), 3)
        self._elapsed += seconds
        if self._elapsed <= self._load.duration:
            self._start(None, seconds, actions)

    def _begin_call(self, actions: list[CrowdAction]) -> None:
        shapes = list(self._load.mix)
        shape = self._draw.choices(shapes, [self._load.mix[one] for one in shapes])[0]
        if len(self._free) < 3:
            self.skipped += 1
            return
        stations = tuple(self._draw.sample(self._free, 3))
        self._free = [number for number in self._free if number not in stations]
        self.begun[shape] += 1
        self._serial += 1
        cast = Cast(
            draw=self._draw,
            stations=stations,
            caller=f"06{self._serial:08d}",
            direct=f"555{stations[0]}",
            queue=f"555{_QUEUE}",
            outside=_OUTSIDE,
        )
        playing = _Playing(self._serial, script(shape, cast), stations)
        self._go_on(playing, None, actions)

    def _go_on(
        self, playing: _Playing, fact: Action | None, actions: list[CrowdAction]
    ) -> None:
        """Play a script up to its next pause or wait."""
        if playing.wanted is not None:
            del self._waiting[playing.wanted.kind][playing.serial]
            playing.wanted = None
        try:
            step = playing.script.send(fact)
            while isinstance(step, Do):
                actions.append(step)
                step = next(playing.script)
        except StopIteration:
            self._free += playing.stations
            return
        match step:
            case Pause(seconds):
                playing.patience = self._start(playing, seconds, actions)
            case Until(kind, _, patience):
                playing.wanted = step
                self._waiting.setdefault(kind, {})[playing.serial] = playing
                playing.patience = self._start(playing, patience, actions)

    def _start(
        self, playing: _Playing | None, seconds: float, actions: list[CrowdAction]
    ) -> int:
        self._serial += 1
        self._timers[self._serial] = playing
        actions.append(StartCrowdTimer(self._serial, seconds))
        return self._serial


class LoadResult(Struct, frozen=True):
    """What a run of traffic gave."""

    events: tuple[tuple[float, Event], ...]
    """What people did, with the time: the steps, to be played to another exchange."""
    told: tuple[tuple[float, Action], ...]
    """Everything the exchange told, timers included."""
    calls: tuple[CallRecord, ...]
    """The true calls."""
    begun: dict[Shape, int]
    skipped: int


class _Run:
    """One crowd, one exchange, one still clock."""

    def __init__(self, load: Load, plan: ExchangePlan) -> None:
        self.stage = Stage(Exchange(plan))
        self.crowd = Crowd(load, plan)
        self.ledger = Ledger()
        self.events: list[tuple[float, Event]] = []
        self.told: list[tuple[float, Action]] = []
        self._due: list[tuple[float, int]] = []

    def feed(self, event: CrowdEvent) -> None:
        """Give the crowd an event and perform what it leads to, to the end."""
        waiting: list[CrowdEvent] = [event]
        while waiting:
            for action in self.crowd.handle(waiting.pop(0)):
                match action:
                    case Do(done):
                        self.events.append((self.stage.now, done))
                        waiting += self._hear(self.stage.do(done))
                    case StartCrowdTimer(timer, seconds):
                        heapq.heappush(self._due, (self.stage.now + seconds, timer))
                    case StopCrowdTimer():
                        pass  # the crowd knows which of its timers still mean anything

    def all(self) -> None:
        """Play until nobody waits for anything."""
        self.feed(Begin())
        while True:
            due = self.stage.next_due()
            # At the same moment the exchange goes first, as in ``Stage.advance``.
            if self._due and (due is None or self._due[0][0] < due):
                at, timer = heapq.heappop(self._due)
                self.stage.now = max(self.stage.now, at)
                self.feed(CrowdTimerExpired(timer))
            elif due is not None:
                fired = self.stage.fire()
                for heard in self._hear(fired[1] if fired else []):
                    self.feed(heard)
            else:
                return

    def _hear(self, actions: list[Action]) -> list[CrowdEvent]:
        for action in actions:
            self.told.append((self.stage.now, action))
            self.ledger.take(self.stage.now, action)
        return [Heard(action) for action in actions]


def run(load: Load, plan: ExchangePlan) -> LoadResult:
    """Play a load against a fresh exchange to the end of its last call."""
    play = _Run(load, plan)
    play.all()
    return LoadResult(
        tuple(play.events),
        tuple(play.told),
        tuple(play.ledger.calls()),
        play.crowd.begun,
        play.crowd.skipped,
    )
