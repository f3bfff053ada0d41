from __future__ import annotations

import pytest

from protocols.csta.phase3.text import CSTA3
from protocols.stacks.framing import frame
from sim.csta.settings import Settings
from tests.sim.csta.client import VERSIONS, Client, aarq


def test_the_answer_of_each_switch_to_its_own_aarq() -> None:
    for dialect, bits, diagnostic in [
        ("panasonic", "0000100000000000", 1),
        ("hipath3000", "0001", 0),
        ("standard", "0000100000000000", 0),
    ]:
        client = Client(dialect)
        aare, status = client.associate()
        value = aare["value"]
        assert value["result"] == 0
        assert value["resultSourceDiagnostic"] == {"choice": "serviceUser", "value": diagnostic}
        information = value["userInformation"][0]
        assert information["single"]["value"]["cSTAVersion"]["bits"] == bits
        assert ("directReference" in information) == (dialect != "hipath3000")
        assert ("respondingAuthenticationValue" in value) == (dialect == "hipath3000")
        assert status["operation"] == "systemStatus"
        assert status["value"] == {
            "invokeID": 1,
            "opcode": 211,
            "argument": {"systemStatus": "normal"},
        }


@pytest.mark.parametrize("bits", ["1", "0001", "", "000000000000000000000001"])
def test_without_a_version_in_common_the_answer_is_a_refusal_without_information(bits) -> None:
    client = Client("panasonic")
    client.connect()
    (aare,) = client.send(aarq(bits))
    assert aare["value"]["result"] == 1
    assert aare["value"]["resultSourceDiagnostic"] == {"choice": "serviceUser", "value": 1}
    assert "userInformation" not in aare["value"]
    assert client.bench.closed.startswith("refused")


def test_versions_are_compared_by_position() -> None:
    for bits in ("00001", "000010", "0000100000000000", "11111"):
        client = Client("panasonic")
        client.connect()
        assert client.send(aarq(bits))[0]["value"]["result"] == 0


@pytest.mark.parametrize(
    ("name", "password", "diagnostic"),
    [("AMHOST", None, 14), ("AMHOST", "wrong", 13), ("other", "77777", 13)],
)
def test_a_hipath_wants_name_and_password(name, password, diagnostic) -> None:
    client = Client("hipath3000")
    client.connect()
    (aare,) = client.send(aarq(VERSIONS["hipath3000"], name, password))
    assert aare["value"]["result"] == 1
    assert aare["value"]["resultSourceDiagnostic"]["value"] == diagnostic
    assert client.bench.link is None


def test_another_application_context_is_refused() -> None:
    client = Client()
    client.connect()
    pdu = aarq("00001")
    pdu["value"]["applicationContextName"] = "1.3.12.0.180"
    (aare,) = client.send(pdu)
    assert aare["value"]["result"] == 1
    assert aare["value"]["resultSourceDiagnostic"]["value"] == 2


def test_one_association_too_many_is_refused_for_now() -> None:
    client = Client(settings=Settings(associations=1))
    client.associate()
    first = client.bench.link
    client.connect()  # two connections may stand, only one association
    (aare,) = client.send(aarq("00001"))
    assert aare["value"]["result"] == 2
    assert list(client.bench.hub.links) == [first]


def test_release_is_answered_and_ends_the_link() -> None:
    client = Client()
    client.associate()
    client.monitor("201")
    (rlre,) = client.send({"pdu": "RLRQ", "value": {"reason": 0}})
    assert rlre == {"pdu": "RLRE", "value": {"reason": 0}}
    assert client.bench.closed == "released"


def test_abort_ends_the_link_without_an_answer() -> None:
    client = Client()
    client.associate()
    assert client.send({"pdu": "ABRT", "value": {"abortSource": 0}}) == []
    assert client.bench.closed


def test_an_operation_before_the_association_aborts() -> None:
    client = Client()
    client.connect()
    (abort,) = client.ask(210, {})
    assert abort["pdu"] == "ABRT"
    assert abort["value"]["abortSource"] == 1
    assert client.bench.link is None


def test_system_status_comes_every_two_minutes_under_the_common_counter() -> None:
    client = Client("panasonic")
    client.associate()
    assert client.wait(119.0) == []
    for invoke_id in (2, 3, 4, 5, 6):
        (status,) = client.wait(1.0 if invoke_id == 2 else 120.0)
        assert status["value"]["invokeID"] == invoke_id
        assert client.answer_status(invoke_id) == []
    assert client.bench.link is not None


def test_who_answers_with_a_wrong_invoke_id_loses_the_link() -> None:
    client = Client("panasonic")
    client.associate()
    heard = []
    for _ in range(6):
        for status in client.wait(120.0):
            heard.append(status["value"]["invokeID"])
            assert client.answer_status(1) == []
    assert heard == [2, 3, 4]
    assert client.bench.closed == "no answer to SystemStatus"
    assert {note.kind for note in client.bench.notes} == {"unexpected result", "silent"}


def test_the_standard_rejects_a_result_to_nothing() -> None:
    client = Client()
    client.associate()
    (reject,) = client.answer_status(77)
    assert reject["pdu"] == "reject"
    assert reject["value"] == {
        "invokeID": {"choice": "present", "value": 77},
        "problem": {"choice": "returnResult", "value": 0},
    }


def test_a_hipath_reports_its_status_once_and_counts_on_over_associations() -> None:
    client = Client("hipath3000")
    client.associate()
    assert client.wait(1000.0) == []
    private = {
        "choice": "hipath",
        "value": {
            "oid": "1.3.12.2.1107.15",
            "data": {"octets": "1a0406c42204030023041e00"},
        },
    }
    answer = client.result(51, {"privateData": private})
    assert answer["choice"] == "extensions"
    beats = client.wait(90.0)
    assert [one["operation"] for one in beats] == ["escape"] * 3
    assert [one["value"]["invokeID"] for one in beats] == [1, 2, 3]
    data = beats[0]["value"]["argument"]["privateData"]["value"]["data"]["octets"]
    # The clock began at 2026-01-01 08:00:00 and is 1030 s later.
    assert data == "1a0406c422040200" + "b806ff01011a" + "b906ff08110a"
    client.bench.disconnect()
    client.associate()
    client.result(51, {"privateData": private})
    assert [one["value"]["invokeID"] for one in client.wait(30.0)] == [4]


def test_a_second_aarq_aborts() -> None:
    client = Client()
    client.associate()
    (abort,) = client.send(aarq("00001"))
    assert abort["pdu"] == "ABRT"


def test_an_aarq_in_pieces_is_one_aarq() -> None:
    client = Client("panasonic")
    client.connect()
    sent = b""
    for octet in frame(client.header, CSTA3.from_json(aarq("00001"))):
        sent += client.bench.feed(bytes((octet,)))
    assert [one["pdu"] for one in client.hear(sent)] == ["AARE", "invoke"]
