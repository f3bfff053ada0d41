"""The APDUs that open and close a CSTA association (ITU-T X.227).

X.227 leaves open what stands inside an EXTERNAL; on a CSTA link it is one of two things, so
the two uses are two types: ``AuthenticationExternal`` with the login of the HiPath family,
``AssociationInformation`` with the versions and services of ECMA-285. The names and titles
of application entities (X.227 tags 2 to 9) are left out: no CSTA link sends them.
"""

from __future__ import annotations

from typing import Any

from pyasn1.type import namedval, tag, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import application, explicit, implicit, optional, required

# pyasn1 has no EXTERNAL (universal 8) and its stubs leave the methods of a tag set untyped.
_sequence: Any = univ.Sequence.tagSet
_EXTERNAL = _sequence.tagImplicitly(tag.Tag(tag.tagClassUniversal, tag.tagFormatConstructed, 8))

# --- user information -------------------------------------------------------------------


class CSTAVersion(univ.BitString):
    """Editions of the standard a side can speak. The number of bits sent varies."""

    clause = "ECMA-285 application-context-information-csta3"
    namedValues = namedval.NamedValues(
        ("versionOne", 0),  # ECMA-180
        ("versionTwo", 1),  # ECMA-218
        ("versionThree", 2),  # ECMA-285 edition 1
        ("versionFour", 3),  # ISO/IEC 18052
        ("versionFive", 4),  # ECMA-285 edition 2
        ("versionSix", 5),  # ECMA-323
        ("versionSeven", 6),  # ECMA-323 edition 2
        ("versionEight", 7),  # ECMA-323 edition 3
        ("versionNine", 8),  # ECMA-323 edition 4, full tags
        ("versionTen", 9),  # ECMA-323 edition 4, short tags
        ("versionEleven", 10),  # ECMA-323 edition 4, dynamic transformation
        ("versionTwelve", 11),  # ECMA-323 edition 5, full tags
        ("versionThirteen", 12),  # ECMA-323 edition 5, short tags
        ("versionFourteen", 13),  # ECMA-323 edition 5, dynamic transformation
        ("versionFifteen", 14),  # ECMA-285 edition 3
        ("versionSixteen", 15),  # ECMA-323 edition 6, full tags
        ("versionSeventeen", 16),  # ECMA-323 edition 6, short tags
        ("versionEighteen", 17),  # ECMA-323 edition 6, dynamic transformation
        ("versionNineteen", 18),  # ECMA-285 edition 4
    )


class CSTAFunctionality(univ.Sequence):
    """The phase II services of a side, one bit string per group, absent when empty.

    The bits count the services in the order of ECMA-218: 0 alternateCall of the switching
    function, 0 callCleared of the event reports, 0 routeRequest of the computing function.
    """

    clause = "ECMA-285 application-context-information-csta3"
    componentType = NamedTypes(
        optional("switchingFunctionServices", implicit(univ.BitString, 0)),
        optional("eventReportServices", implicit(univ.BitString, 1)),
        optional("computingFunctionServices", implicit(univ.BitString, 2)),
        optional("bidirectionalServices", implicit(univ.BitString, 3)),
        optional("statusReportingServices", implicit(univ.BitString, 4)),
        optional("inputOutputServices", implicit(univ.BitString, 5)),
        optional("voiceUnitServices", implicit(univ.BitString, 6)),
    )


class CSTAPrivateDataVersionList(univ.SequenceOf):
    """Versions of the vendor's private data."""

    componentType = univ.Integer()


class OldACSEUserInformationForCSTA(univ.Sequence):
    """Versions and services in the form of phases I and II."""

    clause = "ECMA-285 application-context-information-csta3"
    componentType = NamedTypes(
        required("cSTAVersion", CSTAVersion()),
        required("cSTAFunctionsRequiredByApplication", CSTAFunctionality()),
        required("cSTAFunctionsThatCanBeSupplied", CSTAFunctionality()),
    )


