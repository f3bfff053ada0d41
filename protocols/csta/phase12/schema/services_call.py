"""Call services of phases I and II: arguments and results.

Where a service has one parameter, the standard lets it stand alone; with extensions it is in
a SEQUENCE with them. All switches seen send it alone. The two forms are a CHOICE here, and
values are shown as if there were only the first.
"""

from __future__ import annotations

from typing import Final

from pyasn1.type import char, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import explicit, implicit, optional, required
from protocols.csta.phase3.schema.calls import ParticipationType
from protocols.csta.phase3.schema.types import AccountInfo, AuthCode, CorrelatorData
from protocols.csta.phase12.schema.extensions import CSTACommonArguments, TaggedPrivateData
from protocols.csta.phase12.schema.identifiers import (
    CalledDeviceID,
    ConnectionID,
    ConnectionList,
    DeviceID,
)
from protocols.csta.phase12.schema.values import AllocationState

EXTENSIONS: Final = (
    optional("extensions", CSTACommonArguments()),
    optional("privateData", TaggedPrivateData()),
)
"""How a SEQUENCE ends: private data alone is phase I."""

_DATA: Final = (
    optional("accountCode", implicit(AccountInfo, 0)),
    optional("authCode", implicit(AuthCode, 1)),
    optional("correlatorData", implicit(CorrelatorData, 2)),
)
"""What phase II can add to a call."""


class ConnectionWithExtensions(univ.Sequence):
    """A connection with extensions."""

    clause = "ECMA-180 answer-call"
    componentType = NamedTypes(required("connection", ConnectionID()), *EXTENSIONS)


class ConnectionArgument(univ.Choice):
    """A connection: argument of answerCall, clearCall, clearConnection, retrieveCall.

    Of snapshotCall, too; and what makeCall and its relatives give back.
    """

    clause = "ECMA-180 answer-call"
    bare = "connection"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("extended", ConnectionWithExtensions()),
    )


class BothCalls(univ.Sequence):
    """The held and the active call of a device."""

    clause = "ECMA-180 call-connection-identifiers"
    componentType = NamedTypes(
        required("heldCall", ConnectionID()),
        required("activeCall", ConnectionID()),
    )


class ConnectionDetails(univ.Choice):
    """One of two calls of a device, where the switch knows the other, or both."""

    clause = "ECMA-180 call-connection-identifiers"
    componentType = NamedTypes(
        required("heldCall", implicit(ConnectionID, 0)),
        required("activeCall", implicit(ConnectionID, 1)),
        required("bothCalls", implicit(BothCalls, 2)),
    )


class CallsWithExtensions(univ.Sequence):
    """Two calls with extensions."""

    clause = "ECMA-180 alternate-call"
    componentType = NamedTypes(required("calls", ConnectionDetails()), *EXTENSIONS)


class CallsArgument(univ.Choice):
    """Two calls: argument of alternateCall, conferenceCall, reconnectCall, transferCall."""

    clause = "ECMA-180 alternate-call"
    bare = "calls"
    componentType = NamedTypes(
        required("calls", ConnectionDetails()),
        required("extended", CallsWithExtensions()),
    )


class ConferenceCallResult(univ.Sequence):
    """The call that two became."""

    clause = "ECMA-180 conference-call"
    componentType = NamedTypes(
        required("conferenceCall", ConnectionID()),
        optional("connections", ConnectionList()),
        *EXTENSIONS,
    )


class TransferCallResult(univ.Sequence):
    """The call that was transferred."""

    clause = "ECMA-180 transfer-call"
    componentType = NamedTypes(
        optional("transferredCall", ConnectionID()),
        optional("connections", ConnectionList()),
        *EXTENSIONS,
    )


class ConsultationCallArgument(univ.Sequence):
    """Hold a call and make another."""

    clause = "ECMA-180 consultation-call"
    componentType = NamedTypes(
        required("existingCall", ConnectionID()),
        required("calledDirectoryNumber", CalledDeviceID()),
        *_DATA,
        *EXTENSIONS,
    )


class HoldCallArgument(univ.Sequence):
    """Put a call on hold."""

    clause = "ECMA-180 hold-call"
    componentType = NamedTypes(
        required("callToBeHeld", ConnectionID()),
        optional("connectionReservation", univ.Boolean()),
        *EXTENSIONS,
    )


class MakeCallArgument(univ.Sequence):
    """Make a call."""

    clause = "ECMA-180 make-call"
    componentType = NamedTypes(
        required("callingDevice", DeviceID()),
        required("calledDirectoryNumber", CalledDeviceID()),
        *_DATA,
        *EXTENSIONS,
    )


