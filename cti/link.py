"""One link: a stack and a driver joined, with the numbers of their messages.

Pure. Whatever the transport brings goes through the stack to the driver; whatever the driver
wants goes back. What the switch told comes out as ``Told``, with epoch and number.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import Any, Final, Literal

from msgspec import Struct

from cti import driver as dr
from cti import installed
from cti.facts import Facts
from cti.model.capabilities import Capabilities
from cti.model.commands import Result
from cti.model.states import LinkState
from cti.trace.veil import Veil
from protocols.stacks import primitives as st

# Events: what a link is told.


class OctetsSent(Struct, frozen=True, gc=False):
    """Octets that the observed client sent."""

    octets: bytes


class Connecting(Struct, frozen=True, gc=False):
    """The transport is being connected; ``TransportUp`` or ``TransportDown`` follows."""


class TimerExpired(Struct, frozen=True, gc=False):
    """A timer that this link started ran out."""

    timer: Hashable


Event = (
    Connecting
    | st.TransportUp
    | st.TransportDown
    | st.OctetsReceived
    | OctetsSent
    | TimerExpired
    | dr.CommandRequested
    | dr.StopRequested
    | dr.ResyncRequested
)

# Actions: what a link wants done, in this order.


class Transmit(Struct, frozen=True, gc=False):
    """Give octets to the transport."""

    octets: bytes


class Close(Struct, frozen=True, gc=False):
    """Close the transport: its stream is of no more use, or the driver is done with it."""

    reason: str


class Told(Struct, frozen=True, gc=False):
    """The switch told something."""

    fact: Facts
    message: str
    epoch: int
    seq: int


class StateTold(Struct, frozen=True, gc=False):
    """The link changed its state."""

    state: LinkState
    reason: str
    epoch: int
    seq: int


class StartTimer(Struct, frozen=True, gc=False):
    """Start a timer, or start it again."""

    timer: Hashable
    seconds: float


class StopTimer(Struct, frozen=True, gc=False):
    """Stop a timer; it may not be running."""

    timer: Hashable


class Noted(Struct, frozen=True, gc=False):
    """Something to count and log."""

    kind: str
    """Short name to count by: a kind of anomaly, or ``fault.`` and the stack's word."""
    detail: str
    epoch: int
    seq: int
    offset: int | None = None
    clause: str = ""


class Ended(Struct, frozen=True, gc=False):
    """What became of a command."""

    token: int
    result: Result
    epoch: int
    seq: int


class CapabilitiesTold(Struct, frozen=True, gc=False):
    """What this link can do is known better."""

    capabilities: Capabilities


Action = (
    Transmit
    | Close
    | Told
    | StateTold
    | StartTimer
    | StopTimer
    | Noted
    | Ended
    | CapabilitiesTold
)

FLOOD: Final = 100
"""Undecodable PDUs in a row after which a live link is closed."""

_Side = Literal["stack", "client", "driver"]
StackFactory = Callable[[], st.Stack]
_GROUP: Final = "cti.stacks"


def stack(
    name: str, options: Mapping[str, Any] = {}, *, observing: bool = False
) -> StackFactory:
    """Give what makes the message link called ``name`` with its own keys.

    Raise ``DriverError`` if there is none, ``OptionError`` for a key that is wrong.
    """
    make: st.Make | None = installed.find(_GROUP, name)
    if make is None:
        known = ", ".join(installed.names(_GROUP)) or "none"
        raise dr.DriverError(f"no stack {name!r}; installed: {known}")
    factory = partial(make, options, observing=observing)
    factory()  # tells what is wrong before any link is made
    return factory


