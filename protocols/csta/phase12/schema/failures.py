"""The error of phases I and II, universalFailure (ECMA-180)."""

from __future__ import annotations

from pyasn1.type import namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, required
from protocols.csta.phase12.schema.extensions import CSTAPrivateData, TaggedPrivateData


class Operations(univ.Enumerated):
    """Something is wrong with the request."""

    clause = "ECMA-180 error-definition"
    namedValues = namedval.NamedValues(
        ("generic", 1),
        ("requestIncompatibleWithObject", 2),
        ("valueOutOfRange", 3),
        ("objectNotKnown", 4),
        ("invalidCallingDevice", 5),
        ("invalidCalledDevice", 6),
        ("invalidForwardingDestination", 7),
        ("privilegeViolationOnSpecifiedDevice", 8),
        ("privilegeViolationOnCalledDevice", 9),
        ("privilegeViolationOnCallingDevice", 10),
        ("invalidCSTACallIdentifier", 11),
        ("invalidCSTADeviceIdentifier", 12),
        ("invalidCSTAConnectionIdentifier", 13),
        ("invalidDestination", 14),
        ("invalidFeature", 15),
        ("invalidAllocationState", 16),
        ("invalidCrossRefID", 17),
        ("invalidObjectType", 18),
        ("securityViolation", 19),
    )


class StateIncompatibility(univ.Enumerated):
    """The object is in the wrong state."""

    clause = "ECMA-180 error-definition"
    namedValues = namedval.NamedValues(
        ("generic", 1),
        ("invalidObjectState", 2),
        ("invalidConnectionID", 3),
        ("noActiveCall", 4),
        ("noHeldCall", 5),
        ("noCallToClear", 6),
        ("noConnectionToClear", 7),
        ("noCallToAnswer", 8),
        ("noCallToComplete", 9),
    )


class SystemResourceAvailability(univ.Enumerated):
    """The switching function lacks a resource. 2 and 3 are others than in phase III."""

    clause = "ECMA-180 error-definition"
    namedValues = namedval.NamedValues(
        ("generic", 1),
        ("serviceBusy", 2),
        ("resourceBusy", 3),
        ("resourceOutOfService", 4),
        ("networkBusy", 5),
        ("networkOutOfService", 6),
        ("overallMonitorLimitExceeded", 7),
        ("conferenceMemberLimitExceeded", 8),
    )


class SubscribedResourceAvailability(univ.Enumerated):
    """A resource that was bought is used up."""

    clause = "ECMA-180 error-definition"
    namedValues = namedval.NamedValues(
        ("generic", 1),
        ("objectMonitorLimitExceeded", 2),
        ("externalTrunkLimitExceeded", 3),
        ("outstandingRequestLimitExceeded", 4),
    )


class PerformanceManagement(univ.Enumerated):
    """The switching function protects itself."""

    clause = "ECMA-180 error-definition"
    namedValues = namedval.NamedValues(("generic", 1), ("performanceLimitExceeded", 2))


class SecurityError(univ.Enumerated):
    """A protection is not right."""

    clause = "ECMA-180 error-definition"
    namedValues = namedval.NamedValues(
        ("unspecified", 0),
        ("sequenceNumberViolated", 1),
        ("timeStampViolated", 2),
        ("pACViolated", 3),
        ("sealViolated", 4),
    )


_COMMON = (
    required("operationalErrors", implicit(Operations, 1)),
    required("stateErrors", implicit(StateIncompatibility, 2)),
    required("systemResourceErrors", implicit(SystemResourceAvailability, 3)),
    required(
        "subscribedResourceAvailabilityErrors", implicit(SubscribedResourceAvailability, 4)
    ),
    required("performanceErrors", implicit(PerformanceManagement, 5)),
)


class UniversalFailure(univ.Choice):
    """Why a service was not carried out."""

    clause = "ECMA-180 error-definition"
    extensible = True
    componentType = NamedTypes(
        *_COMMON,
        required("securityErrors", implicit(SecurityError, 6)),
        required("unspecifiedErrors", implicit(univ.Null, 7)),
        required("nonStandardErrors", TaggedPrivateData()),
        required("plainNonStandardErrors", CSTAPrivateData()),
    )


class ApplicationLinkFailure(univ.Choice):
    """Why a service was not carried out, as the Application Link of an MD110 says it."""

    clause = "Ericsson Application Link"
    extensible = True
    componentType = NamedTypes(
        *_COMMON,
        required("unspecifiedErrors", implicit(univ.Null, 6)),
    )