class MakePredictiveCallArgument(univ.Sequence):
    """Make a call that begins with the called device."""

    clause = "ECMA-180 make-predictive-call"
    componentType = NamedTypes(
        required("callingDevice", DeviceID()),
        required("calledDirectoryNumber", CalledDeviceID()),
        optional("allocation", AllocationState()),
        *_DATA,
        *EXTENSIONS,
    )


# --- other devices take part ------------------------------------------------------------


class Deflect(univ.Sequence):
    """Send a call elsewhere."""

    clause = "ECMA-180 divert-call"
    componentType = NamedTypes(
        required("callToBeDiverted", ConnectionID()),
        required("newDestination", CalledDeviceID()),
    )


class DirectedPickup(univ.Sequence):
    """Answer a call that alerts at another device."""

    clause = "ECMA-180 divert-call"
    componentType = NamedTypes(
        required("callToBePickedUp", ConnectionID()),
        required("requestingDevice", DeviceID()),
    )


class DivertInfo(univ.Choice):
    """Which way a call is diverted."""

    clause = "ECMA-180 divert-call"
    componentType = NamedTypes(
        required("deflect", implicit(Deflect, 0)),
        required("pickup", implicit(DirectedPickup, 1)),
        required("group", explicit(DeviceID, 2)),
    )


class DivertWithExtensions(univ.Sequence):
    """A diversion with extensions."""

    clause = "ECMA-180 divert-call"
    componentType = NamedTypes(required("divertInfo", DivertInfo()), *EXTENSIONS)


class DivertCallArgument(univ.Choice):
    """Divert a call."""

    clause = "ECMA-180 divert-call"
    bare = "divertInfo"
    componentType = NamedTypes(
        required("divertInfo", DivertInfo()),
        required("extended", DivertWithExtensions()),
    )


class FeatureInfo(univ.Choice):
    """What shall become of a call to a device that is busy or does not answer."""

    clause = "ECMA-180 call-completion"
    componentType = NamedTypes(
        required("campOn", implicit(ConnectionID, 0)),
        required("callBack", implicit(ConnectionID, 1)),
        required("intrude", implicit(ConnectionID, 2)),
        required("callBackMessage", implicit(ConnectionID, 3)),
    )


class CompletionWithExtensions(univ.Sequence):
    """A call completion with extensions."""

    clause = "ECMA-180 call-completion"
    componentType = NamedTypes(required("featureInfo", FeatureInfo()), *EXTENSIONS)


class CallCompletionArgument(univ.Choice):
    """Complete a call."""

    clause = "ECMA-180 call-completion"
    bare = "featureInfo"
    componentType = NamedTypes(
        required("featureInfo", FeatureInfo()),
        required("extended", CompletionWithExtensions()),
    )


# --- phase II alone ---------------------------------------------------------------------


class AssociateDataArgument(univ.Sequence):
    """Give a call data."""

    clause = "ECMA-218 associate-data"
    componentType = NamedTypes(
        required("callToBeAssociated", ConnectionID()), *_DATA, *EXTENSIONS
    )


class ParkCallArgument(univ.Sequence):
    """Park a call at a device."""

    clause = "ECMA-218 park-call"
    componentType = NamedTypes(
        required("callToBeParked", ConnectionID()),
        required("parkTo", CalledDeviceID()),
        *EXTENSIONS,
    )


class SendDTMFTonesArgument(univ.Sequence):
    """Send digits on a connection; times in milliseconds."""

    clause = "ECMA-218 send-dtmf-tones"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("digits", char.IA5String()),
        optional("toneDuration", implicit(univ.Integer, 0)),
        optional("pauseDuration", implicit(univ.Integer, 1)),
        *EXTENSIONS,
    )


class SingleStepConfArgument(univ.Sequence):
    """Bring a device into a call."""

    clause = "ECMA-218 single-step-conference"
    componentType = NamedTypes(
        required("activeCall", ConnectionID()),
        required("deviceToJoin", CalledDeviceID()),
        optional("participationType", ParticipationType()),
        *EXTENSIONS,
    )


class SingleStepTransArgument(univ.Sequence):
    """Give a call away without a consultation."""

    clause = "ECMA-218 single-step-transfer"
    componentType = NamedTypes(
        required("activeCall", ConnectionID()),
        required("transferredTo", CalledDeviceID()),
        *_DATA,
        *EXTENSIONS,
    )
