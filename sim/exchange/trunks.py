"""Trunks: finding a free member, and outside parties that live by themselves."""

from __future__ import annotations

from sim.exchange.board import Board
from sim.exchange.facts import NetworkReached, Originated
from sim.exchange.state import Call, Leg
from sim.exchange.timers import TimerKind
from sim.exchange.words import Behaviour, Cause, LegState, Reason
from sim.plan import ExternalPlan, TrunkGroupPlan


def outgoing_group(board: Board, number: str) -> TrunkGroupPlan | None:
    """Find the trunk group whose access code begins a dialled number."""
    for group in board.plan.trunk_groups:
        code = group.access
        if code and number.startswith(code) and len(number) > len(code):
            return group
    return None


def incoming_group(board: Board, name: str, called: str) -> TrunkGroupPlan | None:
    """Find the trunk group of an incoming call: by name, by its table, by its default."""
    groups = board.plan.trunk_groups
    if name:
        return next((group for group in groups if group.name == name), None)
    for group in groups:
        if called in group.did:
            return group
    return next((group for group in groups if group.default), None)


def free_member(board: Board, group: TrunkGroupPlan) -> str | None:
    """Find an idle member of a trunk group, lowest first."""
    idle = board.idle_trunks[group.name]
    return f"{group.name}/{idle[0]}" if idle else None


def seize(board: Board, call: Call, number: str, cause: Cause) -> bool:
    """Send a call out; say whether a member of the group was free."""
    group = outgoing_group(board, number)
    device = free_member(board, group) if group else None
    if group is None or device is None:
        return False
    digits = number[len(group.access) :]
    leg = board.join(call, device, LegState.PROCEEDING, digits)
    leg.external = board.externals.get(digits, ExternalPlan(digits))
    board.tell_call(NetworkReached, call, device, cause, dialled=digits)
    board.start(leg, TimerKind.EXTERNAL_ALERTS, leg.external.alert_after)
    return True


def accept(board: Board, group: TrunkGroupPlan, called: str, calling: str) -> Leg | Reason:
    """Take an incoming call on a free member of a group."""
    device = free_member(board, group)
    if device is None:
        return Reason.TRUNKS_BUSY
    call = board.new_call(device)
    call.calling, call.called, call.trunk = calling, called, device
    leg = board.join(call, device, LegState.CONNECTED, calling)
    leg.external = board.externals.get(calling, ExternalPlan(calling))
    board.tell_call(Originated, call, device, Cause.NEW_CALL, dialled=called)
    if leg.external.patience:
        board.start(leg, TimerKind.EXTERNAL_LEAVES, leg.external.patience)
    return leg


def network_answers(board: Board, leg: Leg) -> None:
    """Tell what the network found at an outside number."""
    party = leg.external or ExternalPlan(leg.number)
    match party.behaviour:
        case Behaviour.BUSY:
            board.fail(leg, Cause.BUSY, tone=False)
        case Behaviour.UNOBTAINABLE:
            board.fail(leg, Cause.NUMBER_UNOBTAINABLE, tone=False)
        case Behaviour.ANSWERS | Behaviour.NO_ANSWER:
            board.alert(leg, Cause.NEW_CALL)
            if party.behaviour is Behaviour.ANSWERS:
                board.start(leg, TimerKind.EXTERNAL_ANSWERS, party.answer_after)


def external_answers(board: Board, leg: Leg) -> None:
    """Connect an outside party that was called."""
    board.establish(leg, Cause.NORMAL)
    _talks(board, leg)
    somebody_answered(board, leg.call)


def somebody_answered(board: Board, call: Call) -> None:
    """Tell the callers outside that their waiting is over."""
    for leg in call.legs.values():
        if leg.external is not None and leg.device == call.trunk:
            board.stop(leg)
            _talks(board, leg)


def _talks(board: Board, leg: Leg) -> None:
    if leg.external is not None and leg.external.leave_after:
        board.start(leg, TimerKind.EXTERNAL_LEAVES, leg.external.leave_after)
