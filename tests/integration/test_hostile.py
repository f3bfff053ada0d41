"""Commands as nobody should send them, by the tens of thousands, at a running daemon."""

from __future__ import annotations

import json
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random

import pytest

from cti.model.commands import VERBS
from tests.integration.conftest import Site
from tests.integration.site import wait_for

pytestmark = pytest.mark.slow

MANY = 100_000
WORDS = ["201", "", "\0", "x" * 5000, "é\U0001f4a9", "-1", "../..", "%00", "null", "9" * 400]
KEYS = ["device", "to", "call", "data", "command_id", "args", "deadline_ms", "__class__"]


def value(rng: Random, depth: int = 0) -> object:
    kind = rng.randrange(9 if depth < 4 else 5)
    match kind:
        case 0:
            return rng.choice(WORDS)
        case 1:
            return rng.randrange(-(2**70), 2**70)
        case 2:
            return rng.choice([True, False, None])
        case 3:
            return rng.random() * 10 ** rng.randrange(-300, 300)
        case 4:
            return rng.choice(KEYS)
        case 5 | 6:
            return [value(rng, depth + 1) for _ in range(rng.randrange(4))]
        case _:
            return {rng.choice(KEYS): value(rng, depth + 1) for _ in range(rng.randrange(5))}


def payload(rng: Random) -> bytes:
    match rng.randrange(6):
        case 0:
            return rng.randbytes(rng.randrange(80))
        case 1:
            return b"[" * rng.randrange(3000)
        case 2:
            return json.dumps(value(rng)).encode()
        case 3:
            text = json.dumps({"command_id": "x", "args": {"device": "201"}})
            return text[: rng.randrange(len(text))].encode()
        case _:
            body = {"command_id": value(rng), "args": value(rng), rng.choice(KEYS): value(rng)}
            return json.dumps(body).encode()


def topic(rng: Random) -> str:
    verb = rng.choice([*VERBS, "nothing", "", "make_call/x", "é", "x" * 300])
    client = rng.choice(["app", "app", "other", "", "%2f", "é", "x" * 300])
    switch = rng.choice(["hq", "hq", "hq", "other", "%00"])
    return f"cti/v1/{switch}/command/{client}/{verb}"


def test_hostile_commands_do_nothing_and_hurt_nobody(tmp_path: Path) -> None:
    rng = Random(20261121)  # noqa: S311
    with ExitStack() as stack:
        site = Site(tmp_path, stack)
        switch = site.switch()
        app = site.application()
        process = site.daemon(switch.port)
        wait_for(lambda: app.link() == "up", "up")
        app.quiet = True
        for number in range(MANY):
            options = {"retain": True} if number % 1000 == 999 else {}
            app.send(topic(rng), payload(rng), **options)
            if number % 500 == 499:  # as fast as the daemon answers, and no faster
                assert app.ask("query_dnd", device="201")["status"] == "succeeded"
        assert app.replies > MANY // 4
        assert switch.calls() == []
        assert process.running
        assert app.link() == "up"
        assert not any('"level":"error"' in line for line in process.lines)


def test_a9_poisoned_states_are_cleared_at_the_start(site: Site) -> None:
    app = site.application()
    poison = json.dumps({"state": "online", "boot": "x"}).encode()
    topics = {f"cti/v1/hq/state/device/x{number}" for number in range(1500)}
    topics |= {"cti/v1/hq/state/agent/9", "cti/v1/hq/link/other/status", "cti/v1/hq/info"}
    others = {"cti/v1/branch/state/device/1", "cti/v1/hq/app/x/y"}
    poisoned = sorted(topics | others | {"cti/v1/daemon/d1/status"})
    for begin in range(0, len(poisoned), 300):
        part = poisoned[begin : begin + 300]  # brokers drop what a reader is too slow for
        for topic in part:
            app.send(topic, poison, qos=1, retain=True)
        wait_for(partial(set(part).issubset, app.retained), "the poison is there")
    process = site.daemon(site.switch().port)
    wait_for(lambda: app.link() == "up", "up")
    process.expect("cleared what was retained and is not ours")

    def left() -> set[str]:
        """Give what a new client gets of it."""
        late = site.application("late")
        wait_for(lambda: late.state("hq/link/main/status"), "what is retained")
        late.ask("query_dnd", device="201")
        late.close()
        return {name for name, told in late.retained.items() if told == json.loads(poison)}

    wait_for(lambda: left() == others, "only what is not ours is left")
    status = "cti/v1/daemon/d1/status"
    assert app.retained[status]["boot"] != "x"
    app.send(status, poison, qos=1, retain=True)
    wait_for(lambda: app.retained[status]["boot"] == "x", "a false status")
    wait_for(lambda: app.retained[status]["boot"] != "x", "our own again")
