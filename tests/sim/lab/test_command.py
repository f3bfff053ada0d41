"""``python -m sim lab`` as processes: datagrams, TCP and a serial line between two of them."""

from __future__ import annotations

import contextlib
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.lab.command import LAYERS, parser
from sim.lab.contract import Say
from tests.support.lines import crossed_lines

ROOT = Path(__file__).resolve().parents[3]
GUIDE = ROOT / "docs" / "laboratory.md"


PATIENCE = 60.0
"""Seconds after which a process that says nothing is taken to hang; no test relies on it."""


class Lab:
    """One process of the laboratory, and what it said so far."""

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
        self._coming: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._coming.put(line.rstrip("\n"))
        self._coming.put(None)

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def wait(self, *beginnings: str) -> str:
        """Read until a line begins like one of these."""
        while (line := self._next()) is not None:
            if line.startswith(beginnings):
                return line
        self.process.kill()  # else its standard error might never end
        raise AssertionError(f"no {beginnings} in {self.lines}: {self.errors()}")

    def _next(self) -> str | None:
        """Give the next line; ``None`` at the end, or if nothing comes."""
        try:
            line = self._coming.get(timeout=PATIENCE)
        except queue.Empty:
            return None
        if line is not None:
            self.lines.append(line)
        return line

    def errors(self) -> str:
        """Give what an ended process wrote on standard error."""
        self.process.wait(PATIENCE)
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def close(self) -> int:
        """End its input, read what it still says, and give its status."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        while self._next() is not None:
            pass
        return self.process.wait(PATIENCE)


@contextlib.contextmanager
def labs(one: tuple[str, ...], two: tuple[str, ...]) -> Iterator[tuple[Lab, Lab]]:
    """Run two that are open; both must end well when their input ends."""
    with Lab(*one) as first:
        first.wait("open")
        with Lab(*two) as second:
            second.wait("open")
            yield first, second
            assert second.close() == 0
            assert first.close() == 0


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
    """Everything arrives once and in order, or the reset that lost it is told."""
    here, there = udp()
    bad = ("--loss", "0.1", "--duplicate", "0.1", "--n2", "50",
           "--timer", "T1=0.2", "--timer", "T2=0.05")  # fmt: skip
    with labs(("lapb", *here, *bad), ("lapb", "--role", "dce", *there, *bad)) as (one, two):
        one.tell("establish")
        one.wait("establish confirm")
        two.wait("establish indication")
        sent = [f"data indication {number:02x}" for number in range(5)]
        for number in range(5):
            one.tell(f"data {number:02x}")
        # A UA that comes twice resets the link, and a reset drops what is under way.
        two.wait(sent[-1], "reset indication")
        arrived = [line for line in two.lines if line.startswith("data")]
        assert arrived == sorted(set(arrived))
        assert set(arrived) <= set(sent)
        assert arrived == sent or any("reset" in line for line in two.lines)
        one.tell("nonsense")
        assert one.wait("error") == "error nonsense: not understood"
        one.tell("help")
        one.wait("help quit")


@pytest.mark.slow
def test_x25_over_datagrams() -> None:
    here, there = udp()
    with labs(("x25", *here), ("x25", "--role", "dce", *there)) as (one, two):
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
    with Lab("plp", "--role", "dce", "--xot", "listen:127.0.0.1:0") as server:
        port = server.wait("listening").partition("=")[2]
        with Lab("plp", "--xot", f"127.0.0.1:{port}") as client:
            client.wait("layer ready")
            server.wait("layer ready")  # before that a call would be dropped
            client.tell("call 1")
            client.wait("call confirm")
            server.wait("call indication")
            server.tell("data 0102")
            assert client.wait("data indication") == "data indication lcn=32 0102"
            assert client.close() == 0
        server.wait("closed")
        assert server.close() == 0


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
    with Lab(*words) as lab:
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
