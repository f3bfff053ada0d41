"""What information elements of ASAI mean (S1 chapter 4).

Elements that ASAI takes from Q.931 as they are (cause, numbers, progress indicator, restart
indicator, user-user) are those of ``protocols.q931.values``. Coded fields hold the name of a
number, or the number where the profile has no name for it.

Elements whose identifier or layout is not public say so; their layouts are of this project.
"""

from __future__ import annotations

import msgspec

from protocols.asai.names import (
    CallOptionName,
    DomainType,
    EventName,
    FeatureName,
    ItemName,
    LocalState,
    ManagementName,
    RedirectReason,
    ServiceCircuitName,
    TalkStateName,
    VersionName,
    WorkModeName,
)
from protocols.q931 import values as q931
from protocols.q931.messages import Raw

# Codeset 0, where ASAI differs from Q.931.


class CallIdentity(msgspec.Struct, frozen=True, gc=False):
    """Call identity: the switch's number of a call, 16 bits."""

    call_id: int


class ConnectedNumber(q931.Number, frozen=True, gc=False, kw_only=True):
    """Connected number; ``#####`` stands for a party without one, ``*****`` for a set."""


# Codeset 6.


class UserEnteredCode(msgspec.Struct, frozen=True, gc=False):
    """User-entered code: digits that somebody keyed, 24 at most."""

    digits: str
    kind: int = 0x20
    """Seven bits; 0x20 is the call prompter."""
    state: int = 6
    """Three bits; 6 says that the digits were collected."""
    timeout: int = 0
    """Five bits."""


class ResourceStatus(msgspec.Struct, frozen=True, gc=False):
    """Resource status: how many of a resource are how."""

    kind: int
    """1 is the call classifier."""
    status: int
    """Bits of in use, idle, maintenance busy and otherwise unavailable."""
    counts: tuple[int, ...] = ()
    """One for each bit."""


class Version(msgspec.Struct, frozen=True, gc=False):
    """Version of the link."""

    version: VersionName | int


class PartyIdentifier(msgspec.Struct, frozen=True, gc=False):
    """Party identifier: a number of a party, unique on its call; 14 bits at most."""

    party: int


class SpecificEvent(msgspec.Struct, frozen=True, gc=False):
    """Specific event: what an event report tells."""

    event: EventName | int


class Feature(msgspec.Struct, frozen=True, gc=False):
    """Feature that is asked for."""

    feature: FeatureName | int


class Domain(msgspec.Struct, frozen=True, gc=False):
    """Domain: a station, split, VDN or trunk group by its digits."""

    kind: DomainType | int
    digits: str


class CallOption(msgspec.Struct, frozen=True, gc=False):
    """One option of a call."""

    option: CallOptionName | int


class Item(msgspec.Struct, frozen=True, gc=False):
    """Item of a value query."""

    item: ItemName | int


class ServiceCircuit(msgspec.Struct, frozen=True, gc=False):
    """Service circuit that a call wants; the layout is of this project."""

    circuit: ServiceCircuitName | int


class MessageWaitingStatus(msgspec.Struct, frozen=True, gc=False):
    """Message waiting status: the lamp is on if any service has a message."""

    services: int
    """Bits 1 to 5, one for each message service."""


class GenericBillingData(msgspec.Struct, frozen=True, gc=False):
    """Generic billing data: what a call costs."""

    kind: int
    """0x10 new rate, 0x11 flat, 0x12 premium charge, 0x13 premium credit, 0x1C free."""
    hundredths: int | None = None
    """0 to 99999 hundredths; ``None`` for a free call."""


# Codeset 6, without a public identifier; the layouts are of this project.


class OldPartyIdentifier(msgspec.Struct, frozen=True, gc=False):
    """Old party identifier: that of a party before a merge."""

    party: int


class WorkMode(msgspec.Struct, frozen=True, gc=False):
    """Work mode of an agent."""

    mode: WorkModeName | int


class TalkState(msgspec.Struct, frozen=True, gc=False):
    """Whether an agent is on a call."""

    state: TalkStateName | int


class PartyState(msgspec.Struct, frozen=True, gc=False):
    """State of a party; one for each call identity or party in the same message."""

    state: LocalState | int


class LookaheadInterflow(msgspec.Struct, frozen=True, gc=False):
    """Lookahead interflow: what a call brings from another switch, as octets."""

    octets: bytes


class QueryCounter(msgspec.Struct, frozen=True, gc=False):
    """A count, 16 bits: calls in queue; of a split its calls, free agents, agents."""

    count: int


class TrunkGroup(msgspec.Struct, frozen=True, gc=False):
    """Trunk group and member by which a call comes or goes; 16 bits each."""

    group: int
    member: int


class TrunkStatus(msgspec.Struct, frozen=True, gc=False):
    """Trunks of a group, 16 bits each: idle and in use."""

    idle: int
    in_use: int


class IiDigits(msgspec.Struct, frozen=True, gc=False):
    """II-digits: what kind of line the caller has."""

    digits: str


class UniversalCallId(msgspec.Struct, frozen=True, gc=False):
    """Universal call id, UCID: eight octets."""

    ucid: bytes

    @property
    def text(self) -> str:
        """Give the usual form: node and sequence of five digits, time of ten."""
        node, sequence = self.ucid[:2], self.ucid[2:4]
        parts = (int.from_bytes(part, "big") for part in (node, sequence, self.ucid[4:]))
        return "{:05d}{:05d}{:010d}".format(*parts)


class Collect(msgspec.Struct, frozen=True, gc=False):
    """Digits to collect from the caller after a route select."""

    digits: int
    """1 to 24."""
    timeout: int
    """1 to 31 seconds."""


class Redirection(msgspec.Struct, frozen=True, gc=False):
    """Why a call came to another party than the called one."""

    reason: RedirectReason | int


class Dtmf(msgspec.Struct, frozen=True, gc=False):
    """Tones to send, with their lengths in hundredths of a second; 0 is the usual one."""

    tones: str
    tone: int = 0
    pause: int = 0


class FeatureStatus(msgspec.Struct, frozen=True, gc=False):
    """Whether a feature of a station is on."""

    on: bool


class ManagementInformation(msgspec.Struct, frozen=True, gc=False):
    """What a management information message says."""

    information: ManagementName | int


class Invalid(msgspec.Struct, frozen=True, gc=False):
    """A known element whose contents are wrong, kept as it is."""

    identifier: int
    contents: bytes
    codeset: int
    problem: str = msgspec.field(default="")
    """What is wrong, for people."""


Own = (
    CallIdentity
    | ConnectedNumber
    | UserEnteredCode
    | ResourceStatus
    | Version
    | PartyIdentifier
    | SpecificEvent
    | Feature
    | Domain
    | CallOption
    | Item
    | ServiceCircuit
    | MessageWaitingStatus
    | GenericBillingData
    | OldPartyIdentifier
    | WorkMode
    | TalkState
    | PartyState
    | LookaheadInterflow
    | QueryCounter
    | TrunkGroup
    | TrunkStatus
    | IiDigits
    | UniversalCallId
    | Collect
    | Redirection
    | Dtmf
    | FeatureStatus
    | ManagementInformation
)
"""Elements that are not of Q.931."""

Element = Own | q931.Value | Raw | Invalid
"""Any element; ``Raw`` is one without a known meaning."""
