"""The Meridian Link face of the simulated switch, as tests and the kit use it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from protocols.meridian.profile import DEFAULT, Profile
from sim import bench
from sim.meridian.hub import Hub, fitted
from sim.meridian.office import Options
from sim.outputs import Settings
from sim.plan import ExchangePlan

VARIANTS: Final = {
    "meridian1": Options(),
    "mls": Options(mls_mode=True, aml_on_ip=True),
    "release21": Options(x11_release=21),
}
"""Switches that the kit can ask for."""


class Bench(bench.Bench[Hub]):
    """One host link on one Meridian 1. The link is not open at first."""

    def __init__(
        self,
        plan: ExchangePlan,
        options: Options | None = None,
        settings: Settings | None = None,
        *,
        profile: Profile = DEFAULT,
        packets: bool = False,
    ) -> None:
        hub = Hub(fitted(plan, profile), options, settings, profile)
        super().__init__(hub, packets=packets)


class Meridian:
    """The face of Meridian Link, as the kit finds it (``sim.face``)."""

    protocol = "meridian-link-style"
    variants = tuple(VARIANTS)

    @staticmethod
    def inexpressible(variant: str) -> Mapping[str, str]:
        """Give what the link of a variant cannot express, with the reason."""
        tables = tomllib.loads((files(__package__) / "inexpressible.toml").read_text())
        return {**tables["all"], **tables.get(variant, {})}

    @staticmethod
    def bench(plan: ExchangePlan, variant: str, *, packets: bool = False) -> Bench:
        """Make a Meridian 1 of a variant."""
        return Bench(plan, VARIANTS[variant], packets=packets)


FACE = Meridian()
