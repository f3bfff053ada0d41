"""What a CSTA phase III link can do, by what is known of it so far."""

from __future__ import annotations

from typing import Final

from cti.model.capabilities import (
    Capabilities,
    CommandSupport,
    EventSupport,
    Limits,
    Peer,
    Resync,
    Support,
)
from cti.model.commands import VERBS
from cti.model.events import EVENTS
from drivers.csta.dialects import Dialect

NATIVE_EVENTS: Final = frozenset(
    {
        "agent.logged_off",
        "agent.logged_on",
        "agent.state_changed",
        "call.charged",
        "call.conferenced",
        "call.data_changed",
        "call.digits",
        "call.transferred",
        "connection.alerting",
        "connection.bridged",
        "connection.cleared",
        "connection.connected",
        "connection.diverted",
        "connection.failed",
        "connection.held",
        "connection.initiated",
        "connection.network_reached",
        "connection.offered",
        "connection.originated",
        "connection.queued",
        "connection.retrieved",
        "device.capabilities_changed",
        "device.dnd_changed",
        "device.forwarding_changed",
        "device.hook_changed",
        "device.in_service",
        "device.mwi_changed",
        "device.out_of_service",
        "route.ended",
        "route.requested",
        "route.used",
        "switch.status",
    }
)
"""Events that phase III has a message for; whether a switch sends it is learned by watching."""


def observed(dialect: Dialect, version: str, peer: Peer) -> Capabilities:
    """Describe a link that is only observed: events, and no commands."""
    return Capabilities(
        protocol="csta3-ber",
        version=version,
        peer=peer,
        source=(f"profile:{dialect.name}", *(("negotiated",) if version else ())),
        commands={
            verb: CommandSupport(Support.UNSUPPORTED, note="the link is only observed")
            for verb in VERBS
        },
        events={
            name: EventSupport(Support.UNKNOWN if name in NATIVE_EVENTS else Support.EMULATED)
            for name in EVENTS
        },
        fields={},
        resync=Resync(),
        limits=Limits(),
    )
