"""What facility elements carry: vectors, faults, properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.ber.codec import Codec
from protocols.errors import DecodeError, EncodeError
from protocols.q931 import facility as f
from protocols.q931 import values as v
from protocols.q931.messages import decode
from protocols.rose import _codec_rose as ros
from protocols.rose.apdus import ApduError, Invoke, Reject, ReturnResult
from protocols.rose.codec import Rose

ROSE = Rose(ros.CODEC, {}, {})
"""No operation is known: arguments stay octets."""
assert isinstance(ros.CODEC, Codec)

QSIG = "08020101621c1b9faa068001008201008b0100a10d0201010201008005416c696365"


def test_a_calling_name_of_qsig() -> None:
    """As tshark reads it: extension, interpretation, invoke of callingName."""
    element = decode(bytes.fromhex(QSIG)).first(v.Facility)
    assert element is not None
    contents = f.decode(element.contents)
    assert contents == f.Contents(
        (bytes.fromhex("a10d0201010201008005416c696365"),),
        f.NETWORKING_EXTENSIONS,
        extension=bytes.fromhex("800100820100"),
        interpretation=b"\0",
    )
    assert f.encode(contents) == element.contents
    assert f.apdus(contents, ROSE) == [Invoke(1, 0, b"\x80\x05Alice")]


VECTORS = [
    pytest.param("91", f.Contents(()), id="nothing"),
    pytest.param("92a100", f.Contents((b"\xa1\x00",), f.CMIP), id="CMIP"),
    pytest.param("91a203020105a40602010281" "0101", f.Contents((
        bytes.fromhex("a203020105"), bytes.fromhex("a406020102810101"))), id="two components"),
    pytest.param("9f920102a180" "020101" "020100" "0000", f.Contents((
        bytes.fromhex("a1800201010201000000"),), f.NETWORKING_EXTENSIONS,
        network_profile=b"\x02"), id="indefinite length"),
]  # fmt: skip


@pytest.mark.parametrize(("octets", "contents"), VECTORS)
def test_vector(octets: str, contents: f.Contents) -> None:
    assert f.decode(bytes.fromhex(octets)) == contents
    assert f.encode(contents) == bytes.fromhex(octets)


def test_components_are_remote_operations() -> None:
    contents = f.decode(bytes.fromhex("91a203020105a406020102810101"))
    assert f.apdus(contents, ROSE) == [ReturnResult(5), Reject(2, ("invoke", 1))]
    with pytest.raises(ApduError):
        f.apdus(f.Contents((b"\x30\x00",)), ROSE)


@pytest.mark.parametrize(
    "octets", ["", "11", "f1", "91a1", "91a105", "91a180", "9faa80", "9faa8100", "9f8b05"]
)
def test_octets_that_are_no_contents(octets: str) -> None:
    with pytest.raises(DecodeError):
        f.decode(bytes.fromhex(octets))


@pytest.mark.parametrize("contents", [f.Contents((), 32), f.Contents((), extension=bytes(128))])
def test_contents_without_octets(contents: f.Contents) -> None:
    with pytest.raises(EncodeError):
        f.encode(contents)


@given(st.binary(max_size=30) | st.binary(max_size=30).map(b"\x9f\xaa\x02".__add__))
def test_any_octets_decode_to_themselves_or_raise_decode_error(octets: bytes) -> None:
    try:
        contents = f.decode(octets)
    except DecodeError:
        return
    assert f.encode(contents) == octets
    try:
        f.apdus(contents, ROSE)
    except ApduError:
        return
