"""Numbers of a site: digits to numbers and back, and nothing that the plan does not say."""

from __future__ import annotations

from typing import Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti import facts as f
from cti.config.sections import NumberRule, Numbers
from cti.facts import DeviceForm, NativeDevice
from cti.model.numbers import Number, NumberStatus, Plan, Presentation, TypeOfNumber
from cti.model.objects import CallNumbers
from cti.model.states import Direction
from cti.numbered import NumberedFacts
from cti.numbering import Numbering, Role
from tests.support.switchboard import Board

BERLIN = Numbers(
    country="DE",
    area="30",
    access_code="0",
    extensions=("2xx", "7001-7099", "400"),
    direct_dial="+4930100",
    rule=(
        NumberRule(match=r"8\d{4}", plan="private"),
        NumberRule(match=r"99(\d{4})", e164=r"+4989\1"),
    ),
)
SITES = {
    "DE": BERLIN,
    "NL": Numbers(country="NL", area="20", access_code="0", extensions=("5xx",)),
    "US": Numbers(country="US", area="212", access_code="9", extensions=("4xxx",)),
    "GB": Numbers(country="GB", area="20", access_code="9", extensions=("2xx",)),
    "IT": Numbers(country="IT", access_code="0", extensions=("2xx",)),
    "FR": Numbers(country="FR", access_code="0", extensions=("2xx",)),
    "open": Numbers(country="DE", area="30"),
}
_T = TypeOfNumber


def e164(site: str, raw: str, role: Role, **more: Any) -> str | None:
    return Numbering(SITES[site]).canonical(Number(raw=raw, **more), role).e164


# Worked out by hand from the dialling plans of the countries.
@pytest.mark.parametrize(
    ("site", "raw", "role", "wanted"),
    [
        ("DE", "0301234567", Role.CALLER, "+49301234567"),
        ("DE", "1234567", Role.CALLER, "+49301234567"),
        ("DE", "0031201234567", Role.CALLER, "+31201234567"),
        ("DE", "00301234567", Role.DIALLED, "+49301234567"),
        ("DE", "000390612345678", Role.DIALLED, "+390612345678"),
        ("DE", "01234567", Role.DIALLED, "+49301234567"),
        ("DE", "994321", Role.ANY, "+49894321"),
        ("DE", "+31201234567", Role.ANY, "+31201234567"),
        ("US", "2125551234", Role.CALLER, "+12125551234"),
        ("US", "5551234", Role.CALLER, "+12125551234"),
        ("US", "912125551234", Role.DIALLED, "+12125551234"),
        ("US", "9011493012345678", Role.DIALLED, "+493012345678"),
        ("GB", "902079460018", Role.DIALLED, "+442079460018"),
        ("GB", "02079460018", Role.CALLER, "+442079460018"),
        ("IT", "0612345678", Role.CALLER, "+390612345678"),
        ("IT", "00612345678", Role.DIALLED, "+390612345678"),
        ("FR", "0142345678", Role.CALLER, "+33142345678"),
        ("NL", "0201234567", Role.CALLER, "+31201234567"),
        # What the plan does not say.
        ("DE", "301234567", Role.DIALLED, None),  # no access code in front
        ("DE", "0301234567", Role.ANY, None),
        ("DE", "110", Role.DIALLED, None),
        ("DE", "0110", Role.DIALLED, None),  # emergency, not a number in Berlin
        ("DE", "0112", Role.DIALLED, None),
        ("US", "9911", Role.DIALLED, None),
        ("DE", "*72#", Role.DIALLED, None),
        ("DE", "81234", Role.CALLER, None),
        ("DE", "+", Role.ANY, None),
        ("DE", "+999999999999999999999", Role.ANY, None),
        ("IT", "12", Role.CALLER, None),
        ("DE", "٠٣٠١٢٣٤", Role.CALLER, None),
        ("DE", "0" * 65, Role.CALLER, None),
    ],
)
def test_digits_mean_what_the_plan_says(
    site: str, raw: str, role: Role, wanted: str | None
) -> None:
    assert e164(site, raw, role) == wanted


