"""The association: AARQ in, AARE out (ITU-T X.227, ECMA-285 application context)."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from protocols.acse import _codec_acse as acse
from protocols.csta.phase3.codec import Aare, Aarq
from sim.csta.dialects import Dialect, Phase
from sim.csta.phase12.functions import functionality

_ACCEPTED: Final = 0
_PERMANENT: Final = 1
_TRANSIENT: Final = 2
_NO_REASON: Final = 1
_CONTEXT_NOT_SUPPORTED: Final = 2
_AUTHENTICATION_FAILURE: Final = 13
_AUTHENTICATION_REQUIRED: Final = 14

_STAMP: Final = acse.ResponderAuthentication(b"SIM000.00.001:01", b"001.000")


class Login(Struct, frozen=True, gc=False):
    """Name and password that the switch accepts."""

    name: str = "AMHOST"
    password: str = "77777"  # noqa: S105 - the published default of the family


def answer(aarq: Aarq, dialect: Dialect, login: Login, *, room: bool) -> tuple[Aare, str]:
    """Answer an AARQ; the text says why it is refused and is empty when it is not."""
    version = _version(aarq, dialect)
    if aarq.application_context_name not in dialect.contexts:
        return _refusal(
            aarq, dialect, _PERMANENT, _CONTEXT_NOT_SUPPORTED
        ), "application context"
    if dialect.login:
        given = _given(aarq)
        if given is None:
            refusal = _refusal(aarq, dialect, _PERMANENT, _AUTHENTICATION_REQUIRED)
            return refusal, "no name and password"
        if given != (login.name.encode(), login.password.encode()):
            refusal = _refusal(aarq, dialect, _PERMANENT, _AUTHENTICATION_FAILURE)
            return refusal, "wrong name or password"
    if version is None:
        return _refusal(aarq, dialect, _PERMANENT, _NO_REASON), "no version in common"
    if not room:
        return _refusal(aarq, dialect, _TRANSIENT, _NO_REASON), "too many associations"
    bits = "".join("1" if bit == version else "0" for bit in range(dialect.version_bits))
    information = acse.AssociationInformation(
        dialect.information_reference,
        _information(bits, dialect),
    )
    value: Any = None
    if dialect.login:
        value = ("external", acse.AuthenticationExternal(single=("responder", _STAMP)))
    return (
        Aare(
            protocol_version=aarq.protocol_version,
            application_context_name=aarq.application_context_name,
            result=_ACCEPTED,
            result_source_diagnostic=("serviceUser", dialect.acceptance_diagnostic),
            responder_acse_requirements="10" if dialect.login else None,
            responding_authentication_value=value,
            user_information=(information,),
        ),
        "",
    )


def _refusal(aarq: Aarq, dialect: Dialect, result: int, diagnostic: int) -> Aare:
    return Aare(
        protocol_version=aarq.protocol_version,
        application_context_name=dialect.contexts[0],
        result=result,
        result_source_diagnostic=("serviceUser", diagnostic),
    )


def _information(bits: str, dialect: Dialect) -> acse.ACSEUserInformationForCSTA:
    """Say the version chosen, and before phase III the services, too."""
    if dialect.phase is Phase.III:
        return ("newDefinition", acse.NewACSEUserInformationForCSTA(bits))
    required, supplied = acse.CSTAFunctionality(), functionality(dialect)
    return ("oldDefinition", acse.OldACSEUserInformationForCSTA(bits, required, supplied))


def _version(aarq: Aarq, dialect: Dialect) -> int | None:
    """Choose the best version that both have; compared by position, not by length."""
    for information in aarq.user_information or ():
        _, told = information.single
        wanted = {position for position, bit in enumerate(told.csta_version) if bit == "1"}
        return next((bit for bit in dialect.versions if bit in wanted), None)
    return None


def _given(aarq: Aarq) -> tuple[bytes, bytes] | None:
    match aarq.calling_authentication_value:
        case (
            "external",
            acse.AuthenticationExternal(
                single=("sender", acse.SenderAuthentication(name, password))
            ),
        ):
            return name, password
        case _:
            return None
