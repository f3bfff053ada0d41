"""What goes on inside an association: devices, readings, commands, and what is in doubt."""

from __future__ import annotations

from cti import driver as dr
from cti import facts as f
from cti.model import commands as cm
from cti.model.errors import Error, ErrorClass
from cti.model.states import Origin, SystemStatus
from drivers.meridian import mapping
from drivers.meridian.commands import Commands, ForCommand
from drivers.meridian.devices import Devices, ForDevice
from drivers.meridian.outcomes import rejected
from drivers.meridian.reading import Reading
from drivers.meridian.requests import Asked, Requests, ResponseTimer
from drivers.meridian.scene import Window
from drivers.meridian.settings import Settings
from protocols.meridian import _codec_meridian as c
from protocols.meridian import values as v


class Session:
    """One association's work, apart from the association itself."""

    def __init__(self, settings: Settings, requests: Requests) -> None:
        self._settings = settings
        self._requests = requests
        self._reading = Reading(settings)
        self._devices = Devices(settings, requests)
        self._commands = Commands(settings, requests, self._reading)
        self._learning = False
        """Whether a resynchronisation was begun and not ended."""

    @property
    def settled(self) -> bool:
        """Whether every device has its answer."""
        return self._devices.settled

    def problem(self) -> str:
        """Say what is wrong; empty when nothing is."""
        return "stopped by the switch" if self._requests.held else self._devices.problem()

    # Beginning and end.

    def begin(self) -> list[dr.Action]:
        """Take that the association stands: the link knows no device."""
        self._devices.begin()
        return self.learn("connected")

    def end(self) -> list[dr.Action]:
        """Forget everything: what waits gets its end."""
        self._learning = False
        drained = self._drain("link lost before the answer")
        self._reading.forget()
        return drained

    def outage(self, *, down: bool) -> list[dr.Action]:
        """Take that the switch is out of the module's reach, or back.

        Calls are in doubt from the first moment on; what became of them nobody tells.
        """
        status = SystemStatus.DISABLED if down else SystemStatus.NORMAL
        actions: list[dr.Action] = []
        if down:
            actions += self._drain("the switch is out of the module's reach")
            actions += self.learn("AML down")
        else:
            self._devices.begin()
        self._reading.forget()
        return [*actions, dr.Report(f.SystemStatusTold(status=status), "LinkStatus")]

    def _drain(self, why: str) -> list[dr.Action]:
        """Fail what is open."""
        actions: list[dr.Action] = []
        for asked in self._requests.drain():
            actions.append(dr.StopTimer(ResponseTimer(asked.reference)))
            if isinstance(asked.purpose, ForCommand):
                lost = self._commands.unanswered(asked.purpose, ErrorClass.LINK_DOWN, why)
                actions += lost
        return actions + self._devices.forget(why)

    def learn(self, reason: str) -> list[dr.Action]:
        """Say that the state is not known; the link has no answer to most questions."""
        self._learning = True
        begun = f.ResyncBegun(reason=reason, origin=Origin.SYNTHETIC)
        return [dr.Report(begun, "")]

    def pump(self) -> list[dr.Action]:
        """Ask for what is still wanted; say when there is nothing more to ask."""
        actions = self._devices.pump()
        if not self._learning or not self._devices.settled:
            return actions
        self._learning = False
        for key in self._devices.running:
            error = ErrorClass.UNSUPPORTED.value  # no device tells its calls on this link
            device = mapping.device(key)
            seen = f.NotSeen(device=device, error=error, origin=Origin.SNAPSHOT)
            actions.append(dr.Report(seen, ""))
        ended = f.ResyncEnded(complete=True, origin=Origin.SYNTHETIC)
        return [*actions, dr.Report(ended, "")]

    # What the link says.

    def told(self, body: c.Body, reference: int) -> list[dr.Action]:
        """Read an indication."""
        return self._reading.read(body, reference)

    def accepted(self, asked: Asked, answer: c.Body) -> list[dr.Action]:
        """Take an acknowledgement."""
        match asked.purpose:
            case ForCommand():
                return self._commands.accepted(asked, asked.purpose, answer)
            case ForDevice():
                self._reading.scene.learn(answer)
                return self._devices.accepted(asked.purpose)
            case _:
                return []

    def refused(self, asked: Asked, cause: v.Cause) -> list[dr.Action]:
        """Take a refusal."""
        match asked.purpose:
            case ForCommand():
                return self._commands.refused(asked.purpose, cause)
            case ForDevice():
                return self._devices.refused(asked.purpose, cause)
            case _:
                return []

    def unanswered(self, asked: Asked, kind: ErrorClass, why: str) -> list[dr.Action]:
        """Take that nobody knows what became of a request."""
        match asked.purpose:
            case ForCommand():
                return self._commands.unanswered(asked.purpose, kind, why)
            case ForDevice():
                return self._devices.refused(asked.purpose, None)
            case _:
                return []

    def unsent(self, asked: Asked, why: str) -> list[dr.Action]:
        """Take that a request waited for too long and will not be sent."""
        if isinstance(asked.purpose, ForCommand):
            return self._commands.unsent(asked.purpose, why)
        return self.unanswered(asked, ErrorClass.TIMEOUT, why)

    # Timers and commands.

    def expired(self, timer: Window) -> list[dr.Action]:
        """Take that a window of the readings is over."""
        return self._reading.expired(timer)

    def retry(self) -> None:
        """Want again what was refused."""
        self._devices.retry()

    def command(self, asked: dr.CommandRequested) -> list[dr.Action]:
        """Carry out a command."""
        native, token = asked.native, asked.token
        match asked.command.args:
            case cm.MonitorStart(device=key):
                return self._devices.wanted(token, native.device or key, acd=False)
            case cm.MonitorStop(device=key) | cm.RouteUnregister(route_point=key):
                return self._devices.unwanted(token, native.device or key)
            case cm.RouteRegister(route_point=key):
                return self._devices.wanted(token, native.device or key, acd=True)
            case _:
                return self._commands.requested(asked)


def not_up(asked: dr.CommandRequested, why: str) -> dr.Action:
    """Say that a command was not sent because of the state of the link."""
    detail = f"{asked.command.verb}: {why}"
    return rejected(asked.token, Error(ErrorClass.LINK_DOWN, detail))
