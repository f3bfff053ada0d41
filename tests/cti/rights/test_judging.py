"""Who may give which command: one side acts, the other is reached into."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from cti import facts as f
from cti.config.rights import Data, Night, Read, Right
from cti.model import commands as cm
from cti.model.commands import Participation
from cti.model.data import ForwardingKind
from cti.model.errors import ErrorClass
from cti.model.states import AgentState
from cti.moment import parse
from cti.rights.grants import EXPLICIT
from cti.routes import Route
from tests.cti.rights.office import EVERYTHING, NOON, Office, verb_of

OWN = Right(
    verbs=("*", "observe"),
    acts=("201",),
    reaches=(),
    agents=("4711",),
    queues=("500",),
    route_points=("400",),
    destinations=("*",),
    feature_codes=True,
)
"""Acts on 201 and nothing else; whatever may be dialled."""
REACHING = msgspec.structs.replace(OWN, reaches=("301", "302"))
"""The same, and may reach into calls of 301 and 302."""


def examples(office: Office) -> dict[str, tuple[cm.Args, cm.Args]]:
    """Each verb about the client's own device or call, and about somebody else's."""
    inner, outer = office.inner, office.outer
    forward = {"kind": ForwardingKind.ALL, "active": True, "to": "203"}
    pairs: dict[str, tuple[cm.Args, cm.Args]] = {
        "make_call": (
            cm.MakeCall(device="201", to="203"),
            cm.MakeCall(device="301", to="203"),
        ),
        "make_predictive_call": (
            cm.MakePredictiveCall(device="201", to="203", deliver_to="400"),
            cm.MakePredictiveCall(device="301", to="203", deliver_to="400"),
        ),
        "consult": (cm.Consult(device="201", to="203"), cm.Consult(device="301", to="203")),
        "blind_transfer": (
            cm.BlindTransfer(device="201", to="203"),
            cm.BlindTransfer(device="301", to="203"),
        ),
        "deflect": (cm.Deflect(device="201", to="203"), cm.Deflect(device="301", to="203")),
        "redirect": (
            cm.Redirect(device="201", call=inner, to="203"),
            cm.Redirect(device="301", call=outer, to="203"),
        ),
        "park": (cm.Park(device="201", at="203"), cm.Park(device="301", at="203")),
        "single_step_conference": (
            cm.SingleStepConference(device="201", join="203"),
            cm.SingleStepConference(device="301", join="203"),
        ),
        "send_dtmf": (
            cm.SendDtmf(device="201", digits="1"),
            cm.SendDtmf(device="301", digits="1"),
        ),
        "clear_call": (cm.ClearCall(call=inner), cm.ClearCall(call=outer)),
        "attach_data": (
            cm.AttachData(call=inner, data={"a": 1}),
            cm.AttachData(call=outer, data={"a": 1}),
        ),
        "set_agent_state": (
            cm.SetAgentState(device="201", agent="4711", state=AgentState.READY),
            cm.SetAgentState(device="301", agent="4711", state=AgentState.READY),
        ),
        "login": (
            cm.Login(device="201", agent="4711"),
            cm.Login(device="201", agent="4712"),
        ),
        "logout": (cm.Logout(device="201"), cm.Logout(device="301")),
        "set_forwarding": (
            cm.SetForwarding(device="201", **forward),  # type: ignore[arg-type]
            cm.SetForwarding(device="301", **forward),  # type: ignore[arg-type]
        ),
        "set_dnd": (cm.SetDnd(device="201", on=True), cm.SetDnd(device="301", on=True)),
        "set_mwi": (cm.SetMwi(device="201", on=True), cm.SetMwi(device="301", on=True)),
        "query_queue": (cm.QueryQueue(queue="500"), cm.QueryQueue(queue="501")),
        "route_register": (
            cm.RouteRegister(route_point="400", ttl_s=1),
            cm.RouteRegister(route_point="401", ttl_s=1),
        ),
        "route_unregister": (
            cm.RouteUnregister(route_point="400"),
            cm.RouteUnregister(route_point="401"),
        ),
        "monitor_start": (
            cm.MonitorStart(device="201", ttl_s=1),
            cm.MonitorStart(device="301", ttl_s=1),
        ),
        "monitor_stop": (cm.MonitorStop(device="201"), cm.MonitorStop(device="301")),
        "snapshot_device": (cm.SnapshotDevice(device="201"), cm.SnapshotDevice(device="301")),
        "snapshot_call": (cm.SnapshotCall(call=inner), cm.SnapshotCall(call=outer)),
        "answer": (cm.Answer(device="201"), cm.Answer(device="301")),
        "hold": (cm.Hold(device="201", call=inner), cm.Hold(device="201", call=outer)),
        "pickup": (
            cm.Pickup(device="201", target="201"),
            cm.Pickup(device="201", target="203"),
        ),
    }
    for verb in ("query_agent", "query_device", "query_forwarding", "query_dnd", "query_mwi"):
        pairs[verb] = (cm.VERBS[verb](device="201"), cm.VERBS[verb](device="301"))
    for verb in ("retrieve", "clear_connection", "camp_on", "call_back"):
        pairs[verb] = (cm.VERBS[verb](device="201"), cm.VERBS[verb](device="301"))
    for verb in ("alternate", "reconnect", "transfer", "conference"):
        pairs[verb] = (cm.VERBS[verb](device="201"), cm.VERBS[verb](device="301"))
    return pairs


INTO_OTHERS = {"pickup", "group_pickup", "intrude", "unpark", "route_select"}
"""Their own form needs more than ``acts``: tested one by one."""
BY_VERB_ALONE = {
    "cancel",
    *("snapshot", "replay", "resync", "forget_call", "link_enable", "link_disable", "private"),
}
ROUTES = {"route_select", "route_end", "route_treatment"}
ALL = sorted(set(examples(Office())) - INTO_OTHERS)


def test_every_verb_is_in_the_matrix() -> None:
    tested = set(examples(Office())) | INTO_OTHERS | BY_VERB_ALONE | ROUTES
    assert set(cm.VERBS) <= tested, "new verbs: say in the matrix who may give them"


@pytest.mark.parametrize("verb", ALL)
def test_a5_own_and_other(verb: str) -> None:
    office = Office()
    own, other = examples(office)[verb]
    assert office.judge(OWN, own).error is None
    refused = office.judge(OWN, other)
    assert refused.error is not None
    assert refused.rule in ("acts", "reaches", "agents", "queues", "route_points")
    assert office.judge(EVERYTHING, own).error is None
    assert office.judge(EVERYTHING, other).error is None


@pytest.mark.parametrize("verb", ALL)
def test_a5_no_right_no_verb(verb: str) -> None:
    office = Office()
    pair = examples(office)[verb]
    right = msgspec.structs.replace(EVERYTHING, verbs=tuple(set(cm.VERBS) - {verb}))
    decision = office.judge(right, pair[0])
    assert (decision.rule, decision.error and decision.error.kind) == (
        "verbs",
        ErrorClass.NOT_PERMITTED,
    )
    assert office.judge(Right(), pair[0]).rule == "verbs"
    assert office.judge(None, pair[0]).rule == "rights"


@pytest.mark.parametrize(
    ("args", "acts", "reaches", "allowed"),
    [
        (cm.Pickup(device="201", target="301"), "201", "", "reaches"),
        (cm.Pickup(device="201", target="301"), "201", "301", ""),
        (cm.Pickup(device="201", target="301"), "", "301", "acts"),
        (cm.Pickup(device="201", target="301"), "201 301", "", "reaches"),
        (cm.GroupPickup(device="201"), "201", "", "reaches"),
        (cm.GroupPickup(device="201"), "201", "201", ""),
        (cm.GroupPickup(device="201"), "", "201", "acts"),
        (cm.Unpark(device="201", at="7001"), "201", "", "reaches"),
        (cm.Unpark(device="201", at="7001"), "201", "7001", ""),
        (cm.Unpark(device="201", at="7001"), "201 7001", "", ""),
        (cm.Intrude(device="201"), "201", "", "reaches"),
        (cm.Intrude(device="201"), "201", "301", "reaches"),
        (cm.Intrude(device="201"), "201", "202", ""),
        (cm.Intrude(device="201"), "", "202", "acts"),
        (cm.MonitorStart(device="301", ttl_s=1), "201", "", "reaches"),
        (cm.MonitorStart(device="301", ttl_s=1), "", "301", ""),
        (cm.SingleStepConference(device="301", join="201"), "201", "", "reaches"),
        (cm.SingleStepConference(device="301", join="201"), "201", "301", ""),
        (cm.SingleStepConference(device="301", join="201"), "", "301", "acts"),
        (cm.SingleStepConference(device="301", join="201"), "301", "", ""),
        (cm.SendDtmf(device="301", digits="1"), "", "301", "acts"),
    ],
)
def test_a5_two_sides(args: cm.Args, acts: str, reaches: str, allowed: str) -> None:
    right = msgspec.structs.replace(
        EVERYTHING, acts=tuple(acts.split()), reaches=tuple(reaches.split())
    )
    decision = Office().judge(right, args)
    assert (decision.rule if decision.error else "") == allowed


SILENT: list[cm.Args] = [
    cm.SingleStepConference(device="301", join="201", participation=Participation.SILENT),
    cm.Intrude(device="201", participation=Participation.SILENT),
]


@pytest.mark.parametrize("args", SILENT)
def test_a5_to_listen_unheard_is_never_implied(args: cm.Args) -> None:
    office = Office()
    every = msgspec.structs.replace(EVERYTHING, verbs=("*",))
    named = msgspec.structs.replace(EVERYTHING, verbs=(verb_of(args),))
    only = msgspec.structs.replace(EVERYTHING, verbs=("observe",))
    for right in (every, named, only):
        assert office.judge(right, args).rule == "verbs"
    both = msgspec.structs.replace(EVERYTHING, verbs=(verb_of(args), "observe"))
    assert office.judge(both, args).error is None


def test_a5_the_own_side_of_a_call_lets_nobody_listen_unheard() -> None:
    """A silent listener is not seen by the others: their call is reached into."""
    silent = Participation.SILENT
    args = cm.SingleStepConference(device="201", join="202", participation=silent)
    both = msgspec.structs.replace(OWN, acts=("201", "202"))
    assert Office().judge(both, args).rule == "reaches"
    reaching = msgspec.structs.replace(both, reaches=("201",))
    assert Office().judge(reaching, args).error is None


def test_a5_a_call_that_is_named_for_pickup_is_one_of_the_target() -> None:
    office = Office()
    right = msgspec.structs.replace(OWN, reaches=("203",))
    args = cm.Pickup(device="201", target="203", call=office.outer)
    decision = office.judge(right, args)
    assert (decision.error and decision.error.kind) == ErrorClass.INVALID_OBJECT
    args = cm.Pickup(device="201", target="301", call=office.outer)
    assert office.judge(REACHING, args).error is None


def test_a4_private_is_denied_unless_it_is_named() -> None:
    office = Office()
    args = cm.Private(payload={"raw": "make_call 0900"})
    every = msgspec.structs.replace(EVERYTHING, verbs=("*",))
    for right in (None, Right(), OWN, every):
        assert office.judge(right, args).error is not None
    assert office.judge(Right(verbs=("private",)), args).error is None
    assert {"private", "observe"} == EXPLICIT


@pytest.mark.parametrize("verb", ALL)
def test_a22_what_one_may_not_touch_is_as_if_it_were_not_there(verb: str) -> None:
    """The same answer about what exists and about what does not, word for word."""
    office = Office()
    pair = examples(office)[verb]
    there = {"201": "301", "call": office.outer, "500": "501", "400": "401", "4711": "4712"}
    nothing = {"201": "999", "call": "cnothing", "500": "599", "400": "499", "4711": "4799"}
    told = [_answer(office, verb, pair[0], names) for names in (there, nothing)]
    assert told[0] == told[1]


def _answer(office: Office, verb: str, own: cm.Args, names: dict[str, str]) -> Any:
    """Answer with somebody else's names in place of one's own; they are cut from the text."""
    changed = {}
    for field in msgspec.structs.fields(own):
        value = getattr(own, field.name)
        if value == office.inner:
            changed[field.name] = names["call"]
        elif isinstance(value, str) and value in names and value != "203":
            changed[field.name] = names[value]
    decision = office.judge(OWN, msgspec.structs.replace(own, **changed))
    if decision.error is None:  # the desk finds nothing, and says it in the same words
        call = changed.get("call")
        return ("invalid_object", f"no call {call!r}".replace(str(call), "_"), "args.call")
    text = decision.error.detail
    for name in changed.values():
        text = text.replace(name, "_")
    return (decision.error.kind.value, text, decision.error.field)


@pytest.mark.parametrize(
    "args",
    [
        cm.RouteSelect(route="hq-1:1:r1", to="201"),
        cm.RouteEnd(route="hq-1:1:r1"),
        cm.RouteTreatment(route="hq-1:1:r1", treatment="music"),
    ],
)
def test_a20_a22_route_requests_are_for_who_serves_the_route_point(args: cm.Args) -> None:
    office = Office()
    office.book.routes.add(Route("hq-1:1:r1", "hq-1", "r1", "401", office.board.at))
    decision = office.judge(OWN, args)
    assert decision.rule == "route_points"
    assert decision.devices == ("401",)
    assert decision.error is not None
    assert decision.error.kind is ErrorClass.INVALID_OBJECT
    assert decision.error.detail == "no route 'hq-1:1:r1'"  # as the desk says of none
    serving = msgspec.structs.replace(OWN, route_points=("40?",))
    assert office.judge(serving, args).error is None


# Agents, transfers, data, time of day.


def test_who_acts_at_a_set_acts_for_the_agent_there() -> None:
    office = Office()
    office.book.agent_at["201"] = "4712"
    decision = office.judge(OWN, cm.SetAgentState(device="201", state=AgentState.READY))
    assert decision.rule == "agents"
    office.book.agent_at["201"] = "4711"
    args = cm.SetAgentState(device="201", state=AgentState.READY)
    assert office.judge(OWN, args).error is None
    args = cm.SetAgentState(device="201", state=AgentState.READY, queue="501")
    assert office.judge(OWN, args).rule == "queues"


def outsiders(office: Office) -> None:
    """203 has two callers from outside, one of them on hold."""
    office.call("3", "~b:0171", "203")
    office.board.on(f.Held, "3", "203")
    office.call("4", "~c:0172", "203")


def test_a2_two_outsiders_are_not_left_to_themselves() -> None:
    office = Office()
    outsiders(office)
    right = msgspec.structs.replace(EVERYTHING, join_outside=False)
    decision = office.judge(right, cm.Transfer(device="203"))
    assert decision.rule == "join_outside"
    assert office.judge(EVERYTHING, cm.Transfer(device="203")).error is None
    assert office.judge(right, cm.Conference(device="203")).error is None


def test_a_caller_is_transferred_to_somebody_of_the_site() -> None:
    office = Office()
    office.call("3", "~b:0171", "203")
    office.board.on(f.Held, "3", "203")
    office.call("4", "203", "302")
    right = msgspec.structs.replace(EVERYTHING, join_outside=False)
    assert office.judge(right, cm.Transfer(device="203")).error is None


def test_a_forwarding_to_outside_needs_a_right_of_its_own() -> None:
    office = Office()
    right = msgspec.structs.replace(EVERYTHING, forward_outside=False)

    def forward(to: str) -> cm.Args:
        return cm.SetForwarding(device="201", kind=ForwardingKind.ALL, active=True, to=to)

    assert office.judge(right, forward("203")).error is None
    assert office.judge(right, forward("01234567")).rule == "forward_outside"
    assert office.judge(EVERYTHING, forward("01234567")).error is None
    nothing = cm.SetForwarding(device="201", kind=ForwardingKind.ALL, active=False)
    assert office.judge(right, nothing).error is None


def test_data_is_given_by_who_may() -> None:
    office = Office()
    right = msgspec.structs.replace(EVERYTHING, data=Data(write=False))
    assert office.judge(right, cm.AttachData(call=office.inner, data={"a": 1})).rule == (
        "data.write"
    )
    assert office.judge(right, cm.MakeCall(device="201", to="202", data={"a": 1})).error
    assert office.judge(right, cm.MakeCall(device="201", to="202")).error is None


@pytest.mark.parametrize(
    ("when", "night"),
    [
        ("2026-03-02T18:59:59+01:00", False),
        ("2026-03-02T19:00:00+01:00", True),
        ("2026-03-03T06:59:59+01:00", True),
        ("2026-03-03T07:00:00+01:00", False),
        ("2026-03-07T12:00:00+01:00", True),  # Saturday
        ("2026-03-09T00:00:00+01:00", True),
        ("2026-03-09T07:00:00+01:00", False),
        ("2026-07-06T18:59:59+02:00", False),
        ("2026-07-06T19:00:00+02:00", True),
    ],
)
def test_a1_other_destinations_hold_at_night(when: str, night: bool) -> None:
    right = Right(
        verbs=("make_call",),
        acts=("201",),
        destinations=("internal", "national"),
        night=Night(begins="19:00", ends="07:00", time_zone="Europe/Berlin"),
    )
    office = Office()
    out, inside = cm.MakeCall(device="201", to="01234567"), cm.MakeCall(device="201", to="202")
    assert (office.judge(right, out, parse(when)).error is not None) == night
    assert office.judge(right, inside, parse(when)).error is None


def test_night_within_one_day_and_working_weekends() -> None:
    office, out = Office(), cm.MakeCall(device="201", to="01234567")
    right = Right(
        verbs=("make_call",),
        acts=("201",),
        destinations=("national",),
        night=Night(begins="12:00", ends="13:00", weekend=False, time_zone="UTC"),
    )
    assert office.judge(right, out, NOON).error is not None
    assert office.judge(right, out, NOON + 3600 * 10**9).error is None
    assert office.judge(right, out, parse("2026-03-07T14:00:00Z")).error is None


@pytest.mark.parametrize(
    ("granted", "number", "allowed"),
    [
        ("+4930", "01234567", True),
        ("+4930", "00891234567", False),
        ("+4930", "+49301234567", True),
        ("+49", "009001234567", False),  # dear numbers are named whole
        ("+499001234567", "009001234567", True),
        ("+33", "00033123456789", True),
        ("9x", "99", True),
        ("9x", "991", False),
        ("national", "001701234567", False),
        ("*", "009001234567", True),
        ("*", "*72", False),
    ],
)
def test_beginnings_of_numbers_and_extensions(granted: str, number: str, allowed: bool) -> None:
    right = Right(verbs=("make_call",), acts=("201",), destinations=(granted,))
    decision = Office().judge(right, cm.MakeCall(device="201", to=number))
    assert (decision.error is None) == allowed


def test_a_decision_says_what_allowed_it() -> None:
    office = Office()
    right = Right(verbs=("make_call",), acts=("2??",), destinations=("internal", "national"))
    decision = office.judge(right, cm.MakeCall(device="201", to="01234567"))
    assert decision.rule == "verbs=make_call acts=2?? destinations=national"
    assert decision.devices == ("201",)
    assert [kind.value for kind in decision.destinations] == ["national"]
    assert [kind.value for kind in decision.first] == ["national"]
    read = Right(verbs=("query_dnd",), read=Read(devices=("30?",)))
    assert office.judge(read, cm.QueryDnd(device="301")).rule == (
        "verbs=query_dnd read.devices=30?"
    )


def test_a2_a_blind_transfer_leaves_no_two_outsiders_to_themselves() -> None:
    office = Office()
    office.call("3", "~b:0171", "203")
    right = msgspec.structs.replace(EVERYTHING, join_outside=False)
    outward = cm.BlindTransfer(device="203", to="01234567")
    assert office.judge(right, outward).rule == "join_outside"
    assert office.judge(EVERYTHING, outward).error is None
    assert office.judge(right, cm.BlindTransfer(device="203", to="202")).error is None
    inner = cm.BlindTransfer(device="201", to="01234567")
    assert office.judge(right, inner).error is None, "202 stays on the call"


def test_a2_two_legs_are_judged_at_both_ends_and_in_the_middle() -> None:
    office = Office()
    right = msgspec.structs.replace(EVERYTHING, join_outside=False)

    def legs(device: str, to: str) -> cm.Args:
        return cm.MakeCall(device=device, to=to, mode=cm.MakeCallMode.TWO_LEGS, via="202")

    assert office.judge(right, legs("203", "201")).error is None
    assert office.judge(right, legs("01701234567", "201")).error is None
    assert office.judge(right, legs("01701234567", "001234")).rule == "join_outside"
    own = msgspec.structs.replace(EVERYTHING, acts=("201",))
    decision = office.judge(own, legs("201", "203"))
    assert (decision.rule, decision.error and decision.error.field) == ("acts", "args.via")
    inside = msgspec.structs.replace(EVERYTHING, destinations=("internal",))
    for device, to in (("01701234567", "201"), ("201", "01701234567")):
        assert office.judge(inside, legs(device, to)).rule == "destinations"
