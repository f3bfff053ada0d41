"""The user of one X.25 circuit: keeps it up, and carries each PDU as a complete message.

PDUs wait here in two queues. One is given to the packet layer only when all packets of the
one before are on their way, so that an urgent PDU overtakes all that wait: it never stands
behind more than a window and the rest of one message. Within a queue the order is kept, and
packets of two messages are never mixed (a complete M-bit sequence is one PDU).
"""

from __future__ import annotations

from collections import deque
from enum import Enum
from typing import Final

from protocols.stacks import primitives as st
from protocols.stacks.options import Plan
from protocols.x25 import primitives as x25
from protocols.x25.causes import ClearCause, Diagnostic, ResetCause
from protocols.x25.facilities import CallOptions, FastSelect

AGAIN: Final = "again"
"""Timer: a call is tried once more when it expires."""
CALL: Final = "call"
"""Kind of a ``Fault``: a call did not come about, or one of the peer's was refused."""
UNSENT: Final = "unsent"
"""Kind of a ``Fault``: a PDU was not sent."""

Step = x25.Event | st.Action
"""What the user asks of the packet layer, or tells whoever uses the stack."""


class State(Enum):
    """What the circuit is good for."""

    DOWN = "down"
    """The packet layer may not be used."""
    WAITING = "waiting"
    """For a call of the peer, or to call again."""
    CALLING = "calling"
    OPEN = "open"


