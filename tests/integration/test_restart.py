"""The daemon killed in the middle of calls, and started again on what it had stored."""

from __future__ import annotations

import json
import resource
import signal
import sqlite3
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Site
from tests.integration.flood import Wire
from tests.integration.site import PATIENCE, Application, daemon, free_port, wait_for

pytestmark = pytest.mark.slow


def up(app: Application) -> int:
    """Wait until the link is up, and give its epoch."""
    wait_for(lambda: app.link() == "up", "up")
    return int(app.state("hq/link/main/status")["epoch"])


def up_after(app: Application, epoch: int) -> int:
    def again() -> bool:
        status = app.state("hq/link/main/status")
        return bool(status["state"] == "up" and status["epoch"] > epoch)

    wait_for(again, f"up after epoch {epoch}")
    return int(app.state("hq/link/main/status")["epoch"])


def about(app: Application, call: str) -> list[dict[str, Any]]:
    """Give the events of a call, each once, in their order."""
    known = {event["data"]["id"]: event["data"] for event in app.events}
    return [data for data in known.values() if data.get("call_id") == call]


def kill(process: Any) -> None:
    assert process.end(signal.SIGKILL) == -signal.SIGKILL


def ended(process: Any) -> int:
    """Wait until a process has ended by itself, and give its status."""
    wait_for(lambda: not process.running, "the process ends")
    return int(process.end())


def test_calls_go_on_after_a_kill(site: Site) -> None:
    switch = site.switch()
    app = site.application()
    process = site.daemon(switch.port)
    first = up(app)
    switch("dial", "203", "204")
    switch("answer", "204")
    over = app.expect("connection.connected", device_id="204")["data"]["call_id"]
    switch("hang-up", "203")
    app.expect("call.cleared", call_id=over)
    switch("log-in", "205", "4711")
    agent = app.expect("agent.logged_on")["data"]
    switch("dial", "201", "202")
    call = app.expect("connection.alerting", device_id="202")["data"]
    attached = app.ask("attach_data", call=call["call_id"], data={"order": "A-17"})
    assert attached["status"] == "succeeded"
    app.expect("call.data_changed", call_id=call["call_id"])

    kill(process)
    since = len(app.events)
    process = site.daemon(switch.port)
    second = up_after(app, first)
    switch("answer", "202")
    then = app.expect("connection.connected", since, device_id="202")["data"]
    assert (then["call_id"], then["thread_id"]) == (call["call_id"], call["thread_id"])
    assert then["data"]["app"] == {"app": {"order": "A-17"}}
    assert then["epoch"] == second
    switch("log-out", "205")
    gone = app.expect("agent.logged_off", since)["data"]
    assert (gone["agent_id"], gone["version"] > agent["version"]) == (agent["agent_id"], True)
    switch("hang-up", "201")
    app.expect("call.cleared", since, call_id=call["call_id"])
    switch("dial", "203", "204")
    new = app.expect("connection.alerting", since, device_id="204")["data"]["call_id"]

    versions = [data["call_version"] for data in about(app, call["call_id"])]
    assert versions == list(range(1, len(versions) + 1))
    assert len({over, call["call_id"], new}) == 3
    once = list({event["id"]: event for event in app.events}.values())
    made = [e["data"]["call_id"] for e in once if e["data"]["event"] == "call.created"]
    assert len(set(made)) == len(made)
    places = [(e["data"]["epoch"], e["data"]["seq"], e["data"]["sub"]) for e in once]
    assert places == sorted(set(places))
    offsets = [event["offset"] for event in once]
    assert offsets == list(range(1, len(offsets) + 1))
    assert process.end() == 0


def test_ids_are_never_repeated_over_many_kills(site: Site) -> None:
    switch = site.switch()
    app = site.application()
    made: list[str] = []
    epoch = 0
    for _ in range(4):
        process = site.daemon(switch.port)
        epoch = up(app) if not epoch else up_after(app, epoch)
        since = len(app.events)
        switch("dial", "201", "202")
        told = app.expect("connection.alerting", since, device_id="202")["data"]
        made.append(told["call_id"])
        switch("hang-up", "201")
        app.expect("call.cleared", since, call_id=told["call_id"])
        kill(process)
    assert len(set(made)) == 4


def test_a18_a_command_that_is_played_again_after_a_restart_is_not_carried_out(
    site: Site,
) -> None:
    switch = site.switch()
    app = site.application()
    process = site.daemon(switch.port)
    epoch = up(app)
    body = {"command_id": "x", "args": {"device": "201", "to": "202"}}
    first = again(app, body)
    assert first["status"] == "succeeded"
    kill(process)
    site.daemon(switch.port)
    up_after(app, epoch)
    assert again(app, body) == first
    other = again(app, {**body, "args": {"device": "201", "to": "203"}})
    assert other["error"]["class"] == "id_reused"
    assert len(switch.calls()) == 1


