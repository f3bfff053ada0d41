"""The life of an association: the rows of the reference's section 4, one test each."""

from collections.abc import Iterable

import pytest

from cti import driver as dr
from cti import facts as f
from cti.model.commands import EndState
from cti.model.errors import ErrorClass
from cti.model.states import LinkState, SystemStatus
from drivers.meridian.requests import ResponseTimer
from protocols.meridian import _codec_meridian as c
from protocols.meridian import values as v
from protocols.meridian.codec import Message
from protocols.meridian.values import Cause, MessageType, Reason, Service

DOWN = LinkState.DOWN
LOGIN = {"name": "DEMO", "password": "secret"}


def nameless(codes: Iterable[int]) -> int:
    """Give an octet that is no code."""
    return min(set(range(256)) - set(codes))


def test_connecting_transport_up_sends_app_register(make) -> None:
    link = make(open_it=False, machine="SL16", login=LOGIN)
    link.give(dr.LinkUp())
    (message,) = link.sent
    assert message.body == c.AppRegister(
        "SL16", "DEMO", (Service.INBOUND, Service.OUTBOUND, Service.ROUTING),
        password=LOGIN["password"], poll_interval=30,
    )  # fmt: skip
    assert (message.association, message.reference) == (0, 1)
    assert link.states == [(LinkState.OPENING, "")]
    assert link.timers == {ResponseTimer(1): 10.0}


def test_registering_ack_with_association_id_starts_the_poll_timer(make) -> None:
    link = make(open_it=False, devices=[])
    link.give(dr.LinkUp()).answer()
    assert link.states == [(LinkState.SYNCING, ""), (LinkState.UP, "")]
    assert link.timers == {"poll": 30.0}
    link.command("set_mwi", device="201", on=True)
    assert [one.association for one in link.sent] == [7]


def test_the_poll_interval_of_the_acknowledgement_holds(make) -> None:
    link = make(open_it=False, devices=[])
    link.give(dr.LinkUp()).answer(c.AppRegisterAck(poll_interval=12, machine_name="ML1"))
    assert link.timers == {"poll": 12.0}
    assert link.of(dr.CapabilitiesChanged)[0].capabilities.peer.product == "Meridian 1 (ML1)"


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (Reason.BAD_PASSWORD, LinkState.BLOCKED),
        (Reason.BAD_MACHINE_NAME, LinkState.BLOCKED),
        (Reason.SERVICE_NOT_ALLOWED, LinkState.BLOCKED),
        (Reason.RESOURCE_UNAVAILABLE, DOWN),
    ],
)
def test_registering_nak_reports_the_cause_and_closes(make, reason, state) -> None:
    link = make(open_it=False)
    link.give(dr.LinkUp()).refuse(reason)
    assert link.states == [(state, f"registration refused: {reason.value}")]
    assert link.timers == {}


def test_registering_t_response_reports_and_closes(make) -> None:
    link = make(open_it=False)
    link.give(dr.LinkUp()).expire(ResponseTimer(1))
    assert link.states == [(DOWN, "registration: no answer within 10 s")]


def test_registered_dn_register_ack_per_device_monitors_it(make) -> None:
    link = make(open_it=False, devices=["201", "500"], acd_dns=["500"], event_group=3)
    link.give(dr.LinkUp()).answer()
    assert link.bodies == [
        c.DNRegister(device_dn="201", event_group=3),
        c.DNRegister(acd_dn="500", event_group=3),
    ]
    link.answer()
    assert [one.monitor for one in link.facts if isinstance(one, f.MonitorStarted)] == [
        "201", "500",
    ]  # fmt: skip
    assert link.states[-1] == (LinkState.UP, "")


def test_registered_quiet_for_t_poll_sends_link_poll(link) -> None:
    link.expire("poll")
    assert link.bodies == [c.LinkPoll()]
    link.answer()
    assert link.actions == [dr.StartTimer("poll", 30.0), dr.StopTimer(ResponseTimer(5))]


def test_after_n_poll_unanswered_polls_the_link_is_closed(link) -> None:
    for _ in range(3):
        link.expire("poll")
        assert link.bodies == [c.LinkPoll()]
    link.expire("poll")
    assert link.states == [(DOWN, "3 polls without an answer")]
    assert link.timers == {}


