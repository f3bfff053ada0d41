"""Texts with a form of their own: names, addresses, ranges of devices.

Every function raises ``ValueError`` with the reason if the text does not have its form.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from cti import numbering

LONGEST_RANGE: Final = 20_000
"""Devices that one range may name."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_RANGE: Final = re.compile(r"([0-9]{1,15})-([0-9]{1,15})")
_DEVICE: Final = re.compile(r"[!-~]{1,64}")
_DIALLED: Final = re.compile(r"[0-9*#A-D]{1,32}")
_SOME_DIGITS: Final = re.compile(r"[0-9*#]{0,16}")
_E164: Final = re.compile(r"\+[0-9]{1,15}")
_HOST: Final = re.compile(r"[0-9A-Za-z._-]{1,253}|[0-9a-fA-F:.]+(?:%[0-9A-Za-z._-]+)?")
_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}


class Broker(Struct, frozen=True, gc=False):
    """Address of an MQTT broker."""

    host: str
    port: int
    tls: bool


class Tcp(Struct, frozen=True, gc=False):
    """A TCP port."""

    host: str
    port: int


class Unix(Struct, frozen=True, gc=False):
    """A UNIX socket."""

    path: str


def name(text: str) -> str:
    """Take a name that can be a level of a topic."""
    if not _NAME.fullmatch(text):
        raise ValueError(
            f"{text!r} is no name: up to 64 lower case letters, digits and dashes, "
            "no dash in front"
        )
    return text


def switch_name(text: str) -> str:
    """Take the name of a switch; ``daemon`` stands in its place in topics of the daemon."""
    if text == "daemon":
        raise ValueError("'daemon' is no name for a switch: topics use it")
    return name(text)


def base(text: str) -> str:
    """Take the first levels of every topic."""
    levels = text.split("/")
    if len(levels) > 4:
        raise ValueError(f"{text!r} has more than 4 levels")
    for level in levels:
        name(level)
    return text


def broker(text: str) -> Broker:
    """Read ``mqtt://host:port`` or ``mqtts://host:port``; the port may be left out."""
    if "@" in text:  # it is not shown: it may hold a password
        raise ValueError("a user stands in username, a password in a file: not in the address")
    url = urlsplit(text)
    if url.scheme not in _PORTS:
        raise ValueError(f"{text!r} begins with neither mqtt:// nor mqtts://")
    if url.path not in ("", "/") or url.query or url.fragment:
        raise ValueError(f"{text!r} has more than host and port")
    try:
        port = url.port
    except ValueError:
        raise ValueError(f"{text!r} has no port from 1 to 65535") from None
    host = _host(url.hostname or "", text)
    return Broker(
        host, _PORTS[url.scheme] if port is None else _port(port), url.scheme == "mqtts"
    )


def link_address(text: str) -> Tcp | Unix:
    """Read ``tcp:host:port``, with an IPv6 address in brackets, or ``unix:/path``."""
    kind, _, rest = text.partition(":")
    if kind == "unix":
        if not rest.startswith("/") or len(rest.encode()) > 107 or "\0" in rest:
            raise ValueError(f"{text!r} is not unix: and an absolute path up to 107 octets")
        return Unix(rest)
    if kind != "tcp":
        raise ValueError(f"{text!r} begins with neither tcp: nor unix:")
    host, colon, port = rest.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()):
        raise ValueError(f"{text!r} is not tcp:HOST:PORT")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError(f"{text!r}: an IPv6 address stands in brackets")
    return Tcp(_host(host, text), _port(int(port)))


def _host(host: str, text: str) -> str:
    if not _HOST.fullmatch(host):
        raise ValueError(f"{text!r} has no host")
    return host


def _port(port: int) -> int:
    if not 1 <= port <= 65535:
        raise ValueError(f"port {port} is not in 1 to 65535")
    return port


def device(text: str) -> str:
    """Take the name of one device."""
    if not _DEVICE.fullmatch(text):
        raise ValueError(f"{text!r} is no device: up to 64 printable characters, no blank")
    return text


def route(text: str) -> str:
    """Take what a route request is answered with: digits to dial, or ``end``."""
    if text != "end" and not _DIALLED.fullmatch(text):
        raise ValueError(f"{text!r} is neither 'end' nor a number as a set dials it")
    return text


def some_digits(text: str) -> str:
    """Take up to 16 digits, or none."""
    if not _SOME_DIGITS.fullmatch(text):
        raise ValueError(f"{text!r} is not up to 16 digits")
    return text


def e164(text: str) -> str:
    """Take a number with the plus sign, or nothing."""
    if text and not _E164.fullmatch(text):
        raise ValueError(f"{text!r} is no number with a plus sign and up to 15 digits")
    return text


def expression(text: str) -> str:
    """Take a regular expression."""
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from None
    return text


def country(text: str) -> str:
    """Take the code of a country."""
    numbering.prefixes(text)
    return text


def extensions(text: str) -> str:
    """Take a pattern of extensions."""
    numbering.extension(text)
    return text


def device_range(text: str) -> list[str]:
    """Give the devices of ``201-299`` in order, or the one device that the text is.

    Leading zeros stay where both ends are equally long: ``007-010`` is 007, 008, 009, 010.
    """
    found = _RANGE.fullmatch(text)
    if found is None:
        return [device(text)]
    low, high = found.groups()
    width = len(low)
    if width != len(high):
        if any(len(end) > 1 and end.startswith("0") for end in (low, high)):
            raise ValueError(f"{text!r}: ends with leading zeros must be equally long")
        width = 0
    first, last = int(low), int(high)
    if first > last:
        raise ValueError(f"{text!r} runs backwards")
    if last - first >= LONGEST_RANGE:
        raise ValueError(f"{text!r} names more than {LONGEST_RANGE} devices")
    return [f"{number:0{width}d}" for number in range(first, last + 1)]
