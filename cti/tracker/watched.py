"""Tables that know which of their rows may have changed."""

from __future__ import annotations

from typing import Any, TypeVar

from typing_extensions import override

_V = TypeVar("_V")


class Watched(dict[str, _V]):
    """A table that notes which rows were looked up by their key, hence may have changed.

    Who goes through all rows and changes one looks it up by its key.
    """

    def __init__(self) -> None:
        super().__init__()
        self._touched: dict[str, None] = {}

    def touched(self) -> list[str]:
        """Give the keys that were looked up since the last time, first one first.

        New rows are in the order of the table.
        """
        touched, self._touched = list(self._touched), {}
        return touched

    @override
    def __getitem__(self, key: str) -> _V:
        self._touched[key] = None
        return super().__getitem__(key)

    @override
    def __setitem__(self, key: str, value: _V) -> None:
        if key not in self:  # its place counts from now, not from when it was missed
            self._touched.pop(key, None)
        self._touched[key] = None
        super().__setitem__(key, value)

    @override
    def __delitem__(self, key: str) -> None:
        self._touched[key] = None
        super().__delitem__(key)

    @override
    def get(self, key: str, default: Any = None) -> Any:
        self._touched[key] = None
        return super().get(key, default)

    @override
    def setdefault(self, key: str, default: Any = None) -> Any:
        if key not in self:
            self._touched.pop(key, None)
        self._touched[key] = None
        return super().setdefault(key, default)

    @override
    def pop(self, key: str, *default: Any) -> Any:
        self._touched[key] = None
        return super().pop(key, *default)
