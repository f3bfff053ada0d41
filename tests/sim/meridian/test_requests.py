"""Requests of the host: what they do, and the one cause for which each is refused."""

from __future__ import annotations

from typing import Any

import pytest

from protocols.meridian import _codec_meridian as m
from protocols.meridian.profile import DEFAULT
from protocols.meridian.values import (
    CallType,
    Cause,
    Feature,
    FeatureState,
    MessageType,
    Reason,
    RouteMember,
    Service,
    StatusEvent,
    Tn,
)
from sim.exchange import verbs
from sim.exchange.words import AgentState, Forwarding
from sim.meridian.office import Options
from tests.sim.meridian.client import Host, told
from tests.sim.meridian.test_sequences import agent, consulting, talking

SET: dict[str, Any] = {"device_dn": "5001"}
TRUNK: dict[str, Any] = {"route_member": RouteMember(1, 1)}


def refused(bodies: list[Any]) -> Reason | int | None:
    (nak,) = bodies
    return nak.cause.reason if isinstance(nak, m.Nak) else None


def test_a_call_is_made_answered_and_released_by_requests() -> None:
    host = Host().register()
    ack, *more = host.ask(m.MakeCall("5002", **SET))
    assert ack == m.MakeCallAck(1)
    assert told(more) == ["5001 off_hook", "5002 ringing"]
    assert told(host.ask(m.AnswerCall(1, device_dn="5002"))) == [
        "AnswerCall done",
        "5002 off_hook",
        "5002 active",
        "5001 active",
    ]
    heard = host.ask(m.ReleaseCall(device_dn="5001", call_id=1))
    assert told(heard)[:2] == ["ReleaseCall done", "5001 disconnected"]
    assert host.bench.view().calls == ()


def test_a_hold_of_the_host_is_acknowledged_and_then_told() -> None:
    host = talking(Host().register())
    assert told(host.ask(m.Hold(1, **SET))) == ["Hold done", "5001 hold"]
    assert told(host.ask(m.Retrieve(1, **SET))) == ["Retrieve done", "5001 retrieve"]


@pytest.mark.parametrize("conference", [False, True])
def test_a_consultation_is_initiated_and_completed(conference: bool) -> None:
    host = talking(Host().register())
    begin: Any = m.InitiateConference if conference else m.InitiateTransfer
    ack, *more = host.ask(begin(1, "5003", device_dn="5002"))
    assert ack.call_id == 2
    initiation = "conference_initiation" if conference else "transfer_initiation"
    assert told(more) == [f"5002 {initiation}", "5003 ringing"]
    assert more[1].call_type is CallType.CONSULTATION
    host.do(verbs.Answer("5003"))
    end: Any = m.CompleteConference if conference else m.CompleteTransfer
    heard = told(host.ask(end(device_dn="5002", call_id=2)))
    assert heard[0] == f"{end.__name__} done"
    completed = "conference" if conference else "transfer"
    assert heard[1] == f"5003 {completed}_completed_to"


def test_a_fast_transfer_sends_the_call_on() -> None:
    host = talking(Host().register())
    heard = told(host.ask(m.FastTransfer(1, "5003", device_dn="5002")))
    assert heard[:2] == ["FastTransfer done", "5003 transfer_completed_to"]
    assert heard[-1] == "5003 ringing"


