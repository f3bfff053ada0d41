"""Basic call: off-hook, dial, answer, clear, digits.

Each procedure returns ``Done``, or the ``Reason`` why it changed nothing; reasons are found
before the first change.
"""

from __future__ import annotations

from sim.exchange import vectors
from sim.exchange.answering import answered
from sim.exchange.board import Board
from sim.exchange.delivery import deliver, destination_refused
from sim.exchange.facts import DataAssociated, DigitsSent, Done, Originated, ServiceInitiated
from sim.exchange.state import Leg
from sim.exchange.timers import TimerKind
from sim.exchange.verbs import AssociateData
from sim.exchange.views import NO_DATA, CallData
from sim.exchange.words import Cause, LegState, Reason


def find(
    board: Board, device: str, call: int, states: tuple[LegState, ...], missing: Reason
) -> Leg | Reason:
    """Find the leg of ``call``, or the oldest in one of the states; the latest if held."""
    if not board.known(device):
        return Reason.INVALID_DEVICE
    if call:
        if call not in board.calls:
            return Reason.INVALID_CALL
        leg = board.calls[call].legs.get(device)
        if leg is None:
            return Reason.INVALID_CONNECTION
        return leg if leg.state in states else Reason.INVALID_STATE
    fitting = [leg for leg in board.at(device) if leg.state in states]
    if not fitting:
        return missing
    return fitting[-1] if states == (LegState.HELD,) else fitting[0]


def go_off_hook(board: Board, device: str) -> Done | Reason:
    """Answer what rings, follow a prompt, or get dial tone."""
    if device not in board.stations:
        return Reason.INVALID_DEVICE
    active = board.active(device)
    if active is not None and active.prompting:
        originate(board, active, active.to, Cause.MAKE_CALL)
        return Done(active.call.id)
    if active is not None:
        return Reason.CONNECTED_CALL_EXISTS
    ringing = next((leg for leg in board.at(device) if leg.state is LegState.ALERTING), None)
    if ringing is not None:
        return answer(board, device, ringing.call.id)
    if not board.free_appearance(device):
        return Reason.DEVICE_BUSY
    leg = initiate(board, device, Cause.NEW_CALL)
    board.start(leg, TimerKind.DIAL)
    return Done(leg.call.id)


def dial(board: Board, device: str, digits: str) -> Done | Reason:
    """Dial a whole number on a set with dial tone or on an idle one."""
    active = board.active(device)
    if device in board.stations and not digits:
        return Reason.INVALID_VALUE
    if active is None:
        return make_call(board, device, digits, NO_DATA, by_computer=False)
    if active.state is not LegState.INITIATED or active.prompting:
        return Reason.INVALID_STATE
    originate(board, active, digits, Cause.NEW_CALL)
    return Done(active.call.id)


def make_call(
    board: Board,
    device: str,
    to: str,
    data: CallData,
    *,
    by_computer: bool,
    prompt: bool = False,
) -> Done | Reason:
    """Call a number; a computer is refused where a person would hear a tone.

    A set with a call on hold is off-hook already: nobody has to be asked to lift the handset.
    """
    if device not in board.stations:
        return Reason.INVALID_DEVICE
    if not to:
        return Reason.INVALID_DESTINATION
    if board.active(device) is not None:
        return Reason.CONNECTED_CALL_EXISTS
    if not board.free_appearance(device):
        return Reason.DEVICE_BUSY
    refused = destination_refused(board, device, to) if by_computer else None
    if refused is not None:
        return refused
    cause = Cause.MAKE_CALL if by_computer else Cause.NEW_CALL
    prompts = prompt or board.stations[device].plan.prompts
    off_hook = any(leg.state is LegState.HELD for leg in board.at(device))
    prompts = prompts and by_computer and not off_hook
    leg = initiate(board, device, cause, data, prompting=prompts)
    if prompts:
        leg.to = to
        board.start(leg, TimerKind.PROMPT)
    else:
        originate(board, leg, to, cause)
    return Done(leg.call.id)


