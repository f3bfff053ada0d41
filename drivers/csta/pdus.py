"""APDUs in and out: decoding within bounds, and their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from typing_extensions import override

from cti import driver as dr
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import ROSE, Invoke, Pdu, SlowPath
from protocols.errors import DecodeError

Result = tuple[Pdu | DecodeError, list[dr.Action]]


class BoundedSlowPath(SlowPath):
    """Refuses messages that take the slow decoder beyond a number, until it is reset."""

    __slots__ = ("limit",)

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__()

    @override
    def __setattr__(self, name: str, value: int) -> None:
        """Refuse to count on: the decoder counts before it takes the slow path."""
        if name == "count" and value > self.limit:
            raise DecodeError(
                f"more than {self.limit} messages of this encoding in a period: not decodable",
                offset=0,
            )
        super().__setattr__(name, value)


def read(
    octets: bytes, slow_path: SlowPath, decode: Callable[[bytes, SlowPath], Pdu]
) -> Result:
    """Decode one APDU; what is odd about it comes as anomalies, what is wrong as the error."""
    slow = slow_path.count
    try:
        pdu = decode(octets, slow_path)
    except DecodeError as error:
        anomaly = dr.Anomaly(
            dr.AnomalyKind.UNDECODABLE, error.message, error.offset, error.clause
        )
        return error, [anomaly]
    if slow_path.count != slow:
        return pdu, [dr.Anomaly(dr.AnomalyKind.SLOW_PATH, _SLOW)]
    return pdu, []


_SLOW: Final = "encoding that only the slow decoder reads"


def operation_name(code: int | None) -> str:
    """Name an operation as the standard does; its number where it is not known."""
    return "" if code is None else ROSE.names.get(code, str(code))


def name_of(pdu: Invoke) -> str:
    """Name an invoke as the standard does, an event with its own name."""
    match pdu.argument:
        case c.CSTAEventReportArgument(event_specific_info=(_, (event, _))):
            return f"cSTAEventReport:{event}"
        case _:
            return operation_name(pdu.operation)
