"""A live driver of phase I or II, and hand-made messages of its switch."""

from typing import Any

from cti import driver as dr
from protocols.csta.phase12.text import CSTA1, CSTA2
from protocols.csta.text import ACSE, TextCodec
from tests.drivers.csta.script import Link

TEXT: dict[str, TextCodec] = {
    "phase1": CSTA1,
    "md110": CSTA1,
    "phase2": CSTA2,
    "omnipcx": CSTA2,
}


def invoke(dialect: str, number: int, opcode: int, argument: Any) -> bytes:
    value = {"invokeID": number, "opcode": opcode, "argument": argument}
    return TEXT[dialect].from_json({"pdu": "invoke", "value": value})


def result(dialect: str, number: int, opcode: int, told: Any = None) -> bytes:
    value = {"invokeID": number, "result": {"opcode": opcode, "result": told}}
    return TEXT[dialect].from_json({"pdu": "returnResult", "value": value})


def error(dialect: str, number: int, category: str, name: Any) -> bytes:
    parameter = {"choice": category, "value": name}
    value = {"invokeID": number, "errcode": 1, "parameter": parameter}
    return TEXT[dialect].from_json({"pdu": "returnError", "value": value})


def device(number: str) -> dict[str, Any]:
    return {"choice": "dialingNumber", "value": number}


def party(number: str) -> dict[str, Any]:
    extended = {"choice": "deviceIdentifier", "value": device(number)}
    return {"choice": "deviceIdentifier", "value": extended}


def connection(call: str, number: str) -> dict[str, Any]:
    static = {"choice": "staticID", "value": device(number)}
    return {"call": {"octets": call}, "device": static}


NOT_REQUIRED = {"choice": "notRequired", "value": None}
AARE = ACSE.from_json(
    {
        "pdu": "AARE",
        "value": {
            "applicationContextName": "1.3.12.0.218",
            "result": 0,
            "resultSourceDiagnostic": {"choice": "serviceUser", "value": 0},
            "userInformation": [
                {
                    "single": {
                        "choice": "oldDefinition",
                        "value": {
                            "cSTAVersion": {"bits": "01"},
                            "cSTAFunctionsRequiredByApplication": {},
                            "cSTAFunctionsThatCanBeSupplied": {},
                        },
                    }
                }
            ],
        },
    }
)


def opened(dialect: str, **config: Any) -> Link:
    """Give a link that is up."""
    link = Link(open_it=False, dialect=dialect, **config)
    link.event(dr.LinkUp())
    if dialect != "md110":
        link.receive(AARE)
    return link


def shown(dialect: str, pdu: bytes) -> dict[str, Any]:
    """Show a message as JSON."""
    return TEXT[dialect].to_json(pdu)
