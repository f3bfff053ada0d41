"""Leases: what applications want watched, and until when.

MQTT tells nobody that an application died, so a wish ends unless it is repeated.
"""

from __future__ import annotations

from collections.abc import Iterable


class Leases:
    """Who wants which device, until when; ``kept`` is wanted for ever."""

    def __init__(self, kept: Iterable[str] = ()) -> None:
        self._kept = frozenset(kept)
        self._until: dict[str, dict[str, int]] = {}

    def want(self, device: str, holder: str, until: int) -> None:
        """Want a device until a moment; the last word of a holder counts."""
        if device not in self._kept:
            self._until.setdefault(device, {})[holder] = until

    def release(self, device: str, holder: str) -> bool:
        """Want a device no longer; tell whether somebody else still does."""
        holders = self._until.get(device, {})
        holders.pop(holder, None)
        if not holders:
            self._until.pop(device, None)
        return self.wanted(device)

    def holds(self, device: str, holder: str) -> bool:
        """Tell whether a holder wants a device."""
        return holder in self._until.get(device, ())

    def wanted(self, device: str) -> bool:
        """Tell whether anybody wants a device."""
        return device in self._kept or device in self._until

    def over(self, at: int) -> list[str]:
        """Drop the wishes that ended by ``at``; return the devices that nobody wants now."""
        over: list[str] = []
        for device, holders in list(self._until.items()):
            for holder, until in list(holders.items()):
                if until <= at:
                    del holders[holder]
            if not holders:
                del self._until[device]
                over.append(device)
        return over

    @property
    def next(self) -> int | None:
        """When the next wish ends."""
        return min((min(holders.values()) for holders in self._until.values()), default=None)
