"""What the switch does with what it receives (S1 2-55, 4-5, 4-47), one test for each rule."""

from __future__ import annotations

import pytest

from protocols.asai import components as c
from protocols.asai import values as v
from protocols.asai.messages import Message, MessageType
from protocols.asai.names import DomainType, Operation
from protocols.q931 import values as q
from sim.plan import read_plan
from tests.sim.asai.client import (
    CODEC,
    Adjunct,
    call,
    called,
    calling,
    cause,
    extension,
    one,
    vdn,
)
from tests.sim.small import SMALL

ENQUIRY = 0x75


def kinds(heard: list[Message]) -> list[int]:
    return [message.kind for message in heard]


@pytest.mark.parametrize("octets", ["", "08", "0801", "08" * 261], ids=["0", "1", "2", "261"])
def test_a_message_shorter_than_3_or_longer_than_260_octets_is_ignored(octets: str) -> None:
    adjunct = Adjunct()
    assert adjunct.raw(bytes.fromhex(octets)) == []
    assert not octets or [note.kind for note in adjunct.bench.notes] == ["ignored"]


def test_another_protocol_discriminator_is_ignored() -> None:
    adjunct = Adjunct()
    told = c.Invoke(1, Operation.HEARTBEAT)
    octets = CODEC.encode(Message(MessageType.REGISTER, 40, False, told))
    assert adjunct.raw(b"\x09" + octets[1:]) == []


def test_a_reference_of_another_length_than_administered_is_ignored() -> None:
    adjunct = Adjunct()
    told = c.Invoke(1, Operation.HEARTBEAT)
    two = CODEC.encode(Message(MessageType.REGISTER, 40, False, told, crv_length=2))
    assert adjunct.raw(two) == []


def test_an_unknown_message_type_ends_the_association_with_cause_97() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    (answer,) = adjunct.send(0x7C, control)
    assert (answer.kind, answer.crv, answer.flag) == (
        MessageType.RELEASE_COMPLETE,
        control,
        True,
    )
    assert cause(answer) == (0, 97)
    assert kinds(adjunct.further(control, Operation.ANSWER)) == [MessageType.RELEASE_COMPLETE]


def test_an_unknown_message_type_without_an_association_is_answered_so_too() -> None:
    (answer,) = Adjunct().send(0x7C, 99)
    assert (answer.kind, cause(answer)) == (MessageType.RELEASE_COMPLETE, (0, 97))


def test_status_enquiry_is_unexpected_and_not_supported() -> None:
    (answer,) = Adjunct().send(ENQUIRY, 99)
    assert (answer.kind, cause(answer)) == (MessageType.RELEASE_COMPLETE, (0, 97))


def test_a_message_of_the_link_on_an_association_does_not_fit() -> None:
    (answer,) = Adjunct().send(MessageType.RESTART, 99)
    assert (answer.kind, cause(answer)) == (MessageType.RELEASE_COMPLETE, (0, 98))


def test_a_reject_in_a_facility_ends_the_association_at_once() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    reject = c.Reject(2, c.UNRECOGNIZED_OPERATION)
    (answer,) = adjunct.send(MessageType.FACILITY, control, reject)
    assert answer.kind is MessageType.RELEASE_COMPLETE
    assert answer.facility is None
    assert kinds(adjunct.further(control, Operation.ANSWER)) == [MessageType.RELEASE_COMPLETE]


def test_a_reject_that_cannot_be_read_is_never_rejected() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    broken = c.Unreadable(bytes.fromhex("91a4020500"), None, c.MISTYPED_COMPONENT)
    (answer,) = adjunct.send(MessageType.FACILITY, control, broken)
    assert (answer.kind, answer.facility) == (MessageType.RELEASE_COMPLETE, None)


def test_spare_bits_are_accepted() -> None:
    adjunct = Adjunct()
    lamp = (extension("201"), v.MessageWaitingStatus(1))
    spare = CODEC.encode(
        Message(MessageType.REGISTER, 61, False, c.Invoke(1, Operation.SET_VALUE, lamp))
    ).replace(bytes.fromhex("4f028281"), bytes.fromhex("4f0282e1"))
    (answer,) = adjunct.raw(spare)
    assert answer.facility == c.ReturnResult(1)


