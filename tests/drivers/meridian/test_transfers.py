"""Who completed a transfer, whichever of its reports comes, in whichever order."""

import pytest

from drivers.meridian.scene import TransferTimer, UnringTimer
from protocols.meridian import values as v
from tests.drivers.meridian.test_status import TRUNK, answer, consult, ring, talk


def arrives(link, device: str, call: int, **more: str):
    return link.status("transfer_completed_to", device, call, **more)


def leaves(link, device: str, call: int):
    return link.status("disconnected", device, call, call_type=v.CallType.TRANSFER_COMPLETE)


class TestTwoSetsMayHaveJoinedTheCalls:
    """201 and 202 both hold call 7; 201 talks to 203 on 9, and 202 has it ring on 8."""

    timer = TransferTimer("7")
    told = ("Merged", "transfer", "202", "203", "7", "8", "inferred")

    @pytest.fixture
    def both(self, link):
        talk(link).status("hold", "201", 7)
        answer(ring(link, 9, "203", "201"), 9, "203", "201")
        return ring(link.status("transfer_initiation", "202", 7), 8, "203", "202")

    def test_the_destination_names_the_other_end(self, both) -> None:
        assert arrives(both, "203", 7, other_dn="201").told == [self.told]
        assert leaves(both, "202", 7).told == []

    @pytest.mark.parametrize("call", [7, 8])
    def test_the_destination_then_the_set_that_left(self, both, call) -> None:
        assert arrives(both, "203", 7).told == []
        assert leaves(both, "202", call).told == [self.told]

    def test_the_set_that_left_then_the_destination(self, both) -> None:
        assert leaves(both, "202", 7).told == [self.told]
        assert arrives(both, "203", 7).told == []

    def test_the_set_that_left_alone(self, both) -> None:
        assert leaves(both, "202", 7).told == [self.told]
        assert both.expire(self.timer).told == []

    def test_the_destination_alone_is_read_as_the_last_who_called_it(self, both) -> None:
        assert arrives(both, "203", 7).told == []
        assert both.timers[self.timer] == 0.3
        assert both.expire(self.timer).told == [self.told]

    def test_a_guess_that_no_longer_fits_is_not_made(self, both) -> None:
        arrives(both, "203", 7)
        both.status("disconnected", "202", 8).status("disconnected", "201", 9)
        assert both.expire(self.timer).told == []

    def test_a_new_identifier_then_the_set_that_left(self, both) -> None:
        assert arrives(both, "203", 10).told == []
        assert leaves(both, "202", 7).told == [self.told]
        assert both.facts[0].moved[0].call == "10"


class TestOneStep:
    """202 sends call 7, on which it talks to 201, to 203."""

    told = ("Merged", "transfer", "202", "203", "7", None, "inferred")
    rings = ("Alerting", "203", "7", "reported")

    def test_the_destination_then_the_set_that_left_then_ringing(self, link) -> None:
        assert arrives(talk(link), "203", 7, other_dn="201").told == []
        assert leaves(link, "202", 7).told == [self.told]
        assert ring(link, device="203").told == [self.rings]

    def test_the_set_that_left_then_the_destination_then_ringing(self, link) -> None:
        unknown = ("Merged", "transfer", "202", None, "7", None, "inferred")
        assert leaves(talk(link), "202", 7).told == [unknown]
        assert arrives(link, "203", 7, other_dn="201").told == []
        assert ring(link, device="203").told == [self.rings]

    def test_the_destination_then_ringing_only(self, link) -> None:
        arrives(talk(link), "203", 7)
        assert ring(link, device="203").told == [self.told, self.rings]

    def test_a_destination_that_does_not_ring_is_forgotten(self, link) -> None:
        arrives(talk(link), "203", 7)
        assert link.expire(TransferTimer("7")).told == []

    def test_of_a_consultation_the_held_call_stays(self, link) -> None:
        assert arrives(consult(link), "204", 8, other_dn="203").told == []
        told = leaves(link, "202", 8).told
        assert told == [("Merged", "transfer", "202", "204", "8", None, "inferred")]

    def test_of_a_call_while_another_rings_there(self, link) -> None:
        ring(talk(link), 8, "202", "203")
        assert arrives(link, "203", 7, other_dn="201").told == []
        assert leaves(link, "202", 7).told == [self.told]

    def test_of_a_call_while_the_destination_is_on_hold(self, link) -> None:
        talk(link, 8, "203", "202").status("hold", "202", 8)
        answer(ring(link), 7)
        assert arrives(link, "203", 7, other_dn="201").told == []
        assert leaves(link, "202", 7).told == [self.told]


class TestAPickupOfWhatWentOnBefore:
    """A call over a trunk went on from 202 to 203, and 201 picks it up there."""

    def deflected(self, link):
        link.status("ringing", "202", 7, clid="06", route_member=TRUNK)
        link.status("unringing", "202", 7)
        return link.status("ringing", "203", 7, clid="06", route_member=TRUNK)

    def test_who_calls_is_still_known(self, link) -> None:
        assert self.deflected(link).status("unringing", "203", 7).told == []
        assert link.status("active", "201", 7, clid="06").told == [
            ("Diverted", "203", "201", "7", "inferred"),
            ("Connected", "201", "7", "reported"),
        ]

    def test_who_calls_is_cleared_with_it_when_nobody_picks_up(self, link) -> None:
        self.deflected(link).status("unringing", "203", 7).expire(UnringTimer("7", "203"))
        assert link.told == [
            ("Cleared", "12/3", "7", "inferred"),
            ("Cleared", "203", "7", "inferred"),
        ]

    @pytest.mark.parametrize("end", [{"other_tn": v.Tn(129, 0, 0, 1)}, {"other_dn": "201"}])
    def test_another_end_that_the_unringing_names_has_not_left(self, link, end) -> None:
        link.status("ringing", "202", 7)
        assert link.status("unringing", "202", 7, **end).told == []
        assert UnringTimer("7", "202") in link.timers
