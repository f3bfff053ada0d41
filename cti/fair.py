"""Fair shares: nobody fills what others need too.

A client may have at most as much as is free. One greedy client so gets one half, a second
one a quarter, and whoever comes later still finds a place.
"""

from __future__ import annotations


def share(has: int, taken: int, places: int) -> bool:
    """Tell whether a client that has some of the taken places may have one more."""
    return has < places - taken
