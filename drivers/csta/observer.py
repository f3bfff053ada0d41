"""Observing a recorded CSTA link: what both sides said, and what the switch told by it.

An observer sends nothing. It takes invoke ids, cross references and devices from what it sees.
"""

from __future__ import annotations

from typing import Final

from cti import driver as dr
from cti import facts as f
from cti.facts import NativeDevice
from cti.model.capabilities import Capabilities, Peer
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState, Origin
from drivers.csta import association, requests
from drivers.csta.capabilities import observed
from drivers.csta.dialects import Dialect
from drivers.csta.errors import describe
from drivers.csta.exchange import Answer, Failed, Told
from drivers.csta.findings import call_found, device_found, message_of
from drivers.csta.identifiers import connection_of, device_of
from drivers.csta.mapping import map_event
from drivers.csta.parts import Data, Parts
from drivers.csta.pdus import name_of, operation_name, read
from drivers.csta.results import made
from drivers.csta.wires import wire_of
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import (
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
)
from protocols.errors import DecodeError

OUTSTANDING: Final = 1000
"""Requests of the observed client that are remembered; beyond that the oldest go."""
MONITORS: Final = 20_000
"""Cross references that are remembered."""


class Observer:
    """One recorded link."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._slow_path = SlowPath()
        self._wire = wire_of(dialect)
        self.capabilities: Capabilities = observed(
            dialect, "", Peer(dialect.vendor, dialect.product)
        )
        self._asked: dict[int, Invoke] = {}
        self._parts = Parts()
        self.client_seen = False
        """Whether anything of the client was recorded."""
        self._monitors: dict[bytes, NativeDevice | None] = {}

    def handle(self, event: dr.Event) -> list[dr.Action]:
        """Take one event and return what is to be done about it, in order."""
        match event:
            case dr.PduReceived(octets):
                pdu, actions = read(octets, self._slow_path, self._wire.decode)
                if isinstance(pdu, DecodeError):
                    return actions
                return actions + self._received(pdu)
            case dr.PduSent(octets):
                self.client_seen = True
                pdu, actions = read(octets, self._slow_path, self._wire.decode_sent)
                if not isinstance(pdu, DecodeError):
                    self._sent(pdu)
                return actions
            case dr.LinkUp():
                self._forget()
                opening = LinkState.OPENING if self._dialect.associates else LinkState.UP
                return [dr.StateChanged(opening)]
            case dr.LinkDown():
                self._forget()
                return []
            case dr.CommandRequested(token, command):
                error = Error(
                    ErrorClass.UNSUPPORTED, f"{command.verb}: the link is only observed"
                )
                return [dr.Outcome(token, Result(EndState.REJECTED, error=error))]
            case dr.TimerExpired() | dr.StopRequested() | dr.ResyncRequested():
                return []

    def _forget(self) -> None:
        """Begin anew: nothing of an association outlives it."""
        self._asked.clear()
        self._parts.forget()
        self._monitors.clear()
        self._wire.forget()
        self.client_seen = False

    # What the client said.

    def _sent(self, pdu: Pdu) -> None:
        if isinstance(pdu, Invoke):
            self._asked.pop(pdu.invoke_id, None)
            self._parts.end(pdu.invoke_id)
            self._asked[pdu.invoke_id] = pdu
            if len(self._asked) > OUTSTANDING:
                oldest = next(iter(self._asked))
                self._parts.end(oldest)
                del self._asked[oldest]

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
                what = "a request" if asked is None else name_of(asked)
                detail = f"{what} rejected: {kind} problem {number}"
                return [dr.Anomaly(dr.AnomalyKind.REJECTED, detail)]
            case Aare():
                return self._answered(pdu)
            case Rlrq() | Rlre():
                return [dr.StateChanged(LinkState.DOWN, "association released")]
            case Abrt():
                return [dr.StateChanged(LinkState.DOWN, association.abort_reason(pdu))]
            case Aarq():
                return [dr.Anomaly(dr.AnomalyKind.UNEXPECTED, "AARQ from the switch")]

    def _answered(self, pdu: Aare) -> list[dr.Action]:
        """Take the answer to the association request (X.227)."""
        if (refusal := association.refusal(pdu)) is not None:
            return [dr.StateChanged(*refusal)]
        version = association.versions(pdu)
        peer = association.peer(pdu, self._dialect)
        self.capabilities = observed(self._dialect, version, peer)
        return [dr.StateChanged(LinkState.UP), dr.CapabilitiesChanged(self.capabilities)]

    def _invoked(self, pdu: Invoke) -> list[dr.Action]:
        name = name_of(pdu)
        match pdu.argument:
            case c.SnapshotDeviceDataArgument() | c.SnapshotCallDataArgument() as data:
                return self._part(data)
            case _:
                pass
        if (fact := requests.fact_of(pdu, self._dialect)) is not None:
            return [dr.Report(fact, name)]
        if pdu.operation in requests.NOT_NORMALIZED:
            return []
        return [dr.Anomaly(dr.AnomalyKind.UNMAPPED, f"operation {name}")]

    def _result(self, pdu: ReturnResult, asked: Invoke | None) -> list[dr.Action]:
        name = operation_name(pdu.operation)
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
            case c.SnapshotDeviceArgument() | c.SnapshotCallArgument():
                if self._parts.expect(asked.invoke_id, pdu.result):
                    self._asked[asked.invoke_id] = asked
                    return []
                return self._seen(asked, Told(pdu.result))
            case _:
                call = made(pdu.result, self._dialect)
                return [] if call is None else [dr.Report(f.CallMade(call=call), name)]

    def _part(self, data: Data) -> list[dr.Action]:
        """Take a part of a snapshot; of one whose request was not seen it tells nothing."""
        number = self._parts.whose(data)
        asked = None if number is None else self._asked.get(number)
        if asked is None:
            return []
        whole = self._parts.take(data)
        if whole is None:
            return []
        del self._asked[asked.invoke_id]
        self._parts.end(asked.invoke_id)
        return self._seen(asked, whole)

    def _seen(self, asked: Invoke, answer: Answer) -> list[dr.Action]:
        """Tell what the answer to a snapshot says; nothing where it says nothing."""
        fact: f.Facts
        match asked.argument:
            case c.SnapshotDeviceArgument(snapshot_object=device):
                fact = device_found(answer, device_of(device, self._dialect), self._dialect)
            case c.SnapshotCallArgument(snapshot_object=told):
                call, _ = connection_of(told, self._dialect)
                if call is None:
                    return []
                fact = call_found(answer, call, self._dialect)
            case _:
                return []
        if isinstance(fact, f.NotSeen):
            return []
        return [dr.Report(fact, message_of(asked, answer))]

    def _error(self, pdu: ReturnError, asked: Invoke | None) -> list[dr.Action]:
        if asked is None:
            return self._unasked("error")
        if asked.operation == Operation.MONITOR_START:
            kind, native = describe(pdu.parameter)
            fact = f.MonitorFailed(device=self._object(asked), error=kind.value, native=native)
            return [dr.Report(fact, "universalFailure")]
        return self._seen(asked, Failed(pdu.parameter))

    def _unasked(self, what: str) -> list[dr.Action]:
        """Note an answer to nothing; where the client was not recorded that is no wonder."""
        if not self.client_seen:
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
        name = name_of(pdu)
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