def test_digits_whose_type_is_told_need_no_prefix() -> None:
    told = {
        _T.INTERNATIONAL: ("31201234567", "+31201234567"),
        _T.NATIONAL: ("891234567", "+49891234567"),
        _T.SUBSCRIBER: ("1234567", "+49301234567"),
        _T.ABBREVIATED: ("0301234567", None),
        _T.NETWORK: ("0301234567", None),
    }
    for ton, (raw, wanted) in told.items():
        for role in Role:
            assert e164("DE", raw, role, ton=ton) == wanted
    assert e164("DE", "201", Role.ANY, ton=_T.NATIONAL) == "+49201"  # told, so no extension
    assert e164("IT", "1234567", Role.CALLER, ton=_T.SUBSCRIBER) is None  # no area


def test_an_extension_is_internal_unless_the_network_gave_it() -> None:
    site = Numbering(BERLIN)
    for role in (Role.DIALLED, Role.CALLED, Role.STRANGER, Role.ANY):
        for raw in ("201", "7050", "400"):
            number = site.canonical(Number(raw=raw), role)
            assert (number.plan, number.e164) == (Plan.INTERNAL, f"+4930100{raw}")
        assert site.canonical(Number(raw="7100"), role).plan is not Plan.INTERNAL
    assert site.canonical(Number(raw="201"), Role.CALLER).plan is not Plan.INTERNAL


def test_presentation_status_name_and_digits_stay() -> None:
    number = Number(
        raw="0301234567",
        presentation=Presentation.RESTRICTED,
        status=NumberStatus.NOT_REQUIRED,
        name="Ada",
    )
    read = Numbering(BERLIN).canonical(number, Role.CALLER)
    assert (read.raw, read.presentation, read.status, read.name) == (
        number.raw,
        number.presentation,
        number.status,
        number.name,
    )
    assert (read.plan, read.ton) == (Plan.E164, _T.NATIONAL)


def test_the_access_code_is_where_the_switch_shows_it() -> None:
    site = Numbers(
        country="DE", area="30", access_code="0", shown_with_access_code=("calling",)
    )
    plan = Numbering(site)
    assert plan.canonical(Number(raw="00301234567"), Role.CALLER).e164 == "+49301234567"
    assert plan.canonical(Number(raw="0301234567"), Role.DIALLED).e164 == "+49301234567"


@st.composite
def valid(draw: st.DrawFn) -> str:
    """Draw a number that exists, from its country's own pattern."""
    region = draw(st.sampled_from(["DE", "NL", "US", "GB", "IT", "FR", "AT", "SM"]))
    kind = draw(st.sampled_from([phonenumbers.PhoneNumberType.FIXED_LINE, 1]))
    sample = phonenumbers.example_number_for_type(region, kind)
    assert sample is not None
    digits = list(phonenumbers.format_number(sample, phonenumbers.PhoneNumberFormat.E164))
    for place in range(6, len(digits)):
        digits[place] = draw(st.sampled_from("0123456789"))
    made = "".join(digits)
    number = phonenumbers.parse(made, None)
    if not phonenumbers.is_valid_number(number):
        made = phonenumbers.format_number(sample, phonenumbers.PhoneNumberFormat.E164)
    return str(made)


@given(st.sampled_from(sorted(SITES)), valid())
def test_what_is_dialled_for_a_number_means_that_number(site: str, number: str) -> None:
    plan = Numbering(SITES[site])
    digits = plan.dialable(number)
    assert digits is not None
    assert digits.isdecimal()
    assert len(digits) <= 32
    assert plan.canonical(Number(raw=digits), Role.DIALLED).e164 == number


def test_a_number_of_the_site_is_dialled_as_its_extension() -> None:
    site = Numbering(BERLIN)
    assert site.dialable("+4930100201") == "201"
    assert site.dialable("+4930100999") == "0030100999"
    assert site.dialable("+390612345678") == "000390612345678"
    for wrong in ("", "+", "+0", "+49", "+1", "4930", "+49x", "+" + "9" * 40):
        assert site.dialable(wrong) is None or wrong == "4930"


