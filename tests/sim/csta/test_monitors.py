from __future__ import annotations

import msgspec
import pytest

from protocols.csta.phase3.schema import EVENTS
from sim.csta.dialects import DIALECTS, STANDARD
from sim.csta.monitors import Monitors, actual, suppressed
from sim.exchange import verbs
from tests.sim.csta.client import THIRD, Client, device, events, names

# The filter of a recorded answer of a Panasonic; a set bit suppresses.
PANASONIC_FILTER = {
    "callControl": {"bits": "100000000000001111"},
    "callAssociated": {"bits": "01110"},
    "mediaAttachment": {"bits": "11"},
    "physicalDeviceFeature": {"bits": "10111010000"},
    "logicalDeviceFeature": {"bits": "00000000001101"},
    "maintenance": {"bits": "001"},
    "voiceUnit": {"bits": "1111111"},
    "private": {"bits": "0"},
}


def test_a_panasonic_answers_with_its_own_filter_and_what_was_asked_for() -> None:
    client = Client("panasonic")
    client.associate()
    monitored = {"choice": "deviceObject", "value": device("201")}
    wanted = {"callControl": {"bits": "0001"}}
    started = client.result(71, {"monitorObject": monitored, "requestedMonitorFilter": wanted})
    assert started["actualmonitorFilter"] == {
        **PANASONIC_FILTER,
        "callControl": {"bits": "100100000000001111"},
    }
    client.monitor("202")
    heard = client.do(verbs.MakeCall("201", "202"))
    # No delivered at 201 (bit 3); the other monitor has it.
    assert names(heard) == [
        ("04", "serviceInitiated"),
        ("04", "originated"),
        ("05", "delivered"),
        ("05", "ringerStatus"),
    ]


def test_a_hipath_answers_with_the_cross_reference_alone() -> None:
    client = Client("hipath3000")
    client.associate()
    monitored = {"choice": "deviceObject", "value": device("201")}
    assert client.result(71, {"monitorObject": monitored}) == {
        "crossRefIdentifier": {"octets": "0000"}
    }


def test_references_are_given_again_from_the_lowest() -> None:
    client = Client("hipath3000")
    client.associate()
    assert [client.monitor(one) for one in ("201", "201", "202")] == ["0000", "0001", "0002"]
    assert client.result(73, {"crossRefIdentifier": {"octets": "0001"}})["choice"] == "noData"
    assert client.monitor("203") == "0001"


def test_two_monitors_of_one_device_both_hear_everything_in_their_order() -> None:
    client = Client("hipath3000", fit=True)
    client.associate()
    client.monitor("201")
    client.monitor("201")
    heard = client.do(verbs.GoOffHook("201"))
    assert names(heard) == [
        ("00", "hookswitch"),
        ("01", "hookswitch"),
        ("00", "serviceInitiated"),
        ("01", "serviceInitiated"),
    ]


def test_a_changed_filter_holds_from_then_on() -> None:
    client = Client()
    client.associate()
    reference = client.monitor("201")
    changed = client.result(
        72,
        {
            "crossRefIdentifier": {"octets": reference},
            "requestedFilterList": {"callControl": {"bits": "0000000000001"}},
        },
    )
    bits = changed["actualFilterList"]["callControl"]["bits"]
    assert bits[12] == "1"
    heard = client.do(verbs.MakeCall("201", "202"))
    assert names(heard) == [("01", "originated"), ("01", "delivered")]


def test_a_stopped_monitor_is_silent_and_unknown() -> None:
    client = Client()
    client.associate()
    reference = {"crossRefIdentifier": {"octets": client.monitor("201")}}
    client.result(73, reference)
    assert client.do(verbs.MakeCall("201", "202")) == []
    assert client.failure(73, reference) == ("operation", "invalidMonitorCrossRefID")
    wanted = {**reference, "requestedFilterList": {}}
    assert client.failure(72, wanted) == ("operation", "invalidMonitorCrossRefID")
    short = {"crossRefIdentifier": {"octets": "01"}}
    assert client.failure(73, short) == ("operation", "invalidMonitorCrossRefID")


def test_there_is_a_limit_of_monitors() -> None:
    row = msgspec.structs.replace(STANDARD, monitor_limit=2)
    monitors = Monitors(row)
    assert monitors.start("201", 0, frozenset())
    assert monitors.start("202", 0, frozenset())
    assert monitors.start("203", 0, frozenset()) is None
    client = Client()
    client.associate()
    assert client.bench.link is not None
    face = client.bench.hub.links[client.bench.link]
    face.monitors = monitors
    monitored = {"choice": "deviceObject", "value": device("203")}
    assert client.failure(71, {"monitorObject": monitored}) == (
        "systemResourceAvailability",
        "overallMonitorLimitExceeded",
    )


@pytest.mark.parametrize("dialect", THIRD)
def test_what_cannot_be_monitored(dialect) -> None:
    client = Client(dialect)
    client.associate()
    monitored = {"choice": "deviceObject", "value": device("999")}
    unknown = ("operation", "invalidDeviceID")
    assert client.failure(71, {"monitorObject": monitored}) == unknown
    station = {"choice": "deviceObject", "value": device("201")}
    argument = {"monitorObject": station, "monitorType": "call"}
    assert client.failure(71, argument) == ("operation", "invalidMonitorType")
    call = {"choice": "callObject", "value": client.connection(5, "201")}
    wanted = ("operation", "invalidCallID" if dialect == "standard" else "invalidMonitorObject")
    assert client.failure(71, {"monitorObject": call}) == wanted


def test_a_monitor_of_a_call_hears_it_to_its_end_and_follows_a_transfer() -> None:
    client = Client()
    client.associate()
    client.do(verbs.MakeCall("201", "202"), verbs.Answer("202"), verbs.Consult("202", "203"))
    call = {"choice": "callObject", "value": client.connection(2, "202")}
    client.result(71, {"monitorObject": call})
    heard = client.do(
        verbs.Answer("203"),
        verbs.Transfer("202"),
        verbs.HangUp("201"),
    )
    assert names(heard) == [
        ("01", "established"),
        ("01", "transferred"),
        ("01", "connectionCleared"),
        ("01", "connectionCleared"),
        ("01", "callCleared"),
    ]
    assert "localConnectionInfo" not in events(heard)[0][2]


def test_groups_route_points_and_lines_can_be_monitored_too() -> None:
    client = Client("panasonic")
    client.associate()
    line = {"deviceIdentifier": {"choice": "deviceNumber", "value": 0x01310001}}
    client.result(71, {"monitorObject": {"choice": "deviceObject", "value": line}})
    client.monitor("300")
    heard = client.do(verbs.TrunkRings("49301000300", "0301111111"))
    assert names(heard) == [
        ("04", "originated"),
        ("05", "queued"),
        ("04", "queued"),
    ]
    body = events(heard)[0][2]
    assert body["originatedConnection"]["value"]["deviceID"]["value"] == line


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_every_event_of_a_filter_is_one_of_the_schema(dialect) -> None:
    known = {name for group in EVENTS.values() for name in group}
    assert suppressed(None, DIALECTS[dialect]) <= known
    full = actual(frozenset(known))
    for bits in (full.call_control, full.call_associated, full.logical_device_feature):
        assert set(bits or "0") == {"1"}
