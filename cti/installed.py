"""What is installed beside the bridge: drivers, stacks and codecs, by entry point."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any


def names(group: str) -> list[str]:
    """Give the names of everything in a group."""
    return sorted(point.name for point in entry_points(group=group))


def find(group: str, name: str) -> Any:
    """Import what has a name in a group; None if there is nothing."""
    for point in entry_points(group=group, name=name):
        return point.load()
    return None
