"""The store: what a switch's Engine knew, on disk, so that a restart goes on from it."""

from cti.store.errors import StoreError
from cti.store.store import Store, Summary

__all__ = ["Store", "StoreError", "Summary"]
