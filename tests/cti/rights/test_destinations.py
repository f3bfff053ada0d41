"""Every number that a command can have dialled is found, and judged the same way."""

from __future__ import annotations

import typing
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.model import commands as cm
from cti.model.data import ForwardingKind
from cti.rights.destinations import DIALS, destinations
from tests.cti.rights.office import EVERYTHING, Office, command

REVIEWED = {
    *("device", "call", "held", "active", "target", "agent", "queue", "route", "route_point"),
    *("link", "announcement", "via", "command"),
}
"""Arguments of the form of an identifier that no switch dials: each was looked at.

``unpark.at`` names where a call is taken from. ``make_call.device`` is dialled where it is
rung first, which ``destinations`` knows."""


def members(kind: Any) -> typing.Iterator[tuple[str, Any]]:
    hints = typing.get_type_hints(kind, include_extras=True)
    for field in msgspec.structs.fields(kind):
        hint = hints[field.name]
        options = (
            typing.get_args(hint) if typing.get_origin(hint) is not typing.Annotated else ()
        )
        yield field.name, [hint, *options]


@pytest.mark.parametrize("verb", sorted(cm.VERBS))
def test_a2_no_verb_with_a_number_is_missing(verb: str) -> None:
    listed = set(DIALS.get(verb, ()))
    for name, types in members(cm.VERBS[verb]):
        if cm.DialString in types:
            assert name in listed, f"{verb}.{name} is dialled, destinations() does not know"
        elif cm.Id in types and name not in REVIEWED and (verb, name) != ("unpark", "at"):
            assert name in listed, f"{verb}.{name} may be dialled: review it"
    assert listed <= {name for name, _ in members(cm.VERBS[verb])}


def with_number(number: str) -> list[cm.Args]:
    """Every command with a number, at each place where one can stand."""
    made: list[cm.Args] = [
        cm.MakeCall(device="201", to=number),
        cm.MakeCall(device=number, to="202", mode=cm.MakeCallMode.AGENT_FIRST),
        cm.MakeCall(device=number, to="202", mode=cm.MakeCallMode.TWO_LEGS, via="203"),
        cm.MakeCall(device="201", to=number, mode=cm.MakeCallMode.TWO_LEGS, via="203"),
        cm.MakePredictiveCall(device="201", to=number, deliver_to="400"),
        cm.MakePredictiveCall(device="201", to="202", deliver_to=number),
        cm.Consult(device="201", to=number),
        cm.BlindTransfer(device="201", to=number),
        cm.SingleStepConference(device="201", join=number),
        cm.Deflect(device="201", to=number),
        cm.Redirect(device="201", call="c", to=number),
        cm.Park(device="201", at=number),
        cm.SetForwarding(device="201", kind=ForwardingKind.ALL, active=True, to=number),
        cm.RouteSelect(route="r", to=number),
    ]
    return made


def test_every_verb_that_dials_is_among_the_examples() -> None:
    assert {command(args).verb for args in with_number("203")} == set(DIALS)


@pytest.mark.parametrize("place", range(len(with_number(""))))
@given(
    number=st.from_regex(r"\+?[0-9*#A-D]{1,16}", fullmatch=True) | st.sampled_from(["0", "00"])
)
def test_a2_whatever_the_verb_no_number_outside_the_classes_passes(place, number) -> None:
    office = Office()
    right = msgspec.structs.replace(EVERYTHING, destinations=("internal",), feature_codes=False)
    args = with_number(number)[place]
    assert number in [one.number for one in destinations(command(args))]
    decision = office.judge(right, args)
    inside = {kind.value for kind in decision.destinations} <= {"internal"}
    assert (decision.error is None) == inside
    if decision.error is not None:
        assert decision.rule in ("destinations", "feature_codes")


@pytest.mark.parametrize(
    "number",
    [
        *("*72", "*7200900123456", "#31#0301234567", "##", "*", "201*1", "0030A1", "12D"),
    ],
)
def test_a3_feature_codes_need_a_right_of_their_own(number: str) -> None:
    office = Office()
    for args in with_number(number):
        without = msgspec.structs.replace(EVERYTHING, feature_codes=False)
        decision = office.judge(without, args)
        assert decision.rule == "feature_codes", args
        assert office.judge(EVERYTHING, args).error is None


TRICKS = [
    *(
        "\u0660\u0660\u0663\u0661",
        "\uff10\uff10\uff13\uff11",
        "+31 20",
        "0031;x",
        "0031,w",
        "p0031",
        " 0031",
        "0031 ",
        "0031\n",
    ),
    *("0" * 33, "9" * 200, "", "+", "++31", "3+1", "0031;ext=5", "tel:+31", "0031\u200b", "e"),
]


@pytest.mark.parametrize("number", TRICKS)
def test_a3_no_trick_in_a_dial_string_is_read(number: str) -> None:
    for verb, names in DIALS.items():
        for name in names:
            kind = dict(typing.get_type_hints(cm.VERBS[verb], include_extras=True))[name]
            if kind == cm.DialString:
                with pytest.raises(msgspec.ValidationError):
                    msgspec.convert(number, kind)


@pytest.mark.parametrize("number", TRICKS)
def test_a3_no_trick_in_an_identifier_is_dialled(number: str) -> None:
    office = Office()
    internal = msgspec.structs.replace(EVERYTHING, destinations=("internal",))
    for args in with_number(number):
        assert office.judge(internal, args).error is not None
