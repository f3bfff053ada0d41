"""The line of a switch of phase I or II under a face that thinks in phase III."""

from __future__ import annotations

from typing import Final

import msgspec

from protocols.csta.codec import Codec, Pdu
from protocols.csta.phase3.codec import Operation
from protocols.csta.phase12.codec import APPLICATION_LINK, PHASE1, PHASE2
from protocols.rose.apdus import Invoke, ReturnError, ReturnResult
from sim.csta.dialects import Phase
from sim.csta.phase12 import answers, requests

CODECS: Final = {
    Phase.I: PHASE1,
    Phase.APPLICATION_LINK: APPLICATION_LINK,
    Phase.II: PHASE2,
}


class EarlyWire:
    """Read requests of phase I or II, write its events, answers and errors."""

    def __init__(self, phase: Phase) -> None:
        self._codec: Codec = CODECS[phase]
        self._first = phase is not Phase.II

    def decode(self, octets: bytes) -> Pdu:
        """Read an APDU; requests become such of phase III, raise ``DecodeError``.

        An operation that the phase does not have keeps its number, which is no ``Operation``.
        """
        pdu = self._codec.decode(octets)
        if not isinstance(pdu, Invoke):
            return pdu
        operation = int(pdu.operation)
        if self._first and operation in requests.SECOND:
            return msgspec.structs.replace(pdu, operation=operation, argument=None)
        if isinstance(pdu.argument, bytes | type(None)) and operation in requests.SERVED:
            return Invoke(pdu.invoke_id, Operation.MAKE_CALL, pdu.argument)
        read = requests.read(operation, pdu.argument)
        if read is None:
            return msgspec.structs.replace(pdu, operation=operation)
        return Invoke(pdu.invoke_id, *read)

    def encode(self, pdu: Pdu) -> bytes:
        """Write an APDU of the phase III face; raise ``EncodeError``."""
        match pdu:
            case Invoke(invoke_id, operation, argument):
                own = answers.request_of(argument, first=self._first)
                pdu = Invoke(invoke_id, answers.operation_of(operation), own)
            case ReturnResult(invoke_id, int(operation), result):
                own = answers.result_of(operation, result, first=self._first)
                pdu = ReturnResult(invoke_id, answers.operation_of(operation), own)
            case ReturnError(invoke_id, error, parameter):
                pdu = ReturnError(invoke_id, error, answers.failure_of(parameter))  # type: ignore[arg-type]
            case _:
                pass
        return self._codec.encode(pdu)
