"""Destination classes: where a dialled number leads, by the countries' own plans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.config.sections import Numbers
from cti.numbering import Numbering
from cti.rights.classes import classify
from tests.cti.rights.office import BERLIN


class Site:
    def __init__(self, numbering: Numbering | None, own: str = "") -> None:
        self.numbering = numbering
        self._own = own.split()

    def own(self, name: str) -> bool:
        return name in self._own


GERMANY = Site(BERLIN, "500 lobby")
NEW_YORK = Site(
    Numbering(Numbers(country="US", area="212", access_code="9", extensions=("2xxx", "70xx")))
)
LONDON = Site(
    Numbering(Numbers(country="GB", area="20", access_code="9", extensions=("3xxx",)))
)
ROME = Site(Numbering(Numbers(country="IT", area="06", access_code="0", extensions=("1xx",))))

DIALLED = {
    "germany": (
        GERMANY,
        {
            "internal": "200 201 299 400 499 7001 7099 500 lobby 80000 81234 +4930100201 "
            "+4930100299",
            "national": "01234567 012345678 00301234567 0030100201 00891234567 "
            "002212345678 0004930123456 000493012345678 +49301234567 "
            "+498912345678 +4980012345678 008001234567 00322212345 0116117",
            "mobile": "001751234567 001781234567 001701234567 0015112345678 001601234567 "
            "000491701234567 +491701234567 "
            "+4915112345678 001721234567 0015212345678",
            "international": "00041442345678 000442079460000 00033123456789 "
            "00012125551234 000390612345678 "
            "000431234567 000447911123456 00080012345678 +33123456789 +12125551234 "
            "+80012345678 +41442345678 000861012345678 00018765551234",
            "premium": "009001234567 009003123456 0018012345 001805123456 000499001234567 "
            "+499001234567 011833 011880 0115 000449098790000 000870773111632 "
            "000881612345678 +882161234567 +883510012345 +979123456789 0090012345678901 "
            "000499001234567890 0001900234567812 00033899123456 +447011123456",
            "emergency": "0112 0110",
            "feature_code": "* # *72 *72009001234567 #31#0301234567 **201 201# 20*1 A B12 "
            "0112D *7 ## *#06# 0#",
            "unknown": "0 00 000 99 112 110 9 1 201201 2010 7100 70 88 880 010330301234567 "
            "0044 00044 0009 +4 +31 +999123456 "
            "\u0660\u0660\u0663\u0661 \uff10\uff10\uff13\uff11 0031;x w0301 0,0301 "
            "0030-1234567 200@sip 0,112 tel:+4930123456 000999123456",
        },
    ),
    "new york": (
        NEW_YORK,
        {
            "internal": "2000 2999 7000 7099",
            "national": "912125551234 92125551234 95551234 918005551234 917185551234 "
            "+12125551234",
            "international": "9011442079460000 901133123456789 918765551234 912423221234 "
            "+18765551234 +442079460000 914165551234",
            "premium": "919005551234 99005551234 +19005551234 9411 9011449098790000 "
            "9011881612345678",
            "emergency": "9911",
            "feature_code": "*67 9*67 #9",
            "unknown": "9 91 911 3000 9011 90 901 91010333 1212555 12125551234",
        },
    ),
    "london": (
        LONDON,
        {
            "internal": "3000 3999",
            "national": "902079460000 908081570000 901614960000 +442079460000 979460000 "
            "903301234567",
            "mobile": "907400123456 +447400123456",
            "international": "90033123456789 90012125551234 901481256789",
            "premium": "909098790000 908431234567 907011123456 +449098790000 9118500",
            "emergency": "9999 9112",
            "unknown": "9 999 112 90 900 4000",
        },
    ),
    "rome": (
        ROME,
        {
            "internal": "100 199",
            "national": "00552345678 00612345678 00212345678 +390612345678 0800123456",
            "mobile": "03201234567 03331234567 +393201234567",
            "premium": "0899123456 0892123 0199123456",
            "emergency": "0112 0113 0115 0118",
            "unknown": "0 00 000",
        },
    ),
}
TABLE = [
    pytest.param(site, number, wanted, id=f"{where}: {number}")
    for where, (site, table) in DIALLED.items()
    for wanted, numbers in table.items()
    for number in numbers.split()
]


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 200


@pytest.mark.parametrize(("site", "number", "wanted"), TABLE)
def test_a1_where_a_dialled_number_leads(site: Site, number: str, wanted: str) -> None:
    assert classify(number, site).kind.value == wanted


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        ("201", "internal"),
        ("202", "unknown"),
        ("0301234567", "unknown"),
        ("+49301234567", "unknown"),
        ("112", "unknown"),
        ("*72", "feature_code"),
        ("", "unknown"),
    ],
)
def test_without_a_plan_only_devices_are_known(number: str, wanted: str) -> None:
    assert classify(number, Site(None, "201")).kind.value == wanted


def test_a_device_is_no_feature_code_by_its_letters_but_by_its_first_sign() -> None:
    site = Site(BERLIN, "B12 *72")
    assert classify("B12", site).kind.value == "internal"
    assert classify("*72", site).kind.value == "feature_code"


@given(st.text(max_size=40) | st.from_regex(r"\+?[0-9*#A-D,;]{0,40}", fullmatch=True))
def test_any_text_has_a_class(text: str) -> None:
    for site in (GERMANY, NEW_YORK, LONDON, ROME, Site(None)):
        classify(text, site)


@given(st.from_regex(r"[0-9]{1,20}", fullmatch=True))
def test_a_number_is_of_one_class_with_and_without_its_access_code(digits: str) -> None:
    """What is dialled as a number with plus sign is what is dialled with prefixes."""
    dialled = BERLIN.dialable(f"+{digits}")
    if dialled is not None:
        plus, plain = classify(f"+{digits}", GERMANY), classify(dialled, GERMANY)
        assert plus.kind is plain.kind
