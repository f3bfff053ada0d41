"""Event reports: who hears which (S1 table 2-1), and what they say (S2 chapter 3)."""

from __future__ import annotations

import pytest

from protocols.asai import components as c
from protocols.asai import values as v
from protocols.asai.messages import Message, MessageType
from protocols.asai.names import (
    DomainType,
    EventName,
    Operation,
    RedirectReason,
    WorkModeName,
)
from protocols.q931 import values as q
from sim.asai.associations import Kind
from sim.asai.audience import MATRIX
from sim.exchange.verbs import (
    Answer,
    Conference,
    Consult,
    Deflect,
    ExternalAnswers,
    HangUp,
    Hold,
    LogOff,
    LogOn,
    MakeCall,
    Pickup,
    Retrieve,
    SendDigits,
    SetAgentState,
    SetForwarding,
    Transfer,
    TrunkRings,
)
from sim.exchange.words import AgentState, Forwarding
from tests.sim.asai.client import (
    Adjunct,
    all_of,
    call,
    called,
    calling,
    cause,
    event,
    events,
    one,
    party,
    split,
    vdn,
)

E = EventName
Heard = dict[EventName, set[Kind]]
NOT_MADE = {E.CUT_THROUGH, E.CHARGING}
"""Events that the exchange has no occasion for: no interworking and no charges."""


