"""Procedures in the middle of a call: hold, consultation, transfer, conference."""

from __future__ import annotations

from sim.exchange.basic import find, initiate, originate
from sim.exchange.board import Board
from sim.exchange.delivery import deliver, destination_refused, leads_outside
from sim.exchange.facts import Conferenced, Done, Merged, Moved, Transferred
from sim.exchange.state import Call, Leg
from sim.exchange.verbs import Consult
from sim.exchange.views import CallData
from sim.exchange.words import Cause, LegState, MergedId, Reason

_CONNECTED = (LegState.CONNECTED,)
_HELD = (LegState.HELD,)
_ANSWERED = (LegState.CONNECTED, LegState.HELD)


def hold(board: Board, device: str, call: int) -> Done | Reason:
    """Put the active call on hold."""
    leg = _station_leg(board, device, call, _CONNECTED, Reason.NO_ACTIVE_CALL)
    if isinstance(leg, Reason):
        return leg
    if not _may_hold(leg):
        return Reason.INVALID_STATE
    board.hold(leg, Cause.NORMAL)
    return Done(leg.call.id)


def retrieve(board: Board, device: str, call: int) -> Done | Reason:
    """Return to a held call."""
    leg = _station_leg(board, device, call, _HELD, Reason.NO_HELD_CALL)
    if isinstance(leg, Reason):
        return leg
    if board.active(device) is not None:
        return Reason.CONNECTED_CALL_EXISTS
    board.retrieve(leg, Cause.NORMAL)
    return Done(leg.call.id)


def alternate(board: Board, device: str, held: int, active: int) -> Done | Reason:
    """Swap the held and the active call."""
    pair = _pair(board, device, held, active)
    if isinstance(pair, Reason):
        return pair
    waiting, talking = pair
    if talking.state is not LegState.CONNECTED or not _may_hold(talking):
        return Reason.INVALID_STATE
    board.hold(talking, Cause.ALTERNATE)
    board.retrieve(waiting, Cause.ALTERNATE)
    return Done(waiting.call.id)


def reconnect(board: Board, device: str, held: int, active: int) -> Done | Reason:
    """Drop the active call, whatever became of it, and return to the held one."""
    pair = _pair(board, device, held, active)
    if isinstance(pair, Reason):
        return pair
    waiting, talking = pair
    board.drop(talking, Cause.NORMAL)
    board.retrieve(waiting, Cause.NORMAL)
    return Done(waiting.call.id)


def consult(
    board: Board, wanted: Consult, data: CallData, *, by_computer: bool
) -> Done | Reason:
    """Hold the active call and call somebody else."""
    device, to = wanted.device, wanted.to
    leg = _station_leg(board, device, wanted.call, _CONNECTED, Reason.NO_ACTIVE_CALL)
    if isinstance(leg, Reason):
        return leg
    if not to:
        return Reason.INVALID_DESTINATION
    if not _may_hold(leg):
        return Reason.INVALID_STATE
    if not board.free_appearance(device):
        return Reason.DEVICE_BUSY
    refused = destination_refused(board, device, to) if by_computer else None
    if refused is not None:
        return refused
    board.hold(leg, Cause.CONSULTATION, conference=wanted.conference)
    consultation = initiate(board, device, Cause.CONSULTATION, data.over(leg.call.data))
    originate(board, consultation, to, Cause.CONSULTATION)
    return Done(consultation.call.id)


def transfer(board: Board, device: str, held: int, active: int) -> Done | Reason:
    """Join the parties of the held and the active call and leave."""
    pair = _pair(board, device, held, active)
    if isinstance(pair, Reason):
        return pair
    waiting, talking = pair
    refused = _merge_refused(waiting, talking)
    if refused is not None:
        return refused
    ringing = not _answered(talking)
    if not _answered(waiting) or (ringing and not board.plan.options.transfer_ringing):
        return Reason.INVALID_STATE
    if not board.plan.options.trunk_to_trunk and all(
        leg.device in board.trunks
        for one in pair
        for leg in one.call.legs.values()
        if leg is not one
    ):
        return Reason.NOT_PERMITTED
    primary, secondary = waiting.call, talking.call
    first, second = _other(waiting), _other(talking)
    calling, called, added = first.number, second.number, second.device
    board.remove(waiting)
    board.remove(talking)
    call, moved = _merge(board, primary, secondary)
    call.calling, call.called, call.last_redirection = calling, called, device
    ended = tuple(Moved(device, old.id, 0) for old in (primary, secondary))
    _tell_merged(
        board,
        Transferred,
        call,
        device,
        Cause.TRANSFER,
        primary,
        secondary,
        added,
        moved + ended,
    )
    return Done(call.id)


