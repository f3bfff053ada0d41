"""Prometheus metrics, made of a report when they are asked for: counting costs calls nothing.

Only what takes time is measured where it happens: the latency of commands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    PROCESS_COLLECTOR,
    CollectorRegistry,
    Histogram,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from typing_extensions import override

from cti.health.report import LinkReport, Report
from cti.model.states import AgentState, LinkState

_BUCKETS: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_DIRECTIONS: Final = ("in", "out")


class Metrics(Collector):
    """The registry of one process."""

    def __init__(self, report: Callable[[], Report]) -> None:
        self._report = report
        self.registry: Final = CollectorRegistry(auto_describe=False)
        self.registry.register(self)
        for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
            self.registry.register(collector)
        self._commands = Histogram(
            "cti_command_duration_seconds",
            "From the arrival of a command to its end.",
            ("switch", "verb", "status"),
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def command(self, switch: str, verb: str, status: str, seconds: float) -> None:
        """Count a command that ended."""
        self._commands.labels(switch, verb, status).observe(seconds)

    @override
    def collect(self) -> Iterator[Metric]:
        """Give what the report of this moment says."""
        report = self._report()
        told = {"boot": report.boot, "version": report.version, "daemon": report.name}
        yield InfoMetricFamily("cti_build", "The process.", value=told)
        yield _gauge("cti_start_time_seconds", "When it started.", report.started)
        lag = "Lateness of the reactor's turns in the last two seconds."
        yield _gauge("cti_reactor_lag_seconds", lag, report.lag)
        yield _gauge("cti_reactor_lag_worst_seconds", "The latest of them.", report.worst_lag)
        yield _gauge("cti_overload_level", "Level of overload, 0 to 4.", report.level)
        jumps = CounterMetricFamily("cti_clock_jumps", "Times that the system clock was set.")
        jumps.add_metric((), report.clock_jumps)
        yield jumps
        reloads = CounterMetricFamily(
            "cti_reloads", "Reloads of the configuration.", labels=("outcome",)
        )
        for outcome, count in report.reloads.items():
            reloads.add_metric((outcome,), count)
        yield reloads
        yield from _broker(report)
        yield from _links(report)
        yield from _switches(report)


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


def _broker(report: Report) -> Iterator[Metric]:
    broker = report.broker
    yield _gauge("cti_broker_connected", "1 with a session, else 0.", float(broker.connected))
    yield _gauge("cti_outbox_messages", "Messages that wait for the broker.", broker.outbox)
    yield _gauge(
        "cti_outbox_bytes", "Topics and payloads of those in memory only.", broker.outbox_octets
    )
    since = "When the session began or was lost."
    yield _gauge("cti_broker_since_seconds", since, broker.since)
    for name, words, count in (
        ("cti_outbox_dropped", "Messages dropped because the outbox was full.", broker.dropped),
        ("cti_outbox_refused", "Messages that the broker refused.", broker.refused),
    ):
        yield CounterMetricFamily(name, words, value=count)
    commands = CounterMetricFamily(
        "cti_commands", "Messages on command topics.", labels=("outcome",)
    )
    for outcome, count in broker.commands.items():
        commands.add_metric((outcome,), count)
    yield commands


def _each(report: Report) -> Iterator[tuple[tuple[str, str], LinkReport]]:
    for name, switch in report.switches.items():
        for link_id, link in switch.links.items():
            yield (name, link_id), link


def _links(report: Report) -> Iterator[Metric]:
    where = ("switch", "link")
    state = GaugeMetricFamily(
        "cti_link_state", "1 for the state that the link is in.", labels=(*where, "state")
    )
    since = GaugeMetricFamily(
        "cti_link_state_since_seconds", "When that state began.", labels=where
    )
    epoch = GaugeMetricFamily("cti_link_epoch", "Grows with every connection.", labels=where)
    counted = {
        name: CounterMetricFamily(f"cti_link_{name}", words, labels=(*where, label))
        for name, words, label in (
            ("octets", "Octets of the transport.", "direction"),
            ("messages", "Messages of the protocol.", "direction"),
            ("losses", "Connections lost or not made, by cause.", "cause"),
            ("faults", "What layers below the protocol reported.", "kind"),
            ("oddities", "What was odd, by kind: see the log.", "kind"),
        )
    }
    for place, link in _each(report):
        for one in LinkState:
            state.add_metric((*place, one.value), float(link.state is one))
        since.add_metric(place, link.since)
        epoch.add_metric(place, link.epoch)
        for name, count in link.counters.items():
            family, label = _family(name)
            counted[family].add_metric((*place, label), count)
    yield from (state, since, epoch, *counted.values())


def _family(name: str) -> tuple[str, str]:
    """Give metric and label of a link's counter."""
    for family in ("octets", "messages"):
        for direction in _DIRECTIONS:
            if name == f"{family}_{direction}":
                return family, direction
    for family, prefix in (("losses", "loss."), ("faults", "fault.")):
        if name.startswith(prefix):
            return family, name.removeprefix(prefix)
    return "oddities", name


def _switches(report: Report) -> Iterator[Metric]:
    one = ("switch",)
    calls = GaugeMetricFamily("cti_calls", "Calls that live.", labels=one)
    stale = GaugeMetricFamily("cti_calls_stale", "Those that nothing confirms.", labels=one)
    agents = GaugeMetricFamily("cti_agents", "Agents by state.", labels=(*one, "state"))
    waiting = GaugeMetricFamily("cti_queue_waiting", "Calls waiting.", labels=(*one, "queue"))
    events = CounterMetricFamily("cti_events", "Events published.", labels=one)
    tracked = CounterMetricFamily(
        "cti_tracker", "What was done besides events.", labels=(*one, "kind")
    )
    for name, switch in report.switches.items():
        place = (name,)
        calls.add_metric(place, switch.calls)
        stale.add_metric(place, switch.stale)
        for state in AgentState:
            agents.add_metric((name, state.value), switch.agents.get(state, 0))
        for queue, count in switch.waiting.items():
            waiting.add_metric((name, queue), count)
        events.add_metric(place, switch.events)
        for kind, count in switch.counters.items():
            tracked.add_metric((name, kind), count)
    yield from (calls, stale, agents, waiting, events, tracked)
    yield from _stores(report)


def _stores(report: Report) -> Iterator[Metric]:
    one = ("switch",)
    waiting = GaugeMetricFamily(
        "cti_store_waiting", "Events, replies and states that wait for the disk.", labels=one
    )
    commits = CounterMetricFamily("cti_store_commits", "Batches committed.", labels=one)
    failures = CounterMetricFamily(
        "cti_store_failures", "Commits that failed and were tried again.", labels=one
    )
    size = GaugeMetricFamily("cti_store_bytes", "Size of the file with its log.", labels=one)
    healthy = GaugeMetricFamily(
        "cti_store_healthy", "1 while the store can be written.", labels=one
    )
    stuck = GaugeMetricFamily(
        "cti_store_stuck_seconds", "Time that a commit has not been answered.", labels=one
    )
    for name, switch in report.switches.items():
        place, store = (name,), switch.store
        waiting.add_metric(place, store.waiting)
        commits.add_metric(place, store.commits)
        failures.add_metric(place, store.failures)
        size.add_metric(place, store.octets)
        healthy.add_metric(place, float(not store.sick))
        stuck.add_metric(place, store.stuck)
    yield from (waiting, commits, failures, size, healthy, stuck)
