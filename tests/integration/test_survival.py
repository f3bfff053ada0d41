"""The daemon in bad company: switches and brokers that are absent, silent or mad.

For each the link status is truthful, the log says it, and the daemon goes on.
"""

from __future__ import annotations

import json
import re
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.integration.conftest import Site
from tests.integration.site import (
    Application,
    Broker,
    Process,
    Switch,
    daemon,
    free_port,
    wait_for,
    write_config,
)

pytestmark = pytest.mark.slow


class Mad:
    """Somebody who listens where a switch should be."""

    def __init__(self, port: int, behave: Callable[[socket.socket], None]) -> None:
        self.connections = 0
        self._behave = behave
        self._server = socket.create_server(("127.0.0.1", port))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            sock.settimeout(30)
            with sock, suppress(OSError):
                self._behave(sock)

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(30)


def lines(process: Process) -> list[dict[str, Any]]:
    """Read the log of a daemon."""
    return [json.loads(line) for line in process.lines if line.startswith("{")]


def told(process: Process, *words: str) -> bool:
    """Tell whether a line of the log has all these words."""
    return any(all(word in line for word in words) for line in process.lines)


def reason(app: Application) -> str:
    status = app.state("hq/link/main/status")
    return "" if status is None else f"{status['state']}: {status['reason']}"


def up(app: Application) -> None:
    wait_for(lambda: app.link() == "up", f"up, not {reason(app)}")


def up_since(app: Application, epoch: int) -> bool:
    return app.link() == "up" and app.state("hq/link/main/status")["epoch"] > epoch


def cleared(app: Application, calls: int, since: int = 0) -> bool:
    names = [event["data"]["event"] for event in app.events[since:]]
    return names.count("call.cleared") >= calls


def silent(sock: socket.socket) -> None:
    while sock.recv(4096):
        pass


def closes(sock: socket.socket) -> None:
    sock.recv(1)


def garbage(sock: socket.socket) -> None:
    rng = Random(1)  # noqa: S311
    while True:
        sock.sendall(rng.randbytes(4096))


def frames(sock: socket.socket) -> None:
    """Send whole frames that mean nothing."""
    rng = Random(2)  # noqa: S311
    while True:
        octets = rng.randbytes(rng.randrange(1, 60))
        sock.sendall(len(octets).to_bytes(2, "big") + octets)


def test_a_switch_that_is_absent_at_start_is_waited_for(site: Site, stack: ExitStack) -> None:
    port = free_port()
    app = site.application()
    process = site.daemon(port)
    wait_for(lambda: "refused" in reason(app), f"the reason, not {reason(app)}")
    assert told(process, "link", "refused")
    assert app.ask("hold", device="201")["error"]["type"].endswith("link_down")
    switch = site.switch(port=port)
    up(app)
    switch("dial", "201", "202")
    app.expect("connection.alerting", device_id="202")
    assert process.running


@pytest.mark.parametrize("behave", [closes, silent, garbage, frames])
def test_a_switch_that_is_mad_is_told_and_left(
    site: Site, behave: Callable[[socket.socket], None]
) -> None:
    port = free_port()
    mad = Mad(port, behave)
    app = site.application()
    process = site.daemon(port, extra="timers = { association = 1.0 }")
    seen: set[str] = set()

    def again() -> bool:
        seen.add(reason(app))
        return mad.connections >= 3

    wait_for(again, "three connections")
    known: dict[Callable[[socket.socket], None], str] = {
        closes: "connection closed|reset by the peer|connection lost",
        silent: "no answer to the AARQ within 1 s",
        garbage: "",
        frames: "",
    }
    downs = [one for one in seen if re.match(rf"down: .*({known[behave]})", one)]
    assert downs, seen
    assert not told(process, '"event":"fault"')
    mad.close()
    switch = site.switch(port=port)
    up(app)
    assert app.ask("query_dnd", device="201")["status"] == "succeeded"
    assert switch("show")["state"]["links"][0]["monitors"] == 9
    assert process.running


def test_a_switch_that_refuses_the_association_blocks_the_link(site: Site) -> None:
    switch = site.switch("--dialect", "hipath3000")
    app = site.application()
    (site.folder / "secret").write_text("wrong")
    login = '{ name = "AMHOST", password_file = "secret" }'
    process = site.daemon(switch.port, extra=f'dialect = "hipath3000"\nlogin = {login}')
    wait_for(lambda: reason(app).startswith("blocked: association refused"), "blocked")
    wait_for(lambda: told(process, "blocked", "association refused"), "the log tells it")
    refused = app.ask("hold", device="201")
    assert refused["status"] == "rejected"
    assert "blocked" in refused["error"]["detail"]


def test_a_link_that_is_cut_comes_back_with_its_monitors(site: Site) -> None:
    switch = site.switch()
    app = site.application()
    process = site.daemon(switch.port)
    up(app)
    switch("dial", "201", "202")
    app.expect("connection.alerting", device_id="202")
    for number in range(1, 4):
        epoch = app.state("hq/link/main/status")["epoch"]
        switch("cut")
        wait_for(partial(up_since, app, epoch), "up again")
        assert len([line for line in process.lines if '"state":"down"' in line]) >= number
    since = len(app.events)
    switch("answer", "202")
    app.expect("connection.connected", since, device_id="202")


