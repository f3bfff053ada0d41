"""Reading and checking a configuration: everything that is wrong, at once, with its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from cti import driver as dr
from cti.config import ConfigError, check, examine, load
from cti.config.describe import schema, schema_text, tables
from cti.config.files import devices, driver_config, recorded_config, secret
from cti.config.places import places
from cti.config.reader import Reader
from cti.config.sections import Calls, Commands, Config, Monitor, Reconnect, Recording
from cti.desk import Pace
from cti.tracker import Times
from tests.cti.config.drivers import Plain
from tests.support import golden

ROOT = Path(__file__).resolve().parents[3]
LEAST = """
[mqtt]
brokers = ["mqtt://localhost"]
[switch.hq.link.main]
driver = "plain"
address = "tcp:pbx:33333"
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Give a function that writes a file; the only driver is ``plain``."""

    def load_driver(name: str) -> Any:
        if name == "broken":
            raise ImportError("no module named x")
        if name != "plain":
            raise dr.DriverError(f"no driver {name!r}; installed: plain")
        return Plain

    monkeypatch.setattr(dr, "load", load_driver)

    def write(text: str) -> Path:
        path: Path = tmp_path / "ctid.toml"
        path.write_text(text)
        return path

    return write


def errors(read: Any, path: Path, **more: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(path, **more)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.errors)
    return [line.removeprefix(str(path)) for line in lines]


def test_the_least_there_can_be(write):
    config = examine(write(LEAST))
    link = config.switch["hq"].link["main"]
    assert config.daemon.name == "ctid"
    assert config.mqtt.brokers == ("mqtt://localhost",)
    assert link.reconnect == Reconnect(minimum=1.0, maximum=60.0, blocked=300.0)
    assert link.driver_config() == {}
    assert config.rights == {}
    assert check(config) == []


def test_what_a_driver_is_made_with(write):
    config = examine(
        write(
            LEAST
            + """
dialect = "d"
timers = { heartbeat = 30 }
options = { key = "v" }
"""
        )
    )
    assert config.switch["hq"].link["main"].driver_config() == {
        "dialect": "d",
        "timers": {"heartbeat": 30.0},
        "key": "v",
    }


def test_every_error_of_every_section_at_once(write):
    path = write("""\
[daemon]
name = "Ctid"
stat_dir = "/x"

[log]
level = "inof"
areas = { "cti.mqtt" = "debg" }

[mqtt]
brokers = ["mqtts://broker:8883", "http://x"]
password = "geheim"
keep_alive = 2
window = "many"

[switch.daemon.link.x]
driver = "plain"
address = "tcp:a:1"
[switch.HQ]
vendr = "x"
[switch.hq.link.main]
address = "tcp:pbx:70000"
reconnect = { minimum = 5, maximum = 2 }
timers = { T1 = nan }
[switch.hq.link.second]
driver = "plain"
dialect = "x"
address = "unix:/run/x"
tls = {}
[switch.hq.monitor]
devices = ["201-299",
  "299-201"]
