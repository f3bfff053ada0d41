"""Transports: an address becomes a stream of octets that is kept up.

``stream`` keeps one stream, ``endpoints`` knows the addresses, ``serial`` and ``hdlc`` are the
lines that are no socket of TCP, and ``loss`` says why there is no connection.
"""

from cti.transport.endpoints import endpoint_for, stream_for
from cti.transport.loss import Cause, Loss, loss_of
from cti.transport.stream import Listener, Settings, Transport

__all__ = [
    "Cause",
    "Listener",
    "Loss",
    "Settings",
    "Transport",
    "endpoint_for",
    "loss_of",
    "stream_for",
]