def test_a_switch_that_falls_silent_is_noticed_by_its_heartbeat(site: Site) -> None:
    switch = site.switch()
    app = site.application()
    process = site.daemon(switch.port, extra="timers = { heartbeat = 5.0, silence = 10.0 }")
    up(app)
    switch("stall", "on")
    wait_for(lambda: reason(app).startswith("down: no heartbeat"), "down")
    assert told(process, "no heartbeat")
    switch("stall", "off")
    up(app)


def test_a_broker_that_is_absent_at_start_gets_what_happened_meanwhile(
    tmp_path: Path, stack: ExitStack
) -> None:
    broker = Broker(tmp_path)
    stack.callback(broker.stop)
    broker.stop()
    switch = Switch(tmp_path)
    stack.callback(switch.process.end)
    process = daemon(write_config(tmp_path, broker.port, switch.port))
    stack.callback(process.end)
    wait_for(lambda: told(process, "mqtt", "refused"), "the log tells of the broker")
    wait_for(lambda: switch("show")["state"]["links"] != [], "the link is up")
    wait_for(lambda: switch("show")["state"]["links"][0]["monitors"] == 9, "monitors")
    switch("dial", "201", "202")
    broker.start()
    app = Application(broker.port)
    stack.callback(app.close)
    up(app)
    assert app.ask("query_dnd", device="201")["status"] == "succeeded"


def test_a_broker_that_restarts_loses_no_event(site: Site) -> None:
    switch = site.switch()
    app = site.application()
    process = site.daemon(switch.port)
    up(app)
    for _ in range(2):
        since = len(app.events)
        site.broker.stop(signal.SIGKILL)
        wait_for(lambda: told(process, "mqtt"), "the loss")
        site.broker.start()
        wait_for(app.connected.is_set, "the application is back")
        for _ in range(5):
            switch("dial", "201", "202")
            switch("hang-up", "201")
        wait_for(partial(cleared, app, 5, since), "all calls")
    ids = [event["id"] for event in app.events]
    assert len(ids) - len(set(ids)) < 20
    assert process.running


def test_a_broker_that_refuses_the_login_is_told_and_tried_again(
    tmp_path: Path, stack: ExitStack
) -> None:
    passwords = tmp_path / "passwords"
    passwords.write_text("")
    extra = f"user root\nallow_anonymous false\npassword_file {passwords}\n"
    broker = Broker(tmp_path, "mosquitto", extra)
    stack.callback(broker.stop)
    process = daemon(write_config(tmp_path, broker.port, free_port()))
    stack.callback(process.end)
    wait_for(
        lambda: told(process, "mqtt", "NOT_AUTHORIZED") or told(process, "not authorized"),
        "the log says that we are refused",
    )
    assert process.running


def test_a_broker_that_reads_slowly_delays_and_loses_nothing(
    tmp_path: Path, stack: ExitStack
) -> None:
    """Between daemon and broker stands somebody who passes on a few octets at a time."""
    broker = Broker(tmp_path)
    stack.callback(broker.stop)
    slow = Slow(broker.port)
    stack.callback(slow.close)
    switch = Switch(tmp_path)
    stack.callback(switch.process.end)
    process = daemon(write_config(tmp_path, slow.port, switch.port))
    stack.callback(process.end)
    app = Application(broker.port)
    stack.callback(app.close)
    up(app)
    for _ in range(15):
        switch("dial", "201", "202")
        switch("answer", "202")
        switch("hang-up", "201")
    wait_for(partial(cleared, app, 15), "all calls")
    offsets = [event["offset"] for event in app.events]
    assert offsets == list(range(offsets[0], offsets[0] + len(offsets)))


class Slow:
    """A relay that takes its time from client to broker."""

    def __init__(self, broker: int) -> None:
        self._broker = broker
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            broker = socket.create_connection(("127.0.0.1", self._broker))
            back = threading.Thread(target=self._pass, args=(broker, client, 0.0))
            back.start()
            with client, broker:
                self._pass(client, broker, 0.01)
                back.join(30)

    def _pass(self, one: socket.socket, other: socket.socket, pause: float) -> None:
        with suppress(OSError):
            while not self._over.is_set() and (octets := one.recv(1024)):
                self._over.wait(pause)
                other.sendall(octets)
        for sock in (one, other):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._over.set()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._threads[0].join(30)


def test_an_orderly_stop_leaves_nothing_open(site: Site) -> None:
    switch = site.switch()
    app = site.application()
    process = site.daemon(switch.port)
    up(app)
    assert process.end() == 0
    wait_for(lambda: app.state("daemon/d1/status")["state"] == "offline", "offline")
    assert switch("show")["state"]["links"] == []
    assert [e["data"]["event"] for e in app.events].count("monitor.stopped") == 9


def test_a_killed_daemon_is_told_lost_and_comes_back(site: Site) -> None:
    switch = site.switch()
    app = site.application()
    process = site.daemon(switch.port)
    up(app)
    process.end(signal.SIGKILL)
    wait_for(lambda: app.state("daemon/d1/status")["state"] == "lost", "the will")
    since = len(app.events)
    site.daemon(switch.port)
    wait_for(lambda: app.state("daemon/d1/status")["state"] == "online", "online")
    wait_for(lambda: app.named("link.state", since, state="up"), "up")
