"""Identity of calls: ids that are derived, never drawn, and never given twice.

``call_id`` is made from the store, the switch, the native call identifier and an incarnation:
a counter of how often this native identifier began a call. The counters outlive a restart.
"""

from __future__ import annotations

from base64 import b32encode
from hashlib import sha256
from typing import Final

from msgspec import Struct

_DIGITS: Final = 20


class Identities:
    """Gives every incarnation of a native call identifier its own ``call_id``."""

    def __init__(
        self, store_id: str, switch_id: str, incarnations: dict[str, int] | None = None
    ) -> None:
        self._seed = f"{store_id}|{switch_id}|"
        self.incarnations: dict[str, int] = dict(incarnations or {})
        """Native call identifier to the number of calls it began, for the store."""

    def begin(self, native: str) -> str:
        """Begin a new incarnation of ``native`` and return its ``call_id``."""
        count = self.incarnations.get(native, 0) + 1
        self.incarnations[native] = count
        digest = sha256(f"{self._seed}{native}|{count}".encode()).digest()
        return "c" + b32encode(digest).decode("ascii").lower()[:_DIGITS]


def thread_of(call_id: str) -> str:
    """Give the ``thread_id`` of a story whose oldest call is ``call_id``."""
    return "t" + call_id[1:]


class StartingState(Struct, frozen=True):
    """What a tracker starts from; it stands at the head of every capture."""

    store_id: str
    """Drawn once, when the store was made."""
    epochs: dict[str, int]
    """Last epoch of each link."""
    incarnations: dict[str, int]
    """Last incarnation of each native call identifier."""


EMPTY: Final = StartingState(store_id="", epochs={}, incarnations={})
"""State of a replay that is told no other."""
