"""Serial lines without hardware."""

from __future__ import annotations

import contextlib
import os
import pty
import selectors
import threading
import tty
from collections.abc import Iterator


@contextlib.contextmanager
def crossed_lines() -> Iterator[tuple[str, str]]:
    """Give two serial devices joined back to back."""
    ends = [pty.openpty() for _ in range(2)]
    for _, near in ends:
        tty.setraw(near)
    names = [os.ttyname(near) for _, near in ends]
    stop, tell = os.pipe()
    fars = [far for far, _ in ends]

    def carry() -> None:
        with selectors.DefaultSelector() as poll:
            for descriptor in (*fars, stop):
                poll.register(descriptor, selectors.EVENT_READ)
            while True:
                for key, _ in poll.select():
                    if key.fd == stop:
                        return
                    os.write(fars[1 - fars.index(key.fd)], os.read(key.fd, 4096))

    thread = threading.Thread(target=carry)
    thread.start()
    try:
        yield names[0], names[1]
    finally:
        os.write(tell, b"x")
        thread.join()
        for descriptor in (stop, tell, *(one for end in ends for one in end)):
            os.close(descriptor)
