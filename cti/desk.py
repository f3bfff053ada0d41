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

from msgspec import UNSET, Struct

from cti import moment
from cti.driver import CommandRequested, NativeTarget
from cti.leases import Leases
from cti.model import commands as cm
from cti.model.capabilities import Capabilities, Support
from cti.model.commands import Args, Command, EndState, Result
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState
from cti.targets import Already, Refusal, Targets, refuse
from cti.tracker.book import Book

REMEMBERED: Final = 24 * 3600 * moment.SECOND
"""How long the end of a command is known by its id."""
REMEMBERED_AT_ONCE: Final = 200_000
WAITING_PER_OBJECT: Final = 8
WAITING: Final = 256
LEASES: Final = 0
"""Token of the timer of monitors that were asked for; commands count from 1."""
AGAIN: Final = 60 * moment.SECOND
"""Wait before the end of a monitor is asked for again."""

_USABLE: Final = (LinkState.UP, LinkState.DEGRADED)
_OURSELVES: Final = ""
"""Requester of what the desk itself asks; nobody is told how it ended."""
_OVERTAKE: Final = frozenset({"clear_connection", "clear_call", "route_select", "route_end"})
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
        self.lease_ended = command.requester == _OURSELVES
        """Whether this ends a monitor that somebody wanted until now."""


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

    def __init__(self, book: Book, kept: Iterable[str] = ()) -> None:
        """``kept`` are the devices that the configuration has monitored."""
        self._targets = Targets(book)
        self._leases = Leases(kept)
        self._lease_due: int | None = None
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
        lease_ended = False
        if isinstance(args := command.args, cm.MonitorStop):
            lease_ended = self._leases.holds(args.device, command.requester)
            if self._leases.release(args.device, command.requester):
                done = succeeded({"monitored": True})
                return [*self._lease_timer(), self._end(command, done)]
        try:
            self._check(command)
        except Refusal as refusal:
            if lease_ended and isinstance(args, cm.MonitorStop):
                self._leases.want(args.device, _OURSELVES, at + AGAIN)  # ended by us, later
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
        return [*self._finish(out, result), *self._next()]

    def command_of(self, token: int) -> Command | None:
        """Give the command that is out under a token."""
        out = self._out.get(token)
        return None if out is None else out.command

    def expired(self, token: int) -> list[Action]:
        """Take the deadline of a command, or the end of leases."""
        if token == LEASES:
            return self._leases_over()
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
        for out in list(self._out.values()):
            if out.sent and out.link_id == link_id:
                detail = f"{out.command.verb}: link lost before the answer"
                error = Error(ErrorClass.LINK_DOWN, detail)
                actions += self._finish(out, Result(EndState.UNKNOWN, error=error))
        return actions + self._next()

    # Monitors for a time.

    def _leases_over(self) -> list[Action]:
        """End the monitors that nobody wants any more."""
        at, self._lease_due = self._lease_due or 0, None
        actions: list[Action] = []
        for device in self._leases.over(at):
            command = Command(
                command_id=f"lease-{device}",
                verb="monitor_stop",
                switch_id="",
                args=cm.MonitorStop(device=device),
                requester=_OURSELVES,
            )
            try:
                self._check(command)
            except Refusal:
                self._leases.want(device, _OURSELVES, at + AGAIN)
            else:
                actions += self._admit(command, at)
        return [*actions, *self._lease_timer()]

    def _lease(self, out: _Out, result: Result) -> list[Action]:
        """Take what became of a command that starts or ends a monitor."""
        requester, args = out.command.requester, out.command.args
        match args:
            case cm.MonitorStart() if result.status is EndState.SUCCEEDED:
                until = out.at + args.ttl_s * moment.SECOND
                self._leases.want(args.device, requester, until)
            case cm.MonitorStop() if (
                out.lease_ended and result.status is not EndState.SUCCEEDED
            ):
                self._leases.want(args.device, _OURSELVES, out.at + AGAIN)
            case _:
                return []
        return self._lease_timer()

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
        command = Command(
            command_id=f"verify-{call_id}",
            verb="snapshot_call",
            switch_id="",
            args=cm.SnapshotCall(call=call_id),
            requester=_OURSELVES,
        )
        try:
            self._check(command)
        except Refusal:
            return []
        return self._admit(command, at)

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

    def _link(self, command: Command) -> str:
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
        named = (getattr(command.args, name, None) for name in ("device", "call"))
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
        if isinstance(args, cm.MonitorStop) and self._leases.wanted(args.device):
            return self._finish(out, succeeded({"monitored": True}))
        try:
            self._check(out.command)
            out.target = self._targets.of(out.command)
            out.link_id = self._link(out.command)
        except Refusal as refusal:
            return self._finish(out, rejected(refusal.error))
        except Already:
            return self._finish(out, succeeded({"already": True}))
        out.sent = True
        for name in out.objects:
            self._busy.setdefault(name, out.token)
        return [Send(out.link_id, CommandRequested(out.token, out.command, out.target))]

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
        if out.command.requester != _OURSELVES:
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
