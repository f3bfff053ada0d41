"""A driver that a configuration can name, and that refuses what a test wants refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typing_extensions import override

from cti import driver as dr
from cti.model.capabilities import Capabilities, Limits, Peer, Resync


class Plain(dr.SwitchDriver):
    """Knows the dialect ``d``, the timer ``heartbeat``, the options ``key`` and ``stack``."""

    protocol = "plain"

    @override
    def __init__(self, config: Mapping[str, Any], *, observing: bool = False) -> None:
        self.stack = config.get("stack", "length16")
        if config.get("dialect", "d") != "d":
            raise dr.DriverError(f"dialect: {config['dialect']!r} is not d")
        for name in config.get("timers", {}):
            if name != "heartbeat":
                raise dr.DriverError(f"timers.{name}: no such timer")
        for name in config:
            if name not in ("stack", "dialect", "timers", "key", "devices", "login"):
                raise dr.DriverError(f"{name}: no such key")
        if "999" in config.get("devices", ()):
            raise dr.DriverError("devices: 999 is not mine")
        if config.get("login", {}).get("name") == "nobody":
            raise dr.DriverError("login.name: not known")
        if config.get("key") == "bad":
            raise dr.DriverError("it does not work like this")

    @property
    @override
    def capabilities(self) -> Capabilities:
        return Capabilities("plain", "", Peer(), (), {}, {}, {}, Resync(), Limits())

    @override
    def begins_connection(self, pdu: bytes, *, sent: bool) -> bool:
        return False

    @override
    def handle(self, event: dr.Event) -> list[dr.Action]:
        return []
