"""The page of docs/browser.md in a real browser, through a real broker."""

from __future__ import annotations

import functools
import http.server
import json
import shlex
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from sim import brokers
from tests.integration.conftest import Site
from tests.integration.site import Broker, Switch, free_port, wait_for
from tests.support import examples, node

pytestmark = pytest.mark.slow

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PAGE = """
import { chromium } from 'playwright-core';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
const { browser: executablePath, url, steps } = JSON.parse(process.argv[2]);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage();
const faults = [];
page.on('pageerror', (error) => faults.push(String(error)));
page.on('console', (line) => { if (line.type() === 'error') faults.push(line.text()); });
page.on('dialog', (dialog) => { faults.push('dialog'); dialog.dismiss(); });
await page.goto(url);
const shown = [];
for (const [act, where, what] of steps) {
  const found = page.locator(where);
  if (act === 'see') await found.filter({ hasText: what }).first().waitFor({ timeout: 20000 });
  if (act === 'fill') await found.fill(what);
  if (act === 'click') await found.first().click();
  if (act === 'gone') await found.first().waitFor({ state: 'detached', timeout: 20000 });
  if (act === 'do') execFileSync('/bin/sh', ['-c', what]);
  if (act === 'read') shown.push(await found.allInnerTexts());
}
const images = await page.locator('img').count();
await browser.close();
console.log(JSON.stringify({ faults, shown, images }));
"""


class Stage:
    """A site whose broker has a listener for pages, and a server of files."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
        if found is None:
            pytest.skip(f"no browser: {', '.join(BROWSERS)}")
        if brokers.find("mosquitto") is None:
            pytest.skip("not installed: mosquitto")
        self.browser = found
        self.node = node.install("mqtt@5", "playwright-core@1")
        web = free_port()
        extra = (
            f"allow_anonymous true\nlistener {web} 127.0.0.1\nprotocol websockets\n"
            "allow_anonymous true\n"
        )
        site = Site(folder, stack, lambda where: Broker(where, "mosquitto", extra))
        self.switch: Switch = site.switch()
        site.daemon(self.switch.port)
        self.application = site.application("app")
        wait_for(lambda: self.application.state("hq/state/device/201"), "states")
        wait_for(lambda: self.application.link() == "up", "link up")
        files = examples.extract("browser.md", folder)
        script = files["phone.js"]
        told = script.read_text()
        assert "ws://localhost:9001" in told
        script.write_text(told.replace("ws://localhost:9001", f"ws://127.0.0.1:{web}"))
        library = self.node.folder / "node_modules" / "mqtt" / "dist" / "mqtt.min.js"
        shutil.copy(library, folder / "mqtt.min.js")
        self.url = f"http://127.0.0.1:{self._serve(folder, stack)}/index.html"

    def _serve(self, folder: Path, stack: ExitStack) -> int:
        class Files(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

        handler = functools.partial(Files, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        stack.callback(thread.join)
        stack.callback(server.server_close)
        stack.callback(server.shutdown)
        return int(server.server_address[1])

    def play(self, *steps: list[str]) -> Any:
        told = {"browser": self.browser, "url": self.url, "steps": steps}
        return json.loads(self.node.run(PAGE, json.dumps(told)))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield Stage(tmp_path_factory.mktemp("page"), stack)


def people(stage: Stage, *words: str) -> list[str]:
    """Have somebody do something at the switch, as a step of the page's play."""
    said = [sys.executable, "-m", "sim", "do", "--control", str(stage.switch.control), *words]
    return ["do", "body", f"cd {shlex.quote(str(examples.ROOT))} && {shlex.join(said)}"]


def test_a_call_is_made_and_ended(stage: Stage) -> None:
    told = stage.play(
        ["see", "#status", "ready"],
        ["fill", "input", "202"],
        ["click", "form button", ""],
        ["see", "#reply", "make_call: succeeded"],
        ["see", "#calls li", "connected"],
        people(stage, "answer", "202"),
        ["see", "#calls button", "hold"],
        ["read", "#calls li", ""],
        ["click", "#calls button:text-is('clear')", ""],
        ["see", "#reply", "clear_connection: succeeded"],
        ["gone", "#calls li", ""],
    )
    assert told["faults"] == []
    assert "201" in told["shown"][0][0]


def test_a_call_is_answered(stage: Stage) -> None:
    told = stage.play(
        ["see", "#status", "ready"],
        people(stage, "dial", "203", "201"),
        ["click", "#calls button:text-is('answer')", ""],
        ["see", "#calls li", "connected"],
        people(stage, "hang-up", "203"),
        ["gone", "#calls li", ""],
    )
    assert told["faults"] == []


def test_a_refusal_is_shown(stage: Stage) -> None:
    told = stage.play(
        ["see", "#status", "ready"],
        ["fill", "input", "999"],
        ["click", "form button", ""],
        ["see", "#reply", "make_call: failed"],
    )
    assert told["faults"] == []


def test_names_from_outside_are_text_only(stage: Stage) -> None:
    """A11, A12: what a caller calls himself runs nothing on the page."""
    nasty = "<img src=x onerror=alert(1)>"
    topic = "cti/v1/hq/state/device/201"
    before = stage.application.state("hq/state/device/201")
    connection = {"device_id": "201", "state": "alerting", "allowed": ["answer"]}
    numbers = {"calling": {"raw": "1", "name": nasty}}
    call = {"call_id": "c1", "connections": [connection], "numbers": numbers}
    stage.application.send(topic, json.dumps({**before, "calls": [call]}).encode(), retain=True)
    told = stage.play(["see", "#calls li", "onerror"], ["read", "#calls li", ""])
    stage.application.send(topic, json.dumps(before).encode(), retain=True)
    assert told["faults"] == []
    assert told["images"] == 0
    assert nasty in told["shown"][0][0]
