"""Status events (section 6) and what is inferred from them, one test per rule."""

import pytest

from cti import driver as dr
from cti import facts as f
from cti.facts import DeviceForm
from cti.model.causes import Cause
from cti.model.numbers import Number
from cti.model.objects import CallNumbers
from cti.model.states import Answer, Direction
from drivers.meridian.scene import ConsultTimer, UnringTimer
from protocols.meridian import _codec_meridian as c
from protocols.meridian import values as v

TRUNK = v.RouteMember(12, 3)


def ring(link, call: int = 7, device: str = "202", caller: str = "201"):
    return link.status("ringing", device, call, calling_dn=caller, called_dn=device)


def answer(link, call: int = 7, device: str = "202", caller: str = "201"):
    return link.status("active", device, call, calling_dn=caller, called_dn=device)


def talk(link, call: int = 7, device: str = "202", caller: str = "201"):
    link.status("off_hook", caller, call)
    return answer(ring(link, call, device, caller), call, device, caller)


class TestOffHook:
    def test_from_idle_begins_a_call_inferred(self, link) -> None:
        link.status("off_hook", "201", 7)
        assert link.told == [("Initiated", "201", "7", "inferred")]
        hook, begun = link.facts
        assert (hook.device.key, hook.on_hook) == ("201", False)
        assert begun.cause is Cause.NEW_CALL

    def test_ringing_elsewhere_shows_who_was_dialled(self, link) -> None:
        ring(link.status("off_hook", "201", 7))
        assert link.told == [
            ("Originated", "201", "7", "inferred"),
            ("Alerting", "202", "7", "reported"),
        ]
        originated, alerting = link.facts
        assert originated.numbers.dialled.raw == "202"
        assert alerting.calling.key == "201"
        assert alerting.cause is Cause.NEW_CALL

    def test_without_a_call_it_waits_for_the_ringing_elsewhere(self, link) -> None:
        link.status("off_hook", "201", None)
        assert link.told == []
        assert [one[0] for one in ring(link).told] == ["Initiated", "Originated", "Alerting"]

    def test_of_a_set_that_rings_it_is_no_call_of_its_own(self, link) -> None:
        ring(link)
        assert link.status("off_hook", "202", 7).told == []

    def test_a_caller_that_nobody_monitors_is_left_to_the_tracker(self, link) -> None:
        assert ring(link, caller="299").told == [("Alerting", "202", "7", "reported")]


class TestActive:
    def test_connects_who_was_ringing(self, link) -> None:
        assert talk(link).told == [("Connected", "202", "7", "reported")]

    def test_at_the_caller_it_tells_that_the_other_end_is_there(self, link) -> None:
        ring(link.status("off_hook", "201", 7))
        told = link.status("active", "201", 7, calling_dn="201", called_dn="202").told
        assert told == [("Connected", "202", "7", "reported")]
        assert link.status("active", "201", 7, calling_dn="201", called_dn="202").told == []

    def test_of_a_held_call_takes_it_back_inferred(self, link) -> None:
        talk(link).status("hold", "202", 7)
        assert answer(link).told == [("Retrieved", "202", "7", "inferred")]


class TestTheEndOfALeg:
    def test_disconnected(self, link) -> None:
        told = talk(link).status("disconnected", "202", 7).told
        assert told == [("Cleared", "202", "7", "reported")]
        assert link.facts[0].cause is Cause.NORMAL

    def test_before_release_17_on_hook_is_all_that_tells_it(self, make) -> None:
        link = talk(make(dialect="x11-16"))
        assert link.status("on_hook", "202", 7).told == [("Cleared", "202", "7", "reported")]
        assert link.facts[-1].on_hook is True

    def test_on_hook_without_a_call_clears_what_the_set_was_on(self, link) -> None:
        told = talk(link).status("on_hook", "202", None).told
        assert told == [("Cleared", "202", "7", "derived")]

    def test_on_hook_leaves_what_rings_and_what_is_held(self, link) -> None:
        talk(link).status("hold", "202", 7)
        ring(link, 8, "202", "203")
        assert link.status("on_hook", "202", None).told == []

    def test_on_hook_after_disconnected_says_nothing_more(self, link) -> None:
        talk(link).status("disconnected", "202", 7)
        assert link.status("on_hook", "202", 7).told == []


