"""The veil: what a trace shows of octets in which a password stands.

The password is hidden by as many stars, so that every length stays true and the trace replays.
A packet layer may have cut a message within the password: then the rest is looked for behind
the headers of the next packet, and known again when that packet is sent once more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from cti.driver import Secret

HEADERS: Final = 16
"""Most octets of headers between two parts of a message."""
WHOLE: Final = 16
"""Fewest octets of a packet that has nothing but a part of a password."""
_KNOWN: Final = 64
"""Most packets that are known again."""


class _Part(Struct, frozen=True, gc=False):
    """Octets that are hidden, with what stands around them."""

    before: bytes
    hidden: bytes
    after: bytes = b""

    @property
    def octets(self) -> bytes:
        return self.before + self.hidden + self.after

    @property
    def shown(self) -> bytes:
        return self.before + b"*" * len(self.hidden) + self.after

    def behind(self, size: int) -> _Part:
        """Give what is left of it behind so many octets."""
        split = len(self.before)
        return _Part(self.before[size:], self.hidden[max(size - split, 0) :])


class Veil:
    """Hides the secrets that a link sends."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._secrets: Final = [_Part(one.before, one.octets) for one in secrets if one.octets]
        self._rests: list[_Part] = []
        """What is left of secrets that the last octets ended in."""
        self._known: dict[_Part, None] = {}
        """Ends of packets that began in the middle of a secret."""

    def __bool__(self) -> bool:
        """Tell whether there is anything to hide."""
        return bool(self._secrets)

    def hide(self, octets: bytes) -> bytes:
        """Give octets as they may be shown, just as many."""
        rests, self._rests = self._rests, []
        ends = [part for one in self._secrets if (part := self._end(octets, one)) is not None]
        for one in rests:
            octets = self._rest(octets, one)
        for one in (*self._secrets, *self._known, *ends):
            octets = octets.replace(one.octets, one.shown)
        return octets

    def _end(self, octets: bytes, secret: _Part) -> _Part | None:
        """Give the begin of a secret that the octets end in, and expect the rest."""
        whole = secret.octets
        for size in range(len(whole) - 1, 0, -1):
            if octets.endswith(whole[:size]):
                self._rests.append(secret.behind(size))
                split = len(secret.before)
                return _Part(whole[: min(size, split)], whole[split:size])
        return None

    def _rest(self, octets: bytes, rest: _Part) -> bytes:
        """Hide the rest of a secret behind headers; it may go on in the octets after."""
        whole = rest.octets
        at = octets.find(whole, 0, HEADERS + len(whole))
        if at >= 0:
            found = _Part(rest.before, rest.hidden, octets[at + len(whole) :])
            return self._again(octets, at, found)
        for at in range(min(HEADERS, len(octets) - WHOLE) + 1):
            part = octets[at:]
            if whole.startswith(part):
                self._rests.append(rest.behind(len(part)))
                split = len(rest.before)
                return self._again(octets, at, _Part(part[:split], part[split:]))
        return octets

    def _again(self, octets: bytes, at: int, found: _Part) -> bytes:
        if len(self._known) < _KNOWN:
            self._known[found] = None
        return octets[:at] + found.shown
