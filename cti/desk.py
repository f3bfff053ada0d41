"""The command desk: the life of a command from its arrival to its end.

``received -> checked -> queued -> sent -> ended``. A command ends exactly once; the same
``command_id`` of the same requester is answered with the same end and never carried out a
second time; a command is never sent again by the desk itself. One command per device and
call is out at a time, further ones wait in order.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from typing import Any, Final

from msgspec import UNSET, Struct, structs

from cti import moment
from cti.driver import CommandRequested, NativeTarget
from cti.leases import MONITOR, REGISTRATION, STARTS, STOPS, Leases, Wanted
from cti.model import commands as cm
from cti.model.capabilities import Capabilities, Support
from cti.model.commands import Args, Command, EndState, Result
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState
from cti.numbering import Numbering
from cti.targets import Already, Refusal, Targets, refuse
from cti.tracker.book import Book

REMEMBERED: Final = 24 * 3600 * moment.SECOND
"""How long the end of a command is known by its id."""
REMEMBERED_AT_ONCE: Final = 200_000
WAITING_PER_OBJECT: Final = 8
WAITING: Final = 256
LEASES: Final = 0
"""Token of the timer of what is wanted for a time; commands count from 1."""
REGISTER: Final = -1
"""Token of the timer after which route points are registered for again."""
AGAIN: Final = 60 * moment.SECOND
"""Wait before something is asked for again that the switch refused."""
LEASES_AT_ONCE: Final = 2_000

_USABLE: Final = (LinkState.UP, LinkState.DEGRADED)
OURSELVES: Final = ""
"""Requester of what the bridge itself asks; nobody is told how it ended."""
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
        *("at", "command", "key", "lease_ended", "link_id"),
        *("objects", "sent", "target", "token"),
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
        self.lease_ended = command.requester == OURSELVES
        """Whether this ends something that somebody wanted until now."""


class _Known(Struct, gc=False):
    """What is remembered of a command by its id."""

    verb: str
    args: Args
    at: int
    result: Result | None = None


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
        self._leases = Leases(
            [(MONITOR, device) for device in kept]
            + [(REGISTRATION, point) for point in registered]
        )
        self._lease_due: int | None = None
        self._registered: dict[str, str] = {}
        """Route points to the link on which the switch was told that they are served."""
        self._register_due = 0
        self.links: dict[str, LinkView] = {}
        """Links by their id, kept current by the Engine."""
        self._known: OrderedDict[tuple[str, str], _Known] = OrderedDict()
        self._out: dict[int, _Out] = {}
        self._busy: dict[str, int] = {}
        """Object to the token of the command that is out for it."""
        self._waiting: deque[int] = deque()
        self._tokens = 0

    @property
    def outstanding(self) -> int:
        """Commands that have not ended."""
        return len(self._out)

    def arrive(self, command: Command, at: int) -> list[Action]:
        """Take a command that was allowed to its requester."""
        key = (command.requester, command.command_id)
        known = self._known.get(key)
        if known is not None and at - known.at <= REMEMBERED:
            return self._again(command, known)
        self._remember(key, command, at)
        match command.args:
            case cm.AttachData() as attach:
                return self._attach(command, attach)
            case cm.ForgetCall() as forget:
                return self._forget(command, forget)
            case cm.Resync() as resync:
                return self._resync(command, resync)
            case _:
                pass
        what = self._wanted(command)
        kind = STOPS.get(command.verb)
        lease_ended = False
        if what is not None and kind is None and self._full(what, command.requester):
            error = Error(ErrorClass.RESOURCE_LIMIT, f"{LEASES_AT_ONCE} leases are out")
            return [self._end(command, rejected(error))]
        if what is not None and kind is not None:
            lease_ended = self._leases.holds(what, command.requester)
            if self._leases.release(what, command.requester):
                done = succeeded({kind.word: True})
                return [*self._lease_timer(), self._end(command, done)]
        try:
            self._check(command)
        except Refusal as refusal:
            if lease_ended and what is not None:
                self._leases.want(what, OURSELVES, at + AGAIN)  # ended by us, later
            timer = self._lease_timer() if lease_ended else []
            return [*timer, self._end(command, rejected(refusal.error))]
        except Already:
            return [self._end(command, succeeded({"already": True}))]
        timer = self._lease_timer() if lease_ended else []
        return [*timer, *self._admit(command, at, lease_ended=lease_ended)]

    def _admit(self, command: Command, at: int, *, lease_ended: bool = False) -> list[Action]:
        """Send a command that may be sent, or let it wait."""
        self._tokens += 1
        out = _Out(self._tokens, command, self._objects(command), at)
        out.lease_ended |= lease_ended
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
        return [*self._finish(out, self._registration(out, result)), *self._next()]

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
        for point in [name for name, link in self._registered.items() if link == link_id]:
            del self._registered[point]
        for out in list(self._out.values()):
            if out.sent and out.link_id == link_id:
                detail = f"{out.command.verb}: link lost before the answer"
                error = Error(ErrorClass.LINK_DOWN, detail)
                actions += self._finish(out, Result(EndState.UNKNOWN, error=error))
        return [*actions, *self._next()]

    # What is wanted for a time.

    def serves(self, point: str) -> bool:
        """Tell whether an application answers the requests of a route point."""
        return any(self._leases.holders((REGISTRATION, point)))

    def register(self, at: int) -> list[Action]:
        """Tell the switch which route points are served, as far as it does not know."""
        actions: list[Action] = []
        for point in self._leases.meant(REGISTRATION):
            if point not in self._registered and point not in self._busy:
                args = cm.RouteRegister(route_point=point, ttl_s=1)
                try:
                    actions += self._ask(REGISTRATION.start, args, at)
                except Refusal:
                    break  # there is no link, or it knows no registration
        return actions

    def _full(self, what: Wanted, requester: str) -> bool:
        return len(self._leases) >= LEASES_AT_ONCE and not self._leases.holds(what, requester)

    def _ask(self, verb: str, args: Args, at: int) -> list[Action]:
        """Give a command of the bridge's own; raise ``Refusal`` if that cannot be done now."""
        command = Command(
            command_id=verb, verb=verb, switch_id="", args=args, requester=OURSELVES
        )
        self._check(command)
        return self._admit(command, at)

    def _wanted(self, command: Command) -> Wanted | None:
        """Give what a command begins or ends for a time."""
        kind = STARTS.get(command.verb) or STOPS.get(command.verb)
        return None if kind is None else (kind, kind.name(command.args))

    def _leases_over(self) -> list[Action]:
        """End what nobody wants any more."""
        at, self._lease_due = self._lease_due or 0, None
        actions: list[Action] = []
        for kind, name in self._leases.over(at):
            try:
                actions += self._ask(kind.stop, kind.ending(name), at)
            except Refusal:
                self._leases.want((kind, name), OURSELVES, at + AGAIN)
        return [*actions, *self._lease_timer()]

    def _lease(self, out: _Out, result: Result) -> list[Action]:
        """Take what became of a command that begins or ends something for a time."""
        command, what = out.command, self._wanted(out.command)
        if what is None:
            return []
        succeeded = result.status is EndState.SUCCEEDED
        if command.verb in STOPS:
            if succeeded or not out.lease_ended:
                return []
            self._leases.want(what, OURSELVES, out.at + AGAIN)
        elif command.requester == OURSELVES:
            return [] if succeeded else [StartTimer(REGISTER, self._retry_at(out))]
        elif succeeded:
            until = out.at + getattr(command.args, "ttl_s", 0) * moment.SECOND
            self._leases.want(what, command.requester, until)
        return self._lease_timer()

    def _retry_at(self, out: _Out) -> int:
        self._register_due = out.at + AGAIN
        return self._register_due

    def _registered_already(self, out: _Out) -> Result | None:
        """End a registration that is no business of the switch; None where it is."""
        args = out.command.args
        if isinstance(args, cm.RouteUnregister):
            known = args.route_point in self._registered
            return None if known else succeeded({"registered": False})
        if not isinstance(args, cm.RouteRegister):
            return None
        support = self.links[out.link_id].capabilities.commands["route_register"].support
        known = args.route_point in self._registered
        if not known and support is not Support.EMULATED:
            return None
        return succeeded({"registered": True, "at_switch": known})

    def _registration(self, out: _Out, result: Result) -> Result:
        """Take what the switch said of a registration.

        A switch that knows no registration asks without it.
        """
        match out.command.args:
            case cm.RouteRegister(route_point=point) if result.status is EndState.SUCCEEDED:
                self._registered[point] = out.link_id
                return succeeded({"registered": True, "at_switch": True})
            case cm.RouteRegister() if (
                isinstance(result.error, Error) and result.error.kind is ErrorClass.UNSUPPORTED
            ):
                return succeeded({"registered": True, "at_switch": False})
            case cm.RouteUnregister(route_point=point) if result.status is EndState.SUCCEEDED:
                self._registered.pop(point, None)
                return succeeded({"registered": False})
            case _:
                return result

    def _lease_timer(self) -> list[Action]:
        due = self._leases.next
        if due == self._lease_due:
            return []
        self._lease_due = due
        return [StopTimer(LEASES)] if due is None else [StartTimer(LEASES, due)]

    # Arrival.

    def _attach(self, command: Command, args: cm.AttachData) -> list[Action]:
        try:
            call_id = self._named(command, args.call)
        except Refusal as refusal:
            return [self._end(command, rejected(refusal.error))]
        done = succeeded({"call": call_id})
        return [Attach(command, call_id, args.data), self._end(command, done)]

    def _forget(self, command: Command, args: cm.ForgetCall) -> list[Action]:
        try:
            call_id = self._named(command, args.call)
        except Refusal as refusal:
            return [self._end(command, rejected(refusal.error))]
        done = succeeded({"call": call_id})
        return [Forget(command, call_id), self._end(command, done)]

    def _resync(self, command: Command, args: cm.Resync) -> list[Action]:
        view = self.links.get(args.link)
        if view is None:
            known = ", ".join(self.links)
            detail = f"no link {args.link!r}; there is {known}"
            error = Error(ErrorClass.INVALID_OBJECT, detail, "args.link")
            return [self._end(command, rejected(error))]
        if view.state not in _USABLE:
            detail = f"resync: link {args.link} is {view.state.value}"
            return [self._end(command, rejected(Error(ErrorClass.LINK_DOWN, detail)))]
        done = succeeded({"link": args.link})
        return [Resync(args.link, "asked"), self._end(command, done)]

    def _named(self, command: Command, call_id: str) -> str:
        """Give the call that a command of the bridge's own names; raise ``Refusal``."""
        calls = self._targets.calls_of(command)
        if not calls:
            raise refuse(ErrorClass.INVALID_OBJECT, f"no call {call_id!r}", "args.call")
        if command.expect_version is not UNSET:
            self._check_version(command, command.expect_version)
        return calls[0].call_id

    def verify(self, link_id: str, call_id: str, at: int) -> list[Action]:
        """Ask the switch whether a call is still there; nobody is told how that ended."""
        view = self.links.get(link_id)
        if view is None or view.state not in _USABLE:
            return []
        try:
            return self._ask("snapshot_call", cm.SnapshotCall(call=call_id), at)
        except Refusal:
            return []

    def _again(self, command: Command, known: _Known) -> list[Action]:
        """Take an id that was used before."""
        if (command.verb, command.args) != (known.verb, known.args):
            detail = f"command_id {command.command_id!r} was used for another command"
            error = Error(ErrorClass.ID_REUSED, detail, "command_id")
            return [_reply(command, rejected(error))]
        return [] if known.result is None else [_reply(command, known.result)]

    def _remember(self, key: tuple[str, str], command: Command, at: int) -> None:
        while self._known:
            oldest, known = next(iter(self._known.items()))
            full = len(self._known) >= REMEMBERED_AT_ONCE
            if at - known.at <= REMEMBERED and not full:
                break
            del self._known[oldest]
        self._known[key] = _Known(command.verb, command.args, at)

    def _check(self, command: Command) -> None:
        """Raise ``Refusal`` for a command that must not be sent."""
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

    def _link(self, command: Command) -> str:
        route_id = getattr(command.args, "route", None)
        if isinstance(route_id, str):
            return self._targets.route(route_id).link_id
        for link_id, view in self.links.items():
            if view.state in _USABLE:
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
        if len(self._waiting) >= WAITING:
            return True
        same = sum(
            1 for token in self._waiting if not set(out.objects).isdisjoint(self._names(token))
        )
        return same >= WAITING_PER_OBJECT

    def _send(self, out: _Out) -> list[Action]:
        """Send a command; what it aims at is looked up now, since it may have waited."""
        args = out.command.args
        kind = STOPS.get(out.command.verb)
        if kind is not None and self._leases.wanted((kind, kind.name(args))):
            return self._finish(out, succeeded({kind.word: True}))
        try:
            self._check(out.command)
            out.target = self._targets.of(out.command)
            out.link_id = self._link(out.command)
        except Refusal as refusal:
            return self._finish(out, rejected(refusal.error))
        except Already:
            return self._finish(out, succeeded({"already": True}))
        if (ended := self._registered_already(out)) is not None:
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
        known = self._known.get((command.requester, command.command_id))
        if known is not None:
            known.result = result
        return _reply(command, result)


def _reply(command: Command, result: Result) -> Reply:
    return Reply(command.requester, command.command_id, command.verb, result)


def rejected(error: Error) -> Result:
    """Make the end of a command that was never sent."""
    return Result(EndState.REJECTED, error=error)


def succeeded(result: dict[str, Any]) -> Result:
    """Make the end of a command that was carried out."""
    return Result(EndState.SUCCEEDED, result=result)
