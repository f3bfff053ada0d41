"""Registrations for news of the switching function (ECMA-269 clause 14)."""

from __future__ import annotations

from pyasn1.type import namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import optional, required
from protocols.csta.phase3.schema.types import (
    CSTACommonArguments,
    SysStatRegisterID,
    SystemStatus,
)


class RequestTypes(univ.BitString):
    """The news that is wanted."""

    clause = "ECMA-285 system-register"
    namedValues = namedval.NamedValues(
        ("systemStatus", 0),
        ("requestSystemStatus", 1),
        ("switchingFunctionCapsChanged", 2),
        ("switchingFunctionDevicesChanged", 3),
    )


class StatusFilter(univ.BitString):
    """Changes of status that are not told."""

    clause = "ECMA-285 system-register"
    namedValues = namedval.NamedValues(
        ("initializing", 0),
        ("enabled", 1),
        ("normal", 2),
        ("messageLost", 3),
        ("disabled", 4),
        ("partiallyDisabled", 5),
        ("overloadImminent", 6),
        ("overloadReached", 7),
        ("overloadRelieved", 8),
    )


class ChangeSysStatFilterArg(univ.Sequence):
    """Change what a registration tells."""

    clause = "ECMA-285 change-system-status-filter"
    componentType = NamedTypes(
        required("sysStatRegisterID", SysStatRegisterID()),
        required("requestedStatusFilter", SystemStatus()),
        optional("extensions", CSTACommonArguments()),
    )


class ChangeSysStatFilterRes(univ.Sequence):
    """What a registration tells from now on."""

    clause = "ECMA-285 change-system-status-filter"
    componentType = NamedTypes(
        required("actualStatusFilter", SystemStatus()),
        optional("extensions", CSTACommonArguments()),
    )


class SystemRegisterArgument(univ.Sequence):
    """Register for news of the switching function."""

    clause = "ECMA-285 system-register"
    componentType = NamedTypes(
        required("requestTypes", RequestTypes()),
        optional("requestedStatusFilter", StatusFilter()),
        optional("extensions", CSTACommonArguments()),
    )


class SystemRegisterResult(univ.Sequence):
    """The registration that was made."""

    clause = "ECMA-285 system-register"
    componentType = NamedTypes(
        required("sysStatRegisterID", SysStatRegisterID()),
        optional("actualStatusFilter", StatusFilter()),
        optional("extensions", CSTACommonArguments()),
    )


class SystemRegisterAbortArgument(univ.Sequence):
    """A registration was ended by the switching function."""

    clause = "ECMA-285 system-register-abort"
    componentType = NamedTypes(
        required("sysStatRegisterID", SysStatRegisterID()),
        optional("extensions", CSTACommonArguments()),
    )


class SystemRegisterCancelArgument(univ.Sequence):
    """End a registration."""

    clause = "ECMA-285 system-register-cancel"
    componentType = NamedTypes(
        required("sysStatRegisterID", SysStatRegisterID()),
        optional("extensions", CSTACommonArguments()),
    )


class SwFunctionCapsChangedArgument(univ.Sequence):
    """The switching function can do other things from now on."""

    clause = "ECMA-285 switching-function-capabilities-changed"
    componentType = NamedTypes(
        optional("sysStatRegisterID", SysStatRegisterID()),
        optional("extensions", CSTACommonArguments()),
    )


class SwFunctionDevicesChangedArgument(univ.Sequence):
    """The switching function has other devices from now on."""

    clause = "ECMA-285 switching-function-devices-changed"
    componentType = NamedTypes(
        optional("sysStatRegisterID", SysStatRegisterID()),
        optional("extensions", CSTACommonArguments()),
    )