def blind_transfer(board: Board, device: str, to: str, call: int) -> Done | Reason:
    """Send the active call to a number and leave; the call keeps its id."""
    leg = _station_leg(board, device, call, _CONNECTED, Reason.NO_ACTIVE_CALL)
    if isinstance(leg, Reason):
        return leg
    refused = destination_refused(board, device, to)
    if refused is not None:
        return refused
    if len(leg.call.legs) != 2 or _other(leg).state is not LegState.CONNECTED:
        return Reason.INVALID_STATE
    other = _other(leg)
    if to in (device, other.device):
        return Reason.SAME_DEVICE
    if (
        not board.plan.options.trunk_to_trunk
        and other.device in board.trunks
        and leads_outside(board, to)
    ):
        return Reason.NOT_PERMITTED
    moved_call = leg.call
    board.remove(leg)
    moved_call.calling, moved_call.called = other.number, to
    moved_call.last_redirection = device
    moved_call.redirections = 0
    number = moved_call.id
    moved = (Moved(other.device, number, number), Moved(device, number, 0))
    _tell_merged(
        board,
        Transferred,
        moved_call,
        device,
        Cause.BLIND_TRANSFER,
        moved_call,
        None,
        to,
        moved,
    )
    deliver(board, moved_call, to, Cause.BLIND_TRANSFER, device)
    return Done(number)


def conference(board: Board, device: str, held: int, active: int) -> Done | Reason:
    """Join the held and the active call and stay."""
    pair = _pair(board, device, held, active)
    if isinstance(pair, Reason):
        return pair
    waiting, talking = pair
    refused = _merge_refused(waiting, talking)
    if refused is not None:
        return refused
    primary, secondary = waiting.call, talking.call
    legs = [*primary.legs.values(), *secondary.legs.values()]
    if any(leg.state not in _ANSWERED for leg in legs):
        return Reason.INVALID_STATE
    added = _other(talking).device
    if len(primary.legs) + len(secondary.legs) - 1 > board.plan.options.conference_size:
        return Reason.CONFERENCE_LIMIT
    board.remove(talking)
    waiting.state = LegState.CONNECTED
    if talking.distributed and not waiting.distributed:
        waiting.distributed, waiting.group = True, talking.group
    board.touch(device)
    call, moved = _merge(board, primary, secondary)
    moved = (*moved, Moved(device, secondary.id, call.id))
    _tell_merged(
        board,
        Conferenced,
        call,
        device,
        Cause.CONFERENCE,
        primary,
        secondary,
        added,
        moved,
    )
    return Done(call.id)


def single_step_conference(board: Board, device: str, to: str, call: int) -> Done | Reason:
    """Bring another set into the active call at once."""
    leg = _station_leg(board, device, call, _CONNECTED, Reason.NO_ACTIVE_CALL)
    if isinstance(leg, Reason):
        return leg
    if to not in board.stations:
        return Reason.INVALID_DESTINATION
    joined = leg.call
    if to in joined.legs:
        return Reason.SAME_DEVICE
    if board.active(to) is not None or not board.free_appearance(to):
        return Reason.DEVICE_BUSY
    if board.stations[to].do_not_disturb:
        return Reason.NOT_PERMITTED
    if any(one.state not in _ANSWERED for one in joined.legs.values()):
        return Reason.INVALID_STATE
    if len(joined.legs) + 1 > board.plan.options.conference_size:
        return Reason.CONFERENCE_LIMIT
    moved = tuple(Moved(one, joined.id, joined.id) for one in joined.legs)
    board.join(joined, to, LegState.CONNECTED)
    _tell_merged(
        board,
        Conferenced,
        joined,
        device,
        Cause.SINGLE_STEP_CONFERENCE,
        joined,
        None,
        to,
        moved,
    )
    return Done(joined.id)


