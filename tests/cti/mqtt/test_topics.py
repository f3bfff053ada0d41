"""Topic Names and Topic Filters; examples of 4.7 and 4.8.2 and some of our own."""

from __future__ import annotations

import pytest

from cti.mqtt.topics import string_fault, topic_filter_fault, topic_name_fault


@pytest.mark.parametrize(
    "topic_filter",
    [
        "sport/tennis/player1/#",
        "sport/#",
        "#",
        "sport/tennis/#",
        "+",
        "+/tennis/#",
        "sport/+/player1",
        "/finance",
        "/",
        "$SYS/#",
        "$share/consumer1/sport/tennis/+",
        "$share/consumer2//finance",
        "$share/c/$SYS",
        "Accounts payable",
        "é",
        "a" * 65535,
    ],
)
def test_legal_filters(topic_filter):
    assert topic_filter_fault(topic_filter) == ""


@pytest.mark.parametrize(
    "topic_filter",
    [
        "",
        "sport/tennis#",  # 4.7.1.2
        "sport/tennis/#/ranking",
        "sport+",  # 4.7.1.3
        "a/b+/c",
        "$share",  # 4.8.2
        "$share/g",
        "$share/g/",
        "$share//a",
        "$share/+/a",
        "$share/g#/a",
        "$share/g/a#",
        "a\0",
        "\udfff",
        "é" * 32768,
    ],
)
def test_illegal_filters(topic_filter):
    assert topic_filter_fault(topic_filter) != ""


@pytest.mark.parametrize("topic", ["a", "/", "a//b", "$SYS/x", "é" * 32767])
def test_legal_names(topic):
    assert topic_name_fault(topic) == ""


@pytest.mark.parametrize("topic", ["", "+", "a/#", "a\0b", "\ud800", "é" * 32768, "a" * 65536])
def test_illegal_names(topic):
    assert topic_name_fault(topic) != ""


def test_a_string_ends_at_65535_octets():  # 1.5.4
    assert string_fault("a" * 65535) == ""
    assert string_fault("a" * 65536) == "is 65536 octets long"
