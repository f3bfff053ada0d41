"""CSTA phase III and association APDUs as JSON, for the commands that show and make octets.

``{"pdu": "invoke", "operation": "cSTAEventReport:delivered", "value": {...}}``: ``operation``
is only shown, and only where the APDU tells it. Names are those of ECMA-285, X.880, X.227.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

from protocols.acse import _codec_acse as acse
from protocols.ber import jsonform
from protocols.csta.phase3 import _codec_phase3 as phase3
from protocols.csta.phase3 import codec
from protocols.csta.phase3.codec import ROSE, Invoke, Reject, ReturnError, ReturnResult
from protocols.errors import EncodeError
from protocols.rose import jsonform as rose_json


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


class _Csta3:
    """All APDUs of a phase III link."""

    def to_json(self, octets: bytes) -> dict[str, Any]:
        """Show one APDU; raise ``DecodeError``."""
        pdu = codec.decode(octets)
        if not isinstance(pdu, Invoke | ReturnResult | ReturnError | Reject):
            return ACSE.to_json(octets)
        kind, value = rose_json.to_json(ROSE, pdu)
        shown: dict[str, Any] = {"pdu": kind}
        if (operation := _operation(pdu)) is not None:
            shown["operation"] = operation
        shown["value"] = value
        return shown

    def from_json(self, obj: object) -> bytes:
        """Make one APDU; raise ``EncodeError``."""
        name, shown = _parts(obj)
        if name in _ASSOCIATION:
            return ACSE.from_json(obj)
        return codec.encode(rose_json.from_json(ROSE, name, shown))


def _operation(pdu: codec.Pdu) -> str | None:
    """Name the operation of an APDU, and the event of a report."""
    match pdu:
        case Invoke(argument=phase3.CSTAEventReportArgument() as report):
            event: Any = report.event_specific_info[1]
            name = ROSE.names[pdu.operation]
            return f"{name}:{event[0]}" if isinstance(event, tuple) else name
        case Invoke(operation=int(code)) | ReturnResult(operation=int(code)):
            return ROSE.names.get(code)
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

CSTA3: Final[TextCodec] = _Csta3()
"""CSTA phase III."""
