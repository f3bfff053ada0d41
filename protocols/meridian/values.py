"""What messages are made of, free of numbers: the profile gives each name its code."""

from __future__ import annotations

from enum import Enum, StrEnum

from msgspec import Struct


class Role(Enum):
    """An end of the link."""

    HOST = "host"
    LINK = "link"
    """The module or server in front of the switch."""

    @property
    def peer(self) -> Role:
        """The other end."""
        return Role.LINK if self is Role.HOST else Role.HOST


class Kind(StrEnum):
    """What a message is in an exchange."""

    REQ = "REQ"
    ACK = "ACK"
    NAK = "NAK"
    IND = "IND"


class MessageType(StrEnum):
    """Messages by their host names (section 5)."""

    APP_REGISTER = "AppRegister"
    APP_RELEASE = "AppRelease"
    DN_REGISTER = "DNRegister"
    DN_RELEASE = "DNRelease"
    LINK_POLL = "LinkPoll"
    FLOW_CONTROL = "FlowControl"
    INVALID_MESSAGE_RECEIVED = "InvalidMessageReceived"
    LINK_STATUS = "LinkStatus"
    MAKE_CALL = "MakeCall"
    ANSWER_CALL = "AnswerCall"
    RELEASE_CALL = "ReleaseCall"
    HOLD = "Hold"
    RETRIEVE = "Retrieve"
    INITIATE_TRANSFER = "InitiateTransfer"
    COMPLETE_TRANSFER = "CompleteTransfer"
    FAST_TRANSFER = "FastTransfer"
    INITIATE_CONFERENCE = "InitiateConference"
    COMPLETE_CONFERENCE = "CompleteConference"
    PROVIDE_TONE = "ProvideTone"
    CALL_OFFERED = "CallOffered"
    STATUS_CHANGE = "StatusChange"
    CALL_ANSWERED = "CallAnswered"
    CALL_RELEASED = "CallReleased"
    SET_FEATURE = "SetFeature"
    SET_FEATURE_NOTIFICATION = "SetFeatureNotification"
    ROUTE_REQUEST = "RouteRequest"
    ROUTE_CALL = "RouteCall"
    GIVE_RINGBACK = "GiveRingback"
    GIVE_SILENCE = "GiveSilence"
    GIVE_MUSIC = "GiveMusic"
    CALL_ABANDONED = "CallAbandoned"
    OPEN_SESSION = "OpenSession"
    PLAY_PROMPT = "PlayPrompt"
    COLLECT_DIGITS = "CollectDigits"
    CLOSE_SESSION = "CloseSession"
    DIGITS_COLLECTED = "DigitsCollected"
    SESSION_ENDED = "SessionEnded"
    QUEUE_STATUS = "QueueStatus"


class StatusEvent(StrEnum):
    """Status events (section 6)."""

    ON_HOOK = "on_hook"
    OFF_HOOK = "off_hook"
    RINGING = "ringing"
    ACTIVE = "active"
    DISCONNECTED = "disconnected"
    UNRINGING = "unringing"
    RETRIEVE = "retrieve"
    ID_CHANGE = "id_change"
    TRANSFER_COMPLETED_TO = "transfer_completed_to"
    CONFERENCE_COMPLETED_TO = "conference_completed_to"
    CONFERENCE_TO_SIMPLE = "conference_to_simple"
    HOLD = "hold"
    TRANSFER_INITIATION = "transfer_initiation"
    CONFERENCE_INITIATION = "conference_initiation"


class Feature(StrEnum):
    """Features that SetFeature sets and SetFeatureNotification tells of."""

    LOGIN = "login"
    LOGOUT = "logout"
    NOT_READY = "not_ready"
    READY = "ready"
    MAKE_SET_BUSY = "make_set_busy"
    CALL_FORWARD_ALL = "call_forward_all"
    MESSAGE_WAITING = "message_waiting"
    ACTIVITY_CODE = "activity_code"
    WALKAWAY = "walkaway"
    RETURN_FROM_WALKAWAY = "return_from_walkaway"
    EMERGENCY = "emergency"


class FeatureState(StrEnum):
    """Whether a feature is on."""

    OFF = "off"
    ON = "on"


class FlowState(StrEnum):
    """What FlowControl asks for."""

    STOP = "stop"
    RESUME = "resume"


class LinkState(StrEnum):
    """State of the link between module and switch."""

    AML_DOWN = "aml_down"
    AML_UP = "aml_up"


class CallType(StrEnum):
    """Type of a call."""

    UNKNOWN = "unknown"
    INTERNAL = "internal"
    TRUNK_IN = "trunk_in"
    TRUNK_OUT = "trunk_out"
    CONSULTATION = "consultation"
    CONFERENCE = "conference"
    ACD = "acd"
    TRANSFER_COMPLETE = "transfer_complete"


class Service(StrEnum):
    """What an association is registered for."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    ROUTING = "routing"
    VOICE = "voice"


class Reason(StrEnum):
    """Causes."""

    BAD_PROTOCOL = "bad_protocol"
    UNKNOWN_MESSAGE = "unknown_message"
    BAD_KIND = "bad_kind"
    BAD_IE_LENGTH = "bad_ie_length"
    MISSING_IE = "missing_ie"
    BAD_IE = "bad_ie"
    NOT_REGISTERED = "not_registered"
    ALREADY_REGISTERED = "already_registered"
    BAD_MACHINE_NAME = "bad_machine_name"
    SERVICE_NOT_ALLOWED = "service_not_allowed"
    BAD_PASSWORD = "bad_password"  # noqa: S105 - a cause, no password
    DEVICE_NOT_REGISTERED = "device_not_registered"
    DEVICE_NOT_AST = "device_not_ast"
    CUSTOMER_MISMATCH = "customer_mismatch"
    BAD_TN = "bad_tn"
    BAD_ROUTE_MEMBER = "bad_route_member"
    BAD_DN = "bad_dn"
    BAD_CALL_ID = "bad_call_id"
    NOT_TWO_PARTY = "not_two_party"
    NOT_ESTABLISHED = "not_established"
    DEVICE_BUSY = "device_busy"
    DEVICE_IDLE = "device_idle"
    FEATURE_UNAVAILABLE = "feature_unavailable"
    WRONG_FEATURE_STATE = "wrong_feature_state"
    RESOURCE_UNAVAILABLE = "resource_unavailable"
    TIMEOUT = "timeout"
    LINK_DOWN = "link_down"
    FLOW_STOPPED = "flow_stopped"
    INTERNAL_ERROR = "internal_error"


class Tn(Struct, frozen=True, gc=False):
    """Terminal number. One of all zeros stands for "not given" on the wire: it is ``None``."""

    loop: int
    shelf: int
    card: int
    unit: int


class RouteMember(Struct, frozen=True, gc=False):
    """A trunk by its route and its member in it."""

    route: int
    member: int


class TimeStamp(Struct, frozen=True, gc=False):
    """A moment of the switch's clock."""

    seconds: int
    """Since 1970, UTC."""
    milliseconds: int


class Cause(Struct, frozen=True, gc=False):
    """Why something was refused or ended."""

    reason: Reason | int
    """A number is one that the profile does not name."""
    element: int | None = None
    """Number of the element at fault."""


class Party(Struct, frozen=True, gc=False):
    """One of the two who remain when a conference becomes a simple call."""

    tn: Tn | None
    dn: str
