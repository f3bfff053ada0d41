"""Tables of a store, and the way from each version of them to the next.

A version is never changed once it was released: a further one is added at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import apsw

APPLICATION_ID: Final = 0x43544942
"""``CTIB``, at octet 68 of the file: what tells a store from other databases."""


def _first(connection: apsw.Connection) -> None:
    """Make the tables of version 1.

    ``rowid`` is the order in which objects were first heard of, and in which native call
    identifiers began a call last.
    """
    connection.execute(
        """
        CREATE TABLE store (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            store_id TEXT NOT NULL,
            switch_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            floor INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE epoch (
            link_id TEXT PRIMARY KEY,
            epoch INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE incarnation (
            place INTEGER PRIMARY KEY,
            native TEXT NOT NULL UNIQUE,
            count INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE object (
            place INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            body BLOB NOT NULL,
            UNIQUE (kind, key)
        ) STRICT;
        """
    )


def _second(connection: apsw.Connection) -> None:
    """Add messages and commands.

    A message with ``first`` stands for events that were lost, from that offset to its own.
    ``settled`` is the place up to which the broker has everything but ``held``.
    """
    connection.execute(
        """
        CREATE TABLE message (
            place INTEGER PRIMARY KEY,
            offset INTEGER,
            first INTEGER,
            at INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX message_offset ON message (offset) WHERE offset IS NOT NULL;
        CREATE TABLE command (
            client TEXT NOT NULL,
            command_id TEXT NOT NULL,
            verb TEXT NOT NULL,
            digest BLOB NOT NULL,
            at INTEGER NOT NULL,
            way BLOB NOT NULL,
            result BLOB,
            PRIMARY KEY (client, command_id)
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE store ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE store ADD COLUMN offset INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE store ADD COLUMN count INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE store ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE store ADD COLUMN held TEXT NOT NULL DEFAULT '[]';
        """
    )


MIGRATIONS: tuple[Callable[[apsw.Connection], None], ...] = (_first, _second)
"""The step from version n, which is its place in here, to n + 1."""


def migrate(connection: apsw.Connection) -> None:
    """Bring the tables to the last version, from nothing or from an older one.

    Within the transaction of the caller: all steps or none.
    """
    version = connection.pragma("user_version")
    for step in MIGRATIONS[version:]:
        step(connection)
    connection.pragma("application_id", APPLICATION_ID)
    connection.pragma("user_version", len(MIGRATIONS))
