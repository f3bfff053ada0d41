"""Routeing services (ECMA-269 clause 20).

Requests of a dialogue have no result: the peer answers with the next request, or an error.
"""

from __future__ import annotations

from pyasn1.type import namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import explicit, implicit, optional, required
from protocols.csta.phase3.schema.calls import (
    CallCharacteristics,
    CallLinkageData,
    DeviceHistory,
    LanguagePreferences,
    MessageInfo,
    SubjectOfCall,
)
from protocols.csta.phase3.schema.errors import UniversalFailure
from protocols.csta.phase3.schema.identifiers import (
    AssociatedCalledDeviceID,
    AssociatedCallingDeviceID,
    CalledDeviceID,
    CallingDeviceID,
    ConnectionID,
    DeviceID,
    DeviceIDList,
    SubjectDeviceID,
)
from protocols.csta.phase3.schema.media import (
    ConnectionInformation,
    MediaCallCharacteristics,
    MediaClass,
)
from protocols.csta.phase3.schema.types import (
    CorrelatorData,
    CSTACommonArguments,
    RetryValue,
    RouteingCrossRefID,
    RouteRegisterReqID,
    SelectValue,
)


class RouteRequestArgument(univ.Sequence):
    """The switching function asks where a call shall go."""

    clause = "ECMA-285 route-request"
    componentType = NamedTypes(
        required("crossRefIdentifier", RouteingCrossRefID()),
        optional("routeRegisterReqID", implicit(RouteRegisterReqID, 0)),
        required("currentRoute", CalledDeviceID()),
        optional("callingDevice", CallingDeviceID()),
        optional("routeingDevice", SubjectDeviceID()),
        optional("routedCall", ConnectionID()),
        optional("routeSelAlgorithm", implicit(SelectValue, 1)),
        optional("associatedCallingDevice", AssociatedCallingDeviceID()),
        optional("associatedCalledDevice", AssociatedCalledDeviceID()),
        optional("priority", implicit(univ.Boolean, 2)),
        optional("replyTimeout", implicit(univ.Integer, 3)),
        optional("correlatorData", implicit(CorrelatorData, 4)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 5)),
        optional("callCharacteristics", implicit(CallCharacteristics, 6)),
        optional("routeCallInfo", implicit(ConnectionInformation, 7)),
        optional("callLinkageData", implicit(CallLinkageData, 8)),
        optional("subjectOfCall", implicit(SubjectOfCall, 9)),
        optional("messageInfo", implicit(MessageInfo, 10)),
        optional("languagePreferences", implicit(LanguagePreferences, 11)),
        optional("deviceHistory", implicit(DeviceHistory, 12)),
        optional("extensions", CSTACommonArguments()),
    )


class ReRouteRequestArgument(univ.Sequence):
    """The route given does not work; the switching function asks for another."""

    clause = "ECMA-285 re-route-request"
    componentType = NamedTypes(
        required("crossRefIdentifier", RouteingCrossRefID()),
        optional("routeRegisterReqID", implicit(RouteRegisterReqID, 0)),
        optional("replyTimeout", implicit(univ.Integer, 1)),
        optional("correlatorData", implicit(CorrelatorData, 2)),
        optional("callLinkageData", implicit(CallLinkageData, 3)),
        optional("extensions", CSTACommonArguments()),
    )


class RouteSelectRequestArgument(univ.Sequence):
    """The computing function gives a route."""

    clause = "ECMA-285 route-select-request"
    componentType = NamedTypes(
        required("crossRefIdentifier", RouteingCrossRefID()),
        optional("routeRegisterReqID", implicit(RouteRegisterReqID, 0)),
        required("routeSelected", explicit(DeviceID, 1)),
        optional("alternateRoutes", implicit(DeviceIDList, 2)),
        optional("remainRetries", explicit(RetryValue, 3)),
        optional("routeUsedReq", implicit(univ.Boolean, 4)),
        optional("correlatorData", implicit(CorrelatorData, 5)),
        optional("extensions", CSTACommonArguments()),
    )


class RouteUsedRequestArgument(univ.Sequence):
    """The switching function tells which route was taken."""

    clause = "ECMA-285 route-used-request"
    componentType = NamedTypes(
        required("crossRefIdentifier", RouteingCrossRefID()),
        optional("routeRegisterReqID", implicit(RouteRegisterReqID, 0)),
        required("routeUsed", CalledDeviceID()),
        optional("callingDevice", CallingDeviceID()),
        optional("domain", univ.Boolean()),
        optional("correlatorData", implicit(CorrelatorData, 1)),
        optional("callLinkageData", implicit(CallLinkageData, 2)),
        optional("extensions", CSTACommonArguments()),
    )


class RouteEndRequestArgument(univ.Sequence):
    """A routeing dialogue ends."""

    clause = "ECMA-285 route-end-request"
    componentType = NamedTypes(
        required("crossRefIdentifier", RouteingCrossRefID()),
        optional("routeRegisterReqID", implicit(RouteRegisterReqID, 0)),
        optional("errorValue", explicit(UniversalFailure, 1)),
        optional("correlatorData", implicit(CorrelatorData, 2)),
        optional("extensions", CSTACommonArguments()),
    )


class RejectCause(univ.Enumerated):
    """Why the computing function rejects a call."""

    clause = "ECMA-285 route-reject"
    namedValues = namedval.NamedValues(
        ("busyOverflow", 1),
        ("queueTimeOverflow", 2),
        ("capacityOverflow", 3),
        ("calendarOverflow", 4),
        ("unknownOverflow", 5),
    )


class RouteRejectArgument(univ.Sequence):
    """The computing function sends a call back to the network."""

    clause = "ECMA-285 route-reject"
    componentType = NamedTypes(
        required("crossRefIdentifier", RouteingCrossRefID()),
        optional("routeRegisterReqID", implicit(RouteRegisterReqID, 0)),
        optional("rejectCause", implicit(RejectCause, 1)),
        optional("correlatorData", implicit(CorrelatorData, 2)),
        optional("extensions", CSTACommonArguments()),
    )


class RouteRegisterArgument(univ.Sequence):
    """Ask for the route requests of a device, or of all."""

    clause = "ECMA-285 route-register"
    componentType = NamedTypes(
        optional("routeingDevice", DeviceID()),
        optional("requestedRouteingMediaClass", MediaClass()),
        optional("extensions", CSTACommonArguments()),
    )


class RouteRegisterResult(univ.Sequence):
    """The registration."""

    clause = "ECMA-285 route-register"
    componentType = NamedTypes(
        required("routeRegisterReqID", RouteRegisterReqID()),
        optional("actualRouteingMediaClass", MediaClass()),
        optional("extensions", CSTACommonArguments()),
    )


class RouteRegisterAbortArgument(univ.Sequence):
    """The switching function ends a registration."""

    clause = "ECMA-285 route-register-abort"
    componentType = NamedTypes(
        required("routeRegisterReqID", RouteRegisterReqID()),
        optional("extensions", CSTACommonArguments()),
    )


class RouteRegisterCancelArgument(univ.Sequence):
    """The computing function ends a registration."""

    clause = "ECMA-285 route-register-cancel"
    componentType = NamedTypes(
        required("routeRegisterReqID", RouteRegisterReqID()),
        optional("extensions", CSTACommonArguments()),
    )
