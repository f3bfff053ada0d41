"""The link itself: registration, polls, flow control, link 0, CDNs, sessions, faults."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocols.meridian import _codec_meridian as m
from protocols.meridian.profile import DEFAULT, Profile
from protocols.meridian.values import (
    Cause,
    FlowState,
    Kind,
    LinkState,
    MessageType,
    Reason,
    RouteMember,
    Service,
)
from sim.exchange import verbs
from sim.faults import Direction, Fault
from sim.faults import Kind as Trouble
from sim.meridian.office import Office, Options, read_options
from sim.mischief import Of, PduFault, PduKind
from sim.outputs import Settings
from sim.plan import PlanError, read_plan
from tests.sim.meridian.client import OFFICE, Host, told
from tests.sim.meridian.test_requests import refused
from tests.sim.meridian.test_sequences import agent, consulting, talking

REGISTER = m.AppRegister("SL16", "TEST", (Service.INBOUND,))
KEY: dict[str, Any] = {"password": "sesame"}
replace = msgspec.structs.replace


def connected(options: Options | None = None) -> Host:
    host = Host(options)
    host.connect()
    return host


# Registration.


def test_a_registration_is_acknowledged_with_an_association() -> None:
    host = connected()
    (answer,) = host.raw(host.octets(replace(REGISTER, poll_interval=20), 1))
    assert answer.body == m.AppRegisterAck(20, "SL16")
    assert answer.association == 1


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (replace(REGISTER, machine_name="SL17"), Reason.BAD_MACHINE_NAME),
        (REGISTER, Reason.BAD_PASSWORD),
        (replace(REGISTER, **{**KEY, "password": "x"}), Reason.BAD_PASSWORD),
        (replace(REGISTER, **KEY, service_list=()), Reason.SERVICE_NOT_ALLOWED),
        (replace(REGISTER, **KEY, service_list=(9,)), Reason.SERVICE_NOT_ALLOWED),
        (
            replace(REGISTER, **KEY, service_list=(Service.VOICE,)),
            Reason.SERVICE_NOT_ALLOWED,
        ),
    ],
)
def test_a_registration_is_refused_for_its_reason(body: Any, cause: Reason) -> None:
    host = connected(Options(**KEY, services=("inbound", "routing")))
    assert refused(host.ask(body)) is cause
    assert isinstance(host.ask(replace(REGISTER, **KEY))[0], m.AppRegisterAck)


def test_a_second_registration_is_refused() -> None:
    assert refused(Host().register().ask(REGISTER)) is Reason.ALREADY_REGISTERED


def test_a_release_ends_the_association_and_its_monitors() -> None:
    host = Host().register()
    assert told(host.ask(m.AppRelease())) == ["AppReleaseAck"]
    assert host.do(verbs.GoOffHook("5001")) == []
    assert refused(host.ask(m.LinkPoll())) is Reason.NOT_REGISTERED
    assert host.wait(600.0) == []
    assert host.bench.connected


def test_a_device_that_was_released_is_told_of_no_more() -> None:
    host = Host().register()
    assert told(host.ask(m.DNRelease(device_dn="5001"))) == ["DNRelease done"]
    again = host.ask(m.DNRelease(device_dn="5001"))
    assert refused(again) is Reason.DEVICE_NOT_REGISTERED
    assert told(host.do(verbs.Dial("5001", "5002"))) == ["5002 ringing"]


# Polls and flow control.


def test_a_poll_is_acknowledged() -> None:
    assert told(Host().register().ask(m.LinkPoll())) == ["LinkPoll done"]


def test_a_quiet_host_is_polled_and_given_up_in_the_end() -> None:
    host = Host().register()
    for _ in range(3):
        assert told(host.wait(29.0)) == []
        assert told(host.wait(1.0)) == ["LinkPoll"]
    host.wait(30.0)
    assert not host.bench.connected


def test_a_host_that_answers_polls_is_polled_for_ever() -> None:
    host = Host().register()
    for _ in range(10):
        (poll,) = host.hear(host.bench.advance(30.0))
        assert host.raw(host.octets(m.Ack(MessageType.LINK_POLL), poll.reference)) == []
    assert host.bench.connected


def test_a_poll_is_answered_by_its_own_reference() -> None:
    host = Host().register()
    (poll,) = host.hear(host.bench.advance(30.0))
    host.raw(host.octets(m.Ack(MessageType.LINK_POLL), poll.reference + 1))
    assert [note.kind for note in host.bench.notes] == ["stray"]


def test_a_stop_of_the_host_keeps_events_back_and_a_resume_sends_them_in_order() -> None:
    host = Host().register()
    assert host.tell(m.FlowControl(FlowState.STOP)) == []
    assert talking(host).got == []
    assert told(host.ask(m.LinkPoll())) == ["LinkPoll done"]
    assert told(host.ask(m.QueueStatus("6000"))) == ["QueueStatusAck"]
    assert told(host.tell(m.FlowControl(FlowState.RESUME))) == [
        "5001 off_hook",
        "5002 ringing",
        "5002 off_hook",
        "5002 active",
        "5001 active",
    ]


def test_a_stop_without_a_resume_ends_after_its_time() -> None:
    host = Host().register()
    host.tell(m.FlowControl(FlowState.STOP))
    host.do(verbs.GoOffHook("5001"))
    assert "5001 off_hook" in told(host.wait(60.0))


def test_who_registers_while_hosts_are_stopped_is_told() -> None:
    host = Host()
    host.say("flow", "stop")
    host.connect()
    assert told(host.ask(REGISTER)) == ["AppRegisterAck", "FlowControl"]


def test_a_switch_that_asks_for_a_stop_refuses_what_comes_all_the_same() -> None:
    host = Host().register()
    assert host.say("flow", "stop") == [m.FlowControl(FlowState.STOP)]
    request = m.MakeCall("5002", device_dn="5001")
    assert refused(host.ask(request)) is Reason.FLOW_STOPPED
    assert told(host.ask(m.LinkPoll())) == ["LinkPoll done"]
    assert host.say("flow", "resume") == [m.FlowControl(FlowState.RESUME)]
    assert isinstance(host.ask(request)[0], m.MakeCallAck)


# Link 0.


def test_events_while_the_aml_is_down_are_dropped_and_never_told() -> None:
    host = Host().register()
    assert host.say("aml", "down") == [m.LinkStatus(LinkState.AML_DOWN)]
    assert talking(host).got == [host.got[0]]
    assert refused(host.ask(m.ReleaseCall(device_dn="5001", call_id=1))) is Reason.LINK_DOWN
    assert told(host.ask(m.LinkPoll())) == ["LinkPoll done"]
    assert host.say("aml", "up") == [m.LinkStatus(LinkState.AML_UP)]
    request = m.ReleaseCall(device_dn="5001", call_id=1)
    assert refused(host.ask(request)) is Reason.DEVICE_NOT_REGISTERED
    host.ask(m.DNRegister(device_dn="5001"))
    assert told(host.ask(request)) == [
        "ReleaseCall done",
        "5001 disconnected",
        "5001 on_hook",
    ]


def test_an_outage_of_the_aml_ends_by_itself_where_it_has_a_time() -> None:
    host = Host().register()
    host.say("aml", "down", "20")
    assert host.wait(19.0) == []
    assert host.wait(1.0) == [m.LinkStatus(LinkState.AML_UP)]


def test_who_registers_while_the_aml_is_down_is_told() -> None:
    host = Host()
    host.say("aml", "down")
    host.connect()
    assert told(host.ask(REGISTER)) == ["AppRegisterAck", "LinkStatus"]


def test_a_restart_of_the_switch_that_the_link_outlives_is_an_outage() -> None:
    restart = '[link]\nrestart = "status"\nrestart_seconds = 30.0\n'
    host = talking(Host(office=OFFICE + restart).register())
    host.got.clear()
    assert host.do(verbs.Restart()) == [m.LinkStatus(LinkState.AML_DOWN)]
    assert m.LinkStatus(LinkState.AML_UP) in host.wait(30.0)
    assert host.bench.view().calls == ()


# Controlled DNs.


def routed(*devices: str) -> tuple[Host, int]:
    host = Host().register(devices=("7000", *devices))
    (asked,) = host.hear(host.bench.do(verbs.TrunkRings("5557000", "0301")))
    assert asked.body == m.RouteRequest(
        "7000", 1, clid="0301", dnis="5557000", route_member=RouteMember(1, 1)
    )
    return host, asked.reference


def test_a_call_to_a_cdn_that_nobody_controls_goes_to_its_default() -> None:
    host = agent(Host().register())
    assert told(host.do(verbs.TrunkRings("5557000", "0301"))) == ["5003 CallOffered"]


def test_a_host_decides_where_a_call_goes() -> None:
    host, reference = routed("5001")
    assert told(host.ask(m.RouteCall(reference, 1, "5001"))) == [
        "RouteCall done",
        "5001 ringing",
    ]
    assert refused(host.ask(m.RouteCall(reference, 1, "5001"))) is Reason.BAD_CALL_ID


def test_a_call_goes_to_the_default_if_no_decision_comes() -> None:
    host, reference = routed("5003")
    agent(host)
    assert "5003 CallOffered" in told(host.wait(4.0))
    assert refused(host.ask(m.RouteCall(reference, 1, "5001"))) is Reason.TIMEOUT


@pytest.mark.parametrize("treatment", [m.GiveRingback, m.GiveSilence, m.GiveMusic])
def test_a_treatment_keeps_the_call_for_the_host(treatment: Any) -> None:
    host, reference = routed("5001")
    (ack,) = host.ask(treatment(reference, 1))
    assert ack == m.Ack(MessageType(treatment.__name__))
    assert not any(isinstance(one, m.CallAbandoned) for one in host.wait(20.0))
    assert told(host.ask(m.RouteCall(reference, 1, "5001")))[0] == "RouteCall done"


def test_a_cdn_for_emergencies_sends_calls_to_acd_dns_alone() -> None:
    for number in ("5001", "6000"):
        host = agent(Host(Options(emergency=True)).register(devices=("7000", "5001", "5003")))
        (asked,) = host.hear(host.bench.do(verbs.TrunkRings("5557000", "0301")))
        assert told(host.ask(m.RouteCall(asked.reference, 1, number))) == [
            "RouteCall done",
            "5003 CallOffered",
        ]


def test_a_treated_call_goes_to_the_default_when_its_host_is_gone() -> None:
    host, reference = routed("5003")
    agent(host)
    host.ask(m.GiveMusic(reference, 1))
    host.ask(m.AppRelease())
    states = [party.device for call in host.bench.view().calls for party in call.parties]
    assert "5003" in states


def test_a_caller_who_gives_up_is_told_as_abandoned() -> None:
    host, _ = routed()
    assert host.do(verbs.ExternalHangsUp("T/1")) == [m.CallAbandoned(1, "7000")]


def test_a_decision_that_leads_nowhere_is_refused_and_another_may_follow() -> None:
    host, reference = routed("5001")
    assert refused(host.ask(m.RouteCall(reference, 1, "5999"))) is Reason.BAD_DN
    assert refused(host.ask(m.RouteCall(reference, 2, "5001"))) is Reason.BAD_CALL_ID
    assert told(host.ask(m.RouteCall(reference, 1, "5001")))[0] == "RouteCall done"


# Voice sessions.


def session() -> tuple[Host, int]:
    host = talking(Host().register())
    (ack,) = host.ask(m.OpenSession(1))
    assert isinstance(ack, m.OpenSessionAck)
    return host, ack.session_id


def test_a_session_plays_prompts_and_collects_digits() -> None:
    host, number = session()
    assert told(host.ask(m.PlayPrompt(number, (1, 2)))) == ["PlayPrompt done"]
    assert told(host.ask(m.CollectDigits(number, 4))) == ["CollectDigits done"]
    assert host.do(verbs.SendDigits("5002", "12A")) == []
    assert host.do(verbs.SendDigits("5002", "34#")) == [m.DigitsCollected(number, "1234")]
    assert host.do(verbs.SendDigits("5002", "5")) == []
    assert told(host.ask(m.CloseSession(number))) == ["CloseSession done"]


def test_digits_that_do_not_come_in_time_are_told_as_they_are() -> None:
    host, number = session()
    host.ask(m.CollectDigits(number, 4, 5))
    host.do(verbs.SendDigits("5002", "12"))
    assert host.wait(5.0) == [m.DigitsCollected(number, "12")]


def test_a_session_ends_with_its_call() -> None:
    host, number = session()
    host.ask(m.CollectDigits(number, 4))
    heard = host.do(verbs.HangUp("5001"))
    assert m.SessionEnded(number, Cause(Reason.BAD_CALL_ID)) in heard
    assert refused(host.ask(m.PlayPrompt(number, (1,)))) is Reason.BAD_IE


def test_a_session_needs_a_call_on_which_somebody_talks() -> None:
    host = Host().register()
    host.do(verbs.Dial("5001", "5002"))
    assert refused(host.ask(m.OpenSession(1))) is Reason.NOT_ESTABLISHED


# Meridian Link Services (5.10).


MLS = Options(mls_mode=True)


def test_with_mls_no_event_has_a_time() -> None:
    host = Host(MLS).register()
    assert host.do(verbs.GoOffHook("5001"))[0].time_stamp is None


def test_with_mls_the_answer_to_a_consultation_is_not_told() -> None:
    host = talking(Host(MLS).register())
    assert told(host.do(verbs.Consult("5002", "5003"))) == [
        "5002 transfer_initiation",
        "5003 ringing",
    ]
    assert host.do(verbs.Answer("5003")) == []
    assert told(host.do(verbs.Transfer("5002")))[0] == "5003 transfer_completed_to"


def test_with_mls_nothing_is_told_when_the_third_party_leaves_before_the_completion() -> None:
    host = consulting(Host(MLS).register())
    host.got.clear()
    assert host.do(verbs.HangUp("5003")) == []


@pytest.mark.parametrize("monitored", [False, True])
def test_with_mls_a_dropped_consultation_is_told_if_the_third_party_is_monitored(
    monitored: bool,
) -> None:
    host = consulting(Host(MLS).register(devices=("5001", "5002")))
    if monitored:
        host.ask(m.DNRegister(device_dn="5003"))
    heard = told(host.do(verbs.HangUp("5002", 2)))
    assert heard == (["5002 disconnected", "5003 disconnected"] if monitored else []) + (
        ["5003 on_hook"] if monitored else []
    )


def test_with_mls_a_dropped_consultation_that_nobody_answered_is_told() -> None:
    host = talking(Host(MLS).register())
    host.do(verbs.Consult("5002", "5003"))
    heard = told(host.do(verbs.HangUp("5002", 2)))
    assert heard == ["5002 disconnected", "5003 unringing"]


def test_with_mls_a_conference_on_hold_is_not_told() -> None:
    host = consulting(Host(MLS).register(), conference=True)
    host.do(verbs.Conference("5002"))
    assert host.do(verbs.Hold("5002")) == []


# Faults, as data and by words.


@pytest.mark.parametrize(
    ("fault", "heard"),
    [
        (PduFault(PduKind.LOSE, 2, Of.EVENTS), ["5001 off_hook"]),
        (
            PduFault(PduKind.REPEAT, 2, Of.EVENTS),
            ["5001 off_hook", "5002 ringing", "5002 ringing"],
        ),
        (PduFault(PduKind.SWAP, 1, Of.EVENTS), ["5002 ringing", "5001 off_hook"]),
        (PduFault(PduKind.OTHER_ORDER, 1, Of.EVENTS, 9), ["5002 ringing", "5001 off_hook"]),
        (PduFault(PduKind.MESSAGES_LOST, 1, Of.EVENTS, 9), []),
        (PduFault(PduKind.TRAILING, 1, Of.EVENTS, 9), ["5001 off_hook", "5002 ringing"]),
        (
            PduFault(PduKind.OVERLOAD, 2, Of.EVENTS),
            ["5001 off_hook", "FlowControl", "5002 ringing", "FlowControl"],
        ),
    ],
)
def test_a_fault_of_messages_strikes_as_it_says(fault: PduFault, heard: list[str]) -> None:
    host = Host(settings=Settings(pdu_faults=(fault,))).register()
    assert told(host.do(verbs.Dial("5001", "5002"))) == heard


def test_an_answer_may_carry_the_number_of_another_request() -> None:
    fault = PduFault(PduKind.WRONG_INVOKE_ID, 2, Of.ANSWERS)
    host = Host(settings=Settings(pdu_faults=(fault,))).register(devices=())
    (answer,) = host.raw(host.octets(m.LinkPoll(), 9))
    assert answer.reference == 1009


def test_an_event_of_no_edition_may_come_first() -> None:
    fault = PduFault(PduKind.UNKNOWN_EVENT, 1, Of.EVENTS)
    host = Host(settings=Settings(pdu_faults=(fault,))).register()
    sent = host.bench.do(verbs.GoOffHook("5001"))
    length = int.from_bytes(sent[:2], "big")
    assert sent[4] not in DEFAULT.codes(MessageType).values()
    assert told([one.body for one in host.hear(sent[length:])]) == ["5001 off_hook"]


def test_a_request_may_be_refused_by_a_fault_or_by_word() -> None:
    fault = PduFault(PduKind.REFUSE, 2)
    host = Host(settings=Settings(pdu_faults=(fault,))).register(devices=())
    assert refused(host.ask(m.QueueStatus("6000"))) is Reason.RESOURCE_UNAVAILABLE
    assert told(host.ask(m.QueueStatus("6000"))) == ["QueueStatusAck"]
    host.say("refuse", "requests", "on")
    assert refused(host.ask(m.QueueStatus("6000"))) is Reason.RESOURCE_UNAVAILABLE
    assert told(host.ask(m.LinkPoll())) == ["LinkPoll done"]


@pytest.mark.parametrize("kind", [Trouble.GARBAGE, Trouble.CUT])
def test_garbage_and_cuts_end_the_link_and_it_may_come_again(kind: Trouble) -> None:
    fault = Fault(kind, 6, Direction.TO_SWITCH, octet=3, hex="0003" + "00" * 10)
    host = Host(settings=Settings(faults=(fault,))).register()
    assert host.ask(m.LinkPoll()) == []
    assert not host.bench.connected
    host.association = 0
    assert told(host.register().ask(m.LinkPoll())) == ["LinkPoll done"]


def test_a_silent_switch_says_nothing_until_it_speaks_again() -> None:
    host = Host().register()
    host.say("stall", "on")
    assert host.ask(m.LinkPoll()) == []
    assert told(host.say("stall", "off")) == ["LinkPoll done"]


@pytest.mark.parametrize(
    ("status", "heard"),
    [
        ("overload-reached", ["FlowControl"]),
        ("disabled", ["LinkStatus"]),
        ("messages-lost", []),
    ],
)
def test_the_statuses_of_other_switches_have_their_counterparts(
    status: str, heard: list[str]
) -> None:
    assert told(Host().register().say("status", status)) == heard


# Profile, options, truth.


def swapped() -> Profile:
    """Give a profile with another number for everything."""
    tables: Any = msgspec.to_builtins(DEFAULT)
    for name in ("kinds", "events", "feature_state", "flow_state", "link_state"):
        tables[name] = {key: code + 40 for key, code in tables[name].items()}
    for name in ("call_types", "services", "causes"):
        tables[name] = {key: code + 60 for key, code in tables[name].items()}
    for name in ("messages", "features", "ies"):
        tables[name] = {key: [row[0] + 100, *row[1:]] for key, row in tables[name].items()}
    least = tables["event_min_release"]
    tables["event_min_release"] = {str(int(key) + 40): one for key, one in least.items()}
    tables["trunk_far_end_answer_event"] += 40
    tables["trunk_far_end_disconnect_event"] += 40
    tables["protocol"], tables["version"] = 99, 7
    return msgspec.convert(tables, Profile)


def test_a_switch_with_another_profile_tells_the_same() -> None:
    one, other = Host().register(), Host(profile=swapped()).register()
    for host in (one, other):
        consulting(host)
        host.do(verbs.Transfer("5002"))
        host.ask(m.ReleaseCall(device_dn="5001", call_id=1))
    assert [each.body for each in one.got] == [each.body for each in other.got]
    assert DEFAULT.codes(Kind) != swapped().codes(Kind)


@pytest.mark.parametrize(
    "text",
    [
        "dn_digits = 5",
        "x11_release = 0",
        "release = 22",
        "event_groups = { 1 = [3] }",
        "event_groups = { 2 = [15] }",
        "groups = { 5001 = 3 }",
    ],
)
def test_options_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(PlanError):
        read_options(text)


def test_options_are_read_from_a_file() -> None:
    office = Office(read_plan(OFFICE), read_options('not_ast = ["5001"]'))
    assert not office.is_ast("5001")
    assert office.is_ast("5002")


def test_every_device_has_a_terminal_number_of_its_own() -> None:
    stations = "".join(f'[[station]]\nnumber = "{n}"\n' for n in range(2000, 3000))
    trunks = (
        '[[trunk_group]]\nname = "T"\nmembers = 200\n[[trunk_group]]\nname = "U"\nmembers = 9'
    )
    plan = read_plan(stations + trunks)
    office = Office(plan, Options())
    devices = [one.number for one in plan.stations] + list(office.members)
    tns = {device: tn for device in devices if (tn := office.tn(device)) is not None}
    assert len(set(tns.values())) == len(devices) == 1209
    assert all(office.at_tn(tn) == device for device, tn in tns.items())


def test_the_bench_knows_what_truly_happened() -> None:
    host = talking(Host().register())
    assert [type(action).__name__ for _, action in host.bench.happened][:2] == [
        "ServiceInitiated",
        "Originated",
    ]
    _, octets = host.bench.say(["show"])
    assert octets == b""
    answer, _ = host.bench.say(["show"])
    (link,) = answer["state"]["links"]
    assert link["state"] == "registered"
    assert answer["state"]["aml"] == "up"
