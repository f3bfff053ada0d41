"""Faults as data, operators' words and the ledger, on ASAI links."""

from __future__ import annotations

import pytest

from protocols.asai import components as c
from protocols.asai import values as v
from protocols.asai.names import Operation
from protocols.q931.messages import Raw
from sim.exchange.verbs import Answer, HangUp, Hold, MakeCall, Retrieve, TrunkRings
from sim.faults import Direction, Fault, Kind
from sim.ledger import Ledger
from sim.mischief import Of, PduFault, PduKind
from sim.outputs import Settings
from tests.sim.asai.client import Adjunct, all_of, event, events, extension, one, split


def struck(*faults: PduFault) -> Adjunct:
    """Put faults on a link; what they count begins behind the start of the link."""
    adjunct = Adjunct(settings=Settings(pdu_faults=faults))
    adjunct.control("201")
    return adjunct


def test_an_event_is_lost() -> None:
    adjunct = struck(PduFault(PduKind.LOSE, 2, Of.EVENTS))
    assert events(adjunct.do(MakeCall("201", "202"))) == ["call_initiated", "alerting"]


def test_an_event_comes_twice_with_one_invoke_id() -> None:
    adjunct = struck(PduFault(PduKind.REPEAT, 3, Of.EVENTS))
    told = adjunct.do(MakeCall("201", "202"))
    assert events(told)[2:] == ["alerting", "alerting"]
    assert told[2] == told[3]


def test_an_event_comes_late() -> None:
    adjunct = struck(PduFault(PduKind.LATE, 1, Of.EVENTS, seconds=2.0))
    assert events(adjunct.do(MakeCall("201", "202"))) == ["call_originated", "alerting"]
    assert events(adjunct.wait(2.0)) == ["call_initiated"]


def test_an_event_is_unknown_or_has_an_element_that_is() -> None:
    adjunct = struck(
        PduFault(PduKind.UNKNOWN_EVENT, 1, Of.EVENTS), PduFault(PduKind.TRAILING, 2, Of.EVENTS)
    )
    strange, initiated, originated, _ = adjunct.do(MakeCall("201", "202"))
    assert one(strange, v.SpecificEvent).event == 0x01
    assert str(event(initiated)) == "call_initiated"
    assert len(all_of(originated, Raw)) == 1


def test_an_answer_has_another_invoke_id() -> None:
    # The first answer is to domain control, the second to the request below.
    adjunct = struck(PduFault(PduKind.WRONG_INVOKE_ID, 2, Of.ANSWERS))
    (answer,) = adjunct.further(adjunct.crv, Operation.SELECTIVE_HOLD)
    assert isinstance(answer.facility, c.ReturnError)
    assert answer.facility.invoke_id == 103


def test_a_request_is_refused_for_congestion() -> None:
    adjunct = struck(PduFault(PduKind.REFUSE, 2))
    assert adjunct.refused(Operation.DOMAIN_CONTROL, extension("202")) == (0, 42)
    adjunct.control("202")


def test_reports_of_a_moment_come_by_association_the_last_first() -> None:
    adjunct = Adjunct(
        settings=Settings(pdu_faults=(PduFault(PduKind.OTHER_ORDER, 1, Of.EVENTS, count=9),))
    )
    first, second = adjunct.control("201"), adjunct.control("202")
    told = adjunct.do(MakeCall("201", "202"))
    assert [message.crv for message in told] == [second, first, first, first]


def test_the_words_of_an_operator_strike_the_next_events() -> None:
    adjunct = struck()
    adjunct.say("next", "lose", "1")
    assert events(adjunct.do(MakeCall("201", "202"))) == ["call_originated", "alerting"]


@pytest.mark.parametrize("octet", [0, 1, 2, 3, 6, 12])
def test_a_corrupted_message_harms_no_association(octet: int) -> None:
    fault = Fault(Kind.CORRUPT, at=4, direction=Direction.TO_SWITCH, octet=octet)
    adjunct = Adjunct(settings=Settings(faults=(fault,)))
    adjunct.control("201")
    adjunct.ask(Operation.DOMAIN_CONTROL, extension("202"))
    if adjunct.bench.hub.served:
        assert "alerting" in events(adjunct.do(MakeCall("201", "204")))


def test_the_ledger_has_what_was_true_whatever_the_link_told() -> None:
    adjunct = struck(PduFault(PduKind.LOSE, 1, Of.EVENTS, count=99))
    adjunct.notify(split("500"))
    adjunct.do(MakeCall("201", "202"), Answer("202"), Hold("201"), Retrieve("201"))
    adjunct.do(TrunkRings("5550500", "0612"), HangUp("201"))
    ledger = Ledger()
    for at, action in adjunct.bench.happened:
        ledger.take(at, action)
    assert ledger.end().calls == adjunct.bench.view().calls
    first, second = ledger.calls()
    assert (first.calling, first.called, first.cause) == ("201", "202", "normal")
    assert (second.called, second.ended) == ("5550500", None)


def test_words_of_another_switch_mean_nothing() -> None:
    adjunct = Adjunct()
    for words in (["status", "normal"], ["alarms", "loud"], ["refuse", "requests", "perhaps"]):
        answer, _ = adjunct.bench.say(words)
        assert not answer["ok"]
    assert "alarms" in adjunct.bench.say(["help"])[0]["words"]


def test_a_route_is_asked_of_the_link_that_was_first() -> None:
    adjunct = Adjunct()
    hub = adjunct.bench.hub
    number, _ = hub.connect(packets=True)
    assert number is not None
    (route,) = adjunct.do(TrunkRings("5550600", "0612"))
    assert isinstance(route.facility, c.Invoke)
    assert route.facility.operation is Operation.ROUTE