def _station_leg(
    board: Board, device: str, call: int, states: tuple[LegState, ...], missing: Reason
) -> Leg | Reason:
    """Find a leg of a set; trunks and groups have no keys."""
    if device not in board.stations:
        return Reason.INVALID_DEVICE
    return find(board, device, call, states, missing)


def _pair(board: Board, device: str, held: int, active: int) -> tuple[Leg, Leg] | Reason:
    """Find the held and the active leg of a set."""
    waiting = _station_leg(board, device, held, _HELD, Reason.NO_HELD_CALL)
    if isinstance(waiting, Reason):
        return waiting
    if active:
        found = find(board, device, active, tuple(LegState), Reason.NO_ACTIVE_CALL)
        if isinstance(found, Reason):
            return found
        return (waiting, found) if found.active else Reason.INVALID_STATE
    talking = board.active(device)
    return (waiting, talking) if talking is not None else Reason.NO_ACTIVE_CALL


def _may_hold(leg: Leg) -> bool:
    """Tell whether a call has anybody to wait for its holder."""
    others = [other for other in leg.call.legs.values() if other is not leg]
    return any(other.state is not LegState.FAILED for other in others)


def _merge_refused(waiting: Leg, talking: Leg) -> Reason | None:
    """Say why two calls of a set cannot become one."""
    first = {device for device in waiting.call.legs if device != waiting.device}
    second = {device for device in talking.call.legs if device != talking.device}
    if talking.state is not LegState.CONNECTED or not first or not second:
        return Reason.INVALID_STATE
    if first & second:
        return Reason.SAME_DEVICE
    legs = [*waiting.call.legs.values(), *talking.call.legs.values()]
    if any(leg.state is LegState.FAILED for leg in legs):
        return Reason.INVALID_STATE
    return None


def _other(leg: Leg) -> Leg:
    """Give the first other party of a leg's call."""
    return next(other for other in leg.call.legs.values() if other is not leg)


def _answered(leg: Leg) -> bool:
    """Tell whether any other party of a leg's call has answered."""
    return any(other.state in _ANSWERED for other in leg.call.legs.values() if other is not leg)


def _survivor(board: Board, primary: Call, secondary: Call) -> Call:
    """Give the call whose id stays."""
    match board.plan.options.merged_id:
        case MergedId.PRIMARY:
            return primary
        case MergedId.SECONDARY:
            return secondary
        case MergedId.NEW:
            return board.new_call(primary.origin)


def _merge(board: Board, primary: Call, secondary: Call) -> tuple[Call, tuple[Moved, ...]]:
    """Move all legs of two calls into the one that the plan says, and list them."""
    call = _survivor(board, primary, secondary)
    call.calling, call.called = primary.calling, primary.called
    call.last_redirection = primary.last_redirection
    call.trunk = primary.trunk or secondary.trunk
    call.data = primary.data.over(secondary.data)
    call.origin, call.redirections = primary.origin, 0
    call.serial, call.digits = primary.serial, primary.digits or secondary.digits
    legs = [(old, leg) for old in (primary, secondary) for leg in old.legs.values()]
    for old, leg in legs:
        if old is not call:
            board.move(leg, call)
    for old in (primary, secondary):
        if old is not call:
            board.forget(old)
    return call, tuple(Moved(leg.device, old.id, call.id) for old, leg in legs)


def _tell_merged(
    board: Board,
    fact: type[Merged],
    call: Call,
    device: str,
    cause: Cause,
    primary: Call,
    secondary: Call | None,
    added: str,
    moved: tuple[Moved, ...],
) -> None:
    board.tell_call(
        fact,
        call,
        device,
        cause,
        primary=primary.id,
        secondary=secondary.id if secondary else 0,
        added=added,
        moved=moved,
    )
