"""``python -m sim.demo``: the whole bridge on one machine, shown live.

A broker (Mosquitto where it is installed, else the rumqttd of the ``iotcore`` wheel), a
simulated switch and the daemon run as processes on free loopback ports. People at the switch
take a call through a queue, a consultation and a transfer; then an application places a call
over MQTT. With ``--live`` everything keeps running to be played with.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from sim import brokers
from sim.processes import SWITCH, Client, Process, ProcessError, Switch, daemon, start_broker

_EVENT: Final = re.compile(r"^\d\d:\d\d:\d\d\.\d{3} ")
_DEVICES: Final = ["201-206", "300"]


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
    # A shell that starts us in the background has SIGINT ignored; it ends us all the same.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            summary = _run(stack, given.broker, live=given.live)
    except ProcessError as error:
        print(f"demo: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 0
    say(summary)
    return 0


def _run(stack: ExitStack, wanted: str | None, *, live: bool) -> str:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    name, broker = start_broker(stack, folder, wanted)
    say(f"broker: {name} on port {broker}")
    switch = Switch(stack, folder)
    say(f"simulated switch: CSTA phase III on port {switch.port}")
    client = Client(broker)
    watcher = stack.enter_context(Process(*client.words("events"), echo=True))
    watcher.expect("time ")
    daemon(stack, folder, broker=broker, port=switch.port, devices=_DEVICES)
    watcher.expect("link.state", " up ")
    say("the daemon has its link and its monitors")
    if live:
        _explain(client, switch.control)
        while True:
            time.sleep(3600)
    _inbound(switch, watcher)
    return _outbound(client, switch, watcher)


def _inbound(people: Switch, watcher: Process) -> None:
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


def _outbound(client: Client, people: Switch, watcher: Process) -> str:
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
            raise ProcessError(f"the command failed: {json.dumps(asked)}")
    events = sum(_EVENT.search(line) is not None for line in watcher.lines)
    return f"done: 2 calls, {events} events, 2 commands succeeded"


def _explain(client: Client, control: Path) -> None:
    say("everything runs; end with Ctrl-C. In other terminals:")
    where = f"--broker mqtt://127.0.0.1:{client.port} --switch {SWITCH} --client demo"
    topic = f"cti/v1/{SWITCH}"
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


if __name__ == "__main__":
    sys.exit(main())
