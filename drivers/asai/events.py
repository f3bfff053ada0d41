"""Event reports as facts (S1 table 2-1, S2 chapter 3).

Pure but for ``Calls``, which learns who is which party. A report that names nobody this can
tell gives no fact and a word to count.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType, structs

from cti import facts as f
from cti.facts import NativeDevice
from cti.model.causes import Cause, NativeCause
from cti.model.data import CallData
from cti.model.objects import CallNumbers
from cti.model.states import AgentState, Answer, Direction, Origin
from drivers.asai.calls import Calls, number_of, trunk_of
from drivers.asai.causes import ANSWERS, CAUSES, REASONS, native
from protocols.asai import values as v
from protocols.asai.messages import every, first
from protocols.asai.names import (
    DomainType,
    EventName,
    RedirectReason,
    TalkStateName,
    WorkModeName,
)
from protocols.asai.values import Element
from protocols.q931 import values as q

_N = EventName


class Told(Struct, frozen=True):
    """What an event report says."""

    facts: tuple[f.Facts, ...] = ()
    unmapped: tuple[str, ...] = ()


class Report:
    """One event report, as far as all of them are read alike."""

    def __init__(
        self, elements: tuple[Element, ...], domain: NativeDevice | None, calls: Calls
    ) -> None:
        self.elements: Final = elements
        self.domain: Final = domain
        """Station, VDN or split of the association; None for call control."""
        self.calls: Final = calls
        self.unmapped: list[str] = []
        told = first(elements, v.CallIdentity)
        self.call: Final = None if told is None else str(told.call_id)
        one = first(elements, v.PartyIdentifier)
        self.party: Final = None if one is None else one.party
        event = first(elements, v.SpecificEvent)
        self.event: Final = None if event is None else event.event

    @property
    def message(self) -> str:
        """Name of the message, for the log and the events."""
        return f"eventReport {self.event}"

    # Members of facts.

    def common(self) -> dict[str, Any]:
        """Read the cause."""
        told = first(self.elements, q.Cause)
        reason = first(self.elements, v.Redirection)
        if told is None:
            if reason is None or not isinstance(reason.reason, RedirectReason):
                return {}
            known = REASONS[reason.reason]
            return {
                "cause": known,
                "cause_native": NativeCause(0, str(reason.reason), "reason"),
            }
        cause = CAUSES.get((told.coding, told.value))
        if cause is None:
            self.unmapped.append(f"cause CS{told.coding}/{told.value}")
        return {"cause": cause or Cause.UNKNOWN, "cause_native": native(told)}

    def of_call(self) -> dict[str, Any]:
        """Read what every report of a call may have: numbers, data, UCID."""
        numbers: dict[str, Any] = {}
        calling = first(self.elements, q.CallingPartyNumber)
        called = first(self.elements, q.CalledPartyNumber)
        redirecting = first(self.elements, q.RedirectingNumber)
        if calling is not None:
            numbers["calling"] = number_of(calling)
        if called is not None:
            numbers["called"] = number_of(called)
        if redirecting is not None:
            numbers["redirecting"] = number_of(redirecting)
        ucid = first(self.elements, v.UniversalCallId)
        return {
            "call": self.call,
            "numbers": CallNumbers(**numbers),
            "data": data_of(self.elements),
            "global_ref": UNSET if ucid is None else ucid.text,
            **self.common(),
        }

    def connected(self) -> NativeDevice | None:
        """Give the device of the report's party."""
        told = first(self.elements, v.ConnectedNumber)
        if self.call is None:
            return None
        device = None
        if told is not None:
            device = self.calls.device(self.call, told, self.party)
        elif self.party is not None:
            device = self.calls.at(self.call, self.party)
        if device is not None and self.party is not None:
            self.calls.learn(self.call, self.party, device)
        return device

    def caller(self) -> NativeDevice | None:
        """Give who calls."""
        if self.call is None:
            return None
        trunk = first(self.elements, v.TrunkGroup)
        device = self.calls.caller(self.call, self.elements)
        return trunk_of(trunk) if device is None and trunk is not None else device

    def called(self) -> NativeDevice | None:
        """Give who is called, if that is an extension."""
        told = first(self.elements, q.CalledPartyNumber)
        if told is None or self.call is None or not self.calls.inside(told):
            return None
        return self.calls.device(self.call, told, None)

    @property
    def of_split(self) -> bool:
        """Whether the report names a split."""
        told = first(self.elements, v.Domain)
        return told is not None and told.kind is DomainType.SPLIT

    def named_domain(self) -> NativeDevice | None:
        """Give the domain that the report names, else the one of the association."""
        told = first(self.elements, v.Domain)
        if told is None or not told.digits:
            return self.domain
        return NativeDevice(told.digits)

    def connection(self, device: NativeDevice | None) -> dict[str, Any] | None:
        """Give the members of a fact about a connection; None if nobody is named."""
        if device is None or self.call is None:
            self.unmapped.append(f"{self.event} without call or party")
            return None
        caller = self.caller()
        members = {"device": device, "calling": caller, **self.of_call()}
        calling = first(self.elements, q.CallingPartyNumber)
        if caller is not None and caller.key == device.key:
            members["calling"] = None
        elif caller is not None and (calling is None or not self.calls.inside(calling)):
            members["direction"] = Direction.INBOUND
        elif caller is not None and device.form is f.DeviceForm.DYNAMIC:
            members["direction"] = Direction.OUTBOUND
        return members


