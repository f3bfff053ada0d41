"""Rules for the broker that match the rights: who may write and read which topic.

The bridge judges commands by the client that the topic names, so a broker must let a user
write below its own name only. What a user may read follows from what it may see.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from cti.config.rights import Right
from cti.northbound.topics import VERSION, level
from cti.rights.grants import Grant

FOR_ALL: Final = ("event/link", "event/switch", "event/snapshot")
"""Events that are of nobody in particular."""


class Rules(Struct, frozen=True):
    """What one user may do. Topic filters, in no order that matters."""

    user: str
    writes: tuple[str, ...]
    reads: tuple[str, ...]
    unsaid: tuple[str, ...] = ()
    """Patterns that no topic filter can say."""


class Site(Struct, frozen=True):
    """What the rules are for."""

    base: str
    daemon: str
    user: str
    """Who the daemon is at the broker; empty where it has no name."""
    switches: Mapping[str, tuple[str, ...]]
    """Switches, and the devices that the configuration names."""

    @property
    def root(self) -> str:
        """First levels of every topic."""
        return f"{self.base}/{VERSION}"


def rules(site: Site, rights: Mapping[str, Right]) -> list[Rules]:
    """Give the rules of the daemon and of every client."""
    root, status = site.root, f"{site.root}/daemon/{level(site.daemon)}/status"
    retained = [f"{root}/+/{one}" for one in ("state/#", "link/+/status", "info")]
    daemon = Rules(site.user, (f"{root}/#",), (f"{root}/+/command/#", status, *retained))
    made = [daemon] if site.user else []
    return made + [_client(site, name, right) for name, right in rights.items()]


def _client(site: Site, name: str, right: Right) -> Rules:
    grant = Grant(right)
    daemon = f"{site.root}/daemon/{level(site.daemon)}"
    reads = [f"{daemon}/status"]
    if right.read.alarms:
        reads.append(f"{daemon}/alarm")
    if right.read.audit:
        reads.append(f"{daemon}/audit")
    writes, unsaid = [], dict[str, None]()
    for switch, devices in site.switches.items():
        root = f"{site.root}/{switch}"
        writes.append(f"{root}/command/{name}/#")
        reads += [f"{root}/reply/{name}/#", f"{root}/info", f"{root}/link/+/status"]
        for topic in _seen(grant, devices, unsaid):
            reads.append(f"{root}/{topic}")
    return Rules(name, tuple(writes), tuple(dict.fromkeys(reads)), tuple(unsaid))


def _seen(grant: Grant, devices: Iterable[str], unsaid: dict[str, None]) -> Iterator[str]:
    """Give the filters of what a client may see of a switch."""
    kinds = {
        "device": (grant.read_devices, ("event/connection/{}/#", "event/device/{}/#")),
        "agent": (grant.read_agents, ("event/agent/{}/#",)),
        "queue": (grant.read_queues, ("event/queue/{}/#",)),
    }
    points = grant.read_route_points
    every = [patterns.everything for patterns, _ in kinds.values()]
    if all(every) and points.everything:
        yield from ("event/#", "state/#", "feed/#")
        return
    yield from (f"{topic}/#" for topic in FOR_ALL)
    for kind, (patterns, topics) in kinds.items():
        if patterns.everything:
            yield from (topic.partition("{}")[0] + "#" for topic in topics)
            yield f"state/{kind}/#"
            continue
        for one in patterns.names(devices if kind != "agent" else ()):
            yield from (topic.format(level(one)) for topic in topics)
            yield f"state/{kind}/{level(one)}"
        unsaid |= {
            f"{kind}s {text}: the configuration has no list of them, name them one by one": None
            for text in (patterns.wild if kind == "agent" else ())
        }
    if grant.read_devices.everything:
        yield "event/call/#"
    if points.everything:
        yield "event/route/#"
    elif points:
        unsaid[
            "route_points: their topics have the request's id, so it takes '*' to see them"
        ] = None


# How brokers want them.


def mosquitto(made: list[Rules], site: Site) -> str:
    """Write an ``acl_file`` of Mosquitto."""
    lines = ["# What every user may do, by its own name."]
    for switch in site.switches:
        lines.append(f"pattern write {site.root}/{switch}/command/%u/#")
        lines.append(f"pattern read {site.root}/{switch}/reply/%u/#")
    for one in made:
        lines += ["", *_unsaid("#", one), f"user {one.user}"]
        lines += [f"topic write {topic}" for topic in one.writes if not _own(topic, one)]
        lines += [f"topic read {topic}" for topic in one.reads if not _own(topic, one)]
    return "\n".join(lines) + "\n"


def _own(topic: str, one: Rules) -> bool:
    """Tell whether a filter is one of those that hold for every user by its name."""
    return topic.endswith((f"/command/{one.user}/#", f"/reply/{one.user}/#"))


def dynsec(made: list[Rules], _: Site) -> str:
    """Write commands for Mosquitto's dynamic security plugin; users must be there already.

    They are for the topic ``$CONTROL/dynamic-security/v1``, and may be given again.
    """
    commands: list[dict[str, object]] = []
    for one in made:
        role = f"cti-{one.user}"
        acls = [_acl("publishClientSend", topic) for topic in one.writes]
        for topic in one.reads:
            acls += [_acl("subscribePattern", topic), _acl("publishClientReceive", topic)]
            acls.append(_acl("unsubscribePattern", topic))
        commands += [
            {"command": "createRole", "rolename": role},
            {"command": "modifyRole", "rolename": role, "acls": acls},
            {"command": "addClientRole", "username": one.user, "rolename": role},
        ]
    return json.dumps({"commands": commands}, indent=1) + "\n"


def _acl(kind: str, topic: str) -> dict[str, object]:
    return {"acltype": kind, "topic": topic, "priority": 0, "allow": True}


def emqx(made: list[Rules], _: Site) -> str:
    """Write an ``acl.conf`` of EMQX; rules for other topics go before its last line."""
    lines = []
    for one in made:
        user = json.dumps(one.user)
        lines += _unsaid("%%", one)
        for action, topics in (("publish", one.writes), ("subscribe", one.reads)):
            listed = ", ".join(json.dumps(topic) for topic in topics)
            lines.append(f"{{allow, {{user, {user}}}, {action}, [{listed}]}}.")
    return "\n".join([*lines, "{deny, all}."]) + "\n"


def rabbitmq(made: list[Rules], _: Site) -> str:
    """Write commands that set topic permissions of RabbitMQ; users must be there already."""
    lines = []
    for one in made:
        user = shlex.quote(one.user)
        queues = shlex.quote("^mqtt-subscription-.*$")
        both = shlex.quote(r"^(mqtt-subscription-.*|amq\.topic)$")
        lines += _unsaid("#", one)
        lines.append(f"rabbitmqctl set_permissions -p / {user} {queues} {both} {both}")
        write, read = _expression(one.writes), _expression(one.reads)
        lines.append(
            f"rabbitmqctl set_topic_permissions -p / {user} amq.topic "
            f"{shlex.quote(write)} {shlex.quote(read)}"
        )
    return "\n".join(lines) + "\n"


_DOTTED: Final = str.maketrans("/.", "./")
"""RabbitMQ writes topics with dots in the place of slashes."""


def _expression(topics: Iterable[str]) -> str:
    """Write topic filters as one regular expression for what RabbitMQ makes of topics."""
    return f"^({'|'.join(_alternative(topic) for topic in topics)})$"


def _alternative(topic: str) -> str:
    levels = topic.split("/")
    below = levels[-1] == "#"
    written = [
        "[^.]+" if one == "+" else re.escape(one.translate(_DOTTED))
        for one in (levels[:-1] if below else levels)
    ]
    return r"\.".join(written) + (r"(\..*)?" if below else "")


def _unsaid(mark: str, one: Rules) -> list[str]:
    return [f"{mark} {one.user}: {text}" for text in one.unsaid]


FORMS: Final[dict[str, Callable[[list[Rules], Site], str]]] = {
    "mosquitto": mosquitto,
    "dynsec": dynsec,
    "emqx": emqx,
    "rabbitmq": rabbitmq,
}
"""Forms of rules by the broker that wants them."""