class TestUnringing:
    timer = UnringTimer("7", "202")

    def test_nothing_elsewhere_within_the_window_is_abandoned(self, link) -> None:
        ring(link).status("unringing", "202", 7)
        assert link.told == []
        assert link.timers[self.timer] == 0.3
        link.expire(self.timer)
        assert link.told == [("Cleared", "202", "7", "inferred")]
        assert link.facts[0].cause is Cause.ABANDONED

    def test_ringing_elsewhere_within_the_window_is_forwarded(self, link) -> None:
        ring(link).status("unringing", "202", 7)
        ring(link, device="203")
        assert link.told == [
            ("Diverted", "202", "203", "7", "inferred"),
            ("Alerting", "203", "7", "reported"),
        ]
        assert {one.cause for one in link.facts} == {Cause.FORWARD_NO_ANSWER}
        assert self.timer not in link.timers

    def test_active_elsewhere_within_the_window_is_picked_up(self, link) -> None:
        ring(link).status("unringing", "202", 7)
        link.status("active", "203", 7, calling_dn="201")
        assert link.told == [
            ("Diverted", "202", "203", "7", "inferred"),
            ("Connected", "203", "7", "reported"),
        ]
        assert link.facts[0].cause is Cause.PICKUP

    def test_what_rang_elsewhere_before_needs_no_window(self, link) -> None:
        ring(ring(link), device="203")
        told = link.status("unringing", "202", 7).told
        assert told == [("Diverted", "202", "203", "7", "inferred")]
        assert self.timer not in link.timers

    def test_a_caller_who_leaves_within_the_window_shortens_it(self, link) -> None:
        ring(link.status("off_hook", "201", 7)).status("unringing", "202", 7)
        assert link.status("disconnected", "201", 7).told == [
            ("Cleared", "201", "7", "reported"),
            ("Cleared", "202", "7", "inferred"),
        ]
        assert self.timer not in link.timers

    def test_a_caller_who_left_before_needs_no_window(self, link) -> None:
        ring(link.status("off_hook", "201", 7)).status("disconnected", "201", 7)
        told = link.status("unringing", "202", 7).told
        assert told == [("Cleared", "202", "7", "inferred")]

    def test_a_caller_outside_is_cleared_with_it(self, link) -> None:
        link.status("ringing", "202", 7, clid="06", route_member=TRUNK)
        link.status("unringing", "202", 7).expire(self.timer)
        assert link.told == [
            ("Cleared", "12/3", "7", "inferred"),
            ("Cleared", "202", "7", "inferred"),
        ]

    def test_a_pickup_may_be_told_by_its_handset_first(self, link) -> None:
        ring(link).status("unringing", "202", 7)
        assert link.status("off_hook", "203", 7).told == []
        link.status("active", "203", 7, calling_dn="201", called_dn="202")
        assert link.told == [
            ("Diverted", "202", "203", "7", "inferred"),
            ("Connected", "203", "7", "reported"),
        ]


class TestHold:
    def test_hold_and_retrieve(self, link) -> None:
        assert talk(link).status("hold", "202", 7).told == [("Held", "202", "7", "reported")]
        assert link.status("retrieve", "202", 7).told == [("Retrieved", "202", "7", "reported")]

    def test_a_second_call_within_two_seconds_is_a_consultation(self, link) -> None:
        talk(link).status("hold", "202", 7)
        assert link.timers[ConsultTimer("202")] == 2.0
        link.status("off_hook", "202", 8)
        assert link.facts[-1].cause is Cause.CONSULTATION

    def test_a_second_call_later_is_a_call_of_its_own(self, link) -> None:
        talk(link).status("hold", "202", 7).expire(ConsultTimer("202"))
        link.status("off_hook", "202", 8)
        assert link.facts[-1].cause is Cause.NEW_CALL

    def test_a_consultation_shows_by_its_ringing_only(self, link) -> None:
        talk(link).status("hold", "202", 7)
        ring(link, 8, "203", "202")
        assert link.told == [
            ("Initiated", "202", "8", "inferred"),
            ("Originated", "202", "8", "inferred"),
            ("Alerting", "203", "8", "reported"),
        ]
        assert link.facts[0].cause is Cause.CONSULTATION

    @pytest.mark.parametrize("event", ["transfer_initiation", "conference_initiation"])
    def test_an_initiation_holds_the_call_inferred(self, link, event) -> None:
        talk(link).status(event, "202", 7)
        assert link.told == [("Held", "202", "7", "inferred")]
        assert link.facts[0].cause is Cause.CONSULTATION

    def test_an_initiation_that_names_the_new_call_begins_it(self, link) -> None:
        talk(link).status("transfer_initiation", "202", 8)
        assert link.told == [
            ("Held", "202", "7", "inferred"),
            ("Initiated", "202", "8", "inferred"),
        ]

    def test_an_initiation_after_a_hold_holds_no_second_time(self, link) -> None:
        talk(link).status("hold", "202", 7)
        assert link.status("transfer_initiation", "202", 7).told == []


def consult(link):
    """Let 202 talk to 201 on 7, hold it, and talk to 203 on 8."""
    talk(link).status("transfer_initiation", "202", 7)
    return answer(ring(link, 8, "203", "202"), 8, "203", "202")


