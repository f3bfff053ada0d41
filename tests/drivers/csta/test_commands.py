"""Commands: the request of each verb, and what becomes of it."""

import json
from typing import Any

import pytest

from cti import driver as dr
from cti.driver import NativeTarget
from cti.model import commands as cm
from cti.model.data import ForwardingKind
from cti.model.states import AgentState
from drivers.csta.capabilities import MAPPED
from tests.drivers.csta.script import (
    Link,
    anomalies,
    connection,
    error,
    monitor_started,
    reject,
    result,
    sent,
    shown,
)
from tests.drivers.csta.verbs import DONE, ONE, RESULTS, ROUTE, VERBS, given

NO_TEXT: Any = None
MONITORS = ("monitor_start", "monitor_stop")
REGISTRATIONS = ("route_register", "route_unregister")
ANSWERED = sorted(set(VERBS) - {"route_select", "route_end"})
FAILURES = [
    ("operation", "invalidDeviceID", "invalid_object"),
    ("security", "generic", "not_permitted"),
    ("stateIncompatibility", "noActiveCall", "state_conflict"),
    ("systemResourceAvailability", "resourceBusy", "resource_busy"),
    ("subscribedResourceAvailability", "outstandingReqLimitExceeded", "resource_limit"),
    ("performanceManagement", "performanceLimitExceeded", "overload"),
    ("privateData", 1, "unknown"),
    ("unspecified", None, "unknown"),
]


def test_every_mapped_verb_is_in_the_table() -> None:
    assert set(VERBS) | {*MONITORS, *REGISTRATIONS} == MAPPED


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_verb_asks_for_its_service(verb) -> None:
    _, _, opcode, argument = VERBS[verb]
    (pdu,) = given(Link(), verb)
    value = shown(pdu)["value"]
    assert value == {"invokeID": 1, "opcode": opcode, "argument": argument}


@pytest.mark.parametrize(
    "verb", ["clear_connection", "clear_call", "route_select", "route_end"]
)
def test_clears_and_routes_are_urgent(verb) -> None:
    link = Link()
    given(link, verb)
    (action,) = [a for a in link.actions if isinstance(a, dr.SendPdu)]
    assert action.urgent


VECTORS: dict[str, tuple[str, dict[str, Any], NativeTarget | None]] = {
    "p3_makeCall_basic": ("make_call", {"device": "201", "to": "0301234567"}, NativeTarget()),
    "p3_makeCall_deviceNumber": (
        "make_call",
        {"device": "x", "to": "7049"},
        NativeTarget(device="01550000"),
    ),
    "p3_answerCall": ("answer", {"device": "202"}, ONE),
    "p3_clearConnection": ("clear_connection", {"device": "202"}, ONE),
    "p3_holdCall": ("hold", {"device": "202"}, ONE),
    "p3_retrieveCall": ("retrieve", {"device": "202"}, ONE),
    "p3_deflectCall": ("deflect", {"device": "202", "to": "204"}, ONE),
    "p3_monitorStart_nofilter": ("monitor_start", {"device": "202", "ttl_s": 9}, None),
    "p3_setAgentState_loggedOn": (
        "login",
        {"device": "202", "agent": "4711", "password": "0000", "queue": "9000"},
        None,
    ),
    "p3_getAgentState": ("query_agent", {"device": "202"}, None),
    "p3_setForwarding": (
        "set_forwarding",
        {"device": "202", "kind": ForwardingKind.NO_ANSWER, "active": True}
        | {"to": "209", "ring_count": 4},
        None,
    ),
    "p3_generateDigits": ("send_dtmf", {"device": "202", "digits": "12*#"}, ONE),
    "p3_routeSelect": ("route_select", {"route": "r", "to": "203"}, ROUTE),
}


@pytest.mark.vectors
@pytest.mark.parametrize("name", sorted(VECTORS))
def test_a_request_has_the_octets_of_the_vector(vectors, name) -> None:
    lines = (vectors / "csta" / "encoded.jsonl").read_text().splitlines()
    expected = {(one := json.loads(line))["name"]: one["hex"] for line in lines}[name]
    verb, args, native = VECTORS[name]
    dialect = "panasonic" if "deviceNumber" in name else "standard"
    link = Link(dialect=dialect)
    number = shown(bytes.fromhex(expected))["value"]["invokeID"]
    link.side._exchange.last = number - 1
    (pdu,) = sent(link.command(verb, native, **args))
    assert pdu.hex() == expected


