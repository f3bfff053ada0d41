"""Buttons, displays, hookswitches and lamps of a device (ECMA-269 clause 21.1)."""

from __future__ import annotations

from pyasn1.type import char, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.apparatus import (
    ButtonID,
    CharacterSet,
    DisplayID,
    HookswitchID,
    LampBrightness,
    LampColor,
    LampID,
    LampMode,
)
from protocols.csta.phase3.schema.identifiers import DeviceID
from protocols.csta.phase3.schema.types import CSTACommonArguments


class ButtonPressArgument(univ.Sequence):
    """Press a button."""

    clause = "ECMA-285 button-press"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("button", ButtonID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetButtonInformationArgument(univ.Sequence):
    """Ask about a button, or about all."""

    clause = "ECMA-285 get-button-information"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("button", ButtonID()),
        optional("extensions", CSTACommonArguments()),
    )


class LampIDList(univ.SequenceOf):
    """The lamps of a button."""

    clause = "ECMA-285 get-button-information"
    componentType = LampID()


class ButtonInformation(univ.Sequence):
    """One button."""

    clause = "ECMA-285 get-button-information"
    componentType = NamedTypes(
        required("button", ButtonID()),
        optional("buttonLabel", implicit(char.IA5String, 0)),
        optional("buttonLabelSettable", implicit(univ.Boolean, 1)),
        optional("buttonFunction", implicit(char.IA5String, 2)),
        optional("buttonAssociatedNumber", implicit(DeviceID, 3)),
        optional("buttonAssociatedNumberSettable", implicit(univ.Boolean, 4)),
        optional("buttonPressIndicator", implicit(univ.Boolean, 5)),
        optional("lampList", LampIDList()),
    )


class ButtonList(univ.SequenceOf):
    """The buttons of a device."""

    clause = "ECMA-285 get-button-information"
    componentType = ButtonInformation()


class GetButtonInformationResult(univ.Sequence):
    """The buttons of a device."""

    clause = "ECMA-285 get-button-information"
    componentType = NamedTypes(
        required("buttonList", ButtonList()),
        optional("extensions", CSTACommonArguments()),
    )


class GetDisplayArgument(univ.Sequence):
    """Ask what stands on a display."""

    clause = "ECMA-285 get-display"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("display", DisplayID()),
        optional("extensions", CSTACommonArguments()),
    )


class DisplayContents(univ.Sequence):
    """One display and what stands on it."""

    clause = "ECMA-285 get-display"
    componentType = NamedTypes(
        required("displayID", DisplayID()),
        required("logicalRows", univ.Integer()),
        required("logicalColumns", univ.Integer()),
        optional("physicalRows", implicit(univ.Integer, 0)),
        optional("physicalColumns", implicit(univ.Integer, 1)),
        optional("physicalBaseRowNumber", implicit(univ.Integer, 2)),
        optional("physicalBaseColumnNumber", implicit(univ.Integer, 3)),
        optional("characterSet", CharacterSet()),
        required("contentsOfDisplay", char.IA5String()),
    )


class DisplayList(univ.SequenceOf):
    """The displays of a device."""

    clause = "ECMA-285 get-display"
    componentType = DisplayContents()


class GetDisplayResult(univ.Sequence):
    """What stands on the displays of a device."""

    clause = "ECMA-285 get-display"
    componentType = NamedTypes(
        required("displayList", DisplayList()),
        optional("extensions", CSTACommonArguments()),
    )


class GetHookswitchStatusArgument(univ.Sequence):
    """Ask where a hookswitch is."""

    clause = "ECMA-285 get-hookswitch-status"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("hookswitch", HookswitchID()),
        optional("extensions", CSTACommonArguments()),
    )


class HookswitchStatus(univ.Sequence):
    """Where one hookswitch is."""

    clause = "ECMA-285 get-hookswitch-status"
    componentType = NamedTypes(
        required("hookswitch", HookswitchID()),
        required("hookswitchOnHook", univ.Boolean()),
    )


class HookswitchStatusList(univ.SequenceOf):
    """Where the hookswitches of a device are."""

    clause = "ECMA-285 get-hookswitch-status"
    componentType = HookswitchStatus()


class GetHookswitchStatusResult(univ.Sequence):
    """Where the hookswitches of a device are."""

    clause = "ECMA-285 get-hookswitch-status"
    componentType = NamedTypes(
        required("hookswitchStatusList", HookswitchStatusList()),
        optional("extensions", CSTACommonArguments()),
    )


class GetLampInformationArgument(univ.Sequence):
    """Ask about a lamp, or about all."""

    clause = "ECMA-285 get-lamp-information"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("lamp", LampID()),
        optional("extensions", CSTACommonArguments()),
    )


class LampInformation(univ.Sequence):
    """One lamp."""

    clause = "ECMA-285 get-lamp-information"
    componentType = NamedTypes(
        required("lamp", LampID()),
        optional("lampLabel", implicit(univ.OctetString, 0)),
        optional("button", implicit(ButtonID, 1)),
        optional("lampColor", LampColor()),
    )


class LampList(univ.SequenceOf):
    """The lamps of a device."""

    clause = "ECMA-285 get-lamp-information"
    componentType = LampInformation()


class GetLampInformationResult(univ.Sequence):
    """The lamps of a device."""

    clause = "ECMA-285 get-lamp-information"
    componentType = NamedTypes(
        required("lampList", LampList()),
        optional("extensions", CSTACommonArguments()),
    )


class GetLampModeArgument(univ.Sequence):
    """Ask how a lamp shines."""

    clause = "ECMA-285 get-lamp-mode"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("lamp", LampID()),
        optional("extensions", CSTACommonArguments()),
    )


class LampModeEntry(univ.Sequence):
    """How one lamp shines."""

    clause = "ECMA-285 get-lamp-mode"
    componentType = NamedTypes(
        required("lamp", LampID()),
        required("lampMode", LampMode()),
        optional("lampBrightness", implicit(LampBrightness, 0)),
        optional("lampColor", implicit(LampColor, 1)),
        optional("button", implicit(ButtonID, 2)),
    )


class LampModeList(univ.SequenceOf):
    """How the lamps of a device shine."""

    clause = "ECMA-285 get-lamp-mode"
    componentType = LampModeEntry()


class GetLampModeResult(univ.Sequence):
    """How the lamps of a device shine."""

    clause = "ECMA-285 get-lamp-mode"
    componentType = NamedTypes(
        required("lampModeList", LampModeList()),
        optional("lamp", LampID()),
        optional("extensions", CSTACommonArguments()),
    )


class SetButtonInformationArgument(univ.Sequence):
    """Name a button, or give it a number."""

    clause = "ECMA-285 set-button-information"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("button", ButtonID()),
        optional("buttonLabel", char.IA5String()),
        optional("buttonAssociatedNumber", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class SetHookswitchStatusArgument(univ.Sequence):
    """Lift a hookswitch, or put it down."""

    clause = "ECMA-285 set-hookswitch-status"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("hookswitch", HookswitchID()),
        required("hookswitchOnHook", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class SetLampModeArgument(univ.Sequence):
    """Say how a lamp is to shine."""

    clause = "ECMA-285 set-lamp-mode"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("lamp", LampID()),
        required("lampMode", LampMode()),
        optional("lampBrightness", LampBrightness()),
        optional("lampColor", LampColor()),
        optional("extensions", CSTACommonArguments()),
    )
