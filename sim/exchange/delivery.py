"""Where a called number leads: forwarding, busy sets, groups, route points, trunks.

``deliver`` either gives the call a further party or tells why not; it never refuses. What
may be refused is asked before, by ``destination_refused``.
"""

from __future__ import annotations

from sim.exchange import acd, routing, trunks, vectors
from sim.exchange.board import Board
from sim.exchange.facts import NotDelivered
from sim.exchange.state import Call, Group, Leg, Station
from sim.exchange.timers import TimerKind
from sim.exchange.words import Cause, Forwarding, GroupKind, HuntOrder, LegState, Reason


def destination_refused(board: Board, caller: str, to: str) -> Reason | None:
    """Say why ``caller`` may not send or make a call to a number; ``None`` when it may."""
    if not board.dialling.leads(to):
        return Reason.INVALID_DESTINATION
    station = board.stations.get(caller)
    group = trunks.outgoing_group(board, to)
    if group is None or not leads_outside(board, to):
        return None
    if station is not None and not station.plan.outside:
        return Reason.NOT_PERMITTED
    if trunks.free_member(board, group) is None:
        return Reason.TRUNKS_BUSY
    return None


def leads_outside(board: Board, number: str) -> bool:
    """Tell whether a number takes a trunk; the exchange's own numbers come first."""
    own = number in board.stations or number in board.groups or number in board.points
    return not own and trunks.outgoing_group(board, number) is not None


def deliver(board: Board, call: Call, number: str, cause: Cause, caller: str = "") -> None:
    """Lead a call to a number; ``caller`` is who dials it, if that decides the rights."""
    while True:
        if call.redirections > board.plan.options.redirections:
            _no_way(board, call, number, Cause.REDIRECTION_LIMIT)
            return
        if station := board.stations.get(number):
            onward = _at_station(board, call, station, cause)
            if onward is None:
                return
            number, cause = onward
        elif group := board.groups.get(number):
            further = _at_group(board, call, group, cause)
            if further is None:
                return
            number, cause = further, Cause.OVERFLOW
        elif point := board.points.get(number):
            if number in call.legs:
                _no_way(board, call, number, Cause.BUSY)
                return
            if point.plan.vector:
                entered = vectors.enter(board, call, point, cause)
                if entered is None:
                    return
                number, cause = entered
                continue
            if point.served:
                routing.request(board, call, point, cause)
                return
            number, cause = point.plan.default, Cause.REDIRECTED
            _redirected(call, point.plan.number)
        else:
            _outside(board, call, number, cause, caller)
            return


def ring_next_member(board: Board, call: Call, group: Group, cause: Cause) -> bool:
    """Ring the next free set of a hunt group; say whether there was one."""
    members = group.plan.members
    first = 0 if group.plan.order is HuntOrder.LINEAR else group.next
    for member in members[first:] + members[:first]:
        station = board.stations[member]
        if (
            not board.at(member)
            and not station.do_not_disturb
            and Forwarding.ALL not in station.forwarding
        ):
            group.next = (members.index(member) + 1) % len(members)
            call.last_redirection = group.plan.number
            leg = board.join(call, member, LegState.ALERTING)
            leg.group, leg.entered = group.plan.number, board.next_serial()
            board.alert(leg, cause)
            board.start(leg, TimerKind.HUNT, group.plan.ring or None)
            return True
    return False


def ring(board: Board, call: Call, station: Station, cause: Cause) -> Leg:
    """Ring a set, with the no-answer time running if its calls go elsewhere then."""
    leg = board.join(call, station.plan.number, LegState.ALERTING)
    leg.entered = board.next_serial()
    board.alert(leg, cause)
    if Forwarding.NO_ANSWER in station.forwarding:
        board.start(leg, TimerKind.RING)
    return leg


def _at_station(
    board: Board, call: Call, station: Station, cause: Cause
) -> tuple[str, Cause] | None:
    """Ring a set, or say where its forwarding sends the call and why."""
    number = station.plan.number
    if number in call.legs:
        _no_way(board, call, number, Cause.BUSY)
    elif to := station.forwarding.get(Forwarding.ALL):
        _redirected(call, number)
        return to, Cause.FORWARD_ALL
    elif station.do_not_disturb:
        _fails_at(board, call, number, Cause.DO_NOT_DISTURB)
    elif board.free_appearance(number):
        ring(board, call, station, cause)
    elif to := station.forwarding.get(Forwarding.BUSY):
        _redirected(call, number)
        return to, Cause.FORWARD_BUSY
    else:
        _fails_at(board, call, number, Cause.BUSY)
    return None


def _at_group(board: Board, call: Call, group: Group, cause: Cause) -> str | None:
    """Let a group take the call, or give the number it overflows to."""
    number = group.plan.number
    if number in call.legs:
        _no_way(board, call, number, Cause.BUSY)
        return None
    match group.plan.kind:
        case GroupKind.ACD if not acd.is_full(board, group):
            why = Cause.ENTERING_DISTRIBUTION if cause is Cause.NEW_CALL else cause
            acd.enter(board, call, group, why)
            return None
        case GroupKind.HUNT if ring_next_member(board, call, group, Cause.DISTRIBUTED):
            return None
        case GroupKind.ACD | GroupKind.HUNT:
            full = Cause.QUEUE_FULL if group.plan.kind is GroupKind.ACD else Cause.BUSY
            if not group.plan.overflow:
                _fails_at(board, call, number, full)
                return None
            _redirected(call, number)
            return group.plan.overflow


def _outside(board: Board, call: Call, number: str, cause: Cause, caller: str) -> None:
    station = board.stations.get(caller)
    if trunks.outgoing_group(board, number) is None:
        _no_way(board, call, number, Cause.NUMBER_UNOBTAINABLE)
    elif station is not None and not station.plan.outside:
        _no_way(board, call, number, Cause.BARRED)
    elif not trunks.seize(board, call, number, cause):
        _no_way(board, call, number, Cause.TRUNKS_BUSY)


def _redirected(call: Call, device: str) -> None:
    call.last_redirection = device
    call.redirections += 1


def _fails_at(board: Board, call: Call, device: str, cause: Cause) -> None:
    """Give the busy device a failed connection, so that all can see where it went wrong."""
    leg = board.join(call, device, LegState.FAILED)
    board.fail(leg, cause, tone=False)


def _no_way(board: Board, call: Call, number: str, cause: Cause) -> None:
    """Let the one who waits hear the tone; parties who talk are left in peace."""
    parties = [leg for leg in call.legs.values() if leg.state is not LegState.FAILED]
    if len(parties) > 1:
        board.tell_call(NotDelivered, call, number, cause)
    elif parties and parties[0].state is LegState.CONNECTED:
        board.fail(parties[0], cause, tone=True)
    else:
        board.clear_call(call, cause)
