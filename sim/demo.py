"""``python -m sim.demo``: the whole bridge on one machine, shown live.

A broker (Mosquitto where it is installed, else the rumqttd of the ``iotcore`` wheel), a
simulated switch and the daemon run as processes on free loopback ports. People at the switch
take a call through a queue, a consultation and a transfer; then an application places a call
over MQTT. With ``--live`` everything keeps running to be played with.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from sim import brokers

_BIN: Final = Path(sys.executable).parent
_PATIENCE: Final = 20.0
_SWITCH: Final = "hq"
_EVENT: Final = re.compile(r"^\d\d:\d\d:\d\d\.\d{3} ")

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
driver = "csta"
address = "tcp:127.0.0.1:{port}"
[switch.{switch}.monitor]
devices = ["201-206", "300"]
[rights.demo]
verbs = ["*"]
devices = ["*"]
"""


class DemoError(Exception):
    """The demo cannot go on; says why."""


def say(text: str) -> None:
    """Tell the person who watches."""
    print(f"\n--- {text}", flush=True)  # noqa: T201 - a program for people


def main() -> int:
    """Run the demo; return 0 if everything happened as it should."""
    parser = argparse.ArgumentParser(prog="python -m sim.demo", description=__doc__)
    parser.add_argument("--live", action="store_true", help="keep running after the start")
    parser.add_argument(
        "--broker",
        choices=brokers.NAMES,
        help="the broker to start; without it, the first that is installed",
    )
    given = parser.parse_args()
    try:
        with ExitStack() as stack:
            summary = _run(stack, given.broker, live=given.live)
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 0
    say(summary)
    return 0


def _run(stack: ExitStack, wanted: str | None, *, live: bool) -> str:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    broker = _free_port()
    name = _start_broker(stack, folder, broker, wanted)
    say(f"broker: {name} on port {broker}")
    control = folder / "switch.sock"
    switch = stack.enter_context(
        _Process(
            sys.executable, "-m", "sim", "csta", "--listen", "tcp:127.0.0.1:0",
            "--control", str(control),
        )
    )  # fmt: skip
    port = int(switch.expect("listening on").rpartition(":")[2])
    say(f"simulated switch: CSTA phase III on port {port}")
    config = folder / "ctid.toml"
    config.write_text(_CTID.format(folder=folder, broker=broker, port=port, switch=_SWITCH))
    client = _Client(broker)
    watcher = stack.enter_context(_Process(*client.words("events"), echo=True))
    watcher.expect("time ")
    stack.enter_context(_Process(str(_BIN / "ctid"), str(config)))
    watcher.expect("link.state", " up ")
    say("the daemon has its link and its monitors")
    people = _People(control)
    if live:
        _explain(client, control)
        while True:
            time.sleep(3600)
    _inbound(people, watcher)
    return _outbound(client, people, watcher)


def _inbound(people: _People, watcher: _Process) -> None:
    """Play a call to the queue: answered, and handed over after a consultation."""
    say("agent 4711 logs on at 201; somebody outside calls the queue 300")
    people("log-in", "201", "4711")
    people("call-in", "0301234567", "300")
    people("ready", "201")
    watcher.expect("connection.alerting", "201")
    say("201 answers, asks 203 and hands the call over")
    people("answer", "201")
    watcher.expect("connection.connected", "201")
    people("consult", "201", "203")
    watcher.expect("connection.alerting", "203")
    people("answer", "203")
    watcher.expect("connection.connected", "203")
    people("transfer", "201")
    watcher.expect("call.transferred")
    say("203 says good-bye")
    people("hang-up", "203")
    watcher.expect("call.cleared", count=2)


def _outbound(client: _Client, people: _People, watcher: _Process) -> str:
    """Place a call over MQTT, as an application does; give the summary."""
    say("an application calls 202 from 205: cti call 205 202")
    reply = client.ask("call", "205", "202")
    say(f"the reply: {json.dumps(reply)}")
    watcher.expect("connection.alerting", "202")
    people("answer", "202")
    watcher.expect("connection.connected", "202")
    say("and clears it: cti clear 205")
    cleared = client.ask("clear", "205")
    watcher.expect("call.cleared", count=3)
    for asked in (reply, cleared):
        if asked["status"] != "succeeded":
            raise DemoError(f"the command failed: {json.dumps(asked)}")
    events = sum(_EVENT.search(line) is not None for line in watcher.lines)
    return f"done: 2 calls, {events} events, 2 commands succeeded"


def _explain(client: _Client, control: Path) -> None:
    say("everything runs; end with Ctrl-C. In other terminals:")
    where = f"--broker mqtt://127.0.0.1:{client.port} --switch {_SWITCH} --client demo"
    topic = f"cti/v1/{_SWITCH}"
    print(  # noqa: T201
        f"""
watch:    mosquitto_sub -p {client.port} -V 5 -v -t '{topic}/event/#'
          .venv/bin/cti events --broker mqtt://127.0.0.1:{client.port}
call:     mosquitto_rr -p {client.port} -V 5 -t {topic}/command/demo/make_call \\
              -e {topic}/reply/demo/rr \\
              -m '{{"command_id":"1","args":{{"device":"201","to":"202"}}}}'
          .venv/bin/cti call 201 202 {where}
states:   .venv/bin/cti state all --broker mqtt://127.0.0.1:{client.port}
people:   .venv/bin/python -m sim do --control {control} answer 202
          .venv/bin/python -m sim do --control {control} help
""",
        flush=True,
    )


class _Client:
    """The command line client, as an application."""

    def __init__(self, port: int) -> None:
        self.port = port

    def words(self, *command: str) -> list[str]:
        """Give the words of a command."""
        return [str(_BIN / "cti"), *command, "--broker", f"mqtt://127.0.0.1:{self.port}"]

    def ask(self, *command: str) -> dict[str, Any]:
        """Give a command to the switch and return the reply."""
        words = [*self.words(*command), "--switch", _SWITCH, "--client", "demo"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
        if not done.stdout:
            raise DemoError(done.stderr.strip())
        reply: dict[str, Any] = json.loads(done.stdout)
        return reply


class _People:
    """The people at the switch."""

    def __init__(self, control: Path) -> None:
        self._control = control

    def __call__(self, *words: str) -> None:
        """Have somebody do something; raise ``DemoError`` if the switch does not let them."""
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "sim", "do", "--control", str(self._control), *words],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DemoError(f"{' '.join(words)}: {done.stdout}{done.stderr}")


class _Process:
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
        """Wait for the ``count``-th line that has all ``words``; raise ``DemoError``."""

        def found() -> list[str]:
            return [line for line in self.lines if all(word in line for word in words)]

        with self._news:
            self._news.wait_for(lambda: len(found()) >= count, _PATIENCE)
        if len(found()) < count:
            raise DemoError(f"no {' '.join(words)!r} came; last: {self.lines[-5:]}")
        return found()[count - 1]

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._reader.join(5)


def _start_broker(stack: ExitStack, folder: Path, port: int, wanted: str | None) -> str:
    """Start a broker for loopback only; raise ``DemoError`` if there is none."""
    if (broker := brokers.find(wanted)) is None:
        raise DemoError("no broker: apt install mosquitto, or pip install 'cti-bridge[demo]'")
    process = stack.enter_context(_Process(*brokers.command(broker, folder, port)))
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.running:
        with socket.socket() as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return broker.name
        time.sleep(0.05)  # between two looks
    raise DemoError(f"{broker.name} does not answer on port {port}: {process.lines[-5:]}")


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
