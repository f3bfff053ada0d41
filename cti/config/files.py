"""Paths and files that a configuration names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cti.config import words
from cti.config.sections import Link, Monitor

if TYPE_CHECKING:
    from cti.mqtt.packets import Secret

DIRECTORIES: Final = (
    "CREDENTIALS_DIRECTORY",
    "STATE_DIRECTORY",
    "LOGS_DIRECTORY",
    "RUNTIME_DIRECTORY",
    "CONFIGURATION_DIRECTORY",
)
"""Variables of systemd that a path may begin with; no others are read."""
MOST_DEVICES: Final = 20_000
"""Devices of one switch."""

_VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")
_LARGEST: Final = 4_000_000


def absolute(text: str, folder: Path, environ: Mapping[str, str]) -> str:
    """Make a path absolute; raise ``ValueError`` where that cannot be done."""
    if "\0" in text:
        raise ValueError("a path has no NUL")
    found = _VARIABLE.match(text)
    if found is not None:
        name = found[1]
        if name not in DIRECTORIES:
            raise ValueError(f"${{{name}}} is none of {', '.join(DIRECTORIES)}")
        value = environ.get(name, "").partition(":")[0]  # systemd lists several with colons
        if not value:
            raise ValueError(f"{name} is not set; systemd sets it for a service")
        text = value + text[found.end() :]
    if "$" in text:
        raise ValueError(f"{text!r}: a variable stands only in front")
    return str(folder / text)


def _read(path: str) -> bytes:
    """Read a file of a sensible size; raise ``ValueError`` if that fails."""
    try:
        with Path(path).open("rb") as file:
            octets = file.read(_LARGEST + 1)
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    if len(octets) > _LARGEST:
        raise ValueError(f"{path}: longer than {_LARGEST} octets")
    return octets


def secret(path: str) -> Secret:
    """Read a password: the file without one line end behind it.

    Raise ``ValueError`` if there is none.
    """
    from cti.mqtt.packets import Secret

    octets = _read(path)
    octets = octets.removesuffix(b"\n").removesuffix(b"\r")
    if not octets:
        raise ValueError(f"{path}: empty")
    if b"\n" in octets or len(octets) > 65535:
        raise ValueError(f"{path}: more than one line")
    return Secret(octets)


def readable(path: str) -> None:
    """Raise ``ValueError`` unless the file can be read."""
    _read(path)


def devices(monitor: Monitor) -> list[str]:
    """Give all devices that are watched, each once, in the order of the configuration.

    Raise ``ValueError`` for a file that cannot be read or has a wrong line.
    """
    found: dict[str, None] = {}
    for text in monitor.devices:
        found.update(dict.fromkeys(words.device_range(text)))
    if monitor.file is not None:
        try:
            lines = _read(monitor.file).decode().splitlines()
        except UnicodeDecodeError:
            raise ValueError(f"{monitor.file}: not UTF-8") from None
        for number, line in enumerate(lines, 1):
            if text := line.partition("#")[0].strip():
                try:
                    found.update(dict.fromkeys(words.device_range(text)))
                except ValueError as error:
                    raise ValueError(f"{monitor.file}:{number}: {error}") from None
    if len(found) > MOST_DEVICES:
        raise ValueError(f"{len(found)} devices, at most {MOST_DEVICES}")
    return list(found)


def recorded_config(link: Link) -> dict[str, Any]:
    """Give what a driver is made with, as far as it is no secret: for a trace's header.

    Raise ``ValueError`` for a file that cannot serve its purpose.
    """
    config = link.driver_config()
    if link.profile is not None:
        try:
            config["profile"] = _read(link.profile).decode()
        except UnicodeDecodeError:
            raise ValueError(f"{link.profile}: not UTF-8") from None
    return config


def driver_config(link: Link, monitor: Monitor) -> dict[str, Any]:
    """Give all that the driver of a link is made with.

    These are its options, and where there are any ``dialect``, ``timers``, the text of its
    ``profile``, and ``login`` with ``name`` and ``password``; always ``devices``, a list of
    what is watched.
    Raise ``ValueError`` for a file that cannot serve its purpose.
    """
    config = recorded_config(link)
    config["devices"] = devices(monitor)
    if link.login is not None:
        path = link.login.password_file
        try:
            password = secret(path).reveal().decode()
        except UnicodeDecodeError:
            raise ValueError(f"{path}: not UTF-8") from None
        config["login"] = {"name": link.login.name, "password": password}
    return config
