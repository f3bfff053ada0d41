"""The broker's rules: below one's own name, and no more than one may see."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cti.cli.acl import acl
from cti.config.rights import Read, Right
from cti.model import events as ev
from cti.mqtt.topics import topic_filter_fault
from cti.northbound.acl import FORMS, Site, rules
from cti.northbound.topics import Topics
from cti.rights import Rights
from tests.support.every import events

DEVICES = ("201", "202", "301", "x/y", "a.b", "500")
SITE = Site("cti", "d1", "ctid", {"hq": DEVICES, "branch": ("901",)})
TOPICS = Topics("cti", "d1")


def matches(topic_filter: str, topic: str) -> bool:
    """Match as MQTT 4.7 says, written from it."""
    wanted, levels = topic_filter.split("/"), topic.split("/")
    if wanted[-1] == "#":
        wanted = wanted[:-1]
        if len(levels) < len(wanted):
            return False
        levels = levels[: len(wanted)]
    return len(wanted) == len(levels) and all(
        one in ("+", level) for one, level in zip(wanted, levels, strict=True)
    )


PATTERNS = st.lists(
    st.sampled_from(["201", "30?", "2*", "*", "201-202", "x/y", "4711", "500", "40?"]),
    max_size=3,
).map(tuple)
RIGHTS = st.builds(
    Right,
    acts=PATTERNS,
    agents=PATTERNS,
    queues=PATTERNS,
    route_points=PATTERNS,
    read=st.builds(
        Read, devices=PATTERNS, agents=PATTERNS, queues=PATTERNS, route_points=PATTERNS
    ),
)


@given(st.dictionaries(st.sampled_from(["ann", "anna", "app"]), RIGHTS))
def test_a7_everybody_writes_below_its_own_name_only(rights: dict[str, Right]) -> None:
    made = {one.user: one for one in rules(SITE, rights)}
    assert set(made) == {"ctid", *rights}
    for name in rights:
        assert set(made[name].writes) == {
            f"cti/v1/{switch}/command/{name}/#" for switch in ("hq", "branch")
        }
        for topic in made[name].reads:
            assert not topic_filter_fault(topic)
            levels = topic.split("/")
            assert levels[2] in ("hq", "branch", "daemon")
            assert "command" not in levels
            assert levels[3] != "reply" or levels[4] == name


@given(RIGHTS, st.sampled_from(["201", "202", "301", "x/y", "4711", "500"]))
def test_a6_what_is_sent_apart_from_topics_could_have_been_read_there(
    right: Right, name: str
) -> None:
    """A filter of the bridge lets nothing through that the broker's rules keep back."""
    (made,) = (one for one in rules(SITE, {"app": right}) if one.user == "app")
    reader = Rights({"app": right}).reader("app")
    for event in events(name):
        if not reader.event(event):
            continue
        if isinstance(event, ev.AgentEvent | ev.QueueUpdated) and made.unsaid:
            continue  # no list of agents: a pattern cannot be said in topics
        if isinstance(event, ev.AgentEvent | ev.QueueUpdated | ev.DeviceEvent) and (
            name not in DEVICES and name not in (*right.agents, *right.read.agents)
        ):
            continue
        topic = TOPICS.event(event)
        assert any(matches(one, topic) for one in made.reads), topic


@given(RIGHTS, st.sampled_from(["201", "301", "x/y", "4711", "500"]))
def test_a6_the_broker_lets_nothing_through_that_may_not_be_seen(
    right: Right, name: str
) -> None:
    (made,) = (one for one in rules(SITE, {"app": right}) if one.user == "app")
    reader = Rights({"app": right}).reader("app")
    for event in events(name):
        if any(matches(one, TOPICS.event(event)) for one in made.reads):
            assert reader.event(event), TOPICS.event(event)


DESK = Right(acts=("201", "a.b"), read=Read(queues=("500",), alarms=True))


def text(form: str, right: Right = DESK) -> str:
    return FORMS[form](rules(SITE, {"desk": right}), SITE)


