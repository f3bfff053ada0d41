"""Texts with a form of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cti.config import words
from cti.config.words import Broker, Hdlc, Serial, Tcp, Unix


@pytest.mark.parametrize("text", ["hq", "a", "9", "site-2", "a" * 64, "a-"])
def test_names(text):
    assert words.name(text) == text


@pytest.mark.parametrize(
    "text", ["", "-a", "HQ", "a_b", "a/b", "#", "+", "a" * 65, "hq\n", "\u0661", "a b", "%2f"]
)
def test_no_names(text):
    with pytest.raises(ValueError, match="is no name"):
        words.name(text)


def test_base():
    assert words.base("cti") == "cti"
    assert words.base("site/cti") == "site/cti"
    for text in ("", "/cti", "cti/", "cti/#", "a/b/c/d/e"):
        with pytest.raises(ValueError, match=r"is no name|levels"):
            words.base(text)


@pytest.mark.parametrize(
    ("text", "broker"),
    [
        ("mqtt://localhost", Broker("localhost", 1883, tls=False)),
        ("mqtts://broker.example", Broker("broker.example", 8883, tls=True)),
        ("mqtts://broker.example:443/", Broker("broker.example", 443, tls=True)),
        ("mqtt://192.0.2.1:1", Broker("192.0.2.1", 1, tls=False)),
        ("mqtt://[2001:db8::1]:65535", Broker("2001:db8::1", 65535, tls=False)),
    ],
)
def test_brokers(text, broker):
    assert words.broker(text) == broker


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("localhost:1883", "neither"),
        ("ws://localhost", "neither"),
        ("mqtt://", "no host"),
        ("mqtt://a b", "no host"),
        ("mqtt://a:0", "not in 1 to 65535"),
        ("mqtt://a:65536", "port"),
        ("mqtt://a:x", "port"),
        ("mqtt://a/path", "more than host"),
        ("mqtt://a?x=1", "more than host"),
        ("mqtt://[::1", "IPv6"),
    ],
)
def test_no_brokers(text, reason):
    with pytest.raises(ValueError, match=reason):
        words.broker(text)


def test_a_password_in_an_address_is_not_shown():
    for text in ("mqtts://ann:geheim@broker", "http://geheim@x", "mqtt://geheim@\u2100:1"):
        with pytest.raises(ValueError, match="in a file") as caught:
            words.broker(text)
        assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tcp:pbx:33333", Tcp("pbx", 33333)),
        ("tcp:192.0.2.1:1", Tcp("192.0.2.1", 1)),
        ("tcp:[2001:db8::1]:102", Tcp("2001:db8::1", 102)),
        ("unix:/run/pbx.sock", Unix("/run/pbx.sock")),
        ("xot:router", Tcp("router", 1998)),
        ("xot:router:2000", Tcp("router", 2000)),
        ("xot:[2001:db8::1]", Tcp("2001:db8::1", 1998)),
        ("xot:[2001:db8::1]:2000", Tcp("2001:db8::1", 2000)),
        ("serial:/dev/ttyS0", Serial("/dev/ttyS0")),
        (
            "serial:/dev/ttyS0?speed=19200&parity=even&stop=2&rtscts=yes&carrier=yes",
            Serial("/dev/ttyS0", 19200, "even", 2, rtscts=True, carrier=True),
        ),
        ("hdlc:hdlc0", Hdlc("hdlc0")),
    ],
)
def test_link_addresses(text, address):
    assert words.link_address(text) == address


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "begins with none of"),
        ("pbx:33333", "begins with none of"),
        ("udp:pbx:1", "OUR-PORT:IP-ADDRESS"),
        ("xot:", "no host"),
        ("xot:router:x", "xot:HOST:PORT"),
        ("serial:ttyS0", "absolute path"),
        ("serial:/dev/ttyS0?baud=1", "the keys are speed, parity"),
        ("serial:/dev/ttyS0?speed=19201", "speed is one of 300"),
        ("serial:/dev/ttyS0?speed=300&speed=300", "stands twice"),
        ("hdlc:", "name of an interface"),
        ("hdlc:a/b", "name of an interface"),
        ("tcp:pbx", "HOST:PORT"),
        ("tcp:pbx:", "HOST:PORT"),
        ("tcp::1", "no host"),
        ("tcp:pbx:0", "port 0"),
        ("tcp:pbx:65536", "port 65536"),
        ("tcp:pbx:\u0661", "HOST:PORT"),
        ("tcp:2001:db8::1:102", "brackets"),
        ("unix:run/pbx", "absolute"),
        ("unix:/" + "x" * 107, "107"),
        ("unix:/a\0b", "absolute"),
    ],
)
def test_no_link_addresses(text, reason):
    with pytest.raises(ValueError, match=reason):
        words.link_address(text)


@pytest.mark.parametrize(
    ("text", "devices"),
    [
        ("201", ["201"]),
        ("201-203", ["201", "202", "203"]),
        ("7-7", ["7"]),
        ("007-010", ["007", "008", "009", "010"]),
        ("98-101", ["98", "99", "100", "101"]),
        ("0-10", [str(number) for number in range(11)]),
        ("ABC-1", ["ABC-1"]),
        ("*51", ["*51"]),
    ],
)
def test_ranges(text, devices):
    assert words.device_range(text) == devices


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no device"),
        ("2 1", "no device"),
        ("x" * 65, "no device"),
        ("\u0662", "no device"),
        ("203-201", "backwards"),
        ("07-100", "equally long"),
        ("0-99999", "more than 20000"),
    ],
)
def test_no_ranges(text, reason):
    with pytest.raises(ValueError, match=reason):
        words.device_range(text)


@given(some.integers(0, 10**6), some.integers(0, 300), some.integers(1, 9))
def test_a_range_has_every_device_once(first, more, width):
    low, high = f"{first:0{width}d}", f"{first + more:0{width}d}"
    if len(low) != len(high) and len(low) > 1 and low.startswith("0"):
        return
    devices = words.device_range(f"{low}-{high}")
    assert [int(device) for device in devices] == list(range(first, first + more + 1))
    assert devices[0] == low
    assert devices[-1] == high


@given(some.text(max_size=80))
def test_nothing_but_value_error(text):
    for read in (
        words.name,
        words.switch_name,
        words.base,
        words.broker,
        words.link_address,
        words.device_range,
    ):
        for prefix in ("", "tcp:", "xot:", "serial:/", "hdlc:", "mqtt://", "unix:/"):
            try:
                read(prefix + text)
            except ValueError:
                continue


@pytest.mark.parametrize(
    "text", ["tcp:127.0.0.1:9470", "tcp:[::1]:9470", "unix:/run/cti/health"]
)
def test_pages_listen_where_only_this_machine_reaches_them(text):
    assert words.listening(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tcp:0.0.0.0:9470", "loopback"),
        ("tcp:[::]:9470", "loopback"),
        ("tcp:10.0.0.1:9470", "loopback"),
        ("tcp:localhost:9470", "loopback"),
        ("tcp:127.0.0.1:0", "port 0"),
        ("unix:health", "absolute"),
        ("unix:/" + "x" * 107, "absolute"),
        ("9470", "neither"),
        ("serial:/dev/ttyS0", "neither"),
    ],
)
def test_pages_listen_nowhere_else(text, why):
    with pytest.raises(ValueError, match=why):
        words.listening(text)