def test_any_message_is_a_sign_of_life(link) -> None:
    for _ in range(5):
        link.expire("poll")
        link.status("ringing", "201", 7)
        assert link.timers["poll"] == 30.0


def test_a_poll_of_the_link_is_answered(link) -> None:
    link.hear(c.LinkPoll(), 99)
    assert link.sent == [Message(c.Ack(MessageType.LINK_POLL), 7, 99, 0)]


class TestFlowControl:
    def test_stop_sends_nothing_but_polls_and_answers(self, link) -> None:
        link.hear(c.FlowControl(v.FlowState.STOP))
        assert link.states == [(LinkState.DEGRADED, "stopped by the switch")]
        assert [one.status for one in link.facts] == [SystemStatus.OVERLOAD_REACHED]
        assert link.command("set_mwi", device="201", on=True).sent == []
        assert link.expire("poll").bodies == [c.LinkPoll()]
        assert link.hear(c.LinkPoll(), 5).bodies == [c.Ack(MessageType.LINK_POLL)]

    def test_resume_sends_the_queue_in_order(self, link) -> None:
        link.hear(c.FlowControl(v.FlowState.STOP))
        for device in ("201", "202", "203"):
            link.command("set_mwi", device=device, on=True)
        link.hear(c.FlowControl(v.FlowState.RESUME))
        assert [body.device_dn for body in link.bodies] == ["201", "202", "203"]
        assert link.states == [(LinkState.UP, "")]
        assert len([one for one in link.timers if isinstance(one, ResponseTimer)]) == 3

    def test_what_waits_longer_than_t_response_is_not_sent_any_more(self, link) -> None:
        link.hear(c.FlowControl(v.FlowState.STOP))
        link.command("set_mwi", device="201", on=True)
        (timer,) = [one for one in link.timers if isinstance(one, ResponseTimer)]
        link.expire(timer)
        assert link.result.status is EndState.REJECTED
        assert link.result.error.kind is ErrorClass.OVERLOAD
        assert link.hear(c.FlowControl(v.FlowState.RESUME)).sent == []

    def test_t_flow_resumes_too(self, link) -> None:
        link.hear(c.FlowControl(v.FlowState.STOP))
        link.command("set_mwi", device="201", on=True)
        assert link.timers["flow"] == 60.0
        link.expire("flow")
        assert len(link.sent) == 1


class TestAmlOutage:
    def down(self, link):
        return link.hear(c.LinkStatus(v.LinkState.AML_DOWN))

    def test_down_fails_open_requests_and_marks_all_calls_unknown(self, link) -> None:
        link.command("set_mwi", device="201", on=True)
        self.down(link)
        assert link.result.status is EndState.UNKNOWN
        assert link.result.error.kind is ErrorClass.LINK_DOWN
        kinds: list[type[f.Fact]] = [f.ResyncBegun, f.SystemStatusTold]
        assert [type(one) for one in link.facts] == kinds
        assert link.facts[1].status is SystemStatus.DISABLED
        assert link.states == [(LinkState.DEGRADED, "the switch is out of the module's reach")]

    def test_no_command_is_sent_meanwhile(self, link) -> None:
        self.down(link).command("set_mwi", device="201", on=True)
        assert link.sent == []
        assert link.result.error.kind is ErrorClass.LINK_DOWN

    def test_up_registers_devices_again_and_invents_no_events(self, link) -> None:
        link.status("ringing", "201", 7, calling_dn="202")
        self.down(link).hear(c.LinkStatus(v.LinkState.AML_UP))
        assert [body.device_dn for body in link.bodies] == ["201", "202", "203"]
        assert [one.status for one in link.facts] == [SystemStatus.NORMAL]
        link.answer()
        names = {type(one) for one in link.facts}
        assert names == {f.MonitorStarted, f.NotSeen, f.ResyncEnded}
        assert link.states == [(LinkState.UP, "")]
        # Nothing of the call is believed: it could have gone anywhere meanwhile.
        assert link.status("off_hook", "201", 7).told == [("Initiated", "201", "7", "inferred")]

    def test_events_meanwhile_are_not_believed(self, link) -> None:
        assert self.down(link).status("ringing", "201", 7).facts == []

    def test_polls_go_on(self, link) -> None:
        self.down(link)
        assert link.expire("poll").bodies == [c.LinkPoll()]


