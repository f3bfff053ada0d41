"""Which links serve which route points."""

from __future__ import annotations


class Servers:
    """Links by route point, first comer first."""

    def __init__(self, most: int) -> None:
        self._most = most
        """Links that may serve one route point; 0 for any number."""
        self._links: dict[str, list[int]] = {}

    def of(self, device: str) -> list[int]:
        """Give the links that serve a route point."""
        return self._links.get(device, [])

    def change(self, device: str, link: int, *, on: bool) -> bool:
        """Let a link serve a route point, or no more; say whether anybody does."""
        here = self._links.setdefault(device, [])
        if on:
            here.append(link)
        elif link in here:
            here.remove(link)
        return bool(here)

    @property
    def full(self) -> frozenset[str]:
        """Route points that nobody more may serve."""
        return frozenset(
            device for device, here in self._links.items() if 0 < self._most <= len(here)
        )
