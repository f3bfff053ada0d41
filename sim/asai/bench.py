"""The ASAI face of the simulated switch, as tests use it: whole messages in and out."""

from __future__ import annotations

from sim import bench
from sim.asai.dialects import DIALECTS, Dialect
from sim.asai.hub import Hub
from sim.outputs import Settings
from sim.plan import ExchangePlan


class Bench(bench.Bench[Hub]):
    """One ASAI link on one exchange. Each piece of octets is one message."""

    def __init__(
        self,
        plan: ExchangePlan,
        dialect: Dialect | str = "r6r",
        settings: Settings | None = None,
    ) -> None:
        row = DIALECTS[dialect] if isinstance(dialect, str) else dialect
        super().__init__(Hub(plan, row, settings), packets=True)
