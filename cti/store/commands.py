"""Commands of a store: what arrived, and how it ended. The caller has the transaction."""

from __future__ import annotations

from typing import Any

import apsw

from cti.kept import Ended, KeptCommand
from cti.remembered import REMEMBERED


class Commands:
    """The commands of an open database."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db

    def arrived(self, arrivals: tuple[KeptCommand, ...]) -> None:
        """Note commands; an id that is known counts as new only when it is old enough."""
        self._db.executemany(
            "INSERT INTO command (client, command_id, verb, digest, at, way) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET verb = excluded.verb, "
            "digest = excluded.digest, at = excluded.at, way = excluded.way, result = NULL "
            "WHERE command.at < excluded.at - ?",
            [
                (one.client, one.command_id, one.verb, one.digest, one.at, one.way, REMEMBERED)
                for one in arrivals
            ],
        )

    def ended(self, ended: tuple[Ended, ...]) -> None:
        """Note how commands ended, and forget those that are forgotten."""
        self._db.executemany(
            "UPDATE command SET result = ? WHERE client = ? AND command_id = ?",
            [(one.result, one.client, one.command_id) for one in ended if one.result],
        )
        self._db.executemany(
            "DELETE FROM command WHERE client = ? AND command_id = ?",
            [(one.client, one.command_id) for one in ended if one.result is None],
        )

    def load(self) -> tuple[KeptCommand, ...]:
        """Give all commands, the oldest first."""
        rows: list[Any] = self._db.execute(
            "SELECT client, command_id, verb, digest, at, way, result FROM command ORDER BY at"
        ).fetchall()
        return tuple(KeptCommand(*row) for row in rows)
