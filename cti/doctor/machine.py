"""The machine: clock, disk, stores, secrets and certificates."""

from __future__ import annotations

import ctypes
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cti.config.sections import Config, Tls
from cti.doctor.findings import Fault, Finding
from cti.doctor.reach import certificate_file
from cti.moment import SECOND
from cti.store import Store, StoreError
from cti.store.store import existing_connection

SHARE: Final = 0.02
"""Part of the disk that must be free."""
FREE: Final = 200_000_000
"""Octets that must be free."""
_PROBE: Final = 65_536
"""Octets that are written to see whether the disk takes them."""
_TIME_ERROR: Final = 5
"""What adjtimex(2) returns for a clock that nobody steers."""
_BUSY: Final = "in use by another process"


def clock(config: Config) -> Iterator[Finding]:
    """Ask whether somebody steers the clock, and whether it is behind the stores."""
    if steered():
        yield Finding("clock", "is synchronised")
    else:
        cure = "start a time service: timedatectl set-ntp true, or chrony"
        told = "the kernel says that nobody synchronises it"
        yield Finding("clock", told, Fault.CLOCK, cure)
    for path in _stores(config):
        try:
            store = Store(path, None, existing_connection)
        except StoreError:
            continue  # told with the disk
        ahead = (store.summary().at - time.time_ns()) / SECOND
        store.close()
        if ahead > 1:
            cure = (
                "is the clock right? The bridge goes on from the store's time until the clock "
                "is there, at most a day"
            )
            told = f"behind the store {path.name} by {ahead:.0f} s"
            yield Finding("clock", told, Fault.CLOCK, cure)


def steered() -> bool:
    """Tell whether the kernel's clock is synchronised; true where it cannot say."""
    try:
        adjtimex = ctypes.CDLL(None).adjtimex
    except (OSError, AttributeError):
        return True
    timex = ctypes.create_string_buffer(512)  # larger than any struct timex; modes = 0
    return bool(adjtimex(timex) != _TIME_ERROR)


def disk(config: Config) -> Iterator[Finding]:
    """Look at the folder of the stores, at the room in it, and at the stores."""
    folder = Path(config.daemon.state_dir)
    about = f"state_dir {folder}"
    if folder.exists() and not folder.is_dir():
        yield Finding(about, "is no folder", Fault.DISK, "name another one")
        return
    if not folder.is_dir():
        above = next(one for one in folder.parents if one.is_dir())
        if os.access(above, os.W_OK | os.X_OK):
            yield Finding(about, "is not there yet; the bridge makes it")
        else:
            cure = "make it for the user of the service, or let systemd: StateDirectory=cti"
            yield Finding(about, f"is not there, and {above} is barred", Fault.DISK, cure)
        return
    yield from _room(about, folder)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
            file.write(bytes(_PROBE))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        cure = "give it to the user of the service, mount it for writing, or make room"
        told = f"cannot be written to: {(error.strerror or '').lower()}"
        yield Finding(about, told, Fault.DISK, cure)
    else:
        yield Finding(about, "can be written to")
    for path in _stores(config):
        yield _store(path)
    known = {f"{name}.sqlite" for name in config.switch}
    for path in sorted(folder.glob("*.sqlite")):
        if path.name not in known:
            yield Finding(f"store {path}", "no switch of this name is configured; not used")


def _room(about: str, folder: Path) -> Iterator[Finding]:
    told = os.statvfs(folder)
    free, whole = told.f_bavail * told.f_frsize, told.f_blocks * told.f_frsize
    words = f"{free // 1_000_000} MB free of {whole // 1_000_000} MB"
    if free < FREE or free < SHARE * whole:
        cure = "make room: without it commands are refused, and links closed in the end"
        yield Finding(about, words, Fault.DISK, cure)
    else:
        yield Finding(about, words)


def _stores(config: Config) -> Iterator[Path]:
    for name in config.switch:
        path = Path(config.daemon.state_dir) / f"{name}.sqlite"
        if path.exists():
            yield path


def _store(path: Path) -> Finding:
    about = f"store {path}"
    try:
        store = Store(path, path.stem, existing_connection)
        try:
            faults = store.check()
        finally:
            store.close()
    except StoreError as error:
        if _BUSY in error.reason:
            return Finding(about, "a daemon has it; it was whole when that started")
        return Finding(about, error.reason, Fault.DISK, "see 'What survives a restart'")
    if faults:
        told = f"damaged: {'; '.join(faults)}"
        cure = "set it aside with its -wal file: a new one begins; look at the disk"
        return Finding(about, told, Fault.DISK, cure)
    return Finding(about, "is whole")


def certificates(config: Config) -> Iterator[Finding]:
    """Look at the dates of our own certificates and of those that we trust."""
    for key, tls in _tls(config):
        for name in ("ca_file", "certificate_file"):
            path = getattr(tls, name)
            if path is not None:
                yield from certificate_file(f"{key}.{name}", path)


def secrets(config: Config) -> Iterator[Finding]:
    """Look at who can read the files of secrets."""
    found = [("mqtt.password_file", config.mqtt.password_file)]
    for name, switch in config.switch.items():
        for link_name, link in switch.link.items():
            if link.login is not None:
                key = f"switch.{name}.link.{link_name}.login.password_file"
                found.append((key, link.login.password_file))
    found += [(f"{key}.key_file", tls.key_file) for key, tls in _tls(config)]
    for key, path in found:
        if path is not None:
            yield _secret(key, Path(path))


def _secret(key: str, path: Path) -> Finding:
    about = f"{key} {path}"
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        told = (error.strerror or "").lower()
        return Finding(about, told, Fault.PERMISSION, "make it readable by the service only")
    given = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if mode & 0o077 and not (given and path.is_relative_to(given)):
        told = f"others can read it (mode {mode:04o})"
        return Finding(about, told, Fault.PERMISSION, f"chmod 600 {path}")
    return Finding(about, "is for its owner only")


def _tls(config: Config) -> Iterator[tuple[str, Tls]]:
    if config.mqtt.tls is not None:
        yield "mqtt.tls", config.mqtt.tls
    for name, switch in config.switch.items():
        for link_name, link in switch.link.items():
            if link.tls is not None:
                yield f"switch.{name}.link.{link_name}.tls", link.tls
