"""Values of every element, and messages of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from protocols.asai import components as c
from protocols.asai import values as v
from protocols.asai.codes import LABORATORY
from protocols.asai.messages import Codec, Message, MessageType
from protocols.asai.names import KINDS, Operation
from protocols.errors import EncodeError
from protocols.q931 import values as q
from protocols.q931.messages import Raw

CODEC = Codec(LABORATORY)
B3, B5, B7, B8, B14, B16 = (st.integers(0, 2**n - 1) for n in (3, 5, 7, 8, 14, 16))
DIGITS = st.text("0123456789#*", max_size=15)


def coded(kind: str) -> st.SearchStrategy[Any]:
    """A name, or a number without one."""
    names = list(KINDS[kind])
    numbers = {LABORATORY.number(name) for name in names}
    return st.sampled_from(names) | B8.filter(lambda number: number not in numbers)


def _numbers(cls: type[Any], reason: bool = False) -> st.SearchStrategy[Any]:
    fields: dict[str, Any] = {
        "digits": DIGITS,
        "type_of_number": B3,
        "plan": st.integers(0, 15),
    }
    return st.fixed_dictionaries(fields).map(lambda told: cls(**told))


VALUES: dict[type[Any], st.SearchStrategy[Any]] = {
    q.Cause: st.builds(q.Cause, B7, st.integers(0, 1), st.sampled_from([0, 3])),
    q.ProgressIndicator: st.builds(q.ProgressIndicator, B7),
    q.CallingPartyNumber: _numbers(q.CallingPartyNumber),
    q.CalledPartyNumber: _numbers(q.CalledPartyNumber),
    q.RedirectingNumber: _numbers(q.RedirectingNumber),
    q.RedirectionNumber: _numbers(q.RedirectionNumber),
    q.RestartIndicator: st.builds(q.RestartIndicator, B3),
    q.UserUser: st.builds(q.UserUser, st.binary(max_size=40), B8),
    v.CallIdentity: st.builds(v.CallIdentity, B16),
    v.ConnectedNumber: _numbers(v.ConnectedNumber),
    v.UserEnteredCode: st.builds(v.UserEnteredCode, DIGITS, B7, B3, B5),
    v.ResourceStatus: st.builds(
        v.ResourceStatus, B8, B8, st.lists(st.integers(0, 1 << 20), max_size=4).map(tuple)
    ),
    v.Version: st.builds(v.Version, coded("version")),
    v.PartyIdentifier: st.builds(v.PartyIdentifier, B14),
    v.SpecificEvent: st.builds(v.SpecificEvent, coded("event")),
    v.Feature: st.builds(v.Feature, coded("feature")),
    v.Domain: st.builds(v.Domain, coded("domain"), DIGITS),
    v.CallOption: st.builds(v.CallOption, coded("option")),
    v.Item: st.builds(v.Item, coded("item")),
    v.ServiceCircuit: st.builds(v.ServiceCircuit, coded("service_circuit")),
    v.MessageWaitingStatus: st.builds(v.MessageWaitingStatus, B5),
    v.GenericBillingData: st.builds(
        v.GenericBillingData, B7, st.none() | st.integers(0, 99_999)
    ),
    v.OldPartyIdentifier: st.builds(v.OldPartyIdentifier, B14),
    v.WorkMode: st.builds(v.WorkMode, coded("work_mode")),
    v.TalkState: st.builds(v.TalkState, coded("talk_state")),
    v.PartyState: st.builds(v.PartyState, coded("party_state")),
    v.LookaheadInterflow: st.builds(v.LookaheadInterflow, st.binary(max_size=9)),
    v.QueryCounter: st.builds(v.QueryCounter, B16),
    v.TrunkGroup: st.builds(v.TrunkGroup, B16, B16),
    v.TrunkStatus: st.builds(v.TrunkStatus, B16, B16),
    v.IiDigits: st.builds(v.IiDigits, DIGITS),
    v.UniversalCallId: st.builds(v.UniversalCallId, st.binary(min_size=8, max_size=8)),
    v.Collect: st.builds(v.Collect, B8, B8),
    v.Redirection: st.builds(v.Redirection, coded("redirect_reason")),
    v.Dtmf: st.builds(v.Dtmf, DIGITS, B8, B8),
    v.FeatureStatus: st.builds(v.FeatureStatus, st.booleans()),
    v.ManagementInformation: st.builds(v.ManagementInformation, coded("management")),
}
ANY_ELEMENT = st.one_of(*VALUES.values()) | st.builds(
    Raw, st.integers(0x70, 0x7F), st.binary(max_size=9), st.just(6)
)


def _order(told: list[Any]) -> tuple[Any, ...]:
    """Put elements in the order of their identifiers."""
    return CODEC.read_field(CODEC.write_field(told))


FIELDS = st.lists(ANY_ELEMENT, max_size=5).map(_order)
_OPERATION = coded("operation")
_PROBLEM = st.tuples(
    st.sampled_from(["general", "invoke", "return_result", "return_error"]), B8
)
COMPONENTS: st.SearchStrategy[c.Facility] = st.one_of(
    st.builds(c.Invoke, B8, _OPERATION, FIELDS),
    st.builds(c.ReturnResult, B8, _OPERATION, FIELDS),
    st.builds(c.ReturnResult, B8),
    st.builds(c.ReturnError, B8, _OPERATION, FIELDS),
    st.builds(c.Reject, st.none() | B8, _PROBLEM),
)


def _fits(message: Message) -> bool:
    try:
        CODEC.encode(message)
    except EncodeError:
        return False
    return True


def _message(kind: int, crv: int, flag: bool, length: int, facility: Any) -> Message:
    return Message(kind, crv if length == 2 else crv & 0x7F, flag, facility, (), length)


MESSAGES = st.builds(
    _message,
    st.sampled_from([MessageType.REGISTER, MessageType.FACILITY, MessageType.RELEASE_COMPLETE]),
    st.integers(0, 0x7FFF),
    st.booleans(),
    st.integers(1, 2),
    COMPONENTS,
).filter(_fits) | st.builds(
    lambda kind, field: Message(kind, elements=field),
    st.sampled_from(
        [MessageType.STATUS, MessageType.RESTART, MessageType.MANAGEMENT_INFORMATION]
    ),
    FIELDS,
).filter(_fits)

HEARTBEAT = CODEC.encode(
    Message(MessageType.REGISTER, 33, False, c.Invoke(1, Operation.HEARTBEAT))
)
