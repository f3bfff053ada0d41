"""The CSTA driver: one link of any phase, as computing function or as observer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from typing_extensions import override

from cti import driver as dr
from cti.model.capabilities import Capabilities
from drivers.csta import association
from drivers.csta.client import Client
from drivers.csta.observer import Observer
from drivers.csta.settings import settings_of

_AARQ: Final = b"\x60"
_AARE: Final = b"\x61"


class CstaDriver(dr.SwitchDriver):
    """One CSTA link over the framing of its dialect."""

    protocol = "csta3-ber"

    @override
    def __init__(self, config: Mapping[str, Any], *, observing: bool = False) -> None:
        settings = settings_of(config, observing=observing)
        self.stack = settings.dialect.stack
        self.protocol = settings.dialect.phase.protocol
        self._secrets = () if settings.login is None else (association.secret(settings.login),)
        self._side: Client | Observer
        self._side = Observer(settings.dialect) if observing else Client(settings)

    @property
    @override
    def capabilities(self) -> Capabilities:
        return self._side.capabilities

    @property
    @override
    def secrets(self) -> tuple[dr.Secret, ...]:
        return self._secrets

    @override
    def begins_connection(self, pdu: bytes, *, sent: bool) -> bool:
        """Recognise an AARQ, and an AARE to an AARQ that the trace does not have."""
        if sent:
            return pdu[:1] == _AARQ
        unseen = isinstance(self._side, Observer) and not self._side.client_seen
        return pdu[:1] == _AARE and unseen

    @override
    def handle(self, event: dr.Event) -> list[dr.Action]:
        return self._side.handle(event)
