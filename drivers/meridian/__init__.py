"""Meridian-Link-style links: the driver's class, and nothing else."""

from drivers.meridian.driver import MeridianDriver

__all__ = ["MeridianDriver"]
