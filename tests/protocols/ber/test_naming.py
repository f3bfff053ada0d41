import pytest

from protocols.ber.naming import attribute, member


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cSTAVersion", "csta_version"),
        ("callID", "call_id"),
        ("crossRefIdentifier", "cross_ref_identifier"),
        ("originatingNIDConnection", "originating_nid_connection"),
        ("autoOriginate", "auto_originate"),
        ("dTMF", "dtmf"),
        ("xRefID", "x_ref_id"),
        ("single-ASN1-type", "single_asn1_type"),
        ("device", "device"),
        ("from", "from_"),
        ("class", "class_"),
        ("unknown", "unknown_"),
    ],
)
def test_attribute(name, expected):
    assert attribute(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("newCall", "NEW_CALL"),
        ("aCDBusy", "ACD_BUSY"),
        ("dTMFDigitDetected", "DTMF_DIGIT_DETECTED"),
        ("pACViolated", "PAC_VIOLATED"),
        ("null", "NULL"),
        ("mro", "MRO_"),
    ],
)
def test_member(name, expected):
    assert member(name) == expected
