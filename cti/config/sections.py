"""Sections and keys of ``ctid.toml``.

The description of each key stands in its type: the table of keys in ``docs/configuration.md``
and the JSON Schema are made from it. ``extra`` says how a text is read further:

- ``check``: a function that raises ``ValueError`` if the text does not mean anything;
- ``names``: the same for the names in a table that the operator chose; ``words.name`` if none;
- ``unix``: the same for a path behind ``unix:``;
- ``path``: a path; it may begin with ``${CREDENTIALS_DIRECTORY}`` or another of systemd's
  directories, and is relative to the folder of the configuration file.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from cti import moment
from cti.config import words
from cti.config.rights import Right
from cti.desk.turns import Pace
from cti.tracker.times import Times

_Path = Annotated[str, Meta(min_length=1, extra={"path": True})]
_Text = Annotated[str, Meta(min_length=1, max_length=256)]
_Name = Annotated[str, Meta(extra={"check": words.name})]
_Level = Literal["debug", "info", "warning", "error", "critical"]


class Daemon(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The process."""

    name: Annotated[
        _Name, Meta(description="Name of this daemon in topics, and its MQTT client id.")
    ] = "ctid"
    state_dir: Annotated[
        _Path,
        Meta(description="Folder of the stores, a file for each switch; made if missing."),
    ] = "/var/lib/cti"


