"""The CSTA faces of the simulated switch, as tests and the kit use it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from sim import bench
from sim.csta.dialects import DIALECTS, Dialect, Phase, fitted
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


class Csta:
    """The face of CSTA, as the kit finds it (``sim.face``)."""

    def __init__(self, protocol: str, *phases: Phase) -> None:
        self.protocol = protocol
        self.variants = tuple(name for name, row in DIALECTS.items() if row.phase in phases)

    @staticmethod
    def inexpressible(variant: str) -> Mapping[str, str]:
        """Give what the phase of a switch cannot express: nothing for phase III."""
        text = (files(__package__) / "inexpressible.toml").read_text()
        tables: dict[str, dict[str, str]] = tomllib.loads(text)
        untold: dict[str, str] = {}
        for name in (*_TABLES[DIALECTS[variant].phase], variant):
            untold |= tables.get(name, {})
        return untold

    @staticmethod
    def bench(plan: ExchangePlan, variant: str, *, packets: bool = False) -> Bench:
        """Make a switch of a dialect with the kind of sets that it has."""
        return Bench(plan, variant, fit=True, packets=packets)


_TABLES: Final[dict[Phase, tuple[str, ...]]] = {
    Phase.I: ("early", "first"),
    Phase.APPLICATION_LINK: ("early", "first"),
    Phase.II: ("early",),
    Phase.III: (),
}
FACE = Csta("csta3-ber", Phase.III)
FACE2 = Csta("csta2-ber", Phase.II)
FACE1 = Csta("csta1-ber", Phase.I, Phase.APPLICATION_LINK)
