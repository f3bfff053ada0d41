"""Event reports of a live link: whose they are, and what they tell (ECMA-269 clause 15).

A switch may report before it has answered the request that started the monitor. Such reports
are held until that answer, a moment at most.
"""

from __future__ import annotations

from typing import Final

from cti import driver as dr
from cti.facts import NativeDevice
from drivers.csta.connections import Connections, device_id
from drivers.csta.dialects import Dialect
from drivers.csta.identifiers import device_of
from drivers.csta.mapping import map_event
from drivers.csta.monitors import Monitors
from drivers.csta.pdus import name_of
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Invoke

TIMER: Final = "held"
SECONDS: Final = 2.0
"""How long reports are held."""
HELD: Final = 1_000
"""Reports that are held; with more the wait is over for all."""
STRAY: Final = 1_000
"""Cross references without a monitor that are remembered."""


class Reports:
    """The event reports of one association."""

    def __init__(self, dialect: Dialect, monitors: Monitors, connections: Connections) -> None:
        self._dialect = dialect
        self._monitors = monitors
        self._connections = connections
        self._held: list[tuple[bytes, Invoke, c.CSTAEventReportArgument]] = []
        self._stray: dict[bytes, None] = {}
        self._devices: dict[str, NativeDevice] = {}
        """Devices of monitors, as facts name them."""

    def take(self, pdu: Invoke, report: c.CSTAEventReportArgument) -> list[dr.Action]:
        """Take one event report."""
        reference = report.cross_ref_identifier
        device = self._monitors.device_of(reference)
        if device is not None:
            return self._told(pdu, report, device)
        if not self._monitors.starting or reference in self._stray:
            return self._strayed(reference) + self._told(pdu, report, None)
        self._held.append((reference, pdu, report))
        if len(self._held) > HELD:
            return [dr.StopTimer(TIMER), *self.flush()]
        return [dr.StartTimer(TIMER, SECONDS)] if len(self._held) == 1 else []

    def claim(self, reference: bytes, device: str) -> list[dr.Action]:
        """Report what was held for a monitor that has its answer now."""
        if not self._held:
            return []
        mine = [one for one in self._held if one[0] == reference]
        self._held = [one for one in self._held if one[0] != reference]
        actions = [a for _, pdu, report in mine for a in self._told(pdu, report, device)]
        return actions if self._held else [dr.StopTimer(TIMER), *actions]

    def flush(self) -> list[dr.Action]:
        """Report all that was held: no answer came for it."""
        held, self._held = self._held, []
        actions: list[dr.Action] = []
        for reference, pdu, report in held:
            actions += self._strayed(reference) + self._told(pdu, report, None)
        return actions

    def forget(self) -> list[dr.Action]:
        """End with the association, and report what is left."""
        actions = self.flush()
        self._stray.clear()
        self._devices.clear()
        return actions

    def _strayed(self, reference: bytes) -> list[dr.Action]:
        if reference in self._stray:
            return []
        self._stray[reference] = None
        if len(self._stray) > STRAY:
            del self._stray[next(iter(self._stray))]
        detail = f"report under the unknown cross reference {reference.hex()[:64]}"
        return [dr.Anomaly(dr.AnomalyKind.UNEXPECTED, detail)]

    def _told(
        self, pdu: Invoke, report: c.CSTAEventReportArgument, device: str | None
    ) -> list[dr.Action]:
        match report.event_specific_info:
            case (_, (_, event)):
                self._connections.learn(event)
            case _:
                pass
        monitored = None if device is None else self._devices.get(device)
        if monitored is None and device is not None:
            monitored = self._devices[device] = native_device(device, self._dialect)
        mapped = map_event(report.event_specific_info, self._dialect, monitored)
        name = name_of(pdu)
        actions: list[dr.Action] = [dr.Report(fact, name) for fact in mapped.facts]
        return actions + [
            dr.Anomaly(dr.AnomalyKind.UNMAPPED, f"{what} in {name}") for what in mapped.unmapped
        ]


def native_device(key: str, dialect: Dialect) -> NativeDevice:
    """Give a device that is known by its key."""
    return device_of(device_id(key, dialect), dialect)
