"""Whether a client may give a command: one check for each kind of command.

An act needs ``acts`` on the device that acts; where it reaches into somebody else's call it
needs ``reaches`` on a device of that call as well. What a client has no right to look at is
not there for it: the answer is the one for what does not exist.
"""

from __future__ import annotations

from typing import Final, NoReturn

from msgspec import UNSET

from cti.calls import Call
from cti.model import commands as cm
from cti.model.commands import Command, MakeCallMode, Participation
from cti.model.errors import Error, ErrorClass
from cti.rights.classes import DestinationClass, classify
from cti.rights.destinations import destinations
from cti.rights.grants import EXPLICIT, Grant
from cti.rights.patterns import Patterns
from cti.rights.place import Place, devices_of

_NAMED: Final = (
    "device",
    "target",
    "join",
    "via",
    "at",
    "deliver_to",
    "route_point",
    "queue",
    "agent",
)
"""Arguments that name what a command is about."""


class Denied(Exception):  # noqa: N818 - an answer to a client
    """A command that its requester may not give."""

    def __init__(self, rule: str, error: Error) -> None:
        super().__init__(error.detail)
        self.rule = rule
        """Key of the configuration that would have to allow it."""
        self.error = error


class Judgement:
    """One command before its judge."""

    def __init__(self, grant: Grant, command: Command, place: Place, at: int | None) -> None:
        """``at`` None leaves the time of day aside."""
        self.rules: list[str] = []
        """What allowed it, each as ``KEY=PATTERN``."""
        self.devices = dict.fromkeys(named(command))
        self.classes: dict[DestinationClass, None] = {}
        """Where its numbers lead."""
        self._grant = grant
        self._command = command
        self._who = command.requester
        self._place = place
        self._at = at

    def check(self) -> None:
        """Raise ``Denied`` unless the command is permitted."""
        verb = self._command.verb
        self._verb(verb)
        if getattr(self._command.args, "participation", None) is Participation.SILENT:
            self._verb("observe")
        self._about()
        self._data()
        for one in destinations(self._command):
            self._dials(one.number, one.field, lasting=one.lasting)

    def _about(self) -> None:
        """Check what the command is about."""
        match self._command.args:
            case cm.SingleStepConference() as args:
                self._joins(args)
            case cm.Pickup() as args:
                self._acts(args.device)
                self._reaches(args.target, "args.target")
                self._picked_up(args)
            case cm.GroupPickup(device=device):
                self._acts(device)
                self._reaches(device, "args.device")
            case cm.Unpark(device=device, at=at):
                self._acts(device)
                self._touches(at, "args.at")
            case cm.Intrude() as args:
                self._acts(args.device)
                self._sees_named(args.call, "args.call")
                self._breaks_in(args)
            case cm.Redirect(device=device, call=call_id):
                self._diverts_at(device)
                self._sees_named(call_id, "args.call")
            case cm.AttachData(call=call_id) | cm.ClearCall(call=call_id):
                self._touches_call(call_id)
            case cm.SnapshotCall(call=call_id):
                self._sees_named(call_id, "args.call")
            case cm.MonitorStart(device=device) | cm.MonitorStop(device=device):
                self._touches(device, "args.device")
            case cm.DeviceQuery(device=device) | cm.SnapshotDevice(device=device):
                self._sees(device)
            case cm.QueryQueue(queue=queue):
                self._one("queues", self._grant.read_queues, queue, "args.queue")
            case cm.RouteRegister(route_point=point) | cm.RouteUnregister(route_point=point):
                self._one("route_points", self._grant.route_points, point, "args.route_point")
            case (
                cm.RouteSelect(route=route_id)
                | cm.RouteEnd(route=route_id)
                | cm.RouteTreatment(route=route_id)
            ):
                self._answers(route_id)
            case cm.Login() | cm.Logout() | cm.SetAgentState() as args:
                self._acts(args.device)
                self._for_agent(args)
            case cm.Transfer() as args:
                self._acts(args.device)
                self._sees_named(args.held, "args.held")
                self._sees_named(args.active, "args.active")
                self._leaves_nobody()
            case cm.BlindTransfer() as args:
                self._acts(args.device)
                self._sees_named(args.call, "args.call")
                self._leaves_nobody()
            case cm.MakeCall(mode=MakeCallMode.TWO_LEGS) as args:
                self._acts(args.device)
                if isinstance(args.via, str):
                    self._acts(args.via, "args.via")
                self._leaves_nobody()
            case cm.TwoCallsRef() as args:
                self._acts(args.device)
                self._sees_named(args.held, "args.held")
                self._sees_named(args.active, "args.active")
            case cm.ConnectionRef() as args:
                self._acts(args.device)
                self._sees_named(args.call, "args.call")
            case (
                cm.MakeCall(device=device)
                | cm.MakePredictiveCall(device=device)
                | cm.SetForwarding(device=device)
                | cm.SetDnd(device=device)
                | cm.SetMwi(device=device)
            ):
                self._acts(device)
            case (
                cm.Cancel()  # of one's own commands: ids are the client's
                | cm.Snapshot()
                | cm.Replay()
                | cm.Resync()
                | cm.ForgetCall()
                | cm.LinkEnable()
                | cm.LinkDisable()
                | cm.Private()
            ):
                pass  # the verb is all: what is sent back is what the client may read
            case _:
                self._unknown_kind()

    # Checks.

    def _verb(self, verb: str) -> None:
        allowed = self._grant.verb(verb)
        if allowed is None:
            words = "take part unheard" if verb == "observe" else f"give {verb}"
            named = ", which * does not cover" if verb in EXPLICIT else ""
            self._no("verbs", f"{self._who} may not {words}{named}")
        self.rules.append(f"verbs={allowed}")

    def _unknown_kind(self) -> None:
        """Check a verb that nobody thought of: it acts on a device, or is not permitted."""
        device = getattr(self._command.args, "device", None)
        if not isinstance(device, str):
            self._no("verbs", f"{self._who} may not give {self._command.verb}")
        self._acts(device)

    def _one(self, rule: str, patterns: Patterns, name: str, field: str) -> None:
        allowed = patterns.match(name)
        if allowed is None:
            self._no(rule, f"{self._who} may not use {name}", field)
        self.rules.append(f"{rule}={allowed}")

    def _acts(self, device: str, field: str = "args.device") -> None:
        allowed = self._grant.acts.match(device)
        if allowed is None:
            self._no("acts", f"{self._who} may not act on {device}", field)
        self.rules.append(f"acts={allowed}")

    def _reaches(self, device: str, field: str) -> None:
        allowed = self._grant.reaches.match(device)
        if allowed is None:
            self._no("reaches", f"{self._who} may not reach into calls of {device}", field)
        self.rules.append(f"reaches={allowed}")

    def _touches(self, device: str, field: str) -> None:
        """Check a device that may be the client's own or one that it may reach."""
        if (allowed := self._grant.acts.match(device)) is not None:
            self.rules.append(f"acts={allowed}")
        else:
            self._reaches(device, field)

    def _sees(self, device: str) -> None:
        """Check a device that is only asked about."""
        if (allowed := self._grant.read_devices.match(device)) is not None:
            self.rules.append(f"read.devices={allowed}")
        else:
            self._reaches(device, "args.device")

    def _diverts_at(self, device: str) -> None:
        for rule in ("acts", "queues", "route_points"):
            patterns: Patterns = getattr(self._grant, rule)
            if (allowed := patterns.match(device)) is not None:
                self.rules.append(f"{rule}={allowed}")
                return
        self._no("acts", f"{self._who} may not act on {device}", "args.device")

    # Calls.

    def _sees_named(self, call_id: object, field: str) -> Call | None:
        """Find a call that is named; one that the client sees nothing of is not there."""
        call = self._place.call(call_id) if isinstance(call_id, str) else None
        if call is None:
            return None  # the desk says so
        devices = devices_of(call)
        grant = self._grant
        if grant.read_devices.any(devices) is None and grant.reaches.any(devices) is None:
            error = Error(ErrorClass.INVALID_OBJECT, f"no call {call_id!r}", field)
            raise Denied("reaches", error)
        return call

    def _touches_call(self, call_id: str) -> None:
        """Check a call that is changed as a whole."""
        call = self._sees_named(call_id, "args.call")
        if call is None:
            return
        devices = devices_of(call)
        self._note(devices)
        for rule in ("acts", "reaches"):
            patterns: Patterns = getattr(self._grant, rule)
            if (allowed := patterns.any(devices)) is not None:
                self.rules.append(f"{rule}={allowed}")
                return
        self._no("reaches", f"{self._who} may not reach into call {call_id}", "args.call")

    def _joins(self, args: cm.SingleStepConference) -> None:
        """Check who brings ``join`` onto the call of ``device``: one of both is the client's.

        Who brings its own set onto somebody else's call reaches into it; a silent one does
        in any case, since the other parties do not see who listens.
        """
        self._sees_named(args.call, "args.call")
        silent = args.participation is Participation.SILENT
        if self._grant.acts.match(args.device) is not None and not silent:
            self._acts(args.device)
            return
        self._acts(args.join, "args.join")
        self._reaches(args.device, "args.device")

    def _picked_up(self, args: cm.Pickup) -> None:
        """Check that a call that is named is one of the target's."""
        call = self._sees_named(args.call, "args.call")
        if call is not None and args.target not in devices_of(call):
            error = Error(ErrorClass.INVALID_OBJECT, f"no call {args.call!r}", "args.call")
            raise Denied("reaches", error)

    def _breaks_in(self, args: cm.Intrude) -> None:
        """Check whom the device called: it is that party's call which is broken into."""
        call = self._place.call_at(self._command)
        if call is None:
            if not self._grant.reaches:
                self._no("reaches", f"{self._who} may not reach into calls of others")
            return  # the desk says what is wrong, and asks again before it is sent
        others = [device for device in devices_of(call) if device != args.device]
        called = (call.numbers.called, call.numbers.dialled)
        others += [number.raw for number in called if number is not UNSET and number.raw]
        self._note(others)
        if (allowed := self._grant.reaches.any(others)) is None:
            self._no("reaches", f"{self._who} may not reach into the call that is busy")
        self.rules.append(f"reaches={allowed}")

    def _leaves_nobody(self) -> None:
        if not self._place.leaves_outsiders(self._command):
            return
        if not self._grant.right.join_outside:
            detail = f"{self._who} may not leave two parties outside to themselves"
            self._no("join_outside", detail)
        self.rules.append("join_outside")

    # Routes, agents, data, numbers.

    def _answers(self, route_id: str) -> None:
        route = self._place.route(route_id)
        if route is None:
            return  # the desk says so
        allowed = self._grant.route_points.match(route.point)
        self._note([route.point])
        if allowed is None:
            error = Error(ErrorClass.INVALID_OBJECT, f"no route {route_id!r}", "args.route")
            raise Denied("route_points", error)
        self.rules.append(f"route_points={allowed}")

    def _for_agent(self, args: cm.Login | cm.Logout | cm.SetAgentState) -> None:
        agent = args.agent if isinstance(args.agent, str) else self._place.agent_at(args.device)
        if agent is not None:
            allowed = self._grant.agents.match(agent)
            if allowed is None:
                named = isinstance(args.agent, str)
                whom = agent if named else f"the agent at {args.device}"
                field = "args.agent" if named else "args.device"
                self._no("agents", f"{self._who} may not act for {whom}", field)
            self.rules.append(f"agents={allowed}")
        if isinstance(args.queue, str):
            self._one("queues", self._grant.queues, args.queue, "args.queue")

    def _data(self) -> None:
        if getattr(self._command.args, "data", None) and not self._grant.right.data.write:
            self._no("data.write", f"{self._who} may not give data to calls", "args.data")

    def _dials(self, number: str, field: str, *, lasting: bool) -> None:
        reached = classify(number, self._place)
        self.classes[reached.kind] = None
        allowed = self._grant.dials(number, reached, self._at)
        words = reached.kind.value.replace("_", " ")
        if allowed is None:
            code = reached.kind is DestinationClass.FEATURE_CODE
            rule = "feature_codes" if code else "destinations"
            self._no(rule, f"{self._who} may not have {number} dialled: {words}", field)
        if lasting and reached.kind is not DestinationClass.INTERNAL:
            if not self._grant.right.forward_outside:
                detail = f"{self._who} may not forward to {number}: {words}"
                self._no("forward_outside", detail, field)
            self.rules.append("forward_outside")
        self.rules.append(f"destinations={allowed}")

    # What is told.

    def _note(self, devices: list[str]) -> None:
        self.devices |= dict.fromkeys(devices)

    def _no(self, rule: str, detail: str, field: str | None = None) -> NoReturn:
        raise Denied(rule, not_permitted(detail, field))


def not_permitted(detail: str, field: str | None = None) -> Error:
    """Make the answer to a command that is not permitted."""
    if field is None:
        return Error(ErrorClass.NOT_PERMITTED, detail)
    return Error(ErrorClass.NOT_PERMITTED, detail, field)


def named(command: Command) -> list[str]:
    """Give the devices, queues and agents that a command names."""
    found = (getattr(command.args, member, None) for member in _NAMED)
    return [name for name in found if isinstance(name, str)]
