"""What information elements mean (ITU-T Q.931 (05/98) 4.5, Q.932 (05/98) 8.2).

Coded fields are the numbers of the Recommendation, so that no value is lost; texts are of
IA5, one character an octet, and hold octets with bit 8 set as the characters 128 to 255.
``None`` stands for an octet that is not there.
"""

from __future__ import annotations

import msgspec


class SegmentedMessage(msgspec.Struct, frozen=True, gc=False):
    """Segmented message: which part of which message follows (4.5.26)."""

    first: bool
    remaining: int
    """Segments that follow this one, 0 to 127."""
    message_type: int


class BearerCapability(msgspec.Struct, frozen=True, gc=False):
    """Bearer capability: what the call is to carry (4.5.5)."""

    capability: int
    """0 speech, 8 unrestricted digital, 9 restricted, 16 3.1 kHz audio, 17 with tones, 24
    video."""
    coding: int = 0
    """Coding standard: 0 ITU-T, 1 ISO, 2 national, 3 of the network."""
    mode: int = 0
    """Transfer mode: 0 circuit, 2 packet."""
    rate: int = 16
    """Transfer rate: 0 packet, 16 64 kbit/s, 24 multirate."""
    structure: bytes = b""
    """Octets 4a and 4b, seven bits each."""
    multiplier: int | None = None
    """Rate multiplier, with multirate only."""
    layer1: bytes = b""
    """Octet 5 and what continues it, seven bits each without the layer's number: the first
    is the protocol, such as 2 for mu-law, 3 for A-law."""
    layer2: bytes = b""
    """Octet 6, as ``layer1``."""
    layer3: bytes = b""
    """Octet 7, as ``layer1``."""


class LowLayerCompatibility(msgspec.Struct, frozen=True, gc=False):
    """Low layer compatibility: what the ends agree on beyond the bearer (4.5.19)."""

    capability: int
    coding: int = 0
    negotiation: int | None = None
    """Octet 3a, seven bits."""
    mode: int = 0
    rate: int = 16
    structure: bytes = b""
    multiplier: int | None = None
    layer1: bytes = b""
    layer2: bytes = b""
    layer3: bytes = b""


class Cause(msgspec.Struct, frozen=True, gc=False):
    """Cause: why a message is sent (4.5.12, Q.850)."""

    value: int
    """0 to 127: a ``CauseValue`` where ``coding`` is 0."""
    location: int = 0
    coding: int = 0
    recommendation: int | None = None
    diagnostics: bytes = b""


class ExtendedFacility(msgspec.Struct, frozen=True, gc=False):
    """Extended facility: as facility, and part of a call (Q.932 8.2.4)."""

    contents: bytes


class CallIdentity(msgspec.Struct, frozen=True, gc=False):
    """Call identity: name of a suspended call (4.5.6)."""

    identity: bytes


class CallState(msgspec.Struct, frozen=True, gc=False):
    """Call state: what the sender thinks the state is (4.5.7)."""

    state: int
    coding: int = 0


class ChannelIdentification(msgspec.Struct, frozen=True, gc=False):
    """Channel identification: which B channel (4.5.13)."""

    selection: int = 1
    """Basic access: 0 none, 1 B1, 2 B2, 3 any. Primary access: 0 none, 1 as told, 3 any."""
    exclusive: bool = False
    primary: bool = False
    """The access is no basic one."""
    d_channel: bool = False
    interface: bytes | None = None
    """Interface identifier, seven bits an octet."""
    coding: int = 0
    channel_type: int = 3
    """3 B, 6 H0, 8 H11, 9 H12."""
    channels: tuple[int, ...] = ()
    """Channel numbers, 1 to 127."""
    slot_map: bytes = b""
    """Instead of ``channels``: a bit for each, the highest first."""


class Facility(msgspec.Struct, frozen=True, gc=False):
    """Facility: a supplementary service (Q.932 8.2.3); ``facility`` reads the contents."""

    contents: bytes


class ProgressIndicator(msgspec.Struct, frozen=True, gc=False):
    """Progress indicator: what happened during the life of a call (4.5.23)."""

    description: int
    """1 not end-to-end ISDN, 2 destination not ISDN, 3 origin not ISDN, 4 back in ISDN,
    8 in-band information."""
    location: int = 0
    coding: int = 0


