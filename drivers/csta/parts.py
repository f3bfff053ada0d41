"""Results of snapshots that come in parts, after the answer (ECMA-269 clause 16).

The switch answers with a reference, and sends the data under it in one or more invokes.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import structs

from drivers.csta.exchange import Told
from protocols.csta.phase3 import _codec_phase3 as c

ENTRIES: Final = 2_000
"""Entries, and parts, of one snapshot; beyond that it is told as truncated."""

Data = c.SnapshotDeviceDataArgument | c.SnapshotCallDataArgument


class _Coming:
    """A result whose data comes in parts."""

    __slots__ = ("count", "entries", "head", "invoke_id")

    def __init__(self, invoke_id: int, head: Any) -> None:
        self.invoke_id = invoke_id
        self.head = head
        self.count = 0
        self.entries: list[Any] = []


class Parts:
    """The results of one association whose data is still to come."""

    def __init__(self) -> None:
        self._coming: dict[bytes, _Coming] = {}
        self._references: dict[int, bytes] = {}
        """Invoke id to reference."""

    def forget(self) -> None:
        """Drop all: the association is gone."""
        self._coming.clear()
        self._references.clear()

    def expect(self, invoke_id: int, result: object) -> bool:
        """Take a result; tell whether its data comes later."""
        match result:
            case (
                c.SnapshotDeviceResult(
                    service_cross_ref_id=bytes(reference), snapshot_data=None
                )
                | c.SnapshotCallResult(
                    service_cross_ref_id=bytes(reference), snapshot_data=None
                )
            ):
                pass
            case _:
                return False
        self.end(invoke_id)
        if (before := self._coming.get(reference)) is not None:
            self.end(before.invoke_id)
        self._coming[reference] = _Coming(invoke_id, result)
        self._references[invoke_id] = reference
        return True

    def whose(self, data: Data) -> int | None:
        """Give the invoke id of the request that a part belongs to."""
        coming = self._coming.get(data.service_cross_ref_id)
        if coming is None:
            return None
        of_device = isinstance(data, c.SnapshotDeviceDataArgument)
        fits = of_device == isinstance(coming.head, c.SnapshotDeviceResult)
        return coming.invoke_id if fits else None

    def take(self, data: Data) -> Told | None:
        """Take a part of a result that is expected; give the whole with the last one."""
        coming = self._coming[data.service_cross_ref_id]
        room = ENTRIES - len(coming.entries)
        coming.count += 1
        coming.entries += data.snapshot_data[:room]
        truncated = len(data.snapshot_data) > room
        if not data.last_segment and not truncated and coming.count < ENTRIES:
            return None
        whole = structs.replace(coming.head, snapshot_data=tuple(coming.entries))
        return Told(whole, truncated=truncated or not data.last_segment)

    def end(self, invoke_id: int) -> None:
        """Expect no more for a request."""
        reference = self._references.pop(invoke_id, None)
        if reference is not None:
            self._coming.pop(reference, None)
