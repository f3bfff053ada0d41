"""Event reports as facts, in the flows of the manuals (S1 appendix B, table 2-1)."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import UNSET

from cti import driver as dr
from cti import facts as f
from cti.facts import DeviceForm, NativeDevice
from cti.model.causes import Cause
from cti.model.numbers import Number, NumberStatus, Plan
from cti.model.states import AgentState, Answer, Direction, Origin
from protocols.asai import values as v
from protocols.asai.names import DomainType, RedirectReason, TalkStateName, WorkModeName
from protocols.q931 import values as q
from tests.drivers.asai.script import (
    LOGINS,
    NORMAL,
    SPLIT,
    VDN,
    A,
    B,
    E,
    Script,
    call,
    called,
    calling,
    connected,
    office,
    split,
    station,
    vdn,
)

D7101, D7102 = NativeDevice("7101"), NativeDevice("7102")


@pytest.fixture
def script() -> Script:
    return office().up()


def shown(facts: list[f.Facts]) -> list[str]:
    """Facts in short: kind, device, origin where it is not a report."""
    words = []
    for fact in facts:
        device = getattr(fact, "device", None)
        word = type(fact).__name__ + (f" {device.key}" if device else "")
        words.append(word if fact.origin is Origin.REPORTED else f"{word} {fact.origin}")
    return words


def test_a_caller_from_outside_to_a_vdn_a_split_and_an_agent(script: Script) -> None:
    outside = calling("3035550142")
    (offered,) = script.report(
        VDN, E.CALL_OFFERED, *call(0x204), outside, called("7300"), vdn("7300"),
        v.UserEnteredCode("421"), q.UserUser(b"ABC"), v.IiDigits("00"),
        v.UniversalCallId(bytes.fromhex("0001007b2ee0a2c5")),
    )  # fmt: skip
    assert isinstance(offered, f.Queued)
    assert (offered.call, offered.device.key, offered.queue.key) == ("516", "7300", "7300")
    assert offered.calling is not None
    assert offered.calling.number is not None
    assert offered.calling.number.raw == "3035550142"
    assert offered.numbers.called.raw == "7300"  # type: ignore[union-attr]
    assert offered.data.digits == "421"
    assert offered.data.uui == b"ABC"
    assert offered.data.network == {"ii_digits": "00"}
    assert offered.global_ref == "00001001230786473669"
    told = script.report(
        SPLIT, E.QUEUED, *call(0x204), called("7300"), split("7600"), v.QueryCounter(3)
    )
    assert shown(told) == ["Diverted 7300 inferred", "Queued 7600"]
    queued = told[1]
    assert isinstance(queued, f.Queued)
    assert (queued.queue.key, queued.waiting) == ("7600", 3)
    told = script.report(
        B,
        E.ALERTING,
        connected("7102"),
        *call(0x204, 2),
        outside,
        called("7300"),
        split("7600"),
    )
    assert shown(told) == ["Diverted 7600 inferred", "Alerting 7102"]
    alerting = told[1]
    assert isinstance(alerting, f.Alerting)
    assert {one.cause for one in told} == {Cause.DISTRIBUTION}
    assert not alerting.far_end
    assert alerting.direction is Direction.INBOUND
    told = script.report(B, E.CONNECTED, connected("7102"), *call(0x204, 2), outside)
    assert shown(told) == ["Connected 7102"]
    told = script.report(B, E.HOLD, connected("7102"), *call(0x204, 2))
    assert shown(told) == ["Held 7102"]
    told = script.report(B, E.RECONNECTED, connected("7102"), *call(0x204, 2))
    assert shown(told) == ["Retrieved 7102"]
    told = script.report(B, E.DROP, NORMAL, connected("#####"), *call(0x204, 1))
    assert shown(told) == ["Cleared 516.1", "CallEnded inferred"]
    assert told[0].cause is Cause.NORMAL
    (ended,) = script.report(VDN, E.CALL_ENDED, NORMAL, *call(0x204))
    assert isinstance(ended, f.CallEnded)
    assert ended.cause is Cause.NORMAL


def test_a_call_offered_to_a_split_waits_when_queued_says_so(script: Script) -> None:
    outside = calling("3035550142")
    at = *call(0x204), called("7600"), split("7600")
    (offered,) = script.report(SPLIT, E.CALL_OFFERED, outside, q.UserUser(b"ABC"), *at)
    assert isinstance(offered, f.Originated)
    assert (offered.device.key, offered.direction) == ("3035550142", Direction.INBOUND)
    assert offered.data.uui == b"ABC"
    (queued,) = script.report(SPLIT, E.QUEUED, v.QueryCounter(1), *at)
    assert isinstance(queued, f.Queued)
    assert (queued.waiting, queued.cause) == (1, Cause.DISTRIBUTION)
    (offered,) = script.report(
        SPLIT, E.CALL_OFFERED, *call(0x205), called("7600"), split("7600")
    )
    assert isinstance(offered, f.CallInformed)
    (offered,) = script.report(
        SPLIT, E.CALL_OFFERED, *call(0x206), calling("7101"), called("7600"), split("7600")
    )
    assert isinstance(offered, f.Originated)
    assert (offered.device, offered.direction) == (
        NativeDevice("7101", number=Number("7101")), UNSET,
    )  # fmt: skip


def test_a_call_between_two_stations(script: Script) -> None:
    (initiated,) = script.report(A, E.CALL_INITIATED, *call(0x301, 1))
    assert isinstance(initiated, f.Initiated)
    assert initiated.device == D7101
    (originated,) = script.report(
        A, E.CALL_ORIGINATED, *call(0x301, 1), calling("7101"), called("7102")
    )
    assert isinstance(originated, f.Originated)
    assert originated.device.key == "7101"
    assert originated.numbers.dialled.raw == "7102"  # type: ignore[union-attr]
    alerting = (connected("7102"), *call(0x301, 2), calling("7101"), called("7102"))
    assert shown(script.report(A, E.ALERTING, *alerting)) == ["Alerting 7102"]
    told = script.report(B, E.ALERTING, *alerting)
    assert shown(told) == ["Alerting 7102"]
    assert told[0].calling.key == "7101"  # type: ignore[union-attr]
    answer = (connected("7102"), *call(0x301, 2), calling("7101"), called("7102"))
    assert shown(script.report(A, E.CONNECTED, *answer)) == ["Connected 7102"]
    told = script.report(A, E.DROP, NORMAL, connected("7102"), *call(0x301, 2))
    assert shown(told) == ["Cleared 7102", "CallEnded inferred"]


def test_a_call_that_alerts_elsewhere_was_diverted(script: Script) -> None:
    """Note c: forwarding and coverage are not reported as redirections."""
    script.report(A, E.ALERTING, connected("7101"), *call(0x302, 2), calling("7105"))
    told = script.report(
        B, E.ALERTING, connected("7102"), *call(0x302, 3), calling("7105"), called("7101"),
        v.Redirection(RedirectReason.NO_ANSWER),
    )  # fmt: skip
    assert shown(told) == ["Diverted 7101 inferred", "Alerting 7102"]
    diverted, alerting = told
    assert isinstance(diverted, f.Diverted)
    assert diverted.to is not None
    assert diverted.to.key == "7102"
    assert alerting.cause is Cause.FORWARD_NO_ANSWER
    (redirected,) = script.report(A, E.CALL_REDIRECTED, *call(0x302))
    assert isinstance(redirected, f.Diverted)
    assert (redirected.device, redirected.to) == (D7101, None)


def test_a_party_that_nobody_named_is_still_on_the_call(script: Script) -> None:
    """The caller is party 1: two are left when the third drops, one when the caller does."""
    outside = calling("3035550142")
    script.report(B, E.CONNECTED, connected("7102"), *call(0x304, 2), outside)
    script.report(B, E.CONNECTED, connected("7101"), *call(0x304, 3))
    told = script.report(B, E.DROP, NORMAL, connected("7101"), *call(0x304, 3))
    assert shown(told) == ["Cleared 7101"]
    told = script.report(B, E.DROP, NORMAL, connected("7102"), *call(0x304, 2))
    assert shown(told) == ["Cleared 7102", "CallEnded inferred"]


def test_a_call_to_the_outside(script: Script) -> None:
    script.report(A, E.CALL_ORIGINATED, *call(0x303, 1), calling("7101"), called("93035550142"))
    (seized,) = script.report(
        A, E.TRUNK_SEIZED, called("#####"), *call(0x303, 2), v.TrunkGroup(12, 3)
    )
    assert isinstance(seized, f.NetworkReached)
    assert (seized.trunk, seized.device.key, seized.direction) == (
        "12/3", "771.2", Direction.OUTBOUND,
    )  # fmt: skip
    told = script.report(A, E.CUT_THROUGH, *call(0x303, 2), q.ProgressIndicator(1))
    assert shown(told) == ["NetworkReached 771.2"]
    told = script.report(A, E.CONNECTED, connected("#####"), *call(0x303, 2))
    assert shown(told) == ["Connected 771.2"]
    assert told[0].device.form is DeviceForm.DYNAMIC  # type: ignore[union-attr]
    assert told[0].device.number.status is NumberStatus.NOT_KNOWN  # type: ignore[union-attr]


def test_a_caller_behind_a_trunk_without_a_number(script: Script) -> None:
    (offered,) = script.report(
        VDN, E.CALL_OFFERED, *call(0x304), called("7300"), v.TrunkGroup(7, 21)
    )
    assert isinstance(offered, f.Queued)
    assert offered.calling == NativeDevice("7/21", DeviceForm.TRUNK)
    (offered,) = script.report(VDN, E.CALL_OFFERED, *call(0x305), calling("#####"))
    assert offered.calling.key == "773.1"  # type: ignore[union-attr]


@pytest.mark.parametrize(("event", "kind"), [
    (E.CONFERENCED, f.MergeKind.CONFERENCE), (E.TRANSFERRED, f.MergeKind.TRANSFER),
])  # fmt: skip
def test_two_calls_become_one(script: Script, event: Any, kind: f.MergeKind) -> None:
    script.report(A, E.CONNECTED, connected("#####"), *call(0x401, 1), calling("#####"))
    script.report(A, E.CONNECTED, connected("7101"), *call(0x401, 2))
    script.report(A, E.CALL_INITIATED, *call(0x402, 1))
    script.report(A, E.CONNECTED, connected("7102"), *call(0x402, 2))
    people = (
        connected("#####"), connected("7102"), v.PartyIdentifier(1), v.PartyIdentifier(3),
        v.OldPartyIdentifier(1), v.OldPartyIdentifier(2),
    )  # fmt: skip
    for association in (A, B):  # told twice, understood alike
        (merged,) = script.report(
            association,
            event,
            calling("7101"),
            called("7102"),
            *call(0x401),
            *call(0x402),
            *people,
        )
        assert isinstance(merged, f.Merged)
        assert (merged.kind, merged.primary, merged.secondary) == (kind, "1026", "1025")
        assert merged.named is False
        assert merged.controller is not None
        assert merged.controller.key == "7101"
        assert [
            (leg.call, leg.device.key, leg.old_call, leg.old_device.key)  # type: ignore[union-attr]
            for leg in merged.moved
        ] == [("1026", "1026.1", "1025", "1025.1"), ("1026", "7102", "1026", "7102")]
    told = script.report(B, E.DROP, connected("#####"), *call(0x402, 1))
    assert shown(told)[0] == "Cleared 1026.1"


@pytest.mark.parametrize(("cause", "answer"), [
    (18, Answer.REPORTED), (24, Answer.MACHINE), (17, Answer.ASSUMED),
])  # fmt: skip
def test_who_answered_a_classified_call(script: Script, cause: int, answer: Answer) -> None:
    (told,) = script.report(
        A, E.ANSWERED, q.Cause(cause, location=1, coding=3), connected("3035550142"),
        *call(0x501, 2), called("3035550142"),
    )  # fmt: skip
    assert isinstance(told, f.Connected)
    assert told.answer is answer


def test_what_fails(script: Script) -> None:
    (busy,) = script.report(A, E.BUSY, q.Cause(17, location=1), *call(0x601), called("7102"))
    assert isinstance(busy, f.Failed)
    assert (busy.device.key, busy.cause) == ("7102", Cause.BUSY)
    (denied,) = script.report(
        A, E.REORDER, q.Cause(42, location=1, coding=3), *call(0x602), called("*****")
    )
    assert (denied.device, denied.cause) == (D7101, Cause.REORDER)  # type: ignore[union-attr]
    assert denied.cause_native.coding == "CS3"  # type: ignore[union-attr]
    (odd,) = script.report(A, E.BUSY, q.Cause(125, location=1), *call(0x603), called("7102"))
    assert odd.cause is Cause.UNKNOWN
    assert script.odd[-1].kind is dr.AnomalyKind.UNMAPPED


def test_digits_and_charges(script: Script) -> None:
    (digits,) = script.report(VDN, E.ENTERED_DIGITS, *call(0x701), v.UserEnteredCode("12#"))
    assert isinstance(digits, f.DigitsTold)
    assert (digits.call, digits.digits, digits.data.digits) == ("1793", "12#", "12#")
    (charge,) = script.report(VDN, E.CHARGING, *call(0x701), v.GenericBillingData(0x11, 1250))
    assert isinstance(charge, f.ChargeTold)
    assert charge.charge == {"kind": "0x11", "amount": "12.50"}


def test_agents_come_and_go(script: Script) -> None:
    who = (station("7101"), v.Domain(DomainType.LOGICAL_AGENT, "5001"))
    told = script.report(LOGINS, E.LOGIN, *who, v.WorkMode(WorkModeName.AUXILIARY))
    assert shown(told) == ["AgentLoggedOn 7101", "AgentStateTold 7101"]
    assert told[0].agent == "5001"  # type: ignore[union-attr]
    assert told[0].group == NativeDevice("7600")  # type: ignore[union-attr]
    assert told[1].state is AgentState.NOT_READY  # type: ignore[union-attr]
    script.expire("agent_poll")
    assert script.invoke().elements[:2] == (station("7101"), split("7600"))
    script.answer(
        v.WorkMode(WorkModeName.MANUAL_IN), v.TalkState(TalkStateName.ON_CALL), ends=True
    )
    (polled,) = script.told()
    assert isinstance(polled, f.AgentStateTold)
    assert (polled.state, polled.origin) == (AgentState.BUSY, Origin.SNAPSHOT)
    script.expire("agent_poll")
    script.answer(
        v.WorkMode(WorkModeName.MANUAL_IN), v.TalkState(TalkStateName.ON_CALL), ends=True
    )
    assert not script.told()  # nothing new
    told = script.report(LOGINS, E.LOGOUT, *who)
    assert shown(told) == ["AgentLoggedOff 7101"]
    script.expire("agent_poll")
    assert not script.sent


def test_a_number_of_a_public_plan_is_outside_however_short(script: Script) -> None:
    short = q.CallingPartyNumber(digits="7105", type_of_number=2, plan=1)
    (told,) = script.report(VDN, E.CALL_OFFERED, *call(0x801), short)
    number = told.calling.number  # type: ignore[union-attr]
    assert number is not None
    assert (number.raw, number.plan) == ("7105", Plan.E164)


@pytest.mark.parametrize("event", sorted(E, key=str), ids=str)
def test_a_report_that_names_nobody_is_counted(script: Script, event: Any) -> None:
    assert script.report(A, event) == [] or event is E.LOGIN
    assert script.odd
    assert {one.kind for one in script.odd} == {dr.AnomalyKind.UNMAPPED}


def test_an_event_without_a_name_is_counted(script: Script) -> None:
    script.hear("08 01 A2 62 96 1C 0F 91 A1 0C 02 01 02 02 01 95 40 04 96 47 01 FE")
    assert script.odd == [dr.Anomaly(dr.AnomalyKind.UNMAPPED, "event 0xfe")]
    assert script.told() == []


def test_an_answer_says_what_it_does_not_know(script: Script) -> None:
    (told,) = script.report(A, E.CONNECTED, connected("7101"), *call(0x901, 1))
    assert told.cause is UNSET
    assert told.global_ref is UNSET  # type: ignore[union-attr]


def test_a_call_that_somebody_else_answers_was_picked_up(script: Script) -> None:
    script.report(A, E.ALERTING, connected("7101"), *call(0xA01, 2), calling("7105"))
    told = script.report(B, E.CONNECTED, connected("7102"), *call(0xA01, 3), calling("7105"))
    assert shown(told) == ["Diverted 7101 inferred", "Connected 7102"]
    assert told[1].cause is Cause.PICKUP


def test_a_party_that_joins_alone_is_there(script: Script) -> None:
    """Single-step conference: one call, one party more."""
    for party, number in ((1, "7101"), (2, "7102")):
        script.report(A, E.CONNECTED, connected(number), *call(0xA02, party))
    people = [connected(one) for one in ("7101", "7102", "7105")]
    parties = [v.PartyIdentifier(one) for one in (1, 2, 3)]
    merged = (calling("7101"), called("7105"), *call(0xA02), *call(0xA02), *people, *parties)
    told = script.report(A, E.CONFERENCED, *merged)
    assert shown(told) == ["Merged", "Connected 7105 derived"]
    assert told[0].cause is Cause.CONFERENCE


def test_a_call_that_begins_while_another_is_held_is_a_consultation(script: Script) -> None:
    script.report(A, E.HOLD, connected("7101"), *call(0xB01, 1))
    (initiated,) = script.report(A, E.CALL_INITIATED, *call(0xB02, 1))
    assert initiated.cause is Cause.CONSULTATION
    script.report(A, E.RECONNECTED, connected("7101"), *call(0xB01, 1))
    (initiated,) = script.report(A, E.CALL_INITIATED, *call(0xB03, 1))
    assert initiated.cause is UNSET
