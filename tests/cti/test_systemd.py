"""The service manager's protocol, with a real datagram socket in its place."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from twisted.internet.task import Clock

from cti.lag import PERIOD, Lag
from cti.systemd import Manager, Watchdog


@pytest.fixture
def listening(tmp_path: Path):
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(path))
        server.setblocking(False)
        yield server, {"NOTIFY_SOCKET": str(path)}


def heard(server: socket.socket) -> list[str]:
    told = []
    while True:
        try:
            told.append(server.recv(4096).decode())
        except BlockingIOError:
            return told


def test_fields_go_out_as_lines_and_a_status_only_when_it_is_news(listening) -> None:
    server, environ = listening
    manager = Manager(environ)
    manager.tell(READY=1, STATUS="up")
    manager.status("1/2 links up\n broker away ")
    manager.status("1/2 links up broker away")
    assert heard(server) == ["READY=1\nSTATUS=up", "STATUS=1/2 links up broker away"]


def test_an_abstract_socket_is_one_too() -> None:
    name = f"cti-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(f"\0{name}")
        server.setblocking(False)
        Manager({"NOTIFY_SOCKET": f"@{name}"}).tell(STOPPING=1)
        assert heard(server) == ["STOPPING=1"]


def test_without_a_manager_and_with_one_that_is_gone_nothing_fails(tmp_path: Path) -> None:
    Manager({}).tell(READY=1)
    Manager({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).status("up")


def test_reloading_carries_the_time_that_the_manager_asks_for(listening) -> None:
    server, environ = listening
    Manager(environ).reloading()
    (told,) = heard(server)
    lines = dict(line.split("=") for line in told.splitlines())
    assert lines["RELOADING"] == "1"
    assert int(lines["MONOTONIC_USEC"]) > 0


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "10000000"}, 10.0),
        ({"WATCHDOG_USEC": "10000000", "WATCHDOG_PID": str(os.getpid())}, 10.0),
        ({"WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "1"}, None),
    ],
)
def test_who_is_watched(told: dict[str, str], seconds: float | None) -> None:
    assert Manager(told).watchdog == seconds


def test_signs_of_life_stop_while_something_is_sick(listening) -> None:
    server, environ = listening
    clock, sick = Clock(), [""]
    told: list[str] = []
    manager = Manager({**environ, "WATCHDOG_USEC": "10000000"})
    watchdog = Watchdog(manager, clock, lambda: sick[0], told.append)
    watchdog.start()
    clock.advance(5)
    assert heard(server) == ["WATCHDOG=1"] * 2
    sick[0] = "the store does not answer"
    clock.pump([5, 5])
    assert heard(server) == []
    assert told == ["the store does not answer"]
    sick[0] = ""
    clock.advance(5)
    assert heard(server) == ["WATCHDOG=1"]
    watchdog.stop()
    clock.advance(60)
    assert heard(server) == []


def test_a_watchdog_that_nobody_asked_for_sets_no_timer() -> None:
    clock = Clock()
    Watchdog(Manager({}), clock, lambda: "", print).start()
    assert not clock.getDelayedCalls()


def test_lag_is_how_late_the_turn_came_and_is_forgotten_in_two_seconds() -> None:
    clock = Clock()
    lag = Lag(clock)
    lag.start()
    clock.pump([PERIOD] * 20)
    assert lag.worst == pytest.approx(0, abs=1e-9)
    clock.advance(PERIOD + 0.7)  # the reactor was busy
    assert lag.worst == pytest.approx(0.7)
    assert lag.typical < 0.7
    clock.pump([PERIOD] * 20)
    assert lag.worst == pytest.approx(0, abs=1e-6)
    lag.stop()
    assert not clock.getDelayedCalls()
