"""Forms of phases I and II that are easily taken for misprints, worked out by hand."""

from typing import Any

import pytest

from protocols.csta.phase12 import _codec_phase12 as c
from protocols.csta.phase12.codec import APPLICATION_LINK, PHASE1, PHASE2, Operation
from protocols.csta.phase12.text import CSTA1, CSTA2
from protocols.errors import EncodeError
from protocols.rose.apdus import ApduError, Invoke, ReturnError, ReturnResult


def read(codec, octets: str) -> Any:
    """Read an APDU that must give its octets again."""
    found = codec.decode(bytes.fromhex(octets))
    assert codec.encode(found) == bytes.fromhex(octets)
    return found


CONNECTION = c.ConnectionID(b"\x00\x01", ("staticID", ("dialingNumber", "202")))
CALLED = ("deviceIdentifier", ("deviceIdentifier", ("dialingNumber", "204")))
PRIVATE = c.CSTAPrivateData("1.3", b"\x04")
BARE = "6b09 82020001 8003323032"


def test_an_argument_stands_alone_or_with_extensions():
    alone = read(PHASE1, f"a111 020102 020102 {BARE}")
    assert alone == Invoke(2, Operation.ANSWER_CALL, ("connection", CONNECTION))
    extended = read(PHASE1, f"a115 020102 020102 300d {BARE} 7e00")
    assert extended.argument == (
        "extended",
        c.ConnectionWithExtensions(CONNECTION, c.CSTACommonArguments()),
    )


@pytest.mark.parametrize(
    ("octets", "argument"),
    [
        (f"a11a 020109 020108 a012 {BARE} 62058003323034", ("deflect", (CONNECTION, CALLED))),
        (
            f"a118 020109 020108 a110 {BARE} 8003323033",
            ("pickup", (CONNECTION, ("dialingNumber", "203"))),
        ),
        ("a10d 020109 020108 a205 8003323033", ("group", ("dialingNumber", "203"))),
    ],
    ids=["deflect", "pickup", "group"],
)
def test_the_ways_to_divert(octets, argument):
    kind, expected = argument
    form, (found, value) = read(PHASE1, octets).argument
    assert (form, found) == ("divertInfo", kind)
    if kind == "group":
        assert value == expected
    else:
        assert tuple(getattr(value, name) for name in value.__struct_fields__[:2]) == expected


def test_an_event_of_an_unknown_number_is_kept():
    octets = "a113 020129 020115 300b 550112 80020309 3002 0500"
    report = read(PHASE1, octets).argument
    assert (report.event_type, report.event_info) == (777, b"\x30\x02\x05\x00")
    shown = CSTA1.to_json(bytes.fromhex(octets))
    assert shown["operation"] == "eventReport:777"
    assert shown["value"]["argument"]["eventInfo"] == {"octets": "30020500"}
    assert CSTA1.from_json(shown) == bytes.fromhex(octets)


def test_an_event_that_is_not_what_its_number_says():
    with pytest.raises(ApduError, match="DoNotDisturbEvent: no device") as caught:
        PHASE1.decode(bytes.fromhex("a112 020129 020115 300a 550112 800166 3002 0500"))
    assert caught.value.problem == ("invoke", 2)


def test_a_group_of_events_of_phase_two_that_nobody_knows():
    octets = "a10f 020129 020115 3007 550112 a902 0500"
    report = read(PHASE2, octets).argument
    assert report.event_specific_info == ("unknown", bytes.fromhex("a9020500"))
    assert CSTA2.to_json(bytes.fromhex(octets))["operation"] == "cSTAEventReport:unknown"


def test_private_data_of_an_unknown_manufacturer_is_kept():
    octets = "a114 020104 020133 300c a10a 3008 06022b0c 040207ff"
    kind, escape = read(PHASE2, octets).argument
    assert (kind, escape.private_data) == (
        "plain",
        (("plain", c.CSTAPrivateData("1.3.12", b"\x04\x02\x07\xff")),),
    )


