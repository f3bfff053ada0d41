"""Connections and devices on the way to the switch: from keys of facts to identifiers.

A switch gets its identifiers back exactly as it last told them. Only those that cannot be
made from the keys alone are remembered.
"""

from __future__ import annotations

import re
from typing import Any, Final

from drivers.csta.dialects import CallIds, Dialect
from drivers.csta.identifiers import call_key, connection_of, device_of
from protocols.csta.phase3 import _codec_phase3 as c

REMEMBERED: Final = 20_000
"""Connections that are remembered; beyond that the oldest go."""

_NUMBER: Final = re.compile(r"#([0-9]{1,18})", re.ASCII)
_TRUNK: Final = re.compile(r"[0-9a-f]{8}", re.ASCII)
_OCTETS: Final = re.compile(r"0x((?:[0-9a-f]{2})*)\.", re.ASCII)
_HEX: Final = re.compile(r"(?:[0-9a-f]{2})+", re.ASCII)


def device_id(key: str, dialect: Dialect) -> c.DeviceID:
    """Make the identifier of a device from its key."""
    if number := _NUMBER.fullmatch(key):
        return c.DeviceID(("deviceNumber", int(number[1])))
    if _TRUNK.fullmatch(key) and int(key[:4], 16) in dialect.trunks:
        return c.DeviceID(("deviceNumber", int(key, 16)))
    return c.DeviceID(("dialingNumber", key))


def call_octets(key: str, dialect: Dialect) -> bytes:
    """Undo ``call_key``; raise ``ValueError`` for text that is no key of a call."""
    if dialect.call_ids is CallIds.ASCII:
        if octets := _OCTETS.fullmatch(key):
            return bytes.fromhex(octets[1])
        if key.isascii() and key.isalnum():
            return key.encode("ascii")
    elif _HEX.fullmatch(key):
        return bytes.fromhex(key)
    raise ValueError(f"{key!r} names no call of this link")


class Connections:
    """The connections of one association, as the switch names them."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._told: dict[tuple[str, str], c.ConnectionID] = {}

    def forget(self) -> None:
        """Drop all of them: identifiers do not outlive an association."""
        self._told.clear()

    def learn(self, record: object) -> None:
        """Remember the connections that a message names."""
        for member, many in _members(type(record)):
            value: Any = getattr(record, member)
            if many:
                for entry in value or ():
                    self._remember(entry.new_connection)
            else:
                self._remember(value)

    def keys(self, told: c.ConnectionID) -> dict[str, str]:
        """Give the keys of a connection and remember it."""
        self._remember(told)
        call, device = connection_of(told, self._dialect)
        keys = {} if call is None else {"call": call}
        return keys if device is None else {**keys, "device": device.key}

    def _remember(self, told: c.ConnectionID | None) -> None:
        match told:
            case ("both", c.ConnectionIDBoth(call_id=octets, device_id=local)) if octets:
                pass
            case _:
                return
        _, named = local
        match named:
            case c.DeviceID():
                device = device_of(named, self._dialect).key
            case _:
                device = named.hex()
        key = (call_key(octets, self._dialect), device)
        self._told.pop(key, None)
        if told != self._built(*key):
            self._told[key] = told
            if len(self._told) > REMEMBERED:
                del self._told[next(iter(self._told))]

    def of(self, call: str | None, device: str | None) -> c.ConnectionID:
        """Give the connection of a call and a device, or of one of them alone.

        Raise ``ValueError`` for text that is no key of a call, or when both are missing.
        """
        if call is not None and device is not None:
            return self._told.get((call, device)) or self._built(call, device)
        if call is not None:
            return ("callID", call_octets(call, self._dialect))
        if device is not None:
            return ("deviceID", ("staticID", device_id(device, self._dialect)))
        raise ValueError("neither call nor device is named")

    def _built(self, call: str, device: str) -> c.ConnectionID:
        static = device_id(device, self._dialect)
        octets = call_octets(call, self._dialect)
        return ("both", c.ConnectionIDBoth(octets, ("staticID", static)))


_known: dict[type[object], tuple[tuple[str, bool], ...]] = {}


def _members(kind: type[object]) -> tuple[tuple[str, bool], ...]:
    """Give the members of a record that hold a connection, or a list of them (True)."""
    found = _known.get(kind)
    if found is None:
        annotated: dict[str, str] = getattr(kind, "__annotations__", {})
        found = tuple(
            (name, of == "ConnectionList")
            for name, declared in annotated.items()
            if (of := declared.partition(" ")[0]) in ("ConnectionID", "ConnectionList")
        )
        _known[kind] = found
    return found