class Log(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is logged, and in which form."""

    level: Annotated[_Level, Meta(description="Lowest level that is written.")] = "info"
    format: Annotated[
        Literal["auto", "json", "journal", "console"],
        Meta(
            description="`journal` is JSON lines with the priority prefix of systemd; `auto` "
            "takes `console` on a terminal, `journal` under systemd, else `json`."
        ),
    ] = "auto"
    areas: Annotated[
        dict[str, _Level],
        Meta(description='Levels that differ, by area: `{ "cti.mqtt" = "debug" }`.'),
    ] = {}
    numbers: Annotated[
        Literal["full", "masked"],
        Meta(
            description="`masked` hides digits of six and more in a row, so that the log has "
            "nobody's number; extensions stay."
        ),
    ] = "full"
    digits: Annotated[
        int, Meta(ge=0, le=6, description="Digits at the end that `masked` leaves.")
    ] = 3
    octets: Annotated[
        tuple[str, ...],
        Meta(description="Links whose octets are logged in hex, each as `SWITCH/LINK`."),
    ] = ()


class Health(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pages for probes and Prometheus: `/healthz`, `/readyz`, `/metrics`, `/info`."""

    listen: Annotated[
        _Text | None,
        Meta(
            description="`tcp:127.0.0.1:PORT` or `unix:/PATH`; no pages when left out. Only "
            "this machine can reach them: nobody is asked who he is.",
            extra={"unix": True, "check": words.listening},
        ),
    ] = None


class Tls(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to know the peer, and how to be known. The peer's name is always checked."""

    ca_file: Annotated[
        _Path | None, Meta(description="PEM certificates to trust; else the system's.")
    ] = None
    certificate_file: Annotated[
        _Path | None, Meta(description="Our own PEM certificate, with its chain behind it.")
    ] = None
    key_file: Annotated[
        _Path | None, Meta(description="Its PEM key, without a pass phrase.")
    ] = None
    server_name: Annotated[
        _Text | None,
        Meta(description="Name in the peer's certificate, where it is not the host's."),
    ] = None


_Kept = Annotated[int, Meta(ge=0, le=32)] | None


class Mask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many digits stay at the end of numbers outside; a group left out is not masked."""

    events: Annotated[_Kept, Meta(description="In events, also told again.")] = None
    states: Annotated[_Kept, Meta(description="In states, also in a snapshot.")] = None
    replies: Annotated[
        _Kept, Meta(description="In replies, and in reasons on the audit topic.")
    ] = None


class Mqtt(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The broker."""

    brokers: Annotated[
        tuple[Annotated[str, Meta(extra={"check": words.broker})], ...],
        Meta(
            min_length=1,
            max_length=16,
            description="Addresses to try in turn: `mqtts://host:port` or `mqtt://host:port`.",
        ),
    ]
    base: Annotated[
        str,
        Meta(description="First levels of every topic.", extra={"check": words.base}),
    ] = "cti"
    client_id: Annotated[
        Annotated[str, Meta(min_length=1, max_length=128)] | None,
        Meta(description="MQTT client id; the daemon's name when left out."),
    ] = None
    username: Annotated[_Text | None, Meta(description="User name.")] = None
    password_file: Annotated[
        _Path | None, Meta(description="File that holds the password, and nothing else.")
    ] = None
    tls: Annotated[Tls | None, Meta(description="For `mqtts` addresses.")] = None
    keep_alive: Annotated[
        int, Meta(ge=5, le=3600, description="Seconds between signs of life.")
    ] = 15
    session_expiry: Annotated[
        int,
        Meta(ge=0, le=604_800, description="Seconds that the broker keeps our session."),
    ] = 3600
    window: Annotated[
        int, Meta(ge=1, le=1000, description="Most messages that wait for the broker's answer.")
    ] = 1000
    flat: Annotated[
        bool,
        Meta(description="Publish events without the CloudEvents envelope, for small devices."),
    ] = False
    feed_shards: Annotated[
        int,
        Meta(
            ge=0,
            le=256,
            description="Publish every event once more on one of so many `feed` topics, all of "
            "a call on the same one; 16 is usual, 0 is none.",
        ),
    ] = 0
    mask: Annotated[Mask, Meta(description="Hides numbers and names of people outside.")] = (
        Mask()
    )


class Reconnect(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Waits between two attempts to connect, in seconds."""

    minimum: Annotated[
        float, Meta(ge=1, le=60, description="Shortest wait, and ceiling after one failure.")
    ] = 1.0
    maximum: Annotated[float, Meta(ge=1, le=60, description="Ceiling of the wait.")] = 60.0
    blocked: Annotated[
        float,
        Meta(ge=60, le=3600, description="Wait after a refusal that trying does not cure."),
    ] = 300.0


class Recording(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Traces of a link."""

    folder: Annotated[_Path, Meta(description="Folder of the trace files; made if missing.")]
    size: Annotated[
        int, Meta(ge=1000, le=1_000_000_000, description="Octets after which a file ends.")
    ] = 64_000_000
    files: Annotated[
        int, Meta(ge=1, le=10_000, description="Files that are kept; the oldest go.")
    ] = 16
    days: Annotated[int, Meta(ge=1, le=365, description="Days that a file is kept.")] = 7


class Login(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who the bridge says it is, where the switch asks."""

    name: Annotated[_Text, Meta(description="User name at the switch.")]
    password_file: Annotated[
        _Path, Meta(description="File that holds the password, and nothing else.")
    ]


class Link(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One connection to the switch."""

    driver: Annotated[_Text, Meta(description="Name of the driver, such as `csta`.")]
    address: Annotated[
        str,
        Meta(
            description="`tcp:HOST:PORT`, `unix:/PATH`, `xot:HOST`, "
            "`serial:/dev/NAME?speed=19200`, `hdlc:INTERFACE`, `misdn:0?side=te&line=s0`, "
            "`udp:PORT:IP-ADDRESS:PORT` or `unixgram:/PATH:/PATH`.",
            extra={"check": words.link_address},
        ),
    ]
    dialect: Annotated[
        _Text | None, Meta(description="Dialect of the driver, such as `panasonic`.")
    ] = None
    profile: Annotated[
        _Path | None,
        Meta(description="File with the numbers of the protocol, for drivers that have them."),
    ] = None
    stack: Annotated[
        dict[str, Any],
        Meta(
            description="`name` is the message link, the driver's own when left out; the other "
            "keys are those of the message link."
        ),
    ] = {}
    login: Annotated[Login | None, Meta(description="Who the bridge says it is.")] = None
    tls: Annotated[Tls | None, Meta(description="TLS on a `tcp` address.")] = None
    connect_timeout: Annotated[
        float, Meta(ge=1, le=120, description="Seconds for one attempt to connect.")
    ] = 10.0
    reconnect: Annotated[Reconnect, Meta(description="Waits between attempts.")] = Reconnect()
    timers: Annotated[
        dict[str, Annotated[float, Meta(gt=0, le=86_400)]],
        Meta(description="Seconds of the driver's timers, by their names."),
    ] = {}
    record: Annotated[
        Recording | None,
        Meta(description="Records what the link says; traces hold it unmasked."),
    ] = None
    options: Annotated[
        dict[str, Any], Meta(description="Keys of the driver itself; see its page.")
    ] = {}

    def message_link(self, default: str) -> tuple[str, dict[str, Any]]:
        """Give the name of the message link, and its own keys."""
        keys = dict(self.stack)
        return keys.pop("name", default), keys

    def driver_config(self) -> dict[str, Any]:
        """Give what the section itself says to the driver; ``cti.config.files`` gives all."""
        config = dict(self.options)
        if self.dialect is not None:
            config["dialect"] = self.dialect
        if self.timers:
            config["timers"] = dict(self.timers)
        return config


class Monitor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is watched at the switch."""

    devices: Annotated[
        tuple[Annotated[str, Meta(extra={"check": words.device_range})], ...],
        Meta(
            max_length=20_000, description='Devices and ranges of them: `["201-299", "500"]`.'
        ),
    ] = ()
    file: Annotated[
        _Path | None, Meta(description="File with more of them, one in a line, `#` comments.")
    ] = None


class Calls(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a call of which nothing is heard is given up, in seconds; idle: 0 is never."""

    grace: Annotated[
        float,
        Meta(ge=1, le=86_400, description="From the loss of a link until its calls are lost."),
    ] = 900.0
    reuse_guard: Annotated[
        float,
        Meta(
            ge=60,
            le=604_800,
            description="Silence after which a call's identifier may begin another call.",
        ),
    ] = 3600.0
    idle_notify: Annotated[
        float,
        Meta(ge=0, le=604_800, description="Silence after which a call is told to be idle."),
    ] = 3600.0
    idle_verify: Annotated[
        float,
        Meta(
            ge=0,
            le=604_800,
            description="Silence after which the switch is asked for a call, where it can be.",
        ),
    ] = 7200.0
    idle_clear: Annotated[
        float,
        Meta(
            ge=0,
            le=604_800,
            description="Silence after which a call is lost: longer than the longest call. "
            "Off for links that cannot be asked for a call.",
        ),
    ] = 43_200.0

    def times(self) -> Times:
        """Give these times to a tracker."""
        return Times(**msgspec.structs.asdict(self))


class RoutePoint(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One route point, where the switch asks where a call goes; one table for each."""

    device: Annotated[
        _Text, Meta(description="The route point.", extra={"check": words.device})
    ]
    deadline_s: Annotated[
        float,
        Meta(
            gt=0,
            le=60,
            description="Seconds that applications have to answer. It must be shorter than the "
            "switch's own timer.",
        ),
    ] = 2.0
    switch_timer_s: Annotated[
        Annotated[float, Meta(gt=0, le=600)] | None,
        Meta(description="Seconds that the switch waits for an answer, where it is known."),
    ] = None
    default: Annotated[
        str,
        Meta(
            description="Number that the bridge answers with when no application does in time "
            "or none serves the route point; `end` gives the call back to the switch.",
            extra={"check": words.route},
        ),
    ] = "end"
    registered: Annotated[
        Literal["always", "on demand"],
        Meta(
            description="Whether the bridge registers at the switch at all times, or only "
            "while an application serves the route point."
        ),
    ] = "on demand"


class NumberRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Digits that the prefixes do not explain; the first rule that matches counts."""

    match: Annotated[
        _Text,
        Meta(
            description="Regular expression for all of the digits.",
            extra={"check": words.expression},
        ),
    ]
    plan: Annotated[
        Literal["e164", "private", "internal", "unknown"], Meta(description="What they are.")
    ] = "e164"
    e164: Annotated[
        _Text | None,
        Meta(description=r"Canonical form, with groups of `match` as `\1`: `'+4930\1'`."),
    ] = None


class Numbers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The numbering plan of the site: it gives numbers their form with the plus sign."""

    country: Annotated[
        str, Meta(description="ISO 3166 code of the country.", extra={"check": words.country})
    ]
    area: Annotated[
        str,
        Meta(
            description="Area code without its prefix; left out where there is none.",
            extra={"check": words.some_digits},
        ),
    ] = ""
    access_code: Annotated[
        str,
        Meta(
            description="What a set dials for an outside line.",
            extra={"check": words.some_digits},
        ),
    ] = ""
    shown_with_access_code: Annotated[
        tuple[Literal["calling", "dialled"], ...],
        Meta(description="Numbers in which the switch shows the access code."),
    ] = ("dialled",)
    international_prefix: Annotated[
        Annotated[str, Meta(extra={"check": words.some_digits})] | None,
        Meta(description="In front of a country code; that of the country when left out."),
    ] = None
    national_prefix: Annotated[
        Annotated[str, Meta(extra={"check": words.some_digits})] | None,
        Meta(description="In front of an area code; that of the country when left out."),
    ] = None
    extensions: Annotated[
        tuple[Annotated[str, Meta(extra={"check": words.extensions})], ...],
        Meta(
            max_length=1_000,
            description="The site's own numbers, `x` for any digit: "
            '`["2xx", "7001-7099", "400"]`.',
        ),
    ] = ()
    direct_dial: Annotated[
        str,
        Meta(
            description="Number with the plus sign in front of an extension: `+4930100`.",
            extra={"check": words.e164},
        ),
    ] = ""
    rule: Annotated[tuple[NumberRule, ...], Meta(max_length=200, description="Rules.")] = ()


class Commands(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How fast the links of a switch are asked, and what is composed on them."""

    per_second: Annotated[
        Annotated[float, Meta(gt=0, le=10_000)] | None,
        Meta(
            description="Commands on each link, on average. Left out: as many as the link's "
            "capabilities say (`limits.messages_per_s`), else without limit.",
        ),
    ] = None
    burst: Annotated[
        int, Meta(ge=1, le=10_000, description="Commands at once after a pause.")
    ] = 10
    gap_ms: Annotated[
        int,
        Meta(
            ge=0,
            le=10_000,
            description="Milliseconds between the end of a command and the next one for the "
            "same device or call, for switches that take them too fast.",
        ),
    ] = 0
    allow_partial: Annotated[
        bool,
        Meta(
            description="Compose commands also where the link cannot take their first steps "
            "back: a failure may leave somebody on hold.",
        ),
    ] = False

    def pace(self) -> Pace:
        """Give what the desk needs of it."""
        return Pace(self.per_second, self.burst, self.gap_ms * moment.SECOND // 1000)


class Switch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One switch with its links."""

    vendor: Annotated[str, Meta(max_length=64, description="For people.")] = ""
    link: Annotated[dict[str, Link], Meta(description="Links by name.")]
    monitor: Annotated[Monitor, Meta(description="What is watched.")] = Monitor()
    calls: Annotated[Calls, Meta(description="When calls are given up.")] = Calls()
    commands: Annotated[Commands, Meta(description="How commands are sent.")] = Commands()
    numbers: Annotated[Numbers | None, Meta(description="The numbering plan.")] = None
    route_point: Annotated[
        tuple[RoutePoint, ...], Meta(max_length=1_000, description="Route points.")
    ] = ()


class Journal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is kept of what was published, in the file of each switch."""

    max_octets: Annotated[
        int,
        Meta(
            ge=10_000_000,
            le=1_000_000_000_000,
            description="Octets of the file above which the oldest go, even if the broker has "
            "not taken them over; a `gap` event says which.",
        ),
    ] = 2_000_000_000
    max_age: Annotated[
        float,
        Meta(ge=60, le=2_592_000, description="Seconds after which they go likewise."),
    ] = 86_400.0
    max_events: Annotated[
        int,
        Meta(ge=10_000, le=100_000_000, description="Messages above which they go likewise."),
    ] = 5_000_000
    replay_octets: Annotated[
        int,
        Meta(
            ge=0,
            le=1_000_000_000_000,
            description="Octets of the file above which the oldest go that the broker has; "
            "until then they can be replayed.",
        ),
    ] = 1_000_000_000
    replay_age: Annotated[
        float, Meta(ge=0, le=2_592_000, description="Seconds after which they go likewise.")
    ] = 86_400.0


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    daemon: Annotated[Daemon, Meta(description="The process.")] = Daemon()
    log: Annotated[Log, Meta(description="The log.")] = Log()
    health: Annotated[Health, Meta(description="Pages for probes.")] = Health()
    mqtt: Annotated[Mqtt, Meta(description="The broker.")]
    journal: Annotated[Journal, Meta(description="What is kept of events.")] = Journal()
    switch: Annotated[
        dict[str, Switch],
        Meta(min_length=1, description="Switches by name.", extra={"names": words.switch_name}),
    ]
    rights: Annotated[
        dict[str, Right], Meta(description="Rights by the client's name in its topics.")
    ] = {}
