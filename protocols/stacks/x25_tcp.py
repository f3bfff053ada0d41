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
from protocols.stacks import options, tap, xot_pvc
from protocols.stacks import primitives as st
from protocols.stacks.circuit import AGAIN, CALL, Circuit
from protocols.stacks.x25_line import Times
from protocols.x25 import channel, packets
from protocols.x25 import primitives as x25
from protocols.x25.layer import read
from protocols.xot import framer
from protocols.xot.pvc import encode

SET_UP: Final = "set-up"
"""Timer: the set-up of a permanent circuit is answered, or offered, before it expires."""
SET_UP_SECONDS: Final = 30.0
_LONGEST_CALL: Final = 536
"""Octets of the longest packet that is not data: a set-up with two long names."""
_LCN: Final = 1
"""Any: it means nothing on the wire."""


class XotStack(st.Stack):
    """One circuit on one connection."""

    def __init__(self, keys: options.Xot) -> None:
        self._keys = keys
        # The call must tell both sizes, and an answer without them is allowed to.
        self._plan = options.plan(keys, negotiate=True)
        self._params = options.packet_params(keys, xot=True)
        seconds = options.lengths("timers", keys.timers, x25.TIMERS)
        self._times = Times({AGAIN: keys.again, SET_UP: SET_UP_SECONDS}, seconds)
        self._up = False
        self._begin()

    def _begin(self) -> None:
        """Forget whatever was."""
        longest = max(self._params.max_packet_size + 4, _LONGEST_CALL)
        self._framer = framer.XotFramer(longest=longest)
        permanent = self._keys.pvc is not None
        self._channel = channel.Channel(_LCN, self._params, permanent=permanent)
        self._agreed = not permanent
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
                if self._agreed:
                    self._follow(self._circuit.ready(), out)
                else:
                    self._set_up(out)
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
                    case st.Release() | st.Reset() | st.TimerExpired():
                        pass
            case st.OctetsReceived(octets):
                self._heard(octets, out)
            case st.Send(pdu, urgent):
                self._follow(self._circuit.send(pdu, urgent=urgent), out)
            case st.Release():
                self._follow(self._circuit.release(), out)
            case st.Reset(reason):
                self._follow(self._circuit.reset(reason), out)
            case st.TimerExpired((x25.Timer() as timer, int(lcn))):
                self._follow([x25.TimerExpired(timer, lcn)], out)
            case st.TimerExpired("set-up"):
                self._refused("nobody answers the set-up", out)
            case st.TimerExpired():
                pass
        self._go_on(out)
        return st.user_last(out)

    def _end(self, reason: str, out: list[st.Action]) -> None:
        """Take the end of the connection: the call is gone with it."""
        self._follow(self._circuit.down(reason), out)
        self._still(out)

    # A permanent circuit.

    def _set_up(self, out: list[st.Action]) -> None:
        """Offer the circuit, or wait for the offer."""
        pvc = self._keys.pvc
        if pvc is not None and self._plan.calling:
            packet = encode(xot_pvc.offer(self._keys, pvc))
            out.append(st.Transmit(framer.encode(packet)))
        out.append(st.StartTimer(SET_UP))

    def _take_set_up(self, octets: bytes, out: list[st.Action]) -> None:
        """Take the offer, or the answer to ours."""
        pvc = self._keys.pvc
        if pvc is None or self._agreed:
            out.append(st.Fault("dropped", "set-up of a permanent circuit"))
            return
        if self._plan.calling:
            reason = xot_pvc.answered(octets)
        else:
            reply, reason = xot_pvc.answer(self._keys, pvc, octets)
            if reply:
                out.append(st.Transmit(framer.encode(reply)))
        if reason is not None:
            self._refused(reason, out)
            return
        self._agreed = True
        out.append(st.StopTimer(SET_UP))
        self._follow([*self._circuit.ready(), x25.ResetRequest(_LCN)], out)

    def _refused(self, reason: str, out: list[st.Action]) -> None:
        self._still(out)
        out.append(st.Fault(CALL, f"permanent circuit: {reason}", fatal=True))

    def _still(self, out: list[st.Action]) -> None:
        """Stop whatever runs: the connection is of no more use."""
        if not self._agreed:
            out.append(st.StopTimer(SET_UP))
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
            elif found[2] == framer.PVC_SETUP:
                self._take_set_up(found, out)
            elif not framer.carries(found):
                out.append(st.Fault("dropped", f"XOT carries no packet {found[:3].hex()}"))
            elif self._belongs(found):
                packet = read(framer.relabel(found, _LCN), self._params.modulo)
                self._follow([packet], out)

    def _belongs(self, packet: bytes) -> bool:
        """Tell whether a packet may be looked at: before a call only a call may."""
        if not self._agreed:
            return False
        return self._channel.state is not channel.State.READY or (
            packet[2] in (packets.PacketType.CALL, packets.PacketType.CLEAR)
        )

    def _go_on(self, out: list[st.Action]) -> None:
        """Give the channel the next PDU once nothing waits for its window."""
        while (
            self._up
            and self._agreed
            and self._channel.state is channel.State.FLOW_CONTROL_READY
        ):
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
    stack = XotStack(options.read(given, options.Xot))
    return tap.xot_tap(given) if observing else stack
