"""Verbs as requests, their answers, and refusals in the classes of the model."""

import pytest

from cti import driver as dr
from cti import facts as f
from cti.model.commands import ConsultPurpose, EndState
from cti.model.data import ForwardingKind
from cti.model.errors import ErrorClass
from cti.model.states import AgentState
from drivers.meridian.errors import CLASSES
from drivers.meridian.requests import ResponseTimer
from protocols.meridian import _codec_meridian as c
from protocols.meridian import values as v
from protocols.meridian.values import Feature, FeatureState, Reason

AT = {"device": "201", "call": "7"}
BOTH = {"device": "201", "held": "7", "active": "8", "call": "7"}
TWO = {"held": "h", "active": "a"}
ON, OFF = FeatureState.ON, FeatureState.OFF

REQUESTS = [
    ("make_call", {}, {"to": "202"}, c.MakeCall("202", "201")),
    ("answer", AT, {"call": "c"}, c.AnswerCall(7, "201")),
    ("hold", AT, {"call": "c"}, c.Hold(7, "201")),
    ("retrieve", AT, {"call": "c"}, c.Retrieve(7, "201")),
    ("clear_connection", AT, {"call": "c"}, c.ReleaseCall("201", call_id=7)),
    ("consult", AT, {"to": "203"}, c.InitiateTransfer(7, "203", "201")),
    (
        *("consult", AT, {"to": "203", "purpose": ConsultPurpose.CONFERENCE}),
        c.InitiateConference(7, "203", "201"),
    ),
    ("transfer", BOTH, TWO, c.CompleteTransfer("201")),
    ("conference", BOTH, TWO, c.CompleteConference("201")),
    ("blind_transfer", AT, {"to": "203"}, c.FastTransfer(7, "203", "201")),
    ("login", {}, {"agent": "1234"}, c.SetFeature(Feature.LOGIN, "201", agent_id="1234")),
    ("logout", {}, {}, c.SetFeature(Feature.LOGOUT, "201")),
    ("set_agent_state", {}, {"state": AgentState.READY}, c.SetFeature(Feature.READY, "201")),
    (
        *("set_agent_state", {}, {"state": AgentState.NOT_READY}),
        c.SetFeature(Feature.NOT_READY, "201", keep_call=True),
    ),
    (
        *("set_agent_state", {}, {"state": AgentState.LOGGED_OFF}),
        c.SetFeature(Feature.LOGOUT, "201"),
    ),
    (
        *("set_forwarding", {}, {"kind": ForwardingKind.ALL, "active": True, "to": "203"}),
        c.SetFeature(Feature.CALL_FORWARD_ALL, "201", feature_state=ON, forward_dn="203"),
    ),
    (
        *("set_dnd", {}, {"on": False}),
        c.SetFeature(Feature.MAKE_SET_BUSY, "201", feature_state=OFF),
    ),
    (
        *("set_mwi", {}, {"on": True}),
        c.SetFeature(Feature.MESSAGE_WAITING, "201", feature_state=ON),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "native", "args", "body"), REQUESTS)
def test_a_verb_is_this_request(link, verb, native, args, body) -> None:
    link.command(verb, native, device="201", **args)
    assert link.bodies == [body]
    link.answer()
    assert link.result.status is EndState.SUCCEEDED


def test_a_set_without_a_dn_is_told_by_its_tn_and_a_trunk_by_its_member(link) -> None:
    native = {"device": "tn:4-0-1-2", "call": "7"}
    link.command("clear_connection", native, device="x", call="c")
    assert link.bodies == [c.ReleaseCall(device_tn=v.Tn(4, 0, 1, 2), call_id=7)]
    native = {"device": "12/3", "call": "7"}
    link.command("clear_connection", native, device="x", call="c")
    assert link.bodies == [c.ReleaseCall(route_member=v.RouteMember(12, 3), call_id=7)]
    link.command("hold", native, device="x", call="c")
    assert link.result.error.kind is ErrorClass.INVALID_ARGUMENT