[rights]
Bob = { verbs = "x" }
""")
    name = "up to 64 lower case letters, digits and dashes, no dash in front"
    secrets = "secrets do not stand in this file: name a file that holds it, password_file"
    levels = "debug, info, warning, error, critical"
    assert errors(examine, path) == [
        f":2: daemon.name: 'Ctid' is no name: {name}",
        ":3: daemon.stat_dir: no such key; did you mean 'state_dir'?",
        f":6: log.level: 'inof' is none of {levels}; did you mean 'info'?",
        f":7: log.areas.\"cti.mqtt\": 'debg' is none of {levels}; did you mean 'debug'?",
        ":10: mqtt.brokers[1]: 'http://x' begins with neither mqtt:// nor mqtts://",
        f":11: mqtt.password: {secrets}",
        ":12: mqtt.keep_alive: expected int >= 5, got 2",
        ":13: mqtt.window: expected int, got str",
        ":15: switch.daemon: 'daemon' is no name for a switch: topics use it",
        f":18: switch.HQ: 'HQ' is no name: {name}",
        ":18: switch.HQ.link: missing",
        ":19: switch.HQ.vendr: no such key; did you mean 'vendor'?",
        ":20: switch.hq.link.main.driver: missing",
        ":21: switch.hq.link.main.address: port 70000 is not in 1 to 65535",
        ":22: switch.hq.link.main.reconnect: minimum 5 is above maximum 2",
        ":23: switch.hq.link.main.timers.T1: nan is no number of use",
        ":26: switch.hq.link.second.dialect: 'x' is not d",
        ":28: switch.hq.link.second.tls: there is TLS on a TCP address only",
        ":30: switch.hq.monitor.devices[1]: '299-201' runs backwards",
        f":33: rights.Bob: 'Bob' is no name: {name}",
        ":33: rights.Bob.verbs: expected array, got str",
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", [": mqtt: missing", ": switch: missing"]),
        ("x = 1\n" + LEAST, [":1: x: no such key; known here: "]),
        (LEAST.replace('"tcp', "tcp"), [":6: no TOML: "]),
        (LEAST.replace('["mqtt://localhost"]', "[]"), [":3: mqtt.brokers: empty"]),
        (LEAST + "[switch.b.link]\n", [":7: switch.b.link: a switch needs a link"]),
        (LEAST + "[mqtt.tls]\n", [":7: mqtt.tls: none of the brokers is an mqtts:// address"]),
        (
            LEAST.replace("mqtt:", "mqtts:") + "[mqtt.tls]\nkey_file = 'k'\n",
            [":7: mqtt.tls: certificate_file and key_file belong together"],
        ),
        (LEAST + "[log]\noctets=['hq/x']\n", [":8: log.octets[0]: no link 'hq/x'; there are "]),
        (LEAST + "[log]\nareas={X='info'}\n", [":8: log.areas: 'X' is no area"]),
        (LEAST + "[log]\nlevel=true\n", [":8: log.level: true is none of"]),
        (LEAST + "[daemon]\nname=5\n", [":8: daemon.name: expected str, got int"]),
        (LEAST + "[[daemon]]\n", [":7: daemon: must be a table, is an array of 1"]),
        (LEAST + "record = {}\n", [":7: switch.hq.link.main.record.folder: missing"]),
        (LEAST + "reconnect.minimum = 0.5", [":7: switch.hq.link.main.reconnect.minimum: exp"]),
        (LEAST + "reconnect.maximum = 61", [":7: switch.hq.link.main.reconnect.maximum: exp"]),
        (LEAST + "options = 5", [":7: switch.hq.link.main.options: expected object"]),
    ],
)
def test_form(write, text, wanted):
    found = errors(load, write(text))
    assert len(found) == len(wanted)
    for line, begin in zip(found, wanted, strict=True):
        assert line.startswith(begin)


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ("driver = 'none'", ":5: switch.hq.link.main.driver: no driver 'none'"),
        ("driver = 'broken'", ":5: switch.hq.link.main.driver: no module named x"),
        ("options.stack = 'x'", ":5: switch.hq.link.main.driver: plain: no stack 'x'"),
        ("options.color = 1", ":7: switch.hq.link.main.options.color: no such key"),
        ("options.key = 'bad'", ":5: switch.hq.link.main.driver: it does not work like this"),
        ("timers.T9 = 1", ":7: switch.hq.link.main.timers.T9: no such timer"),
        ("stack.name = 'x'", ":7: switch.hq.link.main.stack.name: no stack 'x'"),
        ("stack.k = 1", ":7: switch.hq.link.main.stack.k: no such key; this stack has none"),
        (
            "stack = { name = 'x25_serial', lapb = { k = 8 } }",
            ":7: switch.hq.link.main.stack.lapb.k: 8: at most 7 modulo 8",
        ),
    ],
)
def test_drivers_say_what_is_wrong(write, more, wanted):
    text = LEAST + more
    if more.startswith("driver"):
        text = LEAST.replace('driver = "plain"', more)
    assert load(write(text)).switch  # its form is right
    (line,) = errors(examine, write(text))
    assert line.startswith(wanted)


def test_a_driver_is_told_devices_and_login(write, tmp_path):
    (tmp_path / "word").write_text("geheim\n")
    config = examine(
        write(
            LEAST
            + """
