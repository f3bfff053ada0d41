"""The sending side of numbered transfer: V(S), V(A) and what lies between them.

LAPB and LAPD have this in common (X.25 2.4.5, Q.921 5.6); when a frame goes out, and which
timer watches it, they settle each for themselves.
"""

from __future__ import annotations

from collections import deque


class Window:
    """What waits to be sent or acknowledged, and the numbers of it."""

    __slots__ = ("_ever", "_modulo", "_sent", "queue", "va")

    def __init__(self, modulo: int) -> None:
        self._modulo = modulo
        self.queue: deque[bytes] = deque()
        """Fields of I frames, from V(A) on."""
        self.reset(keep_queue=False)

    def reset(self, *, keep_queue: bool = False) -> None:
        """Zero the variables."""
        self.va = 0
        """V(A): number of the oldest unacknowledged I frame."""
        self._sent = 0  # V(S) - V(A)
        self._ever = 0  # the same for the highest V(S) there was, before going back
        if not keep_queue:
            self.queue.clear()

    @property
    def vs(self) -> int:
        """V(S): number of the next I frame to send."""
        return (self.va + self._sent) % self._modulo

    @property
    def outstanding(self) -> bool:
        """Whether anything that was ever sent is not acknowledged."""
        return self._ever > 0

    def open(self, k: int) -> bool:
        """Tell whether a frame waits that a window of ``k`` lets out."""
        return self._sent < min(k, len(self.queue))

    def next(self) -> tuple[int, bytes]:
        """Send: give N(S) and the field of the next frame; only while ``open``."""
        ns, data = self.vs, self.queue[self._sent]
        self._sent += 1
        self._ever = max(self._ever, self._sent)
        return ns, data

    def valid(self, nr: int) -> bool:
        """Tell whether N(R) lies between V(A) and the highest V(S) there was."""
        return (nr - self.va) % self._modulo <= self._ever

    def acknowledge(self, nr: int) -> bool:
        """Take a valid N(R); tell whether it acknowledged anything."""
        count = (nr - self.va) % self._modulo
        for _ in range(count):
            self.queue.popleft()
        self.va = nr
        self._sent = max(self._sent - count, 0)
        self._ever -= count
        return count > 0

    def go_back(self) -> None:
        """Set V(S) to V(A), so that everything unacknowledged is sent again."""
        self._sent = 0