def initiate(
    board: Board,
    device: str,
    cause: Cause,
    data: CallData = NO_DATA,
    *,
    prompting: bool = False,
) -> Leg:
    """Begin a call at a set."""
    call = board.new_call(device)
    call.calling, call.data = device, data
    leg = board.join(call, device, LegState.INITIATED)
    leg.prompting = prompting
    board.tell_call(ServiceInitiated, call, device, cause, prompting=prompting)
    if call.data.account:  # told by nothing else
        board.tell_call(DataAssociated, call, device, Cause.NORMAL)
    return leg


def originate(board: Board, leg: Leg, to: str, cause: Cause) -> None:
    """Send a call that has dial tone to a number."""
    board.stop(leg)
    leg.prompting = False
    leg.state = LegState.CONNECTED
    leg.call.called = to
    board.tell_call(Originated, leg.call, leg.device, cause, dialled=to)
    # Who is called sees a new call, whoever asked for it, except in a consultation.
    onward = Cause.CONSULTATION if cause is Cause.CONSULTATION else Cause.NEW_CALL
    deliver(board, leg.call, to, onward, leg.device)


def answer(board: Board, device: str, call: int) -> Done | Reason:
    """Take a ringing call, holding the active one if the plan says so."""
    found = find(board, device, call, (LegState.ALERTING,), Reason.NO_CALL_TO_ANSWER)
    if isinstance(found, Reason):
        return found
    if device not in board.stations:
        return Reason.INVALID_DEVICE
    active = board.active(device)
    if active is not None:
        if not board.plan.options.answer_holds or active.state is not LegState.CONNECTED:
            return Reason.CONNECTED_CALL_EXISTS
        board.hold(active, Cause.NORMAL)
    connect(board, found, Cause.NORMAL)
    return Done(found.call.id)


def connect(board: Board, leg: Leg, cause: Cause) -> None:
    """Connect a party who answers."""
    board.establish(leg, cause)
    answered(board, leg.call)


def hang_up(board: Board, device: str, call: int, user_data: bytes = b"") -> Done | Reason:
    """Clear one connection: that on ``call``, or the one the set is listening to."""
    if not board.known(device):
        return Reason.INVALID_DEVICE
    if call:
        found = find(board, device, call, tuple(LegState), Reason.NO_CALL_TO_CLEAR)
        if isinstance(found, Reason):
            return found
        leg: Leg | None = found
    else:
        leg = board.active(device)
    if leg is None:
        return Reason.NO_CALL_TO_CLEAR
    if user_data:
        leg.call.data = CallData(user=user_data).over(leg.call.data)
    board.drop(leg, Cause.NORMAL)
    return Done()


def clear_call(board: Board, number: int) -> Done | Reason:
    """Clear a call for everybody."""
    call = board.calls.get(number)
    if call is None:
        return Reason.INVALID_CALL
    board.clear_call(call, Cause.CLEARED)
    return Done()


def send_digits(board: Board, device: str, digits: str, call: int) -> Done | Reason:
    """Send tones on a connected call."""
    found = find(board, device, call, (LegState.CONNECTED,), Reason.NO_ACTIVE_CALL)
    if isinstance(found, Reason):
        return found
    if not digits or any(digit not in "0123456789*#ABCD" for digit in digits):
        return Reason.INVALID_VALUE
    board.tell_call(DigitsSent, found.call, device, Cause.NORMAL, digits=digits)
    onward = vectors.take(board, found.call, digits)
    if onward is not None:
        deliver(board, found.call, *onward)
    return Done(found.call.id)


def associate_data(board: Board, wanted: AssociateData) -> Done | Reason:
    """Give a call other data."""
    call = board.calls.get(wanted.call)
    if call is None:
        return Reason.INVALID_CALL
    if wanted.data is wanted.user_data is wanted.account is None:
        return Reason.INVALID_VALUE
    old = call.data
    call.data = CallData(
        old.correlator if wanted.data is None else wanted.data,
        old.user if wanted.user_data is None else wanted.user_data,
        old.account if wanted.account is None else wanted.account,
    )
    board.tell_call(DataAssociated, call, call.origin, Cause.NORMAL)
    return Done(call.id)
