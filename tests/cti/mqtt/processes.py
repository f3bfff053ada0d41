"""Processes for tests with a real server: lines are awaited, each with a deadline."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
DEADLINE = 20.0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Process:
    """A program whose lines are read as they come."""

    def __init__(self, *arguments, stream="stdout"):
        self.child = subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if stream == "stdout" else subprocess.DEVNULL,
            stderr=subprocess.PIPE if stream == "stderr" else subprocess.DEVNULL,
            text=True,
            bufsize=1,
        )
        self.stream: Any = getattr(self.child, stream)
        self.input: Any = self.child.stdin
        self.lines: list[str] = []
        self._waiting: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.stream:
            self._waiting.put(line.rstrip("\n"))
        self._waiting.put(None)

    def until(self, wanted, what="line", deadline=DEADLINE):
        """Read lines until ``wanted`` says yes to one, and give that."""
        end = time.monotonic() + deadline
        while True:
            try:
                line = self._waiting.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"no {what} within {deadline} s; last lines: {self.lines[-8:]}")
            if line is None:
                pytest.fail(f"ended before {what}; last lines: {self.lines[-8:]}")
            self.lines.append(line)
            if wanted(line):
                return line

    def say(self, line):
        self.input.write(line + "\n")
        self.input.flush()

    def kick(self, number):
        """Send a signal."""
        self.child.send_signal(number)

    def end(self, number=signal.SIGTERM):
        if self.child.poll() is None:
            self.child.send_signal(number)
            if number != signal.SIGKILL:
                self.child.send_signal(signal.SIGCONT)
        self.child.wait(DEADLINE)
        self._reader.join(DEADLINE)
        for pipe in (self.input, self.stream):
            pipe.close()


class Client(Process):
    """The program of ``tests.cti.mqtt.client``."""

    def __init__(self, **settings):
        super().__init__(sys.executable, "-m", "tests.cti.mqtt.client", json.dumps(settings))

    def state(self, state, reason="", deadline=DEADLINE):
        """Wait for a change to ``state`` for a reason that contains ``reason``."""

        def wanted(line):
            told = json.loads(line)
            return told.get("state") == state and reason in told["reason"]

        return json.loads(self.until(wanted, f"{state} ({reason})", deadline))

    def told(self, **fields):
        return json.loads(
            self.until(lambda line: fields.items() <= json.loads(line).items(), f"{fields}")
        )


class Server:
    """A Mosquitto that can be killed and started again on the same port and folder."""

    def __init__(self, folder: Path, *lines):
        self.port = free_port()
        self.configuration = folder / f"mosquitto-{self.port}.conf"
        # The listener's own settings come behind it; a server as root drops its rights.
        self.configuration.write_text(
            "\n".join(
                (
                    "user root",
                    "persistence true",
                    f"persistence_file mosquitto-{self.port}.db",
                    f"persistence_location {folder}/",
                    "log_type all",
                    f"listener {self.port} 127.0.0.1",
                    *lines,
                )
            )
            + "\n"
        )
        self.process: Process | None = None
        self.start()

    def start(self):
        self.process = Process(MOSQUITTO, "-c", self.configuration, stream="stderr")
        self.process.until(lambda line: line.endswith(" running"), "start of mosquitto")

    def end(self, number=signal.SIGTERM):
        if self.process is not None:
            process, self.process = self.process, None
            process.end(number)
