"""Message links over X.25 on a line of its own: framing, LAPB, packet layer, one circuit.

``x25_serial`` is for asynchronous lines: HDLC with octet stuffing. ``x25_hdlc`` is for
synchronous interfaces and datagrams, where each read is a frame without flags and FCS.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final

from typing_extensions import override

from protocols.hdlc import octets as hdlc
from protocols.hdlc.received import Frame
from protocols.lapb import primitives as lapb
from protocols.stacks import options, tap
from protocols.stacks import primitives as st
from protocols.stacks.circuit import AGAIN, Circuit
from protocols.stacks.interface import Dropped, FrameOctets, Interface
from protocols.x25 import channel
from protocols.x25 import primitives as x25

LINK_AGAIN: Final = "link again"
"""Timer: the data link, or the restart, is tried once more when it expires."""


class Times(dict[Hashable, float]):
    """Seconds of all timers of a stack; those of the packet layer are ``(timer, channel)``."""

    def __init__(
        self, fixed: Mapping[Any, float], packet_layer: Mapping[x25.Timer, float]
    ) -> None:
        super().__init__(fixed)
        self._packet_layer = packet_layer

    def __missing__(self, timer: Hashable) -> float:
        match timer:
            case (x25.Timer() as name, int()):
                return self._packet_layer[name]
            case _:
                raise KeyError(timer)


class LineFraming:
    """Frames with flags, stuffing and FCS."""

    def __init__(self, accm: int, longest: int) -> None:
        self._accm = accm
        self._framer = hdlc.OctetFramer(accm=accm, maximum=longest)

    def feed(self, octets: bytes) -> list[bytes]:
        """Give the good frames of what was read; LAPB cures the loss of the others."""
        found = self._framer.feed(octets)
        return [one.octets for one in found if isinstance(one, Frame)]

    def frame(self, octets: bytes) -> bytes:
        """Put a frame between flags."""
        return hdlc.encode(octets, accm=self._accm)

    def altered(self, octets: bytes, alter: Callable[[bytes], bytes]) -> bytes:
        """Give sent frames with their contents altered, under a new FCS."""
        sent = LineFraming(self._accm, len(octets)).feed(octets)
        return b"".join(self.frame(alter(one)) for one in sent)


class NoFraming:
    """A read is a frame, and so is what is sent."""

    def feed(self, octets: bytes) -> list[bytes]:
        """Give the frame."""
        return [octets]

    def frame(self, octets: bytes) -> bytes:
        """Give the frame."""
        return octets

    def altered(self, octets: bytes, alter: Callable[[bytes], bytes]) -> bytes:
        """Give a sent frame with its contents altered."""
        return alter(octets)


class X25Stack(st.Stack):
    """One circuit over a line."""

    def __init__(self, keys: options.Interface) -> None:
        self._plan = options.plan(keys)
        self._packet_params = options.packet_params(keys)
        self._lapb_params = options.lapb_params(keys)
        accm = keys.accm if isinstance(keys, options.Serial) else None
        self._accm = None if accm is None else int(accm, 16)
        self._times = Times(
            {
                AGAIN: keys.again,
                LINK_AGAIN: keys.again,
                **options.lengths("lapb.timers", keys.lapb.timers, lapb.TIMERS),
            },
            options.lengths("timers", keys.timers, x25.TIMERS),
        )
        self._framing: LineFraming | NoFraming = NoFraming()
        self._interface = Interface(self._lapb_params, self._packet_params)
        self._circuit = Circuit(self._plan)
        self._up = False
        self._begin()

    def _begin(self) -> None:
        """Forget whatever was."""
        if self._accm is not None:
            self._framing = LineFraming(self._accm, self._lapb_params.n1 // 8)
        self._interface = Interface(self._lapb_params, self._packet_params)
        self._circuit = Circuit(self._plan)

    @property
    @override
    def timers(self) -> Mapping[Hashable, float]:
        return self._times

    @override
    def altered(self, octets: bytes, alter: Callable[[bytes], bytes]) -> bytes:
        return self._framing.altered(octets, alter)

    @override
    def handle(self, event: st.Event) -> list[st.Action]:
        out: list[st.Action] = []
        match event:
            case st.TransportUp():
                self._begin()
                self._up = True
                self._ask(lapb.LineUp(), out)
            case st.TransportDown(reason):
                self._down(reason, out)
            case _ if not self._up:
                match event:
                    case st.OctetsReceived(octets):
                        out.append(st.Fault("late", f"{len(octets)} octets without a line"))
                    case st.Send():
                        out.append(st.Fault("unsent", "no line to send on"))
                    case st.Release() | st.Reset() | st.TimerExpired():
                        pass
            case st.OctetsReceived(octets):
                for frame in self._framing.feed(octets):
                    self._ask(FrameOctets(frame), out)
            case st.Send(pdu, urgent):
                out += self._keep(self._circuit.send(pdu, urgent=urgent))
            case st.Release():
                for step in self._circuit.release():
                    self._do(step, out)
                self._ask(lapb.ReleaseRequest(), out)
            case st.Reset(reason):
                for step in self._circuit.reset(reason):
                    self._do(step, out)
            case st.TimerExpired(timer):
                self._expired(timer, out)
        self._go_on(out)
        return st.user_last(out)

    def _down(self, reason: str, out: list[st.Action]) -> None:
        """Take the loss of the line; its reason says more than what follows from it."""
        if not self._up:
            return
        for step in self._circuit.down(reason):
            self._do(step, out)
        self._ask(lapb.LineDown(), out)
        out.append(st.StopTimer(LINK_AGAIN))
        self._up = False

    def _expired(self, timer: Hashable, out: list[st.Action]) -> None:
        match timer:
            case lapb.Timer():
                self._ask(lapb.TimerExpired(timer), out)
            case (x25.Timer() as name, int(lcn)):
                self._ask(x25.TimerExpired(name, lcn), out)
            case "again":
                for step in self._circuit.again():
                    self._do(step, out)
            case "link again":
                if self._interface.link.state is lapb.State.DISCONNECTED:
                    if self._lapb_params.mode is lapb.Mode.ACTIVE:
                        self._ask(lapb.EstablishRequest(), out)
                elif not self._interface.layer.ready:  # a restart that nobody confirmed
                    self._ask(x25.LinkUp(), out)
            case _:
                pass

    def _go_on(self, out: list[st.Action]) -> None:
        """Give the packet layer the next PDU once nothing waits for its window."""
        while self._up:
            one = self._interface.layer.channels.get(self._circuit.lcn)
            if one is None or one.state is not channel.State.FLOW_CONTROL_READY:
                return
            if one.flow.unsent or not self._interface.layer.ready:
                return
            request = self._circuit.next()
            if request is None:
                return
            self._ask(request, out)

    # Between the circuit and the interface.

    def _keep(self, steps: list[Any]) -> list[st.Action]:
        out: list[st.Action] = []
        for step in steps:
            self._do(step, out)
        return out

    def _do(self, step: Any, out: list[st.Action]) -> None:
        if isinstance(step, st.Action):
            out.append(step)
        else:
            self._ask(step, out)

    def _ask(self, event: Any, out: list[st.Action]) -> None:
        """Give the interface an event, and do what it leads to before anything else."""
        waiting = deque([event])
        while waiting:
            for action in self._interface.handle(waiting.popleft()):
                match action:
                    case st.Transmit(octets):
                        out.append(st.Transmit(self._framing.frame(octets)))
                    case Dropped(reason):
                        out.append(st.Fault("dropped", reason))
                    case lapb.StartTimer(timer):
                        out.append(st.StartTimer(timer))
                    case lapb.StopTimer(timer):
                        out.append(st.StopTimer(timer))
                    case x25.StartTimer(name, lcn):
                        out.append(st.StartTimer((name, lcn)))
                    case x25.StopTimer(name, lcn):
                        out.append(st.StopTimer((name, lcn)))
                    case lapb.ReleaseIndication(lapb.Cause.LINE):
                        pass  # the transport said so, with its reason
                    case lapb.ReleaseIndication(cause):
                        out.append(st.Fault("link", f"LAPB released: {cause.value}"))
                        out.append(st.StartTimer(LINK_AGAIN))
                    case lapb.ResetIndication(cause):
                        out.append(st.Fault("link", f"LAPB reset: {cause.value}"))
                    case lapb.EstablishConfirm() | lapb.EstablishIndication():
                        out.append(st.StopTimer(LINK_AGAIN))
                    case x25.LayerDown():
                        out.append(st.StartTimer(LINK_AGAIN))
                        self._tell(action, waiting, out)
                    case (
                        lapb.SendFrame()
                        | lapb.ReleaseConfirm()
                        | lapb.DataIndication()
                        | lapb.Ignored()
                        | lapb.Refused()
                    ):
                        pass
                    case _:
                        self._tell(action, waiting, out)

    def _tell(self, action: x25.Action, waiting: deque[Any], out: list[st.Action]) -> None:
        """Tell the circuit; what it asks for follows when the interface is done."""
        for step in self._circuit.told(action):
            if isinstance(step, st.Action):
                out.append(step)
            else:
                waiting.append(step)


def x25_serial(given: Mapping[str, Any] = {}, *, observing: bool = False) -> st.Stack:
    """Make a message link over X.25 on an asynchronous line."""
    keys: options.Serial = options.read(given, options.Serial)
    stack = X25Stack(keys)
    return tap.LineTap(keys, LineFraming(int(keys.accm, 16), 8192)) if observing else stack


def x25_hdlc(given: Mapping[str, Any] = {}, *, observing: bool = False) -> st.Stack:
    """Make a message link over X.25 on a synchronous interface."""
    keys: options.Interface = options.read(given, options.Interface)
    stack = X25Stack(keys)
    return tap.LineTap(keys, NoFraming()) if observing else stack
