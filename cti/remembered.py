"""What is remembered of commands by their ids: a command is never carried out twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import UNSET, Struct

from cti import moment
from cti.kept import Ended, KeptCommand
from cti.model.commands import Command, EndState, Result
from cti.model.errors import Error, ErrorClass

REMEMBERED: Final = 24 * 3600 * moment.SECOND
"""How long the end of a command is known by its id."""
PER_CLIENT: Final = 20_000
"""Commands of one client that are remembered; beyond it that client's oldest go."""
AT_ONCE: Final = 200_000
"""Commands of all clients; beyond it the oldest of the client with the most go."""

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")
_RESULT: Final = msgspec.json.Decoder(Result)


def digest(command: Command) -> bytes:
    """Tell a command from another one with the same id; passwords do not show."""
    return sha256(_ENCODER.encode((command.verb, command.args))).digest()[:16]


class Known(Struct, gc=False):
    """One command."""

    verb: str
    digest: bytes
    at: int
    result: bytes | None = None


class Remembered:
    """The commands of one switch, by client and id, the oldest first."""

    def __init__(self, per_client: int = PER_CLIENT, at_once: int = AT_ONCE) -> None:
        self._per_client = per_client
        self._at_once = at_once
        self._clients: dict[str, dict[str, Known]] = {}
        self._count = 0
        self._changed: dict[tuple[str, str], Ended] = {}

    def __len__(self) -> int:
        return self._count

    def restore(self, commands: Iterable[KeptCommand], at: int) -> None:
        """Know again what was known, but for what is too old."""
        for one in commands:
            if at - one.at > REMEMBERED:
                self._changed[one.client, one.command_id] = Ended(
                    one.client, one.command_id, None
                )
            else:
                known = Known(one.verb, one.digest, one.at, one.result)
                self._clients.setdefault(one.client, {})[one.command_id] = known
                self._count += 1

    def unended(self) -> Iterator[tuple[str, str, str]]:
        """Give client, id and verb of each command whose end is not known."""
        for client, table in self._clients.items():
            for command_id, known in table.items():
                if known.result is None:
                    yield client, command_id, known.verb

    def knows(self, client: str, command_id: str, at: int) -> bool:
        """Tell whether a command was taken before."""
        known = self._clients.get(client, {}).get(command_id)
        return known is not None and at - known.at <= REMEMBERED

    def again(self, command: Command, at: int) -> Known | None:
        """Give what is known of a command by its id; None for a new one, known from now on."""
        known = self._clients.get(command.requester, {}).get(command.command_id)
        if known is not None:
            if at - known.at <= REMEMBERED:
                return known
            self._forget(command.requester, command.command_id)
        self._changed.pop((command.requester, command.command_id), None)
        self._make_room(command.requester, at)
        table = self._clients.setdefault(command.requester, {})
        table[command.command_id] = Known(command.verb, digest(command), at)
        self._count += 1
        return None

    def ended(self, client: str, command_id: str, result: Result) -> None:
        """Note how a command ended."""
        known = self._clients.get(client, {}).get(command_id)
        if known is not None:
            known.result = _encoded(result)
            self._changed[client, command_id] = Ended(client, command_id, known.result)

    def changes(self) -> tuple[Ended, ...]:
        """Give what ended or was forgotten since the last time."""
        changed, self._changed = self._changed, {}
        return tuple(changed.values())

    def _make_room(self, client: str, at: int) -> None:
        while table := self._clients.get(client):
            oldest = next(iter(table))
            if at - table[oldest].at <= REMEMBERED and len(table) < self._per_client:
                break
            self._forget(client, oldest)
        while self._count >= self._at_once:
            most = max(self._clients, key=lambda name: len(self._clients[name]))
            self._forget(most, next(iter(self._clients[most])))

    def _forget(self, client: str, command_id: str) -> None:
        table = self._clients[client]
        del table[command_id]
        if not table:
            del self._clients[client]
        self._count -= 1
        self._changed[client, command_id] = Ended(client, command_id, None)


def result_of(known: Known) -> Result | None:
    """Give how a command ended; None while it has not."""
    return None if known.result is None else _RESULT.decode(known.result)


def interrupted(verb: str) -> Result:
    """Make the end of a command that an earlier life of the bridge took and did not end."""
    detail = f"{verb}: the bridge was restarted, nobody knows what became of it"
    return Result(EndState.UNKNOWN, error=Error(ErrorClass.UNKNOWN, detail))


def _encoded(result: Result) -> bytes:
    """Write a result; one that cannot be written is remembered without its contents."""
    try:
        return msgspec.json.encode(result)
    except (TypeError, UnicodeEncodeError, RecursionError):
        return msgspec.json.encode(msgspec.structs.replace(result, result=UNSET))
