"""Moments: nanoseconds since 1970 in UTC inside, RFC 3339 text outside."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

SECOND: Final = 1_000_000_000
"""Nanoseconds of a second."""


def text(moment: int) -> str:
    """Write a moment as RFC 3339 with nanoseconds, in UTC."""
    seconds, rest = divmod(moment, SECOND)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def parse(written: str) -> int:
    """Read ISO 8601 text, in UTC where it names no zone.

    Raise ``ValueError`` if it is none.
    """
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86400 + delta.seconds) * SECOND + delta.microseconds * 1000
