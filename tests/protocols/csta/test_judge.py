"""Our octets before an independent ASN.1 compiler, and its octets before us."""

# Values are drawn from seeds and hide nothing.
# ruff: noqa: S311

import functools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.protocols.ber.judge import Judge
from tests.protocols.csta.phases import BY_NAME, SEEDS, TYPES

MANY = settings(max_examples=6 * settings().max_examples)
# Phase I has the types of phase II.
NAMES = st.sampled_from(["II", "III"])


@functools.cache
def judge_of(phase):
    return Judge(BY_NAME[phase].generated.CODEC.schema)


def agrees(phase, name, seed):
    """Compare one value of a type, both ways."""
    judge, ours = judge_of(phase), BY_NAME[phase].generated.CODEC
    value = BY_NAME[phase].value(name, random.Random(seed))
    octets = ours.encode(name, value)
    assert judge.encode(name, value) == octets, name
    assert judge.decode(name, octets) == judge.terms(ours.use(name), value), name
    assert ours.decode(name, judge.encode(name, value)) == value, name


@MANY
@given(which=TYPES, seed=SEEDS)
def test_values_of_any_type(which, seed):
    phase, name = which
    agrees(phase, name, seed)


@settings(max_examples=3)
@given(phase=NAMES, seed=SEEDS)
def test_values_of_every_type(phase, seed):
    for name in BY_NAME[phase].generated.CODEC.schema.roots:
        agrees(phase, name, seed)


# Octets of published vectors: the judge reads what is said of them, and nothing else.


def test_the_judge_knows_the_types():
    argument = bytes.fromhex("300c800332303162058003323032")
    told = ("deviceIdentifier", ("deviceIdentifier", ("dialingNumber", "202")))
    assert judge_of("II").decode("MakeCallArgument", argument) == {
        "callingDevice": ("dialingNumber", "201"),
        "calledDirectoryNumber": told,
    }
    held = bytes.fromhex("30066b0480020001")
    assert judge_of("III").decode("HoldCallArgument", held) == {
        "connection": ("callID", b"\x00\x01")
    }


@pytest.mark.parametrize(
    "octets", ["300c800332303163058003323032", "300a30058003323031800120", "3080"]
)
def test_the_judge_refuses(octets):
    with pytest.raises(Exception, match=r".") as caught:
        judge_of("II").decode("MakeCallArgument", bytes.fromhex(octets))
    assert type(caught.value).__module__.startswith("asn1tools")
