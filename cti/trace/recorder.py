"""The recorder: what a link says, as trace files, while the daemon runs.

The files hold the octets of the link as they are, numbers and names too, but for the password
of its association. They are for nobody but the owner of the process (mode 0600).
Whatever the disk does, the link does not learn of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import structlog
from msgspec import structs

from cti import moment
from cti.trace.records import Header, Kind, Record, write, write_header

RETRY: Final = 60 * moment.SECOND
"""Nanoseconds after an error before the next file is tried."""

_DAY: Final = 86_400 * moment.SECOND


class Recorder:
    """Writes the traces of one link, in files that end after ``size`` octets of lines.

    ``header`` tells what the Engine knows now; it is asked at the begin of each file. A file
    that goes on within a connection begins with an ``up`` line that says so, with the epoch
    before in its header, and with the number of the last message: replayed, it gives the
    numbers that were.
    """

    def __init__(
        self,
        folder: str | Path,
        header: Callable[[], Header],
        *,
        size: int = 64_000_000,
        files: int = 16,
        days: int = 7,
        log: Any = None,
    ) -> None:
        self.errors = 0
        """Writes, and removals of old files, that failed."""
        self.lost = 0
        """Lines that are in no file."""
        self._folder = Path(folder)
        self._header = header
        self._size = size
        self._files = files
        self._days = days
        self._log = structlog.get_logger("cti.trace") if log is None else log
        self._file: int | None = None
        self._path = self._folder
        self._written = 0
        self._lines = 0
        self._part = 0
        self._up = False
        self._failed_at: int | None = None

    def record(self, kind: Kind, at: int, octets: bytes = b"") -> None:
        """Write one line; never raises."""
        if self._failed_at is not None and 0 <= at - self._failed_at < RETRY:
            self.lost += 1
        else:
            try:
                if self._file is not None and self._written >= self._size:
                    self._end()
                if self._file is None:
                    self._begin(at, kind)
                self._write(write(Record(at, kind, octets)))
                self._lines += 1
                if self._failed_at is not None:
                    self._failed_at = None
                    self._log.info("recording again", file=str(self._path), lost=self.lost)
            except (OSError, ValueError) as error:  # ValueError: what no line can show
                self._failed(error, at)
        if kind in (Kind.UP, Kind.DOWN):
            self._up = kind is Kind.UP

    def close(self) -> None:
        """End the file; never raises."""
        try:
            self._end()
        except OSError:
            self.errors += 1

    # Files.

    def _begin(self, at: int, kind: Kind) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._part += 1
        header = structs.replace(self._header(), part=self._part)
        if kind is not Kind.UP and self._up:
            epochs = dict(header.start.epochs)
            epochs[header.link] = epochs.get(header.link, 1) - 1
            header = structs.replace(header, start=structs.replace(header.start, epochs=epochs))
        else:
            header = structs.replace(header, seq=0)
        self._path, self._file = self._open(header, at)
        self._lines = 0
        self._remove_old(header, at)
        self._write(write_header(header))
        self._written = 0  # what was known does not count, however much it was
        if kind is not Kind.UP and self._up:
            self._write(write(Record(at, Kind.UP), "the connection goes on from another file"))

    def _open(self, header: Header, at: int) -> tuple[Path, int]:
        stem = f"{header.switch}_{header.link}_{_stamp(at)}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        for number in range(1000):  # several files can begin in one second
            path = self._folder / f"{stem}-{number:03d}.jsonl"
            try:
                return path, os.open(path, flags, 0o600)
            except FileExistsError:
                continue
        raise FileExistsError(f"{stem}: 1000 files in one second")

    def _remove_old(self, header: Header, at: int) -> None:
        """Remove what is too old or too much of this link; errors only count."""
        name = re.compile(
            rf"{re.escape(header.switch)}_{re.escape(header.link)}_[0-9T]+-[0-9]+\.jsonl"
        )
        oldest = _stamp(at - self._days * _DAY)
        names = sorted(path.name for path in self._folder.iterdir())
        names = [one for one in names if name.fullmatch(one)]
        for place, one in enumerate(names):
            too_many = len(names) - place > self._files
            too_old = one.split("_")[2] < oldest
            if one != self._path.name and (too_many or too_old):
                try:
                    (self._folder / one).unlink()
                except OSError:
                    self.errors += 1

    def _write(self, line: str) -> None:
        octets = line.encode() + b"\n"
        if self._file is None:
            raise OSError("no file")
        written = os.write(self._file, octets)
        self._written += written
        if written < len(octets):
            raise OSError(f"{written} of {len(octets)} octets written")

    def _end(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _failed(self, error: Exception, at: int) -> None:
        self.errors += 1
        self.lost += 1
        if self._failed_at is None:
            reason = getattr(error, "strerror", None) or str(error)
            self._log.error("recording failed", folder=str(self._folder), reason=reason)
        self._failed_at = at
        nothing_in_it = self._file is not None and not self._lines
        self.close()
        if nothing_in_it:
            with suppress(OSError):
                self._path.unlink()


def _stamp(at: int) -> str:
    """Write a moment so that names sort by it."""
    return re.sub("[-:]", "", moment.text(at)[:19])
