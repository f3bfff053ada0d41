"""ACD calls, agents, features, routes and voice sessions."""

import pytest

from cti import driver as dr
from cti import facts as f
from cti.model.causes import Cause
from cti.model.data import ForwardingKind
from cti.model.states import AgentState
from protocols.meridian import _codec_meridian as c
from protocols.meridian import values as v
from protocols.meridian.values import Feature, FeatureState

OFF = FeatureState.OFF


def note(link, feature: Feature, state: FeatureState | None = None, **more):
    return link.hear(c.SetFeatureNotification(feature, "201", feature_state=state, **more))


class TestOffered:
    def test_a_call_presented_to_an_acd_set_alerts_there(self, link) -> None:
        body = c.CallOffered("500", 7, position_id="301", clid="06", agent_id="901")
        assert link.hear(body).told == [("Alerting", "301", "7", "reported")]
        assert link.facts[0].cause is Cause.DISTRIBUTION

    def test_a_call_offered_to_the_acd_dn_waits_there_until_a_set_is_offered_it(
        self, link
    ) -> None:
        assert link.hear(c.CallOffered("500", 7)).told == [("Queued", "500", "7", "reported")]
        assert link.hear(c.CallOffered("500", 7, position_id="301")).told == [
            ("Diverted", "500", "301", "7", "derived"),
            ("Alerting", "301", "7", "reported"),
        ]

    def test_answered_and_released(self, link) -> None:
        link.hear(c.CallOffered("500", 7, position_id="301"))
        assert link.hear(c.CallAnswered(7, "301")).told == [
            ("Connected", "301", "7", "reported")
        ]
        assert link.hear(c.CallReleased(7, "301")).told == [("Cleared", "301", "7", "reported")]
        assert link.hear(c.CallReleased(7, "301")).told == []


class TestFeatures:
    def test_login_by_hand_or_by_the_host_is_told_alike(self, link) -> None:
        note(link, Feature.LOGIN, agent_id="1234", acd_dn="500")
        device, group = f.NativeDevice("201"), f.NativeDevice("500")
        assert link.facts == [f.AgentLoggedOn(agent="1234", device=device, group=group)]

    @pytest.mark.parametrize(
        ("feature", "on", "off"),
        [
            (Feature.READY, AgentState.READY, AgentState.NOT_READY),
            (Feature.NOT_READY, AgentState.NOT_READY, AgentState.READY),
            (Feature.WALKAWAY, AgentState.NOT_READY, AgentState.READY),
        ],
    )
    def test_states_of_the_agent_who_is_there(self, link, feature, on, off) -> None:
        note(link, Feature.LOGIN, agent_id="1234")
        (fact,) = note(link, feature).facts
        assert (fact.agent, fact.state) == ("1234", on)
        assert note(link, feature, OFF).facts[0].state is off

    def test_logout(self, link) -> None:
        note(link, Feature.LOGIN, agent_id="1234")
        (fact,) = note(link, Feature.LOGOUT).facts
        assert (type(fact), fact.agent) == (f.AgentLoggedOff, "1234")

    def test_make_set_busy_is_do_not_disturb_and_logs_an_agent_off(self, link) -> None:
        note(link, Feature.LOGIN, agent_id="1234")
        assert [type(one) for one in note(link, Feature.MAKE_SET_BUSY).facts] == [
            f.AgentLoggedOff, f.DeviceFact,
        ]  # fmt: skip
        (fact,) = note(link, Feature.MAKE_SET_BUSY, OFF).facts
        assert fact.dnd is False

    def test_forwarding_and_message_waiting(self, link) -> None:
        (fact,) = note(link, Feature.CALL_FORWARD_ALL, FeatureState.ON).facts
        assert (fact.forwarding.kind, fact.forwarding.active) == (ForwardingKind.ALL, True)
        assert note(link, Feature.MESSAGE_WAITING, OFF).facts[0].mwi is False

    @pytest.mark.parametrize("feature", [Feature.EMERGENCY, Feature.ACTIVITY_CODE])
    def test_what_the_model_has_no_word_for_is_counted(self, link, feature) -> None:
        assert note(link, feature).facts == []
        assert len(link.of(dr.Anomaly)) == 1


