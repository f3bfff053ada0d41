"""Whatever a switch of phase I or II sends, the driver takes it; and what it sends itself."""

# Values are drawn from seeds and hide nothing.
# ruff: noqa: S311

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti import driver as dr
from drivers.csta import CstaDriver
from drivers.csta.dialects import DIALECTS
from drivers.csta.phase12.wire import REMEMBERED, EarlyWire
from drivers.csta.wires import wire_of
from protocols.ber.slow import SlowPath
from protocols.csta.phase3 import _codec_phase3 as c3
from protocols.csta.phase3.codec import Operation
from protocols.csta.phase12.codec import PHASE1
from protocols.csta.text import ACSE
from protocols.errors import EncodeError
from protocols.rose.apdus import Invoke, Reject, ReturnError, ReturnResult
from tests.drivers.csta.phase12.script import AARE, TEXT, device, invoke, opened, party, result
from tests.drivers.csta.script import anomalies, facts, sent, states
from tests.protocols.csta.phases import BY_NAME

EARLY = ["phase1", "phase2", "omnipcx", "md110", "auto"]
MANY = settings(max_examples=6 * settings().max_examples)


def anything(draw: random.Random, phase: str) -> bytes:
    """Make any message of a phase."""
    known = BY_NAME[phase]
    rose = known.codec.rose
    code = draw.choice([21, 21, *known.operations])
    number = draw.choice((1, 1, 2, 900))
    kind = draw.choice((Invoke, Invoke, ReturnResult, ReturnError))
    if kind is ReturnError:
        value = known.value("UniversalFailure", draw)
        return known.codec.encode(ReturnError(number, 1, value))
    table: Any = rose.arguments if kind is Invoke else rose.results
    carried = table.get(code)
    if carried is None:
        return known.codec.encode(kind(number, code))
    return known.codec.encode(kind(number, code, known.value(carried.name, draw)))


@MANY
@given(dialect=st.sampled_from(EARLY), seed=st.integers(0, 2**32))
def test_any_messages(dialect, seed):
    draw = random.Random(seed)
    phase = DIALECTS[dialect].phase.standard
    if dialect == "auto":
        phase = draw.choice(("I", "II", "III"))
    link = opened(dialect)
    observer = CstaDriver({"dialect": dialect}, observing=True)
    observer.handle(dr.LinkUp())
    for _ in range(4):
        if draw.random() < 0.4:
            verb = draw.choice(("snapshot_device", "query_agent", "query_forwarding"))
            link.command(verb, device="202")
        pdu = anything(draw, phase)
        for answer in sent(link.receive(pdu)):
            assert dialect == "auto" or BY_NAME[phase].codec.decode(answer)
        observer.handle(dr.PduSent(anything(draw, phase)))
        observer.handle(dr.PduReceived(pdu))


def test_a_link_without_an_association():
    link = opened("md110")
    assert [state for state, _ in states(link.actions)][-1] == "up"
    link.event(dr.StopRequested())
    assert states(link.actions)[-1] == ("down", "stopped")


@pytest.mark.parametrize(
    ("dialect", "context", "bits"),
    [
        ("phase1", "1.3.12.0.180", "1"),
        ("omnipcx", "1.3.12.0.180", "11000"),
        ("omnipcx_office", "1.3.12.0.180.1", "1"),
        ("phase2", "1.3.12.0.218", "01"),
    ],
)
def test_the_association_is_of_the_phase(dialect, context, bits):
    driver = CstaDriver({"dialect": dialect})
    (aarq,) = sent(driver.handle(dr.LinkUp()))
    told = ACSE.to_json(aarq)["value"]
    assert told["applicationContextName"] == context
    (user,) = told["userInformation"]
    assert user["single"]["choice"] == "oldDefinition"
    assert user["single"]["value"]["cSTAVersion"] == {"bits": bits}


