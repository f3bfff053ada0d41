"""Remote operations of a protocol of our own, with bare types and a NULL."""

import sys
from types import ModuleType
from typing import Any

import pytest
from msgspec import UNSET
from pyasn1.type import univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import application, required
from protocols.ber.compiler import compile_module
from protocols.errors import EncodeError
from protocols.rose import jsonform
from protocols.rose.apdus import ApduError, Invoke, Reject, ReturnError, ReturnResult
from protocols.rose.codec import Rose


class CrossReference(univ.OctetString):
    tagSet = application(univ.OctetString, 21)  # noqa: N815 - ASN.1's own name


class Nothing(univ.Null):
    pass


class Fault(univ.Sequence):
    componentType = NamedTypes(required("code", univ.Integer()))  # noqa: N815 - as above


def rose() -> Rose:
    module: Any = ModuleType("rose_example_codec")
    sys.modules[module.__name__] = module
    own: Any = ModuleType("rose_example_schema")
    vars(own).update(CrossReference=CrossReference, Nothing=Nothing, Fault=Fault)
    sys.modules[own.__name__] = own
    source = compile_module("Example.", [own])
    exec(compile(source, module.__name__, "exec"), vars(module))  # noqa: S102 - our own source
    made = Rose(module.CODEC, module.READERS, module.WRITERS)
    made.operation(73, "monitorStop", "CrossReference", "Nothing")
    made.operation(74, "hush", None, None)
    made.error(1, "Fault")
    return made


ROSE = rose()


# Worked out by hand; the first two are seen from an OmniPCX Enterprise.
@pytest.mark.parametrize(
    ("octets", "apdu", "shown"),
    [
        (
            "a10c 020101 020149 55040142f900",
            Invoke(1, 73, bytes.fromhex("0142f900")),
            {"invokeID": 1, "opcode": 73, "argument": {"octets": "0142f900"}},
        ),
        (
            "a20a 020101 3005 020149 0500",
            ReturnResult(1, 73),
            {"invokeID": 1, "result": {"opcode": 73, "result": None}},
        ),
        (
            "a208 020101 3003 020149",
            ReturnResult(1, 73, UNSET),
            {"invokeID": 1, "result": {"opcode": 73}},
        ),
        ("a203 020101", ReturnResult(1), {"invokeID": 1}),
        ("a106 020101 020149", Invoke(1, 73), {"invokeID": 1, "opcode": 73}),
        ("a107 02020080 02014a", Invoke(128, 74), {"invokeID": 128, "opcode": 74}),
        ("a306 020101 020101", ReturnError(1, 1), {"invokeID": 1, "errcode": 1}),
        (
            "a406 020101 810101",
            Reject(1, ("invoke", 1)),
            {
                "invokeID": {"choice": "present", "value": 1},
                "problem": {"choice": "invoke", "value": 1},
            },
        ),
    ],
)
def test_apdus(octets, apdu, shown):
    octets = bytes.fromhex(octets)
    assert ROSE.decode(octets) == apdu
    assert ROSE.encode(apdu) == octets
    kind, value = jsonform.to_json(ROSE, apdu)
    assert value == shown
    assert jsonform.from_json(ROSE, kind, shown) == apdu


def test_long_lengths_and_numbers():
    contents = bytes(300)
    head = bytes.fromhex("a1820139 02047fffffff 020149 5582012c")
    octets = head + contents
    apdu = Invoke(0x7FFFFFFF, 73, contents)
    assert ROSE.decode(octets) == apdu
    assert ROSE.encode(apdu) == octets


def test_errors():
    with pytest.raises(ApduError) as caught:
        ROSE.decode(bytes.fromhex("a30b 020101 020101 3003 800100"))
    assert caught.value.problem == ("returnError", 4)
    assert caught.value.invoke_id == 1
    for wrong in (ReturnError(1, 1, b"\x30\x00"), ReturnResult(1, 73, 5), Invoke(1, 73, "x")):
        with pytest.raises(EncodeError):
            ROSE.encode(wrong)
    with pytest.raises(EncodeError):
        jsonform.from_json(ROSE, "hello", {})
