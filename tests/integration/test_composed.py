"""Composed commands through all parts, as processes: steps, progress, the way back."""

from __future__ import annotations

import queue
from typing import Any

import pytest

from tests.integration.conftest import Site
from tests.integration.site import PATIENCE, Application, Process, Switch, wait_for

pytestmark = pytest.mark.slow

LACKING = "alternate-call,consultation-call,single-step-transfer,reconnect-call"
Replies = queue.Queue[dict[str, Any]]
TOLD: dict[str, Any] = {"progress": True, "deadline_ms": 30_000}


def begin(site: Site) -> tuple[Switch, Application, Process]:
    switch = site.switch("--without", LACKING)
    app = site.application()
    daemon = site.daemon(switch.port)
    wait_for(lambda: app.link() == "up", "the link is up")
    return switch, app, daemon


def end(replies: Replies) -> tuple[list[str], dict[str, Any]]:
    """Give the steps that were told, and the last reply."""
    steps = []
    while not (reply := replies.get(timeout=PATIENCE))["final"]:
        assert reply["status"] == "accepted"
        steps.append(reply["result"]["step"])
    return steps, reply


def test_a_switch_that_lacks_services_is_worked_all_the_same(site: Site) -> None:
    switch, app, _ = begin(site)
    switch("dial", "201", "202")
    switch("answer", "202")
    app.expect("connection.connected", device_id="202")

    command, replies = app.begin("blind_transfer", TOLD, device="201", to="203")
    steps, reply = end(replies)
    assert reply["status"] == "succeeded", reply
    assert reply["result"]["steps"] == ["hold", "make_call", "transfer"]
    assert steps == ["sent", "hold", "make_call", "transfer"]
    app.expect("command.progress", step="transfer")
    told = [one for one in app.events if one["data"]["event"] == "command.progress"]
    assert [one["data"]["step"] for one in told] == ["hold", "make_call", "transfer"]
    assert {one["commandid"] for one in told} == {command}
    assert switch.calls() == [{"202": "connected", "203": "alerting"}]

    def described(verb: str) -> dict[str, Any]:
        """What is published of a verb; states come a moment later than replies."""
        info = wait_for(lambda: app.state("hq/info"), "the switch is described")
        found: dict[str, Any] = info["links"]["main"]["capabilities"]["commands"][verb]
        return found

    wait_for(
        lambda: described("blind_transfer").get("steps") == ["consult", "transfer"],
        "it is told that blind_transfer is composed",
    )
    assert described("alternate")["support"] == "unknown", "nobody has asked for it yet"

    # A destination that is not there: back to where it was.
    switch("hang-up", "202")
    switch("dial", "204", "205")
    switch("answer", "205")
    app.expect("connection.connected", device_id="205")
    switch("dnd", "206", "on")
    _, replies = app.begin("blind_transfer", TOLD, device="204", to="206")
    steps, reply = end(replies)
    assert reply["status"] == "failed", reply
    partial = reply["error"]["partial"]
    assert partial["done"][0] == "hold"
    assert partial["undone"][-1] == "retrieve"
    assert {one["state"] for one in partial["calls"] if one["state"] != "null"} == {"connected"}
    assert {"204": "connected", "205": "connected"} in switch.calls()


def test_an_agent_is_rung_first_and_nobody_is_left_ringing(site: Site) -> None:
    switch, app, daemon = begin(site)
    order = {"device": "201", "to": "202", "mode": "agent_first"}
    _, replies = app.begin("make_call", TOLD, **order)
    app.expect("connection.initiated", device_id="201")
    assert switch.calls() == [{"201": "initiated"}]
    switch("lift", "201")
    _, reply = end(replies)
    assert (reply["status"], reply["result"]["confirmed"]) == ("succeeded", True)
    assert switch.calls() == [{"201": "connected", "202": "alerting"}]

    # Withdrawn while the set rings.
    seen = len(app.events)
    command, replies = app.begin("make_call", TOLD, **{**order, "device": "203"})
    app.expect("connection.initiated", since=seen, device_id="203")
    told = app.ask("cancel", command=command)
    assert told["status"] == "succeeded"
    steps, reply = end(replies)
    assert (steps, reply["status"]) == (["make_call", "clear_connection"], "cancelled")
    assert reply["error"]["class"] == "withdrawn"
    assert len(switch.calls()) == 1

    # The bridge is stopped in the middle: its next life says that nobody knows.
    seen = len(app.events)
    _, replies = app.begin("make_call", {"deadline_ms": 60_000}, **{**order, "device": "205"})
    app.expect("connection.initiated", since=seen, device_id="205")
    daemon.end()
    site.daemon(switch.port)
    _, reply = end(replies)
    assert reply["status"] == "unknown"
    wait_for(lambda: app.link() == "up", "the link is up again")
    switch("hang-up", "205")


def test_a_command_waits_for_its_event(site: Site) -> None:
    switch, app, _ = begin(site)
    confirm = {"confirm": "event", "progress": True}
    _, replies = app.begin("make_call", confirm, device="201", to="202")
    steps, reply = end(replies)
    assert reply["result"]["confirmed"] is True
    assert steps == ["make_call"]
    app.expect("connection.originated", device_id="201")
    _, replies = app.begin("query_dnd", confirm, device="201")
    assert end(replies)[1]["error"]["field"] == "confirm"
    assert switch.calls() == [{"201": "connected", "202": "alerting"}]