@pytest.mark.vectors
def test_the_end_of_a_monitor_has_the_octets_of_the_vector(vectors) -> None:
    lines = (vectors / "csta" / "encoded.jsonl").read_text().splitlines()
    expected = {(one := json.loads(line))["name"]: one["hex"] for line in lines}
    link = Link(devices=["202"])
    link.receive(monitor_started(1, "002a"))
    link.side._exchange.last = 12
    (pdu,) = sent(link.command("monitor_stop", device="202"))
    assert pdu.hex() == expected["p3_monitorStop"]


@pytest.mark.vectors
def test_the_octets_of_a_real_make_call_result_name_the_call() -> None:
    link = Link()
    link.command("make_call", device="108", to="106")
    link.receive(bytes.fromhex("a21b020101301602010a30116b0f300d80020002a10730058003313038"))
    assert link.last.result == {"native": {"call": "0002", "device": "108"}}


# What becomes of a command.


@pytest.mark.parametrize("verb", ANSWERED)
def test_a_result_is_a_success_and_teaches_that_the_link_can(verb) -> None:
    link = Link()
    given(link, verb)
    told, expected = RESULTS.get(verb, (DONE, {}))
    actions = link.receive(result(1, VERBS[verb][2], told))
    assert (link.last.status, link.last.result) == ("succeeded", expected)
    (news,) = [a.capabilities for a in actions if isinstance(a, dr.CapabilitiesChanged)]
    assert news.commands[verb].support == "native"
    assert "observed" in news.source
    given(link, verb)
    actions = link.receive(result(2, VERBS[verb][2], told))
    assert not [a for a in actions if isinstance(a, dr.CapabilitiesChanged)]
    assert set(link.timers) == {"heartbeat"}


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize(("category", "name", "kind"), FAILURES)
def test_a_failure_has_its_class_and_the_words_of_the_switch(
    verb, category, name, kind
) -> None:
    link = Link()
    given(link, verb)
    link.receive(error(1, category, name))
    assert link.last.status == "failed"
    assert link.last.error.kind == kind
    assert link.last.error.native.category == category
    assert link.last.error.detail.startswith(verb)
    assert category in link.last.error.detail


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_verb_that_the_switch_does_not_know_is_not_sent_again(verb) -> None:
    link = Link()
    given(link, verb)
    actions = link.receive(reject(1, "invoke", 1))
    assert (link.last.status, link.last.error.kind) == ("failed", "unsupported")
    (news,) = [a.capabilities for a in actions if isinstance(a, dr.CapabilitiesChanged)]
    assert news.commands[verb].support == "unsupported"
    assert given(link, verb) == []
    assert (link.last.status, link.last.error.kind) == ("rejected", "unsupported")


def test_a_service_that_is_not_supported_is_not_sent_again() -> None:
    link = Link()
    given(link, "hold")
    link.receive(error(1, "operation", "serviceNotSupported"))
    assert (link.last.status, link.last.error.kind) == ("failed", "unsupported")
    assert given(link, "hold") == []


def test_a_lost_service_is_no_longer_counted_on_for_resynchronisation() -> None:
    link = Link()
    before = link.driver.capabilities.resync
    given(link, "snapshot_device")
    link.receive(reject(1, "invoke", 1))
    after = link.driver.capabilities.resync
    assert (before.device_snapshot, after.device_snapshot) == (True, False)
    assert after.call_snapshot


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (("invoke", 2), "protocol"),
        (("invoke", 3), "resource_busy"),
        (("general", 2), "protocol"),
    ],
)
def test_another_reject_is_a_failure(verb, problem, kind) -> None:
    link = Link()
    given(link, verb)
    actions = link.receive(reject(1, *problem))
    assert (link.last.status, link.last.error.kind) == ("failed", kind)
    assert anomalies(actions)[0][0] == "rejected"


