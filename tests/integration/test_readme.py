"""The commands of the README that need a site, as they are printed."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sim import brokers
from tests.integration.site import BIN, Process, listening, wait_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
USUAL = 1883
SWITCH = 34000


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@pytest.fixture
def start() -> Iterator[Callable[[list[str]], Process]]:
    with ExitStack() as stack:

        def begin(words: list[str]) -> Process:
            process = Process(*words, cwd=ROOT)
            stack.callback(process.end)
            return process

        yield begin
        (ROOT / "office.sock").unlink(missing_ok=True)


def words(line: str) -> list[str]:
    first, *rest = shlex.split(line)
    return [first.replace(".venv/bin", str(BIN)), *rest]


def say(line: str) -> str:
    done = subprocess.run(
        words(line), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, (line, done.stdout, done.stderr)
    return done.stdout


def test_by_hand(start: Callable[[list[str]], Process], tmp_path: Path) -> None:
    broker = brokers.find("mosquitto")
    if broker is None or shutil.which("mosquitto_rr") is None:
        pytest.skip("not installed: mosquitto, mosquitto-clients")
    if listening(USUAL) or listening(SWITCH):
        pytest.skip(f"port {USUAL} or {SWITCH} is taken")
    switch, daemon, watch, columns, dial, answer, state, clear, call = commands()
    start(brokers.command(broker, tmp_path, USUAL))
    wait_for(lambda: listening(USUAL), "the broker listens")
    watched, rows = start(words(watch)), start(words(columns))
    rows.expect("time ")
    start(words(switch)).expect("control at")
    start(words(daemon))
    watched.expect('"event":"monitor.started"')
    rows.expect("link.state")
    wait_for(lambda: sum("monitor.started" in row for row in rows.lines) == 9, "monitors")

    assert json.loads(say(dial)) == {"ok": True}
    rows.expect("connection.alerting")
    told = json.loads((ROOT / "README.md").read_text().split("```json\n")[1].split("\n")[0])
    new = uuid.uuid4().hex  # the checkout's own store may know the other one
    assert json.loads(say(answer.replace('"1"', f'"{new}"'))) == {**told, "command_id": new}
    rows.expect("connection.connected")
    assert "202" in say(state)
    assert json.loads(say(clear))["status"] == "succeeded"
    rows.expect("call.cleared")
    assert json.loads(say(call))["status"] == "succeeded"
    watched.expect('"called":{"raw":"0301234567"')