def data_of(elements: tuple[Element, ...]) -> CallData:
    """Read what travels with a call: user-to-user data, digits, what the network told."""
    uui = first(elements, q.UserUser)
    entered = first(elements, v.UserEnteredCode)
    network: dict[str, str] = {}
    if (ii := first(elements, v.IiDigits)) is not None:
        network["ii_digits"] = ii.digits
    if (lookahead := first(elements, v.LookaheadInterflow)) is not None:
        network["lookahead_interflow"] = lookahead.octets.hex()
    if (trunk := first(elements, v.TrunkGroup)) is not None:
        network["trunk"] = trunk_of(trunk).key
    return CallData(
        uui=UNSET if uui is None else uui.data,
        digits=UNSET if entered is None else entered.digits,
        network=network or UNSET,
    )


_Reader = Callable[[Report], list[f.Facts]]

# One reader per event.


def _alerting(r: Report) -> list[f.Facts]:
    device = r.connected() or r.called()
    members = r.connection(device)
    if members is None or device is None or r.call is None:
        return []
    if r.of_split:
        members = {"cause": Cause.DISTRIBUTION, **members}
    cause = members.get("cause", UNSET)
    taken = r.calls.redirected(r.call)
    diverted = _diverted(r.call, r.calls.alerts(r.call, device), device, taken, cause)
    outside = device.form is f.DeviceForm.DYNAMIC
    return [*diverted, f.Alerting(far_end=outside, **members)]


def _diverted(
    call: str,
    left: list[NativeDevice],
    to: NativeDevice,
    taken: dict[str, f.Diverted],
    cause: Cause | UnsetType = UNSET,
) -> list[f.Facts]:
    """Tell that a call went on from where it was, which is inferred where no report said so."""
    facts: list[f.Facts] = []
    for one in left:
        told = taken.get(one.key)
        if told is None:
            told = f.Diverted(call=call, device=one, to=to, origin=Origin.INFERRED)
        why = cause if told.cause is UNSET else told.cause
        facts.append(structs.replace(told, to=to, cause=why))
    return facts


def _connected(r: Report) -> list[f.Facts]:
    device = r.connected()
    members = r.connection(device)
    if members is None or device is None or r.call is None:
        return []
    picked = r.calls.alerts_elsewhere(r.call, device)
    why = Cause.PICKUP if picked else UNSET  # no report says that a call was picked up
    taken = r.calls.redirected(r.call)
    diverted = _diverted(r.call, r.calls.answers(r.call, device), device, taken, why)
    members = {"cause": why, **members}
    cause = first(r.elements, q.Cause)
    key = (0, 0) if cause is None else (cause.coding, cause.value)
    return [*diverted, f.Connected(answer=ANSWERS.get(key, Answer.REPORTED), **members)]


