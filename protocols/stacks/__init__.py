"""Stacks: layers joined into one message link, for either side.

Each is made by a function that an entry point of the group ``cti.stacks`` names; it takes the
keys of the stack. ``primitives`` has what all stacks take and return.
"""

from protocols.stacks.dchannel import dchannel
from protocols.stacks.framing import hipath, length16, meridian
from protocols.stacks.omnipcx import omnipcx
from protocols.stacks.tunnel import tunnel_stack
from protocols.stacks.x25_line import x25_hdlc, x25_serial
from protocols.stacks.x25_tcp import xot

__all__ = [
    "dchannel",
    "hipath",
    "length16",
    "meridian",
    "omnipcx",
    "tunnel_stack",
    "x25_hdlc",
    "x25_serial",
    "xot",
]