class Link:
    """A stack and a driver. When observing, a second stack frames the client's octets.

    ``epoch`` is the last one before. With ``seq`` the first connection goes on from another
    trace: it is the number of its last message there, and ``state`` the link's. ``marked``
    says that ``TransportUp`` and ``TransportDown`` tell where connections begin
    and end; without them the driver recognises the PDU that begins one.
    """

    def __init__(
        self,
        link_id: str,
        driver: dr.SwitchDriver,
        make_stack: StackFactory,
        *,
        epoch: int = 0,
        seq: int = 0,
        state: LinkState = LinkState.DISABLED,
        observing: bool = False,
        marked: bool = True,
    ) -> None:
        self.link_id: Final = link_id
        self.driver: Final = driver
        self.epoch = epoch
        """Grows with every connection."""
        self.seq = 0
        """Number of the last message of the switch in this epoch."""
        self._goes_on_from = seq
        self._going_on = seq > 0
        self.messages = 0
        """PDUs read since the start: the switch's, and where a client is observed its own."""
        self.sent = 0
        """PDUs given to the stack since the start."""
        self.state = state
        self._stacks: dict[_Side, st.Stack] = {"stack": make_stack()}
        if observing:
            self._stacks["client"] = make_stack()
        self._veil = Veil(driver.secrets)
        self._observing = observing
        self._marked = marked
        self._up = False
        self._fresh = True
        """True while no PDU was seen since the connection began."""
        self._undecodable = 0
        """In a row; at ``FLOOD`` nothing more of this connection is read."""

    @property
    def connected(self) -> bool:
        """Whether the transport is there."""
        return self._up

    def shown(self, octets: bytes) -> bytes:
        """Give octets that were transmitted as a trace may show them, without passwords."""
        if not self._veil:
            return octets
        return self._stacks["stack"].altered(octets, self._veil.hide)

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order."""
        out: list[Action] = []
        match event:
            case st.OctetsReceived(octets):
                self._begin_unmarked(out)
                self._stack("stack", st.OctetsReceived(octets), out)
            case OctetsSent(octets):
                self._begin_unmarked(out)
                self._stack("client", st.OctetsReceived(octets), out)
            case st.TransportUp():
                if self._up:
                    self._down("connection replaced", out)
                self._connect(out)
            case st.TransportDown(reason):
                if self._up:
                    self._down(reason, out)
                else:  # it did not come up
                    self._set_state(LinkState.DOWN, reason, out)
            case Connecting():
                if not self._up and self.state is not LinkState.BLOCKED:
                    self._set_state(LinkState.CONNECTING, "", out)
            case TimerExpired(("driver", timer)):
                self._driver(dr.TimerExpired(timer), out)
            case TimerExpired(("stack" | "client" as side, timer)):
                self._stack(side, st.TimerExpired(timer), out)
            case TimerExpired():
                pass  # not a timer of this link
            case dr.CommandRequested() | dr.StopRequested() | dr.ResyncRequested():
                self._driver(event, out)
        return out

    # Connections.

    def _begin_unmarked(self, out: list[Action]) -> None:
        if not self._up and not self._marked:
            self._connect(out)

    def _connect(self, out: list[Action]) -> None:
        self.epoch += 1
        self.seq, self._goes_on_from = self._goes_on_from, 0
        self._undecodable = 0
        self._up = self._fresh = True
        for side in self._stacks:
            self._stack(side, st.TransportUp(), out)

    def _down(self, reason: str, out: list[Action]) -> None:
        for side in self._stacks:
            self._stack(side, st.TransportDown(reason), out)
        self._up = False
        if self.state is not LinkState.BLOCKED:  # the refusal says more than the end
            self._set_state(LinkState.DOWN, reason, out)

    def _restart(self, out: list[Action]) -> None:
        """Begin a new connection in the middle of an unmarked stream."""
        self._driver(dr.LinkDown("a new connection begins"), out)
        self._set_state(LinkState.DOWN, "a new connection begins", out)
        self.epoch += 1
        self.seq = 0
        self._driver(dr.LinkUp(), out)

    def _set_state(self, state: LinkState, reason: str, out: list[Action]) -> None:
        if self._going_on and state in (LinkState.CONNECTING, LinkState.OPENING):
            return  # it was more than that before
        self._going_on = False
        if state is not self.state:
            self.state = state
            out.append(StateTold(state, reason, self.epoch, self.seq))

    # The two halves.

    def _stack(self, side: _Side, event: st.Event, out: list[Action]) -> None:
        stack = self._stacks.get(side)
        if stack is None:
            return
        for action in stack.handle(event):
            match action:
                case st.Received(pdu):
                    self._pdu(pdu, out, sent=side == "client")
                case st.Transmit(octets):
                    if not self._observing:
                        out.append(Transmit(octets))
                case st.Established():
                    if side == "stack":
                        self._driver(dr.LinkUp(), out)
                case st.Released(reason):
                    if side == "stack":
                        self._driver(dr.LinkDown(reason), out)
                case st.StartTimer(timer):
                    out.append(StartTimer((side, timer), stack.timers[timer]))
                case st.StopTimer(timer):
                    out.append(StopTimer((side, timer)))
                case st.Fault(kind, detail, fatal):
                    out.append(Noted(f"fault.{kind}", detail, self.epoch, self.seq))
                    if fatal:
                        out.append(Close(detail))
                    elif kind == st.LOST and side == "stack":
                        self._driver(dr.ResyncRequested(detail), out)

    def _pdu(self, pdu: bytes, out: list[Action], *, sent: bool) -> None:
        if self._undecodable >= FLOOD:
            return
        self.messages += 1
        if (
            not self._marked
            and not self._fresh
            and self.driver.begins_connection(pdu, sent=sent)
        ):
            self._restart(out)
        self._fresh = False
        if sent:
            self._driver(dr.PduSent(pdu), out)
        else:
            self.seq += 1
            before = len(out)
            self._driver(dr.PduReceived(pdu), out)
            self._watch_flood(out, before)

    def _watch_flood(self, out: list[Action], before: int) -> None:
        """Close a live link whose peer sends nothing but garbage."""
        undecodable = dr.AnomalyKind.UNDECODABLE.value
        bad = any(
            isinstance(action, Noted) and action.kind == undecodable for action in out[before:]
        )
        self._undecodable = self._undecodable + 1 if bad and not self._observing else 0
        if self._undecodable == FLOOD:
            out.append(Close(f"{FLOOD} undecodable messages in a row"))

    def _driver(self, event: dr.Event, out: list[Action]) -> None:
        for action in self.driver.handle(event):
            match action:
                case dr.Report(fact, message):
                    out.append(Told(fact, message, self.epoch, self.seq))
                case dr.SendPdu(pdu, urgent):
                    self.sent += 1
                    self._stack("stack", st.Send(pdu, urgent), out)
                case dr.ResetLink(reason):
                    self._stack("stack", st.Reset(reason), out)
                case dr.StateChanged(state, reason):
                    self._set_state(state, reason, out)
                    if state in (LinkState.DOWN, LinkState.BLOCKED):
                        self._stack("stack", st.Release(), out)
                case dr.StartTimer(timer, seconds):
                    out.append(StartTimer(("driver", timer), seconds))
                case dr.StopTimer(timer):
                    out.append(StopTimer(("driver", timer)))
                case dr.Outcome(token, result):
                    out.append(Ended(token, result, self.epoch, self.seq))
                case dr.CapabilitiesChanged(capabilities):
                    out.append(CapabilitiesTold(capabilities))
                case dr.Anomaly(kind, detail, offset, clause):
                    out.append(Noted(kind.value, detail, self.epoch, self.seq, offset, clause))
