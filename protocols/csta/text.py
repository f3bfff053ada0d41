"""CSTA and association APDUs as JSON, for the commands that show and make octets.

``{"pdu": "invoke", "operation": "cSTAEventReport:delivered", "value": {...}}``: ``operation``
is only shown, and only where the APDU tells it. Names are those of the phase's standard,
X.880 and X.227.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from protocols.acse import _codec_acse as acse
from protocols.ber import jsonform
from protocols.csta.codec import Codec, Pdu
from protocols.errors import EncodeError
from protocols.rose import jsonform as rose_json
from protocols.rose.apdus import Invoke, Reject, ReturnError, ReturnResult


class TextCodec(Protocol):
    """A codec between octets and JSON."""

    def to_json(self, octets: bytes) -> dict[str, Any]:
        """Show octets; raise ``DecodeError``."""

    def from_json(self, obj: object) -> bytes:
        """Make octets; raise ``EncodeError`` with the JSON path of what does not fit."""


class _Association:
    """The association APDUs."""

    def to_json(self, octets: bytes) -> dict[str, Any]:
        """Show one APDU; raise ``DecodeError``."""
        name, value = acse.decode_ACSE(octets)
        return {"pdu": name, "value": jsonform.to_json(acse.CODEC.use(name), value)}

    def from_json(self, obj: object) -> bytes:
        """Make one APDU; raise ``EncodeError``."""
        name, shown = _parts(obj)
        if name not in _ASSOCIATION:
            raise EncodeError(f"$.pdu: {name[:60]!r} is no association APDU")
        parser = jsonform.Parser(acse.CODEC.classes)
        value = parser.value(acse.CODEC.use(name), shown, "$.value")
        return acse.CODEC.encode(name, value)


class CstaText:
    """All APDUs of a link of one phase; ``event`` names the event of a report."""

    def __init__(self, codec: Codec, event: Callable[[Invoke], str | None]) -> None:
        self._codec = codec
        self._event = event

    def to_json(self, octets: bytes) -> dict[str, Any]:
        """Show one APDU; raise ``DecodeError``."""
        pdu = self._codec.decode(octets)
        if not isinstance(pdu, Invoke | ReturnResult | ReturnError | Reject):
            return ACSE.to_json(octets)
        kind, value = rose_json.to_json(self._codec.rose, pdu)
        shown: dict[str, Any] = {"pdu": kind}
        if (operation := self._operation(pdu)) is not None:
            shown["operation"] = operation
        shown["value"] = value
        return shown

    def from_json(self, obj: object) -> bytes:
        """Make one APDU; raise ``EncodeError``."""
        name, shown = _parts(obj)
        if name in _ASSOCIATION:
            return ACSE.from_json(obj)
        return self._codec.encode(rose_json.from_json(self._codec.rose, name, shown))

    def _operation(self, pdu: Pdu) -> str | None:
        """Name the operation of an APDU, and the event of a report."""
        match pdu:
            case Invoke(operation=int(code)):
                name = self._codec.rose.names.get(code)
                event = self._event(pdu)
                return name if event is None else f"{name}:{event}"
            case ReturnResult(operation=int(code)):
                return self._codec.rose.names.get(code)
            case _:
                return None


def _parts(obj: object) -> tuple[str, object]:
    match obj:
        case {"pdu": str(name), "value": shown}:
            return name, shown
        case _:
            pass
    raise EncodeError('$: {"pdu": name, "value": object} is expected')


_ASSOCIATION: Final = ("AARQ", "AARE", "RLRQ", "RLRE", "ABRT")

ACSE: Final[TextCodec] = _Association()
"""Association control."""