class TestMakeCall:
    def test_the_acknowledged_call_is_known_before_the_outcome(self, link) -> None:
        link.command("make_call", device="201", to="202").answer(c.MakeCallAck(7))
        assert link.facts == [f.CallMade(call="7")]
        assert link.result.result == {"native": {"call": "7", "device": "201"}}
        kinds = [type(one) for one in link.actions]
        assert kinds.index(dr.Report) < kinds.index(dr.Outcome)

    def test_accepted_and_off_hook_is_originated_inferred(self, link) -> None:
        link.command("make_call", device="201", to="202").answer(c.MakeCallAck(7))
        link.status("off_hook", "201", None)
        assert link.told == [
            ("Initiated", "201", "7", "inferred"),
            ("Originated", "201", "7", "inferred"),
        ]
        assert link.facts[-1].numbers.dialled.raw == "202"

    def test_off_hook_may_come_first(self, link) -> None:
        link.command("make_call", device="201", to="202")
        (asked,) = link.sent
        link.status("off_hook", "201", 7).hear(c.MakeCallAck(7), asked.reference)
        assert link.told == [("CallMade", "reported"), ("Originated", "201", "7", "inferred")]

    def test_no_call_in_the_acknowledgement(self, link) -> None:
        link.command("make_call", device="201", to="202").answer()
        assert link.facts == []
        assert link.result.result == {}


def test_a_consultation_that_was_accepted_holds_its_call(make) -> None:
    link = make(dialect="x11-21")  # no event tells it before release 22
    link.status("ringing", "201", 7, calling_dn="202")
    link.status("active", "201", 7, calling_dn="202")
    link.command("consult", AT, device="201", to="203").answer(c.InitiateTransferAck(8))
    assert link.told == [
        ("Held", "201", "7", "inferred"),
        ("CallMade", "reported"),
        ("Initiated", "201", "8", "inferred"),
        ("Originated", "201", "8", "inferred"),
    ]


def test_a_blind_transfer_that_was_accepted_is_a_single_step_transfer(link) -> None:
    link.status("ringing", "201", 7, calling_dn="202")
    link.status("active", "201", 7, calling_dn="202")
    link.command("blind_transfer", AT, device="201", to="203").answer()
    assert link.told == [("Merged", "transfer", "201", "203", "7", None, "inferred")]
    assert link.result.result == {"native": {"call": "7", "device": "201"}}


def test_the_queue_tells_how_many_wait(link) -> None:
    link.command("query_queue", queue="500")
    assert link.bodies == [c.QueueStatus("500")]
    link.answer(c.QueueStatusAck(4, 2))
    assert link.result.result == {"waiting": 4}


@pytest.mark.parametrize("reason", list(Reason))
def test_every_cause_has_its_class(link, reason) -> None:
    link.command("hold", AT, device="201", call="c").refuse(reason)
    error = link.result.error
    assert error.kind is CLASSES[reason]
    assert (error.native.name, error.native.code) == (
        reason.value,
        link.codec.profile.causes[reason],
    )


def test_an_unknown_number_to_call_is_a_wrong_argument(link) -> None:
    element = link.codec.profile.ies["CalledDN"][0]
    link.command("make_call", device="201", to="999").refuse(Reason.BAD_DN, element)
    assert link.result.error.kind is ErrorClass.INVALID_ARGUMENT
    assert "bad_dn (CalledDN)" in link.result.error.detail


def test_an_unknown_dn_without_an_element_is_the_number_to_call(link) -> None:
    link.command("make_call", device="201", to="999").refuse(Reason.BAD_DN)
    assert link.result.error.kind is ErrorClass.INVALID_ARGUMENT


