"""The CSTA phase III face of the simulated switch, as tests and the kit use it."""

from __future__ import annotations

from collections.abc import Mapping

from sim import bench
from sim.csta.dialects import DIALECTS, Dialect, fitted
from sim.csta.hub import Hub
from sim.csta.settings import Settings
from sim.plan import ExchangePlan


class Bench(bench.Bench[Hub]):
    """One CSTA link on one exchange. The link is not open at first."""

    def __init__(
        self,
        plan: ExchangePlan,
        dialect: Dialect | str = "standard",
        settings: Settings | None = None,
        *,
        fit: bool = False,
        packets: bool = False,
    ) -> None:
        row = DIALECTS[dialect] if isinstance(dialect, str) else dialect
        hub = Hub(fitted(plan, row) if fit else plan, row, settings)
        super().__init__(hub, packets=packets)


class Csta3:
    """The face of CSTA phase III, as the kit finds it (``sim.face``)."""

    protocol = "csta3-ber"
    variants = tuple(DIALECTS)

    @staticmethod
    def inexpressible(variant: str) -> Mapping[str, str]:  # noqa: ARG004
        """Give what no CSTA switch can express: nothing."""
        return {}

    @staticmethod
    def bench(plan: ExchangePlan, variant: str, *, packets: bool = False) -> Bench:
        """Make a switch of a dialect with the kind of sets that it has."""
        return Bench(plan, variant, fit=True, packets=packets)


FACE = Csta3()
