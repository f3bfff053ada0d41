"""Lines that are no TCP: serial ports on a pty, frames of an interface on a socket pair."""

from __future__ import annotations

import errno
import os
import pty
import socket
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from twisted.internet.epollreactor import EPollReactor

from cti.config.sections import Link
from cti.transport import Cause, Loss, Settings, Transport, stream_for
from cti.transport.hdlc import HdlcEndpoint, open_interface
from cti.transport.loss import LineError
from tests.cti.test_transport import Ear


class Loop:
    """A reactor of its own, so that no other test meets what runs here."""

    def __init__(self) -> None:
        self.reactor: Any = EPollReactor()

    def until(self, true: Callable[[], bool], seconds: float = 20.0) -> None:
        """Run until something is so."""
        end = self.reactor.seconds() + seconds
        while not true():
            assert self.reactor.seconds() < end, "it never was"
            self.reactor.iterate(0.01)

    def close(self) -> None:
        self.reactor.iterate(0)
        assert not self.reactor.getDelayedCalls()
        self.reactor.removeAll()
        self.reactor.disconnectAll()
        self.reactor._poller.close()
        waker = self.reactor.waker
        for descriptor in (waker.i, waker.o):
            os.close(descriptor)


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


@contextmanager
def line() -> Iterator[tuple[int, str]]:
    """Give the far end of a pty, and the name of the near one."""
    far, near = pty.openpty()
    tty.setraw(near)
    name = os.ttyname(near)
    os.close(near)
    os.set_blocking(far, False)
    try:
        yield far, name
    finally:
        with suppress(OSError):  # the test may have closed it
            os.close(far)


def serial(loop: Loop, address: str) -> tuple[Transport, Ear]:
    ear = Ear()
    link = Link(driver="csta", address=address)
    return stream_for(loop.reactor, link, lambda: 0.0)(ear), ear


def stop(loop: Loop, transport: Transport) -> None:
    done: list[object] = []
    transport.stop().addBoth(done.append)
    loop.until(lambda: bool(done))


def test_a_serial_line_carries_octets_both_ways(loop: Loop) -> None:
    with line() as (far, name):
        transport, ear = serial(loop, f"serial:{name}?speed=19200&parity=even")
        transport.start()
        loop.until(lambda: "up" in ear.heard)
        every = bytes(range(256))
        assert transport.send(every)
        got = bytearray()

        def arrived() -> bool:
            with suppress(BlockingIOError):
                got.extend(os.read(far, 4096))
            return len(got) == 256

        loop.until(arrived)
        assert got == every
        os.write(far, every)
        loop.until(lambda: every in ear.heard)
        stop(loop, transport)
    assert ear.heard[:2] == ["connecting", "up"]
    assert ear.heard[-1] == Loss(Cause.OURS, "stopped")


def test_a_line_that_is_gone_is_opened_again(loop: Loop) -> None:
    with line() as (far, name):
        transport, ear = serial(loop, f"serial:{name}")
        transport.start()
        loop.until(lambda: "up" in ear.heard)
        os.close(far)
        loop.until(lambda: isinstance(ear.heard[-1], Loss))
        assert ear.heard[-1] == Loss(Cause.DEVICE, f"{name} is gone")
        loop.until(lambda: ear.heard.count("connecting") == 2)
        stop(loop, transport)


def test_an_aborted_line_is_closed_at_once(loop: Loop) -> None:
    with line() as (far, name):
        transport, ear = serial(loop, f"serial:{name}")
        transport.start()
        loop.until(lambda: "up" in ear.heard)
        transport.send(b"last")
        transport.abort("enough")
        loop.until(lambda: ear.heard[-1] == Loss(Cause.OURS, "enough"))
        assert os.read(far, 10) == b"last"
        stop(loop, transport)


def test_two_processes_do_not_share_a_line(loop: Loop) -> None:
    with line() as (_, name):
        one, ear = serial(loop, f"serial:{name}")
        one.start()
        loop.until(lambda: "up" in ear.heard)
        two, other = serial(loop, f"serial:{name}")
        two.start()
        loop.until(lambda: len(other.heard) == 2)
        assert other.heard[1] == Loss(Cause.DEVICE, f"{name}: in use by another process")
        stop(loop, two)
        stop(loop, one)