@pytest.mark.parametrize("verb", ANSWERED)
def test_no_answer_in_time_leaves_the_command_unknown(verb) -> None:
    link = Link(timers={"request": 7})
    given(link, verb)
    link.expire_request(1)
    assert (link.last.status, link.last.error.kind) == ("unknown", "timeout")
    assert link.last.error.detail.endswith("no answer within 7 s")
    late = link.receive(result(1, VERBS[verb][2], RESULTS.get(verb, (DONE, {}))[0]))
    assert [kind for kind, _ in anomalies(late)] == ["unexpected"]
    assert len(late) == 1


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_lost_link_leaves_the_command_unknown(verb) -> None:
    link = Link()
    given(link, verb)
    link.event(dr.LinkDown("cut"))
    assert (link.last.status, link.last.error.kind) == ("unknown", "link_down")
    assert link.timers == {}


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_an_answer_that_cannot_be_read_leaves_the_command_unknown(verb) -> None:
    link = Link()
    given(link, verb)
    link.receive(bytes.fromhex("a2 06 020101 3001 02"))
    assert (link.last.status, link.last.error.kind) == ("unknown", "protocol")


@pytest.mark.parametrize("verb", [*sorted(VERBS), "monitor_start", "monitor_stop"])
def test_nothing_is_sent_while_the_link_is_not_up(verb) -> None:
    link = Link(devices=["201"])  # still syncing
    if verb in VERBS:
        assert given(link, verb) == []
    else:
        more: dict[str, Any] = {"ttl_s": 9} if verb == "monitor_start" else {}
        assert sent(link.command(verb, device="201", **more)) == []
    assert (link.last.status, link.last.error.kind) == ("rejected", "link_down")


@pytest.mark.parametrize("verb", sorted(set(cm.VERBS) - MAPPED))
def test_a_verb_without_a_service_is_rejected(verb) -> None:
    link = Link()
    assert link.driver.capabilities.commands[verb].support == "unsupported"
    assert sent(link.give(verb, cm.Hold(device="201"), NativeTarget())) == []
    assert (link.last.status, link.last.error.kind) == ("rejected", "unsupported")


@pytest.mark.parametrize(
    ("verb", "args", "native", "kind", "field"),
    [
        ("hold", cm.Hold(device="201"), NativeTarget(), "invalid_object", "args.call"),
        (
            "hold",
            cm.Hold(device="201"),
            NativeTarget(call="zz"),
            "invalid_object",
            "args.call",
        ),
        (
            "transfer",
            cm.Transfer(device="1"),
            NativeTarget(held="01"),
            "invalid_object",
            "args.active",
        ),
        ("hold", cm.Answer(device="201"), ONE, "invalid_argument", "args"),
        (
            "make_call",
            cm.MakeCall(device="201", to="1", mode=cm.MakeCallMode.AGENT_FIRST),
            NativeTarget(),
            "invalid_argument",
            "args.mode",
        ),
        (
            "set_agent_state",
            cm.SetAgentState(device="201", state=AgentState.BUSY),
            NativeTarget(),
            "invalid_argument",
            "args.state",
        ),
        (
            "set_forwarding",
            cm.SetForwarding(device="201", kind=ForwardingKind.UNKNOWN, active=True),
            NativeTarget(),
            "invalid_argument",
            "args.kind",
        ),
        (
            "make_predictive_call",
            cm.MakePredictiveCall(device="201", to="1", deliver_to="202"),
            NativeTarget(),
            "invalid_argument",
            "args.deliver_to",
        ),
        (
            "make_predictive_call",
            cm.MakePredictiveCall(device="1", to="1", deliver_to="1", machine="sing"),
            NativeTarget(),
            "invalid_argument",
            "args.machine",
        ),
        ("private", cm.Private(payload={}), ONE, "invalid_argument", "args.payload"),
        (
            "private",
            cm.Private(payload={"hex": "0"}),
            ONE,
            "invalid_argument",
            "args.payload.hex",
        ),
        (
            "private",
            cm.Private(payload={"hex": "00", "oid": "9.9"}),
            ONE,
            "invalid_argument",
            "args.payload.oid",
        ),
        (
            "route_select",
            cm.RouteSelect(route="r", to="1"),
            NativeTarget(route="x"),
            "invalid_object",
            "args.route",
        ),
        ("route_end", cm.RouteEnd(route="r"), NativeTarget(), "invalid_object", "args.route"),
        (
            "set_dnd",
            cm.SetDnd(device=NO_TEXT, on=True),
            NativeTarget(),
            "invalid_argument",
            "args.device",
        ),
        (
            "send_dtmf",
            cm.SendDtmf(device="1", digits=NO_TEXT),
            ONE,
            "invalid_argument",
            "args",
        ),
    ],
)
def test_what_cannot_be_written_is_rejected_by_its_member(verb, args, native, kind, field):
    link = Link()
    assert sent(link.give(verb, args, native)) == []
    assert (link.last.status, link.last.error.kind) == ("rejected", kind)
    assert link.last.error.field == field
    assert set(link.timers) == {"heartbeat"}


