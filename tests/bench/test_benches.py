"""The benches of whole parts run, small: what they measure is not judged here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import structlog

from tests.bench import bench_resync, bench_store


def test_the_store_can_be_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(structlog, "configure", lambda **_: None)  # other tests read the log
    monkeypatch.setattr(bench_store, "ROUNDS", 1)
    monkeypatch.setattr(bench_store, "STEPS", 40)
    monkeypatch.setattr(sys, "argv", ["bench_store", str(tmp_path)])
    assert bench_store.main() == 0
    assert "one by one x" in capsys.readouterr().out


def test_the_resynchronisation_can_be_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_resync, "AGENTS", 20)
    monkeypatch.setattr(bench_resync, "CALLS", 5)
    bench_resync.main()
    assert "5 calls" in capsys.readouterr().out