def test_a_device_is_found_by_each_of_its_names() -> None:
    host = Host(Options(positions={"5001": "3001"})).register()
    tn = host.bench.hub.office.tn("5001")
    for named in (SET, {"device_tn": tn}, {"device_dn": "3001"}, {**SET, "device_tn": tn}):
        assert isinstance(host.ask(m.DNRegister(**named))[0], m.DNRegisterAck), named


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (m.MakeCall("5002", device_dn="5999"), Reason.BAD_DN),
        (m.MakeCall("5002", device_dn="6000"), Reason.BAD_DN),
        (m.MakeCall("5002", device_tn=Tn(9, 9, 9, 9)), Reason.BAD_TN),
        (m.MakeCall("5002", device_dn="5002", device_tn=Tn(0, 0, 1, 1)), Reason.BAD_TN),
        (m.ReleaseCall(route_member=RouteMember(1, 9)), Reason.BAD_ROUTE_MEMBER),
        (m.ProvideTone(route_member=RouteMember(7, 1)), Reason.BAD_ROUTE_MEMBER),
        (m.MakeCall("5999", **SET), Reason.BAD_DN),
        (m.QueueStatus("5001"), Reason.BAD_DN),
        (m.DNRegister(acd_dn="5001"), Reason.BAD_DN),
        (m.MakeCall("5002", device_dn="5005"), Reason.DEVICE_NOT_AST),
        (m.ReleaseCall(device_dn="5001"), Reason.DEVICE_IDLE),
        (m.AnswerCall(4, **SET), Reason.BAD_CALL_ID),
        (m.CompleteTransfer(**SET), Reason.DEVICE_IDLE),
        (m.RouteCall(1, 1, "5001"), Reason.BAD_CALL_ID),
        (m.DNRegister(device_dn="5001", event_group=7), Reason.BAD_IE),
        (m.PlayPrompt(3, (1,)), Reason.BAD_IE),
        (m.OpenSession(3), Reason.BAD_CALL_ID),
        (m.SetFeature(Feature.WALKAWAY, **SET), Reason.FEATURE_UNAVAILABLE),
        (m.SetFeature(Feature.LOGIN, **SET), Reason.FEATURE_UNAVAILABLE),
        (m.SetFeature(Feature.LOGIN, **SET, agent_id="77"), Reason.BAD_IE),
        (m.SetFeature(Feature.READY, **SET), Reason.BAD_IE),
        (m.SetFeature(Feature.LOGIN, position_id="5999"), Reason.BAD_DN),
    ],
)
def test_a_request_that_cannot_be_is_refused(body: Any, cause: Reason) -> None:
    host = Host().register()
    assert refused(host.ask(body)) is cause


def test_the_first_failing_check_is_the_one_that_is_told() -> None:
    """Identity, customer, AST flag, registration, call state, resources."""
    host = Host(Options(not_ast=("5003",), x11_release=21)).register(devices=("5001",))
    host.customer = 1
    assert refused(host.ask(m.Hold(7, device_dn="5999"))) is Reason.BAD_DN
    assert refused(host.ask(m.Hold(7, device_dn="5003"))) is Reason.CUSTOMER_MISMATCH
    host.customer = 0
    assert refused(host.ask(m.Hold(7, device_dn="5003"))) is Reason.DEVICE_NOT_AST
    assert refused(host.ask(m.Hold(7, device_dn="5002"))) is Reason.DEVICE_NOT_REGISTERED
    assert refused(host.ask(m.Hold(7, device_dn="5001"))) is Reason.BAD_CALL_ID
    talking(host)
    host.do(verbs.Hold("5001"))
    assert refused(host.ask(m.Hold(1, device_dn="5001"))) is Reason.NOT_ESTABLISHED
    host.do(verbs.Retrieve("5001"))
    assert refused(host.ask(m.Hold(1, device_dn="5001"))) is Reason.FEATURE_UNAVAILABLE


def test_a_call_names_its_customer() -> None:
    host = Host(Options(customer=3)).register(devices=())
    host.customer = None
    assert isinstance(host.ask(m.DNRegister(**SET))[0], m.DNRegisterAck)
    assert refused(host.ask(m.MakeCall("5002", **SET))) is Reason.CUSTOMER_MISMATCH
    host.customer = 3
    assert isinstance(host.ask(m.MakeCall("5002", **SET))[0], m.MakeCallAck)


@pytest.mark.parametrize(
    ("state", "body", "cause"),
    [
        ("talking", m.AnswerCall(1, **SET), Reason.DEVICE_BUSY),
        ("talking", m.MakeCall("5003", **SET), Reason.DEVICE_BUSY),
        ("talking", m.Retrieve(1, **SET), Reason.NOT_ESTABLISHED),
        ("talking", m.CompleteConference(**SET), Reason.DEVICE_IDLE),
        ("talking", m.Hold(2, **SET), Reason.BAD_CALL_ID),
        ("talking", m.FastTransfer(1, "5999", **SET), Reason.BAD_DN),
        ("talking", m.FastTransfer(1, "5002", **SET), Reason.BAD_DN),
        ("ringing", m.Hold(1, device_dn="5002"), Reason.NOT_ESTABLISHED),
    ],
)
def test_a_request_that_the_call_does_not_allow_is_refused(
    state: str, body: Any, cause: Reason
) -> None:
    host = Host().register()
    host.do(verbs.Dial("5001", "5002"))
    if state == "talking":
        host.do(verbs.Answer("5002"))
    assert refused(host.ask(body)) is cause


