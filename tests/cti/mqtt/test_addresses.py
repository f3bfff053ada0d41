"""Addresses, TLS files, and the order in which servers are tried."""

from __future__ import annotations

import pytest
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from cti.mqtt.addresses import Address, Rotation, Server, Tls, servers_for, tls_options
from cti.mqtt.backoff import Backoff
from cti.mqtt.reasons import Retry


def rotation(*names):
    return Rotation([Server(name, None) for name in names], lambda: None, lambda failure: None)


def test_servers_take_turns():
    servers = rotation("a:1", "b:1")
    assert servers.address == "a:1"
    servers.next()
    assert servers.address == "b:1"
    servers.next()
    assert servers.address == "a:1"


@pytest.mark.parametrize(
    ("reference", "found", "address"),
    [
        ("b:1", True, "b:1"),
        ("b", True, "b:1"),
        ("x:1 b:1", True, "b:1"),
        ("b:2", False, "a:1"),
        ("", False, "a:1"),
        (":1", False, "a:1"),
    ],
)
def test_a_server_reference_finds_listed_servers_only(reference, found, address):  # 4.11
    servers = rotation("a:1", "b:1")
    assert servers.prefer(reference) is found
    assert servers.address == address


def test_a_failure_is_noted_and_passed_on():
    failures: list[object] = []
    attempt: Deferred[None] = Deferred()

    class Endpoint:
        def connect(self, factory):
            return attempt

    servers = Rotation([Server("a", Endpoint())], lambda: None, failures.append)
    passed: list[object] = []
    servers.connect(None).addErrback(passed.append)
    attempt.errback(OSError("no route"))
    assert len(failures) == len(passed) == 1


def test_no_server_is_an_error():
    with pytest.raises(ValueError, match="no server address"):
        rotation()


def test_addresses_are_written_as_references_are():
    assert Address("h", 1883).text == "h:1883"
    assert Address("::1", 1883).text == "[::1]:1883"
    [server] = servers_for(reactor, [Address("h", 1883)])
    assert server.text == "h:1883"


@pytest.mark.parametrize(
    "content", [None, b"", b"no certificate", b"-----END CERTIFICATE-----"]
)
def test_a_bad_ca_file_is_an_error_and_never_a_plain_connection(tmp_path, content):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match="ca_file"):
        servers_for(reactor, [Address("h", 8883, tls=True)], Tls(ca_file=str(path)))


def test_certificate_and_key_belong_together():
    with pytest.raises(ValueError, match="belong together"):
        tls_options(Tls(certificate_file="c"), "h")


@pytest.mark.parametrize(
    ("failures", "share", "delay"),
    [
        (1, 1.0, 0.2),
        (3, 0.5, 0.4),
        (6, 1.0, 6.4),
        (7, 1.0, 10.0),
        (5000, 0.25, 2.5),
        (9, 0, 0.1),
    ],
)
def test_delays_double_up_to_the_highest(failures, share, delay):
    backoff = Backoff(lambda: share)
    for _ in range(failures - 1):
        backoff.delay(Retry.SOON, 1)
    assert backoff.delay(Retry.SOON, 1) == pytest.approx(delay)


def test_blocked_counts_once_every_address_has_said_so():
    backoff = Backoff(lambda: 1.0)
    assert backoff.delay(Retry.LATER, 2) == pytest.approx(0.2)
    assert backoff.delay(Retry.LATER, 2) == pytest.approx(30.0)
    assert backoff.delay(Retry.SOON, 2) == pytest.approx(0.8)
    assert backoff.delay(Retry.LATER, 2) == pytest.approx(1.6)
    backoff.reset()
    assert backoff.delay(Retry.SOON, 2) == pytest.approx(0.2)
