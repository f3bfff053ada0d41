"""D channels: datagrams on UDP and UNIX sockets, and a card that a socket pair stands for."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import CancelledError

from cti.config import words
from cti.config.sections import Link
from cti.transport import Cause, Loss, Settings, Transport, stream_for
from cti.transport.dchannel import Card, DChannelEndpoint, open_card, open_datagrams
from cti.transport.loss import LineError
from tests.cti.test_lines import Loop, stop
from tests.cti.test_transport import Ear

SABME, UA = bytes.fromhex("00017f"), bytes.fromhex("000173")


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


def started(loop: Loop, address: str) -> tuple[Transport, Ear]:
    ear = Ear()
    link = Link(driver="csta", address=address)
    transport = stream_for(loop.reactor, link, lambda: 0.0)(ear)
    transport.start()
    return transport, ear


def exchange(loop: Loop, far: socket.socket, address: str) -> None:
    """A datagram is a frame, each way."""
    far.setblocking(False)
    transport, ear = started(loop, address)
    assert ear.heard == ["connecting", "up"]
    assert transport.send(SABME)
    loop.reactor.iterate(0)
    octets, here = far.recvfrom(99)
    assert octets == SABME
    far.sendto(UA, here)
    far.sendto(SABME, here)
    loop.until(lambda: ear.heard[2:] == [UA, SABME])
    stop(loop, transport)
    assert ear.heard[-1] == Loss(Cause.OURS, "stopped")


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1")])
def test_frames_over_udp(loop: Loop, family: int, host: str) -> None:
    with (
        socket.socket(family, socket.SOCK_DGRAM) as far,
        socket.socket(family, socket.SOCK_DGRAM) as free,
    ):
        far.bind((host, 0))
        free.bind((host, 0))
        port = free.getsockname()[1]
        free.close()
        exchange(loop, far, f"udp:{port}:{host}:{far.getsockname()[1]}")


def test_a_far_end_over_udp_may_come_later_and_nobody_else_is_heard() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
    ):
        for one in (far, free):
            one.bind(("127.0.0.1", 0))
        at, there = free.getsockname(), far.getsockname()
        free.close()
        far.close()
        opened = open_datagrams(words.Udp(at[1], "127.0.0.1", there[1]))
        for _ in range(2):  # the first is refused by the machine, which the second would tell
            assert opened.send(b"lost") == 4
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as late:
            late.bind(there)
            late.settimeout(5.0)
            opened.send(b"heard")
            assert late.recv(100) == b"heard"
            stranger.sendto(b"nonsense", at)
            late.sendto(b"answer", at)
            assert opened.recvfrom(100) == (b"answer", None)
        opened.close()


def test_frames_over_unix_sockets(loop: Loop, tmp_path: Path) -> None:
    near, there = tmp_path / "near", tmp_path / "far"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as far:
        far.bind(str(there))
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stale:
            stale.bind(str(near))  # an end that died left its name
        exchange(loop, far, f"unixgram:{near}:{there}")
    assert not near.exists()


def test_a_far_end_that_is_not_there_is_told(loop: Loop, tmp_path: Path) -> None:
    address = f"unixgram:{tmp_path}/near:{tmp_path}/far"
    transport, ear = started(loop, address)
    assert ear.heard[1] == Loss(Cause.DEVICE, f"{address}: no such file or directory")
    stop(loop, transport)


def test_a_port_in_use_is_told(loop: Loop) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("", 0))
        address = f"udp:{other.getsockname()[1]}:127.0.0.1:9"
        transport, ear = started(loop, address)
        assert ear.heard[1] == Loss(Cause.DEVICE, f"{address}: address already in use")
        stop(loop, transport)


def test_a_far_end_that_goes_away_is_noticed(loop: Loop, tmp_path: Path) -> None:
    there = tmp_path / "far"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as far:
        far.bind(str(there))
        transport, ear = started(loop, f"unixgram:{tmp_path}/near:{there}")
    transport.send(SABME)
    loop.until(lambda: isinstance(ear.heard[-1], Loss))
    assert ear.heard[2].cause is Cause.DEVICE
    assert ear.heard[2].reason.endswith("connection refused")
    stop(loop, transport)


# A card.

ADDRESS = words.Misdn(0)
ACTIVATE_REQ, ACTIVATE_IND, DEACTIVATE_IND = 0x0101, 0x0102, 0x0202
DATA_REQ, DATA_IND, DATA_CNF = 0x2001, 0x2002, 0x6002


class Kernel:
    """The far end of a card: what mISDN does."""

    def __init__(self) -> None:
        near, self.far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        near.setblocking(False)
        self.far.setblocking(False)
        self.card = Card(near)

    def open(self, address: words.Misdn) -> Card:
        assert address == ADDRESS
        return self.card

    def tell(self, primitive: int, octets: bytes = b"") -> None:
        self.far.send(struct.pack("=II", primitive, 1) + octets)

    def heard(self) -> tuple[int, bytes]:
        octets = self.far.recv(999)
        return struct.unpack("=II", octets[:8])[0], octets[8:]


def opening(loop: Loop, kernel: Kernel, seconds: float = 9.0) -> tuple[Transport, Ear]:
    ear = Ear()
    endpoint = DChannelEndpoint(loop.reactor, ADDRESS, seconds, card=kernel.open)
    transport = Transport(endpoint, ear, loop.reactor, lambda: 0.0, Settings())
    transport.start()
    return transport, ear


def test_a_card_carries_frames_once_layer_1_is_active(loop: Loop) -> None:
    kernel = Kernel()
    transport, ear = opening(loop, kernel)
    assert kernel.heard() == (ACTIVATE_REQ, b"")
    assert ear.heard == ["connecting"]
    kernel.far.send(b"?")  # is no primitive
    kernel.tell(DATA_CNF)
    kernel.tell(ACTIVATE_IND)
    loop.until(lambda: ear.heard == ["connecting", "up"])
    transport.send(SABME)
    loop.reactor.iterate(0)
    assert kernel.heard() == (DATA_REQ, SABME)
    kernel.far.send(b"?")
    kernel.tell(DATA_CNF)
    kernel.tell(DATA_IND, UA)
    loop.until(lambda: ear.heard[2:] == [UA])
    kernel.tell(DEACTIVATE_IND)
    loop.until(lambda: isinstance(ear.heard[-1], Loss))
    assert ear.heard[-1] == Loss(Cause.DEVICE, "misdn:0: network is down")
    stop(loop, transport)
    kernel.far.close()


def test_a_card_without_layer_1_is_given_up(loop: Loop) -> None:
    kernel = Kernel()
    transport, ear = opening(loop, kernel, seconds=0.05)
    loop.until(lambda: len(ear.heard) == 2)
    assert ear.heard[1] == Loss(Cause.DEVICE, "misdn:0: layer 1 did not come up in 0.05 s")
    stop(loop, transport)
    kernel.far.close()


def test_waiting_for_layer_1_can_be_given_up(loop: Loop) -> None:
    kernel = Kernel()
    failures: list[Any] = []
    endpoint = DChannelEndpoint(loop.reactor, ADDRESS, 9.0, card=kernel.open)
    waiting = endpoint.connect(None)
    waiting.addErrback(failures.append)
    waiting.cancel()
    assert failures[0].check(CancelledError)
    assert kernel.card.fileno() == -1
    kernel.far.close()


def test_a_card_that_goes_away_while_it_is_opened_is_told(loop: Loop) -> None:
    kernel = Kernel()
    kernel.far.close()
    transport, ear = opening(loop, kernel)
    loop.until(lambda: len(ear.heard) == 2)
    assert ear.heard[1] == Loss(Cause.DEVICE, "misdn:0: broken pipe")
    stop(loop, transport)


def test_a_card_that_is_not_there_says_why() -> None:
    with pytest.raises(LineError) as caught:
        open_card(words.Misdn(63, "nt", "e1"))
    reason = str(caught.value)
    assert reason.startswith("misdn:63: ")
    # Which of these depends on the kernel and on the rights of whoever runs the test.
    assert any(word in reason for word in ("mISDN is not loaded", "no such", "permission"))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("misdn:1", words.Misdn(1)),
        ("misdn:0?side=nt&line=e1", words.Misdn(0, "nt", "e1")),
        ("udp:5:10.0.0.1:6", words.Udp(5, "10.0.0.1", 6)),
        ("udp:5:[::1]:6", words.Udp(5, "::1", 6)),
        ("unixgram:/a:/b", words.Unixgram("/a", "/b")),
    ],
)
def test_addresses(text: str, address: words.Address) -> None:
    assert words.link_address(text) == address


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("misdn:", "number of a card"),
        ("misdn:64", "0 to 63"),
        ("misdn:0?side=x", "side is one of te, nt"),
        ("misdn:0?x=1", "the keys are side, line"),
        ("udp:5", "OUR-PORT"),
        ("udp:5:host:6", "IP-ADDRESS"),
        ("udp:x:127.0.0.1:6", "OUR-PORT"),
        ("udp:0:127.0.0.1:6", "port 0"),
        ("udp:5:127.0.0.1:70000", "port 70000"),
        ("unixgram:/a", "OTHER/PATH"),
        ("unixgram:a:b", "OUR/PATH"),
    ],
)
def test_addresses_that_are_none(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        words.link_address(text)


def test_the_socket_of_a_card_is_not_left_open() -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        with pytest.raises(LineError):
            open_card(words.Misdn(63))
    assert len(os.listdir("/proc/self/fd")) == before
