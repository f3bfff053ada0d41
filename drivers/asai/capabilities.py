"""What an ASAI link can do: by release, by profile, and by what the switch refused."""

from __future__ import annotations

from typing import Final

import msgspec

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
from drivers.asai.settings import Settings
from protocols.asai.codes import Mark
from protocols.asai.names import (
    CallOptionName,
    DomainType,
    ElementName,
    EventName,
    FeatureName,
    ItemName,
    Name,
    Operation,
    VersionName,
)

_OP, _E, _I, _F = Operation, EventName, ItemName, FeatureName
_QUERY: Final[tuple[Name, ...]] = (_OP.VALUE_QUERY, DomainType.EXTENSION)

NEEDS: Final[dict[str, tuple[Name, ...]]] = {
    "answer": (_OP.ANSWER,),
    "clear_call": (_OP.TAKE_CONTROL, _OP.CLEAR_CALL),
    "clear_connection": (_OP.SELECTIVE_DROP,),
    "conference": (_OP.MERGE, CallOptionName.CONFERENCE),
    "deflect": (_OP.REDIRECT,),
    "hold": (_OP.SELECTIVE_HOLD,),
    "login": (_OP.REQUEST_FEATURE, _F.LOGIN),
    "logout": (_OP.REQUEST_FEATURE, _F.LOGOUT),
    "make_call": (_OP.AUTO_DIAL,),
    "make_predictive_call": (_OP.MAKE_CALL, CallOptionName.SWITCH_CLASSIFIED),
    "monitor_start": (_OP.DOMAIN_CONTROL, DomainType.EXTENSION),
    "monitor_stop": (_OP.DOMAIN_CONTROL, DomainType.EXTENSION),
    "query_agent": (*_QUERY, _I.AGENT_STATUS),
    "query_device": (*_QUERY, _I.EXTENSION_INFORMATION),
    "query_dnd": (*_QUERY, _I.SEND_ALL_CALLS),
    "query_forwarding": (*_QUERY, _I.FORWARDING),
    "query_mwi": (*_QUERY, _I.MESSAGE_WAITING),
    "query_queue": (_OP.VALUE_QUERY, DomainType.SPLIT, _I.SPLIT_STATUS),
    "redirect": (_OP.REDIRECT,),
    "retrieve": (_OP.RECONNECT,),
    "route_end": (_OP.ROUTE, _OP.ROUTE_END),
    "route_select": (_OP.ROUTE, _OP.ROUTE_SELECT),
    "send_dtmf": (_OP.SEND_DTMF, ElementName.DTMF),
    "set_agent_state": (_OP.REQUEST_FEATURE, _F.CHANGE_WORK_MODE, ElementName.WORK_MODE),
    "set_dnd": (_OP.REQUEST_FEATURE, _F.SEND_ALL_CALLS),
    "set_forwarding": (_OP.REQUEST_FEATURE, _F.CALL_FORWARDING),
    "set_mwi": (_OP.SET_VALUE, _I.MESSAGE_WAITING),
    "single_step_conference": (_OP.SINGLE_STEP_CONFERENCE,),
    "snapshot_call": (_OP.VALUE_QUERY, _I.PARTY_IDENTIFICATION),
    "snapshot_device": (*_QUERY, _I.CALL_INFORMATION),
    "transfer": (_OP.MERGE, CallOptionName.TRANSFER),
}
"""Verbs that ASAI serves, with the codes that it needs for them."""

_NOTES: Final = {
    "make_call": "auto dial at a monitored station, else 3P make call",
    "query_queue": "calls that wait, agents that are free, agents",
    "set_agent_state": "ready is auto-in; there is no place for a reason",
    "set_dnd": "send all calls",
    "set_forwarding": "all calls only",
    "set_mwi": "any message service",
}
_MISSING: Final = {
    "route_treatment": "digits are collected together with a route only",
}
"""Why there is nothing for a verb."""

_EVENTS: Final[dict[str, tuple[EventName, ...]]] = {
    "agent.logged_off": (_E.LOGOUT,),
    "agent.logged_on": (_E.LOGIN,),
    "call.charged": (_E.CHARGING,),
    "call.conferenced": (_E.CONFERENCED,),
    "call.digits": (_E.ENTERED_DIGITS,),
    "call.transferred": (_E.TRANSFERRED,),
    "connection.alerting": (_E.ALERTING,),
    "connection.cleared": (_E.DROP,),
    "connection.connected": (_E.CONNECTED,),
    "connection.diverted": (_E.CALL_REDIRECTED,),
    "connection.failed": (_E.BUSY, _E.REORDER),
    "connection.held": (_E.HOLD,),
    "connection.initiated": (_E.CALL_INITIATED,),
    "connection.network_reached": (_E.TRUNK_SEIZED,),
    "connection.originated": (_E.CALL_ORIGINATED,),
    "connection.queued": (_E.QUEUED, _E.CALL_OFFERED),
    "connection.retrieved": (_E.RECONNECTED,),
}
"""Events that have a report."""


