"""Commands on their way in: judged once, told once, answered below one's own branch."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti import moment
from cti.config.rights import Budget, Right
from cti.model.commands import VERBS
from cti.mqtt.packets import Publish
from cti.mqtt.topics import topic_name_fault
from cti.northbound.topics import LONGEST, LONGEST_REPLY, Topics, level
from tests.cti.northbound.test_north import Site, by_topic, shown

BODY = {"command_id": "c1", "args": {"device": "201"}}


def audits(site: Site) -> list[dict[str, Any]]:
    site.out()
    told, site.audits = site.audits, []
    return told


def test_every_decision_is_told_with_principal_verb_devices_and_rule() -> None:
    site = Site()
    site.up()
    site.pdu("i201")
    site.ask("clear_connection")
    (told,) = audits(site)
    assert told == {
        "at": "1970-01-01T00:00:00.000000000Z",
        "boot": "b1",
        "switch": "hq",
        "principal": "app",
        "verb": "clear_connection",
        "command_id": "c1",
        "decision": "allowed",
        "rule": "verbs=* acts=2*",
        "devices": ["201"],
    }
    site.ask("hold", {"command_id": "x", "args": {"device": "300"}})
    (told,) = audits(site)
    assert (told["decision"], told["rule"], told["error"], told["devices"]) == (
        "denied",
        "acts",
        "not_permitted",
        ["300"],
    )


@pytest.mark.parametrize(
    ("verb", "body", "more", "rule"),
    [
        ("clear_connection", BODY, {}, "verbs=* acts=2*"),
        ("hold", BODY, {"client": "desk"}, "verbs"),
        ("hold", BODY, {"client": "nobody"}, "rights"),
        ("hold", BODY, {"client": "Nobody"}, "client"),
        ("hold", b"{", {}, "request"),
        ("nothing", BODY, {}, "request"),
        ("hold", BODY, {"retain": True}, "retained"),
        ("hold", BODY, {"response_topic": "cti/v1/hq/state/device/201"}, "response_topic"),
        ("hold", BODY, {"correlation_data": b"x" * 257}, "correlation_data"),
    ],
)
def test_g3_one_arrival_is_one_decision(
    verb: str, body: Any, more: dict[str, Any], rule: str
) -> None:
    site = Site()
    site.up()
    for count in range(1, 4):
        site.ask(verb, body, **more)
        assert [one["rule"] for one in site.audits] == [rule] * count


@given(
    st.sampled_from([*VERBS, "nothing"]),
    st.sampled_from(["app", "desk", "nobody", "+", "é", "%61pp"]),
    st.binary(max_size=40)
    | st.builds(
        lambda args, command_id: json.dumps({"command_id": command_id, "args": args}).encode(),
        st.dictionaries(st.sampled_from(["device", "to", "call", "on"]), st.just("201")),
        st.sampled_from(["1", "2", "", 7]),
    ),
    st.booleans(),
)
def test_g3_whatever_arrives(verb: str, client: str, payload: bytes, retain: bool) -> None:
    site = Site()
    site.up()
    site.ask(verb, payload, client=client, retain=retain)
    expected = 0 if retain and not payload else 1
    assert len(site.audits) == expected


def test_a_flood_is_refused_with_the_time_to_wait_and_still_told() -> None:
    site = Site()
    site.up()
    replies = [site.ask("query_dnd", {**BODY, "command_id": str(n)})[-1] for n in range(50)]
    told = [shown(reply) for reply in replies]
    assert [one["status"] for one in told].count("succeeded") == 40
    assert told[-1]["command_id"] == "49"
    assert told[-1]["error"]["class"] == "resource_limit"
    assert told[-1]["error"]["retry_after_ms"] == 50
    assert len(site.audits) == 50
    site.clock.advance(1)
    (reply,) = site.ask("query_dnd", {**BODY, "command_id": "50"})
    assert shown(reply)["status"] == "succeeded"


def test_a_command_that_is_repeated_is_no_new_call() -> None:
    site = Site()
    site.up()
    body = {"command_id": "x", "args": {"device": "201", "to": "202"}}
    replies = []
    for _ in range(9):
        site.clock.advance(0.1)
        replies.append(shown(site.ask("make_call", body, qos=1)[-1])["status"])
    assert replies == ["succeeded"] * 9


def test_the_first_number_outside_is_an_alarm() -> None:
    site = Site()
    site.up()
    for command_id, wanted in (("1", 1), ("2", 0)):
        body = {"command_id": command_id, "args": {"device": "201", "to": "0301234567"}}
        alarms = [one for one in site.ask("make_call", body) if one.topic.endswith("/alarm")]
        assert len(alarms) == wanted
        for alarm in alarms:
            assert shown(alarm)["alarm"] == "destination_class"
            assert "app" in shown(alarm)["detail"]


def test_a4_what_is_private_is_told_with_what_it_says() -> None:
    site = Site()
    site.up()
    body = {"command_id": "1", "args": {"payload": {"hex": "a10b"}}}
    (reply,) = site.ask("private", body)
    assert shown(reply)["error"]["class"] == "not_permitted"
    assert site.audits[-1]["payload"] == {"hex": "a10b"}


# A7: answers go below the client's own branch, and nowhere else.

OWN = "cti/v1/hq/reply/app"
LEVELS = st.sampled_from(
    [
        *[
            "cti",
            "v1",
            "hq",
            "reply",
            "app",
            "app2",
            "ap",
            "state",
            "command",
            "+",
            "#",
            "$SYS",
            "daemon",
            "x",
            "%61pp",
            "App",
            "..",
            "é",
            "\x00",
        ],
        "",
    ]
)
TOPICS = st.lists(LEVELS, max_size=8).map("/".join) | st.builds(
    lambda rest: f"{OWN}/{rest}", st.text(max_size=250)
)


@given(TOPICS)
def test_a7_no_response_topic_but_below_ones_own_branch(topic: str) -> None:
    told = Topics("cti", "d1").may_reply(topic, "hq", "app")
    levels = topic.split("/")
    assert told == (
        levels[:5] == OWN.split("/")
        and len(levels) > 5
        and all(one and one[0] != "$" for one in levels[5:])
        and not set(topic) & set("+#\0")
        and len(topic.encode("utf-8", "surrogatepass")) <= LONGEST_REPLY
    )


@given(TOPICS, st.sampled_from(["app", "desk", "nobody"]), st.binary(max_size=300))
def test_a7_nothing_is_published_elsewhere(topic: str, client: str, data: bytes) -> None:
    site = Site()
    site.up()
    published = site.ask(
        "query_dnd", client=client, response_topic=topic, correlation_data=data
    )
    for message in published:
        assert message.topic.startswith(f"cti/v1/hq/reply/{client}/")
        assert not topic_name_fault(message.topic)


# A8: who asks is the level of the topic, as it stands there.

NAMES = [
    *("+", "#", "daemon/x", "%2F", "%252F", "%61pp", "APP", "App", "a\u0308pp", "äpp", "-app"),
    *("app ", " app", "app\0", "a" * 65, "..", "$SYS", "\u0430pp", "app%00", "é", "a_b"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a8_no_other_way_to_write_a_name_is_taken(name: str) -> None:
    site = Site()
    site.up()
    site.pdu("i201")
    site.out()
    site.north.message_received(
        Publish(f"cti/v1/hq/command/{name}/clear_connection", json.dumps(BODY).encode()), 0
    )
    assert site.out() == []  # no answer, no event
    assert [one["rule"] for one in site.audits] in ([], ["client"])
    assert all(one["decision"] == "denied" for one in site.audits)


@pytest.mark.parametrize(
    "verb", ["clear%5Fconnection", "CLEAR_CONNECTION", "clear_connection%00"]
)
def test_a8_no_other_way_to_write_a_verb_is_taken(verb: str) -> None:
    site = Site()
    site.up()
    site.pdu("i201")
    replies = site.ask(verb)
    assert [shown(one)["error"]["class"] for one in replies] == ["unsupported"]


# A9: what is retained.


def test_a9_a_retained_command_is_cleared_and_not_carried_out() -> None:
    site = Site()
    site.up()
    site.pdu("i201")
    for client in ("app", "nobody", "%61pp"):
        messages = site.ask("clear_connection", client=client, retain=True)
        topic = f"cti/v1/hq/command/{client}/clear_connection"
        assert [one.payload for one in messages if one.topic == topic and one.retain] == [b""]
        assert not [one for one in messages if "/event/" in one.topic]


# A10: names from the switch stay one level.

DEVICES = st.text(max_size=80) | st.sampled_from(
    [
        "x/../../daemon/d/status",
        "#",
        "+",
        "\0",
        "%2f",
        "x" * 5000,
        "$SYS",
        "",
        "\ud800",
        "é" * 99,
    ]
)


@given(DEVICES)
def test_a10_a_name_is_one_level_and_two_names_are_two(device: str) -> None:
    topics = Topics("cti", "d1")
    topic = topics.state("hq", "device", device)
    assert topic.split("/")[:5] == ["cti", "v1", "hq", "state", "device"]
    assert len(topic.split("/")) == 6
    assert not topic_name_fault(topic)
    assert 0 < len(level(device)) <= LONGEST
    assert level(device) != level(device + "x")


# A11, A13, A16: what is in a command hurts nobody.

NASTY = [
    *(
        "\r\nforged=1",
        "\x1b[2J",
        "\u202egnp.exe",
        "=cmd|' /C calc'!A0",
        "<img src=x onerror=1>",
    ),
    *("\u2028", "\0", '"},{"', "\x7f", "é"),
]


@pytest.mark.parametrize("nasty", NASTY)
def test_a11_a12_one_decision_is_one_message_of_json(nasty: str) -> None:
    site = Site()
    site.up()
    for body in (
        {"command_id": nasty, "args": {"device": "201"}},
        {"command_id": "1", "args": {"device": nasty}},
        {"command_id": "2", "args": {"device": "201", "x": nasty}},
        {"command_id": "3", "args": {"device": "201"}, nasty: 1},
    ):
        site.ask("hold", body)
    assert len(site.audits) == 4
    raw = [m.payload for m in site.sent if m.topic == site.north.topics.audit]
    assert not any(re.search(rb"[\x00-\x1f]", payload) for payload in raw)


@pytest.mark.parametrize(
    "payload",
    [
        b'{"command_id":"1","args":' + b"[" * 8000 + b"]" * 8000 + b"}",
        b'{"command_id":"1","args":' + b'{"data":' * 1800 + b"1" + b"}" * 1800 + b"}",
        b"[" * 16_000,
        b'{"command_id":"1","args":{"call":"c","data":' + b"[" * 8000 + b"]" * 8000 + b"}}",
        b"x" * 20_000,
        b"\xff" * 100,
    ],
)
def test_a13_a14_deep_and_long_is_refused(payload: bytes) -> None:
    site = Site()
    site.up()
    (reply,) = site.ask("attach_data", payload)
    assert shown(reply)["status"] == "rejected"
    assert [one["decision"] for one in site.audits] == ["denied"]


def test_a16_a_password_is_told_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    site = Site()
    site.up()
    secret = "hunter2-geheim"  # noqa: S105
    for verb, more in (("login", {"agent": "4711"}), ("set_agent_state", {"state": "ready"})):
        for client in ("app", "desk", "nobody"):
            args = {"device": "201", "password": secret, **more}
            site.ask(verb, {"command_id": verb, "args": args}, client=client)
            site.ask(verb, {"command_id": verb, "args": {**args, "x": 1}}, client=client)
    payload = {"logOn": {"password": secret}, "more": [{"secret": secret}]}
    site.ask("private", {"command_id": "private", "args": {"payload": payload}})
    assert len(site.audits) == 13
    dots = {"logOn": {"password": "..."}, "more": [{"secret": "..."}]}
    assert site.audits[-1]["payload"] == dots
    assert not [one.topic for one in site.sent if secret.encode() in one.payload]
    assert secret not in capsys.readouterr().out


# A21 and G4 through the whole north.


def test_a21_a_hostile_client_does_not_slow_the_honest_ones() -> None:
    site = Site()
    site.up()
    site.north.change_rights(
        {name: Right(verbs=("*",), acts=("2*",)) for name in ("hostile", "honest")}
    )
    answered = 0
    for step in range(1000):
        site.clock.advance(0.001)
        body = {"command_id": f"h{step}", "args": {"device": "202"}}
        site.ask("query_dnd", body, client="hostile")
        if step % 100 == 0:
            body = {"command_id": f"g{step}", "args": {"device": "201"}}
            (reply,) = site.ask("query_dnd", body, client="honest")
            answered += shown(reply)["status"] == "succeeded"
    assert answered == 10
    assert site.north.counters["denied"] >= 900


def test_g4_other_rights_count_for_the_next_command() -> None:
    site = Site()
    site.up()
    assert (
        shown(site.ask("query_dnd", {**BODY, "command_id": "1"})[-1])["status"] == "succeeded"
    )
    site.north.change_rights({"app": Right(verbs=("query_mwi",), acts=("201",))})
    (reply,) = site.ask("query_dnd", {**BODY, "command_id": "2"})
    assert shown(reply)["error"]["class"] == "not_permitted"
    (reply,) = site.ask("query_mwi", {**BODY, "command_id": "3"})
    assert shown(reply)["status"] == "succeeded"
    with pytest.raises(ValueError, match="2-1"):
        site.north.change_rights({"app": Right(verbs=("*",), acts=("2-1",))})
    (reply,) = site.ask("query_mwi", {**BODY, "command_id": "4"})
    assert shown(reply)["status"] == "succeeded"


def test_a19_a_command_that_tells_its_age_is_not_carried_out_late() -> None:
    site = Site()
    site.up()
    site.clock.advance(100_000)
    body = {"command_id": "x", "args": {"device": "201", "to": "202"}}
    body["issued_at"] = moment.text(site.now())
    first = by_topic(site.ask("make_call", body))["cti/v1/hq/reply/app/make_call"]
    assert shown(first)["status"] == "succeeded"
    site.clock.advance(23 * 3600)
    assert site.ask("make_call", body) == [first]  # known, so answered again
    site.clock.advance(2 * 3600)
    (reply,) = site.ask("make_call", body)
    assert shown(reply)["error"]["class"] == "timeout"
    assert shown(reply)["error"]["field"] == "issued_at"
    assert site.audits[-1]["rule"] == "issued_at"


@pytest.mark.parametrize(
    ("issued", "kind"),
    [
        (-61.0, "timeout"),
        (-59.0, None),
        (59.0, None),
        (61.0, "invalid_argument"),
    ],
)
def test_a19_the_window_of_issued_at(issued: float, kind: str | None) -> None:
    site = Site()
    site.up()
    site.clock.advance(1000)
    at = moment.text(site.now() + round(issued * moment.SECOND))
    reply = shown(site.ask("query_dnd", {**BODY, "issued_at": at})[-1])
    assert reply.get("error", {}).get("class") == kind


@pytest.mark.parametrize("text", ["yesterday", "2026-01-01", "2026-01-01T00:00:00", 7])
def test_a19_what_is_no_time_with_a_zone_is_named(text: object) -> None:
    site = Site()
    site.up()
    (reply,) = site.ask("query_dnd", {**BODY, "issued_at": text})
    assert shown(reply)["error"]["class"] == "invalid_argument"
    assert shown(reply)["error"]["field"] == "issued_at"


def test_a19_a_new_store_carries_out_nothing_that_is_older() -> None:
    site = Site()
    site.up()
    site.clock.advance(1000)
    site.north.connect("hq", site.runner, since=site.now())
    before = moment.text(site.now() - moment.SECOND)
    (reply,) = site.ask("query_dnd", {**BODY, "issued_at": before})
    assert shown(reply)["error"]["class"] == "timeout"


def test_a19_an_id_is_known_for_a_day() -> None:
    """After that the same message is a new command, and counts as a new call."""
    site = Site()
    site.up()
    right = Right(
        verbs=("*",), acts=("2*",), destinations=("*",), budget=Budget(calls_per_day=1)
    )
    site.north.change_rights({"app": right})
    body = {"command_id": "x", "args": {"device": "201", "to": "202"}}
    told = []
    for hours in (0, 23, 0.5, 1.1):
        site.clock.advance(hours * 3600)
        told.append(shown(site.ask("make_call", body, qos=1)[-1])["status"])
    assert told == ["succeeded"] * 4
    fresh = {**body, "command_id": "y"}
    assert shown(site.ask("make_call", fresh)[-1])["error"]["class"] == "resource_limit"