@pytest.mark.vectors
def test_the_login_of_a_hipath_4000_has_the_octets_of_the_trace(vectors):
    lines = (vectors / "csta" / "real.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    logins = [row for row in rows if row["meaning"]["pdu"] == "AARQ"]
    (expected,) = [row["hex"] for row in logins if "4000" in row["name"]]
    (aarq,) = sent(CstaDriver({"dialect": "hipath4000"}).handle(dr.LinkUp()))
    assert aarq.hex() == expected


def test_the_version_is_told_by_the_place_of_its_bit():
    link = opened("phase2")
    assert link.driver.capabilities.version == "version bit 1"
    assert link.driver.capabilities.protocol == link.driver.protocol == "csta2-ber"


def test_a_heartbeat_says_how_we_are():
    link = opened("omnipcx")
    link.expire("heartbeat")
    (beat,) = sent(link.expire("heartbeat"))
    shown = TEXT["omnipcx"].to_json(beat)
    assert (shown["operation"], shown["value"]["argument"]) == ("systemStatus", "normal")
    assert anomalies(link.receive(result("omnipcx", shown["value"]["invokeID"], 52))) == []
    for _ in range(3):
        link.expire("heartbeat")
    assert states(link.actions) == []


def test_the_switch_says_how_it_is_and_is_answered():
    link = opened("phase1")
    actions = link.receive(invoke("phase1", 7, 52, "overloadReached"))
    (answer,) = sent(actions)
    assert answer.hex() == "a20a020107300502013405" + "00"
    assert [fact.status.value for fact in facts(actions)] == ["overload_reached"]


def test_the_switch_asks_for_a_route():
    link = opened("phase2")
    argument = {
        "crossRefIdentifier": {"octets": "0007"},
        "currentRoute": party("800"),
        "callingDevice": party("0301"),
        "routedCall": {"call": {"octets": "0009"}},
    }
    (fact,) = facts(link.receive(invoke("phase2", 8, 31, argument)))
    assert (fact.route, fact.call, fact.numbers.calling.raw) == ("0007", "0009", "0301")
    end = {
        "crossRefIdentifier": {"octets": "0007"},
        "errorValue": {"choice": "stateErrors", "value": "noActiveCall"},
    }
    (over,) = facts(link.receive(invoke("phase2", 9, 35, end)))
    assert over.reason == "abandoned"


def test_an_operation_that_is_none_of_ours_is_rejected():
    link = opened("phase1")
    argument = {"callingDevice": device("1"), "calledDirectoryNumber": party("2")}
    (answer,) = sent(link.receive(invoke("phase1", 9, 10, argument)))
    assert PHASE1.decode(answer) == Reject(9, ("invoke", 1))


def test_the_end_of_an_unknown_monitor():
    link = opened("phase1")
    (answer,) = sent(link.receive(invoke("phase1", 9, 73, {"octets": "77"})))
    assert PHASE1.decode(answer) == ReturnError(9, 1, ("operationalErrors", 17))


def test_private_services():
    link = opened("omnipcx")
    recording = "3014 800433303031 04040afdfd05 0202138b 0202138c".replace(" ", "")
    payload = {"oid": "1.3.12.1206.24", "hex": recording}
    link.command("private", payload=payload)
    (pdu,) = sent(link.actions)
    argument = TEXT["omnipcx"].to_json(pdu)["value"]["argument"]
    assert argument["privateData"][0]["data"]["port1"] == 5003
    for oid, octets in ((None, "0500"), ("1.3", "05"), ("1.3.12.1206.24", "0500")):
        wrong = {"hex": octets} if oid is None else {"hex": octets, "oid": oid}
        link.command("private", payload=wrong)
        assert link.last.error.kind.value == "invalid_argument"


def test_a_live_link_whose_phase_the_association_tells():
    link = opened("auto")  # the switch answers with the bit of phase II
    (pdu,) = sent(link.command("query_dnd", device="202"))
    assert TEXT["phase2"].to_json(pdu)["operation"] == "queryDevice"
    link.receive(result("phase2", 1, 12, {"choice": "doNotDisturb", "value": True}))
    assert link.last.result == {"on": True}
    assert sent(link.command("route_register", route_point="800", ttl_s=9)) == []
    assert link.last.error.kind.value in ("invalid_argument", "unsupported")


def test_a_wire_remembers_what_it_asked_within_bounds():
    wire = wire_of(DIALECTS["phase2"])
    assert isinstance(wire, EarlyWire)
    argument = c3.RequestSysStatArg()
    for number in range(REMEMBERED + 10):
        wire.encode(Invoke(number, Operation.REQUEST_SYSTEM_STATUS, argument))
    assert len(wire._asked) == REMEMBERED
    assert wire.decode(result("phase2", 3, 52), SlowPath()) == ReturnResult(3, 52)
    wire.forget()
    assert wire._asked == {}


def test_a_result_that_a_phase_has_not():
    wire = wire_of(DIALECTS["phase1"])
    with pytest.raises(EncodeError):
        wire.encode(ReturnResult(1, Operation.REQUEST_SYSTEM_STATUS, None))


def test_the_association_is_read_as_in_phase_three():
    assert wire_of(DIALECTS["phase1"]).decode(AARE, SlowPath()) == PHASE1.decode(AARE)
