import pytest

from protocols.ber import runtime
from protocols.ber.runtime import Retry


# Contents worked out from X.690 8.19; the second is the example of 8.19.5.
@pytest.mark.parametrize(
    ("contents", "value"),
    [
        ("00", "0.0"),
        ("883703", "2.999.3"),
        ("2b0c00815a", "1.3.12.0.218"),
        ("4f", "1.39"),
        ("50", "2.0"),
        ("78", "2.40"),
        ("69" + "83" + "ff" * 17 + "7f", f"2.25.{2**128 - 1}"),
    ],
)
def test_object_identifiers(contents, value):
    assert runtime.oid(bytes.fromhex(contents)) == value
    assert runtime.oid_contents(value).hex() == contents


@pytest.mark.parametrize("contents", ["", "80", "2b80", "2b8001", "2b81", "81" * 20 + "01"])
def test_octets_that_are_no_object_identifier(contents):
    with pytest.raises(Retry):
        runtime.oid(bytes.fromhex(contents))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1",
        "3.1",
        "0.40",
        "1.2.",
        "1..2",
        "1.02",
        "1.-2",
        "1.\u0662",
        "1.2.x",
        f"2.1.{2**140}",
    ],
)
def test_texts_that_are_no_object_identifier(value):
    with pytest.raises(Retry):
        runtime.oid_contents(value)


# X.690 8.6.4.2 has the long one.
@pytest.mark.parametrize(
    ("contents", "value"),
    [
        ("00", ""),
        ("0780", "1"),
        ("00ff", "11111111"),
        ("040a3b5f291cd0", "00001010001110110101111100101001000111001101"),
    ],
)
def test_bit_strings(contents, value):
    assert runtime.bits(bytes.fromhex(contents)) == value
    assert runtime.bits_contents(value).hex() == contents


def test_unused_bits_are_dropped_and_written_as_zero():
    assert runtime.bits(b"\x04\xff") == "1111"
    assert runtime.bits_contents("1111") == b"\x04\xf0"
    with pytest.raises(Retry):
        runtime.bits_contents("012")
    for contents in (b"\x01", b"\x08\x00"):
        with pytest.raises(Retry):
            runtime.bits(contents)


# X.690 8.3: the fewest octets of two's complement.
@pytest.mark.parametrize(
    ("value", "contents"),
    [
        (0, "00"),
        (127, "7f"),
        (128, "0080"),
        (211, "00d3"),
        (-1, "ff"),
        (-128, "80"),
        (-129, "ff7f"),
        (-32768, "8000"),
        (1 << 63, "008000000000000000"),
    ],
)
def test_integers(value, contents):
    assert runtime.integer_contents(value).hex() == contents
    octets = bytes.fromhex(contents)
    assert runtime.integer(octets, len(octets)) == value
    assert runtime.Numbers(b"\x02")[value] == b"\x02" + bytes((len(octets),)) + octets


def test_headers():
    headers = runtime.Headers(b"\x63", b"\x30")
    assert headers[5].hex() == "63073005"
    assert headers[126].hex() == "638180307e"
    assert headers[299].hex() == "6382012f3082012b"
    assert headers[70000].hex() == "63830111753083011170"
    assert runtime.booleans(b"\x01") == {False: b"\x01\x01\x00", True: b"\x01\x01\xff"}


@pytest.mark.parametrize(
    ("octets", "end"),
    [
        ("0500", 2),
        ("30810105", 4),
        ("9f630105", 4),
        ("bf8163820001ff", 7),
        ("30840000000105", 7),
    ],
)
def test_skip(octets, end):
    assert runtime.skip(bytes.fromhex(octets), 0) == end


@pytest.mark.parametrize("octets", ["0000", "3080", "30850000000000", "9f" + "81" * 6 + "0100"])
def test_what_is_not_skipped(octets):
    with pytest.raises(Retry):
        runtime.skip(bytes.fromhex(octets), 0)


def test_lengths():
    assert runtime.length(b"\x7f", 0) == (127, 1)
    assert runtime.length(b"\x82\x01\x00", 0) == (256, 3)
    for wrong in (0, 128, -1):
        with pytest.raises(Retry):
            runtime.integer(b"", wrong)
    with pytest.raises(Retry):
        runtime.retry()
    with pytest.raises((Retry, TypeError)):
        runtime.Numbers(b"\x02")["1"]  # type: ignore[index]