def test_a_command_that_a_kill_interrupts_is_unknown_and_the_resync_tells_the_rest(
    site: Site, stack: ExitStack
) -> None:
    switch = site.switch()
    wire = Wire(switch.port)
    stack.callback(wire.close)
    app = site.application()
    process = site.daemon(wire.port)
    epoch = up(app)
    made: set[str] = set()
    for _ in range(3):
        since = len(app.events)
        switch("dial", "203", "204")
        old = app.expect("connection.alerting", since, device_id="204")["data"]
        wire.mute = True  # the switch does what it is asked, but its answer stays away
        _, replies = app.begin("make_call", device="201", to="202")
        wait_for(lambda: len(switch.calls()) == 2, "the switch has the command")
        kill(process)
        since = len(app.events)
        switch("answer", "204")
        switch("answer", "202")
        switch("dial", "205", "206")
        wire.mute = False
        process = site.daemon(wire.port)
        reply = replies.get(timeout=PATIENCE)
        assert (reply["status"], reply["final"]) == ("unknown", True), reply
        epoch = up_after(app, epoch)
        told = app.expect("connection.connected", since, device_id="204")["data"]
        assert told["call_id"] == old["call_id"]
        asked = app.expect("connection.connected", since, device_id="202")["data"]["call_id"]
        missed = app.expect("connection.alerting", since, device_id="206")["data"]["call_id"]
        assert len(switch.calls()) == 3, "the command was carried out once"
        for device in ("201", "203", "205"):
            switch("hang-up", device)
        for call in (old["call_id"], asked, missed):
            app.expect("call.cleared", since, call_id=call)
        assert replies.empty()
        made |= {old["call_id"], asked, missed}
    assert len(made) == 9
    assert process.end() == 0


def again(app: Application, body: dict[str, Any]) -> dict[str, Any]:
    """Send a command as it is, and give the reply."""
    replies = app.listen(body["command_id"])
    app.send("cti/v1/hq/command/app/make_call", json.dumps(body).encode(), qos=1)
    return replies.get(timeout=30)


def test_a_stop_in_order_leaves_one_whole_file(site: Site) -> None:
    switch = site.switch()
    app = site.application()
    process = site.daemon(switch.port)
    up(app)
    switch("dial", "201", "202")
    app.expect("connection.alerting", device_id="202")
    assert process.end() == 0
    store = site.folder / "hq.sqlite"
    assert not store.with_name("hq.sqlite-wal").exists()
    assert store.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(store) as db:
        (count,) = db.execute("SELECT count(*) FROM object WHERE kind = 'call'").fetchone()
    db.close()
    assert count == 1


def test_a_second_daemon_on_the_same_store_is_refused(site: Site) -> None:
    app = site.application()
    first = site.daemon(free_port())
    wait_for(lambda: app.link() in ("connecting", "down"), "the first one runs")
    config = site.folder / "ctid.toml"
    second = daemon(config)
    told = second.expect("in use by another process")
    assert told.startswith(f"ctid: {site.folder / 'hq.sqlite'}: ")
    assert ended(second) == 2
    assert first.running


def test_a_damaged_store_is_set_aside_and_told(site: Site) -> None:
    store = site.folder / "hq.sqlite"
    spoiled = b"SQLite format 3\0" + bytes(range(256)) * 64
    store.write_bytes(spoiled)
    switch = site.switch()
    app = site.application()
    process = site.daemon(switch.port)
    told = json.loads(process.expect("damaged store set aside"))
    assert told["level"] == "error"
    (kept,) = (Path(name) for name in told["files"])
    assert kept.read_bytes() == spoiled
    wait_for(lambda: app.state("daemon/d1/alarm") is not None, "an alarm")
    assert app.state("daemon/d1/alarm")["alarm"] == "store_damaged"
    up(app)
    switch("dial", "201", "202")
    app.expect("connection.alerting", device_id="202")
    assert process.end() == 0


def test_a_disk_that_is_full_is_told_and_nothing_is_lost(site: Site) -> None:
    switch = site.switch()
    app = site.application()
    process = site.daemon(switch.port)
    up(app)
    switch("dial", "201", "202")
    app.expect("connection.alerting", device_id="202")
    full = (16, resource.RLIM_INFINITY)  # octets of a file: the store's is longer
    well = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, full)
    since = len(app.events)
    switch("answer", "202")
    wait_for(lambda: app.state("daemon/d1/alarm") is not None, "an alarm")
    assert app.state("daemon/d1/alarm")["alarm"] == "store_failing"
    refused = app.ask("hold", device="201")
    assert refused["error"]["class"] == "overload"
    assert len(app.events) == since
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, well)
    app.expect("connection.connected", since, device_id="202")
    wait_for(lambda: app.state("daemon/d1/alarm")["alarm"] == "store_healed", "well again")
    assert app.ask("hold", device="201")["status"] == "succeeded"
    assert process.end() == 0
