"""The CSTA driver: association, requests and monitors around the mapping.

Phase III (ECMA-285) over the framing of the dialect. It observes: it is told what both sides
said, and reports what the switch told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from typing_extensions import override

from cti import driver as dr
from cti import facts as f
from cti.facts import NativeDevice
from cti.model.capabilities import Capabilities, Peer
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState, Origin
from drivers.csta import requests
from drivers.csta.capabilities import observed
from drivers.csta.dialects import DIALECTS, STANDARD
from drivers.csta.errors import describe
from drivers.csta.identifiers import device_of
from drivers.csta.mapping import map_event
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import (
    ROSE,
    Aare,
    Aarq,
    Abrt,
    Invoke,
    Operation,
    Pdu,
    Reject,
    ReturnError,
    ReturnResult,
    Rlre,
    Rlrq,
    SlowPath,
    decode,
)
from protocols.errors import DecodeError

OUTSTANDING: Final = 1000
"""Requests of the observed client that are remembered; beyond that the oldest go."""
MONITORS: Final = 20_000
"""Cross references that are remembered."""

_AARQ: Final = 0x60
_AARE: Final = 0x61

_REFUSALS: Final = {
    2: "application context not supported",
    11: "authentication mechanism not recognized",
    12: "authentication mechanism required",
    13: "authentication failure",
    14: "authentication required",
}
"""Diagnostics of the association's user (X.227) that trying again does not cure."""


