"""Install the bridge for a whole machine: its own environment, units, and examples.

``python tools/install.py install [--destdir DIR]`` puts a virtual environment below
``/opt/cti``, the units below ``/usr/lib/systemd/system`` and an example configuration below
``/etc/cti``; ``uninstall`` takes environment and units away and leaves configuration and
state. ``deb`` makes a Debian package of the same files.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = "/opt/cti"
UNITS = "/usr/lib/systemd/system"
CONFIG = "/etc/cti"
SHARE = f"{HOME}/share"
_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"


def version() -> str:
    """Give the version of the project."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


def below(destdir: Path, path: str) -> Path:
    """Give the place of an absolute path below another root."""
    return destdir / path.lstrip("/")


def run(*command: str | Path) -> None:
    """Run a command to its end; raise ``CalledProcessError`` if it fails."""
    subprocess.run([str(part) for part in command], check=True)


def environment(destdir: Path) -> None:
    """Make the virtual environment with the bridge in it."""
    home = below(destdir, HOME)
    shutil.rmtree(home, ignore_errors=True)
    venv = home / "venv"
    run(sys.executable, "-m", "venv", venv)
    pip = [venv / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(*pip, "install", "-c", ROOT / "constraints.txt", ROOT)
    run(*pip, "uninstall", "--yes", "pip", "setuptools")
    if destdir != Path("/"):
        relocate(venv, f"{HOME}/venv")


def relocate(venv: Path, place: str) -> None:
    """Let an environment believe that it lies at ``place``, where it will."""
    for script in (venv / "bin").iterdir():
        if script.is_symlink() or script.name.startswith("activate"):
            continue
        text = script.read_bytes()
        if text.startswith(b"#!"):
            script.write_bytes(text.replace(os.fsencode(venv), place.encode(), 1))
    for script in (venv / "bin").glob("activate*"):
        script.unlink()
    (venv / "bin" / "Activate.ps1").unlink(missing_ok=True)
    settings = venv / "pyvenv.cfg"
    settings.write_text(settings.read_text().replace(str(venv), place))
    for record in venv.glob("lib/*/site-packages/*.dist-info/direct_url.json"):
        record.unlink()  # it names the folder that this was built in
    for cache in venv.rglob("__pycache__"):
        shutil.rmtree(cache)
    run(sys.executable, "-m", "compileall", "-q", "-s", venv, "-p", place, venv / "lib")


def files(destdir: Path) -> None:
    """Copy units, drop-ins, examples and pages; a configuration that is there stays."""
    units = below(destdir, UNITS)
    units.mkdir(parents=True, exist_ok=True)
    for unit in sorted((ROOT / "etc" / "systemd").glob("*.service")):
        shutil.copyfile(unit, units / unit.name)
    share = below(destdir, SHARE)
    shutil.copytree(ROOT / "etc" / "systemd" / "drop-ins", share / "drop-ins")
    shutil.copytree(
        ROOT / "docs", share / "doc", ignore=shutil.ignore_patterns("_build", "conf.py")
    )
    for name in ("README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, share / name)
    config = below(destdir, CONFIG)
    config.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "etc" / "ctid.toml", config / "ctid.toml.example")


def install(destdir: Path) -> None:
    """Install below another root, or for this machine."""
    environment(destdir)
    files(destdir)


def uninstall(destdir: Path) -> None:
    """Take environment and units away."""
    shutil.rmtree(below(destdir, HOME), ignore_errors=True)
    for unit in (ROOT / "etc" / "systemd").glob("*.service"):
        (below(destdir, UNITS) / unit.name).unlink(missing_ok=True)
    (below(destdir, CONFIG) / "ctid.toml.example").unlink(missing_ok=True)


_RELOAD = """#!/bin/sh
set -e
if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
"""
_PRERM = """#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
    systemctl stop ctid.service 'ctid@*.service' || true
fi
"""
_POSTRM = """#!/bin/sh
set -e
if [ "$1" = purge ]; then rm -rf "$DPKG_ROOT/var/lib/private/cti" "$DPKG_ROOT/var/lib/cti"; fi
if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
"""


def deb(folder: Path) -> Path:
    """Make a Debian package in a folder and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    described = subprocess.run(
        ["dpkg", "--print-architecture"], check=True, capture_output=True, text=True
    )
    architecture = described.stdout.strip()
    with tempfile.TemporaryDirectory() as name:
        stage = Path(name)
        stage.chmod(0o755)
        install(stage)
        control = stage / "DEBIAN"
        control.mkdir()
        size = sum(file.stat().st_size for file in stage.rglob("*") if file.is_file()) // 1024
        fields = {
            "Package": "cti-bridge",
            "Version": version(),
            "Architecture": architecture,
            "Maintainer": "The CTI bridge authors <cti-bridge@localhost>",
            "Installed-Size": str(size),
            "Depends": _PYTHON,
            "Recommends": "mosquitto",
            "Section": "comm",
            "Priority": "optional",
            "Description": "CTI middleware: telephone switches on one side, MQTT on the other\n"
            " One daemon that speaks the CTI links of telephone switches and publishes one\n"
            " model of events and commands over MQTT.",
        }
        (control / "control").write_text(
            "".join(f"{key}: {value}\n" for key, value in fields.items())
        )
        scripts = {"postinst": _RELOAD, "prerm": _PRERM, "postrm": _POSTRM}
        for script, text in scripts.items():
            (control / script).write_text(text)
            (control / script).chmod(0o755)
        (control / "conffiles").write_text(f"{CONFIG}/ctid.toml.example\n")
        package = folder / f"cti-bridge_{version()}_{architecture}.deb"
        run("dpkg-deb", "--root-owner-group", "--build", stage, package)
    return package


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("what", choices=("install", "uninstall", "deb"))
    parser.add_argument("--destdir", type=Path, default=Path("/"))
    parser.add_argument("--to", type=Path, default=ROOT / "dist", help="folder of the package")
    options = parser.parse_args()
    destdir = options.destdir.resolve()
    match options.what:
        case "install":
            install(destdir)
        case "uninstall":
            uninstall(destdir)
        case _:
            print(deb(options.to))


if __name__ == "__main__":
    main()
