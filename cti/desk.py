"""The command desk: the life of a command from its arrival to its end.

``received -> checked -> queued -> sent -> ended``. A command ends exactly once; the same
``command_id`` of the same requester is answered with the same end and never carried out a
second time; a command is never sent again by the desk itself. One command per device and
call is out at a time, further ones wait in order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, Final

from msgspec import UNSET, Struct, structs

from cti import moment
from cti.calldata import attached, excess
from cti.driver import CommandRequested, NativeTarget
from cti.fair import share
from cti.leases import MONITOR, REGISTRATION, Wanted
from cti.lending import OURSELVES, Lending, Permits
from cti.model import commands as cm
from cti.model.capabilities import Capabilities, Support
from cti.model.commands import Args, Command, EndState, Result
from cti.model.data import CallData
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState
from cti.numbering import Numbering
from cti.remembered import Known, Remembered, digest, interrupted, result_of
from cti.targets import Already, Refusal, Targets, refuse
from cti.tracker.book import Book

WAITING_PER_OBJECT: Final = 8
WAITING: Final = 256
LEASES: Final = 0
"""Token of the timer of what is wanted for a time; commands count from 1."""
REGISTER: Final = -1
"""Token of the timer after which route points are registered for again."""

USABLE: Final = (LinkState.UP, LinkState.DEGRADED)
"""States of a link that can take commands."""
_OVERTAKE: Final = frozenset(
    {"clear_connection", "clear_call", "route_select", "route_end", "route_treatment"}
)
"""Verbs that do not wait behind others."""

# Actions.


class Send(Struct, frozen=True, gc=False):
    """Give a command to a link's driver."""

    link_id: str
    request: CommandRequested


class Reply(Struct, frozen=True, gc=False):
    """Tell the requester how its command ended."""

    requester: str
    command_id: str
    verb: str
    result: Result


class StartTimer(Struct, frozen=True, gc=False):
    """Start the deadline of a command."""

    token: int
    due: int


class StopTimer(Struct, frozen=True, gc=False):
    """Stop the deadline of a command."""

    token: int


class Attach(Struct, frozen=True, gc=False):
    """Attach application data to a call: the bridge keeps it, no switch is asked."""

    command: Command
    call_id: str
    data: dict[str, Any]


class Forget(Struct, frozen=True, gc=False):
    """Give up a call: somebody knows that it is not there."""

    command: Command
    call_id: str


class Resync(Struct, frozen=True, gc=False):
    """Ask for the whole state of a link."""

    link_id: str
    reason: str


Action = Send | Reply | StartTimer | StopTimer | Attach | Forget | Resync


class _Out:
    """A command between its arrival and its end."""

    __slots__ = (
        *("at", "command", "key", "link_id"),
        *("objects", "released", "sent", "target", "token"),
    )

    def __init__(self, token: int, command: Command, objects: tuple[str, ...], at: int) -> None:
        self.token = token
        self.at = at
        self.command = command
        self.key = (command.requester, command.command_id)
        self.objects = objects
        self.link_id = ""
        self.target = NativeTarget()
        self.sent = False
        self.released = command.requester == OURSELVES
        """Whether this ends something that somebody wanted until now."""


class LinkView(Struct, gc=False):
    """What the desk knows of a link."""

    state: LinkState
    capabilities: Capabilities


