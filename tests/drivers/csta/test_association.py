"""Opening, keeping and ending an association, as scripted conversations."""

import json

import pytest
from msgspec import structs

from cti import driver as dr
from cti.driver import NativeTarget
from drivers.csta.association import request
from drivers.csta.dialects import HIPATH3000
from drivers.csta.settings import Login
from protocols.csta.phase3.codec import encode
from tests.drivers.csta.script import (
    ABRT,
    RLRE,
    RLRQ,
    Link,
    aare,
    anomalies,
    hookswitch,
    ids,
    monitor_started,
    result,
    sent,
    shown,
    states,
    system_status,
)

LOGIN = {"name": "AMHOST", "password": "secret"}


def opening(**config) -> list[dr.Action]:
    return Link(open_it=False, **config).event(dr.LinkUp())


@pytest.mark.vectors
def test_the_panasonic_request_is_the_one_of_the_trace(vectors) -> None:
    lines = (vectors / "traces" / "panasonic-kx-2016-12-01.jsonl").read_text().splitlines()
    outs = {json.loads(line)["hex"] for line in lines if '"out"' in line}
    (pdu,) = sent(opening(dialect="panasonic"))
    assert f"{len(pdu):04x}" + pdu.hex() in outs


@pytest.mark.vectors
def test_name_and_password_stand_where_the_vector_has_them(vectors) -> None:
    lines = (vectors / "csta" / "encoded.jsonl").read_text().splitlines()
    named = {(vector := json.loads(line))["name"]: vector["hex"] for line in lines}
    dialect = structs.replace(
        HIPATH3000, direct_reference="1.3.12.0.285.200", private_versions=(1, 2)
    )
    aarq = request(dialect, Login("user1", "secret"), "00111")
    assert encode(aarq).hex() == named["acse_aarq_p3_login"]


def test_a_hipath_is_sent_name_password_and_no_direct_reference() -> None:
    (pdu,) = sent(opening(dialect="hipath3000", login=LOGIN))
    value = shown(pdu)["value"]
    assert value["senderAcseRequirements"] == {"bits": "1"}
    sender = value["callingAuthenticationValue"]["value"]["single"]
    assert sender["choice"] == "sender"
    assert bytes.fromhex(sender["value"]["name"]["octets"]) == b"AMHOST"
    (user,) = value["userInformation"]
    assert "directReference" not in user
    assert user["single"]["value"]["cSTAVersion"] == {"bits": "0001011000000000"}


def test_other_version_bits_are_offered_where_they_are_configured() -> None:
    (pdu,) = sent(opening(version_bits="0001"))
    (user,) = shown(pdu)["value"]["userInformation"]
    assert user["single"]["value"]["cSTAVersion"] == {"bits": "0001"}


def test_a_link_without_monitors_is_up_when_it_is_accepted() -> None:
    link = Link(open_it=False)
    assert states(link.event(dr.LinkUp())) == [("opening", "")]
    assert link.timers == {"association": 15.0}
    actions = link.receive(aare())
    assert states(actions) == [("syncing", ""), ("up", "")]
    (told,) = [a.capabilities for a in actions if isinstance(a, dr.CapabilitiesChanged)]
    assert told.version == "version bit 4"
    assert told == link.driver.capabilities
    assert "association" not in link.timers


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (aare(1, 13), "blocked", "association refused: authentication failure"),
        (aare(1, 1), "blocked", "association refused: serviceUser diagnostic 1"),
        (aare(2, 1), "down", "association refused: serviceUser diagnostic 1"),
        (ABRT, "down", "association aborted by the service provider, diagnostic 2"),
        (RLRQ, "down", "association released"),
        (bytes.fromhex("61020500"), "down", "the answer to the AARQ cannot be read"),
    ],
)
def test_an_association_that_does_not_come_about_says_why(answer, state, reason) -> None:
    link = Link(open_it=False)
    link.event(dr.LinkUp())
    assert states(link.receive(answer)) == [(state, reason)]
    assert link.timers == {}


def test_silence_after_the_request_is_down() -> None:
    link = Link(open_it=False, timers={"association": 20})
    link.event(dr.LinkUp())
    assert link.timers == {"association": 20.0}
    assert states(link.expire("association")) == [("down", "no answer to the AARQ within 20 s")]


