"""Call services of phase III from the commands of the model (ECMA-269 clauses 17 and 18)."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, UnsetType

from cti.model import commands as cm
from cti.model.commands import ConsultPurpose, MakeCallMode, Participation
from cti.model.errors import ErrorClass
from drivers.csta.target import Request, Target, Unwritable
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Operation

_MODES: Final[dict[MakeCallMode | UnsetType, c.AutoOriginate | None]] = {
    UNSET: None,
    MakeCallMode.PROMPT: c.AutoOriginate.PROMPT,
    MakeCallMode.AUTO_ORIGINATE: c.AutoOriginate.DO_NOT_PROMPT,
}
_PURPOSES: Final[dict[ConsultPurpose, c.ConsultOptions | None]] = {
    ConsultPurpose.ANY: None,
    ConsultPurpose.TRANSFER: c.ConsultOptions.TRANSFER_ONLY,
    ConsultPurpose.CONFERENCE: c.ConsultOptions.CONFERENCE_ONLY,
}
_PARTICIPATION: Final = {
    Participation.ACTIVE: c.ParticipationType.ACTIVE,
    Participation.SILENT: c.ParticipationType.SILENT,
}
_PRIORITY_CALL: Final = "01"  # CallCharacteristics, bit 1


def given(value: Any) -> Any:
    """Give None for what is not told."""
    return None if value is UNSET else value


def make_call(args: cm.MakeCall, t: Target) -> Request:
    """Make a call; the mode says whether the set is prompted first."""
    if args.mode not in _MODES:
        detail = f"a call cannot be made with mode {args.mode}"
        raise Unwritable(ErrorClass.INVALID_ARGUMENT, detail, "args.mode")
    argument = c.MakeCallArgument(
        t.device(),
        t.dialled(args.to),
        account_code=given(args.account),
        auth_code=given(args.auth),
        auto_originate=_MODES[args.mode],
        correlator_data=given(args.correlator),
        user_data=given(args.uui),
        call_characteristics=_PRIORITY_CALL if args.priority else None,
    )
    return Request(Operation.MAKE_CALL, argument)


_MACHINES: Final = {
    "deliver": c.DetectionAction.REMAIN_CONNECTED,
    "clear": c.DetectionAction.CLEAR_CALLED_CONNECTION,
}


def make_predictive_call(args: cm.MakePredictiveCall, t: Target) -> Request:
    """Call somebody, and give the call to a group when it is answered.

    The service has one device for both: it is called for whom the call is delivered to. Who
    answered is only looked into where it matters.
    """
    machines = _MACHINES.get(args.machine)
    if machines is None:
        detail = f"{args.machine!r} is none of {', '.join(sorted(_MACHINES))}"
        raise Unwritable(ErrorClass.INVALID_ARGUMENT, detail, "args.machine")
    if args.deliver_to != args.device:
        detail = f"a call made for {args.device} is delivered there, not to {args.deliver_to}"
        raise Unwritable(ErrorClass.INVALID_ARGUMENT, detail, "args.deliver_to")
    answered = c.SignallingCondition.CALL_ESTABLISHED
    action = c.SignallingConditionsAction.REMAIN_CONNECTED
    detection: tuple[c.DestinationDetectionItem, ...] | None = None
    if machines is c.DetectionAction.CLEAR_CALLED_CONNECTION:
        action = c.SignallingConditionsAction.DESTINATION_DETECTION
        remain = c.DetectionAction.REMAIN_CONNECTED
        detection = (
            c.DestinationDetectionItem(c.DestinationCondition.HUMAN_VOICE, remain),
            c.DestinationDetectionItem(c.DestinationCondition.ANSWERING_MACHINE, machines),
            c.DestinationDetectionItem(c.DestinationCondition.FACSIMILE_MACHINE, machines),
        )
    argument = c.MakePredictiveCallArgument(
        t.device(),
        t.dialled(args.to),
        signalling_detection=c.SignallingDetection(answered, action),
        destination_detection=detection,
        default_action=c.DefaultAction.CLEAR_CALLED_CONNECTION,
        alert_time=args.ring_seconds,
    )
    return Request(Operation.MAKE_PREDICTIVE_CALL, argument)


def hold(args: cm.Hold, t: Target) -> Request:
    """Put a call on hold."""
    reserve = True if args.reserve else None
    return Request(Operation.HOLD_CALL, c.HoldCallArgument(t.connection(), reserve))


def consult(args: cm.Consult, t: Target) -> Request:
    """Hold a call and make another."""
    argument = c.ConsultationCallArgument(
        t.connection(),
        t.dialled(args.to),
        user_data=given(args.uui),
        consult_options=_PURPOSES[args.purpose],
    )
    return Request(Operation.CONSULTATION_CALL, argument)


def blind_transfer(args: cm.BlindTransfer, t: Target) -> Request:
    """Transfer in a single step."""
    argument = c.SingleStepTransArgument(t.connection(), t.dialled(args.to))
    return Request(Operation.SINGLE_STEP_TRANSFER, argument)


def single_step_conference(args: cm.SingleStepConference, t: Target) -> Request:
    """Bring a device into a call."""
    argument = c.SingleStepConfArgument(
        t.connection(), t.number(args.join), _PARTICIPATION[args.participation]
    )
    return Request(Operation.SINGLE_STEP_CONFERENCE, argument)


def deflect(args: cm.Deflect | cm.Redirect, t: Target) -> Request:
    """Send a call that has no answer yet elsewhere."""
    argument = c.DeflectCallArgument(t.connection(), t.dialled(args.to))
    return Request(Operation.DEFLECT_CALL, argument)


def pickup(args: cm.Pickup, t: Target) -> Request:
    """Answer a call that alerts at another device."""
    argument = c.DirectedPickupCallArgument(t.connection(args.target), t.device())
    return Request(Operation.DIRECTED_PICKUP_CALL, argument)


def park(args: cm.Park, t: Target) -> Request:
    """Park a call."""
    argument = c.ParkCallArgument(t.connection(), t.number(args.at))
    return Request(Operation.PARK_CALL, argument)


def unpark(args: cm.Unpark, t: Target) -> Request:
    """Take a parked call: picking up does, since a parked call is queued where it waits."""
    argument = c.DirectedPickupCallArgument(t.waiting_at(args.at), t.device())
    return Request(Operation.DIRECTED_PICKUP_CALL, argument)


def intrude(args: cm.Intrude, t: Target) -> Request:
    """Break into the call of a busy device."""
    argument = c.IntrudeCallArgument(t.connection(), _PARTICIPATION[args.participation])
    return Request(Operation.INTRUDE_CALL, argument)


def send_dtmf(args: cm.SendDtmf, t: Target) -> Request:
    """Send digits on a connection; a comma is a pause."""
    argument = c.GenerateDigitsArgument(
        t.connection(),
        c.DigitMode.DTMF,
        args.digits,
        tone_duration=given(args.tone_ms),
        pause_duration=given(args.pause_ms),
    )
    return Request(Operation.GENERATE_DIGITS, argument)