class TestRefusedHere:
    def error(self, link):
        assert link.sent == []
        assert link.result.status is EndState.REJECTED
        return link.result.error

    def test_make_call_needs_the_outbound_service(self, make) -> None:
        link = make(services=["inbound"]).command("make_call", device="201", to="202")
        assert self.error(link).kind is ErrorClass.UNSUPPORTED

    def test_host_hold_needs_release_22(self, make) -> None:
        for dialect, sends in (("x11-21", False), ("x11-22", True)):
            link = make(dialect=dialect).command("hold", AT, device="201", call="c")
            assert bool(link.sent) is sends

    def test_a_login_before_release_24_tells_no_agent(self, make) -> None:
        link = make(dialect="x11-22").command("login", device="201", agent="1234")
        assert link.bodies == [c.SetFeature(Feature.LOGIN, "201")]
        assert link.answer().result.result == {"ignored": ["agent"]}

    def test_mls_has_no_not_ready_that_keeps_the_call(self, make) -> None:
        link = make(dialect="mls")
        link.command("set_agent_state", device="201", state=AgentState.NOT_READY)
        assert link.bodies == [c.SetFeature(Feature.NOT_READY, "201")]

    def test_mls_has_no_trunk_functions(self, make) -> None:
        payload = {"message": "ProvideTone", "body": {"device_dn": "201"}}
        assert make().command("private", payload=payload).sent
        link = make(dialect="mls").command("private", payload=payload)
        assert self.error(link).kind is ErrorClass.INVALID_ARGUMENT

    def test_digits_that_the_link_cannot_write(self, link) -> None:
        link.command("make_call", device="201", to="+31A")
        assert self.error(link).kind is ErrorClass.INVALID_ARGUMENT

    def test_a_call_that_is_no_call_of_this_link(self, link) -> None:
        link.command("hold", {"device": "201", "call": "x"}, device="201", call="c")
        assert self.error(link).kind is ErrorClass.INVALID_OBJECT

    def test_more_than_may_be_open(self, make) -> None:
        link = make(outstanding=1).command("set_mwi", device="201", on=True)
        link.command("set_mwi", device="201", on=True)
        assert self.error(link).kind is ErrorClass.RESOURCE_BUSY

    @pytest.mark.parametrize(
        ("verb", "args", "field"),
        [
            ("set_forwarding", {"kind": ForwardingKind.BUSY, "active": True}, "args.kind"),
            ("set_agent_state", {"state": AgentState.BUSY}, "args.state"),
        ],
    )
    def test_what_no_feature_does(self, link, verb, args, field) -> None:
        link.command(verb, device="201", **args)
        assert self.error(link).field == field

    def test_before_the_association_is_up(self, make) -> None:
        link = make(open_it=False).command("set_mwi", device="201", on=True)
        assert self.error(link).kind is ErrorClass.LINK_DOWN