class TestTheEnd:
    def test_stop_sends_app_release_and_its_ack_ends(self, link) -> None:
        link.give(dr.StopRequested())
        assert link.bodies == [c.AppRelease()]
        link.answer()
        assert link.states == [(DOWN, "stopped")]
        assert link.timers == {}

    def test_a_release_that_nobody_answers_ends_too(self, link) -> None:
        link.give(dr.StopRequested()).expire("release")
        assert link.states == [(DOWN, "stopped")]

    def test_stop_passes_flow_control(self, link) -> None:
        link.hear(c.FlowControl(v.FlowState.STOP))
        link.command("set_mwi", device="201", on=True)
        assert link.give(dr.StopRequested()).bodies == [c.AppRelease()]
        assert link.result.status is EndState.REJECTED

    def test_transport_lost_drops_associations_and_calls(self, link) -> None:
        link.status("ringing", "201", 7).command("set_mwi", device="201", on=True)
        link.give(dr.LinkDown("cut"))
        assert link.result.status is EndState.UNKNOWN
        assert link.states == [(DOWN, "cut")]
        assert link.timers == {}
        link.open()
        assert link.status("off_hook", "201", 7).told == [("Initiated", "201", "7", "inferred")]

    def test_a_link_that_knows_no_association_is_left(self, link) -> None:
        link.expire("poll").refuse(Reason.NOT_REGISTERED)
        assert link.states == [(DOWN, "the link knows no association")]


