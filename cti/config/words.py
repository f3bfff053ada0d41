"""Texts with a form of their own: names, addresses, ranges of devices.

Every function raises ``ValueError`` with the reason if the text does not have its form.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from msgspec import Struct

from cti import numbering
from cti.model.commands import VERBS
from cti.rights import grants, patterns

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
_XOT_PORT: Final = 1998
_INTERFACE: Final = re.compile(r"[!-.0-~]{1,15}")
_YES: Final = {"yes": True, "no": False}
_SPEEDS: Final = (300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400)
_SERIAL: Final[dict[str, dict[str, Any]]] = {
    "speed": {str(speed): speed for speed in _SPEEDS},
    "parity": {word: word for word in ("none", "even", "odd")},
    "stop": {"1": 1, "2": 2},
    "rtscts": _YES,
    "carrier": _YES,
}
"""Keys of a serial line, and what each of their values means."""
_MISDN: Final[dict[str, dict[str, Any]]] = {
    "side": {word: word for word in ("te", "nt")},
    "line": {word: word for word in ("s0", "e1")},
}
"""The same of an ISDN card."""


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


class Serial(Struct, frozen=True, gc=False):
    """An asynchronous serial line, eight data bits."""

    device: str
    speed: int = 9600
    """Bits in a second."""
    parity: str = "none"
    stop: int = 1
    """Stop bits."""
    rtscts: bool = False
    """The lines RTS and CTS hold the sender back."""
    carrier: bool = False
    """The line counts as lost while the modem shows no carrier (DCD)."""


class Hdlc(Struct, frozen=True, gc=False):
    """A synchronous interface of the kernel that carries frames of HDLC."""

    interface: str


class Misdn(Struct, frozen=True, gc=False):
    """The D channel of an ISDN card."""

    device: int
    """Number of the card."""
    side: str = "te"
    """Side of the access: ``te`` user, ``nt`` network."""
    line: str = "s0"
    """``s0`` basic access, ``e1`` primary access."""


class Udp(Struct, frozen=True, gc=False):
    """Datagrams over IP."""

    port: int
    """Our own."""
    host: str
    """IP address of the other end."""
    remote: int
    """Port of the other end."""


class Unixgram(Struct, frozen=True, gc=False):
    """Datagrams between two UNIX sockets."""

    path: str
    """Our own."""
    remote: str


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


Address = Tcp | Unix | Serial | Hdlc | Misdn | Udp | Unixgram
"""Address of a link."""


def link_address(text: str) -> Address:
    """Read the address of a link.

    ``tcp:host:port`` with an IPv6 address in brackets, ``xot:host`` or ``xot:host:port``,
    ``unix:/path``, ``serial:/dev/name?speed=19200``, ``hdlc:interface``; for a D channel
    ``misdn:0?side=te&line=s0``, ``udp:port:address:port``, ``unixgram:/path:/path``.
    """
    kind, _, rest = text.partition(":")
    match kind:
        case "tcp":
            return _tcp(rest, text)
        case "xot":
            bare = rest.rpartition("]")[2]
            return _tcp(rest if ":" in bare else f"{rest}:{_XOT_PORT}", text)
        case "unix":
            return _unix(rest, text)
        case "serial":
            return serial_line(rest)
        case "hdlc":
            if not _INTERFACE.fullmatch(rest):
                raise ValueError(f"{text!r} is not hdlc: and the name of an interface")
            return Hdlc(rest)
        case "misdn":
            return _misdn(rest, text)
        case "udp":
            return _udp(rest, text)
        case "unixgram":
            local, _, remote = rest.partition(":")
            if not all(_is_path(path) for path in (local, remote)):
                raise ValueError(f"{text!r} is not unixgram:/OUR/PATH:/OTHER/PATH")
            return Unixgram(local, remote)
        case _:
            kinds = "tcp:, xot:, unix:, serial:, hdlc:, misdn:, udp:, unixgram:"
            raise ValueError(f"{text!r} begins with none of {kinds}")


def _is_path(text: str) -> bool:
    return text.startswith("/") and len(text.encode()) <= 107 and "\0" not in text


def _misdn(rest: str, text: str) -> Misdn:
    device, _, query = rest.partition("?")
    if not (device.isascii() and device.isdigit() and int(device) < 64):
        raise ValueError(f"{text!r} is not misdn: and the number of a card, 0 to 63")
    return Misdn(int(device), **_pairs(query, text, _MISDN))


def _udp(rest: str, text: str) -> Udp:
    ours, _, there = rest.partition(":")
    host, _, remote = there.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        address = str(ip_address(bare))
    except ValueError:
        raise ValueError(f"{text!r} is not udp:OUR-PORT:IP-ADDRESS:PORT") from None
    if not all(port.isascii() and port.isdigit() for port in (ours, remote)):
        raise ValueError(f"{text!r} is not udp:OUR-PORT:IP-ADDRESS:PORT")
    return Udp(_port(int(ours)), address, _port(int(remote)))


def listening(text: str) -> Tcp | Unix:
    """Read an address to listen at, which others than this machine cannot reach.

    ``tcp:127.0.0.1:PORT``, ``tcp:[::1]:PORT``, or ``unix:/path``.
    """
    kind, _, rest = text.partition(":")
    if kind == "unix":
        return _unix(rest, text)
    if kind != "tcp":
        raise ValueError(f"{text!r} begins with neither tcp: nor unix:")
    where = _tcp(rest, text)
    try:
        loopback = ip_address(where.host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ValueError(f"{text!r} is not on loopback: 127.0.0.1, [::1], or a UNIX socket")
    return where


def _unix(path: str, text: str) -> Unix:
    if not _is_path(path):
        raise ValueError(f"{text!r} is not unix: and an absolute path up to 107 octets")
    return Unix(path)


def _tcp(rest: str, text: str) -> Tcp:
    host, colon, port = rest.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()):
        raise ValueError(f"{text!r} is not {text.partition(':')[0]}:HOST:PORT")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError(f"{text!r}: an IPv6 address stands in brackets")
    return Tcp(_host(host, text), _port(int(port)))


def serial_line(text: str) -> Serial:
    """Read ``/dev/name?speed=19200&parity=none&stop=1&rtscts=no&carrier=no``."""
    device, _, query = text.partition("?")
    if not device.startswith("/") or "\0" in device:
        raise ValueError(f"{text!r} does not begin with the absolute path of a device")
    return Serial(device, **_pairs(query, text, _SERIAL))


def _pairs(query: str, text: str, keys: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Read ``key=value&key=value``, where each key has its table of values."""
    made: dict[str, Any] = {}
    for pair in query.split("&") if query else ():
        name, _, value = pair.partition("=")
        if name not in keys:
            raise ValueError(f"{pair!r} in {text!r}: the keys are {', '.join(keys)}")
        if name in made:
            raise ValueError(f"{name!r} stands twice in {text!r}")
        if value not in keys[name]:
            choices = ", ".join(keys[name])
            raise ValueError(f"{pair!r} in {text!r}: {name} is one of {choices}")
        made[name] = keys[name][value]
    return made


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


def verb(text: str) -> str:
    """Take a verb, or ``*``."""
    known = {*VERBS, *grants.EXPLICIT, patterns.EVERYTHING}
    if text not in known:
        close = get_close_matches(text, known, 1)
        raise ValueError(
            f"no verb {text!r}" + (f"; did you mean {close[0]!r}?" if close else "")
        )
    return text


def pattern(text: str) -> str:
    """Take a pattern of names."""
    if not _DEVICE.fullmatch(text):
        raise ValueError(f"{text!r} is no pattern: up to 64 printable characters, no blank")
    patterns.Patterns([text])
    return text


def destination(text: str) -> str:
    """Take a class of destinations, the beginning of a number, or a pattern of extensions."""
    grants.Destinations([text])
    return text


def hour(text: str) -> str:
    """Take a time of day."""
    grants.clock(text)
    return text


def time_zone(text: str) -> str:
    """Take a time zone, or nothing."""
    try:
        ZoneInfo(text or "UTC")
    except (OSError, ValueError, LookupError):
        raise ValueError(f"{text!r} is no time zone, such as Europe/Berlin") from None
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
