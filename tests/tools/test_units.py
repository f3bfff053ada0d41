"""The units: systemd reads them without complaint, and they leave a process little to reach."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ETC = Path(__file__).resolve().parents[2] / "etc" / "systemd"
EXPOSURE = {"": 1.2, "serial": 1.5, "isdn": 1.8}
"""Exposure level that systemd gives, with a drop-in; it may only go down."""

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def units(folder: Path, drop_in: str = "") -> list[Path]:
    """Copy the units, with a program that is there in place of ours, and a drop-in."""
    copies = []
    for unit in sorted(ETC.glob("*.service")):
        copy = folder / unit.name
        copy.write_text(re.sub(r"/opt/cti/venv/bin/\w+", "/bin/true", unit.read_text()))
        copies.append(copy)
        if drop_in:
            (folder / f"{unit.name}.d").mkdir()
            shutil.copy(ETC / "drop-ins" / f"{drop_in}.conf", folder / f"{unit.name}.d")
    return copies


def analyze(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *map(str, words)], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("drop_in", EXPOSURE)
def test_systemd_has_nothing_to_say_about_the_units(tmp_path: Path, drop_in: str) -> None:
    copies = units(tmp_path, drop_in)
    assert [copy.name for copy in copies] == ["ctid.service", "ctid@.service"]
    for copy in copies:
        done = analyze("verify", "--man=no", copy)
        ours = [line for line in done.stderr.splitlines() if "ctid" in line]
        assert done.returncode == 0, done.stderr
        assert not ours


@pytest.mark.parametrize("drop_in", EXPOSURE)
def test_the_exposure_only_goes_down(tmp_path: Path, drop_in: str) -> None:
    for copy in units(tmp_path, drop_in):
        done = analyze("security", "--offline=true", "--no-pager", copy)
        level = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
        assert level is not None, done.stdout + done.stderr
        assert float(level[1]) <= EXPOSURE[drop_in]


def test_both_units_confine_the_process_alike() -> None:
    one, many = (
        set((ETC / name).read_text().splitlines())
        for name in sorted(path.name for path in ETC.glob("*.service"))
    )
    named = ("Description", "Exec", "StateDirectory=", "RuntimeDirectory=", "#")
    assert not [line for line in one ^ many if not line.startswith(named)]
