from pathlib import Path
from typing import Any

import pytest

from protocols.acse import _codec_acse as acse
from protocols.ber.slow import SlowPath
from protocols.csta.phase3 import _codec_phase3 as phase3
from protocols.csta.phase3 import codec
from protocols.csta.phase3.codec import (
    ROSE,
    Aarq,
    ApduError,
    Invoke,
    Operation,
    Reject,
    ReturnError,
    ReturnResult,
    Rlrq,
    decode,
    encode,
)
from protocols.errors import DecodeError, EncodeError, TruncatedError
from tests.protocols.ber.values import indefinite
from tests.protocols.csta.phase3.frames import TRACES, apdus

# From the published vectors: made by an independent compiler.
MAKE_CALL = bytes.fromhex("a11d02010102010a301530058003323031300c800a30333031323334353637")
NO_DATA = bytes.fromhex("a20a02010430050201050500")
FAILURE = bytes.fromhex("a30b020109020101a0030a010c")
REJECT = bytes.fromhex("a406020109810101")
RLRQ = bytes.fromhex("6203800100")


# Of no type: takes the place of a value that has the wrong one.
NOTHING: Any = None
WRONG: Any = ("nothing", 1)


def read(octets: bytes) -> Any:
    return decode(octets)


def device(number):
    return phase3.DeviceID(("dialingNumber", number))


def test_invoke():
    argument = phase3.MakeCallArgument(device("201"), device("0301234567"))
    assert decode(MAKE_CALL) == Invoke(1, Operation.MAKE_CALL, argument)
    assert encode(Invoke(1, 10, argument)) == MAKE_CALL
    assert isinstance(read(MAKE_CALL).operation, Operation)


def test_return_result():
    value = ReturnResult(4, Operation.CLEAR_CONNECTION, ("noData", None))
    assert decode(NO_DATA) == value
    assert encode(value) == NO_DATA
    empty = bytes.fromhex("a203020104")
    assert decode(empty) == ReturnResult(4)
    assert encode(ReturnResult(4)) == empty


def test_lists_that_are_not_declared_are_kept_and_written_back():
    octets = bytes.fromhex(
        "a222 020105 301d 020200c9 3017 800101 010100 03020680 0101ff 0a0101 8b0102 bb028000"
    )
    told = read(octets).result
    assert (told.max_active_calls, [kept for _, kept in told.unknown]) == (2, [octets[-4:]])
    assert encode(read(octets)) == octets


def test_return_error():
    value = ReturnError(9, 1, ("operation", 12))
    assert decode(FAILURE) == value
    assert encode(value) == FAILURE


def test_reject():
    assert decode(REJECT) == Reject(9, ("invoke", 1))
    assert encode(Reject(9, ("invoke", 1))) == REJECT
    # Seen from an OmniPCX Enterprise: the id could not be read.
    nameless = bytes.fromhex("a4050500800100")
    assert decode(nameless) == Reject(None, ("general", 0))
    assert encode(Reject(None, ("general", 0))) == nameless


def test_association():
    assert decode(RLRQ) == Rlrq(0)
    assert encode(Rlrq(0)) == RLRQ
    assert isinstance(acse.decode_ACSE(RLRQ)[1], Rlrq)


@pytest.mark.parametrize(
    ("octets", "value"),
    [
        ("a109 020105 02010f 040107", Invoke(5, 15, b"\x04\x01\x07")),
        ("a106 020105 02010f", Invoke(5, 15)),
        ("a20b 020105 3006 02010f 040107", ReturnResult(5, 15, b"\x04\x01\x07")),
        ("a309 020105 020102 040107", ReturnError(5, 2, b"\x04\x01\x07")),
        (
            "a10e 020105 800107 02010f 040107 8200",
            Invoke(5, 15, b"\x04\x01\x07", ((1, b"\x80\x01\x07"), (3, b"\x82\x00"))),
        ),
        (
            "a20f 020105 3008 02010f 040107 8200 8300",
            ReturnResult(5, 15, b"\x04\x01\x07", ((2, b"\x83\x00"),), ((2, b"\x82\x00"),)),
        ),
    ],
)
def test_what_is_not_known_is_kept(octets, value):
    octets = bytes.fromhex(octets)
    assert decode(octets) == value
    assert encode(value) == octets


@pytest.mark.vectors
@pytest.mark.parametrize("trace", TRACES)
def test_traces_pass_without_loss(vectors: Path, trace):
    slow = SlowPath()
    messages = apdus(vectors, trace)
    for octets in messages:
        assert encode(decode(octets, slow)) == octets
        if octets[0] < 0x60 or octets[0] in b"\xa1\xa2\xa3":
            assert ROSE.quick(octets) == decode(octets)
    assert slow.count == 0
    assert len(messages) > 150


def test_indefinite_make_call():
    slow = SlowPath()
    inner = "3080 3080 8003323031 0000 3080 800a30333031323334353637 0000 0000"
    octets = bytes.fromhex("a180 020101 02010a" + inner + "0000")
    assert encode(decode(octets, slow)) == MAKE_CALL
    assert slow.count == 1
    # Only the argument is of that form.
    argument = bytes.fromhex(inner)
    octets = bytes((0xA1, 6 + len(argument))) + bytes.fromhex("020101 02010a") + argument
    assert encode(decode(octets, slow)) == MAKE_CALL
    assert slow.count == 2


