"""What a Meridian 1 tells of what people do: the rules of sections 6 and 7.6, one test each."""

from __future__ import annotations

import pytest

from protocols.meridian import _codec_meridian as m
from protocols.meridian.values import (
    CallType,
    Feature,
    Party,
    RouteMember,
    Service,
    StatusEvent,
    Tn,
)
from sim.exchange import verbs
from sim.exchange.words import AgentState
from sim.meridian.office import Options
from tests.sim.meridian.client import OFFICE, Host, plain, status, told

CALLED = "5550001"
CALLER = "0301234567"


def talking(host: Host) -> Host:
    """Let 5001 and 5002 talk; 5001 called."""
    host.do(verbs.Dial("5001", "5002"))
    host.do(verbs.Answer("5002"))
    return host


def consulting(host: Host, by: str = "5002", *, conference: bool = False) -> Host:
    """Let 5002, who talks with 5001, ask 5003, who answers."""
    talking(host)
    host.do(verbs.Consult(by, "5003", conference=conference))
    host.do(verbs.Answer("5003"))
    return host


def agent(host: Host, at: str = "5003") -> Host:
    host.do(verbs.LogOn(at, "1234"))
    host.do(verbs.SetAgentState(at, AgentState.READY))
    return host


def test_an_internal_call_from_its_beginning_to_its_end() -> None:
    host = Host().register()
    assert told(host.do(verbs.GoOffHook("5001"))) == ["5001 off_hook"]
    assert told(host.do(verbs.Dial("5001", "5002"))) == ["5002 ringing"]
    assert told(host.do(verbs.Answer("5002"))) == [
        "5002 off_hook",
        "5002 active",
        "5001 active",
    ]
    assert told(host.do(verbs.HangUp("5001"))) == [
        "5001 disconnected",
        "5001 on_hook",
        "5002 disconnected",
        "5002 on_hook",
    ]


def test_ringing_tells_called_and_calling_dn() -> None:
    host = Host().register()
    heard = host.do(verbs.Dial("5002", "5001"))
    ringing = plain(status(heard, StatusEvent.RINGING))
    assert ringing == m.StatusChange(
        StatusEvent.RINGING,
        device_dn="5001",
        device_tn=Tn(0, 0, 1, 1),
        call_id=1,
        calling_dn="5002",
        called_dn="5001",
        other_dn="5002",
        other_tn=Tn(0, 0, 2, 1),
        call_type=CallType.INTERNAL,
    )


def test_an_incoming_call_to_an_acd_set_is_offered_and_does_not_ring() -> None:
    host = agent(Host().register())
    (offered,) = host.do(verbs.TrunkRings("5556000", CALLER))
    assert plain(offered) == m.CallOffered(
        "6000",
        1,
        position_id="5003",
        agent_id="1234",
        device_tn=Tn(0, 0, 3, 1),
        clid=CALLER,
        dnis="5556000",
        route_member=RouteMember(1, 1),
        call_type=CallType.ACD,
    )


def test_an_incoming_call_to_a_set_that_is_no_acd_set_rings_and_is_not_offered() -> None:
    host = agent(Host().register())
    heard = host.do(verbs.TrunkRings(CALLED, CALLER))
    assert told(heard) == ["5001 ringing"]
    assert heard[0].route_member == RouteMember(1, 1)
    assert (heard[0].clid, heard[0].dnis, heard[0].called_dn) == (CALLER, CALLED, "5001")


def test_an_acd_call_that_was_answered_and_released_is_told() -> None:
    host = agent(Host().register())
    host.do(verbs.TrunkRings("5556000", CALLER))
    assert told(host.do(verbs.Answer("5003"))) == [
        "5003 off_hook",
        "5003 active",
        "5003 CallAnswered",
    ]
    assert told(host.do(verbs.HangUp("5003"))) == [
        "5003 disconnected",
        "5003 CallReleased",
        "5003 on_hook",
    ]


def test_who_registered_the_queue_alone_hears_of_its_offers() -> None:
    host = agent(Host().register(devices=("6000",)))
    assert told(host.do(verbs.TrunkRings("5556000", CALLER))) == ["5003 CallOffered"]


@pytest.mark.parametrize("hangs_up", ["caller", "no answer", "pickup"])
def test_a_set_that_stops_ringing_unanswered_tells_unringing(hangs_up: str) -> None:
    host = Host().register()
    host.do(verbs.Dial("5001", "5002"))
    match hangs_up:
        case "caller":
            heard = told(host.do(verbs.HangUp("5001")))
            assert heard == ["5001 disconnected", "5001 on_hook", "5002 unringing"]
        case "pickup":
            heard = told(host.do(verbs.Pickup("5003", "5002")))
            assert heard[0] == "5002 unringing"
            assert heard[1:] == ["5003 off_hook", "5003 active", "5001 active"]
        case _:
            heard = told(host.do(verbs.Deflect("5002", "5003")))
            assert heard == ["5002 unringing", "5003 ringing"]