def test_a_line_without_its_carrier_is_lost(loop: Loop) -> None:
    with line() as (_, name):  # a pty has no modem lines at all
        transport, ear = serial(loop, f"serial:{name}?carrier=yes")
        transport.start()
        loop.until(lambda: isinstance(ear.heard[-1], Loss))
        assert ear.heard[-1].cause is Cause.DEVICE
        assert "carrier" in ear.heard[-1].reason
        stop(loop, transport)


@pytest.mark.parametrize(
    ("device", "reason"),
    [
        ("/dev/no-such-line", "/dev/no-such-line: no such device"),
        ("/dev/null", "/dev/null: no serial line"),
    ],
)
def test_a_device_that_is_none_says_why(loop: Loop, device: str, reason: str) -> None:
    transport, ear = serial(loop, f"serial:{device}")
    transport.start()
    assert ear.heard == ["connecting", Loss(Cause.DEVICE, reason)]
    stop(loop, transport)


def test_a_device_that_may_not_be_opened_says_whose_it_is(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def barred(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("cti.transport.serial._Port._serialFactory", barred)
    transport, ear = serial(loop, "serial:/dev/null")
    transport.start()
    assert ear.heard[1].reason.startswith("/dev/null: permission denied; the members of group")
    stop(loop, transport)


# Frames of a synchronous interface.


class Interface:
    """An end of a socket pair that stands for the interface."""

    def __init__(self) -> None:
        self.near, self.far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.near.setblocking(False)
        self.far.setblocking(False)
        self.opened = 0

    def open(self, name: str) -> socket.socket:
        assert name == "hdlc0"
        self.opened += 1
        if self.opened > 1:
            raise LineError("hdlc0: no such interface")
        return self.near


def test_a_read_is_a_frame_and_a_write_is_one(loop: Loop) -> None:
    interface, ear = Interface(), Ear()
    endpoint = HdlcEndpoint(loop.reactor, "hdlc0", interface.open)
    transport = Transport(endpoint, ear, loop.reactor, lambda: 0.0, Settings())
    transport.start()
    assert ear.heard == ["connecting", "up"]
    for frame in (b"\x01\x3f", b"\x03\x00\x10"):
        assert transport.send(frame)
    loop.reactor.iterate(0)
    assert [interface.far.recv(99), interface.far.recv(99)] == [b"\x01\x3f", b"\x03\x00\x10"]
    interface.far.send(b"\x01\x73")
    interface.far.send(b"\x03\x01")
    loop.until(lambda: ear.heard[2:] == [b"\x01\x73", b"\x03\x01"])
    transport.abort("enough")
    loop.until(lambda: ear.heard[-1] == Loss(Cause.OURS, "enough"))
    stop(loop, transport)
    interface.far.close()


def test_an_interface_that_goes_away_is_tried_again(loop: Loop) -> None:
    interface, ear = Interface(), Ear()
    endpoint = HdlcEndpoint(loop.reactor, "hdlc0", interface.open)
    transport = Transport(endpoint, ear, loop.reactor, lambda: 0.0, Settings())
    transport.start()
    interface.far.close()
    transport.send(b"\x01\x3f")
    loop.until(lambda: ear.heard.count("connecting") == 2)
    assert [one.cause for one in ear.heard if isinstance(one, Loss)] == [Cause.DEVICE] * 2
    stop(loop, transport)


def test_an_interface_that_cannot_be_opened_says_why() -> None:
    with pytest.raises(LineError) as caught:
        open_interface("no-such-if")
    # Without the right to packet sockets that is what is told first.
    assert str(caught.value) in (
        "no-such-if: no such interface",
        "no-such-if: frames need the right CAP_NET_RAW",
    )
    with pytest.raises(LineError, match=r"no raw HDLC interface|CAP_NET_RAW"):
        open_interface("lo")
