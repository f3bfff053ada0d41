"""Commands of the desk, given to whoever carries them out; every token gets one outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import UNSET

from cti import driver as dr
from cti import facts as f
from cti.model import commands as cm
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass
from drivers.asai.capabilities import Known
from drivers.asai.commands import Aim, CallCommands, Steps, Unfinished, where_of
from drivers.asai.devices import DeviceCommands
from drivers.asai.outcomes import rejected
from drivers.asai.port import Job, Port
from drivers.asai.routes import Later, Routes
from drivers.asai.watching import Watching
from protocols.asai.names import Operation

_OP = Operation
_ALREADY: Final = frozenset({"clear_connection", "clear_call"})
"""Verbs for which an object that is gone is what was asked for."""


class Verbs:
    """The verbs of one link."""

    def __init__(
        self,
        port: Port,
        known: Known,
        watching: Watching,
        calls: CallCommands,
        devices: DeviceCommands,
        routes: Routes,
    ) -> None:
        self._port: Final = port
        self._known: Final = known
        self._watching: Final = watching
        self._steps: Final[dict[str, Callable[[Aim], Steps]]] = {
            "answer": calls.simple(_OP.ANSWER),
            "clear_call": calls.clear_call,
            "clear_connection": calls.clear_connection,
            "conference": calls.merge(f.MergeKind.CONFERENCE),
            "deflect": calls.redirect,
            "hold": calls.simple(_OP.SELECTIVE_HOLD),
            "login": devices.login,
            "logout": devices.logout,
            "make_call": calls.make_call,
            "make_predictive_call": calls.make_predictive_call,
            "query_agent": devices.query_agent,
            "query_device": devices.query_device,
            "query_dnd": devices.query_dnd,
            "query_forwarding": devices.query_forwarding,
            "query_mwi": devices.query_mwi,
            "query_queue": devices.query_queue,
            "redirect": calls.redirect,
            "retrieve": calls.simple(_OP.RECONNECT),
            "route_end": routes.end,
            "route_select": routes.select,
            "send_dtmf": calls.send_dtmf,
            "set_agent_state": devices.set_agent_state,
            "set_dnd": devices.set_dnd,
            "set_forwarding": devices.set_forwarding,
            "set_mwi": devices.set_mwi,
            "single_step_conference": calls.single_step_conference,
            "snapshot_call": calls.snapshot_call,
            "snapshot_device": devices.snapshot_device,
            "transfer": calls.merge(f.MergeKind.TRANSFER),
        }

    def take(self, asked: dr.CommandRequested) -> None:
        """Carry out a command, or say why not."""
        verb = asked.command.verb
        if not self._known.serves(verb):
            error = Error(ErrorClass.UNSUPPORTED, self._known.why_not(verb), "verb")
            self._port.do(rejected(asked.token, error))
            return
        match asked.command.args:
            case cm.MonitorStart(device=device):
                self._watching.start_requested(asked.token, asked.native.device or device)
            case cm.MonitorStop(device=device):
                self._watching.stop_requested(asked.token, asked.native.device or device)
            case _:
                self._port.run(self._job(asked))

    def _job(self, asked: dr.CommandRequested) -> Job:
        verb = asked.command.verb
        aim = Aim(asked, where_of(asked))
        try:
            result = yield from self._steps[verb](aim)
        except Unfinished as end:
            result = _ended(verb, end.result)
        except Later:
            result = None
        if result is not None:
            self._port.do(dr.Outcome(asked.token, result))
        self._learn(verb, result)

    def _learn(self, verb: str, result: Result | None) -> None:
        """Take from the end of a command whether the switch knows its verb."""
        worked = result is None or result.status is EndState.SUCCEEDED
        error = UNSET if result is None else result.error
        unknown = (
            result is not None
            and result.status is EndState.FAILED
            and error is not UNSET
            and error.kind is ErrorClass.UNSUPPORTED
        )
        if (worked or unknown) and self._known.learned(verb, worked=worked):
            self._port.do(dr.CapabilitiesChanged(self._known.document))


def _ended(verb: str, result: Result) -> Result:
    """Take that what was to be cleared is gone for success."""
    gone = result.error is not UNSET and result.error.kind is ErrorClass.INVALID_OBJECT
    if verb in _ALREADY and gone and result.status is EndState.FAILED:
        return Result(EndState.SUCCEEDED, result={"already": True})
    return result
