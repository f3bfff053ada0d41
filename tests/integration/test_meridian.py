"""Meridian Link over TCP, over XOT, and over a serial line at its real rate: a whole site."""

from __future__ import annotations

from contextlib import ExitStack
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from sim.kit.conduct import conduct
from sim.kit.pair import monitored
from sim.kit.site import Site as Ground
from sim.processes import tables
from sim.scenarios import path, reference
from tests.integration.conftest import Site
from tests.integration.site import Application, Switch, daemon, wait_for, write_config
from tests.integration.test_scenarios import People, Told
from tests.support.lines import crossed_lines

DRIVER = "meridian"
RATE = 19200
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        DRIVER not in entry_points(group="cti.drivers").names, reason="no driver for it here"
    ),
]


def attach(kind: str, site: Site, stack: ExitStack) -> tuple[Switch, str]:
    """Run a switch; give it and the address of the link."""
    if kind == "tcp":
        switch = site.switch(speaks=DRIVER)
        return switch, f"tcp:127.0.0.1:{switch.port}"
    if kind == "xot":
        switch = site.switch("--listen", "xot:127.0.0.1:0", speaks=DRIVER)
        return switch, f"xot:127.0.0.1:{switch.port}"
    here, there = stack.enter_context(crossed_lines(RATE))
    switch = site.switch("--serial", f"{there}?speed={RATE}", speaks=DRIVER)
    return switch, f"serial:{here}?speed={RATE}"


def site_of(kind: str, folder: Path, stack: ExitStack) -> tuple[Switch, Application]:
    """Bring a site up, all sets and the queue monitored."""
    site = Site(folder, stack)
    switch, address = attach(kind, site, stack)
    app = site.application()
    transport = {"serial": "x25_serial"}.get(kind, kind)
    config = write_config(
        folder,
        site.broker.port,
        1,
        devices='"5001-5006", "6000"',
        driver=DRIVER,
        address=address,
        extra=f'options = {{ transport = "{transport}", acd_dns = ["6000"] }}',
    )
    process = daemon(config)
    stack.callback(process.end)
    wait_for(lambda: app.link() == "up", "up")
    return switch, app


@pytest.mark.parametrize("kind", ["tcp", "xot", "serial"])
def test_a_driver_works_a_meridian(tmp_path: Path, kind: str) -> None:
    with ExitStack() as stack:
        switch, app = site_of(kind, tmp_path, stack)
        made = app.ask("make_call", device="5001", to="5002")
        assert made["status"] == "succeeded", made
        switch("answer", "5002")
        app.expect("connection.connected", device_id="5002")
        assert app.ask("hold", device="5001")["status"] == "succeeded"
        app.expect("connection.held", device_id="5001")
        assert app.ask("retrieve", device="5001")["status"] == "succeeded"
        switch("consult", "5002", "5003")
        app.expect("connection.alerting", device_id="5003")
        switch("answer", "5003")
        switch("transfer", "5002")
        app.expect("call.transferred")
        since = len(app.events)
        switch("cut")
        wait_for(lambda: app.link() != "up", "down")
        wait_for(lambda: app.link() == "up", "up again")
        switch("hang-up", "5003")
        switch("log-in", "5004", "4711")
        app.expect("agent.logged_on", since, agent_id="4711")
        switch("ready", "5004")
        switch("call-in", "0301234567", "6000")
        app.expect("connection.alerting", since, device_id="5004")
        switch("aml", "down")
        wait_for(lambda: app.link() != "up", "known to be without the switch")
        switch("answer", "5004")
        switch("aml", "up")
        wait_for(lambda: app.link() == "up", "with the switch again")
        switch("dial", "5005", "5006")
        app.expect("connection.alerting", since, device_id="5006")


@pytest.mark.parametrize("number", ["01b", "11b", "14b", "19a"])
def test_a_scenario_is_told_over_sockets(site: Site, number: str) -> None:
    play = reference()[number]
    words = ("--scenario", str(path(number)), "--still")
    switch = site.switch(*words, speaks=DRIVER)
    application = site.application()
    devices = monitored(play.plan)
    config = write_config(
        site.folder,
        site.broker.port,
        switch.port,
        devices=", ".join(f'"{device}"' for device in devices),
        extra=tables(play.route_points),
        driver=DRIVER,
    )
    process = daemon(config)
    wait_for(lambda: application.link() == "up", "the link is up")
    ground = Ground(People(switch), Told(application), devices)
    try:
        assert conduct(play, ground) == []
    finally:
        ground.close()
        process.end()