def test_private_octets_can_stand_in_the_envelope_of_a_vendor() -> None:
    payload = {"oid": "1.3.12.2.1107.15", "hex": "1a04"}
    (pdu,) = sent(Link().command("private", payload=payload))
    assert shown(pdu)["value"]["argument"]["privateData"]["choice"] == "hipath"


def test_arguments_without_a_place_are_named() -> None:
    link = Link()
    link.command("login", device="201", agent="1", state=AgentState.READY)
    link.receive(result(1, 312, {}))
    assert link.last.result == {"ignored": ["state"]}


def test_a_predictive_call_that_any_answer_may_end_asks_for_no_detection() -> None:
    (pdu,) = sent(
        Link().command("make_predictive_call", device="900", to="0123", deliver_to="900")
    )
    argument = shown(pdu)["value"]["argument"]
    action = argument["signallingDetection"]["signallingConditionsAction"]
    assert action == "remainConnected"
    assert "destinationDetection" not in argument
    assert argument["alertTime"] == 30


def test_a_parked_call_is_named_where_it_is_known() -> None:
    native = NativeTarget(device="202", call="0001")
    (pdu,) = sent(Link().command("unpark", native, device="202", at="800"))
    argument = shown(pdu)["value"]["argument"]
    assert argument["callToBePickedUp"] == connection("0001", "800")


def test_what_has_no_service_says_why() -> None:
    commands = Link().driver.capabilities.commands
    assert "before a route is selected" in str(commands["route_treatment"].note)
    assert "queued event" in str(commands["query_queue"].note)


@pytest.mark.parametrize(
    ("verb", "name", "already"),
    [
        ("clear_connection", "noConnectionToClear", True),
        ("clear_call", "noCallToClear", True),
        ("hold", "noConnectionToClear", False),
    ],
)
def test_what_is_clear_already_is_a_success_of_clearing_it(verb, name, already) -> None:
    link = Link()
    given(link, verb)
    link.receive(error(1, "stateIncompatibility", name))
    assert link.last.status == ("succeeded" if already else "failed")


@pytest.mark.parametrize("verb", ["make_call", "query_dnd", "snapshot_device"])
def test_a_result_without_its_data_leaves_the_command_unknown(verb) -> None:
    link = Link()
    given(link, verb)
    link.receive(bytes.fromhex("a203020101"))
    assert (link.last.status, link.last.error.kind) == ("unknown", "protocol")


def test_answers_in_another_order_end_their_own_commands() -> None:
    link = Link()
    given(link, "set_dnd")
    given(link, "set_mwi")
    link.receive(error(2, "operation", "invalidDeviceID"))
    assert set(link.outcomes) == {2}
    link.receive(result(1, 316))
    assert link.outcomes[1].status == "succeeded"


def test_thirty_requests_wait_at_once_and_clears_pass() -> None:
    link = Link()
    for _ in range(30):
        assert len(given(link, "set_dnd")) == 1
    assert given(link, "set_dnd") == []
    assert (link.last.status, link.last.error.kind) == ("rejected", "resource_busy")
    assert link.last.error.retry_after_ms == 1000
    assert len(given(link, "clear_connection")) == 1
    link.receive(result(1, 316))
    link.receive(result(31, 5))
    assert len(given(link, "set_dnd")) == 1


def test_a_reject_of_our_answer_ends_no_request() -> None:
    link = Link()
    given(link, "set_dnd")
    actions = link.receive(reject(1, "returnResult", 0), reject(None, "general", 0))
    assert [kind for kind, _ in anomalies(actions)] == ["rejected", "rejected"]
    assert link.outcomes == {}


def test_what_a_family_of_switches_refuses_is_not_tried() -> None:
    link = Link(dialect="panasonic")
    assert not link.driver.capabilities.resync.agent_query
    assert sent(link.command("query_agent", device="201")) == []
    assert (link.last.status, link.last.error.kind) == ("rejected", "unsupported")


def test_the_limits_tell_how_many_requests_may_wait() -> None:
    assert Link(outstanding=7).driver.capabilities.limits.outstanding == 7