def _simple(kind: type[Any], whom: Callable[[Report], NativeDevice | None]) -> _Reader:
    """Make the reader of a report that is one fact about one device."""

    def read(r: Report) -> list[f.Facts]:
        members = r.connection(whom(r))
        return [] if members is None else [kind(**members)]

    return read


def _held(r: Report) -> list[f.Facts]:
    facts = _simple(f.Held, Report.connected)(r)
    if facts and isinstance(facts[0], f.Held):
        r.calls.holds(facts[0].call, facts[0].device)
    return facts


def _retrieved(r: Report) -> list[f.Facts]:
    facts = _simple(f.Retrieved, Report.connected)(r)
    if facts and isinstance(facts[0], f.Retrieved):
        r.calls.retrieves(facts[0].call, facts[0].device)
    return facts


def _initiated(r: Report) -> list[f.Facts]:
    members = r.connection(_party_or_domain(r))
    return [] if members is None else [f.Initiated(**_consulting(r, members))]


def _consulting(r: Report, members: dict[str, Any]) -> dict[str, Any]:
    """Take a call that begins while another one is held for a consultation."""
    if r.call is not None and r.calls.consults(r.call, members["device"]):
        return {"cause": Cause.CONSULTATION, **members}
    return members


def _party_or_domain(r: Report) -> NativeDevice | None:
    if first(r.elements, v.ConnectedNumber) is not None:
        return r.connected()
    if r.domain is not None and r.call is not None and r.party is not None:
        r.calls.learn(r.call, r.party, r.domain)
    return r.domain or r.connected()


def _originated(r: Report) -> list[f.Facts]:
    device = r.caller() or _party_or_domain(r)
    if device is not None and r.call is not None and r.party is not None:
        r.calls.learn(r.call, r.party, device)
    members = r.connection(device)
    if members is None:
        return []
    numbers: CallNumbers = members["numbers"]
    if numbers.called is not UNSET and r.called() is None:
        members["direction"] = Direction.OUTBOUND
    told = CallNumbers(calling=numbers.calling, called=numbers.called, dialled=numbers.called)
    return [f.Originated(**_consulting(r, {**members, "numbers": told}))]


def _offered(r: Report) -> list[f.Facts]:
    """Take a call at a VDN, where it waits, or at a split, where that is told by Queued."""
    caller = r.caller()
    if not r.of_split or r.call is None:
        return _queued(r)
    if caller is None:
        return [f.CallInformed(**r.of_call())]
    members = {"device": caller, **r.of_call()}
    calling = first(r.elements, q.CallingPartyNumber)
    if calling is None or not r.calls.inside(calling):
        members["direction"] = Direction.INBOUND
    return [f.Originated(**members)]


def _queued(r: Report) -> list[f.Facts]:
    queue = r.named_domain() or r.called()
    members = r.connection(queue)
    if members is None or queue is None or r.call is None:
        return []
    taken = r.calls.redirected(r.call)
    left = r.calls.waits(r.call, queue, queued=r.event is _N.QUEUED)
    waiting = first(r.elements, v.QueryCounter)
    members = {"cause": Cause.DISTRIBUTION, **members}
    count = UNSET if waiting is None else waiting.count
    told = f.Queued(queue=queue, waiting=count, **members)
    return [*_diverted(r.call, left, queue, taken), told]


def _redirected(r: Report) -> list[f.Facts]:
    """Take that a call left the domain: the next report of the call can say whither."""
    members = r.connection(r.domain)
    if members is None or r.domain is None or r.call is None:
        return []
    told = f.Diverted(to=None, **members)
    if r.calls.redirects(told):
        return []
    r.calls.left(r.call, r.domain)
    return [told]


