"""Running a switch: from the command line's options to a server on the reactor."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from math import ceil
from pathlib import Path
from typing import Any, Final

import msgspec
from twisted.internet import reactor as twisted_reactor

from protocols.asai.codes import LABORATORY, Mark
from protocols.csta.phase3.codec import Operation
from protocols.meridian.profile import DEFAULT
from protocols.meridian.profile import read as read_profile
from sim import outputs
from sim.asai import dialects as asai_dialects
from sim.asai import hub as asai
from sim.asai.gateway import Gateway, LinkTable
from sim.csta import hub as csta
from sim.csta.dialects import DIALECTS, Dialect, fitted
from sim.csta.settings import Settings
from sim.faults import FaultError, read_faults
from sim.hub import Hub
from sim.load import Load, busy_plan
from sim.meridian import hub as meridian
from sim.meridian import office
from sim.mischief import PduFaultError, read_pdu_faults
from sim.plan import ExchangePlan, PlanError, read_plan
from sim.play import Play
from sim.scenario import Scenario, ScenarioError, read_scenario
from sim.scenarios import plans
from sim.server import Server

_BAD: Final = (OSError, ValueError, PlanError, FaultError, PduFaultError, ScenarioError)

_Make = Callable[..., Hub]
"""Makes a hub of a plan and the settings of all hubs."""
_TEXTS: Final = ("called", "calling", "user_data", "facilities")
"""Keys of X.25 whose digits are no number."""


def run(options: argparse.Namespace) -> int:
    """Run a switch until it is told to end; give the exit status."""
    try:
        _run(options)
    except _BAD as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _run(options: argparse.Namespace) -> None:
    make = _SWITCHES[options.command](options)
    scenario = None
    if options.scenario:
        scenario = _scenario(options.scenario, still=options.still)
    load = None
    if options.load:
        load = Load(options.seed, options.load, options.seconds or 60.0)
    plan = _plan(options, scenario, load)
    text = options.faults.read_text() if options.faults else ""
    reactor: Any = twisted_reactor
    steps = None if options.still else scenario
    hub = make(
        plan,
        faults=read_faults(text),
        pdu_faults=read_pdu_faults(text),
        begins=datetime.now(UTC).astimezone(),
    )
    play = Play(hub, load, steps, options.after_client, still=options.still)
    lasts = 0.0 if load else options.seconds
    gateway = _gateway(options) if options.command == "asai" else None
    server = Server(play, reactor, truth=options.truth, say=_say, lasts=lasts, gateway=gateway)
    where = f"serial:{options.serial}" if options.serial else options.listen
    server.listen(where, options.control, _x25(options))
    reactor.run()


def _csta(options: argparse.Namespace) -> _Make:
    """Choose a CSTA switch."""
    dialect = DIALECTS.get(options.dialect)
    if dialect is None:
        raise ValueError(f"dialect {options.dialect}: one of {', '.join(DIALECTS)} is expected")
    dialect = _lacking(dialect, options.without)

    def make(plan: ExchangePlan, **settings: Any) -> Hub:
        return csta.Hub(fitted(plan, dialect), dialect, Settings(**settings))

    return make


def _lacking(dialect: Dialect, names: str) -> Dialect:
    """Give a dialect without some operations, named as ``alternate-call``."""
    known = {one.name.lower().replace("_", "-"): one for one in Operation}
    wanted = [name for name in names.split(",") if name]
    for name in wanted:
        if name not in known:
            raise ValueError(f"--without {name}: no such operation; one is alternate-call")
    lacking = dialect.unsupported | {known[name] for name in wanted}
    return msgspec.structs.replace(dialect, unsupported=lacking)


def _meridian(options: argparse.Namespace) -> _Make:
    """Choose a Meridian 1; what the command line says goes over its file."""
    text = options.options.read_text() if options.options else ""
    given = {
        "x11_release": options.x11_release,
        "mls_mode": options.mls or None,
        "dn_digits": options.dn_digits,
    }
    more = {key: value for key, value in given.items() if value is not None}
    crafted = office.read_options(text, more)
    profile = DEFAULT
    if options.profile:
        profile = read_profile(options.profile.read_bytes())

    def make(plan: ExchangePlan, **settings: Any) -> Hub:
        fit = meridian.fitted(plan, profile)
        return meridian.Hub(fit, crafted, outputs.Settings(**settings), profile)

    return make


def _asai(options: argparse.Namespace) -> _Make:
    """Choose a DEFINITY; most of its codes are placeholders, and it says so."""
    dialect = asai_dialects.DIALECTS.get(options.dialect)
    if dialect is None:
        known = ", ".join(asai_dialects.DIALECTS)
        raise ValueError(f"dialect {options.dialect}: one of {known} is expected")
    if options.crv_octets:
        dialect = msgspec.structs.replace(dialect, crv_length=options.crv_octets)
    counts = LABORATORY.counts()
    sys.stderr.write(
        f"{counts[Mark.ASSIGNED]} of {sum(counts.values())} codes of ASAI are placeholders of "
        "this project: no real adjunct knows them\n"
    )

    def make(plan: ExchangePlan, **settings: Any) -> Hub:
        return asai.Hub(plan, dialect, outputs.Settings(**settings))

    return make


def _gateway(options: argparse.Namespace) -> Callable[[str], Gateway]:
    """Read the table of links; give what makes the tunnel of a client."""
    entries = []
    for entry in filter(None, options.links.split(",")):
        client, equals, link = entry.partition("=")
        if not equals or not link.isdecimal():
            raise ValueError(f"--links {entry}: CLIENT=LINK is expected")
        entries.append((client, int(link)))
    table = LinkTable(tuple(entries))
    return lambda client: Gateway(table, client)


_SWITCHES: Final = {"csta": _csta, "meridian": _meridian, "asai": _asai}
"""Which switch a command means."""


def _x25(options: argparse.Namespace) -> dict[str, Any]:
    """Read the keys of the message link: a number where the text is one."""
    keys: dict[str, Any] = {}
    # A DTE at the other end needs a DCE at this one.
    if options.serial:
        keys["interface"] = "dce"
    for pair in filter(None, options.x25.split(",")):
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"--x25 {pair}: KEY=VALUE is expected")
        number = value.isdecimal() and name not in _TEXTS
        keys[name] = int(value) if number else {"yes": True, "no": False}.get(value, value)
    return keys


def _plan(
    options: argparse.Namespace, scenario: Scenario | None, load: Load | None
) -> ExchangePlan:
    if options.plan and load:
        raise ValueError("a load brings its own plan")
    if options.plan:
        return read_plan(options.plan.read_text())
    if load:
        # Three sets play in a call that lasts about a minute.
        sets = min(999, max(30, ceil(load.rate * 60 * 3 * 1.5)))
        return busy_plan(sets, max(5, sets // 10), max(10, sets // 3))
    if scenario:
        return scenario.plan
    return read_plan((files(f"sim.{options.command}") / "office.toml").read_text())


def _scenario(path: Path, *, still: bool) -> Scenario:
    scenario = read_scenario(path.read_text(), plans())
    if not still and any(step.command or step.fault for step in scenario.steps):
        raise ScenarioError(
            f"{path.name}: has steps of applications or of the link; make demo plays it"
        )
    return scenario


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