class NewACSEUserInformationForCSTA(univ.Sequence):
    """Versions and services in the form of phase III."""

    clause = "ECMA-285 application-context-information-csta3"
    componentType = NamedTypes(
        required("cSTAVersion", CSTAVersion()),
        optional("cSTAFunctionsRequiredByApplication", implicit(CSTAFunctionality, 0)),
        optional("cSTAFunctionsThatCanBeSupplied", implicit(CSTAFunctionality, 1)),
        optional("privateDataVersionList", implicit(CSTAPrivateDataVersionList, 2)),
    )


class ACSEUserInformationForCSTA(univ.Choice):
    """What both sides say about themselves when the association is opened."""

    clause = "ECMA-285 application-context-information-csta3"
    componentType = NamedTypes(
        required("oldDefinition", OldACSEUserInformationForCSTA()),
        required("newDefinition", implicit(NewACSEUserInformationForCSTA, 0)),
    )


class AssociationInformation(univ.Sequence):
    """EXTERNAL with the CSTA user information; HiPath 3000 sends no direct reference."""

    clause = "X.227 EXTERNAL"
    tagSet = _EXTERNAL
    componentType = NamedTypes(
        optional("directReference", univ.ObjectIdentifier()),
        required("single", explicit(ACSEUserInformationForCSTA, 0)),
    )


class UserInformation(univ.SequenceOf):
    """User information of an association APDU; one element on every link seen."""

    clause = "X.227 Association-information"
    componentType = AssociationInformation()


# --- authentication ---------------------------------------------------------------------


class SenderAuthentication(univ.Sequence):
    """Login of the computing function at a HiPath, in clear."""

    clause = "HiPath CSTA authentication"
    componentType = NamedTypes(
        required("name", univ.OctetString()),
        required("password", univ.OctetString()),
    )


class ResponderAuthentication(univ.Sequence):
    """What a HiPath says about itself when it accepts a login."""

    clause = "HiPath CSTA authentication"
    componentType = NamedTypes(
        required("softwareStamp", univ.OctetString()),
        required("systemVersion", univ.OctetString()),
    )


class HiPathAuthentication(univ.Choice):
    """Content of an authentication value in the HiPath family."""

    clause = "HiPath CSTA authentication"
    extensible = True
    componentType = NamedTypes(
        required("sender", implicit(SenderAuthentication, 0)),
        required("responder", implicit(ResponderAuthentication, 1)),
    )


class AuthenticationExternal(univ.Sequence):
    """EXTERNAL with a login."""

    clause = "X.227 EXTERNAL"
    tagSet = _EXTERNAL
    componentType = NamedTypes(
        optional("directReference", univ.ObjectIdentifier()),
        required("single", explicit(HiPathAuthentication, 0)),
    )


class OtherAuthenticationValue(univ.Sequence):
    """An authentication value of a mechanism that names itself."""

    clause = "X.227 Authentication-value"
    componentType = NamedTypes(
        required("otherMechanismName", univ.ObjectIdentifier()),
        required("otherMechanismValue", univ.Any()),
    )


class AuthenticationValue(univ.Choice):
    """Who is calling or answering. ``charstring`` (a GraphicString) is kept as octets."""

    clause = "X.227 Authentication-value"
    componentType = NamedTypes(
        required("charstring", implicit(univ.OctetString, 0)),
        required("bitstring", implicit(univ.BitString, 1)),
        required("external", implicit(AuthenticationExternal, 2)),
        required("other", implicit(OtherAuthenticationValue, 3)),
    )


class ACSERequirements(univ.BitString):
    """Functional units in use."""

    clause = "X.227 ACSE-requirements"
    namedValues = namedval.NamedValues(("authentication", 0))


class ProtocolVersion(univ.BitString):
    """Versions of X.227; absent means version 1."""

    clause = "X.227 protocol-version"
    namedValues = namedval.NamedValues(("version1", 0))


# --- APDUs ------------------------------------------------------------------------------


class AssociateResult(univ.Integer):
    """0 accepted, 1 rejected permanent, 2 rejected transient."""

    clause = "X.227 Associate-result"


class ServiceUserDiagnostic(univ.Integer):
    """The partner's reason.

    0 null, 1 no reason given, 2 application context not supported, 3 to 10 a title or
    qualifier not recognized, 11 mechanism not recognized, 12 mechanism required,
    13 authentication failure, 14 authentication required.
    """


