"""A telephone exchange without any CTI link: people and requests in, facts out.

``Exchange`` is a core: ``handle`` is total, knows no time and draws nothing at random, so
equal events give equal actions. Procedures live in ``sim.exchange``; this file says which
event leads to which. The answer to a request stands before the facts it leads to.
"""

from __future__ import annotations

from sim.exchange import (
    acd,
    answering,
    basic,
    delivery,
    features,
    redirect,
    supplementary,
    timeouts,
    trunks,
    verbs,
)
from sim.exchange.board import Board
from sim.exchange.facts import Accepted, Action, Done, Ignored, Refused
from sim.exchange.state import Agent
from sim.exchange.verbs import Event, Request, TimerExpired, Verb, WorldEvent
from sim.exchange.views import (
    CallData,
    DeviceView,
    ExchangeView,
    QueueView,
    RouteView,
    Sight,
    TrunkView,
)
from sim.exchange.words import Cause, LegState, Reason, RouteOutcome
from sim.plan import ExchangePlan


class Exchange:
    """One exchange built from a plan."""

    def __init__(self, plan: ExchangePlan) -> None:
        self._board = Board(plan)

    @property
    def plan(self) -> ExchangePlan:
        """The plan it was built from."""
        return self._board.plan

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what happened and which timers to run, in order."""
        board = self._board
        match event:
            case Request(token, verb):
                outcome = self._request(verb)
                acd.settle(board)
                if isinstance(outcome, Reason):
                    return [Refused(token, outcome), *board.take()]
                answer = Accepted(token, outcome.call, outcome.pending, outcome.view)
                return [answer, *board.take()]
            case TimerExpired(timer):
                outcome = timeouts.expire(board, timer)
            case (
                verbs.TrunkRings()
                | verbs.ExternalAnswers()
                | verbs.ExternalHangsUp()
                | verbs.Restart()
            ):
                outcome = self._world(event)
            case _:  # a verb, as the type of the parameter proves
                outcome = self._perform(event, by_computer=False)
        acd.settle(board)
        if isinstance(outcome, Reason):
            return [Ignored(event, outcome), *board.take()]
        return board.take()

    def snapshot(self) -> ExchangeView:
        """Give the whole state as it is now."""
        board = self._board
        queues = [*board.groups, *board.plan.park]
        return ExchangeView(
            calls=tuple(board.calls[number].view() for number in sorted(board.calls)),
            stations=tuple(
                station.view(board.at(number)) for number, station in board.stations.items()
            ),
            agents=tuple(agent.view() for agent in board.agents.values()),
            queues=tuple(
                QueueView(
                    number,
                    tuple(leg.call.id for leg in board.waiting(number)),
                )
                for number in queues
            ),
            trunks=tuple(
                TrunkView(trunk, next((leg.call.id for leg in board.at(trunk)), 0))
                for trunk in board.trunks
            ),
            routes=tuple(
                RouteView(route, leg.call.id, leg.device)
                for route, leg in sorted(board.routes.items())
            ),
            timers=len(board.running),
        )

    @property
    def live(self) -> int:
        """How many calls there are."""
        return len(self._board.calls)

    def look(self, device: str, call: int = 0) -> Sight:
        """Give what a question about a device or a call needs; empty for unknown ones."""
        board = self._board
        numbers = {leg.call.id for leg in board.at(device)} | {call} & board.calls.keys()
        station = board.stations.get(device)
        agents: list[Agent] = []
        if station is not None and station.agent is not None:
            agents = [station.agent]
        elif group := board.groups.get(device):
            members = dict.fromkeys(group.plan.members)
            agents = [board.agents[name] for name in members if name in board.agents]
        return Sight(
            device,
            tuple(board.calls[number].view() for number in sorted(numbers)),
            station.view(board.at(device)) if station is not None else None,
            tuple(agent.view() for agent in agents if agent.device),
        )

    def _request(self, verb: Verb) -> Done | Reason:
        """Carry out a computer's request, unless the set is not for computers."""
        station = self._board.stations.get(getattr(verb, "device", ""))
        if station is not None and not station.plan.controllable:
            return Reason.NOT_PERMITTED
        return self._perform(verb, by_computer=True)

    def _perform(self, verb: Verb, *, by_computer: bool) -> Done | Reason:
        board = self._board
        match verb:
            case verbs.GoOffHook(device):
                return basic.go_off_hook(board, device)
            case verbs.Dial(device, digits):
                return basic.dial(board, device, digits)
            case verbs.MakeCall(device, to, prompt=prompt):
                return basic.make_call(
                    *(board, device, to, _data(verb)), by_computer=by_computer, prompt=prompt
                )
            case verbs.MakePredictiveCall():
                return answering.make_predictive_call(board, verb)
            case verbs.Answer(device, call):
                return basic.answer(board, device, call)
            case verbs.HangUp(device, call, user_data):
                return basic.hang_up(board, device, call, user_data)
            case verbs.ClearCall(call):
                return basic.clear_call(board, call)
            case verbs.SendDigits(device, digits, call):
                return basic.send_digits(board, device, digits, call)
            case verbs.AssociateData():
                return basic.associate_data(board, verb)
            case verbs.Consult():
                return supplementary.consult(board, verb, _data(verb), by_computer=by_computer)
            case (
                verbs.Hold()
                | verbs.Retrieve()
                | verbs.Alternate()
                | verbs.Reconnect()
                | verbs.Transfer()
                | verbs.BlindTransfer()
                | verbs.Conference()
                | verbs.SingleStepConference()
            ):
                return self._mid_call(verb)
            case (
                verbs.Deflect()
                | verbs.Pickup()
                | verbs.GroupPickup()
                | verbs.Park()
                | verbs.Unpark()
                | verbs.RouteRegister()
                | verbs.RouteSelect()
                | verbs.RouteTreat()
                | verbs.RouteEnd()
            ):
                return self._redirect(verb)
            case (
                verbs.LogOn()
                | verbs.LogOff()
                | verbs.SetAgentState()
                | verbs.GetAgentState()
                | verbs.SetForwarding()
                | verbs.SetDoNotDisturb()
                | verbs.SetMessageWaiting()
            ):
                return self._device(verb)
            case verbs.SnapshotDevice() | verbs.SnapshotCall():
                return self._look(verb)

    def _mid_call(self, verb: verbs.KeyVerb) -> Done | Reason:
        board = self._board
        match verb:
            case verbs.Hold(device, call):
                return supplementary.hold(board, device, call)
            case verbs.Retrieve(device, call):
                return supplementary.retrieve(board, device, call)
            case verbs.Alternate(device, held, active):
                return supplementary.alternate(board, device, held, active)
            case verbs.Reconnect(device, held, active):
                return supplementary.reconnect(board, device, held, active)
            case verbs.Transfer(device, held, active):
                return supplementary.transfer(board, device, held, active)
            case verbs.BlindTransfer(device, to, call):
                return supplementary.blind_transfer(board, device, to, call)
            case verbs.Conference(device, held, active):
                return supplementary.conference(board, device, held, active)
            case verbs.SingleStepConference(device, to, call):
                return supplementary.single_step_conference(board, device, to, call)

    def _redirect(self, verb: verbs.RedirectVerb | verbs.RouteVerb) -> Done | Reason:
        board = self._board
        match verb:
            case verbs.Deflect(device, to, call):
                return redirect.deflect(board, device, to, call)
            case verbs.Pickup(device, target, call):
                return redirect.pickup(board, device, target, call)
            case verbs.GroupPickup(device):
                return redirect.group_pickup(board, device)
            case verbs.Park(device, slot, call):
                return redirect.park(board, device, slot, call)
            case verbs.Unpark(device, slot):
                return redirect.unpark(board, device, slot)
            case verbs.RouteRegister(device, on):
                return redirect.route_register(board, device, on=on)
            case verbs.RouteSelect(route, to, data, user_data, collect, seconds):
                told = CallData(data, user_data)
                return redirect.route_select(board, route, to, told, collect, seconds)
            case verbs.RouteTreat(route, treatment):
                return redirect.route_treat(board, route, treatment)
            case verbs.RouteEnd(route):
                return redirect.route_default(board, route, RouteOutcome.ENDED)

    def _device(self, verb: verbs.DeviceVerb) -> Done | Reason:
        board = self._board
        match verb:
            case verbs.LogOn(device, agent, password):
                return features.log_on(board, device, agent, password)
            case verbs.LogOff(device):
                return features.log_off(board, device)
            case verbs.SetAgentState(device, state, reason, manual):
                return features.set_agent_state(board, device, state, reason, manual=manual)
            case verbs.GetAgentState(device):
                return features.get_agent_state(board, device)
            case verbs.SetForwarding(device, kind, on, to):
                return features.set_forwarding(board, device, kind, to, on=on)
            case verbs.SetDoNotDisturb(device, on):
                return features.set_do_not_disturb(board, device, on=on)
            case verbs.SetMessageWaiting(device, on):
                return features.set_message_waiting(board, device, on=on)

    def _look(self, verb: verbs.LookVerb) -> Done | Reason:
        board = self._board
        match verb:
            case verbs.SnapshotDevice(device):
                if not board.known(device):
                    return Reason.INVALID_DEVICE
                legs = board.at(device)
                return Done(
                    view=DeviceView(device, tuple((leg.call.id, leg.state) for leg in legs))
                )
            case verbs.SnapshotCall(number):
                call = board.calls.get(number)
                return Done(call.id, view=call.view()) if call else Reason.INVALID_CALL

    def _world(self, event: WorldEvent) -> Done | Reason:
        """Let something happen at the far end of a trunk."""
        board = self._board
        match event:
            case verbs.TrunkRings(called, calling, name):
                group = trunks.incoming_group(board, name, called)
                number = group.did.get(called, group.default) if group else ""
                if group is None or not number:
                    return Reason.INVALID_DESTINATION
                leg = trunks.accept(board, group, called, calling)
                if isinstance(leg, Reason):
                    return leg
                delivery.deliver(board, leg.call, number, Cause.NEW_CALL)
                return Done(leg.call.id)
            case verbs.ExternalAnswers(trunk):
                leg = basic.find(
                    board,
                    trunk,
                    0,
                    (LegState.PROCEEDING, LegState.ALERTING),
                    Reason.NO_CALL_TO_ANSWER,
                )
                if isinstance(leg, Reason):
                    return leg
                if trunk not in board.trunks:
                    return Reason.INVALID_DEVICE
                answering.outside_answers(board, leg)
                return Done(leg.call.id)
            case verbs.Restart():
                board.restart()
                return Done()
            case verbs.ExternalHangsUp(trunk):
                if trunk not in board.trunks:
                    return Reason.INVALID_DEVICE
                legs = board.at(trunk)
                if not legs:
                    return Reason.NO_CALL_TO_CLEAR
                board.drop(legs[0], Cause.NORMAL)
                return Done()


def _data(verb: verbs.MakeCall | verbs.Consult) -> CallData:
    return CallData(verb.data, verb.user_data, verb.account)
