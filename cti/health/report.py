"""What is known of the process at one moment: the one source of probes, metrics and doctor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from cti.model.states import AgentState, LinkState

LATE: Final = 1.0
"""Seconds of lag from which the reactor counts as sick."""

_WORKING: Final = (LinkState.UP, LinkState.DEGRADED)


class LinkReport(Struct, frozen=True, gc=False):
    """One link."""

    driver: str
    state: LinkState
    reason: str
    since: float
    """Seconds since 1970."""
    epoch: int
    counters: Mapping[str, int] = field(default_factory=dict)
    """What was counted since the start, by name: ``octets_in``, ``loss.reset``, ..."""


class StoreReport(Struct, frozen=True, gc=False):
    """The file that keeps what outlives the process."""

    sick: str = ""
    """Why nothing can be written; empty when all is well."""
    waiting: int = 0
    """Batches that wait to be committed."""
    commits: int = 0
    octets: int = 0
    """Size of the file."""


class SwitchReport(Struct, frozen=True, gc=False):
    """One switch."""

    links: Mapping[str, LinkReport]
    calls: int = 0
    stale: int = 0
    """Calls that nothing confirmed since their link was lost."""
    agents: Mapping[AgentState, int] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    """Calls waiting, by queue, where the number is known."""
    events: int = 0
    counters: Mapping[str, int] = field(default_factory=dict)
    """What the tracker counted: ``collapsed``, ``anomaly.unexpected_transition``, ..."""
    store: StoreReport = StoreReport()


class BrokerReport(Struct, frozen=True, gc=False):
    """The session with the broker, and what waits for it."""

    connected: bool
    reason: str = ""
    outbox: int = 0
    outbox_octets: int = 0
    oldest: float = 0.0
    """Seconds that the oldest message has waited."""
    dropped: int = 0
    refused: int = 0


class Report(Struct, frozen=True, gc=False):
    """The whole process."""

    name: str
    boot: str
    version: str
    started: float
    """Seconds since 1970."""
    switches: Mapping[str, SwitchReport]
    broker: BrokerReport
    lag: float = 0.0
    """Seconds that nine of ten turns of the reactor were not later than."""
    worst_lag: float = 0.0
    clock_jumps: int = 0
    reloads: Mapping[str, int] = field(default_factory=dict)
    """Reloads by outcome: ``done``, ``refused``."""


def links(report: Report) -> tuple[int, int]:
    """Count the links that work, and all that are wanted."""
    wanted = [
        link.state
        for switch in report.switches.values()
        for link in switch.links.values()
        if link.state is not LinkState.DISABLED
    ]
    return sum(state in _WORKING for state in wanted), len(wanted)


def status(report: Report) -> str:
    """Say in one line how things are."""
    up, wanted = links(report)
    calls = sum(switch.calls for switch in report.switches.values())
    broker = "broker connected" if report.broker.connected else "broker away"
    waits = f", {report.broker.outbox} messages wait" if not report.broker.connected else ""
    return f"{up}/{wanted} links up, {broker}{waits}, {calls} calls"


def sick(report: Report) -> list[str]:
    """Say why the process itself is not well: restarting it may help."""
    told = [
        f"store of {name}: {switch.store.sick}"
        for name, switch in report.switches.items()
        if switch.store.sick
    ]
    if report.worst_lag >= LATE:
        told.append(f"reactor is {report.worst_lag:.1f} s late")
    return told


def unready(report: Report) -> list[str]:
    """Say why the bridge cannot do its work now, though it may be well itself."""
    told = sick(report)
    if not report.broker.connected:
        why = f": {report.broker.reason}" if report.broker.reason else ""
        told.append(f"no session with the broker{why}")
    up, _ = links(report)
    if not up:
        told += [
            f"link {name}/{link_id} is {link.state.value}"
            + (f": {link.reason}" if link.reason else "")
            for name, switch in report.switches.items()
            for link_id, link in switch.links.items()
        ]
    return told
