"""One store: a SQLite file with all that a switch's Engine needs to go on.

Write-ahead log with a sync at every commit: what ``write`` returned from survives a crash of
the machine, wholly. The file is locked as long as it is open. A store is used by one thread
at a time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import apsw
import msgspec
from msgspec import Struct

from cti.identity import StartingState
from cti.kept import Changes, KeptCommand, KeptMessage, Kind, Mark
from cti.store import schema
from cti.store.commands import Commands
from cti.store.errors import ANEW, StoreError, of_database
from cti.store.messages import Gap, Limits, Messages, Outbox, Trimmed
from cti.tracker.keeping import KINDS

Connect = Callable[[str], apsw.Connection]
"""Opens the database of a path."""

PRAGMAS: tuple[tuple[str, str], ...] = (
    ("journal_mode", "WAL"),
    ("synchronous", "FULL"),  # with less a power cut takes commits back: ids would come twice
    ("wal_autocheckpoint", "1000"),
    ("journal_size_limit", "4194304"),
)

_STEP: Final = 1_000
"""Pages that are copied at once."""
LEFT_OUT: Final = 1_000_000_000
"""Offsets that a copy leaves out: the store that it is of may have given them since."""
_DRAWN: Final = 16
"""Octets of a store id."""


class Summary(Struct, frozen=True):
    """What is in a store."""

    schema: int
    store_id: str
    switch_id: str
    at: int
    """Moment of the last input that was stored; 0 when there was none."""
    epochs: dict[str, int]
    counters: int
    """Native call identifiers with a counter of their own."""
    objects: dict[str, int]
    """How many there are of each kind."""
    offset: int = 0
    """Offset of the last event."""
    messages: int = 0
    """Messages that are kept."""
    untaken: int = 0
    """Those of them that the broker has not, about."""
    commands: int = 0
    """Commands that are remembered."""


def file_connection(path: str) -> apsw.Connection:
    """Open a file, for its owner only; make it and its folder where they are missing."""
    folder = Path(path).parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Only a new file is opened here: closing one that this process has open elsewhere
        # would give up its lock (POSIX advisory locks).
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreError(path, error.strerror or str(error)) from None
    return apsw.Connection(path)


def existing_connection(path: str) -> apsw.Connection:
    """Open a file that must be there."""
    if not Path(path).is_file():
        raise StoreError(path, "no such file")
    return apsw.Connection(path, flags=apsw.SQLITE_OPEN_READWRITE)


class Store:
    """An open store. Every method raises ``StoreError`` where the disk does not do its part."""

    def __init__(
        self,
        path: str | Path,
        switch_id: str | None,
        connect: Connect = file_connection,
        draw: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Open the store of a switch; begin it where there is nothing yet.

        ``switch_id`` is None for whoever takes the store of any switch, but begins none.
        Raise ``StoreError`` for a file that is in use, damaged, newer than this program, of
        another switch or no store at all; it is left as it is.
        """
        self.path: Final = str(path)
        with self._telling():
            self._db: Final = connect(self.path)
            try:
                self._open(switch_id, draw)
            except BaseException:
                # Whoever looks at what is wrong finds the log too: it is not written back.
                self._db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
                self._db.close()
                raise
        self._messages = Messages(self._db)
        self._commands = Commands(self._db)

    def _open(self, switch_id: str | None, draw: Callable[[int], bytes]) -> None:
        db = self._db
        db.pragma("locking_mode", "EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE; ROLLBACK")  # takes the lock, and keeps it
        empty = db.execute("SELECT count(*) FROM sqlite_schema").get == 0
        if empty and switch_id is None:
            raise StoreError(self.path, "empty: nothing was ever stored here")
        if not empty:
            self._examine()
        for name, value in PRAGMAS:
            answer = db.pragma(name, value)
            if name == "journal_mode" and answer != "wal":
                raise StoreError(self.path, f"no write-ahead log is possible here ({answer})")
        if db.pragma("user_version") < len(schema.MIGRATIONS):
            with self._transaction():
                schema.migrate(db)
                if empty:
                    db.execute(
                        "INSERT INTO store (one, store_id, switch_id, at, floor) "
                        "VALUES (1, ?, ?, 0, 0)",
                        (draw(_DRAWN).hex(), switch_id),
                    )
        owner = db.execute("SELECT switch_id FROM store").get
        if switch_id not in (None, owner):
            told = f"belongs to switch {owner!r}, not {switch_id!r}"
            raise StoreError(self.path, f"{told}; {ANEW}")

    def _examine(self) -> None:
        """Refuse what is no store of ours, newer than we are, or damaged."""
        db = self._db
        if db.pragma("application_id") != schema.APPLICATION_ID:
            raise StoreError(self.path, "a database of another program")
        version, known = db.pragma("user_version"), len(schema.MIGRATIONS)
        if version > known:
            told = f"has schema {version}, only up to {known} is known here"
            raise StoreError(self.path, f"{told}: a newer release wrote it")
        faults = [row[0] for row in db.execute("PRAGMA quick_check(3)")]
        if faults != ["ok"]:
            raise StoreError(self.path, f"damaged: {'; '.join(faults)}; {ANEW}", damaged=True)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Raise the errors of the database as ours."""
        try:
            yield
        except (apsw.Error, UnicodeDecodeError) as error:
            raise of_database(self.path, error) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Commit what is done within, or nothing of it."""
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                with suppress(apsw.Error):
                    db.execute("ROLLBACK")
            raise

    # Contents.

    def load(self) -> StartingState:
        """Give what an Engine goes on from."""
        with self._telling():
            db = self._db
            ((store_id, at, floor),) = db.execute("SELECT store_id, at, floor FROM store")
            incarnations = self._pairs("SELECT native, count FROM incarnation ORDER BY place")
            epochs = self._pairs("SELECT link_id, epoch FROM epoch")
            objects: dict[Kind, list[Any]] = {kind: [] for kind in KINDS}
            rows: Any = db.execute("SELECT kind, key, body FROM object ORDER BY place")
            for name, key, body in rows:
                try:
                    kind = Kind(name)
                    objects[kind].append(msgspec.json.decode(body, type=KINDS[kind]))
                except (msgspec.MsgspecError, UnicodeError, ValueError) as error:
                    told = f"damaged: {name} {key}: {error}"
                    raise StoreError(self.path, f"{told}; {ANEW}", damaged=True) from None
        return StartingState(
            store_id=store_id,
            epochs=epochs,
            incarnations=incarnations,
            floor=floor,
            at=at,
            calls=tuple(objects[Kind.CALL]),
            agents=tuple(objects[Kind.AGENT]),
            logged_on=tuple(objects[Kind.LOG_ON]),
            devices=tuple(objects[Kind.DEVICE]),
            queues=tuple(objects[Kind.QUEUE]),
            trunks=tuple(objects[Kind.TRUNK]),
        )

    def _pairs(self, query: str) -> dict[str, int]:
        found: list[Any] = self._db.execute(query).fetchall()
        return dict(found)

    def write(self, changes: Changes) -> None:
        """Store changes, all or none; writing the same ones again does no harm."""
        gone = [(row.kind.value, row.key) for row in changes.rows if row.body is None]
        there = [(row.kind.value, row.key, row.body) for row in changes.rows if row.body]
        forgotten = [(native,) for native in changes.forgotten]
        with self._telling(), self._transaction():
            every = self._db.executemany
            every("DELETE FROM object WHERE kind = ? AND key = ?", gone)
            every(
                "INSERT INTO object (kind, key, body) VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET body = excluded.body",
                there,
            )
            every("DELETE FROM incarnation WHERE native = ?", forgotten)
            every(
                "INSERT OR REPLACE INTO incarnation (native, count) VALUES (?, ?)",
                changes.incarnations.items(),
            )
            every("INSERT OR REPLACE INTO epoch VALUES (?, ?)", changes.epochs.items())
            self._commands.arrived(changes.arrivals)
            self._commands.ended(changes.ended)
            self._messages.add(changes.messages, changes.at)
            if changes.mark is not None:
                self._messages.settle(changes.mark)
            self._db.execute("UPDATE store SET at = ?, floor = ?", (changes.at, changes.floor))

    # Messages and commands.

    def outbox(self) -> Outbox:
        """Tell where the messages came to."""
        with self._telling():
            return self._messages.start()

    def commands(self) -> tuple[KeptCommand, ...]:
        """Give the commands that are remembered, the oldest first."""
        with self._telling():
            return self._commands.load()

    def ahead(self, after: int, most: int) -> list[KeptMessage]:
        """Give the messages behind a place, at most so many."""
        with self._telling():
            return self._messages.ahead(after, most)

    def held(self, mark: Mark) -> list[KeptMessage]:
        """Give the messages that the broker refused."""
        with self._telling():
            return self._messages.at(mark.held)

    def events(self, first: int, last: int, most: int) -> list[KeptMessage]:
        """Give events of a range of offsets, at most so many; raise ``Gone``."""
        with self._telling():
            return self._messages.events(first, last, most)

    def settle(self, mark: Mark) -> None:
        """Note what the broker has taken over."""
        with self._telling(), self._transaction():
            self._messages.settle(mark)

    def trim(self, limits: Limits, now: int, beyond: int, gap: Gap) -> Trimmed:
        """Let go what there is no room or no time for: see ``Messages.trim``."""
        with self._telling(), self._transaction():
            return self._messages.trim(limits, now, beyond, gap)

    @property
    def octets(self) -> int:
        """Octets of the file that are in use."""
        with self._telling():
            return self._messages.octets

    def begin_at(self, offset: int) -> None:
        """Let the first event of a new store have the offset behind this one."""
        with self._telling(), self._transaction():
            self._db.execute("UPDATE store SET offset = ? WHERE place = 0", (offset,))

    # For people.

    def summary(self) -> Summary:
        """Tell what is in the store."""
        with self._telling():
            db = self._db
            ((store_id, switch_id, at, offset, messages, place, settled, held),) = db.execute(
                "SELECT store_id, switch_id, at, offset, count, place, settled, "
                "json_array_length(held) FROM store"
            )
            counted = "SELECT kind, count(*) FROM object GROUP BY kind ORDER BY kind"
            return Summary(
                schema=db.pragma("user_version"),
                store_id=store_id,
                switch_id=switch_id,
                at=at,
                epochs=self._pairs("SELECT link_id, epoch FROM epoch ORDER BY link_id"),
                counters=db.execute("SELECT count(*) FROM incarnation").get,
                objects=self._pairs(counted),
                offset=offset,
                messages=messages,
                untaken=min(messages, place - settled + held),
                commands=db.execute("SELECT count(*) FROM command").get,
            )

    def check(self) -> list[str]:
        """Read every page and row; give what is wrong, which is nothing in a good store."""
        with self._telling():
            faults = [row[0] for row in self._db.execute("PRAGMA integrity_check(20)")]
        if faults != ["ok"]:
            return faults
        try:
            self.load()
        except StoreError as error:
            return [error.reason]
        return []

    def copy(self, to: str | Path, draw: Callable[[int], bytes] = os.urandom) -> None:
        """Copy everything to a new file.

        The copy has a store id of its own and leaves offsets out, so that whoever goes on
        from it gives nothing twice.
        """
        path = str(to)
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            os.close(os.open(path, flags, 0o600))
        except OSError as error:
            raise StoreError(path, error.strerror or str(error)) from None
        try:
            other = apsw.Connection(path)
            try:
                with other.backup("main", self._db, "main") as copying:
                    while not copying.done:
                        copying.step(_STEP)
                other.execute(
                    "UPDATE store SET store_id = ?, offset = offset + ?",
                    (draw(_DRAWN).hex(), LEFT_OUT),
                )
                other.pragma("journal_mode", "DELETE")  # one file is the whole copy
            finally:
                other.close()
        except apsw.Error as error:
            Path(path).unlink(missing_ok=True)
            raise of_database(str(path), error) from error

    def close(self) -> None:
        """Write the log back into the file, and let it go."""
        with self._telling():
            self._db.close()
