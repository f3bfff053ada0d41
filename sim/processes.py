"""Broker, simulated switch, daemon and command line client as processes on this machine.

For the demo and for scenarios over sockets: everything listens on loopback only.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from sim import brokers

_BIN: Final = Path(sys.executable).parent
_PATIENCE: Final = 20.0
SWITCH: Final = "hq"
"""The switch of a demo, by its id."""

_CTID: Final = """
[daemon]
name = "demo"
state_dir = "{folder}"
[log]
level = "warning"
[mqtt]
brokers = ["mqtt://127.0.0.1:{broker}"]
[switch.{switch}]
vendor = "simulated"
[switch.{switch}.link.main]
driver = "{driver}"
address = "tcp:127.0.0.1:{port}"
[switch.{switch}.link.main.reconnect]
minimum = 1.0
maximum = 1.0
[switch.{switch}.monitor]
devices = {devices}
[rights.demo]
verbs = ["*"]
acts = ["*"]
reaches = ["*"]
agents = ["*"]
queues = ["*"]
route_points = ["*"]
destinations = ["*"]
feature_codes = true
forward_outside = true
join_outside = true
[rights.demo.budget]
commands_per_second = 1000
commands_burst = 1000
calls_per_second = 1000
calls_burst = 1000
calls_per_minute = 10000
calls_per_day = 100000
{more}
"""


class ProcessError(Exception):
    """Something did not start, or did not say or do what it should; says what."""


class Process:
    """A child process with its lines; ended when its block ends."""

    def __init__(self, *words: str, echo: bool = False) -> None:
        self.lines: list[str] = []
        self._echo = echo
        self._news = threading.Condition()
        self._child = subprocess.Popen(  # noqa: S603
            words,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._child.stdout or ():
            if self._echo:
                print(line, end="", flush=True)  # noqa: T201
            with self._news:
                self.lines.append(line.rstrip())
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    @property
    def running(self) -> bool:
        """Whether the child has not ended."""
        return self._child.poll() is None

    def expect(self, *words: str, count: int = 1) -> str:
        """Wait for the ``count``-th line that has all ``words``; raise ``ProcessError``."""

        def found() -> list[str]:
            return [line for line in self.lines if all(word in line for word in words)]

        with self._news:
            self._news.wait_for(lambda: len(found()) >= count, _PATIENCE)
        if len(found()) < count:
            raise ProcessError(f"no {' '.join(words)!r} came; last: {self.lines[-5:]}")
        return found()[count - 1]

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._reader.join(5)


class Switch:
    """A simulated switch as a process, and the people at it."""

    def __init__(
        self, stack: ExitStack, folder: Path, *options: str, speaks: str = "csta"
    ) -> None:
        self.control = folder / "switch.sock"
        words = ["-m", "sim", speaks, "--listen", "tcp:127.0.0.1:0"]
        words += ["--control", str(self.control), *options]
        process = stack.enter_context(Process(sys.executable, *words))
        self.port = int(process.expect("listening on").rpartition(":")[2])
        process.expect("control at")

    def say(self, *words: str) -> dict[str, Any]:
        """Say words to the switch and give its answer."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(_PATIENCE)
            sock.connect(str(self.control))
            with sock.makefile("rw") as file:
                file.write(json.dumps(words) + "\n")
                file.flush()
                answer: dict[str, Any] = json.loads(file.readline())
        return answer

    def __call__(self, *words: str) -> dict[str, Any]:
        """Say words that the switch must follow; raise ``ProcessError`` if it does not."""
        answer = self.say(*words)
        if not answer["ok"]:
            raise ProcessError(f"{' '.join(words)}: {answer}")
        return answer


class Client:
    """The command line client, as an application."""

    def __init__(self, port: int) -> None:
        self.port = port

    def words(self, *command: str) -> list[str]:
        """Give the words of a command."""
        return [str(_BIN / "cti"), *command, "--broker", f"mqtt://127.0.0.1:{self.port}"]

    def ask(self, *command: str) -> dict[str, Any]:
        """Give a command to the switch and return the reply."""
        words = [*self.words(*command), "--switch", SWITCH, "--client", "demo"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
        if not done.stdout:
            raise ProcessError(done.stderr.strip())
        reply: dict[str, Any] = json.loads(done.stdout)
        return reply


def tables(route_points: Iterable[Mapping[str, Any]]) -> str:
    """Write what the bridge is configured with for route points."""
    lines = []
    for point in route_points:
        lines.append(f"[[switch.{SWITCH}.route_point]]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in point.items()]
    return "".join(f"{line}\n" for line in lines)


def daemon(
    stack: ExitStack,
    folder: Path,
    *,
    broker: int,
    port: int,
    devices: list[str],
    route_points: Iterable[Mapping[str, Any]] = (),
    driver: str = "csta",
) -> Process:
    """Start ``ctid`` for one switch that monitors devices."""
    config = folder / "ctid.toml"
    known: dict[str, Any] = {"folder": folder, "broker": broker, "port": port, "switch": SWITCH}
    known["driver"] = driver
    known["more"] = tables(route_points)
    config.write_text(_CTID.format(devices=json.dumps(devices), **known))
    return stack.enter_context(Process(str(_BIN / "ctid"), str(config)))


def start_broker(stack: ExitStack, folder: Path, wanted: str | None) -> tuple[str, int]:
    """Start a broker; give its name and port. Raise ``ProcessError`` if there is none."""
    if (broker := brokers.find(wanted)) is None:
        raise ProcessError(
            "no broker: apt install mosquitto, or pip install 'cti-bridge[demo]'"
        )
    port = _free_port()
    process = stack.enter_context(Process(*brokers.command(broker, folder, port)))
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.running:
        with socket.socket() as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return broker.name, port
        time.sleep(0.05)  # between two looks
    raise ProcessError(f"{broker.name} does not answer on port {port}: {process.lines[-5:]}")


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
