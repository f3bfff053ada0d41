"""The demo with each broker that is installed."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sim import brokers
from tests.integration.site import BIN, Process

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("broker", brokers.NAMES)
def test_the_demo_ends_well(broker: str) -> None:
    if brokers.find(broker) is None:
        pytest.skip(f"not installed: {broker}")
    run = subprocess.run(
        [sys.executable, "-m", "sim.demo", "--broker", broker],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"--- broker: {broker}" in run.stdout
    for name in ("connection.queued", "call.transferred", "call.cleared", "agent.logged_on"):
        assert name in run.stdout
    assert "--- done: 2 calls" in run.stdout.splitlines()[-1]


def test_the_live_demo_prints_commands_that_work() -> None:
    if brokers.find("mosquitto") is None or shutil.which("mosquitto_rr") is None:
        pytest.skip("not installed: mosquitto, mosquitto-clients")
    demo = Process(sys.executable, "-m", "sim.demo", "--live", cwd=ROOT)
    try:
        demo.expect("switch.sock help")
        text = "\n".join(demo.lines).partition("In other terminals:")[2]
        text = text.replace(".venv/bin/", f"{BIN}/").replace("\\\n", " ")
        commands = [re.sub(r"^\w+: +", "", line.strip()) for line in text.splitlines()]
        watch, columns, ask, call, state, answer, help_ = (line for line in commands if line)
        watcher = Process("bash", "-c", f"exec {watch}")
        rows = Process("bash", "-c", f"exec {columns}")
        try:
            rows.expect("time ")
            for command in (ask, answer, state, help_):
                done = run(command)
                assert done.returncode == 0, (command, done.stdout, done.stderr)
            rows.expect("connection.connected")
            watcher.expect('"event":"connection.connected"')
            # 201 is on a call: a second one is refused, and the client says so.
            assert json.loads(run(call).stdout)["status"] == "failed"
        finally:
            watcher.end()
            rows.end()
    finally:
        assert demo.end(signal.SIGINT) == 0


def run(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_scenario_is_shown_over_processes() -> None:
    if not any(brokers.find(name) for name in brokers.NAMES):
        pytest.skip("no broker: apt install mosquitto")
    run = subprocess.run(
        [sys.executable, "-m", "sim.kit.demo", "1b", "--pace", "0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "=== 01b" in run.stdout
    assert "call.cleared" in run.stdout
    assert run.stdout.endswith("as the model says\n")


def test_a_scenario_that_is_not_there_is_said() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "sim.kit.demo", "99"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 2
    assert "no scenario 99" in run.stderr