def test_what_a_desktop_may_read() -> None:
    (made,) = (one for one in rules(SITE, {"desk": DESK}) if one.user == "desk")
    at_hq = [one.removeprefix("cti/v1/hq/") for one in made.reads if "/hq/" in one]
    assert at_hq == [
        *("reply/desk/#", "info", "link/+/status"),
        *("event/link/#", "event/switch/#", "event/snapshot/#"),
        *("event/connection/201/#", "event/device/201/#", "state/device/201"),
        *("event/connection/a.b/#", "event/device/a.b/#", "state/device/a.b"),
        *("event/queue/500/#", "state/queue/500"),
    ]
    daemon = [one for one in made.reads if "/daemon/" in one]
    assert daemon == ["cti/v1/daemon/d1/status", "cti/v1/daemon/d1/alarm"]


def test_what_no_topic_can_say_is_told() -> None:
    right = Right(agents=("47??",), route_points=("400",))
    for form, mark in (("mosquitto", "#"), ("emqx", "%%"), ("rabbitmq", "#")):
        lines = [line for line in text(form, right).splitlines() if line.startswith(mark)]
        assert any("47??" in line for line in lines)
        assert any("route_points" in line for line in lines)


def test_mosquitto_has_the_common_rules_by_the_users_own_name() -> None:
    lines = text("mosquitto").splitlines()
    assert "pattern write cti/v1/hq/command/%u/#" in lines
    assert "pattern read cti/v1/hq/reply/%u/#" in lines
    assert "user desk" in lines
    assert "topic write cti/v1/#" in lines
    assert not [line for line in lines if "%c" in line]


def test_dynsec_can_be_given_again() -> None:
    commands = json.loads(text("dynsec"))["commands"]
    desk = [one["command"] for one in commands if "cti-desk" in one.get("rolename", "")]
    assert desk == ["createRole", "modifyRole", "addClientRole"]


def test_emqx_denies_the_rest() -> None:
    lines = text("emqx").splitlines()
    assert lines[-1] == "{deny, all}."
    assert '{allow, {user, "desk"}, publish, ["cti/v1/hq/command/desk/#", ' in lines[2]


@pytest.mark.parametrize(
    ("topic", "allowed"),
    [
        ("cti.v1.hq.event.connection.201.alerting", True),
        ("cti.v1.hq.event.connection.201.#", True),
        ("cti.v1.hq.event.connection.*.alerting", False),
        ("cti.v1.hq.event.connection.202.alerting", False),
        ("cti.v1.hq.event.#", False),
        ("cti.v1.#", False),
        ("cti.v1.hq.event.connection.a/b.held", True),
        ("cti.v1.hq.event.connection.a.b.held", False),
        ("cti.v1.hq.reply.desk.hold", True),
        ("cti.v1.hq.reply.desk2.hold", False),
        ("cti.v1.hq.link.*.status", True),
        ("xcti.v1.hq.info", False),
        ("cti.v1.hq.info.x", False),
    ],
)
def test_rabbitmq_expressions_match_what_it_makes_of_topics(topic: str, allowed: bool) -> None:
    line = next(
        one for one in text("rabbitmq").splitlines() if "topic_perm" in one and "desk" in one
    )
    read = re.findall(r"'([^']*)'", line)[-1]
    assert (re.search(read, topic) is not None) == allowed


def test_the_command_prints_rules_and_says_who_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "ctid.toml"
    file.write_text(
        """
[mqtt]
brokers = ["mqtts://localhost"]
[switch.hq.link.main]
driver = "csta"
address = "tcp:pbx:1"
[switch.hq.monitor]
devices = ["201-203"]
[rights.app]
acts = ["20?"]
"""
    )
    for form in FORMS:
        result = CliRunner().invoke(acl, [form, str(file)])
        assert result.exit_code == 0, result.output
        assert "203" in result.stdout
        assert "mqtt.username" in result.stderr
    assert CliRunner().invoke(acl, ["other", str(file)]).exit_code == 2
    file.write_text("[mqtt]\n")
    result = CliRunner().invoke(acl, ["mosquitto", str(file)])
    assert (result.exit_code, result.stdout) == (2, "")
