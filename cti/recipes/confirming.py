"""What must be seen before a command counts as done whose requester wants it confirmed."""

from __future__ import annotations

from msgspec import UNSET

from cti.model import commands as cm
from cti.model.commands import Args
from cti.model.data import Forwarding
from cti.model.states import AgentState
from cti.model.states import ConnectionState as S
from cti.recipes.plans import Calls
from cti.recipes.sight import Seen, Sight, Until, at, both, off, over


def confirmation(args: Args, calls: Calls) -> Until | None:
    """Give what confirms a command; None where no event does.

    ``calls`` are those that it is about; the one that it makes is the first that is made.
    """
    match args:
        case cm.MakeCall(device=device):
            return at(device, 0, S.CONNECTED, S.INITIATED)
        case cm.Answer(device=device) | cm.Retrieve(device=device):
            return at(device, calls.call, S.CONNECTED)
        case cm.Hold(device=device):
            return at(device, calls.call, S.HELD)
        case cm.Alternate(device=device):
            return both(at(device, calls.active, S.HELD), at(device, calls.held, S.CONNECTED))
        case cm.Consult(device=device):
            made = at(device, 0, S.CONNECTED, S.INITIATED)
            return both(at(device, calls.call, S.HELD), made)
        case cm.Reconnect(device=device):
            return both(off(device, calls.active), at(device, calls.held, S.CONNECTED))
        case cm.Transfer(device=device):
            return off(device, calls.held, calls.active)
        case cm.Conference(device=device):
            return lambda sight, _: _joined(sight, device, calls)
        case cm.SingleStepConference(join=join):
            return at(join, calls.call, S.CONNECTED)
        case cm.ClearCall(call=call):
            return over(call)
        case (
            cm.Pickup(device=device) | cm.GroupPickup(device=device) | cm.Unpark(device=device)
        ):
            return lambda sight, _: sight.talks(device)
        case (
            cm.ClearConnection(device=device)
            | cm.Deflect(device=device)
            | cm.BlindTransfer(device=device)
            | cm.Redirect(device=device)
            | cm.Park(device=device)
        ):
            return off(device, calls.call)
        case cm.SetAgentState(device=device, state=state):
            return lambda sight, _: sight.agent(device) is state
        case cm.Login(device=device):
            return lambda sight, _: sight.agent(device) not in (None, AgentState.LOGGED_OFF)
        case cm.Logout(device=device):
            return lambda sight, _: sight.agent(device) in (None, AgentState.LOGGED_OFF)
        case cm.SetDnd(device=device, on=on):
            return lambda sight, _: sight.feature(device, "dnd") is on
        case cm.SetMwi(device=device, on=on):
            return lambda sight, _: sight.feature(device, "mwi") is on
        case cm.SetForwarding():
            return lambda sight, _: _forwards(sight, args)
        case _:
            return None


def _joined(sight: Sight, device: str, calls: Calls) -> Seen:
    """Tell whether two calls of a device have become one."""
    states = {sight.state(calls.held, device), sight.state(calls.active, device)}
    return states == {S.CONNECTED, S.NULL}


def _forwards(sight: Sight, args: cm.SetForwarding) -> bool:
    told = sight.feature(args.device, "forwarding")
    found = told.get(args.kind.value) if isinstance(told, dict) else None
    if not isinstance(found, Forwarding) or not found.active:
        return not args.active and found is not None
    return args.active and (args.to is UNSET or found.to in (args.to, UNSET))
