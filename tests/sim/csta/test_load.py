"""Traffic of many calls: what each monitor says adds up to what truly is."""

from __future__ import annotations

from typing import Any

import pytest

from sim.csta.dialects import DIALECTS, fitted
from sim.exchange.words import LegState
from sim.load import Load, busy_plan, run
from tests.sim.csta.client import THIRD, Client, Json, events

LOCAL = {
    LegState.INITIATED: "initiated",
    LegState.ALERTING: "alerting",
    LegState.CONNECTED: "connected",
    LegState.HELD: "hold",
    LegState.FAILED: "fail",
}


class Watch:
    """The connections of one device, folded from the events of its monitor alone."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}

    def take(self, name: str, body: Json) -> None:
        local = body.get("localConnectionInfo")
        if local is None:
            return
        if name in ("transferred", "conferenced"):
            old = [_call(body["primaryOldCall"])]
            if "secondaryOldCall" in body:
                old.append(_call(body["secondaryOldCall"]))
            for call in old:
                self.states.pop(call, None)
            listed = body[
                "transferredConnections" if name == "transferred" else "conferenceConnections"
            ]
            new = _call(listed[0]["newConnection"])
        else:
            new = _call(next(value for key, value in body.items() if key in CONNECTIONS))
        if local == "null":
            self.states.pop(new, None)
        else:
            self.states[new] = local


CONNECTIONS = {
    *("initiatedConnection", "originatedConnection", "connection", "establishedConnection"),
    *("droppedConnection", "heldConnection", "retrievedConnection", "failedConnection"),
    *("queuedConnection", "outboundConnection"),
}


def _call(connection: Json) -> str:
    return str(connection["value"]["callID"]["octets"])


@pytest.mark.parametrize("dialect", THIRD)
def test_every_monitor_tells_the_truth(dialect) -> None:
    plan = fitted(busy_plan(45, 4, 10), DIALECTS[dialect])
    played = run(Load(seed=7, rate=0.5, duration=240.0), plan)
    assert len(played.calls) > 60
    client = Client(dialect, plan)
    client.associate()
    watches: dict[str, Watch] = {}
    devices: dict[str, str] = {}
    for station in plan.stations:
        reference = client.monitor(station.number)
        watches[reference], devices[reference] = Watch(), station.number
    client.got.clear()
    seen = 0
    invokes: list[int] = []

    def listen(heard: list[Json]) -> int:
        invokes.extend(one["value"]["invokeID"] for one in heard if one["pdu"] == "invoke")
        for one in heard:
            if one["operation"] == "systemStatus":
                client.answer_status(one["value"]["invokeID"])
        told = events(heard)
        for reference, name, body in told:
            watches[reference].take(name, body)
        return len(told)

    for at, event in played.events:
        seen += listen(client.wait(max(0.0, at - client.bench.now)))
        seen += listen(client.do(event))
        check(client, watches, devices)
    seen += listen(client.wait(700.0))
    check(client, watches, devices)
    assert seen > 500
    assert client.bench.hub.stage.exchange.snapshot().calls == ()
    assert all(not watch.states for watch in watches.values())
    # One counter for everything that the switch invokes.
    first = invokes[0]
    assert invokes == list(range(first, first + len(invokes))) or dialect == "hipath3000"


def check(client: Client, watches: dict[str, Watch], devices: dict[str, str]) -> None:
    true: dict[str, dict[str, Any]] = {device: {} for device in devices.values()}
    view = client.bench.hub.stage.exchange.snapshot()
    for call in view.calls:
        octets = client.connection(call.call, "201")["value"]["callID"]["octets"]
        for party in call.parties:
            if party.device in true:
                true[party.device][octets] = LOCAL[party.state]
    for reference, watch in watches.items():
        assert watch.states == true[devices[reference]], devices[reference]