class TestErrorHandling:
    """Section 7.4 as the host's side has it."""

    def octets(self, link, body: c.Body, reference: int = 0) -> bytearray:
        return bytearray(link.codec.encode(Message(body, 7, reference, 0)))

    ringing = c.StatusChange(v.StatusEvent.RINGING, "201", call_id=7)

    def hear(self, link, octets: bytes | bytearray):
        whole = len(octets).to_bytes(2, "big") + bytes(octets[2:])
        return link.give(dr.PduReceived(whole))

    def invalid(self, link) -> tuple[Reason | int, int | None]:
        (body,) = link.bodies
        assert isinstance(body, c.InvalidMessageReceived)
        return body.cause.reason, body.cause.element

    def test_length_resets_the_link(self, link) -> None:
        octets = self.octets(link, self.ringing)
        for wrong in (bytes(octets[:-1]), bytes(octets) + b"\0", bytes(5)):
            link.give(dr.PduReceived(wrong))
            assert len(link.of(dr.ResetLink)) == 1
            assert link.sent == []

    def test_more_than_the_x25_limit_resets_the_circuit(self, make) -> None:
        link = make(transport="xot")
        assert link.driver.stack == "xot"
        party = tuple(v.Party(None, "1" * 20) for _ in range(6))
        link.hear(c.StatusChange(v.StatusEvent.RINGING, "201", call_id=7, party=party))
        assert len(link.of(dr.ResetLink)) == 1

    def test_protocol_or_version_unknown(self, link) -> None:
        for at in (2, 3):
            octets = self.octets(link, self.ringing)
            octets[at] ^= 0xFF
            assert self.invalid(self.hear(link, octets)) == (Reason.BAD_PROTOCOL, None)

    def test_type_unknown_with_message_type_echo(self, link) -> None:
        octets = self.octets(link, self.ringing)
        octets[4] = nameless(code for code, _ in link.codec.profile.messages.values())
        (body,) = self.hear(link, octets).bodies
        assert body.cause.reason is Reason.UNKNOWN_MESSAGE
        assert body.message_type_echo == octets[4]

    def test_kind_impossible_for_the_type(self, link) -> None:
        octets = self.octets(link, self.ringing)
        octets[5] = 0
        assert self.invalid(self.hear(link, octets)) == (Reason.BAD_KIND, None)

    def test_a_host_request_from_the_link_is_of_an_impossible_kind(self, link) -> None:
        # The link's own codec would not write it.
        octets = self.octets(link, c.LinkPoll())
        octets[4] = link.codec.profile.messages[MessageType.MAKE_CALL][0]
        assert self.invalid(self.hear(link, octets)) == (Reason.BAD_KIND, None)

    def test_an_ie_past_the_end_and_a_stray_octet(self, link) -> None:
        octets = self.octets(link, self.ringing)
        for wrong in (octets[:-1], octets + b"\1"):
            assert self.invalid(self.hear(link, wrong)) == (Reason.BAD_IE_LENGTH, None)

    def test_not_registered_indications_are_dropped(self, make) -> None:
        link = make(open_it=False).give(dr.LinkUp())
        assert link.hear(self.ringing).sent == []
        assert link.hear(self.ringing).facts == []

    def test_not_registered_requests_are_refused(self, make) -> None:
        link = make(open_it=False).give(dr.LinkUp())
        refused = c.Nak(MessageType.LINK_POLL, Cause(Reason.NOT_REGISTERED))
        assert link.hear(c.LinkPoll(), 3).sent == [Message(refused, 0, 3, 0)]

    def test_not_registered_comes_before_missing_ie(self, make) -> None:
        link = make(open_it=False).give(dr.LinkUp())
        octets = self.octets(link, self.ringing)[:12]
        assert self.hear(link, octets).sent == []

    def test_another_association_is_not_registered(self, link) -> None:
        assert link.hear(self.ringing, association=8).facts == []
        (body,) = link.hear(c.LinkPoll(), 3, association=8).bodies
        assert body == c.Nak(MessageType.LINK_POLL, Cause(Reason.NOT_REGISTERED))

    def test_mandatory_ie_missing_in_an_indication(self, link) -> None:
        octets = self.octets(link, self.ringing)[:12]
        number = link.codec.profile.ies["StatusEvent"][0]
        assert self.invalid(self.hear(link, octets)) == (Reason.MISSING_IE, number)

    def test_value_bad_in_an_indication(self, link) -> None:
        octets = self.octets(link, self.ringing)
        octets[14] = nameless(link.codec.profile.events.values())  # the status event
        number = link.codec.profile.ies["StatusEvent"][0]
        assert self.invalid(self.hear(link, octets)) == (Reason.BAD_IE, number)

    def test_a_response_without_an_open_request_is_dropped_and_counted(self, link) -> None:
        link.hear(c.Ack(MessageType.HOLD), 77)
        assert link.sent == []
        (odd,) = link.of(dr.Anomaly)
        assert odd.detail == "ACK of Hold without an open request"

    def test_a_response_of_another_type_is_no_response(self, link) -> None:
        link.command("set_mwi", device="201", on=True)
        reference = link.sent[0].reference
        link.hear(c.Ack(MessageType.HOLD), reference)
        assert link.of(dr.Outcome) == []
        link.hear(c.Ack(MessageType.SET_FEATURE), reference)
        assert link.result.status is EndState.SUCCEEDED

    def test_invalid_message_received_is_never_answered(self, link) -> None:
        octets = self.octets(link, c.InvalidMessageReceived(Cause(Reason.BAD_IE)))
        assert self.hear(link, octets[:12]).sent == []  # not even a bad one
        assert self.hear(link, octets).sent == []

    def test_invalid_message_received_ends_the_request_it_echoes(self, link) -> None:
        link.command("set_mwi", device="201", on=True)
        reference = link.sent[0].reference
        link.hear(c.InvalidMessageReceived(Cause(Reason.BAD_IE), reference_echo=reference))
        assert link.result.status is EndState.FAILED

    def test_an_answer_that_is_no_message_ends_its_request_as_unknown(self, link) -> None:
        link.command("set_mwi", device="201", on=True)
        nak = c.Nak(MessageType.SET_FEATURE, Cause(Reason.BAD_DN))
        octets = self.octets(link, nak, link.sent[0].reference)[:12]
        self.hear(link, octets)
        assert link.result.status is EndState.UNKNOWN
        assert self.invalid(link)[0] is Reason.MISSING_IE

    def test_a_request_that_nobody_answers_times_out_and_a_late_answer_is_counted(
        self, link
    ) -> None:
        link.command("set_mwi", device="201", on=True)
        reference = link.sent[0].reference
        link.expire(ResponseTimer(reference))
        assert link.result.status is EndState.UNKNOWN
        assert link.result.error.kind is ErrorClass.TIMEOUT
        link.hear(c.Ack(MessageType.SET_FEATURE), reference)
        assert len(link.of(dr.Anomaly)) == 1
