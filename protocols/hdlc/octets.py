"""HDLC on asynchronous lines: octet stuffing (RFC 1662 section 4, ISO/IEC 13239).

A frame stands between flags 7E. Inside, 7E and 7D (and on request any octet but 5E) are
sent as 7D followed by the octet with its sixth bit inverted. The FCS is computed over the
plain octets and stuffed like them. 7D right before a flag aborts the frame.

``OctetFramer`` gives the same frames however its input is cut, and its buffer never holds
more than the longest frame.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import Final

from protocols.errors import EncodeError
from protocols.hdlc.fcs import FCS_SIZE, GOOD, ONES, REVERSED, append_fcs
from protocols.hdlc.received import (
    DEFAULT_MAXIMUM,
    DEFAULT_MINIMUM,
    Counters,
    DamageKind,
    Frame,
    Inspector,
    Received,
)

ALL_CONTROLS: Final = 0xFFFFFFFF
"""The async control character map (ACCM) with which PPP begins: bit n stands for octet n."""

_FLAG: Final = b"\x7e"
_ESCAPE: Final = b"\x7d"
_ESCAPED: Final = re.compile(rb"\x7d(.)", re.DOTALL)
_INVERTED: Final = tuple(bytes((octet ^ 0x20,)) for octet in range(256))


def _mapped(accm: int) -> bytes:
    """List the octets whose bit is set in ``accm``."""
    return bytes(octet for octet in range(32) if accm >> octet & 1)


@lru_cache(maxsize=64)
def _stuffer(accm: int, also: bytes) -> Callable[[bytes], bytes]:
    """Make the function that stuffs octets."""
    if 0x5E in also:
        raise EncodeError("octet 0x5e cannot be escaped: its escaped form is the flag")
    extra = set(_mapped(accm) + also) - {0x7D, 0x7E}
    if not extra:
        return lambda octets: octets.replace(_ESCAPE, b"\x7d\x5d").replace(_FLAG, b"\x7d\x5e")
    wanted = b"".join(re.escape(bytes((octet,))) for octet in sorted(extra | {0x7D, 0x7E}))
    pattern = re.compile(b"[" + wanted + b"]")
    return lambda octets: pattern.sub(lambda found: _ESCAPE + _INVERTED[found[0][0]], octets)


def encode(octets: bytes, *, accm: int = 0, also: bytes = b"") -> bytes:
    """Give a frame as it is sent: flag, stuffed octets and FCS, flag.

    ``accm`` maps the control octets 00-1F to escape, ``also`` lists further ones. Raises
    ``EncodeError`` for a frame of fewer than two octets, or when ``also`` holds 5E.
    """
    if len(octets) < DEFAULT_MINIMUM - 2:
        raise EncodeError(f"frame of {len(octets)} octets: address and control are missing")
    return _FLAG + _stuffer(accm, also)(append_fcs(octets)) + _FLAG


def _unstuff(octets: bytes) -> bytes:
    """Undo the stuffing of ``octets``, which do not end inside an escape."""
    if _ESCAPE not in octets:
        return octets
    # The two obligatory escapes, by far the most frequent; 5D last, because it puts a 7D in
    # place. They were all there was if every 7D has cost one octet.
    plain = octets.replace(b"\x7d\x5e", _FLAG).replace(b"\x7d\x5d", _ESCAPE)
    if len(octets) - len(plain) == octets.count(_ESCAPE):
        return plain
    return _ESCAPED.sub(lambda found: _INVERTED[found[1][0]], octets)


def _ends_in_escape(octets: bytes) -> bool:
    """Tell whether the last octet is a 7D that escapes what is still to come."""
    # In a run of 7Ds every second one is itself escaped.
    return bool((len(octets) - len(octets.rstrip(_ESCAPE))) & 1)


class _Phase(Enum):
    """What the octets that arrive are taken for."""

    HUNTING = "before the first flag"
    COLLECTING = "inside a frame"
    SKIPPING = "rest of a frame that is too long"


class OctetFramer:
    """Finds frames in a stream of octets.

    ``accm`` maps the control octets that are thrown away wherever they arrive, because a
    modem put them in; ``minimum`` and ``maximum`` are octets of a frame with its FCS.
    """

    __slots__ = ("_body", "_drop", "_escaped", "_inspector", "_noise", "_phase")

    def __init__(
        self, *, accm: int = 0, minimum: int = DEFAULT_MINIMUM, maximum: int = DEFAULT_MAXIMUM
    ) -> None:
        self._drop = _mapped(accm)
        self._inspector = Inspector(minimum, maximum)
        self._body = bytearray()
        self._escaped = False
        self._noise = False
        self._phase = _Phase.HUNTING

    @property
    def counters(self) -> Counters:
        """What has been found so far."""
        return self._inspector.counters()

    @property
    def buffered(self) -> int:
        """Octets kept of a frame that has not ended yet; never more than ``maximum``."""
        return len(self._body)

    def feed(self, octets: bytes) -> list[Received]:
        """Take what arrived; give the frames and damages that it ends, in order.

        A frame that grows too long is given as damage at once, everything else at its flag.
        """
        if self._drop:
            octets = octets.translate(None, self._drop)
        found: list[Received] = []
        pieces = octets.split(_FLAG)
        rest = pieces.pop()
        if pieces:
            if pieces[0]:
                self._collect(pieces[0], found)
            self._end(found)
            if len(pieces) > 1:
                self._whole(pieces, found)
        if rest:
            self._collect(rest, found)
        return found

    def _whole(self, pieces: list[bytes], found: list[Received]) -> None:
        """Take all pieces but the first, each of which stands between two flags.

        Most octets of a line pass here, so ``fcs_is_right`` is written out. What is usual, a
        good frame with the two obligatory escapes or none, is seen at a glance; everything
        else is looked at with care.
        """
        inspector = self._inspector
        minimum, maximum = inspector.minimum, inspector.maximum
        good = 0
        for piece in pieces[1:]:
            if not piece:  # two flags in a row
                continue
            body = piece
            if _ESCAPE in piece:
                body = piece.replace(b"\x7d\x5e", _FLAG)
                if _ESCAPE in body:
                    body = body.replace(b"\x7d\x5d", _ESCAPE)
                    if len(piece) - len(body) != piece.count(_ESCAPE):
                        found.append(self._inspect(piece))
                        continue
            if (
                crc_hqx(body.translate(REVERSED), ONES) == GOOD
                and minimum <= len(body) <= maximum
            ):
                good += 1
                found.append(Frame(body[:-FCS_SIZE]))
            else:
                found.append(inspector.judge(body))
        inspector.frames += good

    def _inspect(self, piece: bytes) -> Received:
        """Take all that stands between two flags, with escapes in it."""
        escaped = piece.endswith(_ESCAPE) and _ends_in_escape(piece)
        body = _unstuff(piece[:-1] if escaped else piece)
        if escaped and len(body) <= self._inspector.maximum:
            return self._inspector.damage(DamageKind.ABORT, body)
        return self._inspector.judge(body)

    def _collect(self, piece: bytes, found: list[Received]) -> None:
        """Add octets without a flag, one or more, to what stands before the next flag."""
        if self._phase is not _Phase.COLLECTING:
            self._noise = self._phase is _Phase.HUNTING
            return
        if self._escaped:
            self._body += _INVERTED[piece[0]]
            piece = piece[1:]
        self._escaped = _ends_in_escape(piece)
        room = self._inspector.maximum - len(self._body)
        # Stuffing at most doubles: what is longer than that needs no unstuffing to be refused.
        if len(piece) <= 2 * room + 1:
            self._body += _unstuff(piece[:-1] if self._escaped else piece)
            if len(self._body) <= self._inspector.maximum:
                return
        self._body.clear()
        self._escaped = False
        self._phase = _Phase.SKIPPING
        found.append(self._inspector.damage(DamageKind.LONG))

    def _end(self, found: list[Received]) -> None:
        """Take a flag."""
        if self._noise:
            found.append(self._inspector.damage(DamageKind.NOISE))
        elif self._escaped:
            found.append(self._inspector.damage(DamageKind.ABORT, bytes(self._body)))
        elif self._body:
            found.append(self._inspector.judge(bytes(self._body)))
        self._body.clear()
        self._escaped = self._noise = False
        self._phase = _Phase.COLLECTING
