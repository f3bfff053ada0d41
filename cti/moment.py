"""Moments: nanoseconds since 1970 in UTC inside, RFC 3339 text outside."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

SECOND: Final = 1_000_000_000
"""Nanoseconds of a second."""

_FRACTION: Final = re.compile(r"(?<=:\d\d)[.,](?P<digits>[0-9]+)(?=$|Z|[+-])")


def text(moment: int) -> str:
    """Write a moment as RFC 3339 with nanoseconds, in UTC."""
    seconds, rest = divmod(moment, SECOND)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def parse(written: str) -> int:
    """Read ISO 8601 text, in UTC where it names no zone; fractions to the nanosecond.

    Raise ``ValueError`` if it is none.
    """
    fraction = 0
    if (found := _FRACTION.search(written)) is not None:
        fraction = int(found["digits"][:9].ljust(9, "0"))
        written = written[: found.start()] + written[found.end() :]
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return of(moment) + fraction


def of(time: datetime) -> int:
    """Give the moment of a time with a zone."""
    delta = time - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86400 + delta.seconds) * SECOND + delta.microseconds * 1000
