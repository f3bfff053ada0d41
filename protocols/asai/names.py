"""Names of what ASAI has codes for, in the words of its manuals (S2), kind by kind."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from typing_extensions import override


class Name(Enum):
    """Anything that has a code. Names of two kinds are never equal."""

    @override
    def __str__(self) -> str:
        return str(self.value)


class Operation(Name):
    """Operations: what an invoke asks for or reports (S1 5)."""

    # Third party call control.
    MAKE_CALL = "make_call"
    PROCEED = "proceed"
    """Acknowledges a make call; an invoke of the switch."""
    AUTO_DIAL = "auto_dial"
    TAKE_CONTROL = "take_control"
    RELINQUISH_CONTROL = "relinquish_control"
    ANSWER = "answer"
    SELECTIVE_HOLD = "selective_hold"
    RECONNECT = "reconnect"
    MERGE = "merge"
    SELECTIVE_DROP = "selective_drop"
    CLEAR_CALL = "clear_call"
    REDIRECT = "redirect"
    SEND_DTMF = "send_dtmf"
    SINGLE_STEP_CONFERENCE = "single_step_conference"
    LISTEN_DISCONNECT = "listen_disconnect"
    LISTEN_RECONNECT = "listen_reconnect"
    CALL_ENDED = "call_ended"
    DOMAIN_CONTROL = "domain_control"
    # Event notification.
    EVENT_NOTIFICATION_REQUEST = "event_notification_request"
    EVENT_NOTIFICATION_CANCEL = "event_notification_cancel"
    EVENT_NOTIFICATION_ENDED = "event_notification_ended"
    STOP_CALL_NOTIFICATION = "stop_call_notification"
    EVENT_REPORT = "event_report"
    # Routing.
    ROUTE = "route"
    ROUTE_SELECT = "route_select"
    ROUTE_END = "route_end"
    # Features, queries, values.
    REQUEST_FEATURE = "request_feature"
    VALUE_QUERY = "value_query"
    VALUE_QUERY_RESPONSE = "value_query_response"
    SET_VALUE = "set_value"
    # Any association, and the link.
    ABORT = "abort"
    HEARTBEAT = "heartbeat"


class EventName(Name):
    """Events that an event report tells (S1 table 2-1)."""

    ALERTING = "alerting"
    ANSWERED = "answered"
    """The far end of a switch-classified call answered."""
    BUSY = "busy"
    CALL_ENDED = "call_ended"
    CALL_INITIATED = "call_initiated"
    CALL_OFFERED = "call_offered"
    CALL_ORIGINATED = "call_originated"
    CALL_REDIRECTED = "call_redirected"
    CHARGING = "charging"
    CONFERENCED = "conferenced"
    CONNECTED = "connected"
    CUT_THROUGH = "cut_through"
    DROP = "drop"
    ENTERED_DIGITS = "entered_digits"
    HOLD = "hold"
    LOGIN = "login"
    LOGOUT = "logout"
    QUEUED = "queued"
    RECONNECTED = "reconnected"
    REORDER = "reorder"
    """Reorder or denial."""
    TRANSFERRED = "transferred"
    TRUNK_SEIZED = "trunk_seized"


class DomainType(Name):
    """What a domain element names."""

    VDN = "vdn"
    """Vector directory number."""
    SPLIT = "split"
    """ACD split."""
    EXTENSION = "extension"
    TRUNK_ACCESS_CODE = "trunk_access_code"
    LOGICAL_AGENT = "logical_agent"
    ALL_TRUNKS = "all_trunks"


class FeatureName(Name):
    """Features that can be asked for."""

    LOGIN = "login"
    LOGOUT = "logout"
    CHANGE_WORK_MODE = "change_work_mode"
    CALL_FORWARDING = "call_forwarding"
    CANCEL_CALL_FORWARDING = "cancel_call_forwarding"
    SEND_ALL_CALLS = "send_all_calls"
    CANCEL_SEND_ALL_CALLS = "cancel_send_all_calls"


class CallOptionName(Name):
    """Options of a call, one element for each."""

    PRIORITY = "priority"
    RETURN_ACKNOWLEDGEMENT = "return_acknowledgement"
    ALERT_DESTINATION_FIRST = "alert_destination_first"
    ANSWERING_MACHINE_DROP = "answering_machine_drop"
    DIRECT_AGENT = "direct_agent"
    SUPERVISOR_ASSIST = "supervisor_assist"
    SWITCH_CLASSIFIED = "switch_classified"
    CONFERENCE = "conference"
    """Of a merge."""
    TRANSFER = "transfer"
    """Of a merge."""
    LISTEN_ONLY = "listen_only"
    """Of a single-step conference, which is visible without it."""


class ItemName(Name):
    """Items of a value query, or of a set value."""

    AGENT_LOGIN_AUDIT = "agent_login_audit"
    AGENT_STATUS = "agent_status"
    BILLING = "billing"
    CALL_CLASSIFIER = "call_classifier"
    CALL_INFORMATION = "call_information"
    DATE_TIME = "date_time"
    EXTENSION_INFORMATION = "extension_information"
    FORWARDING = "forwarding"
    MESSAGE_WAITING = "message_waiting"
    PARTY_IDENTIFICATION = "party_identification"
    SEND_ALL_CALLS = "send_all_calls"
    SPLIT_STATUS = "split_status"
    STATION_STATUS = "station_status"
    TRUNK_GROUP = "trunk_group"
    UNIVERSAL_CALL_ID = "universal_call_id"


class WorkModeName(Name):
    """Work modes of an agent."""

    AUXILIARY = "auxiliary"
    AFTER_CALL = "after_call"
    AUTO_IN = "auto_in"
    MANUAL_IN = "manual_in"


class TalkStateName(Name):
    """Whether an agent is on a call."""

    IDLE = "idle"
    ON_CALL = "on_call"


class LocalState(Name):
    """States of a party on a call, as queries and domain control tell them."""

    INITIATED = "initiated"
    ALERTING = "alerting"
    CONNECTED = "connected"
    HELD = "held"
    BRIDGED = "bridged"
    OTHER = "other"


class RedirectReason(Name):
    """Why a call came to another party than the called one."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FORWARDED = "forwarded"
    SEND_ALL_CALLS = "send_all_calls"
    COVERAGE_ALL = "coverage_all"
    PICKUP = "pickup"
    REDIRECTED = "redirected"
    RECALL = "recall"


