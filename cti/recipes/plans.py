"""Recipes: how a verb that a link does not have is carried out with those that it has."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from msgspec import UNSET, Struct, UnsetType, structs

from cti.model import commands as cm
from cti.model.commands import Args, Command, MakeCallMode
from cti.model.errors import ErrorClass
from cti.model.states import ConnectionState as S
from cti.recipes.sight import Sight, Until, at, begun, both, off, over, reached
from cti.recipes.steps import Plan, Step, step
from cti.targets import refuse

Serves = Callable[[str], bool]
"""Tells whether a link has a verb itself."""

_OWN: Final = (S.CONNECTED, S.INITIATED)
_THERE: Final = (S.ALERTING, S.CONNECTED, S.QUEUED, S.UNKNOWN)
_DIALLED: Final = re.compile(r"\+?[0-9*#A-D]{1,32}")


class Calls(Struct, frozen=True, gc=False):
    """The calls that a command is about, by their ids; empty where there is none."""

    call: str = ""
    held: str = ""
    active: str = ""


class Recipe(Struct, frozen=True, gc=False):
    """How one verb is composed."""

    needs: tuple[str, ...]
    """Verbs that the link must have, or that are composed themselves."""
    takes_back: tuple[str, ...]
    """Verbs without which a failure would leave somebody on hold."""
    words: str
    """For people."""


RECIPES: Final = {
    "alternate": Recipe(("hold", "retrieve"), (), "hold, then retrieve"),
    "consult": Recipe(("hold", "make_call"), ("retrieve",), "hold, then make_call"),
    "reconnect": Recipe(
        ("clear_connection", "retrieve"), (), "clear_connection, then retrieve"
    ),
    "blind_transfer": Recipe(
        ("consult", "transfer"),
        ("clear_connection", "retrieve"),
        "consult, then transfer once the destination is reached",
    ),
    "clear_call": Recipe(("clear_connection",), (), "clear_connection of everybody inside"),
    "pickup": Recipe(("deflect", "answer"), (), "deflect to the picker, then answer"),
    MakeCallMode.AGENT_FIRST.value: Recipe(
        ("make_call",), ("clear_connection",), "make_call, taken back if nobody answers"
    ),
    MakeCallMode.TWO_LEGS.value: Recipe(
        ("make_call", "consult", "transfer"),
        ("clear_connection",),
        "make_call to the first party, consult to the second, then transfer",
    ),
}
"""Recipes by verb, and those of ``make_call`` by mode."""


def missing(name: str, serves: Serves, *, partial: bool = False) -> str | None:
    """Give the verb that a recipe lacks on a link, or None where it can be used.

    ``partial`` allows one that cannot be taken back.
    """
    recipe = RECIPES[name]
    for verb in recipe.needs if partial else (*recipe.needs, *recipe.takes_back):
        lacks = None if serves(verb) else verb
        if lacks is not None and verb in RECIPES:
            lacks = missing(verb, serves, partial=partial)
        if lacks is not None:
            return lacks
    return None


def compose(
    command: Command,
    calls: Calls,
    sight: Sight,
    serves: Serves,
    prompt: MakeCallMode | UnsetType = MakeCallMode.PROMPT,
) -> Plan:
    """Make the plan of a verb that has a recipe; raise ``Refusal``.

    ``prompt`` is the mode of ``make_call`` in which a set rings first, unset where sets go
    off hook by themselves.
    """
    match command.args:
        case cm.Alternate(device=device):
            return _alternate(device, calls)
        case cm.Consult(device=device) as args:
            back = _back(device, calls.call)
            steps = _consult(args, calls.call, 0, serves, back=(back,))
            return Plan(device, (calls.call,), steps, call=0)
        case cm.Reconnect(device=device):
            return _reconnect(device, calls)
        case cm.BlindTransfer(device=device, to=to):
            return _blind_transfer(device, to, calls.call, serves)
        case cm.ClearCall(call=call):
            return _clear_call(call, sight)
        case cm.Pickup(device=device, target=target):
            return _pickup(device, target, calls.call)
        case cm.MakeCall(mode=MakeCallMode.TWO_LEGS) as args:
            return _two_legs(args, serves)
        case cm.MakeCall() as args:
            return _agent_first(args, prompt)
        case _:
            raise refuse(ErrorClass.UNSUPPORTED, f"{command.verb} has no recipe", "verb")


def withdrawal(args: Args, call: str) -> Plan | None:
    """Make the plan to take back a command that the switch has; None where nothing does.

    ``call`` is the one that a consultation puts on hold. A call that was answered stays.
    """
    match args:
        case cm.MakeCall(device=device):
            clear = _clear(device, 0)
            effect = begun(device, 0)
            made = Step("make_call", lambda _: args, None, effect, (clear,), device)
        case cm.Consult(device=device):
            made, *_ = _consult(args, call, 0, lambda _: True, back=(_back(device, call),))
        case _:
            return None
    answered = reached(device, 0, S.CONNECTED)
    return Plan(device, (call,) if call else (), (made,), answered, call=0)


def _clear(device: str, made: int) -> Step:
    """Take a device off a call that it made."""
    return Step(
        "clear_connection",
        lambda calls: cm.ClearConnection(device=device, call=calls[made]),
        off(device, made),
    )


def _back(device: str, call: str) -> Step:
    """Take a call off hold."""
    return step(cm.Retrieve(device=device, call=call), at(device, call, S.CONNECTED))


def _alternate(device: str, calls: Calls) -> Plan:
    held, active = calls.held, calls.active
    back = _back(device, active)
    hold = step(cm.Hold(device=device, call=active), at(device, active, S.HELD), back)
    return Plan(
        device,
        (held, active),
        (hold, step(cm.Retrieve(device=device, call=held))),
    )


def _reconnect(device: str, calls: Calls) -> Plan:
    held, active = calls.held, calls.active
    clear = step(cm.ClearConnection(device=device, call=active), off(device, active))
    back = step(cm.Retrieve(device=device, call=held))
    return Plan(device, (held, active), (clear, back), call=held)


def _consult(
    args: cm.Consult,
    call: int | str,
    made: int,
    serves: Serves,
    until: Until | None = None,
    back: tuple[Step, ...] = (),
) -> tuple[Step, ...]:
    """Give the steps of a consultation from a call, by its id or its place among those made.

    ``made`` is the place of the new call; ``until`` what is to be seen of it; ``back`` takes
    the old one off hold.
    """
    device = args.device

    def old(calls: tuple[str, ...]) -> str:
        return call if isinstance(call, str) else calls[call]

    clear = _clear(device, made)
    hold = Step(
        "hold",
        lambda calls: cm.Hold(device=device, call=old(calls)),
        at(device, call, S.HELD),
        undo=back,
    )
    make_call = Step(
        "make_call",
        lambda _: cm.MakeCall(device=device, to=args.to, data=args.data, uui=args.uui),
        until,
        begun(device, made),
        (clear,),
        makes=device,
    )
    if not serves("consult"):
        return (hold, make_call)
    composable = serves("hold") and serves("make_call")
    consult = Step(
        "consult",
        lambda calls: structs.replace(args, call=old(calls)),
        until,
        both(at(device, call, S.HELD), begun(device, made)),
        (clear, *back),
        makes=device,
        instead=(hold, make_call) if composable else (),
    )
    return (consult,)


def _blind_transfer(device: str, to: str, call: str, serves: Serves) -> Plan:
    consult = cm.Consult(device=device, to=to, purpose=cm.ConsultPurpose.TRANSFER)
    back = _back(device, call)
    steps = _consult(consult, call, 0, serves, reached(device, 0, *_THERE), (back,))
    transfer = Step(
        "transfer", lambda made: cm.Transfer(device=device, held=call, active=made[0])
    )
    return Plan(device, (call,), (*steps, transfer), call=call)


def _clear_call(call: str, sight: Sight) -> Plan:
    inside = sight.inside(call)
    if not inside:
        detail = f"nobody on call {call} can be taken off it"
        raise refuse(ErrorClass.STATE_CONFLICT, detail, "args.call")
    steps = tuple(
        Step("clear_connection", _clearing(device, call), off(device, call), skips=True)
        for device in inside
    )
    return Plan(inside[0], (call,), steps, goal=over(call))


def _clearing(device: str, call: str) -> Callable[[tuple[str, ...]], Args]:
    return lambda _: cm.ClearConnection(device=device, call=call)


def _pickup(device: str, target: str, call: str) -> Plan:
    _dialable(device, "args.device")
    deflect = step(
        cm.Deflect(device=target, call=call, to=device),
        at(device, call, S.ALERTING, S.CONNECTED),
    )
    return Plan(
        device, (call,), (deflect, step(cm.Answer(device=device, call=call))), call=call
    )


def _agent_first(args: cm.MakeCall, mode: MakeCallMode | UnsetType) -> Plan:
    """Call a set, and have it call when somebody takes the handset off."""
    device = args.device
    make_call = Step(
        "make_call",
        lambda _: structs.replace(args, mode=mode),
        effect=begun(device, 0),
        undo=(_clear(device, 0),),
        makes=device,
    )
    return Plan(device, (), (make_call,), goal=at(device, 0, S.CONNECTED), call=0)


def _two_legs(args: cm.MakeCall, serves: Serves) -> Plan:
    """Have a third set call both parties, one after the other, and leave them to each other."""
    if not isinstance(args.via, str):
        raise refuse(ErrorClass.INVALID_ARGUMENT, "two legs need a set to call by", "args.via")
    via, device = args.via, args.device
    _dialable(device, "args.device")
    clear = _clear(via, 0)
    first = Step(
        "make_call",
        lambda _: structs.replace(args, device=via, to=device, mode=UNSET, via=UNSET),
        reached(via, 0, S.CONNECTED),
        begun(via, 0),
        (clear,),
        via,
    )
    consult = cm.Consult(device=via, to=args.to, purpose=cm.ConsultPurpose.TRANSFER)
    second = _consult(consult, 0, 1, serves, reached(via, 1, S.CONNECTED), (clear,))
    transfer = Step(
        "transfer", lambda made: cm.Transfer(device=via, held=made[0], active=made[1])
    )
    return Plan(via, (), (first, *second, transfer), call=0)


def _dialable(device: str, field: str) -> None:
    if not _DIALLED.fullmatch(device):
        raise refuse(ErrorClass.INVALID_ARGUMENT, f"{device} cannot be dialled", field)