def test_a_register_during_congestion_is_released_with_cause_42() -> None:
    adjunct = Adjunct()
    adjunct.say("refuse", "requests", "on")
    assert adjunct.refused(Operation.DOMAIN_CONTROL, extension("201")) == (0, 42)
    adjunct.say("refuse", "requests", "off")
    adjunct.control("201")


def test_an_auto_dial_during_congestion_is_refused_and_the_association_stays() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    adjunct.say("refuse", "requests", "on")
    (refused,) = adjunct.further(control, Operation.AUTO_DIAL, called("202"))
    assert (refused.kind, cause(refused)) == (MessageType.FACILITY, (0, 42))
    adjunct.say("refuse", "requests", "off")
    assert adjunct.further(control, Operation.AUTO_DIAL, called("202"))


def test_both_sides_may_use_one_value_and_the_flag_keeps_them_apart() -> None:
    from sim.exchange.verbs import TrunkRings

    adjunct = Adjunct()
    (route,) = adjunct.do(TrunkRings("5550600", "0612"))
    adjunct.crv = route.crv - 1
    control = adjunct.control("201")
    assert control == route.crv
    adjunct.send(MessageType.FACILITY, control, c.Invoke(3, Operation.ANSWER))
    told = adjunct.further(route.crv, Operation.ROUTE_SELECT, called("202"), flag=True)
    ended = [message for message in told if message.kind is MessageType.RELEASE_COMPLETE]
    assert [(message.crv, message.flag) for message in ended] == [(route.crv, False)]


def test_values_below_33_are_taken_though_adjuncts_should_stay_away() -> None:
    adjunct = Adjunct()
    adjunct.crv = 3
    assert adjunct.control("201") == 4


@pytest.mark.parametrize("kind", [MessageType.REGISTER, MessageType.FACILITY])
def test_the_global_reference_is_for_the_link_alone(kind: MessageType) -> None:
    (answer,) = Adjunct().send(kind, 0, c.Invoke(1, Operation.HEARTBEAT))
    assert (answer.kind, cause(answer)) == (MessageType.STATUS, (0, 81))


def test_a_facility_without_an_association_is_released() -> None:
    (answer,) = Adjunct().send(MessageType.FACILITY, 90, c.Invoke(1, Operation.ANSWER))
    assert (answer.kind, answer.flag, cause(answer)) == (
        MessageType.RELEASE_COMPLETE,
        True,
        (0, 81),
    )


def test_a_release_complete_without_an_association_is_ignored() -> None:
    assert Adjunct().send(MessageType.RELEASE_COMPLETE, 90, elements=(q.Cause(16),)) == []


def test_a_register_for_a_reference_in_use_is_ignored() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    told = c.Invoke(3, Operation.DOMAIN_CONTROL, (extension("202"),))
    assert adjunct.send(MessageType.REGISTER, control, told) == []


def test_every_register_has_a_facility_element() -> None:
    (answer,) = Adjunct().send(MessageType.REGISTER, 90)
    assert (answer.kind, cause(answer)) == (MessageType.RELEASE_COMPLETE, (0, 96))


def test_a_facility_message_without_its_element_leaves_the_association() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    (status,) = adjunct.send(MessageType.FACILITY, control)
    assert (status.kind, cause(status)) == (MessageType.STATUS, (0, 96))
    assert kinds(adjunct.further(control, Operation.ANSWER)) == [MessageType.FACILITY]


BROKEN = [
    ("91a103020101", 1, c.MISTYPED_COMPONENT, "no operation"),
    ("91a1060201010201", 1, c.BADLY_STRUCTURED_COMPONENT, "ends early"),
    ("91a503020101", None, c.UNRECOGNIZED_COMPONENT, "no such component"),
    ("91a107020300000102018c", None, c.MISTYPED_COMPONENT, "invoke id of three octets"),
    ("92a10602010102018c", None, c.UNRECOGNIZED_COMPONENT, "another profile"),
]