class Desk:
    """Commands of one switch."""

    def __init__(
        self,
        book: Book,
        kept: Iterable[str] = (),
        registered: Iterable[str] = (),
        numbering: Numbering | None = None,
    ) -> None:
        """``kept`` are the devices that the configuration has monitored.

        ``registered`` are the route points that it has registered in any case; with
        ``numbering`` what is to be dialled may be a number with a plus sign.
        """
        self._numbering = numbering
        self._targets = Targets(book)
        self._lending = Lending(_kept(kept, registered))
        self._register_due = 0
        self.permits: Permits = _everything
        """Asked again before a command is sent: rights and calls may have changed."""
        self.links: dict[str, LinkView] = {}
        """Links by their id, kept current by the Engine."""
        self.remembered: Final = Remembered()
        self._out: dict[int, _Out] = {}
        self._busy: dict[str, int] = {}
        """Object to the token of the command that is out for it."""
        self._waiting: deque[int] = deque()
        self._tokens = 0

    @property
    def outstanding(self) -> int:
        """Commands that have not ended."""
        return len(self._out)

    def knows(self, requester: str, command_id: str, at: int) -> bool:
        """Tell whether a command was taken before, so that its id is not carried out again."""
        return self.remembered.knows(requester, command_id, at)

    def rights_changed(self, at: int) -> list[Action]:
        """End what its requester may not do any more: commands that wait, and leases.

        What was sent is the switch's business.
        """
        actions: list[Action] = []
        for out in list(self._out.values()):
            if not out.sent and (error := self._forbidden(out.command)) is not None:
                actions += self._finish(out, rejected(error))
        self._lending.withdraw(self.permits, at)
        return [*actions, *self._lease_timer(), *self._next()]

    def _forbidden(self, command: Command) -> Error | None:
        return None if command.requester == OURSELVES else self.permits(command)

    def arrive(self, command: Command, at: int) -> list[Action]:
        """Take a command that was allowed to its requester."""
        if (known := self.remembered.again(command, at)) is not None:
            return self._again(command, known)
        match command.args:
            case cm.AttachData() as attach:
                return self._attach(command, attach, at)
            case cm.ForgetCall() as forget:
                return self._forget(command, forget)
            case cm.Resync() as resync:
                return self._resync(command, resync)
            case _:
                pass
        if (error := self._lending.refused(command)) is not None:
            return [self._end(command, rejected(error))]
        released, ended = self._lending.released(command)
        if ended is not None:
            return [*self._lease_timer(), self._end(command, ended)]
        try:
            self._check(command)
        except Refusal as refusal:
            if released:
                self._lending.postpone(command, at)
            return [*self._lease_timer(), self._end(command, rejected(refusal.error))]
        except Already:
            return [self._end(command, succeeded({"already": True}))]
        return [*self._lease_timer(), *self._admit(command, at, released=released)]

    def _admit(self, command: Command, at: int, *, released: bool = False) -> list[Action]:
        """Send a command that may be sent, or let it wait."""
        self._tokens += 1
        out = _Out(self._tokens, command, self._objects(command), at)
        out.released |= released
        self._out[out.token] = out
        actions: list[Action] = [
            StartTimer(out.token, at + command.deadline_ms * moment.SECOND // 1000)
        ]
        if self._free(out):
            return actions + self._send(out)
        if self._crowded(out):
            error = Error(ErrorClass.RESOURCE_BUSY, "too many commands wait for this object")
            return self._finish(out, rejected(error))
        self._waiting.append(out.token)
        return actions

    def ended(self, token: int, result: Result) -> list[Action]:
        """Take what became of a command that was sent."""
        out = self._out.get(token)
        if out is None or not out.sent:
            return []
        if self._crossed(out, result):
            result = succeeded({"already": True})
        result = self._lending.answered(out.command, out.link_id, result)
        return [*self._finish(out, result), *self._next()]

    def _crossed(self, out: _Out, result: Result) -> bool:
        """Tell whether a clear was refused because somebody else was quicker with it."""
        clears = isinstance(out.command.args, cm.ClearConnection | cm.ClearCall)
        if not clears or result.status is not EndState.FAILED or result.error is UNSET:
            return False
        gone = result.error.kind in (ErrorClass.INVALID_OBJECT, ErrorClass.STATE_CONFLICT)
        return gone and self._targets.is_clear(out.command, out.target)

    def command_of(self, token: int) -> Command | None:
        """Give the command that is out under a token."""
        out = self._out.get(token)
        return None if out is None else out.command

    def expired(self, token: int) -> list[Action]:
        """Take the deadline of a command, or a timer of the desk's own."""
        if token == LEASES:
            return self._leases_over()
        if token == REGISTER:
            return self.register(self._register_due)
        out = self._out.get(token)
        if out is None:
            return []
        seconds = out.command.deadline_ms / 1000
        if out.sent:
            detail = f"{out.command.verb}: sent, no answer within {seconds:g} s"
            result = Result(EndState.UNKNOWN, error=Error(ErrorClass.TIMEOUT, detail))
        else:
            detail = f"{out.command.verb}: still waiting after {seconds:g} s, not sent"
            result = rejected(Error(ErrorClass.TIMEOUT, detail))
        return [*self._finish(out, result), *self._next()]

    def link_lost(self, link_id: str) -> list[Action]:
        """End what is out on a link that was lost."""
        actions: list[Action] = []
        self._lending.lost(link_id)
        for out in list(self._out.values()):
            if out.sent and out.link_id == link_id:
                detail = f"{out.command.verb}: link lost before the answer"
                error = Error(ErrorClass.LINK_DOWN, detail)
                actions += self._finish(out, Result(EndState.UNKNOWN, error=error))
        return [*actions, *self._next()]

    # What is wanted for a time.

    def serves(self, point: str) -> bool:
        """Tell whether an application answers the requests of a route point."""
        return self._lending.serves(point)

    def configure(
        self, kept: Iterable[str], registered: Iterable[str], at: int
    ) -> list[Action]:
        """Take what the configuration wants from now on."""
        self._lending.configure(_kept(kept, registered), at)
        return [*self.register(at), *self._lease_timer()]

    def leased(self, device: str) -> bool:
        """Tell whether an application wants a device monitored for a time."""
        return self._lending.leased(device)

    def register(self, at: int) -> list[Action]:
        """Tell the switch which route points are served, as far as it does not know."""
        actions: list[Action] = []
        for args in self._lending.unregistered():
            if args.route_point not in self._busy:
                try:
                    actions += self._ask(REGISTRATION.start, args, at)
                except Refusal:
                    break  # there is no link, or it has no routes
        return actions

    def _ask(self, verb: str, args: Args, at: int) -> list[Action]:
        """Give a command of the bridge's own; raise ``Refusal`` if that cannot be done now."""
        command = _own(verb, args)
        self._check(command)
        return self._admit(command, at)

    def _leases_over(self) -> list[Action]:
        """End what nobody wants any more."""
        actions: list[Action] = []
        for verb, args, at in self._lending.over():
            try:
                actions += self._ask(verb, args, at)
            except Refusal:
                self._lending.postpone(_own(verb, args), at)
        return [*actions, *self._lease_timer()]

    def _lease(self, out: _Out, result: Result) -> list[Action]:
        """Take what became of a command that begins or ends something for a time."""
        again = self._lending.ended(
            *(out.command, out.at, result),
            released=out.released,
            withdrawn=self._forbidden(out.command) is not None,
        )
        if again is not None:
            self._register_due = again
            return [StartTimer(REGISTER, again)]
        return self._lease_timer()

    def _lease_timer(self) -> list[Action]:
        changed, due = self._lending.due()
        if not changed:
            return []
        return [StopTimer(LEASES)] if due is None else [StartTimer(LEASES, due)]

    # Arrival.

    def _attach(self, command: Command, args: cm.AttachData, at: int) -> list[Action]:
        try:
            self._permit(command)
            call = self._targets.call_for_data(args.call, at)
            if command.expect_version is not UNSET:
                self._check_version(command, command.expect_version)
            _check_size(call.data, command.requester, args.data)
        except Refusal as refusal:
            return [self._end(command, rejected(refusal.error))]
        return [
            Attach(command, call.call_id, args.data),
            self._end(command, succeeded({"call": call.call_id})),
        ]

    def interrupted(self) -> list[Reply]:
        """End the commands that an earlier life of the bridge took and did not end."""
        replies = []
        for client, command_id, verb in list(self.remembered.unended()):
            result = interrupted(verb)
            self.remembered.ended(client, command_id, result)
            replies.append(Reply(client, command_id, verb, result))
        return replies

    def _forget(self, command: Command, args: cm.ForgetCall) -> list[Action]:
        try:
            call = self._targets.call(args.call)
            if command.expect_version is not UNSET:
                self._check_version(command, command.expect_version)
        except Refusal as refusal:
            return [self._end(command, rejected(refusal.error))]
        done = succeeded({"call": call.call_id})
        return [Forget(command, call.call_id), self._end(command, done)]

    def _resync(self, command: Command, args: cm.Resync) -> list[Action]:
        view = self.links.get(args.link)
        if view is None:
            known = ", ".join(self.links)
            detail = f"no link {args.link!r}; there is {known}"
            error = Error(ErrorClass.INVALID_OBJECT, detail, "args.link")
            return [self._end(command, rejected(error))]
        if view.state not in USABLE:
            detail = f"resync: link {args.link} is {view.state.value}"
            return [self._end(command, rejected(Error(ErrorClass.LINK_DOWN, detail)))]
        done = succeeded({"link": args.link})
        return [Resync(args.link, "asked"), self._end(command, done)]

    def verify(self, link_id: str, call_id: str, at: int) -> list[Action]:
        """Ask the switch whether a call is still there; nobody is told how that ended."""
        view = self.links.get(link_id)
        if view is None or view.state not in USABLE:
            return []
        try:
            return self._ask("snapshot_call", cm.SnapshotCall(call=call_id), at)
        except Refusal:
            return []

    def _again(self, command: Command, known: Known) -> list[Action]:
        """Take an id that was used before."""
        if digest(command) != known.digest:
            detail = f"command_id {command.command_id!r} was used for another command"
            error = Error(ErrorClass.ID_REUSED, detail, "command_id")
            return [_reply(command, rejected(error))]
        result = result_of(known)
        return [] if result is None else [_reply(command, result)]

    def _check(self, command: Command) -> None:
        """Raise ``Refusal`` for a command that must not be sent."""
        self._permit(command)
        link_id = self._link(command)
        support = self.links[link_id].capabilities.commands.get(command.verb)
        if support is None or support.support is Support.UNSUPPORTED:
            note = "" if support is None or support.note is UNSET else f": {support.note}"
            detail = f"{command.verb} is not supported by link {link_id}{note}"
            raise refuse(ErrorClass.UNSUPPORTED, detail, "verb")
        if command.expect_version is not UNSET:
            self._check_version(command, command.expect_version)
        self._targets.of(command)
        self._dialled(command.args)
        data = getattr(command.args, "data", UNSET)
        if isinstance(data, dict):
            call = self._targets.call_of_route(command.args)
            _check_size(CallData() if call is None else call.data, command.requester, data)

    def _permit(self, command: Command) -> None:
        if (error := self._forbidden(command)) is not None:
            raise Refusal(error)

    def _link(self, command: Command) -> str:
        route_id = getattr(command.args, "route", None)
        if isinstance(route_id, str):
            return self._targets.route(route_id).link_id
        for link_id, view in self.links.items():
            if view.state in USABLE:
                return link_id
        states = ", ".join(f"{name} {view.state.value}" for name, view in self.links.items())
        detail = f"{command.verb}: no link is up ({states})"
        raise refuse(ErrorClass.LINK_DOWN, detail)

    def _check_version(self, command: Command, expected: int) -> None:
        for call in self._targets.calls_of(command):
            if call.version != expected:
                detail = f"call {call.call_id} has version {call.version}, not {expected}"
                raise refuse(ErrorClass.STALE, detail, "expect_version")

    def _objects(self, command: Command) -> tuple[str, ...]:
        members = ("device", "call", "route_point")
        named = (getattr(command.args, name, None) for name in members)
        return tuple(name for name in named if isinstance(name, str))

    # Queue.

    def _free(self, out: _Out) -> bool:
        if out.command.verb in _OVERTAKE:
            return True
        ahead = {
            name for token in self._waiting if token < out.token for name in self._names(token)
        }
        return not any(name in self._busy or name in ahead for name in out.objects)

    def _names(self, token: int) -> tuple[str, ...]:
        out = self._out.get(token)
        return () if out is None else out.objects

    def _crowded(self, out: _Out) -> bool:
        waiting = (self._out.get(token) for token in self._waiting)
        requester = out.command.requester
        own = sum(1 for one in waiting if one and one.command.requester == requester)
        if not share(own, len(self._waiting), WAITING):
            return True
        same = sum(
            1 for token in self._waiting if not set(out.objects).isdisjoint(self._names(token))
        )
        return same >= WAITING_PER_OBJECT

    def _send(self, out: _Out) -> list[Action]:
        """Send a command; what it aims at is looked up now, since it may have waited."""
        try:
            self._check(out.command)
            out.target = self._targets.of(out.command)
            out.link_id = self._link(out.command)
        except Refusal as refusal:
            return self._finish(out, rejected(refusal.error))
        except Already:
            return self._finish(out, succeeded({"already": True}))
        support = self.links[out.link_id].capabilities.commands[out.command.verb].support
        if (ended := self._lending.needless(out.command, support)) is not None:
            return self._finish(out, ended)
        out.sent = True
        for name in out.objects:
            self._busy.setdefault(name, out.token)
        command = structs.replace(out.command, args=self._dialled(out.command.args))
        return [Send(out.link_id, CommandRequested(out.token, command, out.target))]

    def _dialled(self, args: Args) -> Args:
        """Put what a set dials in the place of a number with a plus sign."""
        to = getattr(args, "to", UNSET)
        if self._numbering is None or not isinstance(to, str) or not to.startswith("+"):
            return args
        digits = self._numbering.dialable(to)
        if digits is None:
            detail = f"{to} is no number that this site can dial"
            raise refuse(ErrorClass.INVALID_ARGUMENT, detail, "args.to")
        return structs.replace(args, to=digits)

    def _next(self) -> list[Action]:
        """Send what waited and can go now."""
        actions: list[Action] = []
        for token in list(self._waiting):
            out = self._out.get(token)
            if out is None:
                self._waiting.remove(token)
            elif self._free(out):
                self._waiting.remove(token)
                actions += self._send(out)
        return actions

    # End.

    def _finish(self, out: _Out, result: Result) -> list[Action]:
        del self._out[out.token]
        for name in out.objects:
            if self._busy.get(name) == out.token:
                del self._busy[name]
        if out.token in self._waiting:
            self._waiting.remove(out.token)
        actions: list[Action] = [StopTimer(out.token), *self._lease(out, result)]
        if out.command.requester != OURSELVES:
            actions.append(self._end(out.command, result))
        return actions

    def _end(self, command: Command, result: Result) -> Reply:
        self.remembered.ended(command.requester, command.command_id, result)
        return _reply(command, result)


def _everything(_: Command) -> None:
    """Permit a command."""


def _reply(command: Command, result: Result) -> Reply:
    return Reply(command.requester, command.command_id, command.verb, result)


def _kept(devices: Iterable[str], points: Iterable[str]) -> list[Wanted]:
    return [
        *((MONITOR, device) for device in devices),
        *((REGISTRATION, point) for point in points),
    ]


def _own(verb: str, args: Args) -> Command:
    return Command(command_id=verb, verb=verb, switch_id="", args=args, requester=OURSELVES)


def _check_size(known: CallData, namespace: str, delta: dict[str, Any]) -> None:
    """Raise ``Refusal`` for data that is more than a call may have."""
    if (reason := excess(attached(known, namespace, delta))) is not None:
        raise refuse(ErrorClass.RESOURCE_LIMIT, reason, "args.data")


def rejected(error: Error) -> Result:
    """Make the end of a command that was never sent."""
    return Result(EndState.REJECTED, error=error)


def succeeded(result: dict[str, Any]) -> Result:
    """Make the end of a command that was carried out."""
    return Result(EndState.SUCCEEDED, result=result)
