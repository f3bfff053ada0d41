"""The tracker: what the switch told becomes normalized events and object states."""

from cti.tracker.book import Stamp
from cti.tracker.times import Times
from cti.tracker.tracker import Tracker

__all__ = ["Stamp", "Times", "Tracker"]
