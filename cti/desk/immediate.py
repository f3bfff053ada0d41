"""Commands that the bridge carries out itself, at once."""

from __future__ import annotations

from cti.desk.actions import Action, Attach, Forget, Resync, succeeded
from cti.desk.admission import Admission, fits
from cti.model import commands as cm
from cti.model.commands import Command, Result
from cti.model.errors import ErrorClass
from cti.targets import refuse


def at_once(command: Command, admission: Admission, at: int) -> tuple[Action, Result]:
    """Give what a command leads to, and its end; raise ``Refusal``."""
    match command.args:
        case cm.AttachData(call=call_id, data=data):
            admission.permit(command)
            call = admission.targets.call_for_data(call_id, at)
            admission.expect(command)
            fits(call.data, command.requester, data)
            return Attach(command, call.call_id, data), succeeded({"call": call.call_id})
        case cm.ForgetCall(call=call_id):
            call = admission.targets.call(call_id)
            admission.expect(command)
            return Forget(command, call.call_id), succeeded({"call": call.call_id})
        case cm.Resync(link=link_id):
            admission.reach(command.verb, link_id)
            return Resync(link_id, "asked"), succeeded({"link": link_id})
        case _:
            raise refuse(ErrorClass.UNSUPPORTED, f"{command.verb} is for the switch", "verb")
