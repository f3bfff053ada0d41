"""Remote operations APDUs as JSON and back, with what they carry in its place."""

from __future__ import annotations

from typing import Any

from protocols.ber import jsonform
from protocols.ber.jsonform import Parser
from protocols.errors import EncodeError
from protocols.rose import _codec_rose as ros
from protocols.rose.apdus import Apdu, Invoke, Reject, ReturnError, ReturnResult
from protocols.rose.operations import Carried, Operations

_ROS = ros.CODEC


def to_json(known: Operations, apdu: Apdu) -> tuple[str, dict[str, Any]]:
    """Show an APDU; give its kind and its value."""
    shown: dict[str, Any]
    match apdu:
        case Invoke():
            shown = {"invokeID": apdu.invoke_id, "opcode": int(apdu.operation)}
            shown |= _content(known, known.arguments, apdu.operation, "argument", apdu.argument)
            return "invoke", shown | _unknown(apdu.unknown)
        case ReturnResult():
            shown = {"invokeID": apdu.invoke_id}
            if apdu.operation is not None:
                inner: dict[str, Any] = {"opcode": int(apdu.operation)}
                inner |= _content(known, known.results, apdu.operation, "result", apdu.result)
                shown["result"] = inner | _unknown(apdu.result_unknown)
            return "returnResult", shown | _unknown(apdu.unknown)
        case ReturnError():
            shown = {"invokeID": apdu.invoke_id, "errcode": apdu.error}
            shown |= _content(known, known.errors, apdu.error, "parameter", apdu.parameter)
            return "returnError", shown | _unknown(apdu.unknown)
        case Reject():
            present = "absent" if apdu.invoke_id is None else "present"
            kind, number = apdu.problem
            shown = {
                "invokeID": {"choice": present, "value": apdu.invoke_id},
                "problem": {"choice": kind, "value": number},
            }
            return "reject", shown | _unknown(apdu.unknown)


def _content(
    known: Operations, table: dict[int, Carried], code: int, key: str, value: Any
) -> dict[str, Any]:
    carried = table.get(code)
    if value is (None if carried is None else carried.absent):
        return {}
    if carried is None:
        return {key: {"octets": value.hex()}}
    return {key: jsonform.to_json(known.codec.use(carried.name), value)}


def _unknown(unknown: tuple[tuple[int, bytes], ...]) -> dict[str, Any]:
    if not unknown:
        return {}
    return {"unknown": [[place, octets.hex()] for place, octets in unknown]}


def from_json(known: Operations, kind: str, value: Any) -> Apdu:
    """Read an APDU; raise ``EncodeError`` with the JSON path of what does not fit."""
    names = {"invoke": "Invoke", "returnResult": "ReturnResult", "returnError": "ReturnError"}
    parser = Parser(_ROS.classes)
    path = "$.value"
    if kind == "reject":
        apdu = parser.value(_ROS.use("Reject"), value, path)
        return Reject(apdu.invoke_id[1], apdu.problem, apdu.unknown)
    if kind not in names:
        raise EncodeError(f"$.pdu: {kind[:60]!r} is no remote operations APDU")
    reader = _Contents(known)
    # What is carried is read by its own type; the envelope sees that it is there.
    match kind:
        case "invoke":
            bare, argument = _take(value, "argument")
            apdu = parser.value(_ROS.use("Invoke"), bare, path)
            content = reader.value(known.arguments, apdu.opcode, argument, f"{path}.argument")
            operation = known.codes.get(apdu.opcode, apdu.opcode)
            return Invoke(apdu.invoke_id, operation, content, apdu.unknown)
        case "returnResult":
            outer, inner = _take(value, "result")
            apdu = parser.value(_ROS.use("ReturnResult"), outer, path)
            if not inner:
                return ReturnResult(apdu.invoke_id, unknown=apdu.unknown)
            bare, result = _take(inner[0], "result")
            one = parser.value(_ROS.use("ResultSeq"), bare, f"{path}.result")
            content = reader.value(known.results, one.opcode, result, f"{path}.result.result")
            operation = known.codes.get(one.opcode, one.opcode)
            return ReturnResult(apdu.invoke_id, operation, content, apdu.unknown, one.unknown)
        case _:
            bare, parameter = _take(value, "parameter")
            apdu = parser.value(_ROS.use("ReturnError"), bare, path)
            content = reader.value(known.errors, apdu.errcode, parameter, f"{path}.parameter")
            return ReturnError(apdu.invoke_id, apdu.errcode, content, apdu.unknown)


def _take(value: Any, key: str) -> tuple[Any, list[Any]]:
    """Split ``key`` off an object: the rest, and what stood there in a list of one or none."""
    if not isinstance(value, dict):
        return value, []
    rest = dict(value)
    return (rest, [rest.pop(key)]) if key in rest else (rest, [])


class _Contents:
    """Reads what an APDU carries."""

    def __init__(self, known: Operations) -> None:
        self._known = known
        self._parser = Parser(known.codec.classes)

    def value(
        self, table: dict[int, Carried], code: int, shown: list[Any], path: str
    ) -> object:
        carried = table.get(code)
        if not shown:
            return None if carried is None else carried.absent
        if carried is not None:
            return self._parser.value(self._known.codec.use(carried.name), shown[0], path)
        return jsonform.element(shown[0], path)
