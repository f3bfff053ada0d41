"""What a CSTA phase III link can do, by what is known of it so far."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

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
from drivers.csta.dialects import Dialect, Phase
from drivers.csta.settings import Settings

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

MAPPED: Final = frozenset(
    {
        "alternate",
        "answer",
        "blind_transfer",
        "call_back",
        "camp_on",
        "clear_call",
        "clear_connection",
        "conference",
        "consult",
        "deflect",
        "group_pickup",
        "hold",
        "intrude",
        "login",
        "logout",
        "make_call",
        "make_predictive_call",
        "monitor_start",
        "monitor_stop",
        "park",
        "pickup",
        "private",
        "query_agent",
        "query_device",
        "query_dnd",
        "query_forwarding",
        "query_mwi",
        "reconnect",
        "redirect",
        "retrieve",
        "route_end",
        "route_register",
        "route_select",
        "route_unregister",
        "send_dtmf",
        "set_agent_state",
        "set_dnd",
        "set_forwarding",
        "set_mwi",
        "single_step_conference",
        "snapshot_call",
        "snapshot_device",
        "transfer",
        "unpark",
    }
)
"""Verbs that phase III has a service for."""

_NOTES: Final = {
    "make_predictive_call": "events do not tell a machine from a person",
    "query_device": "the kind of device, and how many calls it can have",
    "set_agent_state": "the service has no place for a reason",
    "unpark": "by picking the call up from where it is parked",
}
_MISSING: Final = {
    "query_queue": "phase III asks no queue; a queued event tells how many wait",
    "route_treatment": "phase III cannot play or collect before a route is selected",
}
"""Why there is no service for a verb."""


_REGISTERS: Final = frozenset({"route_register", "route_unregister"})
_UNREGISTERED: Final = "in this phase route requests come without a registration"
LACKING: Final = {
    "I": _REGISTERS | {"blind_transfer", "park", "send_dtmf", "single_step_conference"},
    "II": _REGISTERS,
}
"""Verbs that phase III has a service for, and an older phase has not."""


def observed(dialect: Dialect, version: str, peer: Peer) -> Capabilities:
    """Describe a link that is only observed: events, and no commands."""
    return Capabilities(
        protocol=dialect.phase.protocol,
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


class Known:
    """What is known of a live link; grows with the answers of the switch."""

    def __init__(self, settings: Settings) -> None:
        self._dialect = dialect = settings.dialect
        rate = settings.resync.rate
        self._limits = Limits(
            outstanding=settings.outstanding, messages_per_s=UNSET if rate is None else rate
        )
        self.document = self._profile("", Peer(dialect.vendor, dialect.product))

    def negotiated(self, version: str, peer: Peer) -> None:
        """Begin anew with what the association told; another release may answer."""
        self.document = self._profile(version, peer)

    def _profile(self, version: str, peer: Peer) -> Capabilities:
        document = observed(self._dialect, version, peer)
        commands = {verb: self._support(verb) for verb in VERBS}
        return msgspec.structs.replace(
            document,
            commands=commands,
            resync=_resync(commands),
            limits=self._limits,
        )

    def _support(self, verb: str) -> CommandSupport:
        note = _NOTES.get(verb, UNSET)
        if verb not in MAPPED:
            missing = _MISSING.get(verb, "phase III has no such service here")
            return CommandSupport(Support.UNSUPPORTED, note=missing)
        phase = self._dialect.phase.standard
        if verb in LACKING.get(phase, ()):
            note = _UNREGISTERED if verb in _REGISTERS else f"phase {phase} has no such service"
            return CommandSupport(Support.UNSUPPORTED, note=note)
        if verb in self._dialect.unsupported:
            return CommandSupport(
                Support.UNSUPPORTED, note="this family of switches refuses it"
            )
        native = verb in self._dialect.native
        # The services of phases I and II have no word for how the set goes off-hook.
        moded = verb == "make_call" and self._dialect.phase is Phase.III
        modes = ("prompt", "auto_originate") if moded else UNSET
        support = Support.NATIVE if native else Support.UNKNOWN
        return CommandSupport(support, modes=modes, note=note)

    def support(self, verb: str) -> Support:
        """Tell how a verb is served."""
        found = self.document.commands.get(verb)
        return Support.UNSUPPORTED if found is None else found.support

    def serves(self, verb: str) -> bool:
        """Tell whether it makes sense to send a verb."""
        return self.support(verb) is not Support.UNSUPPORTED

    def worked(self, verb: str) -> bool:
        """Take that a verb succeeded; tell whether that is news."""
        if self.support(verb) is not Support.UNKNOWN:
            return False
        self._change(verb, Support.NATIVE, _NOTES.get(verb, UNSET))
        return True

    def refused(self, verb: str) -> bool:
        """Take that the switch does not know a verb; tell whether that is news."""
        if self.support(verb) is Support.UNSUPPORTED:
            return False
        self._change(verb, Support.UNSUPPORTED, "the switch does not know the service")
        return True

    def monitors(self, limit: int) -> bool:
        """Take how many monitors the switch allows; tell whether that is news."""
        if self.document.limits.monitors == limit:
            return False
        limits = msgspec.structs.replace(self.document.limits, monitors=limit)
        self.document = msgspec.structs.replace(self.document, limits=limits)
        return True

    def _change(self, verb: str, support: Support, note: str | UnsetType) -> None:
        known = self.document.commands[verb]
        changed = msgspec.structs.replace(known, support=support, note=note)
        commands = {**self.document.commands, verb: changed}
        source = self.document.source
        self.document = msgspec.structs.replace(
            self.document,
            commands=commands,
            resync=_resync(commands),
            source=source if "observed" in source else (*source, "observed"),
        )


def _resync(commands: dict[str, CommandSupport]) -> Resync:
    """Tell what can be asked: all that the switch has not refused."""

    def asked(verb: str) -> bool:
        return commands[verb].support is not Support.UNSUPPORTED

    return Resync(
        device_snapshot=asked("snapshot_device"),
        call_snapshot=asked("snapshot_call"),
        agent_query=asked("query_agent"),
    )
