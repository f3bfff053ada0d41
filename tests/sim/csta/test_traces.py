"""Simple calls against what real switches sent: whole APDUs, ids and times aside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from protocols.csta.phase3.text import CSTA3
from protocols.stacks.framing import Framer, Header
from sim.exchange import verbs
from sim.plan import ExchangePlan, StationPlan
from tests.sim.csta.client import Client, Json, device

pytestmark = pytest.mark.vectors

_VARYING = {"invokeID", "callID", "callLinkageData", "timestamp"}


def heard(trace: Path, header: Header) -> list[Json]:
    """Read every APDU that a switch sent."""
    framer, found = Framer(header), []
    for line in trace.read_text().splitlines():
        read = json.loads(line)
        if read["dir"] in ("up", "down"):
            framer = Framer(header)
        elif read["dir"] == "in":
            frames, wrong = framer.feed(bytes.fromhex(read["hex"]))
            assert wrong is None
            found += [CSTA3.to_json(one) for one in frames]
    return found


def alike(value: Any) -> Any:
    """Leave out what differs from call to call, keeping its presence and length."""
    if isinstance(value, dict):
        return {
            name: _form(inner) if name in _VARYING else alike(inner)
            for name, inner in value.items()
        }
    return [alike(one) for one in value] if isinstance(value, list) else value


def _form(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _form(inner) for name, inner in value.items()}
    return f"{type(value).__name__} of {len(value)}" if isinstance(value, str) else "number"


def of_call(found: list[Json], call: str) -> list[Json]:
    """Give what names a call, from its first event to its last, hooks between included."""
    at = [i for i, one in enumerate(found) if call in json.dumps(one)]
    return [
        one
        for one in found[at[0] : at[-1] + 1]
        if one.get("operation") not in ("escape", "systemStatus")
    ]


def private(one: Json) -> Json:
    """Blank the call id that stands in Panasonic's private data."""
    text = json.dumps(alike(one))
    start = text.find('"kmeAdditionalData"')
    if start < 0:
        same: Json = json.loads(text)
        return same
    cut = text.index('"octets": "', start) + len('"octets": "')
    blank: Json = json.loads(text[:cut] + text[text.index('"', cut) :])
    return blank


@pytest.fixture(scope="module")
def panasonic(vectors: Path) -> list[Json]:
    return heard(vectors / "traces" / "panasonic-kx-2016-12-01.jsonl", Header.LENGTH16)


@pytest.fixture(scope="module")
def hipath(vectors: Path) -> list[Json]:
    return heard(vectors / "traces" / "hipath3000-2012-12-29.jsonl", Header.HIPATH)


def kx() -> Client:
    plan = ExchangePlan(stations=(StationPlan("7001"), StationPlan("7002")))
    client = Client("panasonic", plan, fit=True)
    client.associate()
    assert [client.monitor(one) for one in ("7001", "7002")] == ["01110004", "01110005"]
    client.got.clear()
    return client


def h3k() -> Client:
    plan = ExchangePlan(stations=(StationPlan("108"), StationPlan("111")))
    client = Client("hipath3000", plan, fit=True)
    client.associate()
    assert [client.monitor(one) for one in ("108", "111")] == ["0000", "0001"]
    client.got.clear()
    return client


@pytest.mark.parametrize("call", ["30303134", "30303135", "30303243"])
def test_an_answered_call_at_a_panasonic(panasonic, call) -> None:
    client = kx()
    client.do(verbs.GoOffHook("7001"), verbs.Dial("7001", "7002"), verbs.Answer("7002"))
    client.do(verbs.HangUp("7002"), verbs.HangUp("7001"))
    real = of_call(panasonic, call)
    assert len(real) == 11
    assert [private(one) for one in client.got] == [private(one) for one in real]


def test_a_number_that_is_none_at_a_panasonic(panasonic) -> None:
    client = kx()
    client.do(verbs.GoOffHook("7001"), verbs.Dial("7001", "99"), verbs.HangUp("7001"))
    real = of_call(panasonic, "30303133")
    assert [alike(one) for one in client.got] == [alike(one) for one in real]


def test_a_handset_lifted_and_put_back_at_a_panasonic(panasonic) -> None:
    client = kx()
    client.do(verbs.GoOffHook("7001"), verbs.HangUp("7001"))
    real = of_call(panasonic, "30303132")
    assert [alike(one) for one in client.got] == [alike(one) for one in real]


def test_the_answers_to_monitor_start(panasonic) -> None:
    plan = ExchangePlan(stations=(StationPlan("7001"), StationPlan("7002")))
    client = Client("panasonic", plan)
    client.associate()
    client.got.clear()
    client.monitor("7001")
    client.monitor("7002")
    real = [one for one in panasonic if one.get("operation") == "monitorStart"]
    assert [alike(one) for one in client.got] == [alike(one) for one in real[:2]]


def test_an_unknown_device_at_a_panasonic(panasonic) -> None:
    client = kx()
    wrong = client.failure(
        71, {"monitorObject": {"choice": "deviceObject", "value": device("101")}}
    )
    real = next(one for one in panasonic if one["pdu"] == "returnError")
    parameter = real["value"]["parameter"]
    assert wrong == (parameter["choice"], parameter["value"])


def test_a_call_made_by_computer_and_abandoned_at_a_hipath(hipath) -> None:
    client = h3k()
    client.ask(10, {"callingDevice": device("108"), "calledDirectoryNumber": device("111")})
    client.do(verbs.GoOffHook("108"), verbs.HangUp("108"))
    real = of_call(hipath, '"octets": "0012"')
    assert len(real) == 10
    assert [alike(one) for one in client.got] == [alike(one) for one in real]


def test_a_handset_lifted_and_put_back_at_a_hipath(hipath) -> None:
    client = h3k()
    client.do(verbs.GoOffHook("108"), verbs.HangUp("108"))
    # The first hook event stands before anything that names the call.
    at = next(i for i, one in enumerate(hipath) if '"octets": "0001"' in json.dumps(one))
    while '"octets": "0001"}' not in json.dumps(hipath[at]) or "hookswitch" in str(
        hipath[at].get("operation")
    ):
        at += 1
    real = [one for one in hipath[at - 1 : at + 4] if one["operation"] != "escape"]
    assert [alike(one) for one in client.got] == [alike(one) for one in real]


def test_a_number_that_is_none_at_a_hipath(hipath) -> None:
    client = h3k()
    client.do(verbs.Dial("108", "99"))
    mine = {one["operation"]: alike(one) for one in client.got}
    for event in ("originated", "failed"):
        name = f"cSTAEventReport:{event}"
        real = [
            one
            for one in hipath
            if one.get("operation") == name and '"notKnown"' in json.dumps(one)
        ]
        assert mine[name] == alike(next(one for one in real if "0004" in json.dumps(one)))


def test_a_computer_is_refused_as_a_hipath_refuses_it(hipath) -> None:
    client = h3k()
    numbers = {"callingDevice": device("108"), "calledDirectoryNumber": device("999")}
    wrong = client.failure(10, numbers)
    real = next(one for one in hipath if one["pdu"] == "returnError")["value"]["parameter"]
    assert wrong == (real["choice"], real["value"])