@pytest.mark.parametrize("octets", [MAKE_CALL, NO_DATA, FAILURE, REJECT], ids=bytes.hex)
def test_indefinite_lengths_of_every_kind(octets):
    slow = SlowPath()
    assert decode(indefinite(octets), slow) == decode(octets)
    assert slow.count == 1


@pytest.mark.parametrize(
    "octets",
    [
        "a180 020105 02010f 040107 0000",  # an operation that is not known
        "a280 020105 0000",
        "a180 020105 02010f 0000",
    ],
)
def test_indefinite_envelopes(octets):
    slow = SlowPath()
    contents = bytes.fromhex(octets)[2:-2]
    definite = bytes((int(octets[:2], 16), len(contents))) + contents
    assert encode(decode(bytes.fromhex(octets), slow)) == definite
    assert slow.count == 1


@pytest.mark.parametrize(
    ("octets", "invoke_id"),
    [
        ("a180 040105 0000", None),
        ("a180 020105 040105 0000", 5),
        ("a180 0000", None),
        ("a180 020105 02010f 3080 0000 0000", 5),  # no type tells the end of an open one
    ],
)
def test_indefinite_envelopes_that_are_refused(octets, invoke_id):
    with pytest.raises(ApduError) as caught:
        decode(bytes.fromhex(octets))
    assert caught.value.invoke_id == invoke_id
    assert caught.value.problem[0] == "general"


@pytest.mark.parametrize(
    ("octets", "invoke_id", "problem", "offset"),
    [
        ("", None, ("general", 2), 0),
        ("05 00", None, ("general", 0), 0),
        ("a5 03 02 01 07", None, ("general", 0), 0),
        ("a1 00", None, ("general", 1), 2),
        ("a1 03 02 01 07", 7, ("general", 1), 5),
        ("a1 06 02 01 07 04 01 05", 7, ("general", 1), 5),
        ("a1 06 02 01 07 02 05 05", 7, ("general", 2), 8),
        ("a1 0a 02 01 07 02 01 0a 30 02 30 00", 7, ("invoke", 2), 12),
        ("a1 0a 02 01 07 02 01 0a 30 02 30 80", 7, ("invoke", 2), 12),
        ("a2 0b 02 01 07 30 06 02 01 05 05 01 00", 7, ("returnResult", 2), 12),
        ("a3 0a 02 01 07 02 01 01 a0 02 0a 00", 7, ("returnError", 4), 12),
        # Real: the client had exchanged two octets, and the switch rejected it.
        ("a2 0b 02 02 2b ff 30 05 01 02 34 05 00", 11263, ("general", 2), 13),
    ],
)
def test_refusals_tell_what_a_reject_needs(octets, invoke_id, problem, offset):
    with pytest.raises(ApduError) as caught:
        decode(bytes.fromhex(octets))
    error = caught.value
    assert (error.invoke_id, error.problem, error.offset) == (invoke_id, problem, offset)


def test_truncated_at_each_octet():
    for octets in (MAKE_CALL, NO_DATA, FAILURE, REJECT, RLRQ):
        for length in range(len(octets)):
            with pytest.raises(TruncatedError) as caught:
                decode(octets[:length])
            assert caught.value.offset == length


@pytest.mark.parametrize(
    "octets",
    [
        b"\xa1\x80" * 50_000,
        b"\xa1\x84\x7f\xff\xff\xff" * 10_000,
        b"\xa1\xfe" + b"\xff" * 126,
        b"\xa1" * (1 << 24),
        b"\xa1\x82\x75\x36\x02\x01\x01\x02\x01\x0a\x30\x82\x75\x2c" + b"\x05\x00" * 14_998,
        b"\x60\x80" * 10_000,
    ],
    ids=lambda octets: f"{octets[:4].hex()}-{len(octets)}",
)
def test_known_attacks(octets):
    with pytest.raises(DecodeError):
        decode(octets)


@pytest.mark.parametrize(
    "pdu",
    [
        Invoke(NOTHING, 10),
        Invoke(1, NOTHING),
        Invoke(1, 10, phase3.MakeCallArgument(device("201"), NOTHING)),
        Invoke(1, 10, b"\x30\x00"),
        Invoke(1, 15, b"\x30"),
        Invoke(1, 15, device("201")),
        Invoke(1, 10, None, ((9, b"\x80\x00"),)),
        ReturnResult(1, 10, ("noData", None)),
        ReturnError(1, 1, ("nothing", 1)),
        Reject(1, WRONG),
        Reject(1, NOTHING),
        Aarq(None, NOTHING),
        None,
    ],
    ids=repr,
)
def test_values_that_do_not_fit(pdu):
    with pytest.raises(EncodeError):
        encode(pdu)


def test_octets_above_ascii_in_a_string_are_kept():
    octets = MAKE_CALL.replace(b"\x80\x03201", b"\x80\x03\xff01")
    assert read(octets).argument.calling_device == device("\xff01")
    assert encode(decode(octets)) == octets


def test_operations_are_named():
    assert codec.Operation(21) is Operation.CSTA_EVENT_REPORT
    assert set(ROSE.names) == set(Operation)
