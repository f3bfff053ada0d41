"""Remote operations APDUs the careful way: exact errors, unknown elements, slow path.

The codec comes here with what its quick way has refused.
"""

from __future__ import annotations

from collections import ChainMap
from typing import Any, Final

from pyasn1.type import base, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber import slow, tlv
from protocols.ber.asn1 import implicit, optional, required
from protocols.ber.model import Schema, Use
from protocols.ber.reader import NotPlain, Reader
from protocols.ber.slow import SlowPath
from protocols.errors import DecodeError, EncodeError, TruncatedError
from protocols.rose import _codec_rose as ros
from protocols.rose.apdus import (
    BADLY_STRUCTURED_APDU,
    MISTYPED_APDU,
    MISTYPED_ARGUMENT,
    MISTYPED_PARAMETER,
    MISTYPED_RESULT,
    UNRECOGNIZED_APDU,
    Apdu,
    ApduError,
    Invoke,
    Problem,
    Reject,
    ReturnError,
    ReturnResult,
    TruncatedApduError,
)
from protocols.rose.operations import Carried, Operations

_INVOKE: Final = b"\xa1"
_RESULT: Final = b"\xa2"
_ERROR: Final = b"\xa3"
_TAGS: Final = (_INVOKE, _RESULT, _ERROR, b"\xa4")


def decode(known: Operations, octets: bytes, slow_path: SlowPath | None) -> Apdu:
    """Read one APDU; raise ``ApduError``."""
    if octets[:1] not in (b"", *_TAGS):
        cause = DecodeError(
            f"element {octets[:1].hex()} is no remote operations APDU",
            offset=0,
            clause="X.880 ROS",
        )
        raise _refusal(cause, None, UNRECOGNIZED_APDU)
    try:
        try:
            name, apdu = Reader(octets, ros.CODEC.classes).message(ros.CODEC.use("ROS"))
        except NotPlain as why:
            if slow_path is not None:
                slow_path.count += 1
            return _slow(known, octets, why)
    except DecodeError as cause:
        structure = cause.clause.startswith("X.690")
        problem = BADLY_STRUCTURED_APDU if structure else MISTYPED_APDU
        raise _refusal(cause, _invoke_id(octets), problem) from None
    reader = _Contents(known, octets, apdu, slow_path)
    match name:
        case "invoke":
            argument = reader.value(
                known.arguments, apdu.opcode, apdu.argument, MISTYPED_ARGUMENT
            )
            return _invoke(known, apdu, argument)
        case "returnResult":
            inner = apdu.result
            if inner is None:
                return ReturnResult(apdu.invoke_id, unknown=apdu.unknown)
            result = reader.value(known.results, inner.opcode, inner.result, MISTYPED_RESULT)
            return _result(known, apdu, result)
        case "returnError":
            parameter = reader.value(
                known.errors, apdu.errcode, apdu.parameter, MISTYPED_PARAMETER
            )
            return ReturnError(apdu.invoke_id, apdu.errcode, parameter, apdu.unknown)
        case _:
            return Reject(apdu.invoke_id[1], apdu.problem, apdu.unknown)


def _invoke(known: Operations, apdu: Any, argument: Any) -> Invoke:
    operation = known.codes.get(apdu.opcode, apdu.opcode)
    return Invoke(apdu.invoke_id, operation, argument, apdu.unknown)


def _result(known: Operations, apdu: Any, result: Any) -> ReturnResult:
    inner = apdu.result
    operation = known.codes.get(inner.opcode, inner.opcode)
    return ReturnResult(apdu.invoke_id, operation, result, apdu.unknown, inner.unknown)


class _Contents:
    """Reads what an APDU carries."""

    def __init__(
        self, known: Operations, octets: bytes, apdu: Any, slow_path: SlowPath | None
    ) -> None:
        self._known = known
        self._octets = octets
        self._apdu = apdu
        self._slow_path = slow_path

    def value(
        self, table: dict[int, Carried], code: int, element: bytes | None, problem: Problem
    ) -> object:
        carried = table.get(code)
        if element is None:
            return None if carried is None else carried.absent
        if carried is None:
            return element
        try:
            return self._known.codec.decode(carried.name, element, self._slow_path)
        except DecodeError as cause:
            at = _place(self._octets, element)
            kind = TruncatedError if isinstance(cause, TruncatedError) else DecodeError
            moved = kind(cause.message, offset=at + cause.offset, clause=cause.clause)
            raise _refusal(moved, self._apdu.invoke_id, problem) from None


def _refusal(cause: DecodeError, invoke_id: int | None, problem: Problem) -> ApduError:
    kind = TruncatedApduError if isinstance(cause, TruncatedError) else ApduError
    return kind(cause, invoke_id=invoke_id, problem=problem)


def _place(octets: bytes, element: bytes) -> int:
    """Find where in an APDU of definite lengths a carried element stands."""
    at = tlv.read(octets, 0, len(octets)).start
    while at < len(octets):
        one = tlv.read(octets, at, len(octets))
        if one.end is None or octets[at : one.end] == element:
            return at
        at = one.start if one.identifier == b"\x30" else one.end
    return 0


def _invoke_id(octets: bytes) -> int | None:
    try:
        apdu = tlv.read(octets, 0, len(octets))
        one = tlv.read(octets, apdu.start, len(octets))
    except DecodeError:
        return None
    if one.identifier != b"\x02" or one.end is None or not 0 < one.end - one.start <= 8:
        return None
    return int.from_bytes(octets[one.start : one.end], "big", signed=True)


