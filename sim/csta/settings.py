"""How the links of a CSTA hub behave."""

from __future__ import annotations

from sim import outputs
from sim.csta.association import Login


class Settings(outputs.Settings, frozen=True, gc=False, kw_only=True):
    """How the links of a CSTA hub behave."""

    login: Login = Login()
    associations: int = 8
    """Most associations at a time."""
