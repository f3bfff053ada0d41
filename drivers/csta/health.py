"""What the switching function says about itself (ECMA-269 clause 14, system status)."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from cti.model.states import SystemStatus

_S = SystemStatus

_SETS: Final = frozenset(
    {
        _S.INITIALIZING,
        _S.DISABLED,
        _S.PARTIALLY_DISABLED,
        _S.OVERLOAD_IMMINENT,
        _S.OVERLOAD_REACHED,
    }
)
"""Statuses that leave the link usable with loss at best."""
_OVERLOAD: Final = frozenset({_S.OVERLOAD_IMMINENT, _S.OVERLOAD_REACHED})
_STOPPED: Final = frozenset({_S.INITIALIZING, _S.DISABLED, _S.PARTIALLY_DISABLED})
_CLEARS: Final[dict[SystemStatus, frozenset[SystemStatus]]] = {
    _S.NORMAL: _SETS,
    _S.ENABLED: _STOPPED,
    _S.OVERLOAD_RELIEVED: _OVERLOAD,
    _S.OVERLOAD_IMMINENT: _OVERLOAD,  # one takes the place of the other
    _S.OVERLOAD_REACHED: _OVERLOAD,
}


class After(Enum):
    """What follows from a status, beside the condition of the link."""

    NOTHING = auto()
    LOST = auto()
    """Messages were lost."""
    RESUMED = auto()
    """The switch is back from where monitors are disabled; it may have dropped them."""
    RESTARTED = auto()
    """The switch began anew: no monitor and no reference is valid any more."""


class Health:
    """The conditions of one switching function."""

    def __init__(self) -> None:
        self._now: dict[SystemStatus, None] = {}
        self.last: SystemStatus | None = None
        """What it told last."""

    def forget(self) -> None:
        """Know nothing: the association is gone."""
        self._now.clear()
        self.last = None

    def told(self, status: SystemStatus) -> After:
        """Take a status, and tell what follows.

        ``enabled`` says that no monitor is left, and has to follow ``initializing``; a switch
        that leaves it out and is normal again has restarted all the same.
        """
        self.last = status
        before = frozenset(self._now)
        for cleared in _CLEARS.get(status, frozenset()):
            self._now.pop(cleared, None)
        if status in _SETS:
            self._now[status] = None
        gone = before - self._now.keys()
        if status is _S.MESSAGES_LOST:
            return After.LOST
        if status is _S.ENABLED or _S.INITIALIZING in gone:
            return After.RESTARTED
        if _S.DISABLED in gone:
            return After.RESUMED
        # Monitors of objects that could not be reached told nothing meanwhile.
        return After.LOST if _S.PARTIALLY_DISABLED in gone else After.NOTHING

    def problem(self) -> str:
        """Say what is wrong; empty when nothing is."""
        words = ", ".join(status.value for status in self._now)
        return f"system status {words}" if words else ""