options = { key = "v" }
login = { name = "ctid", password_file = "word" }
[switch.hq.monitor]
devices = ["201-202"]
"""
        )
    )
    switch = config.switch["hq"]
    assert driver_config(switch.link["main"], switch.monitor) == {
        "key": "v",
        "devices": ["201", "202"],
        "login": {"name": "ctid", "password": "geheim"},
    }
    assert switch.link["main"].driver_config() == {"key": "v"}
    (tmp_path / "word").write_bytes(b"\xff")
    with pytest.raises(ValueError, match="not UTF-8"):
        driver_config(switch.link["main"], switch.monitor)


def test_a_profile_is_given_as_its_text_and_recorded(write, tmp_path):
    (tmp_path / "codes.json").write_text('{"é": 1}')
    config = load(write(LEAST + 'profile = "codes.json"\n'))
    switch = config.switch["hq"]
    told = {"profile": '{"é": 1}'}
    assert recorded_config(switch.link["main"]) == told
    assert driver_config(switch.link["main"], switch.monitor) == {**told, "devices": []}
    (tmp_path / "codes.json").write_bytes(b"\xff")
    with pytest.raises(ValueError, match=r"codes\.json: not UTF-8"):
        driver_config(switch.link["main"], switch.monitor)
    (line,) = errors(examine, write(LEAST + 'profile = "none.json"\n'))
    assert line.startswith(":7: switch.hq.link.main.profile: ")


def test_what_a_driver_says_of_devices_and_login(write, tmp_path):
    (tmp_path / "word").write_text("geheim\n")
    path = write(LEAST + "login = { name = 'nobody', password_file = 'word' }\n")
    assert errors(examine, path) == [":7: switch.hq.link.main.login.name: not known"]
    path = write(LEAST + "login = { name = 'x', password_file = 'none' }\n")
    (line,) = errors(examine, path)
    assert line.startswith(":7: switch.hq.link.main.login.password_file: ")
    assert line.endswith("/none: No such file or directory")
    path = write(LEAST + "[switch.hq.monitor]\ndevices = ['999']\n")
    assert errors(examine, path) == [":8: switch.hq.monitor.devices: 999 is not mine"]


def test_no_secret_goes_to_a_driver_from_this_file(write):
    path = write(LEAST + "options = { login = { name = 'x', password = 'geheim' } }\n")
    (line,) = errors(load, path)
    assert line.startswith(":7: switch.hq.link.main.options.login.password: secrets do not")
    assert "geheim" not in line


def test_files_are_looked_at(write, tmp_path):
    path = write(
        LEAST.replace('"mqtt:', '"mqtts:')
        + """
