"""Fold published events and assert at every one that the rules of all events hold."""

from __future__ import annotations

import msgspec

from cti.model import events as ev
from sim.kit import fold


class Fold(fold.Fold):
    """The kit's fold for events that are no JSON yet; a broken rule fails the test."""

    def __init__(self) -> None:
        super().__init__(linked=False)

    def tell(self, event: ev.Event) -> None:
        """Take one event."""
        self.take(msgspec.to_builtins(event))
        assert not self.problems, self.problems
