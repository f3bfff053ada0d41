"""The links: whether the switch can be reached, and devices opened."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from cti.config import words
from cti.config.sections import Config, Link
from cti.doctor.findings import Fault, Finding
from cti.doctor.reach import UnreachableError, presented, secured, tcp, unix
from cti.health.report import Report
from cti.model.states import LinkState
from cti.transport.dchannel import open_card
from cti.transport.hdlc import open_interface
from cti.transport.loss import LineError

_HDLC: Final = "set it up: sethdlc, ip link set up"
_MISDN: Final = "is the card there, and its module loaded?"
_OURS: Final = (LinkState.OPENING, LinkState.SYNCING, LinkState.UP, LinkState.DEGRADED)


class _Opened(Protocol):
    """What can be closed again."""

    def close(self) -> None:
        """Close it."""


def links(config: Config, report: Report | None) -> Iterator[Finding]:
    """Look at every link, but for those that a running daemon has connected."""
    for name, switch in config.switch.items():
        known = None if report is None else report.switches.get(name)
        for link_name, link in switch.link.items():
            about = f"link {name}/{link_name} at {link.address}"
            there = None if known is None else known.links.get(link_name)
            if there is not None and there.state in _OURS:
                yield Finding(about, "the daemon has it")
            else:
                yield from _link(about, link)


def _link(about: str, link: Link) -> Iterator[Finding]:
    try:
        match words.link_address(link.address):
            case words.Tcp(host, port):
                sock: socket.socket = tcp(about, host, port, Fault.SWITCH)
                if link.tls is not None:
                    safe = secured(about, sock, host, link.tls, Fault.SWITCH)
                    yield from presented(about, safe)
                    sock = safe
                sock.close()
                told = "something listens there; whether it is the switch, only a login tells"
                yield Finding(about, told)
            case words.Unix(path):
                unix(about, path, Fault.SWITCH).close()
                yield Finding(about, "something listens there")
            case words.Serial(device):
                yield _device(about, device)
            case words.Hdlc(interface):
                yield _opened(about, partial(open_interface, interface), _HDLC)
            case words.Misdn() as card:
                yield _opened(about, partial(open_card, card), _MISDN)
            case words.Udp() | words.Unixgram():
                yield Finding(about, "datagrams: only the daemon can tell who is there")
    except UnreachableError as error:
        yield error.finding


def _device(about: str, device: str) -> Finding:
    """Look at a serial device without opening it: that would move its lines."""
    path = Path(device)
    try:
        status = path.stat()
    except OSError as error:
        cure = "is the adapter plugged in, and is the name right? see /dev/serial/by-id"
        return Finding(about, (error.strerror or "").lower(), Fault.SWITCH, cure)
    if not stat.S_ISCHR(status.st_mode):
        return Finding(about, "no device", Fault.SWITCH, "name a device such as /dev/ttyS0")
    if not os.access(path, os.R_OK | os.W_OK):
        cure = f"add the user of the service to the group of {path} (dialout)"
        return Finding(about, "this user may not open it", Fault.PERMISSION, cure)
    return Finding(about, "there, and this user may open it")


def _opened(about: str, opening: Callable[[], _Opened], cure: str) -> Finding:
    """Open an interface or a card for a moment."""
    try:
        opening().close()
    except LineError as error:
        told = str(error)
        if "right CAP_" in told:
            words = "give the service that right (drop-in isdn.conf), or look as root"
            return Finding(about, told, Fault.PERMISSION, words)
        return Finding(about, told, Fault.SWITCH, cure)
    return Finding(about, "there, and can be opened")