class CstaDriver(dr.SwitchDriver):
    """One CSTA phase III link, observed."""

    protocol = "csta3-ber"

    @override
    def __init__(self, config: Mapping[str, Any], *, observing: bool = False) -> None:
        settings = dict(config)
        name = settings.pop("dialect", STANDARD.name)
        dialect = DIALECTS.get(name)
        if dialect is None:
            raise dr.DriverError(f"dialect: {name!r} is none of {', '.join(sorted(DIALECTS))}")
        if settings:
            raise dr.DriverError(f"{min(settings)}: no such key")
        if not observing:
            raise dr.DriverError("the csta driver can only observe a recorded link so far")
        self._dialect = dialect
        self.stack = dialect.stack
        self._slow_path = SlowPath()
        self._capabilities = observed(dialect, "", Peer(dialect.vendor, dialect.product))
        self._asked: dict[int, Invoke] = {}
        self._client_seen = False
        self._monitors: dict[bytes, NativeDevice | None] = {}

    @property
    @override
    def capabilities(self) -> Capabilities:
        return self._capabilities

    @override
    def begins_connection(self, pdu: bytes, *, sent: bool) -> bool:
        """Recognise an AARQ, and an AARE to an AARQ that the trace does not have."""
        first = pdu[:1]
        if sent:
            return first == bytes((_AARQ,))
        return first == bytes((_AARE,)) and not self._client_seen

    @override
    def handle(self, event: dr.Event) -> list[dr.Action]:
        match event:
            case dr.PduReceived(octets):
                pdu, actions = self._decode(octets)
                return actions if pdu is None else actions + self._received(pdu)
            case dr.PduSent(octets):
                self._client_seen = True
                pdu, actions = self._decode(octets)
                if pdu is not None:
                    self._sent(pdu)
                return actions
            case dr.LinkUp():
                self._forget()
                return [dr.StateChanged(LinkState.OPENING)]
            case dr.LinkDown():
                self._forget()
                return []
            case dr.CommandRequested(token, command):
                error = Error(
                    ErrorClass.UNSUPPORTED, f"{command.verb}: the link is only observed"
                )
                return [dr.Outcome(token, Result(EndState.REJECTED, error=error))]
            case dr.TimerExpired() | dr.StopRequested():
                return []

    def _forget(self) -> None:
        """Begin anew: nothing of an association outlives it."""
        self._asked.clear()
        self._monitors.clear()
        self._client_seen = False

    def _decode(self, octets: bytes) -> tuple[Pdu | None, list[dr.Action]]:
        slow = self._slow_path.count
        try:
            pdu = decode(octets, self._slow_path)
        except DecodeError as error:
            anomaly = dr.Anomaly(
                dr.AnomalyKind.UNDECODABLE, error.message, error.offset, error.clause
            )
            return None, [anomaly]
        if self._slow_path.count != slow:
            detail = "encoding that only the slow decoder reads"
            return pdu, [dr.Anomaly(dr.AnomalyKind.SLOW_PATH, detail)]
        return pdu, []

    # What the client said.

    def _sent(self, pdu: Pdu) -> None:
        if isinstance(pdu, Invoke):
            self._asked.pop(pdu.invoke_id, None)
            self._asked[pdu.invoke_id] = pdu
            if len(self._asked) > OUTSTANDING:
                del self._asked[next(iter(self._asked))]

    # What the switch said.

    def _received(self, pdu: Pdu) -> list[dr.Action]:
        match pdu:
            case Invoke(operation=Operation.CSTA_EVENT_REPORT):
                return self._event(pdu)
            case Invoke():
                return self._invoked(pdu)
            case ReturnResult(invoke_id):
                return self._result(pdu, self._asked.pop(invoke_id, None))
            case ReturnError(invoke_id):
                return self._error(pdu, self._asked.pop(invoke_id, None))
            case Reject(invoke_id, (kind, number)):
                asked = None if invoke_id is None else self._asked.pop(invoke_id, None)
                what = "a request" if asked is None else _name(asked)
                detail = f"{what} rejected: {kind} problem {number}"
                return [dr.Anomaly(dr.AnomalyKind.REJECTED, detail)]
            case Aare():
                return self._answered(pdu)
            case Rlrq() | Rlre():
                return [dr.StateChanged(LinkState.DOWN, "association released")]
            case Abrt(abort_source=source, abort_diagnostic=diagnostic):
                by = "the service user" if source == 0 else "the service provider"
                reason = f"association aborted by {by}"
                if diagnostic is not None:
                    reason += f", diagnostic {int(diagnostic)}"
                return [dr.StateChanged(LinkState.DOWN, reason)]
            case Aarq():
                return [dr.Anomaly(dr.AnomalyKind.UNEXPECTED, "AARQ from the switch")]

    def _answered(self, pdu: Aare) -> list[dr.Action]:
        """Take the answer to the association request (X.227)."""
        if pdu.result != 0:
            by, diagnostic = pdu.result_source_diagnostic
            words = _REFUSALS.get(diagnostic, "") if by == "serviceUser" else ""
            reason = f"association refused: {words or f'{by} diagnostic {diagnostic}'}"
            permanent = pdu.result == 1
            return [dr.StateChanged(LinkState.BLOCKED if permanent else LinkState.DOWN, reason)]
        self._capabilities = observed(self._dialect, _versions(pdu), self._peer(pdu))
        return [dr.StateChanged(LinkState.UP), dr.CapabilitiesChanged(self._capabilities)]

    def _peer(self, pdu: Aare) -> Peer:
        release = ""
        match pdu.responding_authentication_value:
            case ("external", external):
                match external.single:
                    case ("responder", responder):
                        release = responder.software_stamp.decode("latin-1").strip()
                    case _:
                        pass
            case _:
                pass
        return Peer(self._dialect.vendor, self._dialect.product, release)

    def _invoked(self, pdu: Invoke) -> list[dr.Action]:
        name = _name(pdu)
        if (fact := requests.fact_of(pdu, self._dialect)) is not None:
            return [dr.Report(fact, name)]
        if pdu.operation in requests.NOT_NORMALIZED:
            return []
        return [dr.Anomaly(dr.AnomalyKind.UNMAPPED, f"operation {name}")]

    def _result(self, pdu: ReturnResult, asked: Invoke | None) -> list[dr.Action]:
        name = "" if pdu.operation is None else ROSE.names.get(pdu.operation, "")
        match pdu.result:
            case c.MonitorStartResult(cross_ref_identifier=reference):
                device = self._object(asked)
                self._remember(reference, device)
                return [
                    dr.Report(f.MonitorStarted(monitor=reference.hex(), device=device), name)
                ]
            case _:
                pass
        if asked is None:
            return self._unasked(f"result of {name or 'a request'}")
        match asked.argument:
            case c.MonitorStopArgument(cross_ref_identifier=reference):
                self._monitors.pop(reference, None)
                return [dr.Report(f.MonitorStopped(monitor=reference.hex()), "monitorStop")]
            case _:
                return []

    def _error(self, pdu: ReturnError, asked: Invoke | None) -> list[dr.Action]:
        if asked is None:
            return self._unasked("error")
        if asked.operation == Operation.MONITOR_START:
            kind, native = describe(pdu.parameter)
            fact = f.MonitorFailed(device=self._object(asked), error=kind.value, native=native)
            return [dr.Report(fact, "universalFailure")]
        return []

    def _unasked(self, what: str) -> list[dr.Action]:
        """Note an answer to nothing; where the client was not recorded that is no wonder."""
        if not self._client_seen:
            return []
        return [dr.Anomaly(dr.AnomalyKind.UNEXPECTED, f"{what} to a request that was not seen")]

    def _object(self, asked: Invoke | None) -> NativeDevice | None:
        match asked:
            case Invoke(
                argument=c.MonitorStartArgument(monitor_object=("deviceObject", device))
            ):
                return device_of(device, self._dialect)
            case _:
                return None

    # Events.

    def _event(self, pdu: Invoke) -> list[dr.Action]:
        argument = pdu.argument
        if not isinstance(argument, c.CSTAEventReportArgument):
            return [dr.Anomaly(dr.AnomalyKind.UNMAPPED, "event report without an event")]
        reference = argument.cross_ref_identifier
        actions: list[dr.Action] = []
        mapped = map_event(
            argument.event_specific_info, self._dialect, self._monitors.get(reference)
        )
        if self._monitors.get(reference) is None:
            actions += self._learn(reference, mapped.facts)
        name = _name(pdu)
        actions += [dr.Report(fact, name) for fact in mapped.facts]
        actions += [
            dr.Anomaly(dr.AnomalyKind.UNMAPPED, f"{what} in {name}") for what in mapped.unmapped
        ]
        return actions

    def _learn(self, reference: bytes, facts: tuple[f.Facts, ...]) -> list[dr.Action]:
        """Find out whose monitor this is, where its start was not recorded.

        Only the monitored device itself is reported to lift its handset, to get dial tone or
        to have originated a call.
        """
        device: NativeDevice | None = None
        for fact in facts:
            if isinstance(fact, (f.Initiated, f.Originated, f.DeviceFact)):
                device = fact.device
        if device is None and reference in self._monitors:
            return []
        self._remember(reference, device)
        return [
            dr.Report(
                f.MonitorStarted(
                    monitor=reference.hex(), device=device, origin=Origin.INFERRED
                ),
                "",
            )
        ]

    def _remember(self, reference: bytes, device: NativeDevice | None) -> None:
        self._monitors[reference] = device
        if len(self._monitors) > MONITORS:
            del self._monitors[next(iter(self._monitors))]


def _versions(pdu: Aare) -> str:
    """Name the version bits that the switch answered with (ECMA-285 ACSE user information)."""
    for external in pdu.user_information or ():
        _, told = external.single
        bits = [str(bit) for bit, one in enumerate(told.csta_version) if one == "1"]
        return "version bit " + ", ".join(bits) if bits else ""
    return ""


def _name(pdu: Invoke) -> str:
    """Name an invoke as the standard does, an event with its own name."""
    match pdu.argument:
        case c.CSTAEventReportArgument(event_specific_info=(_, (event, _))):
            return f"cSTAEventReport:{event}"
        case _:
            return ROSE.names.get(pdu.operation, str(pdu.operation))
