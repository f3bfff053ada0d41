"""Trunks: finding a free member, and outside parties that live by themselves."""

from __future__ import annotations

from sim.exchange.board import Board
from sim.exchange.facts import NetworkReached, Originated
from sim.exchange.state import Call, Leg
from sim.exchange.timers import TimerKind
from sim.exchange.words import Behaviour, Cause, LegState, Reason, Supervision
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
    through = group.supervision is Supervision.NONE
    state = LegState.CONNECTED if through else LegState.PROCEEDING
    leg = board.join(call, device, state, digits)
    leg.external = board.externals.get(digits, ExternalPlan(digits))
    board.tell_call(
        NetworkReached, call, device, cause, dialled=digits, supervision=group.supervision
    )
    match group.supervision:
        case Supervision.ANSWER:
            board.start(leg, TimerKind.EXTERNAL_ALERTS, leg.external.alert_after)
        case Supervision.ASSUMED:
            board.start(leg, TimerKind.EXTERNAL_ANSWERS)
        case Supervision.NONE:
            callers_are_through(board, call)
            _leaves_unseen(board, leg, leg.external)
    return True


def _leaves_unseen(board: Board, leg: Leg, party: ExternalPlan) -> None:
    """Let a party hang up whose answer nobody sees."""
    if party.leave_after and party.behaviour in (Behaviour.ANSWERS, Behaviour.MACHINE):
        rings = _seconds(board, TimerKind.EXTERNAL_ALERTS, party.alert_after)
        answers = _seconds(board, TimerKind.EXTERNAL_ANSWERS, party.answer_after)
        board.start(leg, TimerKind.EXTERNAL_LEAVES, rings + answers + party.leave_after)


def _seconds(board: Board, kind: TimerKind, own: float | None) -> float:
    return board.seconds(kind) if own is None else own


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
        case Behaviour.ANSWERS | Behaviour.NO_ANSWER | Behaviour.MACHINE:
            board.alert(leg, Cause.NEW_CALL)
            if party.behaviour is not Behaviour.NO_ANSWER:
                board.start(leg, TimerKind.EXTERNAL_ANSWERS, party.answer_after)


def external_answers(board: Board, leg: Leg) -> None:
    """Connect an outside party that was called."""
    # Only a predicted call has a detector on the line.
    detected = leg.machine and leg.call.predictive is not None
    board.establish(leg, Cause.MACHINE if detected else Cause.NORMAL)
    _talks(board, leg)


def callers_are_through(board: Board, call: Call) -> None:
    """Let callers outside begin to talk: their patience matters no more."""
    for leg in call.legs.values():
        if leg.external is not None and leg.device == call.trunk:
            board.stop(leg)
            _talks(board, leg)


def _talks(board: Board, leg: Leg) -> None:
    if leg.external is not None and leg.external.leave_after:
        board.start(leg, TimerKind.EXTERNAL_LEAVES, leg.external.leave_after)