def test_a_trunk_is_released_with_its_established_two_party_call_only() -> None:
    host = Host().register()
    host.ask(m.DNRegister(device_tn=host.bench.hub.office.tn("T/1")))
    release = m.ReleaseCall(**TRUNK)
    assert refused(host.ask(release)) is Reason.DEVICE_IDLE
    host.do(verbs.TrunkRings("5550001", "0301"))
    assert refused(host.ask(release)) is Reason.NOT_ESTABLISHED
    host.do(verbs.Answer("5001"))
    host.do(verbs.Consult("5001", "5002"))
    host.do(verbs.Answer("5002"))
    host.do(verbs.Conference("5001"))
    host.reference = 8
    assert host.ask(release) == [m.Nak(MessageType.RELEASE_CALL, Cause(Reason.NOT_TWO_PARTY))]
    host.do(verbs.HangUp("5002"))
    assert told(host.ask(release))[0] == "ReleaseCall done"
    assert host.bench.view().calls == ()


def test_a_tone_warns_the_originator_of_an_established_call() -> None:
    host = Host().register()
    host.ask(m.DNRegister(device_tn=host.bench.hub.office.tn("T/1")))
    host.do(verbs.TrunkRings("5550001", "0301"))
    assert refused(host.ask(m.ProvideTone(**TRUNK))) is Reason.NOT_ESTABLISHED
    host.do(verbs.Answer("5001"))
    assert told(host.ask(m.ProvideTone(**TRUNK))) == ["ProvideTone done"]
    assert told(host.ask(m.ProvideTone(**SET))) == ["ProvideTone done"]
    assert [note.kind for note in host.bench.notes] == ["tone", "tone"]


@pytest.mark.parametrize(
    "options", [Options(mls_mode=True), Options(aml_on_ip=True)], ids=["mls", "ip"]
)
def test_trunk_functions_need_lapb_between_module_and_switch(options: Options) -> None:
    host = Host(options).register()
    host.ask(m.DNRegister(device_tn=host.bench.hub.office.tn("T/1")))
    host.do(verbs.TrunkRings("5550001", "0301"))
    host.do(verbs.Answer("5001"))
    for body in (m.ReleaseCall(**TRUNK), m.ProvideTone(**TRUNK)):
        assert refused(host.ask(body)) is Reason.FEATURE_UNAVAILABLE


@pytest.mark.parametrize(
    ("body", "services"),
    [
        (m.MakeCall("5002", **SET), (Service.INBOUND, Service.ROUTING, Service.VOICE)),
        (m.AnswerCall(1, **SET), (Service.ROUTING,)),
        (m.RouteCall(1, 1, "5001"), (Service.INBOUND, Service.OUTBOUND)),
        (m.OpenSession(1), (Service.INBOUND, Service.ROUTING)),
    ],
)
def test_a_request_of_another_bundle_is_refused(body: Any, services: Any) -> None:
    host = Host().register(*services)
    assert refused(host.ask(body)) is Reason.SERVICE_NOT_ALLOWED


def test_a_make_call_on_an_inbound_association_is_refused() -> None:
    host = Host().register(Service.INBOUND)
    assert refused(host.ask(m.MakeCall("5002", **SET))) is Reason.SERVICE_NOT_ALLOWED
    assert isinstance(
        Host().register(Service.OUTBOUND).ask(m.MakeCall("5002", **SET))[0], m.MakeCallAck
    )


