"""Faults of the link as data: each strikes where it should and nowhere else."""

from __future__ import annotations

import pytest

from protocols.csta.phase3.text import CSTA3
from protocols.stacks.framing import frame
from sim.csta.mischief import indefinite
from sim.csta.settings import Settings
from sim.exchange import verbs
from sim.exchange.verbs import Event
from sim.faults import Direction, Fault, Kind
from sim.mischief import Of, PduFault, PduFaultError, PduKind, read_pdu_faults
from tests.sim.csta.client import Client, device, events, names

CALL: list[Event] = [verbs.MakeCall("201", "202"), verbs.Answer("202")]
UNTOUCHED = ["serviceInitiated", "originated", "delivered", "established"]


def struck(*faults: PduFault) -> Client:
    client = Client(settings=Settings(pdu_faults=faults))
    client.associate()
    client.monitor("201")
    return client


def told(client: Client) -> list[str]:
    return [name for _, name in names(client.do(*CALL))]


def test_without_faults_all_comes() -> None:
    assert told(struck()) == UNTOUCHED


def test_a_lost_event_leaves_a_gap_in_the_invoke_ids() -> None:
    client = struck(PduFault(PduKind.LOSE, at=2, of=Of.EVENTS))
    heard = client.do(*CALL)
    assert [name for _, name in names(heard)] == [UNTOUCHED[i] for i in (0, 2, 3)]
    assert [one["value"]["invokeID"] for one in heard] == [2, 4, 5]


def test_a_late_event_comes_behind_the_others() -> None:
    client = struck(PduFault(PduKind.LATE, at=1, of=Of.EVENTS, seconds=2.0))
    assert told(client) == UNTOUCHED[1:]
    assert client.wait(1.9) == []
    assert names(client.wait(0.2)) == [("01", "serviceInitiated")]


def test_a_repeated_event_comes_twice() -> None:
    client = struck(PduFault(PduKind.REPEAT, at=4, of=Of.EVENTS))
    assert told(client) == [*UNTOUCHED, "established"]


def test_an_answer_under_a_wrong_invoke_id() -> None:
    client = struck(PduFault(PduKind.WRONG_INVOKE_ID, at=2, of=Of.ANSWERS))
    (answer,) = client.ask(210, {})
    assert answer["value"]["invokeID"] == client.invoke_id + 1000
    (answer,) = client.ask(210, {})
    assert answer["value"]["invokeID"] == client.invoke_id


def test_an_answer_that_never_comes() -> None:
    client = struck(PduFault(PduKind.LOSE, at=2, of=Of.ANSWERS, count=2))
    assert client.ask(210, {}) == []
    assert client.ask(210, {}) == []
    assert len(client.ask(210, {})) == 1


def test_an_unknown_event_comes_besides() -> None:
    assert told(struck(PduFault(PduKind.UNKNOWN_EVENT, at=3, of=Of.EVENTS))) == [
        *UNTOUCHED[:2],
        "unknown",
        *UNTOUCHED[2:],
    ]


def test_an_element_at_the_end_that_nobody_knows() -> None:
    client = struck(PduFault(PduKind.TRAILING, at=1, of=Of.EVENTS))
    first, second, *_ = events(client.do(*CALL))
    assert first[1] == "serviceInitiated"
    assert "unknown" in str(first[2])
    assert "unknown" not in str(second[2])


def test_indefinite_lengths_carry_the_same() -> None:
    plain, other = struck(), struck(PduFault(PduKind.INDEFINITE, count=100))
    assert plain.do(*CALL) == other.do(*CALL)
    short = bytes.fromhex("a10530030101ff")
    assert indefinite(short) == bytes.fromhex("a18030800101ff00000000")


def test_status_reports_of_trouble() -> None:
    client = struck(
        PduFault(PduKind.MESSAGES_LOST, at=2, of=Of.EVENTS),
        PduFault(PduKind.OVERLOAD, at=4, of=Of.EVENTS),
    )
    heard = client.do(*CALL)
    status = [
        one["value"]["argument"]["systemStatus"]
        for one in heard
        if one["operation"] == "systemStatus"
    ]
    assert status == ["messagesLost", "overloadImminent"]
    assert [name for _, name in names(heard)] == [UNTOUCHED[i] for i in (0, 2, 3)]


def test_a_refused_request_is_not_carried_out() -> None:
    client = struck(PduFault(PduKind.REFUSE, at=2, count=2))
    numbers = {"callingDevice": device("201"), "calledDirectoryNumber": device("202")}
    for _ in range(2):
        wrong = client.failure(10, numbers)
        assert wrong == ("systemResourceAvailability", "resourceBusy")
    assert not client.bench.hub.stage.exchange.snapshot().calls
    assert client.ask(10, numbers)[0]["pdu"] == "returnResult"


@pytest.mark.parametrize("octet", [0, 1, 2, 7])
def test_a_cut_at_any_octet(octet) -> None:
    # The switch sends AARE and SystemStatus first; the third sending is cut.
    cut = Fault(Kind.CUT, 3, Direction.TO_HOST, octet=octet)
    client = Client(settings=Settings(faults=(cut,)))
    client.associate()
    request = {"invokeID": 1, "opcode": 210, "argument": {}}
    pdu = CSTA3.from_json({"pdu": "invoke", "value": request})
    assert len(client.bench.feed(frame(client.header, pdu))) == octet
    assert client.bench.link is None
    client.associate()
    assert client.result(210, {}) == {"systemStatus": "normal"}


def test_a_refused_connection_and_another_try() -> None:
    client = Client(settings=Settings(faults=(Fault(Kind.REFUSE, 1, count=2),)))
    assert [client.connect() for _ in range(3)] == [False, False, True]


def test_an_operator_cuts_stalls_and_refuses() -> None:
    client = struck()
    hub = client.bench.hub
    client.operate(hub.stall(on=True))
    assert client.do(*CALL) == []
    assert client.ask(210, {}) == []
    heard = client.operate(hub.stall(on=False))
    assert [name for _, name in names(heard)] == UNTOUCHED
    assert heard[-1]["pdu"] == "returnResult"
    client.operate(hub.refuse_requests(on=True))
    assert client.failure(74, {"snapshotObject": device("201")})[1] == "resourceBusy"
    client.operate(hub.cut())
    assert client.bench.closed == "cut"
    hub.refusing = True
    assert not client.connect()
    hub.refusing = False
    client.associate()
    assert client.failure(74, {"snapshotObject": device("201")})[1] == "resourceBusy"


def test_a_file_of_faults() -> None:
    text = """
    [[fault]]
    kind = "drop"
    at = 1

    [[message_fault]]
    kind = "late"
    of = "answers"
    seconds = 3.5
    """
    assert read_pdu_faults(text) == (PduFault(PduKind.LATE, of=Of.ANSWERS, seconds=3.5),)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "message_fault = 1",
        "[[message_fault]]\nkind = 'melt'",
        "[[message_fault]]\nkind = 'lose'\nat = 0",
        "[[message_fault]]\nkind = 'late'\nseconds = -1.0",
        "[[message_fault]]\nkind = 'lose'\nwhy = 1",
    ],
)
def test_a_file_that_is_none(text) -> None:
    with pytest.raises(PduFaultError):
        read_pdu_faults(text)
