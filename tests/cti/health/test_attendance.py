"""The service manager and the pages, with a fake clock and a reactor that notes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs
from twisted.internet.defer import succeed
from twisted.internet.error import CannotListenError
from twisted.internet.task import Clock

from cti.health.attendance import AGAIN, Attendance
from cti.health.report import BrokerReport, Report, StoreReport, SwitchReport
from cti.systemd import Manager

WELL = Report("d", "b", "1", 0.0, {"hq": SwitchReport({})}, BrokerReport(connected=True))


class Reactor(Clock):
    """Opens nothing; ``taken`` says that somebody else has the address."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[Any] = []
        self.taken = False

    def _listen(self, where: Any) -> Any:
        if self.taken:
            raise CannotListenError("", where, OSError(98, "Address already in use"))
        self.open.append(where)
        return self

    def listenTCP(self, port: int, _site: Any, interface: str) -> Any:  # noqa: N802
        return self._listen((interface, port))

    def listenUNIX(self, path: str, _site: Any, **_: Any) -> Any:  # noqa: N802
        return self._listen(path)

    def stopListening(self) -> Any:  # noqa: N802
        self.open.pop()
        return succeed(None)


class Bench:
    def __init__(self, server: socket.socket, environ: dict[str, str]) -> None:
        self.server = server
        self.reactor: Any = Reactor()
        self.report = WELL
        self.attendance = Attendance(lambda: self.report, self.reactor, Manager(environ))

    @property
    def heard(self) -> list[str]:
        told = []
        while True:
            try:
                told.append(self.server.recv(4096).decode())
            except BlockingIOError:
                return told


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(path))
        server.setblocking(False)
        yield Bench(server, {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "10000000"})


UP = "STATUS=0/0 links up, broker connected, 0 calls"
AWAY = "STATUS=0/0 links up, broker away, 0 messages wait, 0 calls"


def test_a_life(bench: Bench) -> None:
    attendance, clock = bench.attendance, bench.reactor
    attendance.start(None)
    assert bench.heard == ["WATCHDOG=1", "READY=1", UP]
    clock.pump([0.5] * 8)
    assert bench.heard == []
    bench.report = replace(WELL, broker=BrokerReport(connected=False))
    clock.advance(1)
    assert bench.heard == ["WATCHDOG=1", AWAY]
    attendance.reloading()
    attendance.reloaded("reload refused: mqtt")
    told = bench.heard
    assert [told[0].split()[0], *told[1:]] == [
        "RELOADING=1",
        "READY=1",
        f"STATUS=reload refused: mqtt; {AWAY.removeprefix('STATUS=')}",
    ]
    attendance.stopping()
    assert bench.heard == ["STOPPING=1", "STATUS=stopping"]
    assert attendance.stop().called
    assert not clock.getDelayedCalls()


def test_signs_of_life_end_with_a_writer_that_is_dead(bench: Bench) -> None:
    bench.attendance.start(None)
    dead = SwitchReport({}, store=StoreReport(stuck=11.0))
    bench.report = replace(WELL, switches={"hq": dead})
    assert "WATCHDOG=1" in bench.heard
    bench.reactor.pump([1.0] * 20)
    assert "WATCHDOG=1" not in bench.heard


def test_pages_are_opened_again_and_moved(bench: Bench) -> None:
    attendance, reactor = bench.attendance, bench.reactor
    reactor.taken = True
    with capture_logs() as lines:
        attendance = Attendance(lambda: WELL, reactor, Manager({}))
        attendance.start("tcp:127.0.0.1:9470")
        reactor.advance(AGAIN)
        reactor.taken = False
        reactor.advance(AGAIN)
    assert [line["event"] for line in lines] == ["health pages not open", "health pages open"]
    assert lines[0]["reason"] == "Address already in use"
    assert reactor.open == [("127.0.0.1", 9470)]
    attendance.listen("unix:/run/health")
    assert reactor.open == ["/run/health"]
    attendance.listen(None)
    assert reactor.open == []
    attendance.stop()
    assert not reactor.getDelayedCalls()
