"""What ``cti acl`` prints, tried on a real Mosquitto: as a file and by its plugin."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.integration.site import BIN, PATIENCE, Broker

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("mosquitto") is None, reason="apt install mosquitto"),
]

CONFIG = """
[daemon]
name = "d1"
[mqtt]
brokers = ["mqtt://localhost"]
username = "ctid"
[switch.hq.link.main]
driver = "csta"
address = "tcp:pbx:1"
[switch.hq.monitor]
devices = ["201-203"]
[rights.ann]
acts = ["201"]
[rights.anna]
acts = ["202"]
[rights.board]
read = { devices = ["*"], agents = ["*"], queues = ["*"], route_points = ["*"], audit = true }
"""
TOPICS = [
    *(f"cti/v1/hq/command/{name}/hold" for name in ("ann", "anna", "board", "x")),
    *(f"cti/v1/hq/reply/{name}/hold" for name in ("ann", "anna", "board")),
    *(f"cti/v1/hq/event/connection/{device}/held" for device in ("201", "202", "203")),
    *("cti/v1/hq/event/call/c1/created", "cti/v1/hq/event/link/main/state"),
    *("cti/v1/hq/state/device/201", "cti/v1/hq/state/device/202", "cti/v1/hq/info"),
    *("cti/v1/hq/link/main/status", "cti/v1/daemon/d1/status", "cti/v1/daemon/d1/alarm"),
    *("cti/v1/daemon/d1/audit", "cti/v1/other/event/connection/201/held", "elsewhere"),
]
OWN = {
    "ann": {
        *("cti/v1/hq/reply/ann/hold", "cti/v1/hq/event/connection/201/held"),
        *("cti/v1/hq/state/device/201", "cti/v1/hq/info", "cti/v1/hq/link/main/status"),
        *("cti/v1/daemon/d1/status", "cti/v1/hq/event/link/main/state"),
    },
    "board": {
        topic
        for topic in TOPICS
        if topic.startswith(("cti/v1/hq/event/", "cti/v1/hq/state/", "cti/v1/hq/reply/board/"))
        or topic.endswith(("/info", "/status", "/audit"))
    },
    "ctid": {
        topic
        for topic in TOPICS
        if "/command/" in topic or "/state/" in topic or topic.endswith(("/info", "/status"))
    },
}
OWN["anna"] = {topic.replace("/ann/", "/anna/").replace("201", "202") for topic in OWN["ann"]}


class User:
    """A client with a name of its own."""

    def __init__(self, broker: Broker, name: str) -> None:
        self.name = name
        self.got: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._said: queue.Queue[bool] = queue.Queue()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, f"test-{name}", protocol=mqtt.MQTTv5
        )
        self._client.username_pw_set(name, "word")
        self._client.on_message = lambda _c, _u, m: self.got.put((m.topic, bytes(m.payload)))
        self._client.on_subscribe = lambda *_: self._said.put(True)
        self._client.on_connect = lambda *_: self._said.put(True)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        self._said.get(timeout=PATIENCE)

    def subscribe(self, *topics: str) -> None:
        """Ask for topics, whether they are granted or not."""
        for topic in topics:
            self._client.subscribe(topic, qos=1)
            self._said.get(timeout=PATIENCE)

    def publish(self, topic: str, payload: bytes = b"x") -> None:
        self._client.publish(topic, payload, qos=1)

    def until(self, payload: bytes) -> set[str]:
        """Give the topics of what came before a payload."""
        topics: set[str] = set()
        while True:
            topic, came = self.got.get(timeout=PATIENCE)
            if came == payload:
                return topics
            topics.add(topic)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def printed(form: str, folder: Path) -> str:
    (folder / "ctid.toml").write_text(CONFIG)
    words = [str(BIN / "cti"), "acl", form, str(folder / "ctid.toml")]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def by_file(folder: Path, stack: ExitStack) -> Broker:
    file = folder / "acl"
    file.write_text(printed("mosquitto", folder) + "\nuser spy\ntopic readwrite #\n")
    file.chmod(0o644)
    broker = Broker(folder, "mosquitto", f"allow_anonymous true\nacl_file {file}\nuser root\n")
    stack.callback(broker.stop)
    return broker


def by_plugin(folder: Path, stack: ExitStack) -> Broker:
    found = next(Path("/usr").glob("lib*/**/mosquitto_dynamic_security.so"), None)
    if found is None or shutil.which("mosquitto_ctrl") is None:
        pytest.skip("no dynamic security plugin")
    file = folder / "dynamic.json"
    subprocess.run(
        ["mosquitto_ctrl", "dynsec", "init", str(file), "admin", "word"],
        check=True,
        capture_output=True,
    )
    extra = f"allow_anonymous false\nplugin {found}\nplugin_opt_config_file {file}\n"
    broker = Broker(folder, "mosquitto", f"{extra}user root\n")
    stack.callback(broker.stop)
    admin = User(broker, "admin")
    stack.callback(admin.close)
    admin.subscribe("$CONTROL/dynamic-security/v1/response")
    everything = [
        {"acltype": kind, "topic": "#", "priority": 0, "allow": True}
        for kind in ("publishClientSend", "subscribePattern", "publishClientReceive")
    ]
    names = (*OWN, "spy")
    users: list[dict[str, Any]] = [
        {"command": "createClient", "username": name, "password": "word"} for name in names
    ]
    users += [
        {"command": "createRole", "rolename": "spy", "acls": everything},
        {"command": "addClientRole", "username": "spy", "rolename": "spy"},
    ]
    for text in (json.dumps({"commands": users}), *[printed("dynsec", folder)] * 2):
        admin.publish("$CONTROL/dynamic-security/v1", text.encode())
        _, answer = admin.got.get(timeout=PATIENCE)
        errors = {one["error"] for one in json.loads(answer)["responses"] if "error" in one}
        assert errors <= {"Role already exists", "Internal error"}, errors
    return broker


@pytest.fixture(params=[by_file, by_plugin])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    with ExitStack() as stack:
        yield request.param(tmp_path, stack)


def test_a7_a_client_writes_its_own_commands_and_nothing_else(
    broker: Broker, stack: ExitStack
) -> None:
    spy = User(broker, "spy")
    stack.callback(spy.close)
    spy.subscribe("#")
    for name in ("ann", "anna", "board"):
        user = User(broker, name)
        stack.callback(user.close)
        for topic in TOPICS:
            user.publish(topic)
        user.publish(f"cti/v1/hq/command/{name}/last", b"last")
        assert spy.until(b"last") == {f"cti/v1/hq/command/{name}/hold"}


@pytest.mark.parametrize("name", sorted(OWN))
def test_a6_a_client_reads_what_it_may_see_and_nothing_else(
    broker: Broker, stack: ExitStack, name: str
) -> None:
    user, spy = User(broker, name), User(broker, "spy")
    stack.callback(user.close)
    stack.callback(spy.close)
    user.subscribe("#", "cti/#", "+/v1/#", "cti/v1/hq/#", "cti/v1/+/command/#", *TOPICS)
    if name == "board":
        user.subscribe("cti/v1/hq/event/#", "cti/v1/hq/state/#")
    for topic in TOPICS:
        spy.publish(topic)
    last = "cti/v1/daemon/d1/status"
    spy.publish(last, b"last")
    assert user.until(b"last") == OWN[name]
