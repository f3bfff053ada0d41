"""ASAI over a D channel whose frames are datagrams, and over a LAN gateway: a whole site."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.conftest import Site
from tests.integration.site import Switch, daemon, wait_for, write_config

pytestmark = pytest.mark.slow

OPTIONS = 'codes = "laboratory", vdns = ["400"], splits = ["300"]'


def free_ports() -> tuple[int, int]:
    """Find two ports for datagrams."""
    with (
        socket.socket(type=socket.SOCK_DGRAM) as one,
        socket.socket(type=socket.SOCK_DGRAM) as two,
    ):
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


def attach(kind: str, site: Site) -> tuple[Switch, str, str]:
    """Run a switch; give it, the address of the link, and its message link."""
    if kind == "tunnel":
        switch = site.switch(speaks="asai")
        return switch, f"tcp:127.0.0.1:{switch.port}", '{ name = "tunnel", link = 1 }'
    here, there = free_ports()
    address = f"udp:{there}:127.0.0.1:{here}"
    switch = site.switch("--listen", address, "--dchannel", "tei=0", speaks="asai")
    return switch, f"udp:{here}:127.0.0.1:{there}", '{ name = "dchannel", tei = 0 }'


@pytest.mark.parametrize("kind", ["tunnel", "dchannel"])
def test_a_driver_works_a_definity(tmp_path: Path, kind: str) -> None:
    with ExitStack() as stack:
        site = Site(tmp_path, stack)
        switch, address, link = attach(kind, site)
        app = site.application()
        config = write_config(
            tmp_path,
            site.broker.port,
            1,
            devices='"201-208", "300", "400"',
            driver="asai",
            address=address,
            extra=f"stack = {link}\noptions = {{ {OPTIONS} }}",
        )
        process = daemon(config)
        stack.callback(process.end)
        wait_for(lambda: app.link() == "up", "up")
        made = app.ask("make_call", device="201", to="202")
        assert made["status"] == "succeeded", made
        switch("answer", "202")
        app.expect("connection.connected", device_id="202")
        logged_on = app.ask("login", device="204", agent="4711")
        assert logged_on["status"] == "succeeded", logged_on
        app.expect("agent.logged_on", agent_id="4711", device_id="204")
        since = len(app.events)
        switch("cut")
        wait_for(lambda: app.link() != "up", "down")
        wait_for(lambda: app.link() == "up", "up again")
        switch("hang-up", "201")
        app.expect("call.cleared", since)
        switch("dial", "203", "205")
        app.expect("connection.alerting", since, device_id="205")
        assert process.end() == 0