class Stage(Adjunct):
    """A call of 203 at VDN 610, with an association of every kind that can hear of it."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: dict[tuple[int, bool], Kind] = {}
        for number in ("202", "203"):
            self.kinds[self.control(number), True] = Kind.STATION
        self.kinds[self.opened(Operation.DOMAIN_CONTROL, split("500")), True] = Kind.SPLIT
        for domain in (vdn("610"), split("500")):
            self.kinds[self.notify(domain), True] = Kind.NOTIFICATION
        self.told: Heard = {}
        # 203 is asked to go off-hook by a computer; it calls by itself here.
        self.take(self.do(MakeCall("203", "610")))
        control = self.opened(Operation.TAKE_CONTROL, call(1))
        self.kinds[control, True] = Kind.CALL

    def take(self, heard: list[Message]) -> list[Message]:
        for message in heard:
            name = event(message)
            if name is not None:
                kind = self.kinds[message.crv, message.flag]
                self.told.setdefault(name, set()).add(kind)
        return heard

    def routed(self, to: str) -> int:
        """Give the digits and send the call somewhere."""
        route = self.take(self.do(SendDigits("203", "4711")))[-1]
        assert isinstance(route.facility, c.Invoke)
        assert route.facility.operation is Operation.ROUTE
        told = self.further(route.crv, Operation.ROUTE_SELECT, called(to), flag=True)
        self.take(told)
        return route.crv


def heard_in_all() -> Heard:
    """Let everything happen that there are events for; give who heard of it."""
    told: Heard = {}

    def add(stage: Stage) -> None:
        for name, kinds in stage.told.items():
            told.setdefault(name, set()).update(kinds)

    talks = Stage()
    talks.routed("202")
    talks.take(talks.do(Answer("202"), Hold("202"), Retrieve("202"), Consult("202", "201")))
    talks.take(talks.do(Answer("201"), Conference("202"), HangUp("201"), HangUp("202")))
    add(talks)
    moves = Stage()
    moves.routed("202")
    moves.take(moves.do(Answer("202"), Consult("202", "201"), Answer("201"), Transfer("202")))
    add(moves)
    for to in ("0111", "0333", "8444", "500"):
        stage = Stage()
        stage.routed(to)
        stage.take(stage.wait(2.0))
        add(stage)
    sent_on = Stage()
    sent_on.routed("202")
    sent_on.take(sent_on.do(Deflect("202", "500")))
    add(sent_on)
    agents = Stage()
    agents.take(agents.do(LogOn("201", "901", "77"), LogOff("201")))
    add(agents)
    predicted = Stage()
    told_of = predicted.ask(
        Operation.MAKE_CALL,
        calling("510"),
        called("202"),
        v.CallOption(option()),
    )
    predicted.kinds[predicted.crv, True] = Kind.CALL
    predicted.take(told_of)
    predicted.take(predicted.do(Answer("202")))
    add(predicted)
    return told


def option():
    from protocols.asai.names import CallOptionName

    return CallOptionName.SWITCH_CLASSIFIED


HEARD = heard_in_all()


@pytest.mark.parametrize("name", EventName)
def test_an_event_goes_to_the_associations_of_its_row(name: EventName) -> None:
    if name in NOT_MADE:
        assert name not in HEARD
    else:
        assert HEARD[name] == MATRIX[name]


def only(heard: list[Message], name: EventName) -> Message:
    (found,) = [message for message in heard if event(message) is name]
    return found


def test_an_event_is_a_facility_invoke_of_operation_95_with_its_specific_event() -> None:
    adjunct = Adjunct()
    adjunct.control("201")
    told = only(adjunct.do(MakeCall("201", "202")), E.ALERTING)
    assert told.kind is MessageType.FACILITY
    assert isinstance(told.facility, c.Invoke)
    assert told.facility.operation is Operation.EVENT_REPORT
    octets = adjunct.bench.sent[-1].hex()
    assert "020195" in octets


def test_alerting_names_caller_called_connected_call_and_party() -> None:
    adjunct = Adjunct()
    adjunct.control("201")
    told = only(adjunct.do(TrunkRings("5550201", "0612")), E.ALERTING)
    assert one(told, q.CallingPartyNumber).digits == "0612"
    assert one(told, q.CalledPartyNumber).digits == "201"
    assert one(told, v.ConnectedNumber).digits == "201"
    assert one(told, v.CallIdentity).call_id == 1
    assert one(told, v.PartyIdentifier).party == 2
    assert len(one(told, v.UniversalCallId).ucid) == 8


def test_a_trunk_is_named_where_the_caller_has_no_number() -> None:
    adjunct = Adjunct()
    adjunct.control("201")
    told = only(adjunct.do(TrunkRings("5550201", "")), E.ALERTING)
    assert all_of(told, q.CallingPartyNumber) == []
    assert one(told, v.TrunkGroup) == v.TrunkGroup(1, 1)


def test_a_party_outside_without_a_number_is_five_hash_signs() -> None:
    adjunct = Adjunct()
    adjunct.control("201")
    told = adjunct.do(TrunkRings("5550201", ""), Answer("201"), HangUp("T1/1"))
    drop = next(message for message in told if event(message) is E.DROP)
    assert one(drop, v.ConnectedNumber).digits == "#####"


def test_a_release_of_version_2_tells_of_originated_and_version_1_does_not() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    assert "call_originated" in events(adjunct.do(MakeCall("201", "202")), control)
    old = Adjunct(start=False)
    old.send(MessageType.RESTART, 0, elements=(q.RestartIndicator(7),))
    old.ask(Operation.HEARTBEAT)
    control = old.control("201")
    assert events(old.do(MakeCall("201", "202")), control) == ["call_initiated", "alerting"]


def test_originated_has_both_numbers_and_the_extension_of_the_party() -> None:
    adjunct = Adjunct()
    adjunct.control("201")
    told = only(adjunct.do(MakeCall("201", "202")), E.CALL_ORIGINATED)
    assert one(told, q.CallingPartyNumber).digits == "201"
    assert one(told, q.CalledPartyNumber).digits == "202"
    assert one(told, v.ConnectedNumber).digits == "201"
    assert one(told, v.PartyIdentifier).party == 1


def test_drop_is_not_sent_for_the_last_party_call_ended_takes_its_place() -> None:
    adjunct = Adjunct()
    notified = adjunct.notify(split("500"))
    adjunct.do(LogOn("201", "901", "77"), SetAgentState("201", AgentState.READY))
    adjunct.do(TrunkRings("5550500", "0612"), Answer("201"))
    told = adjunct.do(HangUp("201"))
    assert events(told, notified) == ["drop", "call_ended"]
    (drop, ended) = told
    assert one(drop, v.PartyIdentifier).party == 2
    assert cause(ended) == (0, 16)
    assert all_of(ended, v.PartyIdentifier) == []


def test_a_station_that_is_left_last_is_told_by_its_own_drop_or_not_by_the_dialect() -> None:
    from msgspec.structs import replace

    from sim.asai.dialects import R6R

    for drops_last, told in ((True, ["drop", "drop"]), (False, ["drop"])):
        adjunct = Adjunct(dialect=replace(R6R, drops_last=drops_last))
        control = adjunct.control("201")
        adjunct.do(MakeCall("202", "201"), Answer("201"))
        assert events(adjunct.do(HangUp("202")), control) == told


def test_call_ended_is_an_event_on_a_notification_and_a_capability_on_call_control() -> None:
    adjunct = Adjunct()
    notified = adjunct.notify(split("500"))
    adjunct.do(TrunkRings("5550500", "0612"))
    control = adjunct.opened(Operation.TAKE_CONTROL, call(1))
    told = adjunct.do(HangUp("T1/1"))
    assert events(told, notified) == ["call_ended"]
    (ended,) = [message for message in told if message.crv == control]
    assert ended.kind is MessageType.RELEASE_COMPLETE
    assert isinstance(ended.facility, c.Invoke)
    assert ended.facility.operation is Operation.CALL_ENDED
    assert cause(ended) == (0, 16)


def test_queued_counts_the_calls_in_the_queue_and_names_the_split() -> None:
    adjunct = Adjunct()
    adjunct.notify(split("500"))
    adjunct.do(TrunkRings("5550500", "0612"))
    told = only(adjunct.do(TrunkRings("5550500", "0613")), E.QUEUED)
    assert one(told, v.QueryCounter).count == 2
    assert one(told, v.Domain) == v.Domain(DomainType.SPLIT, "500")


def test_a_call_is_offered_to_a_split_before_it_alerts_an_agent() -> None:
    adjunct = Adjunct()
    notified = adjunct.notify(split("500"))
    adjunct.do(LogOn("201", "901", "77"), SetAgentState("201", AgentState.READY))
    told = adjunct.do(TrunkRings("5550500", "0612"))
    assert events(told, notified) == ["call_offered", "alerting"]
    assert one(told[1], v.Domain) == v.Domain(DomainType.SPLIT, "500")


def test_offered_carries_the_digits_that_were_entered() -> None:
    adjunct = Adjunct()
    adjunct.notify(split("500"))
    adjunct.do(TrunkRings("5550610", "0612"), SendDigits("T1/1", "4711"))
    offered = only(adjunct.wait(3.0), E.CALL_OFFERED)
    assert one(offered, v.UserEnteredCode).digits == "4711"


def test_a_call_that_is_offered_to_another_monitored_domain_is_redirected_on_the_first() -> (
    None
):
    adjunct = Adjunct()
    first = adjunct.notify(vdn("610"))
    second = adjunct.notify(split("500"))
    adjunct.do(TrunkRings("5550610", "0612"), SendDigits("T1/1", "4711"))
    told = adjunct.wait(3.0)
    assert events(told, first) == ["call_redirected"]
    assert events(told, second) == ["call_offered", "queued"]
    gone = adjunct.do(HangUp("T1/1"))
    assert (events(gone, first), events(gone, second)) == ([], ["call_ended"])


def test_a_call_that_was_there_before_the_notification_is_not_told_of() -> None:
    adjunct = Adjunct()
    adjunct.do(TrunkRings("5550500", "0612"))
    notified = adjunct.notify(split("500"))
    assert events(adjunct.do(HangUp("T1/1")), notified) == []


def test_redirected_follows_an_alerting_and_goes_to_the_station_that_it_left() -> None:
    adjunct = Adjunct()
    left, right = adjunct.control("201"), adjunct.control("202")
    adjunct.do(TrunkRings("5550201", "0612"))
    told = adjunct.do(Deflect("201", "202"))
    assert events(told, left) == ["call_redirected"]
    assert events(told, right) == ["alerting"]
    assert one(only(told, E.CALL_REDIRECTED), v.CallIdentity).call_id == 1
    reason = one(only(told, E.ALERTING), v.Redirection).reason
    assert reason is RedirectReason.REDIRECTED


def test_redirected_is_not_sent_for_forwarding_and_pickup() -> None:
    adjunct = Adjunct()
    forwards, takes = adjunct.control("201"), adjunct.control("202")
    adjunct.do(SetForwarding("201", Forwarding.ALL, on=True, to="202"))
    told = adjunct.do(TrunkRings("5550201", "0612"))
    assert (events(told, forwards), events(told, takes)) == ([], ["alerting"])
    adjunct.do(HangUp("T1/1"), SetForwarding("201", Forwarding.ALL, on=False))
    adjunct.do(TrunkRings("5550201", "0612"))
    told = adjunct.do(Pickup("202", "201"))
    assert (events(told, forwards), events(told, takes)) == ([], ["connected"])


def test_an_unanswered_call_that_is_forwarded_is_redirected() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    adjunct.do(SetForwarding("201", Forwarding.NO_ANSWER, on=True, to="202"))
    adjunct.do(TrunkRings("5550201", "0612"))
    assert events(adjunct.wait(15.0), control) == ["call_redirected"]


def test_a_set_that_was_found_busy_is_no_party() -> None:
    adjunct = Adjunct()
    caller, busy = adjunct.control("201"), adjunct.control("204")
    adjunct.do(MakeCall("204", "202"))
    told = adjunct.do(MakeCall("201", "204"))
    assert events(told, caller)[-1] == "busy"
    assert events(told, busy) == []
    assert cause(told[-1]) == (0, 17)
    assert events(adjunct.do(HangUp("201")), busy) == []


def test_reorder_has_five_stars_and_a_cause() -> None:
    adjunct = Adjunct()
    adjunct.control("201")
    told = only(adjunct.do(MakeCall("201", "99")), E.REORDER)
    assert one(told, q.CalledPartyNumber).digits == "*****"
    assert cause(told) == (0, 1)


def test_trunk_seized_has_five_hash_signs_and_the_trunk() -> None:
    adjunct = Adjunct()
    adjunct.control("201")
    told = only(adjunct.do(MakeCall("201", "8999")), E.TRUNK_SEIZED)
    assert one(told, q.CalledPartyNumber).digits == "#####"
    assert one(told, v.TrunkGroup) == v.TrunkGroup(2, 1)


def test_an_isdn_trunk_tells_alerting_and_connected() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    adjunct.do(MakeCall("201", "0999"))
    assert events(adjunct.wait(1.0), control) == ["alerting"]
    assert events(adjunct.do(ExternalAnswers("T1/1")), control) == ["connected"]


def test_a_merge_names_controller_new_party_both_calls_and_all_parties() -> None:
    adjunct = Adjunct()
    adjunct.control("203")
    adjunct.do(MakeCall("201", "202"), Answer("202"), Consult("202", "204"), Answer("204"))
    adjunct.do(MakeCall("203", "99"))
    adjunct.do(HangUp("203"))
    adjunct.control("201")
    told = only(adjunct.do(Transfer("202")), E.TRANSFERRED)
    assert one(told, q.CallingPartyNumber).digits == "202"
    assert one(told, q.CalledPartyNumber).digits == "204"
    assert [one.call_id for one in all_of(told, v.CallIdentity)] == [2, 1]
    assert [one.digits for one in all_of(told, v.ConnectedNumber)] == ["201", "204"]
    assert [one.party for one in all_of(told, v.PartyIdentifier)] == [1, 3]
    assert [one.party for one in all_of(told, v.OldPartyIdentifier)] == [1, 2]


def test_login_has_mode_and_both_extensions() -> None:
    adjunct = Adjunct()
    control = adjunct.opened(Operation.DOMAIN_CONTROL, split("500"))
    (told,) = adjunct.do(LogOn("201", "901", "77"))
    assert events([told], control) == ["login"]
    assert one(told, v.WorkMode).mode is WorkModeName.AUXILIARY
    assert all_of(told, v.Domain) == [
        v.Domain(DomainType.EXTENSION, "201"),
        v.Domain(DomainType.LOGICAL_AGENT, "901"),
    ]
    assert adjunct.do(LogOn("202", "902"), LogOff("202"))[0].crv == control


def test_the_answer_of_a_far_end_says_who_answered() -> None:
    adjunct = Adjunct()
    wanted = (calling("500"), called("0666"), v.CallOption(option()))
    adjunct.opened(Operation.MAKE_CALL, *wanted)
    adjunct.wait(1.0)
    told = only(adjunct.wait(4.0), E.ANSWERED)
    assert cause(told) == (3, 24)
    adjunct.opened(Operation.MAKE_CALL, calling("500"), called("0999"), v.CallOption(option()))
    adjunct.wait(1.0)
    assert cause(only(adjunct.wait(4.0), E.ANSWERED)) == (3, 18)


def test_the_same_event_goes_out_on_each_association_with_its_own_count() -> None:
    adjunct = Adjunct()
    stations = [adjunct.control("201"), adjunct.control("202")]
    adjunct.do(MakeCall("201", "202"))
    told = adjunct.do(Answer("202"))
    assert [message.crv for message in told] == stations
    ids = [message.facility.invoke_id for message in told]  # type: ignore[union-attr]
    assert ids == [8, 4]


def test_a_drop_carries_the_user_data_of_who_left() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    adjunct.do(MakeCall("201", "202"), Answer("202"))
    told = adjunct.further(control, Operation.SELECTIVE_DROP, q.UserUser(b"bye"))
    drops = [message for message in told if event(message) is E.DROP]
    assert one(drops[0], q.UserUser).data == b"bye"


def test_parties_are_numbered_for_good() -> None:
    adjunct = Adjunct()
    adjunct.control("201")
    adjunct.do(MakeCall("201", "202"), Answer("202"), Consult("202", "204"), Answer("204"))
    adjunct.do(Conference("202"), HangUp("204"))
    adjunct.do(Consult("202", "204"), Answer("204"))
    told = only(adjunct.do(Conference("202")), E.CONFERENCED)
    numbers = [one.party for one in all_of(told, v.PartyIdentifier)]
    assert numbers == [1, 2, 4]
    assert party(4) in all_of(told, v.PartyIdentifier)
