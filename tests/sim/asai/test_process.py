"""A DEFINITY as a process: an adjunct on a socket, over the gateway."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from protocols.asai import components as c
from protocols.asai import tunnel
from protocols.asai.messages import Message, MessageType
from protocols.asai.names import Operation
from protocols.asai.tunnel import DownReason, Framer, Type
from protocols.q931 import values as q
from sim.__main__ import main
from tests.sim.asai.client import CODEC, event, extension
from tests.sim.test_main import do

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def switch(control: Path, *words: str) -> Iterator[tuple[str, int]]:
    """Run a switch; give where it listens. It must end cleanly."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "asai", "--control", str(control), *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        host, _, port = line.removeprefix("listening on ").strip().rpartition(":")
        yield host, int(port)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "placeholders" in told
    finally:
        process.kill()
        process.communicate()


class Remote:
    """An adjunct behind a socket."""

    def __init__(self, where: tuple[str, int]) -> None:
        self.socket = socket.create_connection(where, timeout=20)
        self._framer = Framer()
        self._waiting: list[tunnel.Message] = []

    def next(self) -> tunnel.Message:
        while not self._waiting:
            read = self.socket.recv(65536)
            assert read, "the gateway closed"
            messages, wrong = self._framer.feed(read)
            assert wrong is None
            self._waiting += messages
        return self._waiting.pop(0)

    def say(self, kind: Type, data: bytes) -> None:
        self.socket.sendall(tunnel.encode(tunnel.Message(kind, 0, data)))

    def send(self, message: Message) -> None:
        self.say(Type.ASAI_DATA, CODEC.encode(message))

    def heard(self) -> Message:
        told = self.next()
        assert told.kind == Type.ASAI_DATA
        return CODEC.decode(told.data)


@pytest.mark.slow
def test_an_adjunct_on_a_socket_hears_what_people_do(tmp_path: Path) -> None:
    control, truth = tmp_path / "c.sock", tmp_path / "truth.jsonl"
    with switch(control, "--truth", str(truth)) as where:
        adjunct = Remote(where)
        adjunct.say(Type.CONNECTION_REQUEST, bytes((1,)))
        assert adjunct.next().kind == Type.CONNECTION_ACCEPT
        restart = adjunct.heard()
        assert restart.kind is MessageType.RESTART
        told = (q.RestartIndicator(7), restart.elements[1])
        adjunct.send(Message(MessageType.RESTART_ACKNOWLEDGE, 0, True, None, told))
        beat = adjunct.heard()
        answer = c.ReturnResult(2)
        adjunct.send(Message(MessageType.RELEASE_COMPLETE, beat.crv, True, answer))
        control_201 = c.Invoke(1, Operation.DOMAIN_CONTROL, (extension("201"),))
        adjunct.send(Message(MessageType.REGISTER, 33, False, control_201))
        assert adjunct.heard().facility == c.ReturnResult(1, Operation.DOMAIN_CONTROL)
        do(control, "dial", "202", "201")
        do(control, "answer", "201")
        do(control, "hang-up", "202")
        names = [str(event(adjunct.heard())) for _ in range(4)]
        assert names == ["alerting", "connected", "drop", "drop"]
        do(control, "cut")
        down = adjunct.next()
        assert (down.kind, down.data) == (Type.LINK_DOWN, bytes((DownReason.SWITCH_DOWN,)))
        assert adjunct.socket.recv(100) == b""
        adjunct.socket.close()
    (call,) = [json.loads(line) for line in truth.read_text().splitlines()]
    assert (call["calling"], call["called"], call["cause"]) == ("202", "201", "normal")


@pytest.mark.slow
def test_a_client_that_the_table_does_not_have_is_refused(tmp_path: Path) -> None:
    with switch(tmp_path / "c.sock", "--links", "192.0.2.1=1") as where:
        adjunct = Remote(where)
        assert adjunct.next().kind == Type.ERROR_NOTIFICATION
        assert adjunct.socket.recv(100) == b""
        adjunct.socket.close()


@pytest.mark.parametrize(
    "words",
    [
        ["--dialect", "g2"],
        ["--links", "here"],
        ["--links", "*=9"],
        ["--listen", "udp:1"],
        ["--listen", "udp:15901:127.0.0.1:15902", "--dchannel", "tei=99"],
    ],
)
def test_what_cannot_be_run_is_said(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["asai", *words]) == 2
    assert capsys.readouterr().err
