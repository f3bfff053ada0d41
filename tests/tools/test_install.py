"""The Debian package: built, installed below another root, run there, and removed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg is not installed"),
]


def dpkg(root: Path, *words: str | Path) -> None:
    done = subprocess.run(
        [
            *("dpkg", f"--root={root}", "--force-not-root", "--force-depends"),
            *("--force-script-chrootless", "--log=/dev/null", *map(str, words)),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_package_is_installed_run_and_removed(tmp_path: Path) -> None:
    made = subprocess.run(
        ["make", "--no-print-directory", "-C", str(ROOT), "deb"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    package = Path(made.stdout.splitlines()[-1])
    root = tmp_path / "machine"
    for part in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers"):
        (root / part).mkdir(parents=True)
    (root / "var/lib/dpkg/status").touch()

    dpkg(root, "--install", package)
    venv = root / "opt/cti/venv"
    assert "/opt/cti/venv/bin/python" in (venv / "bin/ctid").read_text().splitlines()[0]
    assert str(tmp_path) not in (venv / "pyvenv.cfg").read_text()
    told = subprocess.run(
        [
            venv / "bin/python",
            "-c",
            "from cti.main import main; main()",
            "check",
            root / "etc/cti/ctid.toml.example",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert (root / "usr/lib/systemd/system/ctid@.service").is_file()

    dpkg(root, "--remove", "cti-bridge")
    assert not venv.exists()
    assert not (root / "usr/lib/systemd/system/ctid.service").exists()
    assert (root / "etc/cti/ctid.toml.example").exists(), "configuration stays"
    dpkg(root, "--purge", "cti-bridge")
    assert not (root / "etc/cti/ctid.toml.example").exists()