class TestTransfer:
    told = ("Merged", "transfer", "202", "203", "7", "8", "inferred")

    def test_the_destination_tells_of_it(self, link) -> None:
        consult(link).status("transfer_completed_to", "203", 7)
        assert link.told == [self.told]
        assert link.facts[0].moved[0].call == "7"

    def test_the_set_that_left_says_nothing_new_then(self, link) -> None:
        consult(link).status("transfer_completed_to", "203", 7)
        for call in (7, 8):
            left = link.status(
                "disconnected", "202", call, call_type=v.CallType.TRANSFER_COMPLETE
            )
            assert left.told == []

    def test_a_new_identifier_after_the_transfer(self, link) -> None:
        consult(link).status("transfer_completed_to", "203", 9)
        assert link.told == [self.told]
        assert link.facts[0].moved[0].call == "9"
        ended = link.status("disconnected", "203", 9).told
        assert ended == [("Cleared", "203", "9", "reported")]

    def test_transfer_complete_alone_is_enough(self, link) -> None:
        """The destination may be no associated set, or the release tells no event 9."""
        consult(link)
        link.status("disconnected", "202", 8, call_type=v.CallType.TRANSFER_COMPLETE)
        assert link.told == [self.told]

    def test_a_transfer_while_the_destination_rings(self, link) -> None:
        talk(link).status("transfer_initiation", "202", 7)
        ring(link, 8, "203", "202").status("transfer_completed_to", "203", 7)
        assert link.told == [self.told]

    def test_an_established_call_that_rings_elsewhere_was_transferred_there(self, link) -> None:
        talk(link)
        ring(link, device="203")
        assert link.told == [
            ("Merged", "transfer", "202", "203", "7", None, "inferred"),
            ("Alerting", "203", "7", "reported"),
        ]
        link.status("transfer_completed_to", "203", 7, calling_dn="201")
        assert link.told == []
        left = link.status("disconnected", "202", 7, call_type=v.CallType.TRANSFER_COMPLETE)
        assert left.told == []

    def test_a_destination_that_comes_to_a_known_call_tells_itself_that_it_rings(
        self, link
    ) -> None:
        talk(link).status("transfer_completed_to", "203", 7)
        assert link.told == []

    def test_nothing_known_but_the_destination(self, link) -> None:
        link.status("transfer_completed_to", "203", 7)
        assert link.told == [("Connected", "203", "7", "inferred")]
        assert link.facts[0].cause is Cause.TRANSFER

    def test_transfer_complete_of_one_call_is_single_step(self, link) -> None:
        talk(link)
        link.status(
            *("disconnected", "202", 7), other_dn="203", call_type=v.CallType.TRANSFER_COMPLETE
        )
        assert link.told == [("Merged", "transfer", "202", "203", "7", None, "inferred")]

    def test_a_consultation_that_ends_without_a_word_blocks_nothing(self, link) -> None:
        """C drops before completion and nothing is told (5.10): the transfer still reads."""
        talk(link).status("transfer_initiation", "202", 7)
        link.status("retrieve", "202", 7)
        assert link.status("disconnected", "202", 7).told == [
            ("Cleared", "202", "7", "reported")
        ]


class TestConference:
    def conferenced(self, link):
        return consult(link).status("conference_completed_to", "203", 7)

    def test_the_added_party_tells_of_it(self, link) -> None:
        self.conferenced(link)
        assert link.told == [("Merged", "conference", "202", "203", "7", "8", "inferred")]

    def test_conference_to_simple_after_a_disconnection_says_nothing_new(self, link) -> None:
        self.conferenced(link).status("disconnected", "202", 7)
        assert link.told == [("Cleared", "202", "7", "reported")]
        party = (v.Party(None, "201"), v.Party(None, "203"))
        assert link.status("conference_to_simple", "201", 7, party=party).told == []

    def test_conference_to_simple_ends_a_leg_of_which_nobody_told(self, link) -> None:
        party = (v.Party(None, "201"), v.Party(v.Tn(1, 2, 3, 4), "203"))
        told = self.conferenced(link).status("conference_to_simple", "201", 7, party=party).told
        assert told == [("Cleared", "202", "7", "inferred")]


