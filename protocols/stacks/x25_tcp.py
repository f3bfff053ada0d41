"""Message link over XOT: one virtual circuit on one TCP connection (RFC 1613).

There is no restart and no logical channel on the wire. The side that opened the connection
calls; when the call is cleared, or TCP ends, the circuit is gone and so is the connection.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping
from typing import Any, Final

from typing_extensions import override

from protocols.errors import EncodeError
from protocols.stacks import options, tap
from protocols.stacks import primitives as st
from protocols.stacks.circuit import AGAIN, CALL, Circuit
from protocols.stacks.x25_line import Times
from protocols.x25 import channel, packets
from protocols.x25 import primitives as x25
from protocols.x25.layer import read
from protocols.xot import framer

_LCN: Final = 1
"""Any: it means nothing on the wire."""


class XotStack(st.Stack):
    """One circuit on one connection."""

    def __init__(self, keys: options.Circuit) -> None:
        # The call must tell both sizes, and an answer without them is allowed to.
        self._plan = options.plan(keys, negotiate=True)
        self._params = options.packet_params(keys, xot=True)
        seconds = options.lengths("timers", keys.timers, x25.TIMERS)
        self._times = Times({AGAIN: keys.again}, seconds)
        self._up = False
        self._begin()

    def _begin(self) -> None:
        """Forget whatever was."""
        self._framer = framer.XotFramer(longest=max(self._params.max_packet_size, 256) + 4)
        self._channel = channel.Channel(_LCN, self._params)
        self._circuit = Circuit(self._plan, _LCN)

    @property
    @override
    def timers(self) -> Mapping[Hashable, float]:
        return self._times

    @override
    def handle(self, event: st.Event) -> list[st.Action]:
        out: list[st.Action] = []
        match event:
            case st.TransportUp():
                self._begin()
                self._up = True
                self._follow(self._circuit.ready(), out)
            case st.TransportDown(reason):
                if self._up:
                    self._end(reason, out)
            case _ if not self._up:
                match event:
                    case st.OctetsReceived(octets):
                        late = f"{len(octets)} octets without a connection"
                        out.append(st.Fault("late", late))
                    case st.Send():
                        out.append(st.Fault("unsent", "no connection to send on"))
                    case st.Release() | st.TimerExpired():
                        pass
            case st.OctetsReceived(octets):
                self._heard(octets, out)
            case st.Send(pdu, urgent):
                self._follow(self._circuit.send(pdu, urgent=urgent), out)
            case st.Release():
                self._follow(self._circuit.release(), out)
            case st.TimerExpired((x25.Timer() as timer, int(lcn))):
                self._follow([x25.TimerExpired(timer, lcn)], out)
            case st.TimerExpired():
                pass
        self._go_on(out)
        return st.user_last(out)

    def _end(self, reason: str, out: list[st.Action]) -> None:
        """Take the end of the connection: the call is gone with it."""
        self._follow(self._circuit.down(reason), out)
        self._still(out)

    def _still(self, out: list[st.Action]) -> None:
        """Stop whatever runs: the connection is of no more use."""
        running = sorted(self._channel.running, key=lambda timer: timer.value)
        out += [st.StopTimer((timer, _LCN)) for timer in running]
        self._up = False

    def _heard(self, octets: bytes, out: list[st.Action]) -> None:
        for found in self._framer.feed(octets):
            if not self._up:  # a clear ended it
                return
            if isinstance(found, framer.BadHeader):
                wrong = f"XOT header with version {found.version}, length {found.length}"
                self._end(wrong, out)
                out.append(st.Fault("framing", wrong, fatal=True))
            elif not framer.carries(found):
                out.append(st.Fault("dropped", f"XOT carries no packet {found[:3].hex()}"))
            elif self._belongs(found):
                packet = read(framer.relabel(found, _LCN), self._params.modulo)
                self._follow([packet], out)

    def _belongs(self, packet: bytes) -> bool:
        """Tell whether a packet may be looked at: before a call only a call may."""
        return self._channel.state is not channel.State.READY or (
            packet[2] in (packets.PacketType.CALL, packets.PacketType.CLEAR)
        )

    def _go_on(self, out: list[st.Action]) -> None:
        """Give the channel the next PDU once nothing waits for its window."""
        while self._up and self._channel.state is channel.State.FLOW_CONTROL_READY:
            request = None if self._channel.flow.unsent else self._circuit.next()
            if request is None:
                return
            self._follow([request], out)

    def _follow(self, steps: list[Any], out: list[st.Action]) -> None:
        """Do what the circuit asks for, and what that leads to."""
        waiting = deque(steps)
        while waiting and self._up:
            step = waiting.popleft()
            match step:
                case st.StartTimer("again"):
                    # Another connection is the way to another call.
                    self._still(out)
                    out.append(st.Fault(CALL, "the call is over", fatal=True))
                case st.StopTimer("again"):
                    pass
                case _ if isinstance(step, st.Action):
                    out.append(step)
                case _:
                    for action in self._channel.handle(step):
                        self._perform(action, waiting, out)

    def _perform(self, action: x25.Action, waiting: deque[Any], out: list[st.Action]) -> None:
        match action:
            case x25.SendPacket(packet):
                octets = packets.encode(packet, self._params.modulo)
                try:
                    out.append(st.Transmit(framer.encode(octets)))
                except EncodeError as error:
                    out.append(st.Fault("dropped", str(error)))
            case x25.StartTimer(timer, lcn):
                out.append(st.StartTimer((timer, lcn)))
            case x25.StopTimer(timer, lcn):
                out.append(st.StopTimer((timer, lcn)))
            case _:
                waiting.extend(self._circuit.told(action))


def xot(given: Mapping[str, Any] = {}, *, observing: bool = False) -> st.Stack:
    """Make a message link over XOT."""
    stack = XotStack(options.read(given, options.Circuit))
    return tap.xot_tap(given) if observing else stack
