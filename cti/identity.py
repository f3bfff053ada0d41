"""Identity of calls: ids that are derived, never drawn, and never given twice.

``call_id`` is made from the store, the switch, the native call identifier and an incarnation:
a counter of how often this native identifier began a call. The counters outlive a restart.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from msgspec import Struct

from cti.kept import (
    KeptAgent,
    KeptCall,
    KeptDevice,
    KeptLogOn,
    KeptMonitor,
    KeptQueue,
    KeptRun,
    KeptTrunk,
)
from cti.model.states import LinkState

COUNTED: Final = 10_000
"""Native identifiers whose incarnations are counted one by one."""

_DIGITS: Final = 20


class Identities:
    """Gives every incarnation of a native call identifier its own ``call_id``.

    A switch that never uses an identifier again would fill the table of counters for ever.
    So beyond ``COUNTED`` the older half goes, and ``floor`` becomes the highest incarnation
    among them: an identifier without a counter begins above it, and no id comes twice.
    """

    def __init__(
        self,
        store_id: str,
        switch_id: str,
        incarnations: Mapping[str, int] | None = None,
        floor: int = 0,
    ) -> None:
        self._seed = f"{store_id}|{switch_id}|"
        self.incarnations: dict[str, int] = dict(incarnations or {})
        """Native call identifier to its last incarnation; the one used last is last."""
        self.floor = floor
        """Highest incarnation of the identifiers that are not in the table."""
        self._fresh: dict[str, int] = {}
        self._forgotten: dict[str, None] = {}

    def begin(self, native: str) -> str:
        """Begin a new incarnation of ``native`` and return its ``call_id``."""
        count = self.incarnations.pop(native, self.floor) + 1
        self._fresh.pop(native, None)
        self._forgotten.pop(native, None)
        self.incarnations[native] = self._fresh[native] = count
        if len(self.incarnations) > COUNTED:
            self._forget()
        digest = sha256(f"{self._seed}{native}|{count}".encode()).digest()
        return "c" + b32encode(digest).decode("ascii").lower()[:_DIGITS]

    def _forget(self) -> None:
        for native in list(self.incarnations)[: COUNTED // 2]:
            self.floor = max(self.floor, self.incarnations.pop(native))
            self._fresh.pop(native, None)
            self._forgotten[native] = None

    def changes(self) -> tuple[dict[str, int], tuple[str, ...]]:
        """Give the counters that changed since the last time, and those that went."""
        fresh, forgotten = self._fresh, tuple(self._forgotten)
        self._fresh, self._forgotten = {}, {}
        return fresh, forgotten


def thread_of(call_id: str) -> str:
    """Give the ``thread_id`` of a story whose oldest call is ``call_id``."""
    return "t" + call_id[1:]


class StartingState(Struct, frozen=True, omit_defaults=True):
    """What an Engine starts from; it stands at the head of every capture.

    The objects are in the order in which they were first heard of.
    """

    store_id: str
    """Drawn once, when the store was made."""
    epochs: dict[str, int]
    """Last epoch of each link."""
    incarnations: dict[str, int]
    """Last incarnation of each native call identifier."""
    floor: int = 0
    """Incarnation of the identifiers that are not among them: see ``Identities``."""
    at: int = 0
    """Moment of the last input."""
    calls: tuple[KeptCall, ...] = ()
    agents: tuple[KeptAgent, ...] = ()
    logged_on: tuple[KeptLogOn, ...] = ()
    devices: tuple[KeptDevice, ...] = ()
    queues: tuple[KeptQueue, ...] = ()
    trunks: tuple[KeptTrunk, ...] = ()
    monitors: tuple[KeptMonitor, ...] = ()
    """Those of the connections that were up. No store has them."""
    awaited: dict[str, tuple[str, ...]] = {}
    """Devices that a link monitored before it was lost. No store has them."""
    runs: tuple[KeptRun, ...] = ()
    """What was found on links that are being asked for everything. No store has them."""
    links: dict[str, LinkState] = {}
    """State of each link. No store has it."""


EMPTY: Final = StartingState(store_id="", epochs={}, incarnations={})
"""State of a replay that is told no other."""