class TestOutside:
    def test_an_incoming_trunk_call_names_its_trunk(self, link) -> None:
        link.status("ringing", "202", 7, clid="0612345678", dnis="55", route_member=TRUNK)
        (fact,) = link.facts
        assert fact.calling == f.NativeDevice("12/3", DeviceForm.TRUNK, fact.numbers.calling)
        assert fact.numbers.calling.raw == "0612345678"
        assert fact.data.network == {"dnis": "55"}

    def test_a_caller_outside_without_a_trunk(self, link) -> None:
        link.status("ringing", "202", 7, clid="06", call_type=v.CallType.TRUNK_IN)
        (fact,) = link.facts
        assert fact.calling.form is DeviceForm.DYNAMIC
        assert fact.direction is Direction.INBOUND

    def test_active_of_a_call_that_left_is_no_answer_of_the_far_end(self, link) -> None:
        link.status("off_hook", "201", 7).status(
            *("active", "201", 7), calling_dn="201", called_dn="0201", route_member=TRUNK,
            call_type=v.CallType.TRUNK_OUT,
        )  # fmt: skip
        assert link.told == [
            ("Originated", "201", "7", "inferred"),
            ("Connected", "12/3", "7", "inferred"),
        ]
        assert link.facts[1].answer is Answer.ASSUMED

    def trunk(self, link, event: str):
        return link.hear(
            c.StatusChange(
                v.StatusEvent(event), route_member=TRUNK, call_id=7, called_dn="0201"
            )
        )

    def test_a_supervised_trunk_tells_answer_and_disconnection_of_the_far_end(
        self, link
    ) -> None:
        self.trunk(link.status("off_hook", "201", 7), "active")
        assert link.told == [
            ("Originated", "201", "7", "inferred"),
            ("Connected", "12/3", "7", "reported"),
        ]
        assert link.facts[1].answer is Answer.REPORTED
        assert self.trunk(link, "disconnected").told == [("Cleared", "12/3", "7", "reported")]

    def test_a_trunk_of_a_call_that_no_set_has_told_of_says_nothing(self, link) -> None:
        assert self.trunk(link, "disconnected").told == []

    def test_a_trunk_may_be_told_by_its_tn(self, make) -> None:
        link = make(trunks=["129-0-0-1"])
        link.status("ringing", "202", 7, clid="06", route_member=TRUNK)
        tn = v.Tn(129, 0, 0, 1)
        body = c.StatusChange(v.StatusEvent.DISCONNECTED, device_tn=tn, call_id=7)
        assert link.hear(body).told == [("Cleared", "12/3", "7", "reported")]

    def test_a_trunk_tells_nothing_else(self, link) -> None:
        self.trunk(link.status("off_hook", "201", 7), "hold")
        assert link.facts == []
        assert [one.kind for one in link.of(dr.Anomaly)] == [dr.AnomalyKind.UNMAPPED]


class TestNames:
    def test_a_set_told_by_its_tn_is_known_by_the_dn_that_came_with_it(self, make) -> None:
        link = make(open_it=False, devices=["201"])
        tn = v.Tn(4, 0, 1, 2)
        link.give(dr.LinkUp()).answer()
        link.answer(c.DNRegisterAck(device_dn="201", device_tn=tn))
        body = c.StatusChange(v.StatusEvent.RINGING, device_tn=tn, call_id=7)
        assert link.hear(body).told == [("Alerting", "201", "7", "reported")]

    def test_a_tn_of_which_no_dn_is_known_is_its_own_name(self, link) -> None:
        body = c.StatusChange(v.StatusEvent.RINGING, device_tn=v.Tn(4, 0, 1, 2), call_id=7)
        assert link.hear(body).told == [("Alerting", "tn:4-0-1-2", "7", "reported")]

    def test_of_long_numbers_the_link_may_tell_the_last_four_digits(self, make) -> None:
        link = make(devices=["20101", "20102", "20103", "30103"])
        ring(link.status("off_hook", "0101", 7), device="0102", caller="0101")
        assert link.told == [
            ("Originated", "20101", "7", "inferred"),
            ("Alerting", "20102", "7", "reported"),
        ]
        assert answer(link, 7, "0102", "0101").told == [("Connected", "20102", "7", "reported")]
        # Two numbers end so: nobody can say which it is.
        assert ring(link, 8, "0103", "0999").told == [("Alerting", "0103", "8", "reported")]

    def test_an_event_without_a_call_is_counted(self, link) -> None:
        assert link.status("hold", "201", None).facts == []
        assert len(link.of(dr.Anomaly)) == 1

    def test_the_switch_s_time(self, link) -> None:
        stamp = v.TimeStamp(1_000_000_000, 250)
        link.status("ringing", "201", 7, time_stamp=stamp)
        assert link.facts[0].ts_switch.time == "2001-09-09T01:46:40.250000000"

    def test_id_change_tells_the_numbers(self, link) -> None:
        link.status("id_change", "202", 7, calling_dn="203")
        (fact,) = link.facts
        numbers = CallNumbers(calling=Number("203"))
        assert fact == f.CallInformed(call="7", device=f.NativeDevice("202"), numbers=numbers)
