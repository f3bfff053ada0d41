"""A scripted switch: it answers what it is asked, from what truly is there."""

from __future__ import annotations

from collections import deque
from typing import Any

from cti import driver as dr
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import (
    Invoke,
    Operation,
    Pdu,
    Reject,
    ReturnError,
    ReturnResult,
    decode,
    encode,
)
from tests.drivers.csta.script import Link

STATES = {
    "alerting": c.LocalConnectionState.ALERTING,
    "connected": c.LocalConnectionState.CONNECTED,
    "held": c.LocalConnectionState.HOLD,
}


def device(number: str) -> c.DeviceID:
    return c.DeviceID(("dialingNumber", number))


def connection(call: str, number: str) -> c.ConnectionID:
    return ("both", c.ConnectionIDBoth(bytes.fromhex(call), ("staticID", device(number))))


class Office:
    """Calls as ``{call: {device: state}}``, agents as ``{device: agent}``."""

    def __init__(
        self,
        calls: dict[str, dict[str, str]] | None = None,
        agents: dict[str, str] | None = None,
    ) -> None:
        self.calls = {} if calls is None else calls
        self.agents = {} if agents is None else agents
        self.failures: dict[tuple[int, str], Any] = {}
        """Operation and device or call: what answers it instead; None for nothing."""
        self.asked: list[tuple[str, str]] = []
        """Operation and what it was about, in the order of the requests."""
        self.monitors = 0

    def answer(self, pdu: bytes) -> bytes | None:
        """Answer one request."""
        asked = decode(pdu)
        if not isinstance(asked, Invoke):
            return None
        name, about = self._about(asked)
        self.asked.append((name, about))
        if (failure := self.failures.get((asked.operation, about), 0)) != 0:
            return None if failure is None else encode(self._refused(asked, failure))
        told = self._result(asked, about)
        return encode(ReturnResult(asked.invoke_id, asked.operation, told))

    def _refused(self, asked: Invoke, failure: Any) -> Pdu:
        if failure == "reject":
            return Reject(asked.invoke_id, ("invoke", 1))
        return ReturnError(asked.invoke_id, 1, failure)

    def _about(self, asked: Invoke) -> tuple[str, str]:
        argument: Any = asked.argument
        told = next(getattr(argument, name) for name in argument.__struct_fields__)
        match told:
            case ("deviceObject", c.DeviceID(device_identifier=(_, number))):
                about = number
            case c.DeviceID(device_identifier=(_, number)):
                about = number
            case ("both", c.ConnectionIDBoth(call_id=call)) | ("callID", call):
                about = call.hex()
            case bytes():
                about = told.hex()
            case _:
                about = ""
        return Operation(asked.operation).name.lower(), str(about)

    def _result(self, asked: Invoke, about: str) -> Any:
        match asked.operation:
            case Operation.MONITOR_START:
                self.monitors += 1
                return c.MonitorStartResult(self.monitors.to_bytes(2, "big"))
            case Operation.SNAPSHOT_DEVICE:
                return c.SnapshotDeviceResult(snapshot_data=self.legs_of(about))
            case Operation.SNAPSHOT_CALL:
                return c.SnapshotCallResult(snapshot_data=self.parties_of(about))
            case Operation.GET_AGENT_STATE:
                return c.GetAgentStateResult((self._agent(about),))
            case Operation.GET_FORWARDING:
                kind = c.ForwardingType.FORWARD_BUSY
                return c.GetForwardingResult((c.ForwardListEntry(kind, True, device("9")),))
            case Operation.GET_DO_NOT_DISTURB:
                return c.GetDoNotDisturbResult(True)
            case Operation.GET_MESSAGE_WAITING_INDICATOR:
                return c.GetMessageWaitingIndicatorResult(False)
            case _:
                return ("noData", None)

    def legs_of(self, number: str) -> tuple[c.SnapshotDeviceResponseInfo, ...]:
        return tuple(
            c.SnapshotDeviceResponseInfo(
                connection(call, number),
                local_call_state=("compoundCallState", (STATES[parties[number]],)),
            )
            for call, parties in self.calls.items()
            if number in parties
        )

    def parties_of(self, call: str) -> tuple[c.SnapshotCallResponseInfo, ...]:
        return tuple(
            c.SnapshotCallResponseInfo(
                ("deviceIdentifier", device(number)), connection(call, number), STATES[state]
            )
            for number, state in self.calls.get(call, {}).items()
        )

    def _agent(self, number: str) -> c.AgentStateEntry:
        if number not in self.agents:
            return c.AgentStateEntry(logged_on=False)
        info = c.AgentInfo(device("900"), c.AgentState.AGENT_READY)
        return c.AgentStateEntry(self.agents[number].encode(), True, (info,))


class Talk:
    """A live driver and an office that answers at once, or when it is told to."""

    def __init__(self, office: Office, **config: Any) -> None:
        self.office = office
        self.link = Link(open_it=False, **{"resync": {}, **config})
        self.actions: list[dr.Action] = []
        self.waiting: deque[bytes] = deque()
        """Requests that the office has not looked at."""
        self.most = 0
        """Most requests that waited at once."""

    def give(self, event: dr.Event) -> None:
        """Give the driver an event."""
        self._take(self.link.event(event))

    def hear(self, *pdus: bytes) -> None:
        """Let the switch send something."""
        for pdu in pdus:
            self.give(dr.PduReceived(pdu))

    def _take(self, actions: list[dr.Action]) -> None:
        self.actions += actions
        self.waiting += [action.pdu for action in actions if isinstance(action, dr.SendPdu)]
        self.most = max(self.most, len(self.waiting))

    def serve(self, count: int | None = None) -> int:
        """Let the office answer requests, all there are or so many; tell how many."""
        done = 0
        while self.waiting and done != count:
            done += 1
            answer = self.office.answer(self.waiting.popleft())
            if answer is not None:
                self.hear(answer)
        return done

    def take(self) -> list[dr.Action]:
        """Give what the driver did since the last time."""
        actions, self.actions = self.actions, []
        return actions
