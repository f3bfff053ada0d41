"""The report of a process, made of its parts when somebody asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from cti.ends import End
from cti.health.report import BrokerReport, LinkReport, StoreReport, SwitchReport
from cti.northbound.north import Northbound
from cti.runner import Runner
from cti.store.writer import Writer


def switch(runner: Runner, writer: Writer | None, events: int) -> SwitchReport:
    """Say how one switch is."""
    engine = runner.engine
    book = engine.tracker.book
    own = {kind: count for (link, kind), count in runner.counters.items() if not link}
    return SwitchReport(
        links={name: _link(runner, end) for name, end in runner.ends().items()},
        calls=len(book.calls),
        stale=sum(call.stale for call in book.calls),
        agents=Counter(agent.state for agent in book.agents.values()),
        waiting={
            name: queue.waiting
            for name, queue in book.queues.items()
            if queue.waiting is not None
        },
        events=events,
        counters={**book.counters, **own},
        store=_store(runner, writer),
    )


def _link(runner: Runner, end: End) -> LinkReport:
    link = runner.engine.links[end.link_id]
    counted = {
        kind: count for (name, kind), count in runner.counters.items() if name == end.link_id
    }
    passed = {
        "octets_in": end.octets_in,
        "octets_out": end.octets_out,
        "messages_in": link.messages,
        "messages_out": link.sent,
    }
    return LinkReport(
        driver=link.driver.protocol,
        state=end.state,
        reason=end.why or end.trouble,
        layer=end.layer,
        since=end.since_s,
        epoch=link.epoch,
        counters={**passed, **counted},
    )


def _store(runner: Runner, writer: Writer | None) -> StoreReport:
    outlet = runner.outlet
    if outlet is None or writer is None:
        return StoreReport()
    return StoreReport(
        sick=outlet.gate.reason,
        stuck=writer.stuck,
        waiting=len(outlet.gate),
        commits=outlet.commits,
        failures=outlet.failures,
        octets=_sizes((writer.path, f"{writer.path}-wal")),
    )


def _sizes(paths: Iterable[str]) -> int:
    size = 0
    for path in paths:
        with suppress(OSError):
            size += Path(path).stat().st_size
    return size


def broker(north: Northbound) -> BrokerReport:
    """Say how the session with the broker is."""
    counters = north.counters
    denied, bad = counters["denied"], counters["bad"]
    told = BrokerReport(
        connected=False,
        outbox=len(north.outbox),
        outbox_octets=north.outbox.own.octets,
        dropped=north.outbox.own.dropped,
        commands={
            "taken": counters["commands"] - denied - bad,
            "denied": denied,
            "bad": bad,
        },
    )
    if north.service is None:
        return told
    status = north.service.status
    return replace(
        told,
        connected=status.state == "connected",
        reason="" if status.state == "connected" else status.reason,
        address=status.address,
        since=status.since,
        refused=status.counters.refused,
    )
