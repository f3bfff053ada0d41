"""Processes that take commands on standard input: the laboratory, and libpri as its far end."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.site import wait_for
from tests.sim.lab.test_command import ports

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT.parent / "shared" / "peers"


class Talker:
    """A child process: commands in, lines out."""

    def __init__(self, *words: str) -> None:
        self.lines: list[str] = []
        self.words = words
        self._process = subprocess.Popen(
            words,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))

    def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def expect(self, wanted: Callable[[str], Any], what: str, after: int = 0) -> Any:
        """Wait for a line of which ``wanted`` makes something true, and give that."""

        def look() -> Any:
            for line in self.lines[after:]:
                if found := wanted(line):
                    return found
            if self._process.poll() is not None:
                raise AssertionError(f"ended without {what}: {self.lines[-20:]}")
            return None

        return wait_for(look, f"{what} in {self.lines[-20:]}")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


class Lab(Talker):
    """LAPD of the laboratory."""

    def __init__(self, *words: str) -> None:
        super().__init__(sys.executable, "-m", "sim", "lab", "lapd", "--q931", *words)

    def hear(self, beginning: str, after: int = 0) -> str:
        """Wait for a line that begins like this, and give it."""
        line: str = self.expect(
            lambda line: line if line.startswith(beginning) else "", beginning, after
        )
        return line

    def messages(self) -> list[dict[str, Any]]:
        """Give the messages of Q.931 that arrived."""
        return [
            json.loads(line.removeprefix("q931 "))
            for line in self.lines
            if line.startswith("q931 {")
        ]

    def message(self, kind: str, after: int = 0) -> dict[str, Any]:
        """Wait for a message, after so many that arrived, and give it."""
        found: dict[str, Any] = wait_for(
            lambda: next(
                (one for one in self.messages()[after:] if one["message"] == kind), None
            ),
            f"{kind} in {self.lines[-20:]}",
        )
        return found

    def send(self, message: dict[str, Any]) -> None:
        """Send a message of Q.931."""
        self.tell(f"q931 {json.dumps(message)}")


class Libpri(Talker):
    """libpri, which speaks JSON."""

    def event(self, name: str, after: int = 0) -> dict[str, Any]:
        """Wait for an event of libpri, after so many lines, and give it."""

        def wanted(line: str) -> Any:
            told = json.loads(line)
            found = told.get("ev") == "pri" and told["name"].startswith(f"PRI_EVENT_{name}")
            return told if found else None

        found: dict[str, Any] = self.expect(wanted, name, after)
        return found

    def frames(self, way: str) -> list[str]:
        """Give what was sent (``tx``) or taken (``rx``), in hexadecimal."""
        told = [json.loads(line) for line in self.lines]
        return [one["hex"] for one in told if one.get("ev") == "frame" and one["dir"] == way]


@pytest.fixture(scope="session")
def libpri(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the far end that stands beside the checkout, or skip with the reason."""
    source = PEERS / "libpri_peer" / "libpri_peer.c"
    if not source.is_file():
        pytest.skip("no ../shared/peers/libpri_peer beside the checkout")
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler (apt-get install gcc libc6-dev)")
    program = tmp_path_factory.mktemp("libpri") / "libpri_peer"
    words = [compiler, "-O1", "-o", str(program), str(source), "-lpri"]
    built = subprocess.run(words, capture_output=True, text=True, check=False)
    if built.returncode:
        if "libpri.h" in built.stderr or "-lpri" in built.stderr:
            pytest.skip("libpri is not installed (apt-get install libpri-dev)")
        raise AssertionError(built.stderr)
    return program


@contextlib.contextmanager
def joined(
    program: Path, ours: tuple[str, ...], theirs: tuple[str, ...]
) -> Iterator[tuple[Lab, Libpri]]:
    """Run the laboratory and libpri on two ports of loopback."""
    here, there = ports()
    far = Libpri(str(program), *theirs, "--udp", f"{there}:{here}", "--debug", "0")
    lab = None
    try:
        far.expect(lambda line: '"ev":"start"' in line, "start")
        lab = Lab(*ours, "--udp", f"{here}:{there}")
        lab.hear("open")
        yield lab, far
    finally:
        far.close()
        if lab is not None:
            lab.close()
