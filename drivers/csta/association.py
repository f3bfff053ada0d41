"""Opening and closing a CSTA association (ITU-T X.227; ECMA-285 ACSE user information)."""

from __future__ import annotations

from typing import Final

from cti.driver import Secret
from cti.model.capabilities import Peer
from cti.model.states import LinkState
from drivers.csta.dialects import Dialect, Functions
from drivers.csta.settings import Login
from protocols.acse import _codec_acse as acse
from protocols.csta.phase3.codec import Aare, Aarq, Abrt

_ACCEPTED: Final = 0
_REJECTED_PERMANENT: Final = 1
_AUTHENTICATION: Final = "1"
"""Functional units: bit 0, authentication."""

_REFUSALS: Final = {
    2: "application context not supported",
    11: "authentication mechanism not recognized",
    12: "authentication mechanism required",
    13: "authentication failure",
    14: "authentication required",
}
"""Diagnostics of the association's user in words."""


def request(dialect: Dialect, login: Login | None, version_bits: str) -> Aarq:
    """Make the AARQ of a dialect."""
    user: acse.ACSEUserInformationForCSTA = (
        "newDefinition",
        acse.NewACSEUserInformationForCSTA(
            version_bits, private_data_version_list=dialect.private_versions
        ),
    )
    if dialect.functions is not None:
        required, supplied = map(_functionality, dialect.functions)
        old = acse.OldACSEUserInformationForCSTA(version_bits, required, supplied)
        user = ("oldDefinition", old)
    authentication: acse.AuthenticationValue | None = None
    if login is not None:
        sender = acse.SenderAuthentication(login.name.encode(), login.password.encode())
        authentication = (
            "external",
            acse.AuthenticationExternal(single=("sender", sender)),
        )
    elif dialect.greeting:
        authentication = ("charstring", dialect.greeting)
    return Aarq(
        protocol_version=dialect.protocol_version,
        application_context_name=dialect.context,
        sender_acse_requirements=None if login is None else _AUTHENTICATION,
        calling_authentication_value=authentication,
        user_information=(acse.AssociationInformation(dialect.direct_reference, user),),
    )


def secret(login: Login) -> Secret:
    """Say how the password stands in the AARQ: an OCTET STRING."""
    password = login.password.encode()
    short = len(password) < 0x80
    return Secret(bytes((0x04, len(password)) if short else (0x04, 0x81, 0x80)), password)


def _functionality(told: Functions) -> acse.CSTAFunctionality:
    switching, events, computing, both, status = (bits or None for bits in told)
    return acse.CSTAFunctionality(switching, events, computing, both, status)


def refusal(pdu: Aare) -> tuple[LinkState, str] | None:
    """Tell which state a refusal leaves the link in, and why; None when it is accepted."""
    if pdu.result == _ACCEPTED:
        return None
    by, diagnostic = pdu.result_source_diagnostic
    words = _REFUSALS.get(diagnostic, "") if by == "serviceUser" else ""
    reason = f"association refused: {words or f'{by} diagnostic {diagnostic}'}"
    permanent = pdu.result == _REJECTED_PERMANENT
    return LinkState.BLOCKED if permanent else LinkState.DOWN, reason


def versions(pdu: Aare) -> str:
    """Name the version bits that the switch answered with."""
    for external in pdu.user_information or ():
        _, told = external.single
        bits = [str(bit) for bit, one in enumerate(told.csta_version) if one == "1"]
        return "version bit " + ", ".join(bits) if bits else ""
    return ""


def peer(pdu: Aare, dialect: Dialect) -> Peer:
    """Tell who answered, as far as it says."""
    release = ""
    match pdu.responding_authentication_value:
        case ("external", external):
            match external.single:
                case ("responder", responder):
                    release = responder.software_stamp.decode("latin-1").strip()
                case _:
                    pass
        case _:
            pass
    return Peer(dialect.vendor, dialect.product, release)


def abort_reason(pdu: Abrt) -> str:
    """Say why the association was aborted."""
    by = "the service user" if pdu.abort_source == 0 else "the service provider"
    reason = f"association aborted by {by}"
    if pdu.abort_diagnostic is not None:
        reason += f", diagnostic {int(pdu.abort_diagnostic)}"
    return reason