class NetworkSpecificFacilities(msgspec.Struct, frozen=True, gc=False):
    """Network-specific facilities (4.5.21)."""

    facility: bytes
    network_type: int = 0
    network_plan: int = 0
    network: str = ""


class NotificationIndicator(msgspec.Struct, frozen=True, gc=False):
    """Notification indicator (4.5.22)."""

    description: int
    """0 user suspended, 1 user resumed, 2 bearer change, 121 hold, 122 retrieval."""
    more: bytes = b""


class Display(msgspec.Struct, frozen=True, gc=False):
    """Display: text for people (4.5.16)."""

    text: str


class DateTime(msgspec.Struct, frozen=True, gc=False):
    """Date/time, as the network sees it (4.5.15)."""

    year: int
    """0 to 99 in what networks send; whatever the octet says."""
    month: int
    day: int
    hour: int | None = None
    minute: int | None = None
    second: int | None = None


class KeypadFacility(msgspec.Struct, frozen=True, gc=False):
    """Keypad facility: what was keyed (4.5.18)."""

    keys: str


class InformationRequest(msgspec.Struct, frozen=True, gc=False):
    """Information request: what the network wants of the user (Q.932 8.2.7)."""

    completed: bool
    """Else an answer is prompted for."""
    kind: int
    """Type of information, 0 to 63."""
    more: bytes = b""


class Signal(msgspec.Struct, frozen=True, gc=False):
    """Signal: tones and alerting (4.5.28)."""

    value: int


class FeatureActivation(msgspec.Struct, frozen=True, gc=False):
    """Feature activation: a key was pressed (Q.932 8.2.5)."""

    feature: int


class FeatureIndication(msgspec.Struct, frozen=True, gc=False):
    """Feature indication: what a lamp shows (Q.932 8.2.6)."""

    feature: int
    status: int
    """0 deactivated, 1 activated, 2 prompt, 3 pending."""


class ServiceProfileIdentification(msgspec.Struct, frozen=True, gc=False):
    """Service profile identification, SPID (Q.932 annex A)."""

    spid: str


class EndpointIdentifier(msgspec.Struct, frozen=True, gc=False):
    """Endpoint identifier (Q.932 annex A)."""

    usid: int
    tid: int
    interpreter: bool = False


class InformationRate(msgspec.Struct, frozen=True, gc=False):
    """Information rate: four throughput classes (4.6.3)."""

    incoming: int
    outgoing: int
    minimum_incoming: int
    minimum_outgoing: int


class WindowSize(msgspec.Struct, frozen=True, gc=False):
    """Packet layer window size (4.6.6)."""

    forward: int
    backward: int | None = None


class PacketSize(msgspec.Struct, frozen=True, gc=False):
    """Packet size as powers of two (4.6.7)."""

    forward: int
    backward: int | None = None


class ClosedUserGroup(msgspec.Struct, frozen=True, gc=False):
    """Closed user group (4.6.1)."""

    indication: int
    """1 selection, 2 selection with outgoing access."""
    index: str