class TestDevices:
    def test_a_dn_that_is_no_set_is_tried_as_an_acd_dn(self, make) -> None:
        link = make(open_it=False, devices=["500"])
        link.give(dr.LinkUp()).answer()
        assert link.refuse(Reason.BAD_DN).bodies == [c.DNRegister(acd_dn="500")]
        link.answer()
        assert isinstance(link.facts[0], f.MonitorStarted)

    def test_a_device_that_is_refused_is_missed_and_tried_again(self, make) -> None:
        link = make(open_it=False, devices=["201"])
        link.give(dr.LinkUp()).answer()
        link.refuse(Reason.CUSTOMER_MISMATCH)
        (failed,) = [one for one in link.facts if isinstance(one, f.MonitorFailed)]
        assert failed.error == "not_permitted"
        assert link.states[-1][1] == "not registered: 201 (not_permitted)"
        link.expire("retry")
        assert link.bodies == [c.DNRegister(device_dn="201")]
        link.answer()
        assert link.states[-1][1] == ""

    def test_a_trunk_is_registered_by_its_tn(self, make) -> None:
        link = make(open_it=False, devices=[], trunks=["129-0-0-1"])
        link.give(dr.LinkUp()).answer()
        assert link.bodies == [c.DNRegister(device_tn=v.Tn(129, 0, 0, 1))]
        link.refuse(Reason.DEVICE_NOT_AST)
        assert link.states[-1][1] == "not registered: tn:129-0-0-1 (not_permitted)"

    def test_monitor_start_and_stop(self, link) -> None:
        link.command("monitor_start", device="204", ttl_s=60)
        assert link.bodies == [c.DNRegister(device_dn="204")]
        assert link.answer().result.status is EndState.SUCCEEDED
        link.command("monitor_start", device="204", ttl_s=60)
        assert link.result.result == {"already": True}
        link.command("monitor_stop", device="204")
        assert link.bodies == [c.DNRelease(device_dn="204")]
        link.answer()
        assert [type(one) for one in link.facts] == [f.MonitorStopped]

    def test_a_release_that_is_refused_leaves_the_device_registered(self, link) -> None:
        link.command("monitor_start", device="204", ttl_s=60).answer()
        link.command("monitor_stop", device="204").refuse(Reason.RESOURCE_UNAVAILABLE)
        assert link.result.error.kind is ErrorClass.RESOURCE_BUSY
        link.command("monitor_stop", device="204")
        assert link.bodies == [c.DNRelease(device_dn="204")]

    def test_a_second_wish_waits_for_the_answer_to_the_first(self, link) -> None:
        link.command("monitor_start", device="204", ttl_s=60)
        (asked,) = link.sent
        link.command("monitor_start", device="204", ttl_s=60)
        assert link.actions == []
        link.hear(c.DNRegisterAck(device_dn="204"), asked.reference)
        assert [one.token for one in link.of(dr.Outcome)] == [1, 2]

    def test_a_device_that_was_refused_is_given_up_without_a_word(self, link) -> None:
        link.command("monitor_start", device="204", ttl_s=60).refuse(Reason.CUSTOMER_MISMATCH)
        assert link.result.error.kind is ErrorClass.NOT_PERMITTED
        link.command("monitor_stop", device="204")
        assert link.sent == []
        assert link.expire("retry").sent == []

    def test_what_nobody_wants_any_more_is_not_registered_again(self, link) -> None:
        link.command("monitor_start", device="204", ttl_s=60).answer()
        link.command("monitor_stop", device="204").give(dr.LinkDown("cut"))
        link.open()
        assert link.states[-1][1] == ""
        link.command("monitor_start", device="204", ttl_s=60)
        assert link.bodies == [c.DNRegister(device_dn="204")]

    def test_a_registration_without_an_answer_is_tried_again(self, make) -> None:
        link = make(open_it=False, devices=["201"])
        link.give(dr.LinkUp()).answer()
        (asked,) = link.sent
        link.expire(ResponseTimer(asked.reference))
        assert link.states[-1][1] == "not registered: 201 (timeout)"

    def test_a_configured_device_is_not_given_up(self, link) -> None:
        link.command("monitor_stop", device="201")
        assert link.sent == []
        assert link.result.result == {"already": True}

    def test_a_route_point_is_registered_as_a_controlled_dn(self, link) -> None:
        link.command("route_register", route_point="600", ttl_s=60)
        assert link.bodies == [c.DNRegister(acd_dn="600")]
        link.answer().command("route_unregister", route_point="600")
        assert link.bodies == [c.DNRelease(acd_dn="600")]

    def test_no_more_than_eight_registrations_wait(self, make) -> None:
        link = make(open_it=False, devices=[str(number) for number in range(200, 220)])
        link.give(dr.LinkUp()).answer()
        assert len(link.sent) == 8
        link.answer()
        assert len(link.sent) == 8

    def test_a_monitor_that_nobody_answers_for_is_unknown(self, link) -> None:
        link.command("monitor_start", device="204", ttl_s=60)
        link.give(dr.LinkDown("cut"))
        assert link.result.status is EndState.UNKNOWN
