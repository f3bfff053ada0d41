"""The Meridian-Link-style driver: one host link, as host or as observer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from typing_extensions import override

from cti import driver as dr
from cti.model.capabilities import Capabilities
from drivers.meridian.client import Client
from drivers.meridian.errors import PROTOCOL
from drivers.meridian.observer import Observer
from drivers.meridian.settings import settings_of
from protocols.meridian import header
from protocols.meridian._codec_meridian import HEADER
from protocols.meridian.values import Kind, MessageType

NOTICE: Final = (
    "Meridian-Link-style; octets assigned by this project; replace the profile "
    "(key profile of the link, docs/meridian.md) to reach a real switch."
)


class MeridianDriver(dr.SwitchDriver):
    """One link to a module or server in front of a Meridian 1."""

    protocol = PROTOCOL
    remarks = (NOTICE,)

    @override
    def __init__(self, config: Mapping[str, Any], *, observing: bool = False) -> None:
        settings = settings_of(config)
        self.stack = settings.stack
        profile = settings.profile
        self._opening = (
            profile.messages[MessageType.APP_REGISTER][0],
            profile.kinds[Kind.REQ],
        )
        password = settings.password.encode()
        number = profile.numbers()["Password"]
        self._secrets = (dr.Secret(bytes((number, len(password))), password),)
        self._side: Client | Observer
        self._side = Observer(settings) if observing else Client(settings)

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
        """Recognise the host's AppRegister."""
        if not sent or len(pdu) < header.SIZE:
            return False
        head = header.Header(*HEADER.unpack_from(pdu))
        return (head.type, head.kind) == self._opening

    @override
    def handle(self, event: dr.Event) -> list[dr.Action]:
        return self._side.handle(event)
