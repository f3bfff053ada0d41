"""The fold: each rule of the contract is broken once and noticed."""

from __future__ import annotations

from typing import Any

import pytest

from sim.kit.fold import Fold


class Stream:
    """Events with an envelope that is right."""

    def __init__(self) -> None:
        self.seq = 0
        self.versions: dict[str, int] = {}

    def __call__(self, event: str, **members: Any) -> dict[str, Any]:
        self.seq += 1
        told = {"event": event, "link_id": "m", "epoch": 1, "seq": self.seq, "sub": 0}
        told |= {"origin": "reported", "id": f"m:1:{self.seq}:0"}
        if event.startswith(("call.", "connection.")):
            self.versions["c"] = self.versions.get("c", 0) + 1
            told |= {"call_id": "c1", "call_version": self.versions["c"]}
        return told | members


def alerting(**members: Any) -> dict[str, Any]:
    parties = [{"device_id": "201", "state": "alerting"}]
    return {
        "device_id": "201",
        "state": "alerting",
        "previous": "null",
        "parties": parties,
    } | members


def cleared(**members: Any) -> dict[str, Any]:
    return {
        "device_id": "201",
        "state": "null",
        "previous": "alerting",
        "parties": [],
    } | members


def played(*events: dict[str, Any]) -> Fold:
    fold = Fold()
    for event in events:
        fold.take(event)
    return fold


def test_a_call_that_is_told_well() -> None:
    s = Stream()
    fold = played(
        s("call.created"),
        s("connection.alerting", **alerting()),
        s("connection.cleared", **cleared()),
        s("call.cleared"),
    )
    assert fold.problems == []
    assert fold.calls == {}
    assert fold.ended == {"c1"}


@pytest.mark.parametrize(
    ("rule", "events"),
    [
        ("comes first", [("connection.alerting", alerting())]),
        ("begins once", [("call.created", {}), ("call.created", {})]),
        ("follows 1", [("call.created", {}), ("call.cleared", {"call_version": 3})]),
        ("its id is", [("call.created", {"id": "m:1:9:9"})]),
        (
            "seq and sub",
            [("call.created", {}), ("link.state", {"seq": 0, "id": "m:1:0:0", "state": "up"})],
        ),
        ("the epoch", [("call.created", {"epoch": 2, "id": "m:2:1:0"}), ("call.cleared", {})]),
        (
            "was held",
            [("call.created", {}), ("connection.alerting", alerting(previous="held"))],
        ),
        ("parties", [("call.created", {}), ("connection.alerting", alerting(parties=[]))]),
        (
            "while there are",
            [("call.created", {}), ("connection.alerting", alerting()), ("call.cleared", {})],
        ),
        ("late is", [("call.data_changed", {"late": True})]),
        (
            "reports no end",
            [("call.created", {}), ("link.state", {"state": "down"}), ("call.cleared", {})],
        ),
        ("an end without", [("snapshot.end", {})]),
        ("one resync", [("snapshot.begin", {}), ("snapshot.begin", {})]),
        (
            "version 3 of agent",
            [("agent.logged_on", {"agent_id": "1", "version": 3})],
        ),
    ],
)
def test_a_broken_rule_is_told(rule: str, events: list[tuple[str, dict[str, Any]]]) -> None:
    s = Stream()
    fold = played(*(s(name, **members) for name, members in events))
    assert any(rule in one for one in fold.problems), fold.problems


def test_an_id_stands_for_one_event() -> None:
    event = Stream()("link.state", state="up")
    assert any("one event" in one for one in played(event, event).problems)


def test_anomalies_are_kept() -> None:
    s = Stream()
    fold = played(s("call.created", anomaly="unexpected_transition"))
    assert fold.problems == []
    assert len(fold.anomalies) == 1
