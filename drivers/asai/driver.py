"""The ASAI driver: one link to a DEFINITY, as adjunct or as observer of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from typing_extensions import override

from cti import driver as dr
from cti.model.capabilities import Capabilities
from drivers.asai.client import Client
from drivers.asai.observer import Observer
from drivers.asai.settings import settings_of
from protocols.asai.codes import LABORATORY

_CODES: Final = ", ".join(f"{count} {mark}" for mark, count in LABORATORY.counts().items())


class AsaiDriver(dr.SwitchDriver):
    """One ASAI link, over a LAN gateway or a D channel."""

    protocol = "asai"
    remarks = (
        f"codes: {_CODES}; the assigned ones are placeholders of this project",
        'codes = "strict" sends no placeholder, codes = "laboratory" is for no real switch',
    )

    @override
    def __init__(self, config: Mapping[str, Any], *, observing: bool = False) -> None:
        settings = settings_of(config)
        self.stack = settings.stack
        self.protocol = settings.protocol
        self._side: Client | Observer
        self._side = Observer(settings) if observing else Client(settings)

    @property
    @override
    def capabilities(self) -> Capabilities:
        return self._side.capabilities

    @override
    def begins_connection(self, pdu: bytes, *, sent: bool) -> bool:
        """Recognise a RESTart with the global reference."""
        length = pdu[1] if len(pdu) > 1 else 0
        return length in (1, 2) and pdu[2 : 3 + length] == bytes(length) + b"\x46"

    @override
    def handle(self, event: dr.Event) -> list[dr.Action]:
        return self._side.handle(event)
