"""A whole site as processes on loopback: broker, simulated switch, daemon, and an application.

Nothing here waits for luck: everything waits on a condition, with a deadline.
"""

from __future__ import annotations

import http.client
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from prometheus_client.parser import text_string_to_metric_families

from sim import brokers

BIN = Path(sys.executable).parent
PATIENCE = 30.0


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def listening(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def wait_for(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Wait until ``condition`` gives something true, and give that."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)  # between two looks; the condition decides
    raise AssertionError(f"not within {patience:g} s: {what}")


class Process:
    """A child process whose output is kept by line."""

    def __init__(
        self, *words: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        self.lines: list[str] = []
        self._process = subprocess.Popen(
            words,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=cwd,
            env={
                **os.environ,
                "PYTHONUNBUFFERED": "1",
                "RUST_BACKTRACE": "0",
                **(env or {}),
            },
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))

    def expect(self, text: str) -> str:
        """Wait for a line with ``text``, and give it."""

        def look() -> str | None:
            found = next((line for line in self.lines if text in line), None)
            if found is None and self._process.poll() is not None:
                raise AssertionError(f"ended without {text!r}: {self.lines[-20:]}")
            return found

        found: str = wait_for(look, f"{text!r} in {self.lines[-10:]}")
        return found

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def hint(self, number: signal.Signals) -> None:
        """Send a signal, and go on."""
        self._process.send_signal(number)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End the process and give its status."""
        if self.running:
            self._process.send_signal(number)
        return self.over()

    def over(self) -> int:
        """Wait until the process ended, and give its status."""
        try:
            status = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"did not end: {self.lines[-20:]}") from None
        self._reader.join(PATIENCE)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return status


class Broker:
    """A real broker on a port of its own: Mosquitto where it is installed."""

    def __init__(self, folder: Path, name: str | None = None, extra: str = "") -> None:
        broker = brokers.find(name)
        if broker is None:
            pytest.skip(f"no broker {name or ''}: apt install mosquitto")
        self.port = free_port()
        self._words = brokers.command(broker, folder, self.port)
        if extra:
            Path(self._words[-1]).write_text(f"listener {self.port} 127.0.0.1\n{extra}")
        self.process: Process | None = None
        self.start()

    def start(self) -> None:
        self.process = Process(*self._words)
        wait_for(lambda: listening(self.port), "the broker listens")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.end(number)
            self.process = None


def _at_once(_client: Any, _data: Any, sock: Any) -> None:
    """Have a command not wait for the acknowledgement of an event's acknowledgement."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Application:
    """An application as its developers write one: a plain MQTT 5 client."""

    def __init__(self, port: int, client: str = "app") -> None:
        self.client = client
        self.events: list[dict[str, Any]] = []
        self.retained: dict[str, Any] = {}
        self.again: list[dict[str, Any]] = []
        """What ``replay`` and ``snapshot`` sent."""
        self.replies = 0
        """Replies to anybody."""
        self.quiet = False
        """Whether only replies are taken."""
        self._replies: dict[str, queue.Queue[dict[str, Any]]] = {}
        self._count = 0
        self._ready = threading.Event()
        self.connected = threading.Event()
        self._mqtt = mqtt.Client(
            CallbackAPIVersion.VERSION2, f"test-{client}", protocol=mqtt.MQTTv5
        )
        self._mqtt.on_message = self._message
        self._mqtt.on_subscribe = self._subscribed
        self._mqtt.on_connect = self._connected
        self._mqtt.on_disconnect = self._disconnected
        self._mqtt.on_socket_open = _at_once
        self._mqtt.reconnect_delay_set(1, 1)
        self._mqtt.connect("127.0.0.1", port)
        self._mqtt.loop_start()
        assert self._ready.wait(PATIENCE)

    def _disconnected(self, *_: Any) -> None:
        self.connected.clear()

    def _connected(self, client: Any, *_: Any) -> None:
        client.subscribe("cti/v1/#", qos=1)

    def _subscribed(self, *_: Any) -> None:
        self.connected.set()
        self._ready.set()

    def _message(self, _client: Any, _data: Any, message: Any) -> None:
        if "/command/" in message.topic and "/event/command/" not in message.topic:
            return
        if self.quiet and "/reply/" not in message.topic:
            return
        told: Any = json.loads(message.payload) if message.payload else None
        if "/event/" in message.topic:
            self.events.append(told)
        elif "/reply/" in message.topic and "status" not in told:
            self.again.append(told)
        elif "/reply/" in message.topic:
            self.replies += 1
            if told.get("command_id") in self._replies:
                self._replies[told["command_id"]].put(told)
        else:
            self.retained[message.topic] = told

    def close(self) -> None:
        self._mqtt.disconnect()
        self._mqtt.loop_stop()

    def send(self, topic: str, payload: bytes, **options: Any) -> None:
        """Publish anything."""
        self._mqtt.publish(topic, payload, **options)

    def ask(self, verb: str, *, wait: float = PATIENCE, **args: Any) -> dict[str, Any]:
        """Give a command to switch ``hq`` and wait for its reply.

        With QoS 1 the reply comes after all events that were published before it; with QoS 0
        it may overtake those that wait for acknowledgements.
        """
        return self.begin(verb, **args)[1].get(timeout=wait)

    def begin(
        self, verb: str, options: Mapping[str, Any] | None = None, **args: Any
    ) -> tuple[str, queue.Queue[dict[str, Any]]]:
        """Give a command; its id, and where its replies come."""
        self._count += 1
        command_id = f"{self.client}-{self._count}"
        waiting = self.listen(command_id)
        properties: Any = Properties(PacketTypes.PUBLISH)
        properties.ResponseTopic = f"cti/v1/hq/reply/{self.client}/{command_id}"
        body = {"command_id": command_id, "args": args, **(options or {})}
        self._mqtt.publish(
            f"cti/v1/hq/command/{self.client}/{verb}",
            json.dumps(body),
            qos=1,
            properties=properties,
        )
        return command_id, waiting

    def listen(self, command_id: str) -> queue.Queue[dict[str, Any]]:
        """Give where the replies to a command come from now on."""
        waiting: queue.Queue[dict[str, Any]] = queue.Queue()
        self._replies[command_id] = waiting
        return waiting

    def state(self, topic: str) -> Any:
        return self.retained.get(f"cti/v1/{topic}")

    def link(self) -> str:
        """State of the link as it is published."""
        told = self.state("hq/link/main/status")
        return "" if told is None else str(told["state"])

    def named(self, name: str, since: int = 0, **members: Any) -> dict[str, Any] | None:
        """Find the first event of a name with these members after the first ``since``."""
        for event in self.events[since:]:
            data = event["data"]
            if data["event"] == name and all(data.get(k) == v for k, v in members.items()):
                return event
        return None

    def expect(self, name: str, since: int = 0, **members: Any) -> dict[str, Any]:
        """Wait for an event."""
        found: dict[str, Any] = wait_for(
            lambda: self.named(name, since, **members), f"{name} {members}"
        )
        return found


def write_config(
    folder: Path,
    broker: int,
    switch: int,
    *,
    devices: str = '"201-208", "300"',
    extra: str = "",
    more: str = "",
    driver: str = "csta",
    address: str = "",
) -> Path:
    """Write the configuration of a daemon for switch ``hq``.

    ``extra`` are keys of its link, ``more`` are further sections; ``address`` is another than
    that of a ``switch`` port on this machine.
    """
    where = address or f"tcp:127.0.0.1:{switch}"
    file = folder / "ctid.toml"
    file.write_text(
        f"""
[daemon]
name = "d1"
state_dir = "{folder}"

[log]
format = "json"

[mqtt]
brokers = ["mqtt://127.0.0.1:{broker}"]

[switch.hq.link.main]
driver = "{driver}"
address = "{where}"
{extra}

[switch.hq.link.main.reconnect]
minimum = 1.0
maximum = 1.0

[switch.hq.monitor]
devices = [{devices}]

[rights.app]
verbs = ["*", "private", "observe"]
acts = ["*"]
reaches = ["*"]
agents = ["*"]
queues = ["*"]
route_points = ["*"]
destinations = ["*"]
feature_codes = true
forward_outside = true
join_outside = true
[rights.app.budget]
commands_per_second = 100000
commands_burst = 1000000
calls_per_second = 100000
calls_burst = 1000000
calls_per_minute = 10000000
calls_per_day = 100000000
{more}"""
    )
    return file


class Switch:
    """A simulated switch as a process, and the people at it."""

    def __init__(
        self, folder: Path, *options: str, port: int = 0, speaks: str = "csta"
    ) -> None:
        self.control = folder / "switch.sock"
        self.process = Process(
            sys.executable,
            *("-m", "sim", speaks, "--listen", f"tcp:127.0.0.1:{port}"),
            *("--control", str(self.control), *options),
        )
        told = self.process.expect("listening on")
        port_of = told.rpartition(":")[2]
        self.port = int(port_of) if port_of.isdecimal() else 0  # a serial line has none
        self.process.expect("control at")

    def try_(self, *words: str) -> dict[str, Any]:
        """Say words to the switch and give its answer."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(PATIENCE)
            sock.connect(str(self.control))
            with sock.makefile("rw") as file:
                file.write(json.dumps(words) + "\n")
                file.flush()
                answer: dict[str, Any] = json.loads(file.readline())
        return answer

    def __call__(self, *words: str) -> dict[str, Any]:
        """Say words that the switch must follow."""
        answer = self.try_(*words)
        assert answer["ok"], (words, answer)
        return answer

    def calls(self) -> list[dict[str, str]]:
        """State of each device of each call, in truth."""
        calls = self("show")["state"]["exchange"]["calls"]
        return [{p["device"]: p["state"] for p in call["parties"]} for call in calls]


def daemon(config: Path, env: Mapping[str, str] | None = None) -> Process:
    """Start ``ctid``."""
    return Process(str(BIN / "ctid"), str(config), env=env)


class Manager:
    """The service manager, as far as a daemon sees one: a datagram socket."""

    def __init__(self, folder: Path, watchdog: float = 0.0) -> None:
        path = folder / "notify.sock"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(0.02)
        self.env = {"NOTIFY_SOCKET": str(path)}
        if watchdog:
            self.env["WATCHDOG_USEC"] = str(round(watchdog * 1_000_000))
        self.told: list[str] = []
        """Lines in their order."""

    def heard(self, text: str, since: int = 0) -> bool:
        with suppress(TimeoutError):
            while True:
                self.told += self._socket.recv(4096).decode().splitlines()
        return any(text in line for line in self.told[since:])

    @property
    def mark(self) -> int:
        """The number of lines until now."""
        self.heard("")
        return len(self.told)

    def expect(self, text: str, since: int = 0) -> None:
        wait_for(lambda: self.heard(text, since), f"{text!r} in {self.told[-10:]}")

    def close(self) -> None:
        self._socket.close()


def page(listen: str, path: str) -> tuple[int, str]:
    """Get a page of a daemon from ``tcp:127.0.0.1:PORT`` or ``unix:/PATH``."""
    connection = http.client.HTTPConnection("localhost", timeout=PATIENCE)
    kind, _, where = listen.partition(":")
    if kind == "unix":
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(where)
    else:
        host, _, port = where.partition(":")
        connection.sock = socket.create_connection((host, int(port)))
    with connection.sock:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def metric(listen: str, name: str, **labels: str) -> float:
    """Get one value of the metrics; 0 where it is not there."""
    for family in text_string_to_metric_families(page(listen, "/metrics")[1]):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return float(sample.value)
    return 0.0
