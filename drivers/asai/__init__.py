"""ASAI (DEFINITY ECS and G3): the driver and what it knows of switches."""

from drivers.asai.driver import AsaiDriver

__all__ = ["AsaiDriver"]
