"""The tracker: what the switch told becomes normalized events and object states."""

from cti.tracker.book import Stamp
from cti.tracker.tracker import GRACE, Tracker

__all__ = ["GRACE", "Stamp", "Tracker"]