class ServiceProviderDiagnostic(univ.Integer):
    """The protocol machine's reason: 0 null, 1 no reason given, 2 no common version."""


class AssociateSourceDiagnostic(univ.Choice):
    """Who decided on the association, and why. Panasonic answers user 1 to every AARQ."""

    clause = "X.227 Associate-source-diagnostic"
    componentType = NamedTypes(
        required("serviceUser", explicit(ServiceUserDiagnostic, 1)),
        required("serviceProvider", explicit(ServiceProviderDiagnostic, 2)),
    )


class AARQ(univ.Sequence):
    """Ask for an association."""

    clause = "X.227 AARQ-apdu"
    tagSet = application(univ.Sequence, 0)
    componentType = NamedTypes(
        optional("protocolVersion", implicit(ProtocolVersion, 0)),
        required("applicationContextName", explicit(univ.ObjectIdentifier, 1)),
        optional("senderAcseRequirements", implicit(ACSERequirements, 10)),
        optional("mechanismName", implicit(univ.ObjectIdentifier, 11)),
        optional("callingAuthenticationValue", explicit(AuthenticationValue, 12)),
        optional("userInformation", implicit(UserInformation, 30)),
    )


class AARE(univ.Sequence):
    """Accept or refuse an association."""

    clause = "X.227 AARE-apdu"
    tagSet = application(univ.Sequence, 1)
    componentType = NamedTypes(
        optional("protocolVersion", implicit(ProtocolVersion, 0)),
        required("applicationContextName", explicit(univ.ObjectIdentifier, 1)),
        required("result", explicit(AssociateResult, 2)),
        required("resultSourceDiagnostic", explicit(AssociateSourceDiagnostic, 3)),
        optional("responderAcseRequirements", implicit(ACSERequirements, 8)),
        optional("mechanismName", implicit(univ.ObjectIdentifier, 9)),
        optional("respondingAuthenticationValue", explicit(AuthenticationValue, 10)),
        optional("userInformation", implicit(UserInformation, 30)),
    )


class RLRQ(univ.Sequence):
    """Ask to release the association. Reason: 0 normal, 1 urgent, 30 user defined."""

    clause = "X.227 RLRQ-apdu"
    tagSet = application(univ.Sequence, 2)
    componentType = NamedTypes(
        optional("reason", implicit(univ.Integer, 0)),
        optional("userInformation", implicit(UserInformation, 30)),
    )


class RLRE(univ.Sequence):
    """Answer a release. Reason: 0 normal, 1 not finished, 30 user defined."""

    clause = "X.227 RLRE-apdu"
    tagSet = application(univ.Sequence, 3)
    componentType = NamedTypes(
        optional("reason", implicit(univ.Integer, 0)),
        optional("userInformation", implicit(UserInformation, 30)),
    )


class ABRTDiagnostic(univ.Enumerated):
    """Why an association was aborted."""

    clause = "X.227 ABRT-diagnostic"
    namedValues = namedval.NamedValues(
        ("noReasonGiven", 1),
        ("protocolError", 2),
        ("authenticationMechanismNameNotRecognized", 3),
        ("authenticationMechanismNameRequired", 4),
        ("authenticationFailure", 5),
        ("authenticationRequired", 6),
    )


class ABRT(univ.Sequence):
    """End the association at once. Source: 0 service user, 1 service provider."""

    clause = "X.227 ABRT-apdu"
    tagSet = application(univ.Sequence, 4)
    componentType = NamedTypes(
        required("abortSource", implicit(univ.Integer, 0)),
        optional("abortDiagnostic", implicit(ABRTDiagnostic, 1)),
        optional("userInformation", implicit(UserInformation, 30)),
    )


class ACSE(univ.Choice):
    """Any association control APDU."""

    clause = "X.227 ACSE-apdu"
    componentType = NamedTypes(
        required("AARQ", AARQ()),
        required("AARE", AARE()),
        required("RLRQ", RLRQ()),
        required("RLRE", RLRE()),
        required("ABRT", ABRT()),
    )
