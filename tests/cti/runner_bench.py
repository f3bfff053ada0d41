"""A runner between a driver that a test can command and streams that note.

The driver's PDUs are single octets: ``!`` fails, ``u`` is up, ``d`` down, ``b`` blocked, ``t``
starts a timer of 5 s whose end sends ``T`` (or fails after ``x``), ``e`` is answered with
``E``, ``n`` is odd, ``f`` breaks the framing, ``c`` tells capabilities.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock
from typing_extensions import override

from cti import driver as dr
from cti import engine as en
from cti.clock import ClockWall
from cti.ends import Port
from cti.link import Link
from cti.model import events as ev
from cti.model.capabilities import Capabilities, Limits, Peer, Resync
from cti.model.commands import Command, EndState, Login, Result
from cti.model.states import LinkState
from cti.moment import SECOND
from cti.runner import Runner
from cti.trace.records import Kind
from cti.transport import Cause, Loss
from protocols.stacks import primitives as st
from tests.support.ear import Ear

START = 1_700_000_000 * SECOND
CAPABILITIES = Capabilities("test", "1", Peer(), (), {}, {}, {}, Resync(), Limits())
COMMAND = Command(
    command_id="c-1",
    verb="login",
    switch_id="sw",
    args=Login(device="201", agent="55", password="4711"),  # noqa: S106 # made up
    requester="ann",
)
CLOSED = Loss(Cause.CLOSED, "closed by the peer")


class PlainStack(st.Stack):
    """Every octet is a PDU."""

    @property
    @override
    def timers(self):
        return {}

    @override
    def handle(self, event: st.Event) -> list[st.Action]:
        match event:
            case st.OctetsReceived(octets):
                actions: list[st.Action] = []
                for octet in octets:
                    if octet == ord("f"):
                        actions.append(st.Fault("framing", "borders lost", fatal=True))
                    else:
                        actions.append(st.Received(bytes((octet,))))
                return actions
            case st.Send(pdu):
                return [st.Transmit(pdu)]
            case st.TransportUp():
                return [st.Established()]
            case st.TransportDown(reason):
                return [st.Released(reason)]
            case st.TimerExpired() | st.Release() | st.Reset():
                return []


class PlainDriver(dr.SwitchDriver):
    stack = "plain"
    protocol = "plain"

    @override
    def __init__(self, config: Any = None, *, observing: bool = False) -> None:
        self.fails = False
        self.stops = True

    @property
    @override
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    @override
    def begins_connection(self, pdu: bytes, *, sent: bool) -> bool:
        return False

    @override
    def handle(self, event: dr.Event) -> list[dr.Action]:
        match event:
            case dr.PduReceived(b"!"):
                raise RuntimeError("planted")
            case dr.PduReceived(b"u"):
                return [dr.StateChanged(LinkState.UP)]
            case dr.PduReceived(b"d"):
                return [dr.StateChanged(LinkState.DOWN, "released")]
            case dr.PduReceived(b"b"):
                return [dr.StateChanged(LinkState.BLOCKED, "refused")]
            case dr.PduReceived(b"t"):
                return [dr.StartTimer("t", 5.0)]
            case dr.PduReceived(b"x"):
                self.fails = True
            case dr.PduReceived(b"e"):
                return [dr.SendPdu(b"E")]
            case dr.PduReceived(b"n"):
                return [dr.Anomaly(dr.AnomalyKind.UNEXPECTED, "odd PDU", 3, "9.9")]
            case dr.PduReceived(b"c"):
                return [dr.CapabilitiesChanged(CAPABILITIES)]
            case dr.LinkUp():
                return [dr.StateChanged(LinkState.OPENING)]
            case dr.TimerExpired():
                if self.fails:
                    raise RuntimeError("planted in a timer")
                return [dr.SendPdu(b"T")]
            case dr.CommandRequested(token):
                return [dr.Outcome(token, Result(EndState.SUCCEEDED))]
            case dr.StopRequested() if self.stops:
                return [dr.SendPdu(b"bye"), dr.StateChanged(LinkState.DOWN, "stopped")]
            case _:
                pass
        return []


class Stream:
    """A transport that notes what is asked of it; ends are told a turn later."""

    again = 2.0

    def __init__(self, listener: Any, clock: Clock, log: list[Any], name: str) -> None:
        self.ear = listener
        self.clock = clock
        self.log = log
        self.name = name
        self.is_up = False
        self.on_send: Any = None

    def up(self) -> None:
        self.is_up = True
        self.ear.connecting()
        self.ear.up()

    def lose(self, loss: Loss = CLOSED) -> None:
        self.is_up = False
        self.ear.down(loss)

    def start(self) -> None:
        self.log.append((self.name, "start"))

    def stop(self, reason: str = "stopped") -> Deferred[None]:
        self.log.append((self.name, "stop"))
        if not self.is_up:
            return succeed(None)
        done: Deferred[None] = Deferred()

        def end() -> None:
            self.lose(Loss(Cause.OURS, reason))
            done.callback(None)

        self.clock.callLater(0, end)
        return done

    def send(self, octets: bytes) -> bool:
        self.log.append((self.name, octets))
        if self.on_send is not None:
            self.on_send(octets)
        return self.is_up

    def abort(self, reason: str) -> None:
        self.log.append((self.name, "abort", reason))

    def block(self, reason: str) -> None:
        self.log.append((self.name, "block", reason))

    def pause(self) -> None:
        self.log.append((self.name, "pause"))

    def resume(self) -> None:
        self.log.append((self.name, "resume"))


class Tape:
    def __init__(self) -> None:
        self.lines: list[Any] = []

    def record(self, kind: Kind, at: int, octets: bytes = b"") -> None:
        self.lines.append((kind.value, at - START, octets))

    def close(self) -> None:
        self.lines.append("closed")


class Bench(Ear):
    """A runner with links ``a`` and ``b``."""

    def __init__(self, writer: Any = None) -> None:
        super().__init__()
        self.clock: Any = Clock()
        self.log: list[Any] = []
        self.streams: dict[str, Stream] = {}
        self.tapes = {"a": Tape(), "b": Tape()}
        self.drivers = {name: PlainDriver() for name in "ab"}
        links = [Link(name, self.drivers[name], PlainStack) for name in "ab"]
        self.engine = en.Engine("sw", links)
        self.runner = Runner(
            self.engine,
            {name: Port(self.maker(name), self.tapes[name]) for name in "ab"},
            self,
            self.clock,
            ClockWall(self.clock, START),
            writer=writer,
        )

    def maker(self, name: str) -> Any:
        def make(listener: Any) -> Any:
            self.streams[name] = Stream(listener, self.clock, self.log, name)
            return self.streams[name]

        return make

    # The hands.

    def up(self, name: str = "a") -> Stream:
        stream = self.streams[name]
        stream.up()
        return stream

    def say(self, octets: bytes, name: str = "a") -> None:
        self.streams[name].ear.received(octets)

    @property
    def states(self) -> list[str]:
        return [e.state.value for e in self.told if isinstance(e, ev.LinkStateChanged)]

    @property
    def alarms(self) -> list[Any]:
        return [t for t in self.told if isinstance(t, tuple) and len(t) == 3]