@pytest.mark.parametrize(("octets", "number", "problem", "_about"), BROKEN)
def test_a_component_that_cannot_be_read_is_rejected_by_its_problem(
    octets: str, number: int | None, problem: c.Problem, _about: str
) -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    broken = c.Unreadable(bytes.fromhex(octets), None, problem)
    (answer,) = adjunct.send(MessageType.FACILITY, control, broken)
    read = CODEC.decode(CODEC.encode(Message(MessageType.FACILITY, 1, False, broken)))
    assert isinstance(read.facility, c.Unreadable)
    assert answer.kind is MessageType.FACILITY
    assert answer.facility == c.Reject(read.facility.invoke_id, read.facility.problem)
    assert kinds(adjunct.further(control, Operation.ANSWER)) == [MessageType.FACILITY]


@pytest.mark.parametrize("octets", [octets for octets, *_ in BROKEN])
def test_an_opening_that_cannot_be_read_is_rejected_in_a_release_complete(octets: str) -> None:
    broken = c.Unreadable(bytes.fromhex(octets), None, c.MISTYPED_COMPONENT)
    (answer,) = Adjunct().send(MessageType.REGISTER, 90, broken)
    assert answer.kind is MessageType.RELEASE_COMPLETE
    assert isinstance(answer.facility, c.Reject)


def test_an_unknown_operation_is_rejected() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    (answer,) = adjunct.further(control, 0x01)
    assert (answer.kind, answer.facility) == (
        MessageType.FACILITY,
        c.Reject(3, c.UNRECOGNIZED_OPERATION),
    )
    (opening,) = adjunct.ask(0x01)
    assert (opening.kind, opening.facility) == (
        MessageType.RELEASE_COMPLETE,
        c.Reject(1, c.UNRECOGNIZED_OPERATION),
    )


def test_an_invoke_with_an_even_id_is_none_of_an_adjunct() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    even = c.Invoke(4, Operation.ANSWER)
    (answer,) = adjunct.send(MessageType.FACILITY, control, even)
    assert answer.facility == c.Reject(4, c.MISTYPED_COMPONENT)
    (opening,) = adjunct.send(MessageType.REGISTER, 90, c.Invoke(2, Operation.HEARTBEAT))
    assert (opening.kind, opening.facility) == (
        MessageType.RELEASE_COMPLETE,
        c.Reject(2, c.MISTYPED_COMPONENT),
    )


def test_a_result_to_nothing_is_rejected_and_one_to_an_event_is_unexpected() -> None:
    from sim.exchange.verbs import MakeCall

    adjunct = Adjunct()
    control = adjunct.control("201")
    (answer,) = adjunct.send(MessageType.FACILITY, control, c.ReturnResult(2))
    assert answer.facility == c.Reject(2, ("return_result", 0))
    adjunct.do(MakeCall("201", "202"))
    (answer,) = adjunct.send(MessageType.FACILITY, control, c.ReturnResult(2))
    assert answer.facility == c.Reject(2, ("return_result", 1))
    error = c.ReturnError(9, Operation.EVENT_REPORT, (q.Cause(16),))
    (answer,) = adjunct.send(MessageType.FACILITY, control, error)
    assert answer.facility == c.Reject(9, ("return_error", 0))


def test_an_answer_repeats_the_invokers_id() -> None:
    adjunct = Adjunct()
    told = c.Invoke(201, Operation.DOMAIN_CONTROL, (extension("201"),))
    (answer,) = adjunct.send(MessageType.REGISTER, 90, told)
    assert answer.facility == c.ReturnResult(201, Operation.DOMAIN_CONTROL)


def test_the_switch_numbers_its_invokes_even_and_for_each_association() -> None:
    from sim.exchange.verbs import MakeCall

    adjunct = Adjunct()
    first, second = adjunct.control("201"), adjunct.control("202")
    told = adjunct.do(MakeCall("201", "202"))
    ids: dict[int, list[int | None]] = {first: [], second: []}
    for message in told:
        assert isinstance(message.facility, c.Invoke)
        ids[message.crv].append(message.facility.invoke_id)
    assert ids == {first: [2, 4, 6], second: [2]}


