"""Commands on calls: every verb is a procedure that ends with one outcome.

A verb on a connection goes over the domain control of its station, else over the call control
association that this side has of the call, else over one that is taken for it and given back.
On a domain control the call is named beside the party, which is inferred: the requests that
could be read are of call control.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Final

from msgspec import UNSET, Struct

from cti import driver as dr
from cti import facts as f
from cti.facts import NativeDevice
from cti.model import commands as cm
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass
from cti.model.states import Origin
from drivers.asai.calls import Calls
from drivers.asai.events import Report, merge_of
from drivers.asai.learning import Learning, parties_of
from drivers.asai.port import Got, Port, Want
from drivers.asai.watching import Watching
from protocols.asai import values as v
from protocols.asai.messages import first
from protocols.asai.names import CallOptionName, Operation, ServiceCircuitName
from protocols.asai.values import Element
from protocols.q931 import values as q

_OP, _OPT = Operation, CallOptionName
_K = ErrorClass
Steps = Generator[Want, Got, Result]
"""A procedure that ends with the result of its command."""


class Unfinished(Exception):  # noqa: N818 - an answer, not a failure of this program
    """A command that goes no further, with its end."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self.result = result


def refuse(kind: ErrorClass, detail: str, field: str) -> Unfinished:
    """Make the end of a command that is not sent."""
    return Unfinished(Result(EndState.REJECTED, error=Error(kind, detail, field)))


def done(**told: Any) -> Result:
    """Make the end of a command that was carried out."""
    return Result(EndState.SUCCEEDED, result=told)


class Aim(Struct, frozen=True):
    """A command with what it aims at."""

    asked: dr.CommandRequested
    where: str
    """Verb and object, for messages."""

    @property
    def args(self) -> Any:
        """Arguments of the command."""
        return self.asked.command.args

    @property
    def device(self) -> str:
        """The station; raise ``Unfinished`` where none is named."""
        told = self.asked.native.device or getattr(self.args, "device", None)
        if not isinstance(told, str):
            raise refuse(
                _K.INVALID_ARGUMENT, f"{self.where}: no device is named", "args.device"
            )
        return told

    def call(self, member: str = "call") -> str:
        """Give the call; raise ``Unfinished`` for one that cannot be of this link."""
        told: str | None = getattr(self.asked.native, member)
        if told is None or not told.isdecimal() or int(told) > 0xFFFF:
            detail = f"{self.where}: {told!r} is no call of this link"
            raise refuse(_K.INVALID_OBJECT, detail, f"args.{member}")
        return told


def where_of(asked: dr.CommandRequested) -> str:
    """Name a command by its verb and what it aims at."""
    native = asked.native
    words = [asked.command.verb]
    device = native.device or getattr(asked.command.args, "device", None)
    if device:
        words.append(f"at {device}")
    if native.call:
        words.append(f"on call {native.call}")
    return " ".join(words)


