"""Types that events and services share (ECMA-285 device-feature-types, extension-types)."""

from __future__ import annotations

from pyasn1.type import namedval, univ, useful
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import (
    application,
    application_explicit,
    implicit,
    optional,
    required,
)
from protocols.csta.phase3.schema.private import CSTAPrivateDataList

# --- extensions -------------------------------------------------------------------------


class TimeInfo(useful.GeneralizedTime):
    """A date and time as the switching function writes it."""


class SecurityInfo(univ.Choice):
    """Security information: octets, or a type of the vendor's own."""

    clause = "ECMA-285 security"
    extensible = True
    componentType = NamedTypes(
        required("string", univ.OctetString()),
        required("private", univ.Null()),
    )


class CSTASecurityData(univ.Sequence):
    """Number, time and protection of one message."""

    clause = "ECMA-285 security"
    componentType = NamedTypes(
        optional("messageSequenceNumber", implicit(univ.Integer, 0)),
        optional("timestamp", TimeInfo()),
        optional("securityInfo", SecurityInfo()),
    )


class CSTACommonArguments(univ.Sequence):
    """The extensions of a message: security and private data."""

    clause = "ECMA-285 extension-types"
    tagSet = application(univ.Sequence, 30)
    componentType = NamedTypes(
        optional("security", implicit(CSTASecurityData, 0)),
        optional("privateData", implicit(CSTAPrivateDataList, 1)),
    )


class Acknowledgement(univ.Choice):
    """The result of a service that returns no data.

    The standard spells it out in every module: AnswerCallResult, HoldCallResult and so on
    are all this type.
    """

    clause = "ECMA-285 answer-call"
    componentType = NamedTypes(
        required("extensions", CSTACommonArguments()),
        required("noData", univ.Null()),
    )


# --- strings ----------------------------------------------------------------------------


class AccountInfo(univ.OctetString):
    """The account to charge."""


class AuthCode(univ.OctetString):
    """The code that permits a call."""


class CorrelatorData(univ.OctetString):
    """What an application attached to a call, up to 32 octets."""


class UserData(univ.OctetString):
    """What one user sends to another along a call, up to 256 octets."""

    clause = "ECMA-285 device-feature-types"
    tagSet = application_explicit(univ.OctetString, 29)


class AgentID(univ.OctetString):
    """An agent."""


class AgentPassword(univ.OctetString):
    """The password of an agent."""


class RouteRegisterReqID(univ.OctetString):
    """A registration for routeing services."""


class RouteingCrossRefID(univ.OctetString):
    """One routeing dialogue."""

    clause = "ECMA-285 device-feature-types"
    tagSet = application(univ.OctetString, 24)


class SysStatRegisterID(univ.OctetString):
    """A registration for system status services."""


class ServiceCrossRefID(univ.OctetString):
    """The messages that together answer one service."""


class MonitorCrossRefID(univ.OctetString):
    """One monitor."""

    clause = "ECMA-285 status-reporting"
    tagSet = application(univ.OctetString, 21)


# --- devices and agents -----------------------------------------------------------------


class AgentState(univ.Enumerated):
    """The state of an agent."""

    clause = "ECMA-285 device-feature-types"
    namedValues = namedval.NamedValues(
        ("agentNotReady", 0),
        ("agentNull", 1),
        ("agentReady", 2),
        ("agentBusy", 3),
        ("agentWorkingAfterCall", 4),
    )


class PendingAgentState(univ.Enumerated):
    """The state an agent will have after the present call; 3 differs from AgentState."""

    clause = "ECMA-285 device-feature-types"
    namedValues = namedval.NamedValues(
        ("agentNotReady", 0),
        ("agentNull", 1),
        ("agentReady", 2),
        ("agentWorkingAfterCall", 3),
    )


class CallOrigination(univ.BitString):
    """Calls from inside or outside the switching domain."""

    clause = "ECMA-285 device-feature-types"
    namedValues = namedval.NamedValues(("internal", 0), ("external", 1))


class ForwardingType(univ.Enumerated):
    """Which calls are forwarded."""

    clause = "ECMA-285 device-feature-types"
    namedValues = namedval.NamedValues(
        ("forwardImmediate", 0),
        ("forwardBusy", 1),
        ("forwardNoAns", 2),
        ("forwardBusyInt", 3),
        ("forwardBusyExt", 4),
        ("forwardNoAnsInt", 5),
        ("forwardNoAnsExt", 6),
        ("forwardImmInt", 7),
        ("forwardImmExt", 8),
        ("forwardDND", 9),
        ("forwardDNDInt", 10),
        ("forwardDNDExt", 11),
    )


class ForwardDefault(univ.Enumerated):
    """Which parts of a forwarding are the switching function's defaults."""

    clause = "ECMA-285 device-feature-types"
    namedValues = namedval.NamedValues(
        ("forwardingTypeAndForwardDN", 0),
        ("forwardingType", 1),
        ("forwardDN", 2),
    )


class SystemStatus(univ.Enumerated):
    """The state of the switching or computing function."""

    clause = "ECMA-285 device-feature-types"
    namedValues = namedval.NamedValues(
        ("initializing", 0),
        ("enabled", 1),
        ("normal", 2),
        ("messagesLost", 3),
        ("disabled", 4),
        ("overloadImminent", 5),
        ("overloadReached", 6),
        ("overloadRelieved", 7),
        ("partiallyDisabled", 8),
    )


class SelectValue(univ.Enumerated):
    """How a route is to be chosen."""

    clause = "ECMA-285 device-feature-types"
    namedValues = namedval.NamedValues(
        ("normal", 0),
        ("leastCost", 1),
        ("emergency", 2),
        ("aCD", 3),
        ("userDefined", 4),
    )


class RetryValue(univ.Choice):
    """How many more routes the computing function has."""

    clause = "ECMA-285 device-feature-types"
    componentType = NamedTypes(
        required("noListAvailable", implicit(univ.Boolean, 0)),
        required("noCountAvailable", implicit(univ.Boolean, 1)),
        required("retryCount", implicit(univ.Integer, 2)),
    )
