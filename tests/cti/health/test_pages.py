"""The pages over a real socket, and the metrics read by Prometheus's own parser."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from cti.health.metrics import Metrics
from cti.health.report import (
    BrokerReport,
    LinkReport,
    Report,
    StoreReport,
    SwitchReport,
    hopeless,
    sick,
    status,
    unready,
)
from cti.health.site import CONNECTIONS, site
from cti.model.states import AgentState, LinkState

MAIN = LinkReport(
    "csta",
    LinkState.UP,
    "",
    1_700_000_000.0,
    7,
    "",
    {"octets_in": 4711, "messages_out": 12, "loss.reset": 2, "fault.fcs": 5, "undecodable": 3},
)
HQ = SwitchReport(
    {"main": MAIN},
    calls=5,
    stale=1,
    agents={AgentState.READY: 3},
    waiting={"500": 2},
    events=99,
    counters={"collapsed": 4},
    store=StoreReport(waiting=1, commits=50, octets=8192),
)
WELL = Report("ctid", "b0", "1.0", 1_700_000_000.0, {"hq": HQ}, BrokerReport(connected=True))
replace = msgspec.structs.replace


def test_a_status_is_one_line() -> None:
    assert status(WELL) == "1/1 links up, broker connected, 5 calls"
    away = replace(WELL, broker=BrokerReport(connected=False, outbox=17))
    assert status(away) == "1/1 links up, broker away, 17 messages wait, 5 calls"


def test_a_link_that_is_disabled_is_not_wanted() -> None:
    off = replace(HQ, links={"main": MAIN, "b": replace(MAIN, state=LinkState.DISABLED)})
    assert status(replace(WELL, switches={"hq": off})).startswith("1/1 links up")


def test_what_makes_it_sick_and_what_makes_it_unready() -> None:
    assert sick(WELL) == unready(WELL) == []
    full = replace(HQ, store=StoreReport(sick="no space left on the device"))
    assert sick(replace(WELL, switches={"hq": full})) == [
        "store of hq: no space left on the device"
    ]
    assert sick(replace(WELL, worst_lag=2.5)) == ["reactor is 2.5 s late"]
    away = replace(WELL, broker=BrokerReport(connected=False, reason="connection refused"))
    assert sick(away) == []
    assert unready(away) == ["no session with the broker: connection refused"]
    down = replace(MAIN, state=LinkState.DOWN, reason="no heartbeat for 60 s")
    silent = replace(WELL, switches={"hq": replace(HQ, links={"main": down})})
    assert unready(silent) == ["link hq/main is down: no heartbeat for 60 s"]


def test_only_what_a_restart_may_cure_is_hopeless() -> None:
    full = replace(HQ, store=StoreReport(sick="no space left on the device"))
    assert hopeless(replace(WELL, switches={"hq": full}, worst_lag=9.0)) == ""
    dead = replace(HQ, store=StoreReport(stuck=12.0))
    assert hopeless(replace(WELL, switches={"hq": dead})) == "store of hq: no answer for 12 s"
    assert sick(replace(WELL, switches={"hq": dead})) == ["store of hq: no answer for 12 s"]
    assert hopeless(replace(WELL, lag=3.2)) == "reactor is 3.2 s late"


def metrics(report: Report) -> dict[tuple[str, ...], float]:
    from prometheus_client import generate_latest

    made = Metrics(lambda: report)
    made.command("hq", "make_call", "succeeded", 0.04)
    text = generate_latest(made.registry).decode()
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_say_what_the_report_says() -> None:
    told = metrics(WELL)
    assert told["cti_link_state", "hq", "main", "up"] == 1
    assert told["cti_link_state", "down", "hq", "main"] == 0
    assert told["cti_link_octets_total", "hq", "in", "main"] == 4711
    assert told["cti_link_messages_total", "hq", "main", "out"] == 12
    assert told["cti_link_losses_total", "hq", "main", "reset"] == 2
    assert told["cti_link_faults_total", "fcs", "hq", "main"] == 5
    assert told["cti_link_oddities_total", "hq", "main", "undecodable"] == 3
    assert told["cti_calls", "hq"] == 5
    assert told["cti_agents", "hq", "ready"] == 3
    assert told["cti_agents", "busy", "hq"] == 0
    assert told["cti_queue_waiting", "500", "hq"] == 2
    assert told["cti_tracker_total", "collapsed", "hq"] == 4
    assert told["cti_store_healthy", "hq"] == 1
    assert told["cti_broker_connected",] == 1
    assert told["cti_command_duration_seconds_count", "hq", "make_call", "succeeded"] == 1
    assert told["process_open_fds",] > 0


class Server:
    """The pages on a port of loopback, in a reactor of their own thread."""

    def __init__(self) -> None:
        from twisted.internet.selectreactor import SelectReactor

        self.report = WELL
        self.reactor = SelectReactor()
        factory = site(lambda: self.report, Metrics(lambda: self.report))
        port = self.reactor.listenTCP(0, factory, interface="127.0.0.1")
        self.port: int = port.getHost().port
        self.thread = threading.Thread(
            target=self.reactor.run, kwargs={"installSignalHandlers": False}
        )
        self.thread.start()

    def ask(self, path: str, method: str = "GET") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def stop(self) -> None:
        self.reactor.callFromThread(self.reactor.stop)
        self.thread.join(10)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


def test_pages_answer_and_nothing_else_does(server: Server) -> None:
    code, body = server.ask("/healthz")
    assert (code, msgspec.json.decode(body)["ok"]) == (200, True)
    server.report = replace(WELL, broker=BrokerReport(connected=False))
    assert server.ask("/healthz")[0] == 200
    code, body = server.ask("/readyz")
    assert code == 503
    assert msgspec.json.decode(body)["reasons"] == ["no session with the broker"]
    assert b"cti_broker_connected 0.0" in server.ask("/metrics")[1]
    assert msgspec.json.decode(server.ask("/info")[1])["boot"] == "b0"
    for path in ("/", "/healthz/x", "/../etc/passwd", "/metrics/", "//healthz"):
        assert server.ask(path)[0] == 404, path
    for method in ("POST", "PUT", "DELETE", "TRACE"):
        assert server.ask("/healthz", method)[0] == 405, method


def test_connections_are_few(server: Server) -> None:
    held = [
        http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        for _ in range(CONNECTIONS)
    ]
    for connection in held:
        connection.request("GET", "/healthz")
        connection.getresponse().read()  # kept alive: it counts on
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        server.ask("/healthz")
    for connection in held:
        connection.close()
