"""The daemon under a service manager and probes, as processes."""

from __future__ import annotations

import json
import signal

import pytest

from tests.integration.conftest import Site
from tests.integration.site import Application, free_port, metric, page, wait_for

pytestmark = pytest.mark.slow


def test_the_manager_hears_how_things_are_and_probes_are_answered(site: Site) -> None:
    manager = site.manager(watchdog=1.0)
    switch = site.switch()
    listen = f"unix:{site.folder}/health.sock"
    app = site.application()
    daemon = site.daemon(switch.port, more=f'[health]\nlisten = "{listen}"\n', env=manager.env)
    manager.expect("READY=1")
    manager.expect("STATUS=1/1 links up, broker connected, 0 calls")
    manager.expect("WATCHDOG=1", since=manager.told.index("READY=1"))
    code, body = page(listen, "/readyz")
    assert (code, json.loads(body)["ok"]) == (200, True)

    wait_for(lambda: app.link() == "up", "the link is up")
    assert app.ask("make_call", device="201", to="202")["status"] == "succeeded"
    manager.expect("broker connected, 1 call")
    labels = {"switch": "hq", "link": "main"}
    assert metric(listen, "cti_link_state", state="up", **labels) == 1
    for direction in ("in", "out"):
        assert metric(listen, "cti_link_octets_total", direction=direction, **labels) > 100
        assert metric(listen, "cti_link_messages_total", direction=direction, **labels) > 9
    ended = {"verb": "make_call", "status": "succeeded"}
    assert metric(listen, "cti_command_duration_seconds_count", **ended) == 1
    assert metric(listen, "cti_commands_total", outcome="taken") == 1
    assert metric(listen, "cti_calls") == 1

    switch.process.end()
    manager.expect("STATUS=0/1 links up")
    code, body = page(listen, "/readyz")
    assert code == 503
    assert "link hq/main is " in json.loads(body)["reasons"][0]
    assert page(listen, "/healthz")[0] == 200
    assert metric(listen, "cti_link_losses_total", **labels) >= 1
    line = json.loads(daemon.expect('"state":"down"'))
    assert (line["event"], line["layer"], line["level"]) == ("link", "transport", "warning")
    assert line["again_s"] >= 1

    told = manager.mark
    assert daemon.end() == 0
    manager.expect("STOPPING=1", since=told)
    assert not manager.heard("READY=1", since=told)


def test_pages_at_a_port_that_is_taken_cost_no_call(site: Site) -> None:
    port = free_port()
    switch = site.switch(port=port)
    app = site.application()
    daemon = site.daemon(port, more=f'[health]\nlisten = "tcp:127.0.0.1:{port}"\n')
    line = json.loads(daemon.expect("health pages not open"))
    assert line["reason"] == "Address already in use"
    wait_for(lambda: app.link() == "up", "the link is up")
    assert switch.process.running
    assert daemon.end(signal.SIGINT) == 0


def test_a_reload_changes_what_it_names_and_nothing_else(site: Site) -> None:
    manager, app, guest = site.manager(), site.application(), site.application("guest")
    switch = site.switch()
    listen = f"unix:{site.folder}/health.sock"
    daemon = site.daemon(switch.port, more=f'[health]\nlisten = "{listen}"\n', env=manager.env)
    wait_for(lambda: app.link() == "up", "the link is up")
    wait_for(lambda: monitored(app, "208"), "monitors")
    epoch = app.state("hq/link/main/status")["epoch"]
    assert guest.ask("make_call", device="201", to="202")["status"] == "rejected"

    config = site.folder / "ctid.toml"
    text = config.read_text()
    good = text.replace('"201-208", "300"', '"202-209", "300"')
    good += '[rights.guest]\nverbs = ["make_call"]\nacts = ["20?"]\n'
    good += f"""[switch.hq.link.second]
driver = "csta"
address = "tcp:127.0.0.1:{free_port()}"
"""
    config.write_text(good)
    since = manager.mark
    daemon.hint(signal.SIGHUP)
    manager.expect("READY=1", since)
    manager.expect("STATUS=reload done", since)
    assert manager.told[since:][0] == "RELOADING=1"
    app.expect("monitor.started", device_id="209")
    app.expect("monitor.stopped", device_id="201")
    wait_for(lambda: app.state("hq/link/second/status"), "the second link is told")
    assert guest.ask("make_call", device="202", to="203")["status"] == "succeeded"

    # A wrong file changes nothing: neither its errors nor what is right in it.
    config.write_text(text.replace("[rights.app]", "[rights.ap]") + "[mqtt.tls]\nwrong = 1\n")
    since = manager.mark
    daemon.hint(signal.SIGHUP)
    manager.expect("reload failed", since)
    line = json.loads(daemon.expect('"reload failed"'))
    assert "mqtt.tls.wrong" in line["problems"][0]
    assert guest.ask("make_call", device="204", to="205")["status"] == "succeeded"
    config.write_text(good.replace('name = "d1"', 'name = "d2"').replace('"20?"', '"x"'))
    daemon.hint(signal.SIGHUP)
    line = json.loads(daemon.expect('"reload refused"'))
    assert line["keys"] == ["daemon.name"]
    assert guest.ask("make_call", device="206", to="207")["status"] == "succeeded"

    # Back: the link and the rights go, what is up stays up.
    config.write_text(text)
    since = manager.mark
    daemon.hint(signal.SIGHUP)
    manager.expect("reload done", since)
    assert guest.ask("make_call", device="206", to="207")["status"] == "rejected"
    wait_for(lambda: app.state("hq/link/second/status") is None, "its status is taken back")
    assert app.state("hq/link/main/status")["epoch"] == epoch
    for outcome, count in (("done", 2), ("failed", 1), ("refused", 1)):
        assert metric(listen, "cti_reloads_total", outcome=outcome) == count
    assert daemon.end() == 0


def monitored(app: Application, device: str) -> bool:
    return app.named("monitor.started", device_id=device) is not None