def _slow(known: Operations, octets: bytes, why: NotPlain) -> Apdu:
    """Read an APDU of another form with pyasn1, its contents declared in their place."""
    use = typed(known, octets)
    envelopes: dict[str, Any] = {
        cls.__name__: cls
        for cls in (ros.Invoke, ros.ReturnResult, ros.ResultSeq, ros.ReturnError, ros.Reject)
    }
    classes = ChainMap(envelopes, dict(known.codec.classes))
    apdu = slow.decode(use, octets, why, classes)
    read: Apdu
    carried: object
    match apdu:
        case ros.Invoke(argument=carried):
            read = _invoke(known, apdu, carried)
        case ros.ReturnResult(result=None):
            return ReturnResult(apdu.invoke_id)
        case ros.ReturnResult(result=ros.ResultSeq() as inner):
            carried = inner.result
            read = _result(known, apdu, carried)
        case ros.ReturnError(parameter=carried):
            read = ReturnError(apdu.invoke_id, apdu.errcode, carried)
        case _:
            return Reject(apdu.invoke_id[1], apdu.problem)
    if carried is None and (at := _carried_at(octets)) is not None:
        # pyasn1 takes the end of an empty SEQUENCE OF inside a CHOICE for that of all around.
        raise DecodeError(f"{why.what}: not decodable", offset=at, clause="X.690 8.1.5")
    return read


def _carried_at(octets: bytes) -> int | None:
    """Give the position of what an APDU carries after its code; None for nothing or NULL."""
    end = len(octets)
    at = _after(octets, tlv.read(octets, 0, end).start, end)
    if octets[:1] == _RESULT:
        at = tlv.read(octets, at, end).start
    at = _after(octets, at, end)
    return None if octets[at : at + 1] in (b"", b"\x00", b"\x05") else at


def typed(known: Operations, octets: bytes) -> Use:
    """Describe the APDU in ``octets`` with the type of what it carries in its place.

    Raise ``DecodeError`` where the head of the APDU is not readable.
    """
    apdu = tlv.read(octets, 0, len(octets))
    end = len(octets)
    if apdu.identifier == b"\xa4":
        return Schema((_reject(),)).use(implicit(_reject(), 4))
    at = _after(octets, apdu.start, end)
    outer = apdu.identifier
    carried = None
    if outer != _RESULT:
        table = known.arguments if outer == _INVOKE else known.errors
        carried = table.get(_number(octets, at, end))
    elif octets[at : at + 1] == b"\x30":
        carried = known.results.get(_number(octets, tlv.read(octets, at, end).start, end))
    content = univ.Any() if carried is None else known.codec.use(carried.name).asn1
    cls, number = _envelope(outer, content)
    return Schema((cls,)).use(implicit(cls, number))


def _envelope(outer: bytes, content: base.Asn1Type) -> tuple[Any, int]:
    """Make the class of an APDU that carries ``content``, and its tag."""
    number, integer = outer[0] & 0x1F, univ.Integer()
    head = required("invokeID", integer)
    match outer:
        case b"\xa1":
            fields = (head, required("opcode", integer), optional("argument", content))
            return _sequence("Invoke", *fields), number
        case b"\xa2":
            inner = _sequence(
                "ResultSeq", required("opcode", integer), optional("result", content)
            )
            return _sequence("ReturnResult", head, optional("result", inner())), number
        case _:
            fields = (head, required("errcode", integer), optional("parameter", content))
            return _sequence("ReturnError", *fields), number


def _sequence(name: str, *fields: Any) -> Any:
    return type(name, (univ.Sequence,), {"componentType": NamedTypes(*fields)})


def _reject() -> Any:
    """Give the declared type of a reject."""
    return type(ros.CODEC.use("ROS").definition.fields[3].use.asn1)


def _after(octets: bytes, at: int, end: int) -> int:
    """Give the position after the INTEGER at ``at``."""
    one = tlv.read(octets, at, end)
    if one.identifier != b"\x02" or one.end is None:
        raise DecodeError("an INTEGER is expected", offset=at, clause="X.880 ROS")
    return one.end


def _number(octets: bytes, at: int, end: int) -> int:
    after = _after(octets, at, end)
    return int.from_bytes(octets[tlv.read(octets, at, end).start : after], "big", signed=True)


def encode(known: Operations, apdu: Apdu) -> bytes:
    """Write one APDU; raise ``EncodeError``."""
    value: Any
    match apdu:
        case Invoke():
            element = known.element(known.arguments, apdu.operation, apdu.argument)
            value = ros.Invoke(apdu.invoke_id, apdu.operation, element, apdu.unknown)
            return ros.CODEC.encode("ROS", ("invoke", value))
        case ReturnResult():
            inner = None
            if apdu.operation is not None:
                element = known.element(known.results, apdu.operation, apdu.result)
                inner = ros.ResultSeq(apdu.operation, element, apdu.result_unknown)
            value = ros.ReturnResult(apdu.invoke_id, inner, apdu.unknown)
            return ros.CODEC.encode("ROS", ("returnResult", value))
        case ReturnError():
            element = known.element(known.errors, apdu.error, apdu.parameter)
            value = ros.ReturnError(apdu.invoke_id, apdu.error, element, apdu.unknown)
            return ros.CODEC.encode("ROS", ("returnError", value))
        case Reject():
            present: ros.InvokeId = ("absent", None)
            if apdu.invoke_id is not None:
                present = ("present", apdu.invoke_id)
            value = ros.Reject(present, apdu.problem, apdu.unknown)
            return ros.CODEC.encode("ROS", ("reject", value))
    raise EncodeError(f"{type(apdu).__name__} is no APDU")
