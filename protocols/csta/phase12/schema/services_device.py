"""Features, routes and private services of phases I and II: arguments and results."""

from __future__ import annotations

from pyasn1.type import char, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import explicit, implicit, optional, required
from protocols.csta.phase3.schema.types import RetryValue, RouteingCrossRefID
from protocols.csta.phase12.schema.extensions import (
    CSTACommonArguments,
    CSTAPrivateDataList,
    CSTASecurityData,
)
from protocols.csta.phase12.schema.failures import UniversalFailure
from protocols.csta.phase12.schema.identifiers import (
    CalledDeviceID,
    CallingDeviceID,
    ConnectionID,
    DeviceID,
)
from protocols.csta.phase12.schema.services_call import EXTENSIONS
from protocols.csta.phase12.schema.values import (
    AgentParameter,
    AgentState,
    DeviceInfo,
    ForwardItems,
    ForwardParameter,
    QueryDeviceFeature,
    SelectValue,
)

# --- features ---------------------------------------------------------------------------


class SetDeviceFeature(univ.Choice):
    """A feature and what it shall be."""

    clause = "ECMA-180 set-feature"
    extensible = True
    componentType = NamedTypes(
        required("msgWaiting", implicit(univ.Boolean, 0)),
        required("doNotDisturb", implicit(univ.Boolean, 1)),
        required("forward", implicit(ForwardParameter, 2)),
        required("requestedAgentState", explicit(AgentParameter, 3)),
    )


class SetFeatureArgument(univ.Sequence):
    """Set a feature of a device."""

    clause = "ECMA-180 set-feature"
    componentType = NamedTypes(
        required("device", DeviceID()), required("feature", SetDeviceFeature()), *EXTENSIONS
    )


class QueryDeviceArgument(univ.Sequence):
    """Ask for a feature of a device."""

    clause = "ECMA-180 query-device"
    componentType = NamedTypes(
        required("device", DeviceID()), required("feature", QueryDeviceFeature()), *EXTENSIONS
    )


class QueryDeviceInformation(univ.Choice):
    """What a feature is set to."""

    clause = "ECMA-180 query-device"
    extensible = True
    componentType = NamedTypes(
        required("msgWaiting", implicit(univ.Boolean, 0)),
        required("doNotDisturb", implicit(univ.Boolean, 1)),
        required("forward", implicit(ForwardItems, 2)),
        required("lastDialed", implicit(char.IA5String, 3)),
        required("deviceInfo", implicit(DeviceInfo, 4)),
        required("agentState", implicit(AgentState, 5)),
        required("routingEnabled", implicit(univ.Boolean, 6)),
        required("autoAnswer", implicit(univ.Boolean, 7)),
        required("microphoneMute", implicit(univ.Boolean, 8)),
        required("speakerMute", implicit(univ.Boolean, 9)),
        required("speakerVolume", implicit(univ.Integer, 10)),
    )


class InformationWithExtensions(univ.Sequence):
    """What a feature is set to, with extensions."""

    clause = "ECMA-180 query-device"
    componentType = NamedTypes(
        required("deviceInformation", QueryDeviceInformation()), *EXTENSIONS
    )


class QueryDeviceResult(univ.Choice):
    """Answer to a question for a feature."""

    clause = "ECMA-180 query-device"
    bare = "deviceInformation"
    componentType = NamedTypes(
        required("extended", InformationWithExtensions()),
        required("deviceInformation", QueryDeviceInformation()),
    )


# --- routes -----------------------------------------------------------------------------


class RouteRequestArgument(univ.Sequence):
    """The switching function asks where a call shall go."""

    clause = "ECMA-180 route-request"
    componentType = NamedTypes(
        required("crossRefIdentifier", RouteingCrossRefID()),
        required("currentRoute", CalledDeviceID()),
        optional("callingDevice", CallingDeviceID()),
        optional("routedCall", ConnectionID()),
        optional("routeSelAlgorithm", SelectValue()),
        optional("priority", univ.Boolean()),
        optional("setupInformation", univ.OctetString()),
        *EXTENSIONS,
    )


class ReRouteRequestArgument(univ.Sequence):
    """The switching function asks for another route."""

    clause = "ECMA-180 re-route-request"
    componentType = NamedTypes(
        required("crossRefIdentifier", RouteingCrossRefID()), *EXTENSIONS
    )


class RouteSelectRequestArgument(univ.Sequence):
    """The computing function says where a call shall go."""

    clause = "ECMA-180 route-select-request"
    componentType = NamedTypes(
        required("crossRefIdentifier", RouteingCrossRefID()),
        required("routeSelected", CalledDeviceID()),
        optional("remainRetry", RetryValue()),
        optional("setupInformation", univ.OctetString()),
        optional("routeUsedReq", univ.Boolean()),
        *EXTENSIONS,
    )


class RouteUsedRequestArgument(univ.Sequence):
    """The switching function says where a call went."""

    clause = "ECMA-180 route-used-request"
    componentType = NamedTypes(
        required("crossRefIdentifier", RouteingCrossRefID()),
        required("routeUsed", CalledDeviceID()),
        optional("callingDevice", CallingDeviceID()),
        optional("domain", univ.Boolean()),
        *EXTENSIONS,
    )


class RouteEndRequestArgument(univ.Sequence):
    """A routing dialogue is over."""

    clause = "ECMA-180 route-end-request"
    componentType = NamedTypes(
        required("crossRefIdentifier", RouteingCrossRefID()),
        optional("errorValue", UniversalFailure()),
        # Private data alone has the tag of a failure that is private.
        optional("extensions", CSTACommonArguments()),
    )


# --- private services -------------------------------------------------------------------


class EscapeWithoutTag(univ.Sequence):
    """Private data as the argument of a service."""

    clause = "ECMA-218 escape-service"
    componentType = NamedTypes(
        optional("security", implicit(CSTASecurityData, 0)),
        optional("privateData", implicit(CSTAPrivateDataList, 1)),
    )


class EscapeArgument(univ.Choice):
    """A service of the vendor; the tag is left out on the one link seen."""

    clause = "ECMA-218 escape-service"
    bare = "plain"
    componentType = NamedTypes(
        required("plain", EscapeWithoutTag()),
        required("tagged", CSTACommonArguments()),
    )