def test_private_data_of_phase_one_has_a_tag():
    octets = "a114 020104 020133 7e0c a10a 7d08 06022b0c 040207ff"
    kind, escape = read(PHASE1, octets).argument
    assert kind == "tagged"
    assert escape.private_data == (
        ("tagged", c.TaggedPrivateData("1.3.12", b"\x04\x02\x07\xff")),
    )


@pytest.mark.parametrize(
    ("octets", "failure"),
    [
        ("a309 020109 020101 81010c", ("operationalErrors", 12)),
        ("a309 020109 020101 830103", ("systemResourceErrors", 3)),
        ("a308 020109 020101 8700", ("unspecifiedErrors", None)),
        ("a309 020109 020101 860104", ("securityErrors", 4)),
        ("a308 020109 020101 8800", ("unknown", b"\x88\x00")),
    ],
)
def test_failures(octets, failure):
    assert read(PHASE1, octets) == ReturnError(9, 1, failure)
    assert read(PHASE2, octets) == ReturnError(9, 1, failure)


def test_the_application_link_has_another_tag_for_unspecified_failures():
    octets = "a308 020109 020101 8600"
    assert read(APPLICATION_LINK, octets) == ReturnError(9, 1, ("unspecifiedErrors", None))
    with pytest.raises(ApduError):
        PHASE1.decode(bytes.fromhex(octets))


@pytest.mark.parametrize(
    ("octets", "items"),
    [
        (
            "a216 020109 3011 02010c a20c 300a 0a0102 1605 3230392a23",
            (("parameter", c.ForwardParameter(c.ForwardingType.FORWARD_BUSY_ON, "209*#")),),
        ),
        (
            "a212 020109 300d 02010c a208 0a0102 1603 323039",
            (("forwardingType", c.ForwardingType.FORWARD_BUSY_ON), ("forwardDN", "209")),
        ),
    ],
    ids=["a list of the standard", "one pair of the Application Link"],
)
def test_forwardings_of_a_device(octets, items):
    assert read(PHASE1, octets).result == ("deviceInformation", ("forward", items))


@pytest.mark.parametrize(
    ("octets", "entry"),
    [
        (
            f"a219 020109 3014 02014a 760f 300d {BARE} a000",
            c.SnapshotDeviceResponseInfo(None, CONNECTION, ("compoundCallState", ())),
        ),
        (
            f"a221 020109 301c 02014a 7617 3015 6305 8003323032 {BARE} 4e0103",
            c.SnapshotDeviceResponseInfo(
                ("deviceIdentifier", ("deviceIdentifier", ("dialingNumber", "202"))),
                CONNECTION,
                None,
                c.LocalConnectionState.CONNECTED,
            ),
        ),
    ],
    ids=["states of all connections", "state of one"],
)
def test_snapshots_of_a_device(octets, entry):
    assert read(PHASE1, octets).result == ("snapshotData", (entry,))


def test_void_results():
    assert read(PHASE2, "a20a 020101 3005 020149 0500") == ReturnResult(
        1, Operation.MONITOR_STOP, ("noData", None)
    )


def test_phase_one_has_no_services_of_phase_two():
    octets = f"a116 020102 020113 300e {BARE} 1601 32"
    assert read(PHASE1, octets).argument == bytes.fromhex(octets)[8:]
    found = read(PHASE2, octets)
    assert found.argument == c.SendDTMFTonesArgument(CONNECTION, "2")


@pytest.mark.parametrize(
    "pdu",
    [
        Invoke(1, 2, CONNECTION),
        Invoke(1, 2, ("connection", None)),
        Invoke(1, 21, c.EventReportArgument(b"", 4, b"\x05\x00")),
        Invoke(1, 51, ("plain", c.EscapeWithoutTag(None, (("plain", PRIVATE),)))),
    ],
    ids=repr,
)
def test_values_that_do_not_fit(pdu):
    with pytest.raises(EncodeError):
        PHASE1.encode(pdu)
