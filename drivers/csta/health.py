"""What the switching function says about itself (ECMA-269 clause 14, system status)."""

from __future__ import annotations

from typing import Final

from cti.model.states import SystemStatus

_S = SystemStatus

_SETS: Final = frozenset(
    {
        _S.INITIALIZING,
        _S.MESSAGES_LOST,
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
_MONITORS_GONE: Final = frozenset({_S.INITIALIZING, _S.DISABLED})


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

    def told(self, status: SystemStatus) -> bool:
        """Take a status; tell whether the switch is back and may have dropped monitors."""
        self.last = status
        before = _MONITORS_GONE & self._now.keys()
        for cleared in _CLEARS.get(status, frozenset()):
            self._now.pop(cleared, None)
        if status in _SETS:
            self._now[status] = None
        return bool(before) and not _MONITORS_GONE & self._now.keys()

    def problem(self) -> str:
        """Say what is wrong; empty when nothing is."""
        words = ", ".join(status.value for status in self._now)
        return f"system status {words}" if words else ""
