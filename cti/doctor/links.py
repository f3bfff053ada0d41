"""The links: whether the switch can be reached, and devices opened."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cti.config import words
from cti.config.sections import Config, Link
from cti.doctor.findings import Fault, Finding
from cti.doctor.reach import UnreachableError, presented, secured, tcp, unix
from cti.health.report import Report
from cti.model.states import LinkState

_OURS = (LinkState.OPENING, LinkState.SYNCING, LinkState.UP, LinkState.DEGRADED)

_AF_ISDN: Final = 34


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
                yield _interface(about, interface)
            case words.Misdn():
                yield _card(about)
            case words.Udp() | words.Unixgram():
                yield Finding(about, "datagrams: who answers is seen when the link runs")
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


def _card(about: str) -> Finding:
    """Look whether the kernel has D channels; opening a card would bring its line up."""
    try:
        socket.socket(_AF_ISDN, socket.SOCK_RAW).close()
    except PermissionError:
        cure = "give the service the right CAP_NET_RAW (drop-in isdn.conf), or look as root"
        return Finding(about, "D channels need a right", Fault.PERMISSION, cure)
    except OSError:
        cure = "load the modules of the card: modprobe mISDN_core"
        return Finding(about, "mISDN is not loaded", Fault.SWITCH, cure)
    return Finding(about, "mISDN is loaded")


def _interface(about: str, interface: str) -> Finding:
    from cti.transport.hdlc import open_interface
    from cti.transport.loss import LineError

    try:
        open_interface(interface).close()
    except LineError as error:
        told = str(error)
        barred = "CAP_NET_RAW" in told
        cure = (
            "give the service the right CAP_NET_RAW (drop-in isdn.conf), or look as root"
            if barred
            else "set it up: sethdlc, ip link set up"
        )
        return Finding(about, told, Fault.PERMISSION if barred else Fault.SWITCH, cure)
    return Finding(about, "there, and can be opened")
