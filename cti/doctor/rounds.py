"""One round after the other, from what everything needs to what only one link needs."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from cti.config import Config, ConfigError, check, load
from cti.config.words import Unix, listening
from cti.doctor import machine
from cti.doctor.broker import brokers
from cti.doctor.findings import Fault, Finding
from cti.doctor.links import links
from cti.doctor.reach import UnreachableError, tcp, unix
from cti.health.report import Report, hopeless, working
from cti.health.report import status as told

SKIPPABLE: Final = ("process", "broker", "links", "disk", "clock", "certificates", "secrets")
"""Rounds that can be left out."""


def status(findings: Iterable[Finding]) -> int:
    """Give the exit status: 0, or that of the first class of faults there is."""
    return min((one.fault for one in findings if one.fault is not None), default=0)


def rounds(file: str | Path, skip: Collection[str] = ()) -> Iterator[Finding]:
    """Look at everything that a configuration names."""
    cure = "cti check tells the same; the bridge does not start with it"
    try:
        config = load(file)
    except ConfigError as error:
        for problem in error.errors:
            yield Finding("configuration", problem.text(str(file)), Fault.CONFIGURATION, cure)
        return
    problems = check(config)
    for problem in problems:
        yield Finding("configuration", problem.text(str(file)), Fault.CONFIGURATION, cure)
    if not problems:
        yield Finding("configuration", f"{file} is good")
    report = None if "process" in skip else _report(config)
    if report is not None:
        yield from _process(config, report)
    every: dict[str, Callable[[], Iterator[Finding]]] = {
        "broker": lambda: brokers(config),
        "links": lambda: links(config, report),
        "disk": lambda: machine.disk(config),
        "clock": lambda: machine.clock(config),
        "certificates": lambda: machine.certificates(config),
        "secrets": lambda: machine.secrets(config),
    }
    for name, look in every.items():
        if name in skip:
            continue
        try:
            yield from look()
        except (OSError, ValueError) as error:  # a file that the configuration names
            if not problems:
                yield Finding(name, str(error), Fault.CONFIGURATION)


def _report(config: Config) -> Report | None:
    """Ask the daemon how it is; None where there is none, or none that can be asked."""
    if config.health.listen is None:
        return None
    connection = http.client.HTTPConnection("localhost")
    try:
        match listening(config.health.listen):
            case Unix(path):
                connection.sock = unix("", path, Fault.CONFIGURATION)
            case where:
                connection.sock = tcp("", where.host, where.port, Fault.CONFIGURATION)
        with connection.sock:
            connection.request("GET", "/info")
            answer = connection.getresponse().read(4_000_000)
        return msgspec.json.decode(answer, type=Report)
    except (UnreachableError, OSError, http.client.HTTPException, msgspec.MsgspecError):
        return None


def _process(config: Config, report: Report) -> Iterator[Finding]:
    """Tell what the daemon says of itself."""
    yield Finding(f"daemon {config.daemon.name}", f"runs: {told(report)}")
    if why := hopeless(report):
        cure = "restart it, and keep its log"
        yield Finding(f"daemon {config.daemon.name}", why, Fault.DISK, cure)
    if not report.broker.connected:
        why = f"no session: {report.broker.reason}"
        yield Finding(f"broker {report.broker.address}", f"the daemon has {why}", Fault.BROKER)
    if report.clock_jumps:
        words = f"was set {report.clock_jumps} times since the daemon started"
        cure = "who sets it in jumps? A time service steers it"
        yield Finding("clock", words, Fault.CLOCK, cure)
    for name, switch in report.switches.items():
        if switch.store.sick:
            cure = "make room or mend the disk: the bridge goes on by itself"
            yield Finding(f"store of {name}", switch.store.sick, Fault.DISK, cure)
        for link_id, link in switch.links.items():
            if not working(link):
                where = f" ({link.layer})" if link.layer else ""
                words = f"is {link.state.value}: {link.reason or 'no reason'}{where}"
                yield Finding(f"link {name}/{link_id}", words, Fault.SWITCH)
