"""The configuration is checked, and the wrong key named; the capability document follows it."""

import pytest

from cti.driver import DriverError
from cti.model.capabilities import Support
from cti.model.commands import VERBS
from cti.model.events import EVENTS
from drivers.meridian import MeridianDriver
from drivers.meridian.dialects import DIALECTS
from drivers.meridian.settings import settings_of


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"colour": 1}, "colour: no such key"),
        ({"dialect": "x11-99"}, "dialect: 'x11-99' is none of x11-16"),
        ({"transport": "udp"}, "transport: 'udp' is none of tcp"),
        ({"profile": 5}, "profile: the text of a profile"),
        ({"profile": "{}"}, "profile: Object missing required field"),
        ({"machine": "TOO-LONG-NAME"}, "machine: ASCII text of 1 to 8"),
        ({"host": "\n"}, "host: ASCII"),
        ({"login": 5}, "login: a table"),
        ({"login": {"user": "x"}}, "login.user: no such key"),
        ({"login": {"name": ""}}, "login.name: ASCII"),
        ({"login": {"name": "x", "password": 5}}, "login.password: ASCII"),
        ({"services": []}, "services: a list of"),
        ({"services": ["fax"]}, "services: 'fax' is none of"),
        ({"customer": 100}, "customer: 100 is not between"),
        ({"customer": 1.5}, "customer: 1.5 is no whole"),
        ({"customer": True}, "customer: True is no number"),
        ({"event_group": 256}, "event_group: 256"),
        ({"devices": "201"}, "devices: a list"),
        ({"devices": ["20a"]}, "devices: '20a' is no DN"),
        ({"acd_dns": [5]}, "acd_dns: 5 is no DN"),
        ({"devices": [str(number) for number in range(20_001)]}, "devices: 20001 are more"),
        ({"trunks": 5}, "trunks: a list"),
        ({"trunks": ["1-2-3"]}, "trunks: '1-2-3' is no LOOP"),
        ({"trunks": ["1-2-3-256"]}, "trunks: '1-2-3-256' is no LOOP"),
        ({"trunks": ["1-2-3-4"], "dialect": "mls"}, "trunks: dialect mls has no trunk"),
        ({"outstanding": 0}, "outstanding: 0"),
        ({"timers": 5}, "timers: a table"),
        ({"timers": {"tea": 5}}, "timers.tea: no such timer"),
        ({"timers": {"poll": 0}}, "timers.poll: 0 is not between 1 and 3600"),
        ({"timers": {"poll": "x"}}, "timers.poll: 'x' is no number"),
    ],
)
def test_a_wrong_key_is_named(config, text) -> None:
    with pytest.raises(DriverError) as caught:
        MeridianDriver(config)
    assert str(caught.value).startswith(text)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_verb_and_event_has_an_entry_and_every_dialect_its_evidence(dialect) -> None:
    document = MeridianDriver({"dialect": dialect}).capabilities
    assert document.commands.keys() == VERBS.keys()
    assert document.events.keys() == EVENTS.keys()
    assert DIALECTS[dialect].evidence
    assert document.fields["octets"] == "assigned by this project, not Nortel's"


@pytest.mark.parametrize(
    ("event", "first", "below", "then"),
    [
        ("connection.diverted", 19, Support.UNSUPPORTED, Support.INFERRED),
        ("connection.retrieved", 21, Support.INFERRED, Support.NATIVE),
        ("connection.held", 22, Support.UNSUPPORTED, Support.NATIVE),
        ("call.transferred", 22, Support.UNSUPPORTED, Support.INFERRED),
        ("call.conferenced", 22, Support.UNSUPPORTED, Support.INFERRED),
    ],
)
def test_release_gates_of_section_2_2(event, first, below, then) -> None:
    for name, dialect in DIALECTS.items():
        support = MeridianDriver({"dialect": name}).capabilities.events[event].support
        assert support is (then if dialect.x11_release >= first else below), name


def test_mls_tells_what_it_never_tells() -> None:
    fields = MeridianDriver({"dialect": "mls"}).capabilities.fields
    assert "time stamps" in fields["silences"]


def test_the_notice_says_that_no_real_switch_is_reached() -> None:
    assert "octets assigned by this project" in MeridianDriver.remarks[0]


def test_the_text_of_settings_has_no_password() -> None:
    login = {"name": "DEMO", "password": "geheim"}
    settings = settings_of({"login": login})
    assert settings.password == "geheim"  # noqa: S105
    assert "geheim" not in f"{settings!r} {settings}"