def test_features_of_a_set_are_set_and_told() -> None:
    host = Host().register()
    on, off = FeatureState.ON, FeatureState.OFF
    forward = m.SetFeature(Feature.CALL_FORWARD_ALL, **SET, feature_state=on, forward_dn="5002")
    assert told(host.ask(forward)) == ["SetFeature done", "5001 call_forward_all"]
    for feature in (Feature.MAKE_SET_BUSY, Feature.MESSAGE_WAITING):
        (_, note) = host.ask(m.SetFeature(feature, **SET, feature_state=on))
        assert (note.feature_code, note.feature_state) == (feature, on)
    again = m.SetFeature(Feature.MESSAGE_WAITING, **SET, feature_state=on)
    assert refused(host.ask(again)) is Reason.WRONG_FEATURE_STATE
    view = host.bench.view().stations[0]
    assert view.do_not_disturb
    assert view.message_waiting
    assert view.forwarding == {Forwarding.ALL: "5002"}
    host.ask(m.SetFeature(Feature.CALL_FORWARD_ALL, **SET, feature_state=off))
    assert host.bench.view().stations[0].forwarding == {}


@pytest.mark.parametrize(
    ("keep", "mls", "drops"),
    [(None, False, True), (False, False, True), (True, False, False), (True, True, True)],
)
def test_not_ready_drops_the_call_unless_it_is_to_be_kept(
    keep: bool | None, mls: bool, drops: bool
) -> None:
    host = agent(Host(Options(mls_mode=mls)).register())
    host.do(verbs.TrunkRings("5556000", "0301"))
    host.do(verbs.Answer("5003"))
    request = m.SetFeature(Feature.NOT_READY, device_dn="5003", keep_call=keep)
    assert told(host.ask(request))[0] == "SetFeature done"
    assert bool(host.bench.view().calls) is not drops
    (one, _) = host.bench.view().agents
    assert (one.state if drops else one.pending) is AgentState.NOT_READY


def test_the_status_of_a_queue_counts_calls_and_agents() -> None:
    host = Host().register()
    assert host.ask(m.QueueStatus("6000")) == [m.QueueStatusAck(0, 0)]
    host.do(verbs.LogOn("5003", "1234"))
    host.do(verbs.TrunkRings("5556000", "0301"))
    host.do(verbs.TrunkRings("5556000", "0302"))
    assert host.ask(m.QueueStatus("6000")) == [m.QueueStatusAck(2, 1)]


def test_a_login_without_an_agent_is_that_of_the_position() -> None:
    host = Host(Options(agents={"5001": "1235"})).register()
    assert told(host.ask(m.SetFeature(Feature.LOGIN, **SET)))[:2] == [
        "SetFeature done",
        "5001 login",
    ]
    assert [one.agent for one in host.bench.view().agents if one.device] == ["1235"]


def test_a_consultation_may_be_completed_by_either_of_its_calls() -> None:
    for call in (None, 1, 2):
        host = consulting(Host().register())
        heard = told(host.ask(m.CompleteTransfer(device_dn="5002", call_id=call)))
        assert heard[0] == "CompleteTransfer done"
    events = [one.body for one in host.got if isinstance(one.body, m.StatusChange)]
    assert StatusEvent.TRANSFER_COMPLETED_TO in [one.status_event for one in events]


@pytest.mark.parametrize(
    ("body", "element"),
    [
        (m.MakeCall("5002", device_dn="5999"), "DeviceDN"),
        (m.MakeCall("5002", device_tn=Tn(9, 9, 9, 9)), "DeviceTN"),
        (m.MakeCall("5999", **SET), "CalledDN"),
        (m.DNRegister(acd_dn="5999"), "AcdDN"),
        (m.ReleaseCall(route_member=RouteMember(1, 9)), "RouteMember"),
        (m.SetFeature(Feature.LOGIN, position_id="5999"), "PositionId"),
        (m.SetFeature(Feature.LOGIN, **SET, agent_id="77"), "AgentId"),
        (m.SetFeature(Feature.CALL_FORWARD_ALL, **SET, forward_dn="5999"), "ForwardDN"),
        (m.RouteCall(1, 7, "5001"), "CallId"),
        (m.ReleaseCall(**SET, call_id=7), "CallId"),
    ],
)
def test_a_refusal_tells_the_element_at_fault(body: Any, element: str) -> None:
    host = Host().register()
    (nak,) = host.ask(body)
    assert nak.cause.element == DEFAULT.numbers()[element]
