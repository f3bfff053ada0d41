"""A disk in memory for SQLite: it fails, stops and forgets as real ones do.

A write lands in a cache; a sync makes what was written to that file durable. When the power
goes, each piece of 512 octets that was written and not synced is there or not, by chance and
on its own, so that writes arrive in any order and torn. Names of files are durable at once.
"""

# ruff: noqa: N802 - SQLite's names of what a file system does
from __future__ import annotations

from itertools import count
from random import Random
from typing import Any, Final, cast

import apsw
from typing_extensions import override

SECTOR: Final = 512
_POWERSAFE_OVERWRITE: Final = 0x1000
"""A write damages nothing beside it: what SQLite takes for granted on every system."""

_names = count()


class PowerCut(apsw.IOError):
    """The disk stopped."""


class _Content:
    """One file: what is on the plates, and what programs see."""

    def __init__(self) -> None:
        self.durable = bytearray()
        self.seen = bytearray()
        self.touched: set[int] = set()
        """Sectors that were written since the last sync."""

    def write(self, octets: bytes, at: int) -> None:
        if len(self.seen) < at:
            self.seen.extend(bytes(at - len(self.seen)))
        self.seen[at : at + len(octets)] = octets
        self.touched.update(range(at // SECTOR, (at + len(octets) - 1) // SECTOR + 1))

    def truncate(self, size: int) -> None:
        self.touched.update(range(size // SECTOR, len(self.seen) // SECTOR + 1))
        del self.seen[size:]

    def sync(self) -> None:
        self.durable[:] = self.seen
        self.touched.clear()

    def cut(self, draw: Random) -> None:
        """Keep of what was not synced what chance wants."""
        kept = bytearray(self.durable)
        for sector in sorted(self.touched):
            if draw.random() < 0.5:
                place = slice(sector * SECTOR, (sector + 1) * SECTOR)
                piece = self.seen[place]
                if len(kept) < place.start:
                    kept.extend(bytes(place.start - len(kept)))
                if piece or len(kept) > place.start:
                    kept[place.start : place.start + len(piece)] = piece
        self.durable, self.seen = kept, bytearray(kept)
        self.touched.clear()


class Disk(apsw.VFS):
    """A file system in memory. Operations that change something are numbered from 1.

    ``stop_at`` is the operation at which the power goes: it and all after it fail.
    ``fail_at`` is one that fails, once. ``lies`` is a disk that syncs nothing.
    """

    def __init__(self, seed: int = 0, *, lies: bool = False) -> None:
        self.name = f"disk-{next(_names)}"
        self.operations = 0
        self.stop_at = 0
        self.fail_at: frozenset[int] = frozenset()
        self.full = False
        self.lies = lies
        self.files: dict[str, _Content] = {}
        self._draw = Random(seed)  # noqa: S311 - the seed makes the same disk again
        super().__init__(self.name, base="")

    def connect(self, path: str) -> apsw.Connection:
        """Open a database on this disk: what a store is made with."""
        return apsw.Connection(path, vfs=self.name)

    def cut(self) -> None:
        """Take the power away and bring it back."""
        for content in self.files.values():
            content.cut(self._draw)
        self.stop_at = 0

    def operate(self, what: str) -> None:
        """Count an operation; raise if it is one that fails."""
        self.operations += 1
        if self.stop_at and self.operations >= self.stop_at:
            raise PowerCut(what)
        if self.operations in self.fail_at:
            raise apsw.IOError(what)

    @override
    def xFullPathname(self, name: str) -> str:
        return name

    @override
    def xAccess(self, pathname: str, flags: int) -> bool:
        return pathname in self.files

    @override
    def xDelete(self, filename: str, syncdir: bool) -> None:
        self.operate("delete")
        self.files.pop(filename, None)

    @override
    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        path = name if isinstance(name, str) else name.filename()
        if path not in self.files:
            if not flags[0] & apsw.SQLITE_OPEN_CREATE:
                raise apsw.CantOpenError
            self.operate("create")
            self.files[path] = _Content()
        flags[1] = flags[0]
        return cast(apsw.VFSFile, _File(self, self.files[path]))


class _File:
    """An open file, as apsw's VFSFile is used."""

    def __init__(self, disk: Disk, content: _Content) -> None:
        self._disk = disk
        self._content = content

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self._content.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.operate("write")
        if self._disk.full and offset + len(data) > len(self._content.seen):
            raise apsw.FullError
        self._content.write(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._disk.operate("truncate")
        self._content.truncate(newsize)

    def xSync(self, flags: int) -> None:
        self._disk.operate("sync")
        if not self._disk.lies:
            self._content.sync()

    def xFileSize(self) -> int:
        return len(self._content.seen)

    def xLock(self, level: int) -> None:
        pass

    def xUnlock(self, level: int) -> None:
        pass

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, ptr: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return SECTOR

    def xDeviceCharacteristics(self) -> int:
        return _POWERSAFE_OVERWRITE

    def xClose(self) -> None:
        pass
