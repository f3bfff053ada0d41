"""Serial lines without hardware."""

from __future__ import annotations

import contextlib
import os
import pty
import selectors
import threading
import time
import tty
from collections.abc import Iterator

_TICK = 0.005
"""Seconds between two portions on a line with a rate."""


class _Way:
    """One direction of a line: as many octets as its rate lets through."""

    def __init__(self, speed: int) -> None:
        self._every = 10 / speed if speed else 0.0  # start bit, eight bits, stop bit
        self._free_at = 0.0
        self.waiting = b""

    def put(self, octets: bytes, now: float) -> None:
        if not self.waiting:
            self._free_at = max(self._free_at, now)
        self.waiting += octets

    def take(self, now: float) -> bytes:
        count = len(self.waiting)
        if self._every:
            count = min(count, int((now - self._free_at) / self._every))
            self._free_at += count * self._every
        taken, self.waiting = self.waiting[:count], self.waiting[count:]
        return taken


@contextlib.contextmanager
def crossed_lines(speed: int = 0) -> Iterator[tuple[str, str]]:
    """Give two serial devices joined back to back.

    With a ``speed`` in bit/s the line is as slow as that, which a pty alone is not.
    """
    ends = [pty.openpty() for _ in range(2)]
    for _, near in ends:
        tty.setraw(near)
    names = [os.ttyname(near) for _, near in ends]
    stop, tell = os.pipe()
    fars = [far for far, _ in ends]

    def carry() -> None:
        ways = {far: _Way(speed) for far in fars}
        with selectors.DefaultSelector() as poll:
            for descriptor in (*fars, stop):
                poll.register(descriptor, selectors.EVENT_READ)
            while True:
                waits = any(way.waiting for way in ways.values())
                for key, _ in poll.select(_TICK if waits else None):
                    if key.fd == stop:
                        return
                    ways[key.fd].put(os.read(key.fd, 4096), time.monotonic())
                for near, way in ways.items():
                    os.write(fars[1 - fars.index(near)], way.take(time.monotonic()))

    thread = threading.Thread(target=carry)
    thread.start()
    try:
        yield names[0], names[1]
    finally:
        os.write(tell, b"x")
        thread.join()
        for descriptor in (stop, tell, *(one for end in ends for one in end)):
            os.close(descriptor)
