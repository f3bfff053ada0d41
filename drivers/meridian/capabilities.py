"""What a link of this style can do, by release, services and what the switch answered."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import UNSET

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
from drivers.meridian.arguments import WRITTEN
from drivers.meridian.errors import PROTOCOL
from drivers.meridian.settings import DEVICES, Settings
from protocols.meridian.values import Service, StatusEvent

_E = StatusEvent

_BASIC: Final = frozenset(
    {
        *("answer", "hold", "retrieve", "consult", "transfer", "conference"),
        *("blind_transfer", "clear_connection"),
    }
)
_SERVICES: Final[dict[str, frozenset[Service]]] = {
    "make_call": frozenset({Service.OUTBOUND}),
    **dict.fromkeys(_BASIC, frozenset({Service.INBOUND, Service.OUTBOUND})),
    **dict.fromkeys(
        ("route_select", "route_end", "route_treatment", "redirect"),
        frozenset({Service.ROUTING}),
    ),
}
"""Services of which one is needed, by verb (section 5.2)."""
_OWN: Final = frozenset(
    {"monitor_start", "monitor_stop", "route_register", "route_unregister", "route_end"}
)
"""Verbs that are no single request."""
_NOTES: Final = {
    "consult": "the purpose is told to the switch: any is a transfer",
    "redirect": "only of a call that waits for a route at a controlled DN",
    "route_end": "nothing is sent: the switch goes on by itself when its time is over",
    "route_treatment": "ringback, silence and music",
    "set_dnd": "make set busy, which logs an agent off",
    "set_forwarding": "kind all only",
    "private": "any request by its message and body, such as ProvideTone or PlayPrompt",
    "query_queue": "message assigned by this project: no document has one",
    "send_dtmf": "the link has no such message",
}
_STATUS: Final[dict[str, tuple[StatusEvent, Support]]] = {
    "connection.retrieved": (_E.RETRIEVE, Support.NATIVE),
    "connection.held": (_E.HOLD, Support.NATIVE),
    "connection.diverted": (_E.UNRINGING, Support.INFERRED),
    "call.transferred": (_E.TRANSFER_COMPLETED_TO, Support.INFERRED),
    "call.conferenced": (_E.CONFERENCE_COMPLETED_TO, Support.INFERRED),
    "call.merged": (_E.TRANSFER_COMPLETED_TO, Support.INFERRED),
}
"""Events of the model that hang on a status event, which a release may not have."""
_BELOW: Final = {"connection.retrieved": Support.INFERRED}
"""What is left of them before that release."""
_EVENTS: Final[dict[str, Support]] = {
    **dict.fromkeys(
        (
            *("connection.alerting", "connection.connected", "connection.cleared"),
            *("agent.logged_on", "agent.logged_off", "agent.state_changed"),
            *("route.requested", "route.used", "route.ended", "device.hook_changed"),
            "switch.status",
        ),
        Support.NATIVE,
    ),
    **dict.fromkeys(
        ("connection.initiated", "connection.originated"),
        Support.INFERRED,
    ),
    **dict.fromkeys(
        (
            *("connection.queued", "device.dnd_changed", "device.forwarding_changed"),
            *("device.mwi_changed", "call.digits"),
        ),
        Support.UNKNOWN,
    ),
    **dict.fromkeys(
        (
            *("connection.failed", "connection.offered", "connection.bridged", "call.charged"),
            "connection.network_reached",
            *("device.in_service", "device.out_of_service", "device.capabilities_changed"),
        ),
        Support.UNSUPPORTED,
    ),
}


def document(settings: Settings, *, observing: bool = False) -> Capabilities:
    """Write the capability document of a link."""
    dialect, profile = settings.dialect, settings.profile
    return Capabilities(
        protocol=PROTOCOL,
        version=profile.profile,
        peer=Peer("Nortel", dialect.product, f"X11 {dialect.x11_release}"),
        source=(f"profile:{profile.profile}", f"dialect:{dialect.name}"),
        commands={verb: _command(verb, settings, observing=observing) for verb in VERBS},
        events={name: EventSupport(_event(name, settings)) for name in EVENTS},
        fields={
            "octets": profile.codes_are,
            "cause": "inferred from the order of status events",
            "calling_number": "where the switch knows it",
            "answer": "assumed over trunks without answer supervision",
            **({"silences": "; ".join(dialect.silences)} if dialect.silences else {}),
        },
        resync=Resync(),
        limits=Limits(monitors=DEVICES, outstanding=settings.outstanding),
    )


def _event(name: str, settings: Settings) -> Support:
    if name not in _STATUS:
        return _EVENTS.get(name, Support.EMULATED)
    event, support = _STATUS[name]
    if settings.profile.first_release(event) <= settings.dialect.x11_release:
        return support
    return _BELOW.get(name, Support.UNSUPPORTED)


def _command(verb: str, settings: Settings, *, observing: bool) -> CommandSupport:
    def none(note: str) -> CommandSupport:
        return CommandSupport(Support.UNSUPPORTED, note=note)

    if observing:
        return none("the link is only observed")
    if verb not in WRITTEN and verb not in _OWN:
        return none(_NOTES.get(verb, "the link has no such message"))
    needed = _SERVICES.get(verb)
    if needed is not None and needed.isdisjoint(settings.services):
        names = " or ".join(sorted(one.value for one in needed))
        return none(f"the association is not registered for {names}")
    if verb == "hold" and not settings.dialect.host_hold:
        return none("a host holds calls from X11 release 22 on")
    note = _NOTES.get(verb, UNSET)
    own = Support.EMULATED if verb == "route_end" else Support.NATIVE
    return CommandSupport(own, note=note)


class Known:
    """What is known of a live link."""

    def __init__(self, settings: Settings, *, observing: bool = False) -> None:
        self.document = document(settings, observing=observing)

    def serves(self, verb: str) -> bool:
        """Tell whether it makes sense to send a verb."""
        found = self.document.commands.get(verb)
        return found is not None and found.support is not Support.UNSUPPORTED

    def named(self, machine: str) -> bool:
        """Take how the other end names itself; tell whether that is news."""
        peer = self.document.peer
        product = f"{peer.product.partition(' (')[0]} ({machine})"
        if product == peer.product:
            return False
        peer = msgspec.structs.replace(peer, product=product)
        self.document = msgspec.structs.replace(self.document, peer=peer)
        return True
