"""A link whose phase is not configured: the messages of the switch tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from typing_extensions import override

from drivers.csta.phase12.wire import EarlyWire
from drivers.csta.wire import Wire
from protocols.ber.slow import SlowPath
from protocols.csta import detect
from protocols.csta.codec import Aare, Aarq, Pdu
from protocols.csta.phase3.codec import Operation

_LATEST_FIRST: Final = ("III", "II", "I")


class DetectingWire(Wire):
    """Takes a link for one of the phases that its messages can be of, the latest first.

    The association tells the phase, or else the first event does. Phases I and II share all
    requests, so that little is lost before.
    """

    def __init__(self, makers: Mapping[str, Callable[[], Wire]]) -> None:
        self._makers = makers
        self._phases = detect.ALL
        self._wire = makers["III"]()
        self._phase = "III"

    @override
    def forget(self) -> None:
        self._phases, self._phase = detect.ALL, "III"
        self._wire = self._makers["III"]()

    def _narrow(self, phases: detect.Phases) -> None:
        left = self._phases & phases
        # Octets that contradict what was seen before change nothing.
        self._phases = left or self._phases
        phase = next(one for one in _LATEST_FIRST if one in self._phases)
        if phase == self._phase:
            return
        before, self._wire, self._phase = self._wire, self._makers[phase](), phase
        if isinstance(before, EarlyWire) and isinstance(self._wire, EarlyWire):
            self._wire.take_over(before)

    def _look(self, octets: bytes) -> None:
        if len(self._phases) > 1 and octets[:1] in (b"\xa1", b"\xa2", b"\xa3"):
            self._narrow(detect.phases_of(octets))

    @override
    def encode(self, pdu: Pdu) -> bytes:
        return self._wire.encode(pdu)

    @override
    def decode(self, octets: bytes, slow_path: SlowPath) -> Pdu:
        self._look(octets)
        pdu = self._wire.decode(octets, slow_path)
        if isinstance(pdu, Aare):
            self._narrow(detect.phases_of_association(pdu))
        return pdu

    @override
    def decode_sent(self, octets: bytes, slow_path: SlowPath) -> Pdu:
        self._look(octets)
        pdu = self._wire.decode_sent(octets, slow_path)
        if isinstance(pdu, Aarq):
            self._narrow(detect.phases_of_association(pdu))
        return pdu

    @override
    def ignored(self, operation: Operation, argument: Any) -> tuple[str, ...]:
        return self._wire.ignored(operation, argument)