@given(
    st.text(max_size=70) | st.text("0123456789+*#", max_size=40) | st.text("019", max_size=4),
    st.sampled_from(TypeOfNumber),
    st.sampled_from(Plan),
    st.sampled_from(Role),
    st.sampled_from(sorted(SITES)),
)
def test_garbage_never_raises(
    raw: str, ton: TypeOfNumber, plan: Plan, role: Role, site: str
) -> None:
    numbering = Numbering(SITES[site])
    read = numbering.canonical(Number(raw=raw, ton=ton, plan=plan), role)
    assert read.raw == raw
    if read.e164 is not None:
        assert read.e164.startswith("+")
        assert read.e164[1:].isdecimal()
    numbering.dialable(raw)


# Facts.


def read(fact: f.Facts, board: Board | None = None, site: Numbers = BERLIN) -> Any:
    board = Board() if board is None else board
    return NumberedFacts(Numbering(site), board.tracker.book.calls).read(fact)


def numbers(calling: str, called: str) -> CallNumbers:
    return CallNumbers(calling=Number(raw=calling), called=Number(raw=called))


def forms(told: CallNumbers) -> tuple[str | None, ...]:
    return tuple(one.e164 for one in (told.calling, told.called) if isinstance(one, Number))


def test_a_call_out_shows_what_was_dialled() -> None:
    fact = f.Originated(
        call="1", device=NativeDevice("201"), numbers=numbers("201", "00891234567")
    )
    assert forms(read(fact).numbers) == ("+4930100201", "+49891234567")


def test_a_call_in_shows_what_the_network_gave() -> None:
    trunk = NativeDevice("T1", DeviceForm.TRUNK, Number(raw="0891234567"))
    fact = f.Alerting(
        call="1",
        device=NativeDevice("201", number=Number(raw="201")),
        calling=trunk,
        numbers=numbers("0891234567", "201"),
    )
    told = read(fact)
    assert forms(told.numbers) == ("+49891234567", "+4930100201")
    assert told.calling.number.e164 == "+49891234567"
    assert told.device.number.plan is Plan.INTERNAL


def test_the_direction_of_the_call_counts_for_later_facts() -> None:
    board = Board()
    board.tell(f.Alerting(call="1", device=NativeDevice("201"), direction=Direction.INBOUND))
    later = f.Connected(call="1", device=NativeDevice("201"), numbers=numbers("1234567", "201"))
    assert forms(read(later, board).numbers) == ("+49301234567", "+4930100201")
    assert forms(read(later).numbers) == (None, "+4930100201")


def test_a_stranger_is_read_by_prefixes_only() -> None:
    fact = f.Connected(call="1", device=NativeDevice("201"))
    for calling, wanted in (("0891234567", "+49891234567"), ("1234567", None)):
        told = f.Connected(
            call="1", device=NativeDevice("201"), numbers=numbers(calling, "201")
        )
        assert forms(read(told).numbers) == (wanted, "+4930100201")
        site = SITES["open"]  # its extensions are not known
        assert forms(read(told, site=site).numbers) == (None, None)
    assert read(fact) is fact


def test_an_extension_that_calls_is_not_read_by_prefixes() -> None:
    fact = f.Originated(call="1", device=NativeDevice("201"), numbers=numbers("030100201", "0"))
    assert forms(read(fact).numbers) == (None, None)


def test_what_is_learned_later_of_the_same_digits_is_told() -> None:
    board = Board("201")
    first = f.Connected(call="1", device=NativeDevice("201"), numbers=numbers("1234567", "201"))
    again = f.Connected(
        call="1",
        device=NativeDevice("201"),
        numbers=numbers("1234567", "201"),
        direction=Direction.INBOUND,
    )
    board.tell(read(first, board))
    assert board.tell(read(again, board)) == ["call.data_changed"]
    assert forms(board.tracker.calls[0].numbers) == ("+49301234567", "+4930100201")


def test_facts_without_numbers_are_left_alone() -> None:
    fact = f.AgentLoggedOn(agent="1", device=NativeDevice("201"))
    assert read(fact) is fact
