"""Keys of calls and devices become the identifiers that they were made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.csta.connections import Connections, call_octets, device_id
from drivers.csta.dialects import DIALECTS, PANASONIC, STANDARD
from drivers.csta.identifiers import call_key, device_of
from protocols.csta.phase3 import _codec_phase3 as c

ANY_DIALECT = st.sampled_from([DIALECTS[name] for name in sorted(DIALECTS)])
NUMBERS = st.text("0123456789*#", min_size=1, max_size=12)


@given(ANY_DIALECT, st.binary(min_size=1, max_size=8))
def test_the_key_of_a_call_gives_its_octets_back(dialect, octets) -> None:
    assert call_octets(call_key(octets, dialect), dialect) == octets


@given(ANY_DIALECT, st.text(max_size=8))
def test_any_text_is_a_key_or_refused(dialect, text) -> None:
    try:
        octets = call_octets(text, dialect)
    except ValueError:
        return
    assert call_key(octets, dialect) == text


@pytest.mark.parametrize(
    ("key", "dialect", "identifier"),
    [
        ("201", STANDARD, ("dialingNumber", "201")),
        ("#7", STANDARD, ("deviceNumber", 7)),
        ("#", STANDARD, ("dialingNumber", "#")),
        ("01550003", STANDARD, ("dialingNumber", "01550003")),
        ("01550003", PANASONIC, ("deviceNumber", 0x01550003)),
        ("01560003", PANASONIC, ("dialingNumber", "01560003")),
    ],
)
def test_a_device_is_named_as_its_key_says(key, dialect, identifier) -> None:
    assert device_id(key, dialect).device_identifier == identifier
    assert device_of(device_id(key, dialect), dialect).key == key


CONNECTIONS = st.builds(
    lambda call, local: ("both", c.ConnectionIDBoth(call, local)),
    st.binary(min_size=1, max_size=4),
    st.one_of(
        st.builds(lambda octets: ("dynamicID", octets), st.binary(min_size=1, max_size=4)),
        st.builds(
            lambda choice, number: ("staticID", c.DeviceID((choice, number))),
            st.sampled_from(["dialingNumber", "implicitPublic", "implicitPrivate"]),
            NUMBERS,
        ),
    ),
)


@given(ANY_DIALECT, st.lists(CONNECTIONS, min_size=1, max_size=5))
def test_the_connection_told_last_for_its_keys_comes_back_exactly(dialect, told) -> None:
    known = Connections(dialect)
    keys = [known.keys(one) for one in told]
    assert known.of(keys[-1]["call"], keys[-1]["device"]) == told[-1]


def test_another_form_of_the_same_number_takes_the_place_of_the_first() -> None:
    known = Connections(STANDARD)
    public = c.ConnectionIDBoth(b"\1", ("staticID", c.DeviceID(("implicitPublic", "30"))))
    known.keys(("both", public))
    assert known.of("01", "30") == ("both", public)
    plain = c.ConnectionIDBoth(b"\1", ("staticID", c.DeviceID(("dialingNumber", "30"))))
    known.keys(("both", plain))
    assert known.of("01", "30") == ("both", plain)


def test_what_can_be_made_of_the_keys_is_not_remembered() -> None:
    known = Connections(STANDARD)
    known.keys(known.of("01", "201"))
    assert known._told == {}


def test_the_number_of_connections_that_are_remembered_is_bounded() -> None:
    known = Connections(STANDARD)
    for number in range(20_100):
        octets = number.to_bytes(3, "big")
        known.keys(("both", c.ConnectionIDBoth(octets, ("dynamicID", b"\1"))))
    assert len(known._told) == 20_000


def test_a_connection_may_have_only_one_half() -> None:
    known = Connections(STANDARD)
    assert known.of("0001", None) == ("callID", b"\0\1")
    assert known.of(None, "201") == ("deviceID", ("staticID", device_id("201", STANDARD)))
    with pytest.raises(ValueError, match="neither"):
        known.of(None, None)
    assert known.keys(("callID", b"\0\1")) == {"call": "0001"}


def test_a_connection_with_an_empty_call_names_no_call() -> None:
    connections = Connections(STANDARD)
    told: c.ConnectionID = ("both", c.ConnectionIDBoth(b"", ("dynamicID", b"\x01")))
    assert connections.keys(told) == {"device": "01"}
    assert connections.keys(("callID", b"")) == {}