class ServiceCircuitName(Name):
    """Service circuits that a call can ask for."""

    CLASSIFIER = "classifier"


class ManagementName(Name):
    """What a management information message says."""

    SUSPEND_ALARMS = "suspend_alarms"
    RESUME_ALARMS = "resume_alarms"


class VersionName(Name):
    """Versions of the link."""

    V1 = "1"
    V2 = "2"
    V3 = "3"
    V4 = "4"


class ElementName(Name):
    """Elements of codeset 6."""

    USER_ENTERED_CODE = "user_entered_code"
    RESOURCE_STATUS = "resource_status"
    VERSION = "version"
    FACILITY = "facility"
    PARTY_IDENTIFIER = "party_identifier"
    SPECIFIC_EVENT = "specific_event"
    FEATURE = "feature"
    DOMAIN = "domain"
    CALL_OPTION = "call_option"
    ITEM = "item"
    SERVICE_CIRCUIT = "service_circuit"
    MESSAGE_WAITING_STATUS = "message_waiting_status"
    GENERIC_BILLING_DATA = "generic_billing_data"
    # Without a public identifier.
    OLD_PARTY_IDENTIFIER = "old_party_identifier"
    WORK_MODE = "work_mode"
    TALK_STATE = "talk_state"
    PARTY_STATE = "party_state"
    LOOKAHEAD_INTERFLOW = "lookahead_interflow"
    QUERY_COUNTER = "query_counter"
    TRUNK_GROUP = "trunk_group"
    TRUNK_STATUS = "trunk_status"
    II_DIGITS = "ii_digits"
    UNIVERSAL_CALL_ID = "universal_call_id"
    COLLECT = "collect"
    REDIRECT_REASON = "redirect_reason"
    DTMF = "dtmf"
    FEATURE_STATUS = "feature_status"
    MANAGEMENT_INFORMATION = "management_information"


KINDS: Final[Mapping[str, type[Name]]] = {
    "operation": Operation,
    "event": EventName,
    "domain": DomainType,
    "feature": FeatureName,
    "option": CallOptionName,
    "item": ItemName,
    "work_mode": WorkModeName,
    "talk_state": TalkStateName,
    "party_state": LocalState,
    "redirect_reason": RedirectReason,
    "service_circuit": ServiceCircuitName,
    "management": ManagementName,
    "version": VersionName,
    "element": ElementName,
}
"""The kinds of codes; within one, a number has one name."""