class Number(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A party number: the fields that all number elements have (4.5.8, 4.5.10)."""

    digits: str = ""
    type_of_number: int = 0
    """0 unknown, 1 international, 2 national, 3 network specific, 4 subscriber."""
    plan: int = 0
    """0 unknown, 1 ISDN, 3 data, 4 telex, 8 national, 9 private."""


class ScreenedNumber(Number, frozen=True, gc=False, kw_only=True):
    """A number that may be withheld, and that somebody may have verified."""

    presentation: int | None = None
    """0 allowed, 1 restricted, 2 not available; with ``screening``."""
    screening: int | None = None
    """0 user provided, 1 verified and passed, 2 verified and failed, 3 network provided."""


class RedirectedNumber(ScreenedNumber, frozen=True, gc=False, kw_only=True):
    """A number with the reason of the redirection."""

    reason: int | None = None
    """1 busy, 2 no reply, 15 unconditional; only with ``presentation``."""


class CalledPartyNumber(Number, frozen=True, gc=False, kw_only=True):
    """Called party number (4.5.8)."""


class CallingPartyNumber(ScreenedNumber, frozen=True, gc=False, kw_only=True):
    """Calling party number (4.5.10)."""


class ConnectedNumber(ScreenedNumber, frozen=True, gc=False, kw_only=True):
    """Connected number (Q.951.5)."""


class RedirectingNumber(RedirectedNumber, frozen=True, gc=False, kw_only=True):
    """Redirecting number (4.6.8)."""


class RedirectionNumber(RedirectedNumber, frozen=True, gc=False, kw_only=True):
    """Redirection number (Q.952)."""


class Subaddress(msgspec.Struct, frozen=True, gc=False):
    """A party subaddress: the fields that all subaddress elements have (4.5.9)."""

    subaddress: bytes
    kind: int = 0
    """0 NSAP, 2 user specified."""
    odd: bool = False
    """An odd number of BCD digits."""


class CalledPartySubaddress(Subaddress, frozen=True, gc=False):
    """Called party subaddress (4.5.9)."""


class CallingPartySubaddress(Subaddress, frozen=True, gc=False):
    """Calling party subaddress (4.5.11)."""


class ConnectedSubaddress(Subaddress, frozen=True, gc=False):
    """Connected subaddress (Q.951.5)."""


class TransitNetworkSelection(msgspec.Struct, frozen=True, gc=False):
    """Transit network selection (4.5.29)."""

    network: str
    network_type: int = 2
    network_plan: int = 1


class RestartIndicator(msgspec.Struct, frozen=True, gc=False):
    """Restart indicator: what is restarted (4.5.25)."""

    kind: int
    """0 the channels told, 6 one interface, 7 all interfaces."""


class HighLayerCompatibility(msgspec.Struct, frozen=True, gc=False):
    """High layer compatibility: telephony, facsimile and so on (4.5.17)."""

    characteristics: int
    """1 telephony, 4 facsimile group 2/3."""
    coding: int = 0
    interpretation: int = 4
    presentation: int = 1
    extended: int | None = None


class UserUser(msgspec.Struct, frozen=True, gc=False):
    """User-user: information that the network only carries (4.5.30)."""

    data: bytes
    discriminator: int = 0
    """0 user specific, 2 X.244, 4 IA5, 7 rate adaption of V.120, 8 Q.931."""


class CongestionLevel(msgspec.Struct, frozen=True, gc=False):
    """Congestion level, a single octet (4.5.14)."""

    level: int
    """0 receiver ready, 15 not ready."""


class RepeatIndicator(msgspec.Struct, frozen=True, gc=False):
    """Repeat indicator, a single octet (4.5.24)."""

    meaning: int
    """2 prioritized list for selecting one."""


class MoreData(msgspec.Struct, frozen=True, gc=False):
    """More data, a single octet: USER INFORMATION goes on (4.5.20)."""


class SendingComplete(msgspec.Struct, frozen=True, gc=False):
    """Sending complete, a single octet: the called number is whole (4.5.27)."""


Variable = (
    SegmentedMessage
    | BearerCapability
    | Cause
    | ExtendedFacility
    | CallIdentity
    | CallState
    | ChannelIdentification
    | Facility
    | ProgressIndicator
    | NetworkSpecificFacilities
    | NotificationIndicator
    | Display
    | DateTime
    | KeypadFacility
    | InformationRequest
    | Signal
    | FeatureActivation
    | FeatureIndication
    | ServiceProfileIdentification
    | EndpointIdentifier
    | InformationRate
    | WindowSize
    | PacketSize
    | ClosedUserGroup
    | CalledPartyNumber
    | CallingPartyNumber
    | ConnectedNumber
    | RedirectingNumber
    | RedirectionNumber
    | CalledPartySubaddress
    | CallingPartySubaddress
    | ConnectedSubaddress
    | TransitNetworkSelection
    | RestartIndicator
    | LowLayerCompatibility
    | HighLayerCompatibility
    | UserUser
)
"""Elements with a length octet."""
Single = CongestionLevel | RepeatIndicator | MoreData | SendingComplete
"""Elements of one octet."""
Value = Variable | Single