class TestRoutes:
    asked = c.RouteRequest("600", 7, calling_dn="0612345678")

    def test_a_route_request_is_known_by_the_link_s_reference(self, link) -> None:
        (fact,) = link.hear(self.asked, 77).facts
        assert (fact.route, fact.route_point.key, fact.call) == ("77", "600", "7")
        assert fact.timeout_s == 4.0

    def test_route_call_quotes_it_and_its_ack_is_the_route_taken(self, link) -> None:
        link.hear(self.asked, 77).command("route_select", {"route": "77"}, route="r", to="203")
        assert link.bodies == [c.RouteCall(77, 7, "203")]
        link.answer()
        assert link.result.result == {"confirmed": True}
        assert [type(one) for one in link.facts] == [f.RouteTaken, f.RouteOver]

    @pytest.mark.parametrize(
        ("treatment", "body"),
        [
            ("ringback", c.GiveRingback(77, 7)),
            ("silence", c.GiveSilence(77, 7)),
            ("music", c.GiveMusic(77, 7)),
        ],
    )
    def test_treatments_leave_it_open(self, link, treatment, body) -> None:
        link.hear(self.asked, 77)
        link.command("route_treatment", {"route": "77"}, route="r", treatment=treatment)
        assert link.bodies == [body]
        assert link.answer().facts == []
        link.command("route_select", {"route": "77"}, route="r", to="203")
        assert link.bodies == [c.RouteCall(77, 7, "203")]

    def test_a_treatment_that_the_link_has_not(self, link) -> None:
        link.hear(self.asked, 77)
        link.command("route_treatment", {"route": "77"}, route="r", treatment="busy")
        assert link.result.error.field == "args.treatment"

    def test_a_route_that_is_given_back_is_left_to_the_switch(self, link) -> None:
        link.hear(self.asked, 77).command("route_end", {"route": "77"}, route="r")
        assert link.sent == []
        assert link.result.result == {"confirmed": False}
        assert [type(one) for one in link.facts] == [f.RouteOver]

    def test_a_call_at_the_controlled_dn_can_be_redirected(self, link) -> None:
        link.hear(self.asked, 77)
        native = {"call": "7", "device": "600"}
        link.command("redirect", native, call="c", device="600", to="203")
        assert link.bodies == [c.RouteCall(77, 7, "203")]

    def test_an_abandoned_call_ends_its_route(self, link) -> None:
        link.hear(self.asked, 77).hear(c.CallAbandoned(7, "600"))
        assert [one.reason for one in link.facts] == ["abandoned"]
        link.command("route_select", {"route": "77"}, route="r", to="203")
        assert link.sent == []


class TestVoice:
    def test_a_session_of_a_call_collects_digits(self, make) -> None:
        link = make(services=["inbound", "voice"])
        payload = {"message": "OpenSession", "body": {"call_id": 7}}
        link.command("private", payload=payload).answer(c.OpenSessionAck(5))
        assert link.result.result == {"private": {"session_id": 5}}
        (fact,) = link.hear(c.DigitsCollected(5, "12#")).facts
        assert (fact.call, fact.digits) == ("7", "12#")
        link.hear(c.SessionEnded(5, v.Cause(v.Reason.TIMEOUT)))
        assert link.hear(c.DigitsCollected(5, "1")).facts == []

    @pytest.mark.parametrize(
        "payload",
        [
            {"message": "AppRelease"},
            {"message": "StatusChange", "kind": "IND", "body": {}},
            {"message": "Wave"},
            {},
        ],
    )
    def test_no_other_message_passes(self, link, payload) -> None:
        link.command("private", payload=payload)
        assert link.sent == []
        assert link.result.error.field == "args.payload"
