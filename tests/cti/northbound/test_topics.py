"""Topics: every event has one, and every identifier fits into a level."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.model import events as ev
from cti.model.states import Origin, SystemStatus
from cti.mqtt.topics import topic_name_fault
from cti.northbound.topics import Asked, Topics, identifier, level

TOPICS = Topics("cti", "d1")


@given(st.text())
def test_any_identifier_is_one_level_and_comes_back(text) -> None:
    written = level(text)
    assert not set(written) & set("/+#$\0 ")
    assert written
    assert not topic_name_fault(f"cti/{written}")
    if (
        text
        and not written.startswith("~")
        and text.encode("utf-8", "replace").decode() == text
    ):
        assert identifier(written) == text


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("cti/v1/hq/command/app/make_call", Asked("hq", "app", "make_call")),
        ("cti/v1/hq/command/a%2Fb/hold", Asked("hq", "a%2Fb", "hold")),
        ("cti/v1/hq/command/app", None),
        ("cti/v1/hq/command/app/hold/now", None),
        ("cti/v2/hq/command/app/hold", None),
        ("cti/v1/hq/reply/app/hold", None),
        ("ctix/v1/hq/command/app/hold", None),
        ("cti/v1/hq/command//hold", None),
    ],
)
def test_command_topics(topic, told) -> None:
    assert TOPICS.command(topic) == told


@pytest.mark.parametrize(
    ("topic", "allowed"),
    [
        ("cti/v1/hq/reply/app/x", True),
        ("cti/v1/hq/reply/app/x/y", True),
        ("cti/v1/hq/reply/app", False),
        ("cti/v1/hq/reply/app2/x", False),
        ("cti/v1/hq/state/device/201", False),
        ("cti/v1/other/reply/app/x", False),
        ("cti/v1/hq/reply/app/#", False),
        ("cti/v1/hq/reply/app/" + "x" * 400, False),
        ("cti/v1/daemon/d1/status", False),
    ],
)
def test_a_reply_goes_below_the_clients_own_branch_only(topic, allowed) -> None:
    assert TOPICS.may_reply(topic, "hq", "app") is allowed


def test_an_event_stands_on_the_topic_of_its_object() -> None:
    event = ev.LinkOverload(
        switch_id="hq",
        link_id="main",
        epoch=1,
        seq=2,
        sub=0,
        id="main:1:2:0",
        ts_received="2026-03-02T09:00:00.000000000Z",
        origin=Origin.REPORTED,
        status=SystemStatus.OVERLOAD_REACHED,
    )
    assert TOPICS.event(event) == "cti/v1/hq/event/link/main/overload"
    assert TOPICS.subject(event) == "link/main"


@pytest.mark.parametrize("name", sorted(ev.EVENTS))
def test_every_event_of_the_model_has_an_object_that_identifies_it(name) -> None:
    kind = ev.EVENTS[name]
    members = set(kind.__struct_fields__)
    subject = name.partition(".")[0]
    wanted = {"connection": "device_id", "snapshot": "link_id"}.get(subject, f"{subject}_id")
    assert wanted in members