def observed(settings: Settings) -> Capabilities:
    """Describe a link that is only observed: events, and no commands."""
    document = Known(settings).document
    commands = {
        verb: CommandSupport(Support.UNSUPPORTED, note="the link is only observed")
        for verb in VERBS
    }
    return msgspec.structs.replace(document, commands=commands, resync=Resync())


class Known:
    """What is known of one link; grows with the answers of the switch."""

    def __init__(self, settings: Settings) -> None:
        self._settings: Final = settings
        self.document = self._profile(None)

    def started(self, version: VersionName | None) -> None:
        """Begin anew with the version of the link."""
        self.document = self._profile(version)

    def _profile(self, version: VersionName | None) -> Capabilities:
        settings = self._settings
        dialect = settings.dialect
        counts = settings.profile.counts()
        profile = "strict" if settings.strict else "laboratory"
        commands = {verb: self._support(verb) for verb in VERBS}
        return Capabilities(
            protocol=settings.protocol,
            version="" if version is None else f"link version {version}",
            peer=Peer("AT&T, Lucent, Avaya", "DEFINITY", dialect.release),
            source=(f"profile:{dialect.name}", f"codes:{profile}"),
            commands=commands,
            events={name: self._event(name) for name in EVENTS},
            fields={
                "agent_state": "from polls and own requests",
                "called_number": "as told",
                "calling_number": "none for most callers behind trunks",
                "codes": ", ".join(f"{counts[mark]} {mark}" for mark in Mark),
                "redirection": "not told for forwarding and coverage; inferred from alerting",
                "global_ref": "UCID where the switch is administered to send it",
            },
            resync=Resync(
                device_snapshot=True,
                call_snapshot=_serves(commands, "snapshot_call"),
                agent_query=_serves(commands, "query_agent"),
            ),
            limits=Limits(
                monitors=(1 << 8 * settings.crv_octets - 1) - 33,
                outstanding=settings.outstanding,
                conference_parties=6,
                uui_octets=dialect.uui,
            ),
        )

    def _event(self, name: str) -> EventSupport:
        settings = self._settings
        if name == "agent.state_changed":
            if not settings.profile.has(_I.AGENT_STATUS):
                return EventSupport(Support.UNSUPPORTED)
            return EventSupport(Support.POLLED, settings.timers.agent_poll)
        if name in ("route.requested", "route.ended"):
            native = settings.profile.has(_OP.ROUTE)
            return EventSupport(Support.NATIVE if native else Support.UNSUPPORTED)
        reports = _EVENTS.get(name)
        if reports is None:
            return EventSupport(Support.EMULATED)
        known = any(settings.profile.has(report) for report in reports)
        return EventSupport(Support.NATIVE if known else Support.UNSUPPORTED)

    def _support(self, verb: str) -> CommandSupport:
        dialect, note = self._settings.dialect, _NOTES.get(verb, msgspec.UNSET)
        needs = NEEDS.get(verb)
        if needs is None:
            missing = _MISSING.get(verb, "ASAI has nothing for it")
            return CommandSupport(Support.UNSUPPORTED, note=missing)
        if verb in ("deflect", "redirect") and not dialect.redirect:
            return CommandSupport(Support.UNSUPPORTED, note="redirect came with G3V4")
        if verb == "single_step_conference" and not dialect.single_step_conference:
            return CommandSupport(Support.UNSUPPORTED, note="it came with Release 6")
        lacking = [name for name in needs if not self._settings.profile.has(name)]
        if lacking:
            words = ", ".join(str(name) for name in lacking)
            return CommandSupport(
                Support.UNSUPPORTED, note=f"code not public and not given: {words}"
            )
        return CommandSupport(Support.UNKNOWN, note=note)

    def serves(self, verb: str) -> bool:
        """Tell whether it makes sense to send a verb."""
        return _serves(self.document.commands, verb)

    def why_not(self, verb: str) -> str:
        """Say why a verb is not served."""
        found = self.document.commands.get(verb)
        note = "" if found is None or found.note is msgspec.UNSET else f": {found.note}"
        return f"{verb} is not supported by this link{note}"

    def learned(self, verb: str, *, worked: bool) -> bool:
        """Take that a verb worked, or that the switch does not know it; tell if it is news."""
        found = self.document.commands.get(verb)
        if found is None or found.support is not Support.UNKNOWN:
            return False
        support = Support.NATIVE if worked else Support.UNSUPPORTED
        note = found.note if worked else "the switch does not know it"
        commands = {**self.document.commands, verb: CommandSupport(support, note=note)}
        source = self.document.source
        self.document = msgspec.structs.replace(
            self.document,
            commands=commands,
            source=source if "observed" in source else (*source, "observed"),
        )
        return True


def _serves(commands: dict[str, CommandSupport], verb: str) -> bool:
    found = commands.get(verb)
    return found is not None and found.support is not Support.UNSUPPORTED
