"""The project's CSTA driver and face on one still clock, for tests."""

from __future__ import annotations

from typing import Any

import msgspec

from cti.driver import load
from cti.engine import Engine
from cti.link import Link
from cti.routes import RoutePoint
from sim.csta.bench import Bench
from sim.csta.dialects import DIALECTS as DIALECT_ROWS
from sim.kit import pair
from sim.plan import ExchangePlan

DIALECTS = ["standard", "panasonic", "hipath3000"]
LOGIN = {"login": {"name": "AMHOST", "password": "77777"}}


def options(dialect: str) -> dict[str, Any]:
    """Give the configuration of the driver for a dialect."""
    return {"dialect": dialect, **(LOGIN if dialect == "hipath3000" else {})}


def client(dialect: str, devices: list[str], **more: Any) -> tuple[Engine, Link]:
    """Make an Engine with one live CSTA link."""
    return pair.engine(load("csta"), {**options(dialect), **more}, devices)


class Pair(pair.Pair):
    """Driver and switch of one dialect."""

    bench: Bench

    def __init__(
        self,
        plan: ExchangePlan,
        devices: list[str] | None = None,
        dialect: str = "standard",
        *,
        route_points: tuple[RoutePoint, ...] = (),
        without: tuple[int, ...] = (),
        **more: Any,
    ) -> None:
        """``without`` are operations that the switch does not know."""
        row = DIALECT_ROWS[dialect]
        row = msgspec.structs.replace(row, unsupported=row.unsupported | set(without))
        bench = Bench(plan, row, fit=True)
        devices = pair.monitored(plan) if devices is None else devices
        told = {**options(dialect), **more}
        super().__init__(load("csta"), told, bench, devices, route_points=route_points)

    def named(self, name: str) -> list[dict[str, Any]]:
        """Give all events of a name."""
        return [event for event in self.events if event["event"] == name]
