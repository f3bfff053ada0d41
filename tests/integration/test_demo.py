"""The demo with each broker that is installed."""

import subprocess
import sys
from pathlib import Path

import pytest

from sim import brokers

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
