"""What application developers hold in their hands.

``Client`` works on asyncio; ``cti.client.twisted.Client`` is the same on Twisted. Both read
typed events, mirror states and give commands; docs/client.md shows how.
"""

from cti.client.asynchronous import Client
from cti.client.errors import (
    BrokerUnreachable,
    ClientError,
    CommandCancelled,
    CommandError,
    CommandFailed,
    CommandRejected,
    CommandUnknown,
    SubscriptionRefused,
)
from cti.client.mirror import Mirror
from cti.client.stream import Stream
from cti.client.values import Changed, Gap, Told

__all__ = [
    "BrokerUnreachable",
    "Changed",
    "Client",
    "ClientError",
    "CommandCancelled",
    "CommandError",
    "CommandFailed",
    "CommandRejected",
    "CommandUnknown",
    "Gap",
    "Mirror",
    "Stream",
    "SubscriptionRefused",
    "Told",
]
