"""The CSTA driver as an observer: what both sides say, and what it makes of it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti import driver as dr
from cti import facts as f
from cti.model.commands import Command, EndState, Hold
from cti.model.numbers import Number
from cti.model.states import LinkState
from drivers.csta import CstaDriver
from drivers.csta.dialects import DIALECTS
from protocols.csta.phase3.text import ACSE, CSTA3

VERSION = {"choice": "newDefinition", "value": {"cSTAVersion": {"bits": "00001"}}}
CONTEXT = {
    "applicationContextName": "1.3.12.0.218",
    "userInformation": [{"directReference": "1.3.12.0.285.200", "single": VERSION}],
}
AARQ = ACSE.from_json({"pdu": "AARQ", "value": CONTEXT})


def aare(result: int = 0, diagnostic: int = 0, by: str = "serviceUser") -> bytes:
    told = {"choice": by, "value": diagnostic}
    value = {"result": result, "resultSourceDiagnostic": told, **CONTEXT}
    return ACSE.from_json({"pdu": "AARE", "value": value})


def invoke(number: int, opcode: int, argument: Any) -> bytes:
    value = {"invokeID": number, "opcode": opcode, "argument": argument}
    return CSTA3.from_json({"pdu": "invoke", "value": value})


def device(number: str) -> dict[str, Any]:
    return {"deviceIdentifier": {"choice": "dialingNumber", "value": number}}


def monitor_start(number: int, object_: str) -> bytes:
    return invoke(
        number, 71, {"monitorObject": {"choice": "deviceObject", "value": device(object_)}}
    )


def monitor_started(number: int, reference: str) -> bytes:
    result = {"opcode": 71, "result": {"crossRefIdentifier": {"octets": reference}}}
    return CSTA3.from_json(
        {"pdu": "returnResult", "value": {"invokeID": number, "result": result}}
    )


def error(number: int, category: str, name: str) -> bytes:
    value = {
        "invokeID": number,
        "errcode": 1,
        "parameter": {"choice": category, "value": name},
    }
    return CSTA3.from_json({"pdu": "returnError", "value": value})


def event(reference: str, group: str, name: str, **members: Any) -> bytes:
    info = {"choice": group, "value": {"choice": name, "value": members}}
    argument = {"crossRefIdentifier": {"octets": reference}, "eventSpecificInfo": info}
    return invoke(7, 21, argument)


def hookswitch(reference: str, number: str) -> bytes:
    return event(
        reference,
        "physicalDeviceFeatureEvents",
        "hookswitch",
        invokingDevice={"choice": "deviceIdentifier", "value": device(number)},
        hookswitch={"octets": "01"},
        hookswitchOnHook=False,
    )


class Watch:
    """A driver that has heard the beginning of a link."""

    def __init__(self, **config: Any) -> None:
        self.driver = CstaDriver(config, observing=True)
        self.driver.handle(dr.LinkUp())

    def sent(self, *pdus: bytes) -> list[dr.Action]:
        return [a for pdu in pdus for a in self.driver.handle(dr.PduSent(pdu))]

    def received(self, *pdus: bytes) -> list[dr.Action]:
        return [a for pdu in pdus for a in self.driver.handle(dr.PduReceived(pdu))]


def facts(actions: list[dr.Action]) -> list[Any]:
    return [action.fact for action in actions if isinstance(action, dr.Report)]


def test_an_accepted_association_is_up_and_tells_what_the_link_can_do() -> None:
    watch = Watch(dialect="panasonic")
    assert watch.sent(AARQ) == []
    up, told = watch.received(aare())
    assert up == dr.StateChanged(LinkState.UP)
    assert isinstance(told, dr.CapabilitiesChanged)
    assert told.capabilities.version == "version bit 4"
    assert told.capabilities.peer.vendor == "Panasonic"
    assert watch.driver.capabilities == told.capabilities


@pytest.mark.parametrize(
    ("pdu", "state", "reason"),
    [
        (aare(1, 13), LinkState.BLOCKED, "association refused: authentication failure"),
        (aare(1, 1), LinkState.BLOCKED, "association refused: serviceUser diagnostic 1"),
        (aare(2, 1), LinkState.DOWN, "association refused: serviceUser diagnostic 1"),
        (
            bytes.fromhex("6406 800101 810102"),
            LinkState.DOWN,
            "association aborted by the service provider, diagnostic 2",
        ),
        (bytes.fromhex("6203 800100"), LinkState.DOWN, "association released"),
    ],
)
def test_an_association_that_ends_says_why(pdu, state, reason) -> None:
    assert Watch().received(pdu) == [dr.StateChanged(state, reason)]


def test_monitor_and_device_belong_together_by_the_invoke_id() -> None:
    watch = Watch()
    watch.sent(monitor_start(5, "201"), monitor_start(6, "202"))
    second, first = facts(
        watch.received(monitor_started(6, "0002"), monitor_started(5, "0001"))
    )
    assert isinstance(first, f.MonitorStarted)
    assert isinstance(second, f.MonitorStarted)
    assert first.device is not None
    assert second.device is not None
    assert (first.monitor, first.device.key) == ("0001", "201")
    assert (second.monitor, second.device.key) == ("0002", "202")


def test_a_refused_monitor_says_why() -> None:
    watch = Watch()
    watch.sent(monitor_start(5, "201"))
    refusal = error(5, "systemResourceAvailability", "overallMonitorLimitExceeded")
    (fact,) = facts(watch.received(refusal))
    assert isinstance(fact, f.MonitorFailed)
    assert fact.error == "resource_limit"
    assert fact.native == "systemResourceAvailability 7 overall_monitor_limit_exceeded"


def test_a_stopped_monitor_is_told_when_the_switch_has_answered() -> None:
    watch = Watch()
    watch.sent(monitor_start(5, "201"))
    watch.received(monitor_started(5, "0001"))
    assert watch.sent(invoke(6, 73, {"crossRefIdentifier": {"octets": "0001"}})) == []
    done = CSTA3.from_json(
        {
            "pdu": "returnResult",
            "value": {
                "invokeID": 6,
                "result": {"opcode": 73, "result": {"choice": "noData", "value": None}},
            },
        }
    )
    assert facts(watch.received(done)) == [f.MonitorStopped(monitor="0001")]


def test_a_monitor_whose_start_was_not_recorded_gets_its_device_from_its_reports() -> None:
    watch = Watch()
    started, hook = facts(watch.received(hookswitch("0009", "108")))
    assert isinstance(started, f.MonitorStarted)
    assert started.device is not None
    assert (started.monitor, started.device.key) == ("0009", "108")
    assert started.origin == "inferred"
    assert isinstance(hook, f.DeviceFact)
    assert facts(watch.received(hookswitch("0009", "108"))) == [hook]


def snapshot_asked(number: int) -> bytes:
    return invoke(number, 74, {"snapshotObject": device("201")})


def answered(number: int, opcode: int, told: Any) -> bytes:
    value = {"invokeID": number, "result": {"opcode": opcode, "result": told}}
    return CSTA3.from_json({"pdu": "returnResult", "value": value})


def at(call: str, number: str) -> dict[str, Any]:
    local = {"choice": "staticID", "value": device(number)}
    return {"choice": "both", "value": {"callID": {"octets": call}, "deviceID": local}}


ENTRY = {
    "connectionIdentifier": at("0001", "201"),
    "localCallState": {"choice": "compoundCallState", "value": ["hold"]},
}


def test_a_snapshot_is_told_when_request_and_answer_were_seen() -> None:
    watch = Watch()
    answer = answered(5, 74, {"snapshotData": [ENTRY]})
    assert facts(watch.received(answer)) == []
    watch.sent(snapshot_asked(5))
    (seen,) = facts(watch.received(answer))
    assert isinstance(seen, f.DeviceSeen)
    assert seen.device.key == "201"
    assert [(leg.call, leg.device.key, leg.state) for leg in seen.legs] == [
        ("0001", "201", "held")
    ]


def test_a_snapshot_in_parts_is_told_with_its_last() -> None:
    watch = Watch()
    watch.sent(snapshot_asked(5))
    watch.received(answered(5, 74, {"serviceCrossRefID": {"octets": "07"}}))
    for last in (False, True):
        data = {"serviceCrossRefID": {"octets": "07"}, "lastSegment": last}
        told = facts(watch.received(invoke(9, 77, {**data, "snapshotData": [ENTRY]})))
    (seen,) = told
    assert len(seen.legs) == 2
    data = {"serviceCrossRefID": {"octets": "07"}, "lastSegment": True}
    assert watch.received(invoke(9, 77, {**data, "snapshotData": []})) == []


def test_a_call_snapshot_tells_the_parties_or_that_there_is_no_call() -> None:
    watch = Watch()
    request = invoke(6, 75, {"snapshotObject": at("0001", "201")})
    watch.sent(request)
    party = {
        "deviceOnCall": {"choice": "deviceIdentifier", "value": device("202")},
        "callIdentifier": at("0001", "202"),
        "localConnectionState": "alerting",
    }
    told = {
        "snapshotData": [party],
        "callingDevice": {"choice": "deviceIdentifier", "value": device("201")},
        "correlatorData": {"octets": "aa"},
    }
    (seen,) = facts(watch.received(answered(6, 75, told)))
    assert isinstance(seen, f.CallSeen)
    assert [(leg.device.key, leg.state) for leg in seen.legs] == [("202", "alerting")]
    assert isinstance(seen.numbers.calling, Number)
    assert seen.numbers.calling.raw == "201"
    assert seen.data.correlator == b"\xaa"
    watch.sent(request)
    (gone,) = facts(watch.received(error(6, "operation", "invalidCallID")))
    assert (gone.call, gone.legs) == ("0001", ())
    watch.sent(request)
    assert facts(watch.received(error(6, "operation", "generic"))) == []


def test_answers_that_nobody_asked_for_are_odd_only_if_the_client_was_recorded() -> None:
    stray = error(9, "operation", "invalidDeviceID")
    assert Watch().received(stray) == []
    watch = Watch()
    watch.sent(AARQ)
    (anomaly,) = watch.received(stray)
    assert isinstance(anomaly, dr.Anomaly)
    assert anomaly.kind is dr.AnomalyKind.UNEXPECTED


def test_what_the_mapping_does_not_know_is_counted_and_changes_nothing() -> None:
    watch = Watch()
    (operation,) = watch.received(bytes.fromhex("a109 020101 02020fa0 0500"))
    assert operation == dr.Anomaly(dr.AnomalyKind.UNMAPPED, "operation 4000")
    actions = watch.received(bytes.fromhex("a10e 020102 020115 3006 55020001 ae00"))
    group = "event group ae in cSTAEventReport"
    assert dr.Anomaly(dr.AnomalyKind.UNMAPPED, group) in actions


def test_a_cause_without_a_word_is_unknown_with_its_number() -> None:
    cleared = event(
        "0001",
        "callControlEvents",
        "connectionCleared",
        droppedConnection={
            "choice": "both",
            "value": {
                "callID": {"octets": "0001"},
                "deviceID": {"choice": "staticID", "value": device("201")},
            },
        },
        releasingDevice={"choice": "deviceIdentifier", "value": device("201")},
        cause="networkSignal",
    )
    actions = Watch().received(cleared)
    fact = facts(actions)[-1]
    assert fact.cause == "unknown"
    assert fact.cause_native.code == 46
    assert fact.cause_native.name == "networkSignal"
    assert actions[-1] == dr.Anomaly(
        dr.AnomalyKind.UNMAPPED, "cause 46 in cSTAEventReport:connectionCleared"
    )


def test_a_rejected_request_is_counted_with_its_name() -> None:
    watch = Watch()
    watch.sent(monitor_start(5, "201"))
    rejected = CSTA3.from_json(
        {
            "pdu": "reject",
            "value": {
                "invokeID": {"choice": "present", "value": 5},
                "problem": {"choice": "invoke", "value": 1},
            },
        }
    )
    assert watch.received(rejected) == [
        dr.Anomaly(dr.AnomalyKind.REJECTED, "monitorStart rejected: invoke problem 1")
    ]


def test_an_observer_takes_no_commands() -> None:
    command = Command(
        command_id="1", verb="hold", switch_id="hq", args=Hold(device="201"), requester="x"
    )
    asked = dr.CommandRequested(1, command, dr.NativeTarget(device="201"))
    (outcome,) = Watch().driver.handle(asked)
    assert isinstance(outcome, dr.Outcome)
    assert outcome.result.status is EndState.REJECTED


@pytest.mark.parametrize(
    ("config", "word"),
    [({"dialect": "acme"}, "hipath3000, hipath4000, md110"), ({"color": 1}, "color")],
)
def test_a_wrong_configuration_is_refused_by_its_key(config, word) -> None:
    with pytest.raises(dr.DriverError, match=word):
        CstaDriver(config, observing=True)


def test_every_dialect_says_what_shows_it() -> None:
    assert all(dialect.evidence for dialect in DIALECTS.values())
    assert all(name == dialect.name for name, dialect in DIALECTS.items())


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=80)), max_size=10))
def test_any_octets_give_actions_and_never_an_exception(pdus) -> None:
    watch = Watch()
    for sent, pdu in pdus:
        for action in watch.sent(pdu) if sent else watch.received(pdu):
            assert isinstance(action, dr.Action)


@pytest.mark.vectors
@given(data=st.data())
def test_damaged_real_messages_give_actions_and_never_an_exception(vectors, data) -> None:
    pdus = [
        bytes.fromhex(json.loads(line)["hex"])
        for line in (vectors / "csta" / "real.jsonl").read_text().splitlines()
    ]
    watch = Watch(dialect=data.draw(st.sampled_from(sorted(DIALECTS))))
    for _ in range(5):
        pdu = bytearray(data.draw(st.sampled_from(pdus)))
        for _ in range(data.draw(st.integers(0, 3))):
            pdu[data.draw(st.integers(0, len(pdu) - 1))] = data.draw(st.integers(0, 255))
        for action in watch.received(bytes(pdu)):
            assert isinstance(action, dr.Action)
