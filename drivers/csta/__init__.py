"""CSTA (ECMA-180, ECMA-218, ECMA-285): the driver and what it knows of switches."""

from drivers.csta.driver import CstaDriver

__all__ = ["CstaDriver"]
