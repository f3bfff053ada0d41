"""The guide for operators: its commands run as they are printed, its tables are the code's."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace
from prometheus_client import generate_latest

from cti.health.metrics import Metrics
from cti.health.report import BrokerReport
from tests.cti.health.test_pages import WELL
from tests.integration.site import BIN, listening
from tests.support import golden

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "operate.md"
PORTS = (1883, 34000, 9470)


@pytest.mark.slow
def test_the_guide_is_followed_word_for_word(tmp_path: Path) -> None:
    path = f"{BIN}:{os.environ['PATH']}:/usr/sbin"
    for program in ("mosquitto", "curl", "bash"):
        if shutil.which(program, path=path) is None:
            pytest.skip(f"not installed: {program}")
    if any(listening(port) for port in PORTS):
        pytest.skip(f"one of the ports {PORTS} is taken")
    script = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL))
    log = tmp_path / "log"
    folder = tmp_path / "empty"
    folder.mkdir()
    with log.open("w") as out:
        shell = subprocess.Popen(
            ["bash", "-exc", script],
            cwd=folder,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PATH": path},
            start_new_session=True,
        )
        try:
            status = shell.wait(120)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            wrong = [port for port in PORTS if not listening(port)]
            os.killpg(shell.pid, signal.SIGTERM)
    assert status == 0, log.read_text()[-3000:]
    assert not wrong  # at its end all three run
    said = log.read_text()
    assert said.count('"ok":true') == 3
    assert "hq-copy.sqlite is whole" in said
    assert re.search(r"^device 204 .*204 alerting", said, re.MULTILINE)
    assert said.count('"status":"succeeded"') == 2
    events = (folder / "events.txt").read_text().splitlines()
    assert len(events) == 4  # with their head
    assert 'cti_reloads_total{outcome="done"} 1.0' in said


def table() -> str:
    rows = ["| metric | kind | labels | meaning |", "| --- | --- | --- | --- |"]
    broker = BrokerReport(connected=True, commands={"taken": 1})
    made = Metrics(lambda: replace(WELL, broker=broker, reloads={"done": 1}))
    made.command("hq", "make_call", "succeeded", 0.1)
    for family in made.registry.collect():
        if family.name.startswith("cti_"):
            labels = dict.fromkeys(
                label
                for sample in family.samples
                for label in sample.labels
                if label != "le" and family.type != "info"
            )
            shown = ", ".join(f"`{label}`" for label in labels)
            end = {"counter": "_total", "info": "_info"}.get(family.type, "")
            words = family.documentation
            rows.append(f"| `{family.name}{end}` | {family.type} | {shown} | {words} |")
    return "\n".join(rows) + "\n"


def test_the_table_of_metrics_is_current() -> None:
    head, mark, _ = PAGE.read_text().partition("\n## Metrics\n\n")
    golden.compare("../docs/operate.md", f"{head}{mark}{table()}")


def test_every_alarm_is_explained() -> None:
    text = PAGE.read_text()
    source = "".join(
        (ROOT / "cti" / name).read_text() for name in ("runner.py", "northbound/north.py")
    )
    named = set(re.findall(r'(?:Alarm|alarm)\([^,()]*, "(\w+)"', source))
    assert named >= {"link_blocked", "store_failing", "store_healed", "fault"}
    for name in named:
        assert f"| `{name}` |" in text, name


def test_every_layer_is_explained() -> None:
    from cti.ends import _LAYERS

    for layer in (*_LAYERS.values(), "transport", "stack", "association", "bridge"):
        assert f"| `{layer}` |" in PAGE.read_text()


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_promtool_likes_the_metrics() -> None:
    made = Metrics(lambda: WELL)
    made.command("hq", "make_call", "succeeded", 0.1)
    done = subprocess.run(
        ["promtool", "check", "metrics"],
        input=generate_latest(made.registry),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