def test_hold_and_retrieve() -> None:
    host = talking(Host().register())
    assert told(host.do(verbs.Hold("5002"))) == ["5002 hold"]
    assert told(host.do(verbs.Retrieve("5002"))) == ["5002 retrieve"]


@pytest.mark.parametrize(
    ("conference", "event"),
    [(False, "transfer_initiation"), (True, "conference_initiation")],
)
def test_a_digital_set_tells_what_a_consultation_is_for(conference: bool, event: str) -> None:
    host = talking(Host().register())
    heard = told(host.do(verbs.Consult("5002", "5003", conference=conference)))
    assert heard == [f"5002 {event}", "5003 ringing"]


def test_the_hook_flash_of_a_500_set_tells_hold_instead() -> None:
    two = OFFICE.replace('kind = "analog"', 'kind = "analog"\nappearances = 2')
    host = Host(office=two).register()
    host.do(verbs.Dial("5001", "5004"))
    host.do(verbs.Answer("5004"))
    heard = told(host.do(verbs.Consult("5004", "5003")))
    assert heard == ["5004 hold", "5003 ringing"]


def test_a_completed_transfer_tells_the_destination_then_the_set_that_left() -> None:
    host = consulting(Host().register())
    heard = host.do(verbs.Transfer("5002"))
    assert told(heard) == [
        "5003 transfer_completed_to",
        "5002 disconnected",
        "5001 id_change",
        "5002 on_hook",
    ]
    assert heard[0].other_dn == "5001"
    assert heard[0].call_id == 1
    assert heard[1].call_type is CallType.TRANSFER_COMPLETE


def test_a_transfer_before_the_answer_leaves_the_destination_ringing() -> None:
    host = talking(Host().register())
    host.do(verbs.Consult("5002", "5003"))
    heard = told(host.do(verbs.Transfer("5002")))
    assert heard[:2] == ["5003 transfer_completed_to", "5002 disconnected"]
    assert told(host.do(verbs.Answer("5003"))) == [
        "5003 off_hook",
        "5003 active",
        "5001 active",
    ]


def test_a_blind_transfer_is_told_as_any_transfer_and_rings_after_it() -> None:
    host = talking(Host().register())
    assert told(host.do(verbs.BlindTransfer("5002", "5003"))) == [
        "5003 transfer_completed_to",
        "5002 disconnected",
        "5001 id_change",
        "5002 on_hook",
        "5003 ringing",
    ]


def test_a_blind_transfer_to_a_queue_tells_nothing_of_a_destination() -> None:
    host = talking(Host().register())
    assert told(host.do(verbs.BlindTransfer("5002", "6000"))) == [
        "5002 disconnected",
        "5001 id_change",
        "5002 on_hook",
    ]


def test_a_completed_conference_tells_the_party_that_was_added() -> None:
    host = consulting(Host().register(), conference=True)
    heard = host.do(verbs.Conference("5002"))
    assert told(heard) == ["5003 conference_completed_to"]
    assert heard[0].other_dn == "5002"


def test_the_first_to_leave_a_conference_makes_it_simple_for_those_who_remain() -> None:
    host = consulting(Host().register(), conference=True)
    host.do(verbs.Conference("5002"))
    heard = host.do(verbs.HangUp("5003"))
    assert told(heard) == [
        "5003 disconnected",
        "5001 conference_to_simple",
        "5002 conference_to_simple",
        "5003 on_hook",
    ]
    both = (Party(Tn(0, 0, 1, 1), "5001"), Party(Tn(0, 0, 2, 1), "5002"))
    assert heard[1].party == heard[2].party == both


def test_a_trunk_tells_that_the_far_end_answered_and_that_it_left() -> None:
    host = Host().register(devices=())
    (ack,) = host.ask(m.DNRegister(device_tn=host.bench.hub.office.tn("T/1")))
    assert isinstance(ack, m.DNRegisterAck)
    host.do(verbs.Dial("5001", "90201111111"))
    (answered,) = host.wait(10.0)
    assert answered.status_event is StatusEvent.ACTIVE
    assert answered.route_member == RouteMember(1, 1)
    (left,) = host.do(verbs.ExternalHangsUp("T/1"))
    assert left.status_event is StatusEvent.DISCONNECTED
    assert left.route_member == RouteMember(1, 1)


def test_a_trunk_that_is_cleared_from_this_side_tells_nothing() -> None:
    host = Host().register(devices=())
    host.ask(m.DNRegister(device_tn=host.bench.hub.office.tn("T/1")))
    host.do(verbs.Dial("5001", "90201111111"))
    host.wait(10.0)
    assert host.do(verbs.HangUp("5001")) == []


