"""What a call costs (ECMA-285 charge-info)."""

from __future__ import annotations

from pyasn1.type import namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required


class ChargingUnits(univ.Sequence):
    """A number of units of one type."""

    clause = "ECMA-285 charge-info"
    componentType = NamedTypes(
        required("chargingUnits", univ.Integer()),
        optional("typeOfUnits", univ.OctetString()),
    )


class NumberOfChargingUnits(univ.SequenceOf):
    """Charges in units."""

    clause = "ECMA-285 charge-info"
    componentType = ChargingUnits()


class CurrencyMultiplier(univ.Enumerated):
    """What an amount is multiplied by."""

    clause = "ECMA-285 charge-info"
    namedValues = namedval.NamedValues(
        ("oneThousandth", 0),
        ("oneHundredth", 1),
        ("oneTenth", 2),
        ("one", 3),
        ("ten", 4),
        ("hundred", 5),
        ("thousand", 6),
    )


class NumberOfCurrencyUnits(univ.Sequence):
    """Charges in money; an empty currency is the default one."""

    clause = "ECMA-285 charge-info"
    componentType = NamedTypes(
        required("currencyType", univ.OctetString()),
        required("currencyAmount", univ.Integer()),
        required("currencyMultiplier", CurrencyMultiplier()),
    )


class NumberUnits(univ.Choice):
    """Charges in units or in money."""

    clause = "ECMA-285 charge-info"
    componentType = NamedTypes(
        required("numberOfChargeUnits", implicit(NumberOfChargingUnits, 0)),
        required("numberOfCurrencyUnits", implicit(NumberOfCurrencyUnits, 1)),
    )


class TypeOfChargingInfo(univ.Enumerated):
    """Whether the charge is final."""

    clause = "ECMA-285 charge-info"
    namedValues = namedval.NamedValues(("subTotal", 0), ("total", 1))


class ChargingInfo(univ.Sequence):
    """The charge for a call."""

    clause = "ECMA-285 charge-info"
    componentType = NamedTypes(
        required("numberUnits", NumberUnits()),
        required("typeOfChargingInfo", TypeOfChargingInfo()),
    )
