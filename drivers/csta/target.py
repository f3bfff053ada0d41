"""What a request is made of: the identifiers of what a command aims at, and the request."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from cti.driver import NativeTarget
from cti.model import commands as cm
from cti.model.errors import Error, ErrorClass
from drivers.csta.connections import Connections, device_id
from drivers.csta.dialects import Dialect
from drivers.csta.routes import Routes
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Operation
from protocols.errors import EncodeError


class Request(Struct, frozen=True, gc=False):
    """What is to be asked of the switch."""

    operation: Operation
    argument: Any
    urgent: bool = False
    route: str | None = None
    """Route that is answered: only an error or the end of the dialogue answers this."""
    ignored: tuple[str, ...] = ()
    """Arguments that the service has no place for."""


class Unwritable(EncodeError):  # noqa: N818 - an answer, not a failure of this program
    """A command that has no request, with the error to answer."""

    def __init__(self, kind: ErrorClass, detail: str, field: str) -> None:
        super().__init__(detail)
        self.error = Error(kind, detail, field)


class Target:
    """What a command aims at, as identifiers of the switch."""

    def __init__(
        self,
        native: NativeTarget,
        args: cm.Args,
        connections: Connections,
        dialect: Dialect,
        routes: Routes,
    ) -> None:
        self._native = native
        self._connections = connections
        self._dialect = dialect
        self._routes = routes
        named = getattr(args, "device", None)
        self.device_key: str | None = native.device or (
            named if isinstance(named, str) else None
        )

    def device(self) -> c.DeviceID:
        """Give the device."""
        if self.device_key is None:
            raise Unwritable(ErrorClass.INVALID_ARGUMENT, "no device is named", "args.device")
        return self.number(self.device_key)

    def number(self, key: str) -> c.DeviceID:
        """Give another device, or a number to dial."""
        return device_id(key, self._dialect)

    def dialled(self, digits: str) -> c.DeviceID:
        """Give a number to dial as it is."""
        return c.DeviceID(("dialingNumber", digits))

    def connection(self, at: str | None = None) -> c.ConnectionID:
        """Give the call at the device, or at another one."""
        return self._of(self._native.call, at or self.device_key, "args.call")

    def call(self) -> c.ConnectionID:
        """Give the call, at the device if there is one."""
        return self._of(self._native.call, self._native.device, "args.call")

    def waiting_at(self, key: str) -> c.ConnectionID:
        """Give the call that waits at a device; the device alone where the call is unknown."""
        return self._of(self._native.call, key, "args.at", known=False)

    def held(self) -> c.ConnectionID:
        """Give the call that is held at the device."""
        return self._of(self._native.held, self.device_key, "args.held")

    def active(self) -> c.ConnectionID:
        """Give the call that is active at the device."""
        return self._of(self._native.active, self.device_key, "args.active")

    def _of(
        self, call: str | None, device: str | None, field: str, *, known: bool = True
    ) -> c.ConnectionID:
        if call is None and known:
            raise Unwritable(ErrorClass.INVALID_OBJECT, "no call is named", field)
        try:
            return self._connections.of(call, device)
        except ValueError as error:
            raise Unwritable(ErrorClass.INVALID_OBJECT, str(error), field) from None

    def route(self) -> tuple[str, bytes, bytes | None]:
        """Give the route, its cross reference, and the registration it came by."""
        key = self._native.route
        try:
            octets = bytes.fromhex(key or "")
        except ValueError:
            octets = b""
        if not octets:
            detail = f"{key!r} names no route of this link"
            raise Unwritable(ErrorClass.INVALID_OBJECT, detail, "args.route")
        return octets.hex(), octets, self._routes.registration(octets.hex())
