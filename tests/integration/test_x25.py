"""CSTA over X.25: a whole site over TCP (XOT) and over a serial line, and its recording."""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Site
from tests.integration.site import BIN, Switch, daemon, wait_for, write_config
from tests.support.lines import crossed_lines

pytestmark = pytest.mark.slow

KEYS = 'called = "5678", calling = "1234", user_data = "c0ffee", packet_size = 256, window = 4'


def attach(kind: str, site: Site, stack: ExitStack) -> tuple[Switch, str, str]:
    """Run a switch; give it, the address of the link, and its message link."""
    keys = "called=5678,calling=1234,user_data=c0ffee,packet_size=256,window=4"
    if kind == "xot":
        switch = site.switch("--listen", "xot:127.0.0.1:0", "--x25", keys)
        return switch, f"xot:127.0.0.1:{switch.port}", f'{{ name = "xot", {KEYS} }}'
    here, there = stack.enter_context(crossed_lines())
    switch = site.switch("--serial", f"{there}?speed=115200", "--x25", keys)
    lapb = "lapb = { timers = { T1 = 1.0, T2 = 0.05 } }, timers = { T2 = 0.05 }"
    address = f"serial:{here}?speed=115200"
    return switch, address, f'{{ name = "x25_serial", {KEYS}, {lapb} }}'


def told(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what is of our own doing, and times: a replay only watches."""
    return [
        {name: value for name, value in event.items() if name not in ("ts_received", "raw")}
        for event in events
        if not event["event"].startswith(("link.", "monitor.", "snapshot."))
    ]


@pytest.mark.parametrize("kind", ["xot", "serial"])
def test_a_driver_works_a_switch_over_x25(tmp_path: Path, kind: str) -> None:
    with ExitStack() as stack:
        site = Site(tmp_path, stack)
        switch, address, link = attach(kind, site, stack)
        app = site.application()
        extra = f'record = {{ folder = "traces" }}\nstack = {link}'
        config = write_config(tmp_path, site.broker.port, 1, extra=extra, address=address)
        process = daemon(config)
        stack.callback(process.end)
        wait_for(lambda: app.link() == "up", "up")
        made = app.ask("make_call", device="201", to="202")
        assert made["status"] == "succeeded"
        switch("answer", "202")
        app.expect("connection.connected", device_id="202")
        assert app.ask("clear_call", call=made["result"]["call"])["status"] == "succeeded"
        app.expect("call.cleared")
        switch("cut")
        wait_for(lambda: app.link() != "up", "down")
        wait_for(lambda: app.link() == "up", "up again")
        switch("dial", "203", "204")
        app.expect("connection.alerting", device_id="204")
        switch("hang-up", "203")
        wait_for(
            lambda: sum(e["data"]["event"] == "call.cleared" for e in app.events) >= 2,
            "both calls",
        )
        assert process.end() == 0
        published = [event["data"] for event in app.events]
    (trace,) = (tmp_path / "traces").iterdir()
    done = subprocess.run(
        [BIN / "cti", "replay", trace, "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    replayed = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told(published)) > 10
    assert told(replayed) == told(published)
