"""What a link said while the daemon ran, replayed: the events that were published."""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Site
from tests.integration.site import BIN, wait_for

pytestmark = pytest.mark.slow

OURS = ("link.", "monitor.", "snapshot.")
"""Events of our own doing: a replay only watches."""
PASSWORD = "77777"  # noqa: S105 # the simulated switch's
TIME = ("ts_received", "raw")


def shown(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in TIME}


def part(trace: Path) -> int:
    with trace.open() as lines:
        return int(json.loads(lines.readline())["part"])


@pytest.mark.parametrize("size", [64_000_000, 1500])
@pytest.mark.parametrize("dialect", ["standard", "panasonic"])
def test_a_recording_gives_the_events_that_were_published(
    tmp_path: Path, dialect: str, size: int
) -> None:
    with ExitStack() as stack:
        site = Site(tmp_path, stack)
        switch = site.switch("--dialect", dialect)
        app = site.application()
        record = f'record = {{ folder = "traces", size = {size}, files = 100 }}'
        extra = f'dialect = "{dialect}"\n{record}'
        process = site.daemon(switch.port, extra=extra)
        wait_for(lambda: app.link() == "up", "up")
        for line in (
            *("log-in 201 4711", "call-in 0301234567 300", "ready 201", "answer 201"),
            *("consult 201 203", "answer 203", "transfer 201", "hang-up 203"),
        ):
            switch(*line.split())
        app.expect("call.cleared")
        switch("cut")
        wait_for(lambda: app.link() != "up", "down")
        wait_for(lambda: app.link() == "up", "up again")
        made = app.ask("make_call", device="204", to="205")
        switch("answer", "205")
        app.expect("connection.connected", device_id="205")
        assert app.ask("clear_call", call=made["result"]["call"])["status"] == "succeeded"
        wait_for(
            lambda: sum(e["data"]["event"] == "call.cleared" for e in app.events) >= 3,
            "all calls",
        )
        assert process.end() == 0
        published = [shown(event["data"]) for event in app.events]
    traces = sorted((tmp_path / "traces").iterdir(), key=part)
    assert (len(traces) > 1) == (size < 10_000)
    replayed: list[dict[str, Any]] = []
    for trace in traces:
        done = subprocess.run(
            [BIN / "cti", "replay", trace, "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        replayed += [shown(json.loads(line)) for line in done.stdout.splitlines()]

    def told(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            event
            for event in events
            if not event["event"].startswith(OURS) and event["origin"] != "synthetic"
        ]

    assert len(told(published)) > 20
    assert told(replayed) == told(published)


def test_a15_a16_no_file_but_its_own_has_the_password_of_a_link(site: Site) -> None:
    switch = site.switch("--dialect", "hipath3000")
    secret = site.folder / "secret"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    login = 'login = { name = "AMHOST", password_file = "secret" }'
    extra = f'dialect = "hipath3000"\n{login}\nrecord = {{ folder = "traces" }}'
    app = site.application()
    process = site.daemon(switch.port, extra=extra)
    wait_for(lambda: app.link() == "up", "up")
    switch("dial", "203", "204")
    app.expect("connection.alerting", device_id="204")
    assert process.end() == 0
    (trace,) = (site.folder / "traces").iterdir()
    files = [one for one in site.folder.rglob("*") if one.is_file() and one != secret]
    shown = [*(one.read_bytes() for one in files), "\n".join(process.lines).encode()]
    hexed = PASSWORD.encode().hex().encode()
    assert not [one for one in shown if PASSWORD.encode() in one or hexed in one]
    assert sum((b"*" * len(PASSWORD)).hex().encode() in one for one in shown) == 1
    done = subprocess.run([BIN / "cti", "replay", trace], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