def test_the_switchs_invoke_ids_begin_again_behind_254() -> None:
    from sim.exchange.verbs import Answer, Hold, MakeCall, Retrieve

    adjunct = Adjunct()
    adjunct.control("201")
    adjunct.do(MakeCall("201", "202"), Answer("202"))
    ids = []
    for _ in range(140):
        for message in adjunct.do(Hold("201"), Retrieve("201")):
            assert isinstance(message.facility, c.Invoke)
            ids.append(message.facility.invoke_id)
    assert max(number for number in ids if number is not None) == 254
    assert all(number and not number % 2 for number in ids)


def test_a_parameter_that_is_missing_is_refused_with_cause_96() -> None:
    assert Adjunct().refused(Operation.DOMAIN_CONTROL) == (0, 96)
    assert Adjunct().refused(Operation.MAKE_CALL, calling("201")) == (0, 96)


def test_a_character_that_is_no_digit_is_refused_with_an_error() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    good = CODEC.encode(
        Message(
            MessageType.FACILITY,
            control,
            False,
            c.Invoke(3, Operation.AUTO_DIAL, (called("202"),)),
        )
    )
    (answer,) = adjunct.raw(good.replace(b"202", b"2A2"))
    assert (answer.kind, cause(answer)) == (MessageType.FACILITY, (0, 100))


def test_contents_that_cannot_be_read_are_refused_with_cause_100() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    broken = v.Invalid(0x44, b"", 6)
    (answer,) = adjunct.further(control, Operation.ANSWER, broken)
    assert (answer.kind, cause(answer)) == (MessageType.FACILITY, (0, 100))


def test_user_data_is_32_octets_at_most_before_version_4() -> None:
    adjunct = Adjunct()
    told = (calling("201"), called("202"))
    assert adjunct.refused(Operation.MAKE_CALL, *told, q.UserUser(b"x" * 33)) == (0, 100)
    adjunct.opened(Operation.MAKE_CALL, *told, q.UserUser(b"x" * 32))


def test_an_element_that_is_not_known_is_not_looked_at() -> None:
    from protocols.q931.messages import Raw

    adjunct = Adjunct()
    adjunct.opened(Operation.DOMAIN_CONTROL, extension("201"), Raw(0x5E, b"\x01", 6))


def test_a_return_result_without_anything_is_03_octets() -> None:
    adjunct = Adjunct()
    adjunct.notify(vdn("600"))
    (octets,) = adjunct.bench.sent
    assert octets.hex().endswith("91a203020101")


def test_the_traced_domain_control_is_answered_as_traced_but_in_a_facility() -> None:
    plan = read_plan(SMALL.replace('"201"', '"1004"'))
    adjunct = Adjunct(plan)
    adjunct.raw(bytes.fromhex("0801046496 1c1391a1100201030201c44008964905833130 30b4"))
    (octets,) = adjunct.bench.sent
    assert octets == bytes.fromhex("0801846296 1c0d91a20a02010330050201c44000")


def test_a_refusal_of_an_opening_is_bare_or_in_an_error_by_the_release() -> None:
    wrong = extension("999")
    (bare,) = Adjunct().ask(Operation.DOMAIN_CONTROL, wrong)
    assert (bare.facility, cause(bare)) == (None, (0, 28))
    (error,) = Adjunct(dialect="r5si").ask(Operation.DOMAIN_CONTROL, wrong)
    assert error.kind is MessageType.RELEASE_COMPLETE
    assert isinstance(error.facility, c.ReturnError)
    assert cause(error) == (0, 28)


def test_causes_of_the_switch_have_its_location() -> None:
    (answer,) = Adjunct().ask(Operation.DOMAIN_CONTROL, v.Domain(DomainType.VDN, "600"))
    assert one(answer, q.Cause).location == 1


def test_a_call_that_there_is_not_is_cause_86_of_asai() -> None:
    assert Adjunct().refused(Operation.TAKE_CONTROL, call(99)) == (3, 86)