def _drop(r: Report) -> list[f.Facts]:
    device = r.connected()
    members = r.connection(device)
    if members is None or device is None or r.call is None:
        return []
    r.calls.left(r.call, device)
    facts: list[f.Facts] = [f.Cleared(**members)]
    if r.calls.alone(r.call):  # a station is not told of the last party (S2)
        r.calls.ended(r.call)
        facts.append(f.CallEnded(call=r.call, origin=Origin.INFERRED, **r.common()))
    return facts


def _call_ended(r: Report) -> list[f.Facts]:
    if r.call is None:
        r.unmapped.append("call_ended without call")
        return []
    r.calls.ended(r.call)
    return [f.CallEnded(**r.of_call())]


def _network(r: Report) -> list[f.Facts]:
    """Take that a call goes out: the party behind the trunk, and who calls."""
    if r.call is None or r.party is None:
        r.unmapped.append(f"{r.event} without call or party")
        return []
    trunk = first(r.elements, v.TrunkGroup)
    number = first(r.elements, q.CalledPartyNumber) or q.CalledPartyNumber()
    outside = q.CalledPartyNumber(digits=number.digits, type_of_number=2)
    device = r.calls.device(r.call, outside, r.party)
    members = r.connection(device)
    if members is None or device is None:
        return []
    r.calls.learn(r.call, r.party, device)
    name = "" if trunk is None else trunk_of(trunk).key
    members = {**members, "direction": Direction.OUTBOUND, "calling": None}
    return [f.NetworkReached(trunk=name, **members)]


def _digits(r: Report) -> list[f.Facts]:
    entered = first(r.elements, v.UserEnteredCode)
    if r.call is None or entered is None:
        r.unmapped.append("entered_digits without call or digits")
        return []
    caller = r.calls.at(r.call, 1)
    return [f.DigitsTold(device=caller, digits=entered.digits, **r.of_call())]


def _charging(r: Report) -> list[f.Facts]:
    billing = first(r.elements, v.GenericBillingData)
    if r.call is None or billing is None:
        r.unmapped.append("charging without call or amount")
        return []
    charge: dict[str, Any] = {"kind": f"{billing.kind:#04x}"}
    if billing.hundredths is not None:
        charge["amount"] = f"{billing.hundredths // 100}.{billing.hundredths % 100:02d}"
    return [f.ChargeTold(call=r.call, device=r.connected(), charge=charge, **r.common())]


def _merged(kind: f.MergeKind) -> _Reader:
    def read(r: Report) -> list[f.Facts]:
        calls = [str(one.call_id) for one in every(r.elements, v.CallIdentity)]
        if len(calls) < 2:
            r.unmapped.append(f"{r.event} without two calls")
            return []
        other, result = calls[0], calls[-1]
        merged = merge_of(kind, result, other, r.caller(), r.called(), r)
        return [merged, *_joined(merged)]

    return read


_MERGED: Final = {
    f.MergeKind.TRANSFER: Cause.TRANSFER,
    f.MergeKind.CONFERENCE: Cause.CONFERENCE,
}


def _joined(merged: f.Merged) -> list[f.Facts]:
    """Tell that a party that came without a call of its own is there."""
    if merged.secondary is not None:
        return []
    return [
        f.Connected(call=leg.call, device=leg.device, origin=Origin.DERIVED)
        for leg in merged.moved
        if leg.device is not None and leg.old_call is None
    ]


def merge_of(
    kind: f.MergeKind,
    result: str,
    other: str,
    controller: NativeDevice | None,
    added: NativeDevice | None,
    report: Report,
) -> f.Merged:
    """Make the fact of two calls that became one; which was held is not said."""
    told = report.of_call()
    moved = report.calls.merged(result, other, report.elements)
    return f.Merged(
        kind=kind,
        primary=result,
        secondary=None if other == result else other,
        controller=controller,
        other=added,
        moved=tuple(
            f.MovedLeg(result, one.device, one.old_call, one.old_device) for one in moved
        ),
        named=False,
        data=told["data"],
        global_ref=told["global_ref"],
        **{"cause": _MERGED[kind], **report.common()},
    )


