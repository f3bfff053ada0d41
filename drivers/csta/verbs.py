"""Commands of the desk, given to whoever carries them out."""

from __future__ import annotations

from cti import driver as dr
from cti.model import commands as cm
from cti.model.errors import Error, ErrorClass
from drivers.csta.capabilities import Known
from drivers.csta.commands import Commands
from drivers.csta.outcomes import rejected
from drivers.csta.registrations import Registrations
from drivers.csta.watching import Watching


class Verbs:
    """The verbs of one link."""

    def __init__(
        self,
        known: Known,
        commands: Commands,
        watching: Watching,
        registrations: Registrations,
    ) -> None:
        self._known = known
        self._commands = commands
        self._watching = watching
        self._registrations = registrations

    def take(self, asked: dr.CommandRequested) -> list[dr.Action]:
        """Carry out a command, or say why not."""
        verb = asked.command.verb
        if not self._known.serves(verb):
            detail = f"{verb} is not supported by this link"
            return [rejected(asked.token, Error(ErrorClass.UNSUPPORTED, detail, "verb"))]
        match asked.command.args:
            case cm.MonitorStart(device=device) if verb == "monitor_start":
                key = asked.native.device or device
                return self._watching.start_requested(asked.token, key)
            case cm.MonitorStop(device=device) if verb == "monitor_stop":
                key = asked.native.device or device
                return self._watching.stop_requested(asked.token, key)
            case cm.RouteRegister(route_point=point) if verb == "route_register":
                key = asked.native.device or point
                return self._registrations.requested(asked.token, key, on=True)
            case cm.RouteUnregister(route_point=point) if verb == "route_unregister":
                key = asked.native.device or point
                return self._registrations.requested(asked.token, key, on=False)
            case _:
                return self._commands.requested(asked)
