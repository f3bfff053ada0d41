"""What is known of the process at one moment: the one source of probes, metrics and doctor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from cti.model.states import AgentState, LinkState

LATE: Final = 1.0
"""Seconds of lag from which the reactor counts as sick."""
HOPELESS: Final = 3.0
"""Seconds that most turns of the reactor are late when only a restart may help."""
STUCK: Final = 10.0
"""Seconds without an answer after which a writer of a store counts as dead."""

_WORKING: Final = (LinkState.UP, LinkState.DEGRADED)


class LinkReport(Struct, frozen=True, gc=False):
    """One link."""

    driver: str
    """Protocol and encoding."""
    state: LinkState
    reason: str
    """Why it is so, or where that says nothing why it was down last."""
    since: float
    """Seconds since 1970."""
    epoch: int
    layer: str = ""
    """What is at fault: ``name``, ``transport``, ``tls``, ``device``, ``stack``,
    ``association`` or ``bridge``; empty while nothing is."""
    counters: Mapping[str, int] = field(default_factory=dict)
    """What was counted since the start, by name: ``octets_in``, ``loss.reset``, ..."""


class StoreReport(Struct, frozen=True, gc=False):
    """The file that keeps what outlives the process."""

    sick: str = ""
    """Why nothing can be written; empty when all is well."""
    stuck: float = 0.0
    """Seconds that the oldest commit has not been answered."""
    waiting: int = 0
    """Events, replies and states that wait for the disk."""
    commits: int = 0
    failures: int = 0
    """Commits that failed; each was tried again."""
    octets: int = 0
    """Size of the file with its log."""


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
    address: str = ""
    """The broker that is connected or was tried last."""
    since: float = 0.0
    """Seconds since 1970 at which it was connected or lost."""
    dropped: int = 0
    refused: int = 0
    commands: Mapping[str, int] = field(default_factory=dict)
    """Messages on command topics, by what became of them: ``taken``, ``denied``, ``bad``."""


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
    level: int = 0
    """Level of overload, 0 to 4."""
    clock_jumps: int = 0
    reloads: Mapping[str, int] = field(default_factory=dict)
    """Reloads by outcome: ``done``, ``refused``."""


def working(link: LinkReport) -> bool:
    """Tell whether a link does its work, or none is wanted of it."""
    return link.state in (*_WORKING, LinkState.DISABLED)


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
    noun = "call" if calls == 1 else "calls"
    return f"{up}/{wanted} links up, {broker}{waits}, {calls} {noun}"


def sick(report: Report) -> list[str]:
    """Say why the process itself is not well: restarting it may help."""
    told = [
        f"store of {name}: {switch.store.sick}"
        for name, switch in report.switches.items()
        if switch.store.sick
    ]
    told += _stuck(report)
    if report.worst_lag >= LATE:
        told.append(f"reactor is {report.worst_lag:.1f} s late")
    return told


def _stuck(report: Report) -> list[str]:
    return [
        f"store of {name}: no answer for {switch.store.stuck:.0f} s"
        for name, switch in report.switches.items()
        if switch.store.stuck >= STUCK
    ]


def hopeless(report: Report) -> str:
    """Say why the service manager should end the process; empty when it should not.

    A full disk is none of the reasons: a restart does not make it empty.
    """
    told = _stuck(report)
    if report.lag >= HOPELESS:
        told.append(f"reactor is {report.lag:.1f} s late")
    return "; ".join(told)


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
            + (f" ({link.layer})" if link.layer else "")
            for name, switch in report.switches.items()
            for link_id, link in switch.links.items()
        ]
    return told