class Circuit:
    """One circuit, its plan, and the PDUs that wait for it."""

    __slots__ = ("_plan", "_queues", "lcn", "state")

    def __init__(self, plan: Plan, lcn: int = 0) -> None:
        self.state = State.DOWN
        self.lcn = plan.permanent or lcn
        """Its logical channel; 0 before there was any."""
        self._plan = plan
        self._queues: tuple[deque[bytes], deque[bytes]] = (deque(), deque())

    @property
    def queued(self) -> int:
        """PDUs that wait."""
        return sum(map(len, self._queues))

    # What the stack tells.

    def ready(self) -> list[Step]:
        """Begin: the packet layer may be used."""
        if self._plan.permanent is not None:
            return self._open()
        if self._plan.calling:
            return self._call()
        self.state = State.WAITING
        return []

    def down(self, reason: str) -> list[Step]:
        """End: the packet layer may not be used."""
        steps = self._close(reason)
        self.state = State.DOWN
        return [*steps, st.StopTimer(AGAIN)]

    def again(self) -> list[Step]:
        """Take the expiry of ``AGAIN``."""
        return self._call() if self.state is State.WAITING and self._plan.calling else []

    def release(self) -> list[Step]:
        """Clear the call."""
        if self._plan.permanent is not None or self.state not in (State.OPEN, State.CALLING):
            return []
        return [x25.DisconnectRequest(self.lcn)]

    def reset(self, reason: str) -> list[Step]:
        """Reset the circuit: what is on its way may be lost."""
        if self.state is not State.OPEN:
            return []
        return [x25.ResetRequest(self.lcn), st.Fault(st.LOST, f"X.25 reset: {reason}")]

    def send(self, pdu: bytes, *, urgent: bool) -> list[Step]:
        """Let a PDU wait for its turn."""
        if self.state is not State.OPEN:
            return [st.Fault(UNSENT, "no circuit to send on")]
        if len(pdu) > self._plan.longest:
            return [st.Fault(UNSENT, f"PDU of {len(pdu)} octets: at most {self._plan.longest}")]
        if self.queued >= self._plan.queue:
            return [st.Fault(UNSENT, f"{self.queued} PDUs wait already")]
        self._queues[0 if urgent else 1].append(pdu)
        return []

    def next(self) -> x25.DataRequest | None:
        """Give what is to be sent next: to be asked for when no packet waits any more."""
        if self.state is State.OPEN:
            for queue in self._queues:
                if queue:
                    return x25.DataRequest(self.lcn, queue.popleft())
        return None

    # What the packet layer tells.

    def told(self, action: x25.Action) -> list[Step]:
        """Take a primitive of the packet layer."""
        match action:
            case x25.LayerReady():
                return self.ready()
            case x25.LayerDown():
                return self.down("X.25: the packet layer is down")
            case x25.RestartIndication(cause, diagnostic) if self._plan.permanent is not None:
                # Calls are cleared one by one; a permanent circuit is told of nothing more.
                return self._close(f"X.25 restart, cause {cause:02x}, diagnostic {diagnostic}")
            case x25.Allocated(_, lcn):
                self.lcn = lcn
                return []
            case x25.ConnectIndication():
                return self._called(action)
            case x25.ConnectConfirm(lcn) if lcn == self.lcn:
                return self._open()
            case x25.DisconnectIndication(lcn, cause, diagnostic) if lcn == self.lcn:
                return self._cleared(f"X.25 call cleared: {_clear(cause, diagnostic)}")
            case x25.DisconnectConfirm(lcn) if lcn == self.lcn:
                return self._cleared("X.25 call cleared from here")
            case x25.Refused(x25.ConnectRequest()):
                return self._cleared("no free logical channel for a call")
            case x25.Refused(x25.DataRequest()):
                return [st.Fault(UNSENT, "the packet layer did not take it")]
            case x25.ResetIndication(lcn, cause, diagnostic) if lcn == self.lcn:
                if self.state is not State.OPEN:
                    return []
                return [st.Fault(st.LOST, f"X.25 reset: {_reset(cause, diagnostic)}")]
            case _:
                return self._more(action)

    def _more(self, action: x25.Action) -> list[Step]:
        """Take what has nothing to do with the life of the circuit."""
        match action:
            case x25.DataIndication(lcn, data, False) if lcn == self.lcn:
                return [st.Received(data)] if self.state is State.OPEN else []
            case x25.DataIndication(_, data):
                return [st.Fault("qualified", f"{len(data)} octets with the Q bit dropped")]
            case x25.InterruptIndication(_, data):
                return [st.Fault("interrupt", f"interrupt {data.hex()} dropped")]
            case x25.DiagnosticIndication(packet):
                detail = f"diagnostic {packet.diagnostic} for {packet.explanation.hex()}"
                return [st.Fault("diagnostic", detail)]
            case x25.Fault(lcn, diagnostic):
                return [st.Fault("unconfirmed", f"channel {lcn}, diagnostic {diagnostic}")]
            case _:
                return []

    # The life of the circuit.

    def _call(self) -> list[Step]:
        self.state = State.CALLING
        return [st.StopTimer(AGAIN), self._plan.request]

    def _open(self) -> list[Step]:
        self.state = State.OPEN
        return [st.StopTimer(AGAIN), st.Established()]

    def _close(self, reason: str) -> list[Step]:
        """Forget what waits; say that it is over if it was open."""
        was, self.state = self.state, State.WAITING
        for queue in self._queues:
            queue.clear()
        if was is State.OPEN:
            return [st.Released(reason)]
        if was is State.CALLING:
            return [st.Fault(CALL, reason)]
        return []

    def _cleared(self, reason: str) -> list[Step]:
        steps = self._close(reason)
        return [*steps, st.StartTimer(AGAIN)] if self._plan.calling else steps

    def _called(self, indication: x25.ConnectIndication) -> list[Step]:
        """Accept the call of the peer if it is the one that is waited for."""
        reason = self._why_not(indication)
        if reason is None:
            self.lcn = indication.lcn
            return [x25.ConnectResponse(indication.lcn), *self._open()]
        who = indication.call.calling or "an unknown address"
        refused = x25.DisconnectRequest(indication.lcn, 0, Diagnostic.DTE_NOT_OPERATIONAL)
        return [refused, st.Fault(CALL, f"call from {who} refused: {reason}")]

    def _why_not(self, indication: x25.ConnectIndication) -> str | None:
        call, wanted = indication.call, self._plan.request
        restricted = CallOptions(FastSelect.RESTRICTED)
        if self._plan.calling or self._plan.permanent is not None:
            return "this end sets calls up itself" if self._plan.calling else "there is a PVC"
        if self.state is not State.WAITING:
            return f"the circuit is {self.state.value}"
        if wanted.called and call.called != wanted.called:
            return f"it is for {call.called or 'no address'}, not {wanted.called}"
        if wanted.calling and call.calling != wanted.calling:
            return f"only {wanted.calling} may call"
        if not call.user_data.startswith(wanted.user_data):
            return f"its user data is {call.user_data.hex() or 'empty'}"
        if any(
            isinstance(each, CallOptions) and each.fast_select is restricted.fast_select
            for each in call.facilities
        ):
            return "it may not be accepted (restricted fast select)"
        return None


def _clear(cause: int, diagnostic: int) -> str:
    names = {one.value: one.name for one in ClearCause}
    return _why(names.get(cause), cause, diagnostic)


def _reset(cause: int, diagnostic: int) -> str:
    names = {one.value: one.name for one in ResetCause}
    return _why(names.get(cause), cause, diagnostic)


def _why(name: str | None, cause: int, diagnostic: int) -> str:
    """Put a cause and a diagnostic in words."""
    word = "cause" if name is None else name.replace("_", " ").lower()
    if name == "DTE":
        word = "by the other end"
    return f"{word} ({cause:02x}), diagnostic {diagnostic}"
