"""The ASAI face of the simulated switch, as tests and the kit use it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from sim import bench, face
from sim.asai.dialects import DIALECTS, Dialect
from sim.asai.gateway import Gateway, LinkTable
from sim.asai.hub import Hub
from sim.linked import Linked
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


def tunnelled(inside: Bench) -> Linked:
    """Put a switch behind its LAN gateway, whose only link any client may have."""
    return Linked(inside, Gateway(LinkTable(), "bench"))


class Asai:
    """The face of ASAI, as the kit finds it (``sim.face``)."""

    protocol = "asai"
    variants = tuple(DIALECTS)

    @staticmethod
    def inexpressible(variant: str) -> Mapping[str, str]:
        """Give what the links of a release cannot express, with the reason."""
        tables = tomllib.loads((files(__package__) / "inexpressible.toml").read_text())
        return {**tables["all"], **tables.get(variant, {})}

    @staticmethod
    def bench(plan: ExchangePlan, variant: str, *, packets: bool = False) -> face.Bench:
        """Make a switch of a release, behind its gateway unless whole messages are meant."""
        inside = Bench(plan, variant)
        return inside if packets else tunnelled(inside)


FACE = Asai()
