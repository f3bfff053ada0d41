"""``python -m sim lab`` as processes: datagrams, TCP and a serial line between two of them."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.lab.command import LAYERS, parser
from sim.lab.contract import Say
from tests.support.lines import crossed_lines

ROOT = Path(__file__).resolve().parents[3]
GUIDE = ROOT / "docs" / "laboratory.md"


class Lab:
    """One process of the laboratory."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sim", "lab", *words],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def wait(self, beginning: str) -> str:
        """Read until a line begins like this."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith(beginning):
                return self.lines[-1]
        raise AssertionError(f"no {beginning!r} in {self.lines}: {self.errors()}")

    def errors(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def close(self) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.read()
        self.process.stdout.close()
        status = self.process.wait(30)
        if self.process.stderr is not None:
            self.process.stderr.close()
        return status


@contextlib.contextmanager
def labs(one: tuple[str, ...], two: tuple[str, ...]) -> Iterator[tuple[Lab, Lab]]:
    """Run two; both must end well when their input ends."""
    first = Lab(*one)
    first.wait("open")
    second = Lab(*two)
    try:
        yield first, second
        assert second.close() == 0
        assert first.close() == 0
    finally:
        for lab in (first, second):
            lab.process.kill()
            lab.process.wait()


def ports() -> list[int]:
    """Find two UDP ports that are free."""
    opened = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
    for one in opened:
        one.bind(("127.0.0.1", 0))
    found: list[int] = [one.getsockname()[1] for one in opened]
    for one in opened:
        one.close()
    return found


def udp() -> tuple[tuple[str, str], tuple[str, str]]:
    one, two = ports()
    return ("--udp", f"{one}:{two}"), ("--udp", f"{two}:{one}")


@pytest.mark.slow
def test_lapb_over_datagrams_with_a_bad_wire() -> None:
    here, there = udp()
    bad = ("--loss", "0.1", "--duplicate", "0.1", "--timer", "T1=0.2", "--timer", "T2=0.05")
    with labs(("lapb", *here, *bad), ("lapb", "--role", "dce", *there, *bad)) as (one, two):
        two.wait("open")
        one.tell("establish")
        one.wait("establish confirm")
        two.wait("establish indication")
        for number in range(5):
            one.tell(f"data {number:02x}")
        two.wait("data indication 04")
        arrived = [line for line in two.lines if line.startswith("data")]
        if not any("reset" in line for line in two.lines):
            assert arrived == [f"data indication {number:02x}" for number in range(5)]
        one.tell("nonsense")
        assert one.wait("error") == "error nonsense: not understood"
        one.tell("help")
        one.wait("help quit")


@pytest.mark.slow
def test_x25_over_datagrams() -> None:
    here, there = udp()
    with labs(("x25", *here), ("x25", "--role", "dce", *there)) as (one, two):
        two.wait("open")
        one.tell("establish")
        one.wait("layer ready")
        one.tell("call 5678 c0ffee")
        assert two.wait("call indication").endswith("called=5678 calling= facilities= c0ffee")
        one.wait("call confirm")
        one.tell("data " + "ab" * 500)
        assert two.wait("data indication") == "data indication lcn=32 " + "ab" * 500
        one.tell("clear")
        one.wait("clear confirm")
        two.wait("clear indication")


@pytest.mark.slow
def test_the_packet_layer_over_tcp() -> None:
    server = Lab("plp", "--role", "dce", "--xot", "listen:127.0.0.1:0")
    port = server.wait("listening").partition("=")[2]
    client = Lab("plp", "--xot", f"127.0.0.1:{port}")
    try:
        client.wait("layer ready")
        client.tell("call 1")
        client.wait("call confirm")
        server.wait("call indication")
        server.tell("data 0102")
        assert client.wait("data indication") == "data indication lcn=32 0102"
        assert client.close() == 0
        server.wait("closed")
        assert server.close() == 0
    finally:
        for lab in (server, client):
            lab.process.kill()
            lab.process.wait()


@pytest.mark.slow
def test_x25_over_a_serial_line() -> None:
    with (
        crossed_lines() as (here, there),
        labs(
            ("x25", "--role", "dce", "--serial", f"{there}?speed=19200"),
            ("x25", "--serial", f"{here}?speed=19200", "--establish"),
        ) as (dce, dte),
    ):
        dte.wait("layer ready")
        dte.tell("call 42")
        dce.wait("call indication")
        dce.tell("data 7e7d11")
        assert dte.wait("data indication") == "data indication lcn=32 7e7d11"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("lapb", "--udp", "1"), "--udp 1: LOCAL:REMOTE, two port numbers, are expected"),
        (("lapb", "--xot", "x:1"), "--xot carries packets, not frames: it is for plp"),
        (("lapb", "--serial", "/dev/none"), "/dev/none: no such device"),
        (("lapb", "--udp", "1:2", "--loss", "2"), "--loss 2.0: a share from 0 up to 1"),
    ],
)
def test_what_cannot_be_is_said(words: tuple[str, ...], reason: str) -> None:
    lab = Lab(*words)
    assert lab.errors().startswith(reason)
    assert lab.close() in (1, 2)


def test_every_layer_has_its_commands_in_the_guide(capsys: Any) -> None:
    import importlib

    text = GUIDE.read_text()
    for name in LAYERS:
        options = parser().parse_args([name, "--udp", "1:2"])
        made = importlib.import_module(f"sim.lab.{name}").make(options)
        for word in made.words:
            assert f"`{word}" in text, word
        assert Say("") not in made.begin()
