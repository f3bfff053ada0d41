"""Random people, computers and outside parties on a small exchange, checked at each step."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sim.exchange import verbs
from sim.exchange.facts import Accepted, Action, Ignored, Refused
from sim.exchange.timers import Timer, TimerKind
from sim.exchange.verbs import Event, Request, TimerExpired
from sim.exchange.views import ExchangeView
from sim.exchange.words import AgentState, Forwarding, LegState, Treatment
from sim.ledger import Ledger, Truth
from sim.stage import Stage
from tests.sim.folding import Folding
from tests.sim.small import SMALL_WITH_VDN, small

STATIONS = ["201", "202", "203", "204", "205"]
DEVICES = [
    *STATIONS,
    "500",
    "510",
    "520",
    "600",
    "610",
    "T1/1",
    "T1/2",
    "T2/1",
    "T3/1",
    "71",
    "nobody",
    "",
]
NUMBERS = [
    *STATIONS,
    "500",
    "510",
    "520",
    "600",
    "610",
    "0999",
    "0111",
    "0222",
    "0333",
    "0444",
    "9",
]
NUMBERS += ["0666", "8444", "8111", "7444", "7222"]
CALLED = ["5550201", "5550500", "5550600", "5550610", "5559"]
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "device": st.sampled_from(DEVICES),
    "target": st.sampled_from(DEVICES),
    "to": st.sampled_from(NUMBERS),
    "digits": st.sampled_from([*NUMBERS, "*7", "x", ""]),
    "call": st.integers(0, 6),
    "held": st.just(0) | st.integers(0, 6),
    "active": st.just(0) | st.integers(0, 6),
    "data": st.sampled_from([b"", b"order 7"]),
    "slot": st.sampled_from(["71", "72"]),
    "agent": st.sampled_from(["901", "902", "999"]),
    "password": st.sampled_from(["", "77"]),
    "state": st.sampled_from(AgentState),
    "reason": st.sampled_from(["", "lunch"]),
    "kind": st.sampled_from(Forwarding),
    "on": st.booleans(),
    "route": st.integers(0, 60),
    "called": st.sampled_from(CALLED),
    "calling": st.sampled_from(["", "444", "0612"]),
    "group": st.sampled_from(["", "T1", "T9"]),
    "trunk": st.sampled_from(["T1/1", "T1/2", "T2/1", "T1/9"]),
    "seconds": st.sampled_from([0.0, 5.0, -1.0]),
    "machines": st.booleans(),
    "manual": st.booleans(),
    "collect": st.sampled_from([0, 0, 2]),
    "user_data": st.sampled_from([b"", b"u"]),
    "account": st.sampled_from([b"", b"4711"]),
    "conference": st.booleans(),
    "prompt": st.booleans(),
    "treatment": st.sampled_from(Treatment),
}
VERBS = list(verbs.Verb.__args__)
LIKELY: dict[str, list[Any]] = {
    "to": NUMBERS,
    "target": STATIONS,
    "digits": [*NUMBERS, "*7"],
    "slot": ["71"],
    "agent": ["901", "902"],
    "password": ["", "77"],
    "seconds": [0.0, 5.0],
    "machines": [True, False],
    "manual": [True, False],
    "collect": [0, 0, 2],
    "state": [AgentState.READY, AgentState.READY, *AgentState],
    "reason": ["", "lunch"],
    "kind": list(Forwarding),
    "on": [True, False, False],
}
FEATURES = [
    *verbs.DeviceVerb.__args__,
    *verbs.RedirectVerb.__args__,
    verbs.SetAgentState,
    verbs.SetAgentState,
    verbs.GoOffHook,
    verbs.Dial,
]
WORLD = list(verbs.WorldEvent.__args__)


def made(kind: Any) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{name: FIELDS[name] for name in kind.__struct_fields__})


ANY_VERB = st.sampled_from(VERBS).flatmap(made)
ANY_WORLD = st.sampled_from(WORLD).flatmap(made)
FITTING: dict[LegState, list[Any]] = {
    LegState.INITIATED: [verbs.Dial, verbs.GoOffHook, verbs.HangUp],
    LegState.ALERTING: [verbs.Answer, verbs.Answer, verbs.Deflect, verbs.HangUp],
    LegState.CONNECTED: [
        verbs.Hold,
        verbs.Consult,
        verbs.Transfer,
        verbs.Conference,
        verbs.Alternate,
        verbs.BlindTransfer,
        verbs.SingleStepConference,
        verbs.Park,
        verbs.SendDigits,
        verbs.HangUp,
    ],
    LegState.HELD: [verbs.Retrieve, verbs.Reconnect, verbs.Transfer, verbs.Conference],
    LegState.QUEUED: [verbs.Deflect],
    LegState.ROUTING: [verbs.Deflect],
    LegState.PROCEEDING: [verbs.ExternalAnswers, verbs.HangUp],
    LegState.FAILED: [verbs.HangUp, verbs.Reconnect],
}


def matches(truth: Truth, view: ExchangeView) -> None:
    """Hold what the ledger says to what the exchange says."""
    assert truth.calls == view.calls
    by_name = {agent.agent: agent for agent in truth.agents}
    assert by_name == {agent.agent: agent for agent in view.agents if agent.device}
    assert truth.queues == {q.number: len(q.calls) for q in view.queues if q.calls}


class RandomPeople(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage = small()
        self.folding = Folding()
        self.ledger = Ledger()
        self.seen: list[tuple[float, ExchangeView]] = []
        """The exchange at the last step of each moment."""
        self.tokens = 0
        self.answers: Counter[str] = Counter()

    @initialize(
        answer_holds=st.booleans(),
        merged=st.sampled_from(["primary", "secondary", "new"]),
        trunks=st.booleans(),
        order=st.sampled_from(["rising", "lowest"]),
        agents=st.booleans(),
    )
    def begin(
        self, answer_holds: bool, merged: str, trunks: bool, order: str, agents: bool
    ) -> None:
        self.stage = small(
            SMALL_WITH_VDN,
            answer_holds=answer_holds,
            transfer_call_id=merged,
            trunk_to_trunk=trunks,
            call_id_order=order,
            moving_agents=agents,
            restart_keeps_agents=agents,
        )
        for device, agent, password in [("201", "901", "77"), ("202", "902", "")]:
            self.do(verbs.LogOn(device, agent, password))
            self.do(verbs.SetAgentState(device, AgentState.READY))

    def take(self, actions: list[Action]) -> None:
        for action in actions:
            if isinstance(action, Accepted | Refused):
                self.answers[action.token] += 1
            self.folding.take(action)
            self.ledger.take(self.stage.now, action)

    def do(self, event: Event) -> None:
        actions = self.stage.do(event)
        if any(isinstance(action, Refused | Ignored) for action in actions):
            assert len(actions) == 1, "what is refused changes nothing"
        self.take(actions)
        self.the_ledger_knows_it()

    def ask(self, verb: Any) -> None:
        self.tokens += 1
        self.do(Request(str(self.tokens), verb))

    @rule(verb=ANY_VERB, asked=st.booleans())
    def anything(self, verb: Any, asked: bool) -> None:
        if asked:
            self.ask(verb)
        else:
            self.do(verb)

    @rule(event=ANY_WORLD)
    def outside(self, event: Any) -> None:
        self.do(event)

    @rule(called=FIELDS["called"])
    def outside_calls(self, called: str) -> None:
        self.do(verbs.TrunkRings(called, "444"))

    @rule(
        device=st.sampled_from(["500", "510", "520", "600", "610"]),
        to=FIELDS["to"],
        machines=st.booleans(),
        answers=st.booleans(),
    )
    def a_computer_predicts(self, device: str, to: str, machines: bool, answers: bool) -> None:
        self.ask(verbs.MakePredictiveCall(device, to, machines=machines))
        self.do(verbs.Answer(to))
        for trunk in ("T1/1", "T1/2", "T2/1", "T3/1") if answers else ():
            self.do(verbs.ExternalAnswers(trunk))

    @rule(device=st.sampled_from(STATIONS), to=FIELDS["to"])
    def somebody_calls(self, device: str, to: str) -> None:
        self.do(verbs.MakeCall(device, to))

    @rule(pair=st.permutations(STATIONS), answers=st.booleans(), asked=st.booleans())
    def somebody_consults(self, pair: list[str], answers: bool, asked: bool) -> None:
        """Bring two sets into a call and one of them into a consultation."""
        one, other, third, *_ = pair
        do = self.ask if asked else self.do
        do(verbs.MakeCall(one, other))
        do(verbs.Answer(other))
        do(verbs.Consult(one, third))
        if answers:
            do(verbs.Answer(third))

    @rule(device=st.sampled_from(STATIONS), verb=st.sampled_from(FITTING[LegState.HELD]))
    def a_consultation_ends(self, device: str, verb: Any) -> None:
        self.do(verb(device))

    @rule(device=st.sampled_from(STATIONS), to=FIELDS["to"])
    def somebody_sends_a_call_on(self, device: str, to: str) -> None:
        self.do(verbs.Answer(device))
        self.do(verbs.BlindTransfer(device, to))

    @rule(device=st.sampled_from(STATIONS), join=st.sampled_from(STATIONS))
    def somebody_joins(self, device: str, join: str) -> None:
        self.ask(verbs.SingleStepConference(device, join))

    @rule(device=st.sampled_from(STATIONS), back=st.sampled_from(STATIONS))
    def somebody_parks(self, device: str, back: str) -> None:
        self.do(verbs.Answer(device))
        self.do(verbs.Park(device, "71"))
        self.do(verbs.Unpark(back, "71"))

    @rule(data=st.data(), asked=st.booleans())
    def something_fitting(self, data: st.DataObject, asked: bool) -> None:
        """Pick a connection that exists and do what one does in its state."""
        legs = [
            (call.call, party)
            for call in self.stage.exchange.snapshot().calls
            for party in call.parties
        ]
        if not legs:
            return
        call, party = data.draw(st.sampled_from(legs))
        kind: Any = data.draw(st.sampled_from(FITTING[party.state]))
        known = {"device": party.device, "trunk": party.device, "call": call}
        fields = {
            name: known[name]
            if name in known
            else 0
            if name in ("held", "active")
            else data.draw(FIELDS[name])
            for name in kind.__struct_fields__
        }
        verb = kind(**fields)
        if asked and not isinstance(verb, verbs.ExternalAnswers):
            self.ask(verb)
        else:
            self.do(verb)

    @rule(data=st.data(), to=FIELDS["to"], treatment=FIELDS["treatment"])
    def a_computer_routes(self, data: st.DataObject, to: str, treatment: Treatment) -> None:
        routes = self.stage.exchange.snapshot().routes
        if routes:
            route = data.draw(st.sampled_from(routes)).route
            answers = (
                verbs.RouteEnd(route),
                verbs.RouteSelect(route, to, b"r"),
                verbs.RouteTreat(route, treatment),
            )
            self.ask(data.draw(st.sampled_from(answers)))

    @rule(seconds=st.sampled_from([1.0, 6.0, 21.0]))
    def time_passes(self, seconds: float) -> None:
        until = self.stage.now + seconds
        while (due := self.stage.next_due()) is not None and due <= until:
            fired = self.stage.fire()
            assert fired is not None
            self.folding.expired(fired[0])
            self.take(fired[1])
            self.agreement()
            self.the_ledger_knows_it()

    def a_busy_hour(self, draw: Random, length: int) -> None:
        """Do things that mostly make sense, checking after each."""
        for _ in range(length):
            self.something_sensible(draw)
            self.check_all()
        self.everybody_leaves()

    def something_sensible(self, draw: Random) -> None:
        view = self.stage.exchange.snapshot()
        legs = [(call.call, party) for call in view.calls for party in call.parties]
        chance = draw.random()
        if chance < 0.15:
            self.time_passes(draw.choice([1.0, 6.0, 21.0]))
        elif view.routes and chance < 0.3:
            route = draw.choice(view.routes).route
            self.ask(verbs.RouteSelect(route, draw.choice(NUMBERS), b"r"))
        elif chance < 0.4:
            self.do(verbs.TrunkRings(draw.choice(CALLED), draw.choice(["444", "0612", ""])))
        elif chance < 0.41:
            self.do(verbs.Restart())
        elif chance < 0.45:
            group = draw.choice(["500", "510", "520", "600", "610"])
            one = draw.choice(NUMBERS)
            self.ask(verbs.MakePredictiveCall(group, one, machines=draw.random() < 0.5))
        elif chance < 0.55:
            self.do(verbs.MakeCall(draw.choice(STATIONS), draw.choice(NUMBERS)))
        elif chance < 0.65 or not legs:
            self.one_of(draw, draw.choice(FEATURES), {"device": draw.choice(STATIONS)})
        else:
            call, party = draw.choice(legs)
            known = {"device": party.device, "trunk": party.device, "call": call}
            self.one_of(draw, draw.choice(FITTING[party.state]), known)

    def one_of(self, draw: Random, kind: Any, known: dict[str, Any]) -> None:
        """Make an event of a kind, with what is known and the rest drawn."""
        nothing = {"data": b"", "user_data": b"", "account": b"", "conference": False}
        fields = known | nothing | {"held": 0, "active": 0, "call": known.get("call", 0)}
        for name in kind.__struct_fields__:
            if name not in fields:
                fields[name] = draw.choice(LIKELY[name])
        event = kind(**{name: fields[name] for name in kind.__struct_fields__})
        if draw.random() < 0.5 and kind in VERBS:
            self.ask(event)
        else:
            self.do(event)

    def check_all(self) -> None:
        self.agreement()
        self.calls_and_devices_know_each_other()
        self.a_set_talks_on_one_call()
        self.somebody_keeps_each_call()
        self.queues_count_their_connections()
        self.agents_follow_their_calls()
        self.every_request_has_one_answer()

    @rule()
    def a_stopped_timer_means_nothing(self) -> None:
        timer = Timer(TimerKind.RING, 0)
        expiry = TimerExpired(timer)
        assert isinstance(self.stage.exchange.handle(expiry)[0], Ignored)

    @rule()
    def everybody_leaves(self) -> None:
        """Clear all calls and let wrap-up end: nothing may be left running."""
        for call in self.stage.exchange.snapshot().calls:
            self.do(verbs.ClearCall(call.call))
        for _ in range(4):
            self.time_passes(21.0)
        view = self.stage.exchange.snapshot()
        assert not view.calls
        assert view.timers == self.stage.running == 0
        assert all(agent.state is not AgentState.BUSY for agent in view.agents)

    @invariant()
    def agreement(self) -> None:
        self.folding.check(self.stage.exchange.snapshot())

    def the_ledger_knows_it(self) -> None:
        view = self.stage.exchange.snapshot()
        matches(self.ledger.end(), view)
        if self.seen and self.seen[-1][0] == self.stage.now:
            self.seen.pop()
        self.seen.append((self.stage.now, view))

    def teardown(self) -> None:
        """Ask the ledger of every moment that was: it gives what was true then."""
        for at, view in self.seen:
            matches(self.ledger.at(at), view)

    @invariant()
    def calls_and_devices_know_each_other(self) -> None:
        view = self.stage.exchange.snapshot()
        by_call = {(p.device, call.call, p.state) for call in view.calls for p in call.parties}
        by_device = {(s.number, *leg) for s in view.stations for leg in s.connections}
        assert by_device == {leg for leg in by_call if leg[0] in STATIONS}
        assert all(call.parties for call in view.calls)
        for trunk in view.trunks:
            calls = [leg[1] for leg in by_call if leg[0] == trunk.trunk]
            assert calls == ([trunk.call] if trunk.call else [])

    @invariant()
    def a_set_talks_on_one_call(self) -> None:
        for station in self.stage.exchange.snapshot().stations:
            states = [state for _, state in station.connections]
            talks = sum(s in (LegState.CONNECTED, LegState.INITIATED) for s in states)
            assert talks <= 1
            busy = sum(state is not LegState.FAILED for state in states)
            assert busy <= (1 if station.number == "204" else 2)

    @invariant()
    def somebody_keeps_each_call(self) -> None:
        """A call of several connections has a party who talks, holds, dials or hears a tone."""
        keeping = {LegState.INITIATED, LegState.CONNECTED, LegState.HELD}
        for call in self.stage.exchange.snapshot().calls:
            states = {party.state for party in call.parties}
            assert states & keeping or states == {LegState.FAILED}, call

    @invariant()
    def queues_count_their_connections(self) -> None:
        view = self.stage.exchange.snapshot()
        queued = Counter(
            party.device
            for call in view.calls
            for party in call.parties
            if party.state is LegState.QUEUED
        )
        assert queued == Counter({q.number: len(q.calls) for q in view.queues if q.calls})

    @invariant()
    def agents_follow_their_calls(self) -> None:
        view = self.stage.exchange.snapshot()
        assert len({agent.agent for agent in view.agents}) == len(view.agents)
        stations = {station.number: station for station in view.stations}
        for agent in view.agents:
            assert (agent.state is AgentState.LOGGED_OFF) == (not agent.device)
            if agent.state is AgentState.BUSY:
                states = {state for _, state in stations[agent.device].connections}
                assert states & {LegState.CONNECTED, LegState.HELD}

    @invariant()
    def every_request_has_one_answer(self) -> None:
        assert len(self.answers) == self.tokens
        assert set(self.answers.values()) <= {1}


RandomPeople.TestCase.settings = settings(stateful_step_count=30, deadline=None)
TestRandomPeople = RandomPeople.TestCase


def busy_hour(seed: int, length: int) -> None:
    draw = Random(seed)  # noqa: S311 - the seed makes the same hour again
    people = RandomPeople()
    merged = draw.choice(["primary", "secondary", "new"])
    order = draw.choice(["rising", "lowest"])
    people.begin(draw.random() < 0.5, merged, draw.random() < 0.5, order, draw.random() < 0.5)
    people.a_busy_hour(draw, length)
    people.teardown()


@settings(max_examples=30)
@given(st.integers(0, 2**32))
def test_a_busy_hour_drawn_from_a_seed_keeps_every_invariant(seed: int) -> None:
    busy_hour(seed, 120)