def test_a_release_by_the_switch_is_answered_and_a_reason_for_down() -> None:
    link = Link()
    actions = link.receive(RLRQ)
    assert [shown(pdu)["pdu"] for pdu in sent(actions)] == ["RLRE"]
    assert states(actions) == [("down", "association released")]


def test_an_abort_is_down_and_ends_every_timer() -> None:
    link = Link(devices=["201"])
    assert link.timers
    reason = "association aborted by the service provider, diagnostic 2"
    assert states(link.receive(ABRT)) == [("down", reason)]
    assert link.timers == {}


def test_what_comes_after_the_end_is_counted_and_answered_by_nothing() -> None:
    link = Link()
    link.receive(ABRT)
    actions = link.receive(system_status(1, "normal"))
    assert anomalies(actions) == [("unexpected", "a message outside any association")]
    assert len(actions) == 1


def test_a_stop_ends_the_monitors_then_releases_then_is_down() -> None:
    link = Link(devices=["201", "202"])
    link.receive(monitor_started(1, "0001"), monitor_started(2, "0002"))
    stops = sent(link.event(dr.StopRequested()))
    assert [shown(pdu)["operation"] for pdu in stops] == ["monitorStop", "monitorStop"]
    assert link.timers["release"] == 3.0
    first, second = ids(stops)
    assert sent(link.receive(result(first, 73))) == []
    (release,) = sent(link.receive(result(second, 73)))
    assert shown(release) == {"pdu": "RLRQ", "value": {"reason": 0}}
    assert states(link.receive(RLRE)) == [("down", "stopped")]
    assert link.timers == {}


def test_a_stop_that_the_switch_does_not_answer_ends_in_time() -> None:
    link = Link(devices=["201"])
    link.receive(monitor_started(1, "0001"))
    link.event(dr.StopRequested())
    assert states(link.expire("release")) == [("down", "stopped")]
    assert link.timers == {}


@pytest.mark.parametrize("known", [False, True])
def test_a_stop_before_the_association_is_open_is_down_at_once(known) -> None:
    link = Link(open_it=False)
    if known:
        link.event(dr.LinkUp())
    assert states(link.event(dr.StopRequested())) == [("down", "stopped")]
    assert link.timers == {}


def test_while_stopping_the_switch_still_gets_its_answers_and_commands_do_not_start() -> None:
    link = Link(devices=["201"])
    link.receive(monitor_started(1, "0001"))
    link.event(dr.StopRequested())
    (answer,) = sent(link.receive(system_status(7, "normal")))
    assert shown(answer)["value"]["invokeID"] == 7
    link.command("set_dnd", device="201", on=True)
    assert link.last.status == "rejected"
    assert states(link.receive(RLRQ)) == [("down", "stopped")]


def test_every_monitor_is_started_again_in_a_new_association() -> None:
    link = Link(devices=["201"])
    link.receive(monitor_started(1, "0001"))
    link.command("monitor_start", NativeTarget(device="202"), device="202", ttl_s=60)
    link.receive(monitor_started(2, "0002"))
    assert states(link.event(dr.LinkDown("cut"))) == [("down", "cut")]
    link.event(dr.LinkUp())
    starts = sent(link.receive(aare()))
    objects = [shown(pdu)["value"]["argument"]["monitorObject"]["value"] for pdu in starts]
    assert [one["deviceIdentifier"]["value"] for one in objects] == ["201", "202"]
    assert ids(starts) == [1, 2]


def test_a_link_that_comes_up_twice_begins_anew() -> None:
    link = Link(devices=["201"])
    actions = link.event(dr.LinkUp())
    assert states(actions) == [("down", "a new connection begins"), ("opening", "")]
    assert link.timers == {"association": 15.0}


def test_messages_before_the_association_is_open_change_nothing() -> None:
    link = Link(open_it=False)
    link.event(dr.LinkUp())
    actions = link.receive(system_status(1, "normal"), hookswitch("0001", "201"), b"\xa1\x00")
    assert sent(actions) == []
    assert states(actions) == []
    assert len(anomalies(actions)) == 3


def test_association_messages_out_of_place_are_counted() -> None:
    link = Link()
    actions = link.receive(aare(), RLRE, sent(opening())[0])
    assert [kind for kind, _ in anomalies(actions)] == ["unexpected"] * 3
    assert states(actions) == []
