"""Messages of phases I and II on the line, of phase III in the driver."""

from __future__ import annotations

from typing import Any, Final

from typing_extensions import override

from drivers.csta.phase12 import requests, results
from drivers.csta.phase12.identifiers import early_failure, failure
from drivers.csta.wire import Wire
from protocols.ber.slow import SlowPath
from protocols.csta.codec import Codec, Pdu
from protocols.csta.phase3.codec import Operation
from protocols.csta.phase12.codec import Operation as Early
from protocols.errors import EncodeError
from protocols.rose.apdus import Invoke, ReturnError, ReturnResult

REMEMBERED: Final = 4_000
"""Requests whose answer is awaited; beyond that the oldest go."""

_ANSWERED: Final = {
    Operation.SYSTEM_STATUS: Early.SYSTEM_STATUS,
    Operation.ESCAPE: Early.ESCAPE,
    Operation.MONITOR_STOP: Early.MONITOR_STOP,
}
"""Operations of the switch that get a result."""


class EarlyWire(Wire):
    """A link of phase I or II.

    What a result means depends on what was asked: one operation of the older phases is
    several of phase III.
    """

    def __init__(self, phase: str, codec: Codec, agent_states: tuple[int, ...]) -> None:
        self._phase = phase
        self._codec = codec
        self._agent_states = agent_states
        self._asked: dict[int, tuple[int, int]] = {}
        """By invoke id: the operation on the line, and that of phase III."""

    @override
    def forget(self) -> None:
        self._asked.clear()

    def take_over(self, other: EarlyWire) -> None:
        """Remember what another wire has asked."""
        self._asked.update(other._asked)

    @override
    def ignored(self, operation: Operation, argument: Any) -> tuple[str, ...]:
        return requests.ignored(self._phase, operation, argument)

    # To the line.

    @override
    def encode(self, pdu: Pdu) -> bytes:
        match pdu:
            case Invoke():
                asked = Operation(pdu.operation)
                operation, argument = requests.write(self._phase, asked, pdu.argument)
                octets = self._codec.encode(Invoke(pdu.invoke_id, operation, argument))
                self._remember(pdu.invoke_id, operation, asked)
                return octets
            case ReturnResult(operation=code):
                known = None if code is None else _ANSWERED.get(Operation(code))
                if known is None:
                    raise EncodeError(f"phase {self._phase} has no result of operation {code}")
                return self._codec.encode(ReturnResult(pdu.invoke_id, known, ("noData", None)))
            case ReturnError(parameter=told):
                why: Any = told
                return self._codec.encode(ReturnError(pdu.invoke_id, 1, early_failure(why)))
            case _:
                return self._codec.encode(pdu)

    def _remember(self, invoke_id: int, operation: int, asked: int) -> None:
        self._asked.pop(invoke_id, None)
        self._asked[invoke_id] = (operation, asked)
        if len(self._asked) > REMEMBERED:
            del self._asked[next(iter(self._asked))]

    # From the line.

    @override
    def decode(self, octets: bytes, slow_path: SlowPath) -> Pdu:
        pdu = self._codec.decode(octets, slow_path)
        match pdu:
            case Invoke():
                operation, argument = results.asked(pdu.operation, pdu.argument)
                return Invoke(pdu.invoke_id, operation, argument)
            case ReturnResult():
                return self._result(pdu)
            case ReturnError(parameter=told):
                self._asked.pop(pdu.invoke_id, None)
                return ReturnError(pdu.invoke_id, pdu.error, failure(told))
            case _:
                return pdu

    def _result(self, pdu: ReturnResult) -> ReturnResult:
        """Read a result by what was asked; another operation's is left as it is."""
        operation, asked = self._asked.get(pdu.invoke_id, (None, 0))
        if operation is None or pdu.operation not in (None, operation):
            return ReturnResult(pdu.invoke_id, pdu.operation)
        del self._asked[pdu.invoke_id]
        told = results.result(asked, pdu.result, self._agent_states)
        return ReturnResult(pdu.invoke_id, asked, told)

    @override
    def decode_sent(self, octets: bytes, slow_path: SlowPath) -> Pdu:
        pdu = self._codec.decode(octets, slow_path)
        match pdu:
            case Invoke():
                operation, argument = results.observed(pdu.operation, pdu.argument)
                self._remember(pdu.invoke_id, pdu.operation, operation)
                return Invoke(pdu.invoke_id, operation, argument)
            case _:
                return pdu
