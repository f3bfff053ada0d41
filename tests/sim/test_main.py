"""The command line: a real process, a real client, and every command of the guide."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from protocols.csta.phase3.text import CSTA3
from protocols.stacks.framing import Framer, Header, frame
from sim.__main__ import main
from tests.sim.csta.client import aarq, device

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "simulator.md"


@contextmanager
def switch(*words: str, cwd: Path = ROOT) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a switch; give the process and where it listens. It must end cleanly."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "csta", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on "), line
        yield process, line.removeprefix("listening on ").strip()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


class Remote:
    """A client on a socket."""

    def __init__(self, where: str) -> None:
        host, _, port = where.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=20)
        self.framer = Framer(Header.LENGTH16)
        self.waiting: list[dict[str, Any]] = []

    def send(self, pdu: dict[str, Any]) -> None:
        self.socket.sendall(frame(Header.LENGTH16, CSTA3.from_json(pdu)))

    def next(self) -> dict[str, Any]:
        while not self.waiting:
            read = self.socket.recv(65536)
            assert read, "the switch closed"
            frames, wrong = self.framer.feed(read)
            assert wrong is None
            self.waiting += [CSTA3.to_json(one) for one in frames]
        return self.waiting.pop(0)


def do(control: Path, *words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "sim", "do", "--control", str(control), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (0 if answer["ok"] else 1)
    return answer


@pytest.mark.slow
def test_a_call_worked_by_words_is_seen_by_a_client(tmp_path) -> None:
    control, truth = tmp_path / "c.sock", tmp_path / "truth.jsonl"
    words = ["--dialect", "panasonic", "--control", str(control), "--truth", str(truth)]
    with switch(*words) as (_, where):
        client, second = Remote(where), Remote(where)
        for one in (client, second):
            one.send(aarq("00001"))
            assert one.next()["value"]["result"] == 0
            assert one.next()["operation"] == "systemStatus"
            monitored = {"choice": "deviceObject", "value": device("202")}
            value = {"invokeID": 1, "opcode": 71, "argument": {"monitorObject": monitored}}
            one.send({"pdu": "invoke", "value": value})
            assert one.next()["operation"] == "monitorStart"
        assert do(control, "dial", "201", "202") == {"ok": True}
        assert do(control, "answer", "202") == {"ok": True}
        assert do(control, "hang-up", "202") == {"ok": True}
        wanted = ["delivered", "ringerStatus", "established", "connectionCleared"]
        for one in (client, second):
            told = [one.next()["operation"] for _ in wanted]
            assert told == [f"cSTAEventReport:{name}" for name in wanted]
        state = do(control, "show")["state"]
        assert [link["monitors"] for link in state["links"]] == [1, 1]
        assert do(control, "cut")["ok"]
        assert client.socket.recv(100) == b""
        assert not do(control, "hold", "999")["ok"]
        second.socket.close()
        client.socket.close()
    (call,) = [json.loads(line) for line in truth.read_text().splitlines()]
    assert (call["calling"], call["called"], call["cause"]) == ("201", "202", "blocked")
    assert not control.exists()


@pytest.mark.slow
def test_traffic_by_command_ends_with_the_true_calls(tmp_path) -> None:
    truth = tmp_path / "truth.jsonl"
    words = ["--load", "20", "--for", "1", "--truth", str(truth), "--control"]
    with switch(*words, str(tmp_path / "c.sock")) as (_, where):
        client = Remote(where)
        client.send(aarq("00001"))
        assert client.next()["pdu"] == "AARE"
        answer = do(tmp_path / "c.sock", "truth")
        while len(answer["calls"]) < 3:
            answer = do(tmp_path / "c.sock", "truth")
        client.socket.close()
    assert len(truth.read_text().splitlines()) >= 3


def commands() -> list[list[str]]:
    blocks = re.findall(r"```console\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return [shlex.split(line.removeprefix("$ ")) for line in lines]


@pytest.mark.slow
def test_every_command_of_the_guide_runs(tmp_path) -> None:
    for text in re.findall(r"```toml\n(.*?)```", GUIDE.read_text(), re.DOTALL):
        name = text.splitlines()[0].removeprefix("# ")
        (tmp_path / name).write_text(text)
    (tmp_path / "sim").symlink_to(ROOT / "sim")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started: list[subprocess.Popen[str]] = []
    ran = 0
    try:
        for program, *words in commands():
            assert program == ".venv/bin/python"
            if words[2] in ("csta", "meridian", "asai"):
                process = subprocess.Popen(
                    [sys.executable, *words],
                    cwd=tmp_path,
                    env=environment,
                    stdout=subprocess.PIPE,
                    text=True,
                )
                started.append(process)
                assert process.stdout is not None
                assert process.stdout.readline().startswith("listening on ")
            else:
                done = subprocess.run(
                    [sys.executable, *words],
                    cwd=tmp_path,
                    env=environment,
                    capture_output=True,
                    text=True,
                    timeout=60,
                    check=False,
                )
                assert done.returncode == 0, (words, done.stdout, done.stderr)
            ran += 1
        assert ran > 25
        for process in started:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) in (0, -signal.SIGTERM)
    finally:
        for process in started:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def test_the_python_of_the_guide_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    exec(compile(code, str(GUIDE), "exec"), {})  # noqa: S102


@pytest.mark.parametrize(
    "words",
    [
        ["--plan", "nowhere.toml"],
        ["--listen", "pigeon:1"],
        ["--load", "1", "--plan", "sim/csta/office.toml"],
        ["--faults", "sim/scenarios/01a_internal_call.toml", "--plan", "pyproject.toml"],
        ["--scenario", "sim/csta/office.toml"],
    ],
)
def test_what_cannot_be_run_is_said(words, capsys, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["csta", *words]) == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["--options", "nowhere.toml"],
        ["--options", "sim/csta/office.toml"],
        ["--x11-release", "0"],
        ["--profile", "pyproject.toml"],
        ["--plan", "sim/meridian/inexpressible.toml"],
    ],
)
def test_what_cannot_be_run_as_a_meridian_is_said(words, capsys, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["meridian", *words]) == 2
    assert capsys.readouterr().err


def test_nobody_to_work_is_said(capsys, tmp_path, monkeypatch) -> None:
    assert main(["do", "--control", str(tmp_path / "none.sock"), "show"]) == 2
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert main(["do", "show"]) == 2
    assert "0 switches run" in capsys.readouterr().err
