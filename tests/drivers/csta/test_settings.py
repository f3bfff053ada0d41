"""What the driver can be configured with, and how it refuses what it cannot."""

import pytest

from cti.driver import DriverError
from drivers.csta import CstaDriver
from drivers.csta.exchange import Kind
from drivers.csta.settings import DEVICES, Login, settings_of

LOGIN = {"name": "AMHOST", "password": "secret"}


@pytest.mark.parametrize(
    ("config", "begins"),
    [
        ({"color": 1}, "color: "),
        ({"dialect": "acme"}, "dialect: "),
        ({"dialect": 7}, "dialect: "),
        ({"dialect": "hipath3000"}, "login: "),
        ({"dialect": "panasonic", "login": LOGIN}, "login: "),
        ({"login": "AMHOST"}, "login: "),
        ({"login": {"name": "x"}}, "login.password: "),
        ({"login": {"name": "x", "password": ""}}, "login.password: "),
        ({"login": {"name": "é", "password": "x"}}, "login.name: "),
        ({"login": {**LOGIN, "realm": "x"}}, "login.realm: "),
        ({"devices": "201"}, "devices: "),
        ({"devices": ["201", 7]}, "devices: 7"),
        ({"devices": ["20 1"]}, "devices: '20 1'"),
        ({"devices": ["é"]}, "devices: "),
        ({"devices": [""]}, "devices: "),
        ({"devices": [str(n) for n in range(DEVICES + 1)]}, "devices: 20001"),
        ({"timers": 5}, "timers: "),
        ({"timers": {"t1": 5}}, "timers.t1: "),
        ({"timers": {"request": 0.5}}, "timers.request: "),
        ({"timers": {"request": 1000}}, "timers.request: "),
        ({"timers": {"request": float("nan")}}, "timers.request: "),
        ({"timers": {"request": True}}, "timers.request: "),
        ({"timers": {"association": "5"}}, "timers.association: "),
        ({"timers": {"heartbeat": 100, "silence": 50}}, "timers.silence: "),
        ({"outstanding": 0}, "outstanding: "),
        ({"outstanding": 2.5}, "outstanding: "),
        ({"outstanding": {"all": 5000}}, "outstanding.all: "),
        ({"outstanding": {"some": 5}}, "outstanding.some: "),
        ({"resync": 5}, "resync: "),
        ({"resync": {"queues": True}}, "resync.queues: "),
        ({"resync": {"agents": "yes"}}, "resync.agents: "),
        ({"resync": {"rate": 0}}, "resync.rate: "),
        ({"resync": {"rate": True}}, "resync.rate: "),
        ({"resync": {"gap": 0.5}}, "resync.gap: "),
        ({"version_bits": "012"}, "version_bits: "),
        ({"version_bits": "0000"}, "version_bits: "),
        ({"version_bits": 4}, "version_bits: "),
    ],
)
def test_what_is_wrong_is_named_by_its_key(config, begins) -> None:
    with pytest.raises(DriverError) as refusal:
        CstaDriver(config)
    assert str(refusal.value).startswith(begins)


def test_everything_has_a_default_but_the_login_of_a_hipath() -> None:
    settings = settings_of({}, observing=False)
    assert settings.devices == ()
    assert (settings.outstanding, settings.outstanding_monitors) == (30, 8)
    assert settings.outstanding_resync == 22
    assert settings.resync.kinds == {Kind.DEVICE, Kind.CALL, Kind.AGENT}
    assert (settings.resync.rate, settings.resync.gap) == (None, 10.0)
    assert (settings.timers.association, settings.timers.request) == (15.0, 10.0)
    assert (settings.timers.monitor_retry, settings.timers.release) == (300.0, 3.0)
    assert CstaDriver({"dialect": "hipath3000"}, observing=True).stack == "hipath"
    assert CstaDriver({"dialect": "hipath3000", "login": LOGIN}).stack == "hipath"


def test_a_device_that_is_named_twice_is_monitored_once() -> None:
    assert settings_of({"devices": ["1", "2", "1"]}, observing=False).devices == ("1", "2")


def test_another_period_keeps_the_number_of_beats_that_may_fail() -> None:
    config = {"dialect": "panasonic", "timers": {"heartbeat": 60}}
    assert settings_of(config, observing=False).timers.silence == 120.0


def test_the_text_of_a_login_has_no_password() -> None:
    login = Login("AMHOST", "secret")
    settings = settings_of({"login": LOGIN}, observing=False)
    assert "secret" not in f"{login!r} {login} {settings!r} {settings}"
