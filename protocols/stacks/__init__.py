"""Stacks: layers joined into one message link, for either side.

Each is made by a function without arguments that an entry point of the group ``cti.stacks``
names; ``primitives`` has what all of them take and return.
"""

from protocols.stacks.framing import hipath, length16

__all__ = ["hipath", "length16"]