def test_the_event_group_of_a_device_chooses_its_events() -> None:
    host = Host(Options(event_groups={"2": (3, 5)})).register(devices=())
    for device, group in (("5001", 2), ("5002", 0)):
        (ack,) = host.ask(m.DNRegister(device_dn=device, event_group=group))
        assert ack.event_group == group
    host.do(verbs.Dial("5002", "5001"))
    host.do(verbs.Answer("5001"))
    host.do(verbs.HangUp("5001"))
    events = [one.body for one in host.got if isinstance(one.body, m.StatusChange)]
    assert told(events) == ["5001 ringing", "5001 disconnected"]


@pytest.mark.parametrize(
    ("release", "told_first"),
    [(16, 4), (17, 5), (19, 6), (21, 7), (22, 14)],
)
def test_the_release_of_the_switch_gates_events(release: int, told_first: int) -> None:
    host = Host(Options(x11_release=release)).register()
    consulting(host, conference=True)
    host.do(verbs.Conference("5002"))
    host.do(verbs.Hold("5002"))
    host.do(verbs.Retrieve("5002"))
    host.do(verbs.HangUp("5003"))
    host.do(verbs.HangUp("5002"))
    host.do(verbs.Dial("5001", "5002"))
    host.do(verbs.HangUp("5001"))
    allowed = set(list(StatusEvent)[:told_first])
    events = {one.body.status_event for one in host.got}
    assert events <= allowed
    if release < 22:
        assert events == allowed


def test_an_outbound_association_hears_of_no_offer_and_an_inbound_one_of_all() -> None:
    for services, wanted in (
        ((Service.OUTBOUND,), []),
        ((Service.ROUTING,), []),
        ((Service.INBOUND,), ["5003 CallOffered"]),
    ):
        host = Host().register(*services)
        agent(host)
        assert told(host.do(verbs.TrunkRings("5556000", CALLER))) == wanted


def test_a_login_at_the_set_is_told_as_one_through_the_link_is() -> None:
    host = Host().register()
    (note, ready) = host.do(verbs.LogOn("5003", "1234"))
    assert plain(note) == m.SetFeatureNotification(
        Feature.LOGIN,
        device_dn="5003",
        device_tn=Tn(0, 0, 3, 1),
        position_id="5003",
        agent_id="1234",
        acd_dn="6000",
    )
    assert ready.feature_code is Feature.NOT_READY
    host.do(verbs.LogOff("5003"))
    heard = host.ask(m.SetFeature(Feature.LOGIN, device_dn="5003", agent_id="1234"))
    assert told(heard) == ["SetFeature done", "5003 login", "5003 not_ready"]


def test_before_release_24_a_login_does_not_tell_the_agent() -> None:
    host = Host(Options(x11_release=23)).register()
    assert host.do(verbs.LogOn("5003", "1234"))[0].agent_id is None


def test_a_call_that_makes_an_agent_busy_and_ready_again_is_no_feature() -> None:
    host = agent(Host().register())
    host.do(verbs.TrunkRings("5556000", CALLER))
    host.do(verbs.Answer("5003"))
    host.do(verbs.HangUp("5003"))
    assert not any(isinstance(one.body, m.SetFeatureNotification) for one in host.got[3:])


def test_four_digits_of_a_long_dn_are_told_unless_long_ones_are_allowed() -> None:
    office = """
    [[station]]
    number = "2345001"
    [[station]]
    number = "2345002"
    """
    for digits, wanted in ((4, ("5001", "5002")), (7, ("2345001", "2345002"))):
        host = Host(Options(dn_digits=digits), office=office).register(devices=())
        host.ask(m.DNRegister(device_dn=wanted[0]))
        ringing = status(host.do(verbs.Dial("2345002", "2345001")), StatusEvent.RINGING)
        assert (ringing.device_dn, ringing.calling_dn) == wanted


def test_every_event_has_its_time() -> None:
    host = Host().register()
    host.wait(7.25)
    (event,) = host.do(verbs.GoOffHook("5001"))
    assert (event.time_stamp.seconds, event.time_stamp.milliseconds) == (1767254407, 250)


def test_digits_of_a_caller_that_no_element_can_carry_are_left_out() -> None:
    host = Host().register()
    (ringing,) = host.do(verbs.TrunkRings(CALLED, "anonymous"))
    assert ringing.clid is None


def test_a_number_outside_that_was_dialled_is_the_called_number() -> None:
    host = Host().register()
    host.do(verbs.Dial("5001", "90201111111"))
    heard = host.wait(10.0)
    active = status(heard, StatusEvent.ACTIVE)
    assert (active.device_dn, active.called_dn) == ("5001", "90201111111")
    assert active.call_type is CallType.TRUNK_OUT