class CallCommands:
    """Verbs on calls."""

    def __init__(
        self, port: Port, calls: Calls, watching: Watching, learning: Learning
    ) -> None:
        self._port: Final = port
        self._calls: Final = calls
        self._watching: Final = watching
        self._learning: Final = learning

    # Requests.

    def ask(self, aim: Aim, want: Want) -> Generator[Want, Got, Got]:
        """Ask, and go on only when it was carried out."""
        got = yield want
        if not got.done:
            raise Unfinished(got.end(aim.where, self._port.settings.protocol))
        return got

    def on(
        self, aim: Aim, call: str, operation: Operation, *elements: Element, party: bool = True
    ) -> Generator[Want, Got, Got]:
        """Ask something of the station's party on a call."""
        association = self._watching.control_of(aim.device)
        named: tuple[Element, ...] = (v.CallIdentity(int(call)),)
        taken = False
        if association is None:
            association, named = self._calls.control(call), ()
        if association is None:
            got = yield from self.ask(aim, Want(_OP.TAKE_CONTROL, (v.CallIdentity(int(call)),)))
            association, taken = got.association, True
            self._calls.listed(call, got.elements)
        if party:
            told = self._calls.party(call, aim.device)
            if told is None:
                told = yield from self._party(aim, call)
            named = (*named, v.PartyIdentifier(told))
        if association is None:
            gone = Error(_K.STATE_CONFLICT, f"{aim.where}: the control of the call was lost")
            raise Unfinished(Result(EndState.FAILED, error=gone))
        got = yield Want(operation, (*named, *elements), association)
        if taken and got.association is not None:
            yield Want(_OP.RELINQUISH_CONTROL, association=got.association)
        if not got.done:
            raise Unfinished(got.end(aim.where, self._port.settings.protocol))
        return got

    def _party(self, aim: Aim, call: str) -> Generator[Want, Got, int]:
        """Ask for the parties of a call of which the station's is not known."""
        got = yield from self.ask(aim, parties_of(call))
        self._calls.listed(call, got.elements)
        told = self._calls.party(call, aim.device)
        if told is None:
            detail = f"{aim.where}: {aim.device} is no party of call {call}"
            raise refuse(_K.INVALID_OBJECT, detail, "args.call")
        return told

    # One request.

    def simple(self, operation: Operation) -> Callable[[Aim], Steps]:
        """Make the procedure of a verb that is one request."""

        def steps(aim: Aim) -> Steps:
            yield from self.on(aim, aim.call(), operation)
            return done()

        return steps

    def clear_connection(self, aim: Aim) -> Steps:
        """Drop a party; nobody need tell of the last one."""
        call = aim.call()
        last = self._calls.alone(call)
        yield from self.on(aim, call, _OP.SELECTIVE_DROP)
        if last and self._calls.known(call):
            self._calls.ended(call)
            ended = f.CallEnded(call=call, origin=Origin.INFERRED)
            self._port.report(ended, str(_OP.SELECTIVE_DROP))
        return done()

    def redirect(self, aim: Aim) -> Steps:
        """Send a call that alerts elsewhere."""
        yield from self.on(aim, aim.call(), _OP.REDIRECT, called(aim.args.to, aim))
        return done()

    def send_dtmf(self, aim: Aim) -> Steps:
        """Send digits."""
        args: cm.SendDtmf = aim.args
        lengths = [
            0 if told is UNSET else min(255, max(1, told // 10))
            for told in (args.tone_ms, args.pause_ms)
        ]
        yield from self.on(
            aim, aim.call(), _OP.SEND_DTMF, v.Dtmf(args.digits, lengths[0], lengths[1])
        )
        return done()

    def single_step_conference(self, aim: Aim) -> Steps:
        """Add a station to a call."""
        args: cm.SingleStepConference = aim.args
        options: list[Element] = []
        if args.participation is cm.Participation.SILENT:
            options.append(v.CallOption(_OPT.LISTEN_ONLY))
        added = called(args.join, aim)
        got = yield from self.on(
            aim, aim.call(), _OP.SINGLE_STEP_CONFERENCE, added, *options, party=False
        )
        self._calls.listed(aim.call(), got.elements)
        return done()

    def clear_call(self, aim: Aim) -> Steps:
        """End a call for everybody."""
        call = aim.call()
        association = self._calls.control(call)
        if association is None:
            want = Want(_OP.TAKE_CONTROL, (v.CallIdentity(int(call)),))
            got = yield from self.ask(aim, want)
            association = got.association
        if association is not None:
            yield from self.ask(aim, Want(_OP.CLEAR_CALL, association=association))
        if self._calls.known(call):  # nothing else need tell who controlled the call
            self._calls.ended(call)
            self._port.report(f.CallEnded(call=call), str(_OP.CLEAR_CALL))
        return done()

    # Calling.

    def make_call(self, aim: Aim) -> Steps:
        """Call from a station."""
        args: cm.MakeCall = aim.args
        options = (v.CallOption(_OPT.PRIORITY),) if args.priority else ()
        return (yield from self._dial(aim, args.to, args.uui, options))

    def _dial(self, aim: Aim, to: str, uui: object, options: tuple[Element, ...] = ()) -> Steps:
        elements = (
            *(called(to, aim), v.CallOption(_OPT.RETURN_ACKNOWLEDGEMENT)),
            *(*options, *self.user_data(aim, uui)),
        )
        association = self._watching.control_of(aim.device)
        if association is not None:
            want = Want(_OP.AUTO_DIAL, elements, association)
        else:
            calling = q.CallingPartyNumber(digits=aim.device)
            want = Want(_OP.MAKE_CALL, (calling, *elements))
        got = yield from self.ask(aim, want)
        return self._made(aim.device, got, opened=association is None, operation=want.operation)

    def _made(self, device: str, got: Got, *, opened: bool, operation: Operation) -> Result:
        """Report the call that an acknowledgement names."""
        identity = first(got.elements, v.CallIdentity)
        if identity is None:
            return done()
        call = str(identity.call_id)
        party = first(got.elements, v.PartyIdentifier)
        if party is not None:
            self._calls.learn(call, party.party, NativeDevice(device))
        if opened and got.association is not None:
            self._calls.controlled(call, got.association)
        self._port.report(f.CallMade(call=call), str(operation))
        return done(native={"call": call, "device": device})

    def make_predictive_call(self, aim: Aim) -> Steps:
        """Call somebody for a group; the switch classifies who answers."""
        args: cm.MakePredictiveCall = aim.args
        if args.machine not in ("deliver", "clear"):
            detail = f"{aim.where}: machine is deliver or clear, not {args.machine!r}"
            raise refuse(_K.INVALID_ARGUMENT, detail, "args.machine")
        drop = args.machine == "clear"
        elements = (
            q.CallingPartyNumber(digits=args.deliver_to),
            called(args.to, aim),
            v.CallOption(_OPT.RETURN_ACKNOWLEDGEMENT),
            v.CallOption(_OPT.ALERT_DESTINATION_FIRST),
            *((v.CallOption(_OPT.ANSWERING_MACHINE_DROP),) if drop else ()),
            v.CallOption(_OPT.SWITCH_CLASSIFIED),
            v.ServiceCircuit(ServiceCircuitName.CLASSIFIER),
        )
        got = yield from self.ask(aim, Want(_OP.MAKE_CALL, elements))
        return self._made(args.deliver_to, got, opened=True, operation=_OP.MAKE_CALL)

    def user_data(self, aim: Aim, uui: object) -> tuple[Element, ...]:
        """Give user-to-user data, as much as the release carries."""
        if not isinstance(uui, bytes):
            return ()
        longest = self._port.settings.dialect.uui
        if len(uui) > longest:
            detail = f"{aim.where}: {len(uui)} octets of uui, {longest} at most"
            raise refuse(_K.INVALID_ARGUMENT, detail, "args.uui")
        return (q.UserUser(uui),)

    # Joining.

    def merge(self, kind: f.MergeKind) -> Callable[[Aim], Steps]:
        """Make the procedure of transfer or conference."""

        def steps(aim: Aim) -> Steps:
            return (yield from self._merge(aim, aim.call("held"), aim.call("active"), kind))

        return steps

    def _merge(self, aim: Aim, held: str, active: str, kind: f.MergeKind) -> Steps:
        """Merge; the result stands for the event on this association (S2)."""
        transfer = kind is f.MergeKind.TRANSFER
        option = v.CallOption(_OPT.TRANSFER if transfer else _OPT.CONFERENCE)
        added = self._calls.other(active, aim.device)
        got = yield from self.on(aim, held, _OP.MERGE, option)
        identity = first(got.elements, v.CallIdentity)
        result = held if identity is None else str(identity.call_id)
        report = Report(got.elements, NativeDevice(aim.device), self._calls)
        if identity is not None:
            other = active if result == held else held
            controller = NativeDevice(aim.device)
            fact = merge_of(kind, result, other, controller, added, report)
            self._port.report(fact, str(_OP.MERGE))
        return done(native={"call": result})

    # Questions.

    def snapshot_call(self, aim: Aim) -> Steps:
        """Ask for the parties of a call; the tracker is told too."""
        call = aim.call()
        got = yield from self.ask(aim, parties_of(call))
        self._learning.call_seen(call, got)
        devices = self._calls.listed(call, got.elements)
        return done(parties=[{"native": {"call": call, "device": one.key}} for one in devices])


def called(digits: str, aim: Aim) -> q.CalledPartyNumber:
    """Give a number to dial; raise ``Unfinished`` for one that ASAI cannot carry."""
    plain = digits.lstrip("+")
    if not plain or len(plain) > 15 or set(plain) - set("0123456789#*"):
        detail = f"{aim.where}: {digits!r} is no number of 1 to 15 digits, # and *"
        raise refuse(_K.INVALID_ARGUMENT, detail, "args.to")
    return q.CalledPartyNumber(digits=plain)
