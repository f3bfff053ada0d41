"""What a switch asks of a live driver: reports, answers, and what is odd."""

import pytest

from cti import driver as dr
from cti import facts as f
from cti.link import Link as JoinedLink
from cti.link import Transmit
from drivers.csta import CstaDriver
from protocols.csta.phase3.codec import decode
from protocols.stacks import primitives as st
from protocols.stacks.framing import length16
from tests.drivers.csta.script import (
    UNASKED,
    Link,
    aare,
    anomalies,
    established,
    facts,
    hookswitch,
    invoke,
    monitor_started,
    sent,
    shown,
    states,
    system_status,
)

INDEFINITE = bytes.fromhex("a180 020101 020200d3 3003 0a0102 0000")


def test_reports_of_a_monitor_mean_the_same_as_to_an_observer() -> None:
    link = Link(devices=["202"])
    link.receive(monitor_started(1, "0001"))
    told = {
        "choice": "both",
        "value": {
            "callID": {"octets": "0001"},
            "deviceID": {"choice": "dynamicID", "value": {"octets": "aa"}},
        },
    }
    pdu = established("0001", told, "202")
    observer = CstaDriver({}, observing=True)
    observer.handle(dr.LinkUp())
    assert facts(link.receive(pdu)) == facts(observer.handle(dr.PduReceived(pdu)))[1:]


def test_a_report_without_a_device_is_about_the_monitored_one() -> None:
    link = Link(devices=["202"])
    link.receive(monitor_started(1, "0001"))
    report = invoke(
        5,
        21,
        {
            "crossRefIdentifier": {"octets": "0001"},
            "eventSpecificInfo": {
                "choice": "physicalDeviceFeatureEvents",
                "value": {
                    "choice": "hookswitch",
                    "value": {
                        "invokingDevice": {"choice": "notKnown", "value": None},
                        "hookswitch": {"octets": "01"},
                        "hookswitchOnHook": True,
                    },
                },
            },
        },
    )
    (fact,) = facts(link.receive(report))
    assert isinstance(fact, f.DeviceFact)
    assert fact.device.key == "202"


@pytest.mark.parametrize(
    ("octets", "problem"),
    [
        ("a109 020101 02020fa0 0500", {"choice": "invoke", "value": 1}),  # operation 4000
        ("a10a 020101 02010a 3002 0500", {"choice": "invoke", "value": 2}),  # no makeCall
        ("a106 020101 020115", {"choice": "invoke", "value": 2}),  # report without an event
        ("a10b 020101 020200d3 3002 0a05", {"choice": "invoke", "value": 2}),
        ("a108 020101 020115 3009", {"choice": "general", "value": 2}),
    ],
)
def test_an_invoke_that_cannot_be_served_is_rejected(octets, problem) -> None:
    link = Link()
    actions = link.receive(bytes.fromhex(octets))
    (answer,) = sent(actions)
    assert shown(answer)["pdu"] == "reject"
    assert shown(answer)["value"]["problem"] == problem
    assert shown(answer)["value"]["invokeID"] == {"choice": "present", "value": 1}
    assert len(anomalies(actions)) == 1
    assert states(actions) == []


def test_a_service_of_the_switch_is_not_served_by_us() -> None:
    argument = {"device": {"deviceIdentifier": {"choice": "dialingNumber", "value": "1"}}}
    (answer,) = sent(Link().receive(invoke(4, 304, argument)))
    assert shown(answer)["value"]["problem"] == {"choice": "invoke", "value": 1}


@pytest.mark.parametrize("octets", ["a2", "a203020105", "a30102", "a401ff", "ff00", "", "05"])
def test_anything_but_an_invoke_is_never_rejected(octets) -> None:
    link = Link()
    actions = link.receive(bytes.fromhex(octets))
    assert sent(actions) == []
    assert len(anomalies(actions)) == 1


def test_too_many_unreadable_messages_degrade_the_link_for_a_period() -> None:
    link = Link()
    bad = bytes.fromhex("a108 020101 020115 3009")
    actions = link.receive(*[bad] * 120)
    assert len(sent(actions)) == 100
    assert states(actions) == [("degraded", "too many undecodable messages")]
    assert states(link.expire("heartbeat")) == [("up", "")]
    assert len(sent(link.receive(bad))) == 1


def test_the_slow_decoder_reads_only_so_many_messages_in_a_period() -> None:
    link = Link(timers={"heartbeat": 5, "silence": 10})
    first = link.receive(*[INDEFINITE] * 50)
    assert {kind for kind, _ in anomalies(first)} == {"slow_path"}
    assert len(sent(first)) == 50
    (anomaly,) = anomalies(link.receive(INDEFINITE))
    assert anomaly[0] == "undecodable"
    assert "not decodable" in anomaly[1]
    link.expire("heartbeat")
    assert anomalies(link.receive(INDEFINITE))[0][0] == "slow_path"


def test_operations_that_tell_nothing_are_taken_without_an_answer() -> None:
    devices = {
        "serviceCrossRefID": {"octets": "01"},
        "lastSegment": True,
        "deviceList": [],
    }
    assert Link().receive(invoke(3, 205, devices)) == []


def test_an_invoke_id_of_any_size_comes_back_as_it_was() -> None:
    for number in (-1, 0, 200, 70_000, -70_000, 2**31):
        (answer,) = sent(Link().receive(system_status(number, "normal")))
        assert shown(answer)["value"]["invokeID"] == number


def test_the_driver_speaks_over_the_framing_of_its_dialect() -> None:
    link = JoinedLink("main", CstaDriver({"devices": ["201"], "resync": UNASKED}), length16)

    def transmitted(event):
        return [a.octets for a in link.handle(event) if isinstance(a, Transmit)]

    def framed(pdu: bytes) -> st.OctetsReceived:
        return st.OctetsReceived(len(pdu).to_bytes(2, "big") + pdu)

    (aarq,) = transmitted(st.TransportUp())
    assert type(decode(aarq[2:])).__name__ == "AARQ"
    (start,) = transmitted(framed(aare()))
    assert shown(start[2:])["operation"] == "monitorStart"
    link.handle(framed(monitor_started(1, "0001")))
    assert link.state == "up"
    link.handle(framed(hookswitch("0001", "201")))
    link.handle(st.TransportDown("cut"))
    assert link.state == "down"
