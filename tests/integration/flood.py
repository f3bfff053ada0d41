"""A switch that tells much in a short time, a daemon for it, and wires that can be cut.

The driver is made for this: a frame is one event, so that what a broker gets can be counted.
Run as a program it is ``ctid`` with this driver in the place of all others.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from typing_extensions import override

from cti import driver as dr
from cti import facts as f
from cti.facts import NativeDevice
from cti.model.capabilities import (
    Capabilities,
    CommandSupport,
    Limits,
    Peer,
    Resync,
    Support,
)
from cti.model.commands import VERBS, EndState, Result
from cti.model.states import LinkState
from tests.integration.site import PATIENCE, Process

DEVICE = "201"


class Flooded(dr.SwitchDriver):
    """``h0`` and ``h1`` are the hook of a telephone; a command is ``c TOKEN ID`` and ``r``."""

    stack = "length16"
    protocol = "flooded"

    @override
    def __init__(self, config: Mapping[str, Any], *, observing: bool = False) -> None:
        pass

    @property
    @override
    def capabilities(self) -> Capabilities:
        every = {verb: CommandSupport(Support.NATIVE) for verb in VERBS}
        return Capabilities("flooded", "1", Peer(), (), every, {}, {}, Resync(), Limits())

    @override
    def begins_connection(self, pdu: bytes, *, sent: bool) -> bool:
        return False

    @override
    def handle(self, event: dr.Event) -> list[dr.Action]:
        match event:
            case dr.LinkUp():
                return [dr.StateChanged(LinkState.UP)]
            case dr.LinkDown(reason):
                return [dr.StateChanged(LinkState.DOWN, reason)]
            case dr.PduReceived(pdu) if pdu[:1] == b"h":
                device = NativeDevice(DEVICE)
                fact = f.DeviceFact(device=device, on_hook=pdu[1:] == b"1")
                return [dr.Report(fact, "hook")]
            case dr.PduReceived(pdu):
                result = Result(EndState.SUCCEEDED, result={})
                return [dr.Outcome(int(pdu.split()[1]), result)]
            case dr.CommandRequested(token, command):
                return [dr.SendPdu(f"c {token} {command.command_id}".encode())]
            case dr.StopRequested():
                return [dr.StateChanged(LinkState.DOWN, "stopped")]
            case _:
                return []


class Flood:
    """The switch: it tells ``rate`` events in a second, or what the daemon takes."""

    def __init__(self) -> None:
        self.connections = 0
        self.sent = 0
        """Events."""
        self.commands: list[str] = []
        """Ids of all commands that arrived, over all connections."""
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._wanted = 0
        self._rate = 1
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def tell(self, events: int, rate: int) -> None:
        """Tell so many further events."""
        self._rate = rate
        self._wanted += events

    def _serve(self) -> None:
        while not self._over.is_set():
            with suppress(OSError):
                sock, _ = self._server.accept()
                self.connections += 1
                with sock:
                    self._talk(sock)

    def _talk(self, sock: socket.socket) -> None:
        sock.settimeout(60)
        begun, since, heard = time.monotonic(), self.sent, b""
        while not self._over.is_set():
            due = since + int((time.monotonic() - begun) * self._rate)
            most = min(due, self._wanted) - self.sent
            if self.sent == self._wanted:
                begun, since = time.monotonic(), self.sent
            frames = [_frame(b"h%d" % ((self.sent + n) % 2)) for n in range(max(most, 0))]
            sock.sendall(b"".join(frames))
            self.sent += len(frames)
            if select.select([sock], [], [], 0.005)[0]:
                octets = sock.recv(65536)
                if not octets:
                    return
                heard = self._hear(sock, heard + octets)

    def _hear(self, sock: socket.socket, heard: bytes) -> bytes:
        while len(heard) >= 2 and len(heard) >= (end := 2 + int.from_bytes(heard[:2], "big")):
            _, token, command_id = heard[2:end].split()
            heard = heard[end:]
            self.commands.append(command_id.decode())
            sock.sendall(_frame(b"r " + token))
        return heard

    def close(self) -> None:
        self._over.set()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(60)


def _frame(octets: bytes) -> bytes:
    return len(octets).to_bytes(2, "big") + octets


class Wire:
    """A relay to a port that can be cut with a reset, and led to another port."""

    def __init__(self, to: int) -> None:
        self._to: int | None = to
        self._cuts = 0
        self.mute = False
        """Whether what the other side says is kept back."""
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._over = False
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def cut(self) -> None:
        """Reset every connection, and each further one."""
        self._to = None
        self._cuts += 1

    def lead(self, to: int) -> None:
        """Let connections through again."""
        self._to = to

    def _serve(self) -> None:
        while not self._over:
            with suppress(OSError):
                near, _ = self._server.accept()
                thread = threading.Thread(target=self._pass, args=(near,))
                self._threads.append(thread)
                thread.start()

    def _pass(self, near: socket.socket) -> None:
        to, cuts = self._to, self._cuts
        with near, suppress(OSError):
            if to is not None:
                with socket.create_connection(("127.0.0.1", to)) as far:
                    self._both(near, far, cuts)
                    _reset(far)
            _reset(near)

    def _both(self, near: socket.socket, far: socket.socket, cuts: int) -> None:
        with suppress(OSError):
            while cuts == self._cuts and not self._over:
                heard = [near] if self.mute else [near, far]
                for one in select.select(heard, [], [], 0.02)[0]:
                    octets = one.recv(65536)
                    if not octets:
                        return
                    (far if one is near else near).sendall(octets)

    def close(self) -> None:
        self._over = True
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for thread in self._threads:
            thread.join(60)


def _reset(sock: socket.socket) -> None:
    """Have the end of a connection be a reset."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Ear:
    """Who reads every event at a broker: a client in C, so that it is quick enough."""

    def __init__(self, port: int) -> None:
        words = ("-p", str(port), "-V", "5", "-q", "1", "-t")
        retained = ("ready", "-r", "-m", "ready")  # what is retained comes when one is heard
        subprocess.run(["mosquitto_pub", *words, *retained], check=True, timeout=PATIENCE)
        self.process = Process(
            *("mosquitto_sub", *words, "cti/v1/hq/event/#", "-t", "ready", "-F", "%p")
        )
        self.process.expect("ready")
        self._read = 0
        self.events: list[dict[str, Any]] = []

    def hear(self) -> list[dict[str, Any]]:
        """Give all events until now, repeats included."""
        lines = self.process.lines
        end = len(lines)
        self.events += [json.loads(one) for one in lines[self._read : end] if one[:1] == "{"]
        self._read = end
        return self.events


def memory(pid: int) -> int:
    """Give the most memory that a process had, in octets."""
    with open(f"/proc/{pid}/status") as file:
        (line,) = (one for one in file if one.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    setattr(dr, "load", lambda _: Flooded)  # noqa: B010 # the only driver
    sys.argv[0] = "ctid"
    from cti.cli.run import run

    run()