[switch.hq.monitor]
file = "devices.txt"
[mqtt.tls]
ca_file = "none.pem"
"""
    )
    config = load(path)
    assert config.switch["hq"].monitor.file == str(tmp_path / "devices.txt")
    (tmp_path / "devices.txt").write_text("201-203  # desks\n\n# more\n2 4\n")
    no_device = "'2 4' is no device: up to 64 printable characters, no blank"
    wanted = [
        f":9: switch.hq.monitor.file: {tmp_path}/devices.txt:4: {no_device}",
        f":11: mqtt.tls.ca_file: {tmp_path}/none.pem: No such file or directory",
    ]
    assert errors(examine, path) == wanted
    assert [problem.key for problem in check(config)] == [
        "mqtt.tls.ca_file",
        "switch.hq.monitor.file",
    ]
    (tmp_path / "devices.txt").write_text("202\r\n0301-0302\n")
    monitor = Monitor(devices=("201-203",), file=str(tmp_path / "devices.txt"))
    assert devices(monitor) == ["201", "202", "203", "0301", "0302"]
    (tmp_path / "devices.txt").write_bytes(b"\xff")
    with pytest.raises(ValueError, match="not UTF-8"):
        devices(monitor)


def test_too_many_devices(write):
    more = '[switch.hq.monitor]\ndevices = ["10000-29999", "1"]'
    assert errors(load, write(LEAST + more)) == [
        ":8: switch.hq.monitor.devices: 20001 devices, at most 20000"
    ]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("/a/b", "/a/b"),
        ("b", "FOLDER/b"),
        ("${CREDENTIALS_DIRECTORY}/mqtt", "/run/credentials/mqtt"),
        ("${STATE_DIRECTORY}", "/var/lib/cti"),
    ],
)
def test_paths(write, tmp_path, written, place):
    environ = {
        "CREDENTIALS_DIRECTORY": "/run/credentials",
        "STATE_DIRECTORY": "/var/lib/cti:/var/lib/other",
    }
    path = write(LEAST + f'record.folder = "{written}"\n')
    record = load(path, environ).switch["hq"].link["main"].record
    assert record == Recording(folder=place.replace("FOLDER", str(tmp_path)))


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("${HOME}/x", "${HOME} is none of CREDENTIALS_DIRECTORY"),
        ("${CREDENTIALS_DIRECTORY}/x", "CREDENTIALS_DIRECTORY is not set"),
        ("/a/${STATE_DIRECTORY}", "a variable stands only in front"),
        ("$HOME/x", "a variable stands only in front"),
        ("a\\u0000b", "a path has no NUL"),
    ],
)
def test_no_paths(write, written, reason):
    path = write(LEAST + f'record.folder = "{written}"\n')
    (line,) = errors(load, path, environ={"HOME": "/root"})
    assert line.startswith(":7: switch.hq.link.main.record.folder: ")
    assert reason in line


def test_secrets(tmp_path):
    path = tmp_path / "word"
    for octets, word in ((b"geheim\n", b"geheim"), (b" a b \r\n", b" a b "), (b"x", b"x")):
        path.write_bytes(octets)
        assert secret(str(path)).reveal() == word
    for octets, reason in ((b"", "empty"), (b"\n", "empty"), (b"a\nb\n", "one line")):
        path.write_bytes(octets)
        with pytest.raises(ValueError, match=reason):
            secret(str(path))
    with pytest.raises(ValueError, match="Is a directory"):
        secret(str(tmp_path))


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "x.toml").write_bytes(b"# ok\nname = '\xff'\n")
    assert errors(load, tmp_path / "x.toml") == [":2: not UTF-8"]
    assert errors(load, tmp_path / "none") == [": No such file or directory"]
    assert errors(load, tmp_path) == [": Is a directory"]
    (tmp_path / "x.toml").write_bytes(b"#" * 4_000_001)
    assert errors(load, tmp_path / "x.toml") == [": longer than 4000000 octets"]
    (tmp_path / "x.toml").write_text("a = " + "[" * 100_000)
    assert len(errors(load, tmp_path / "x.toml")) == 1


# Places of keys.


def test_places():
    text = '''\
a = 1
b.c = """
[not.a.table]
d = 2
"""   # end

["x.y".z]  # comment
e = [
  "=", # ]
  2,
]
f = { g = 1 }
h = 5
'''
    assert places(text) == {
        ("a",): 1,
        ("b",): 2,
        ("b", "c"): 2,
        ("x.y",): 7,
        ("x.y", "z"): 7,
        ("x.y", "z", "e"): 8,
        ("x.y", "z", "f"): 12,
        ("x.y", "z", "h"): 13,
    }


@given(some.text(some.sampled_from("a.=[]{}'\"#\n 1"), max_size=60))
def test_places_never_raise(text):
    count = text.count("\n") + 1
    assert all(1 <= line <= count for line in places(text).values())


# Whatever is written, it is read or refused.

_KEYS = some.sampled_from(
    [
        *(key for one in schema()["$defs"].values() for key in one["properties"]),
        *("hq", "main", "x", "password"),
    ]
)
_LEAVES = some.one_of(
    some.text(max_size=5),
    some.integers(-10, 10),
    some.floats(),
    some.booleans(),
    some.sampled_from(["mqtts://h", "tcp:a:1", "unix:/a", "2-4", "debug", "plain", "*"]),
)
_VALUES: Any = some.recursive(
    _LEAVES,
    lambda inner: some.one_of(
        some.lists(inner, max_size=3), some.dictionaries(_KEYS, inner, max_size=4)
    ),
    max_leaves=20,
)


@given(some.dictionaries(_KEYS, _VALUES), some.dictionaries(_KEYS, _VALUES))
def test_whatever_is_written_is_read_or_refused(raw, link):
    raw = {"mqtt": {"brokers": ["mqtt://h"]}, "switch": {"hq": {"link": {"main": link}}}, **raw}
    reader = Reader(Path("/etc"), {})
    config = reader.read(raw, Config)
    assert (config is None) == bool(reader.problems)
    for problem in reader.problems:
        assert problem.reason
        assert "\n" not in problem.text("ctid.toml")


# What the types say of themselves.

MARKS = re.compile(r"^#(?=[a-z_]+ = |\[rights)", re.MULTILINE)


def _lenient(name: str) -> Any:
    class Lenient(Plain):
        def __init__(self, config: Any, *, observing: bool = False) -> None:
            self.stack = "length16"

    return Lenient


def test_the_annotated_file_is_right(monkeypatch):
    """As it stands, for the form; which drivers can do what is theirs to say."""
    config = load(ROOT / "etc" / "ctid.toml", {})
    monkeypatch.setattr(dr, "load", _lenient)
    assert check(config) == []


def test_the_annotated_file_shows_every_key_and_every_key_is_right(tmp_path):
    text = (ROOT / "etc" / "ctid.toml").read_text()
    path = tmp_path / "ctid.toml"
    path.write_text(MARKS.sub("", text))
    config = load(path, {"CREDENTIALS_DIRECTORY": "/run/credentials"})
    shown = {re.sub(r"switch\.hq|link\.main|rights\.crm", "N", key) for key in _keys(config)}
    whole = msgspec.json.decode(msgspec.json.encode(config))
    assert whole["mqtt"]["password_file"] == "/run/credentials/mqtt"  # noqa: S105
    for kind, fields in _fields().items():
        assert fields <= shown, f"{kind}: {fields - shown}"
    default = load(ROOT / "etc" / "ctid.toml", {})
    for section in ("daemon", "mqtt"):
        for name in ("name", "state_dir", "base", "keep_alive", "session_expiry", "window"):
            if hasattr(getattr(config, section), name):
                assert getattr(getattr(config, section), name) == getattr(
                    getattr(default, section), name
                )


def _keys(value: Any) -> set[str]:
    """Give the names of all fields that are not left out."""
    found: set[str] = set()
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            inner = getattr(value, name)
            if inner is not None:
                found.add(f"{type(value).__name__}.{name}")
            found |= _keys(inner)
    elif isinstance(value, dict):
        for inner in value.values():
            found |= _keys(inner)
    elif isinstance(value, tuple):
        for inner in value:
            found |= _keys(inner)
    return found


def _fields() -> dict[str, set[str]]:
    definitions = schema()["$defs"]
    return {
        kind: {f"{kind}.{name}" for name in definition["properties"]}
        for kind, definition in definitions.items()
    }


def test_the_table_of_keys_is_current():
    head, keys, _ = (ROOT / "docs" / "configuration.md").read_text().partition("\n## Keys\n\n")
    golden.compare("../docs/configuration.md", f"{head}{keys}{tables()}")


def test_the_schema_for_editors_is_current():
    golden.compare("../etc/ctid.schema.json", schema_text())


def test_the_schema_names_every_key_with_its_meaning():
    made = schema()
    assert made["$ref"] == "#/$defs/Config"
    for definition in made["$defs"].values():
        assert definition["additionalProperties"] is False
        for key in definition["properties"].values():
            assert key["description"]
    assert made["$defs"]["Mqtt"]["properties"]["keep_alive"]["minimum"] == 5


def test_values_are_frozen():
    config = Config.__struct_config__
    assert config.frozen
    assert config.forbid_unknown_fields


def test_the_times_of_calls_are_those_of_the_tracker_where_nothing_else_is_said() -> None:
    assert Calls().times() == Times()
    assert Calls(grace=5, idle_clear=0).times() == Times(grace=5, idle_clear=0)


def test_an_idle_call_is_asked_for_before_it_is_given_up(write) -> None:
    file = write(LEAST + "[switch.hq.calls]\nidle_verify = 90\nidle_clear = 60\n")
    with pytest.raises(ConfigError) as caught:
        load(file)
    (problem,) = caught.value.errors
    assert problem.key == "switch.hq.calls"
    assert problem.reason == "idle_clear 60 is not above idle_verify 90"


def test_the_pace_of_commands_is_what_the_desk_reads() -> None:
    told = Commands(per_second=5.0, burst=2, gap_ms=250).pace()
    assert (told.per_second, told.burst, told.gap) == (5.0, 2, 250_000_000)
    assert Commands().pace() == Pace()