def _agent(kind: type[f.AgentLoggedOn] | type[f.AgentLoggedOff]) -> _Reader:
    def read(r: Report) -> list[f.Facts]:
        told = tuple(every(r.elements, v.Domain))
        physical = next((one for one in told if one.kind is DomainType.EXTENSION), None)
        logical = next((one for one in told if one.kind is DomainType.LOGICAL_AGENT), None)
        if physical is None:
            r.unmapped.append(f"{r.event} without an extension")
            return []
        agent = (logical or physical).digits
        device = NativeDevice(physical.digits)
        facts: list[f.Facts] = [kind(agent=agent, device=device, group=r.domain, **r.common())]
        mode = first(r.elements, v.WorkMode)
        if kind is f.AgentLoggedOn and mode is not None:
            state = state_of(r.elements)
            facts.append(f.AgentStateTold(agent=agent, device=device, state=state))
        return facts

    return read


MODES: Final = {
    WorkModeName.AUXILIARY: AgentState.NOT_READY,
    WorkModeName.AFTER_CALL: AgentState.AFTER_CALL_WORK,
    WorkModeName.AUTO_IN: AgentState.READY,
    WorkModeName.MANUAL_IN: AgentState.READY,
}


def state_of(elements: tuple[Element, ...]) -> AgentState:
    """Give the state that a work mode and a talk state make."""
    mode = first(elements, v.WorkMode)
    talk = first(elements, v.TalkState)
    told = None if mode is None else mode.mode
    state = MODES.get(told, AgentState.UNKNOWN) if isinstance(told, WorkModeName) else None
    if state is AgentState.READY and talk is not None and talk.state is TalkStateName.ON_CALL:
        return AgentState.BUSY
    return state or AgentState.UNKNOWN


READERS: Final[dict[EventName, _Reader]] = {
    _N.ALERTING: _alerting,
    _N.ANSWERED: _connected,
    _N.BUSY: _simple(f.Failed, lambda r: r.connected() or r.called()),
    _N.CALL_ENDED: _call_ended,
    _N.CALL_INITIATED: _initiated,
    _N.CALL_OFFERED: _offered,
    _N.CALL_ORIGINATED: _originated,
    _N.CALL_REDIRECTED: _redirected,
    _N.CHARGING: _charging,
    _N.CONFERENCED: _merged(f.MergeKind.CONFERENCE),
    _N.CONNECTED: _connected,
    _N.CUT_THROUGH: _network,
    _N.DROP: _drop,
    _N.ENTERED_DIGITS: _digits,
    _N.HOLD: _held,
    _N.LOGIN: _agent(f.AgentLoggedOn),
    _N.LOGOUT: _agent(f.AgentLoggedOff),
    _N.QUEUED: _queued,
    _N.RECONNECTED: _retrieved,
    _N.REORDER: _simple(f.Failed, lambda r: r.connected() or r.domain or r.caller()),
    _N.TRANSFERRED: _merged(f.MergeKind.TRANSFER),
    _N.TRUNK_SEIZED: _network,
}


_GOES_ON: Final = frozenset(
    {*(_N.ALERTING, _N.ANSWERED, _N.CALL_OFFERED, _N.CALL_REDIRECTED), _N.CONNECTED, _N.QUEUED}
)
"""Reports after which it may still be told, or just was, whither a call was taken."""


def read(report: Report) -> Told:
    """Tell what an event report means."""
    event = report.event
    if not isinstance(event, EventName):
        shown = "nothing" if event is None else f"{event:#04x}"
        return Told(unmapped=(f"event {shown}",))
    facts: list[f.Facts] = []
    if event not in _GOES_ON:
        for one in every(report.elements, v.CallIdentity):
            facts += report.calls.nowhere(str(one.call_id))
    facts += READERS[event](report)
    return Told(tuple(facts), tuple(report.unmapped))
