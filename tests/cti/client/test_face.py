"""What a reader and a lender see, on asyncio without a broker."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from typing_extensions import override

from cti.client import Client, ClientError, Gap, Told
from cti.client import actions as a
from cti.client.address import Broker
from cti.model import commands as c
from cti.model.events import DeviceHookChanged, Event
from cti.northbound import envelope
from tests.cti.client.world import TOPICS, hook


class Bench(Client):
    """A client that is connected as soon as it is made, and writes down what it wants."""

    def __init__(self, **options: Any) -> None:
        super().__init__("mqtt://x", client="app", switch="hq", **options)
        self.did: list[a.Action] = []
        self.delays: list[tuple[float, Callable[[], object]]] = []
        self._feed(a.Connected())

    @override
    def _put(self, action: a.Action) -> None:
        self.did.append(action)
        if isinstance(action, a.Subscribe):
            self._feed(a.Subscribed(action.topics))

    @override
    def _later(self, seconds: float, call: Callable[[], object]) -> Any:
        self.delays.append((seconds, call))
        return asyncio.get_running_loop().call_later(10_000, call)

    def publish(self, event: Event, offset: int) -> None:
        message = envelope.publication(TOPICS, event, offset)
        self._feed(a.Arrived(message.topic, message.payload))

    def sent(self, verb: str) -> list[a.Send]:
        return [one for one in self.did if isinstance(one, a.Send) and one.topic.endswith(verb)]

    def reply(self, message: a.Send, status: str = "succeeded") -> None:
        assert message.response_topic is not None
        command_id = message.response_topic.rpartition("/")[2]
        body = f'{{"command_id":"{command_id}","status":"{status}"}}'
        self._feed(a.Arrived(message.response_topic, body.encode()))

    def end(self) -> None:
        self._end(ClientError("over"))


def run(work: Callable[[Bench], Coroutine[Any, Any, None]], **options: Any) -> None:
    async def bench() -> None:
        client = Bench(**options)
        async with asyncio.timeout(20):
            await work(client)
        client.end()

    asyncio.run(bench())


def test_a_reader_that_leaves_its_loop_is_unsubscribed() -> None:
    async def work(client: Bench) -> None:
        async def read() -> None:
            async for _ in client.events(DeviceHookChanged, device="201"):
                return

        reader = asyncio.create_task(read())
        await asyncio.sleep(0)
        client.publish(hook(1), 1)
        await reader
        gc.collect()
        (gone,) = [one for one in client.did if isinstance(one, a.Unsubscribe)]
        assert gone.topics == ("cti/v1/hq/event/device/201/hook_changed",)

    run(work)


def test_a_slow_reader_loses_the_oldest_and_is_told_which() -> None:
    async def work(client: Bench) -> None:
        stream = client.follow()
        for number in range(1, 6):
            client.publish(hook(number), number)
        gap, first, second, third = [await anext(stream) for _ in range(4)]
        assert gap == Gap("hq", 1, 2, "slow")
        offsets = [one.offset for one in (first, second, third) if isinstance(one, Told)]
        assert offsets == [3, 4, 5]

    run(work, room=3)


def test_events_without_gaps_are_plain_and_a_loss_goes_to_the_log() -> None:
    async def work(client: Bench) -> None:
        said: list[dict[str, Any]] = []
        client.log = type("Log", (), {"warning": lambda _, text, **more: said.append(more)})()
        stream = client.events()
        for number in range(1, 4):
            client.publish(hook(number), number)
        assert (await anext(stream)).id == hook(2).id
        assert said == [{"switch": "hq", "first": 1, "last": 1, "reason": "slow"}]

    run(work, room=2)


def test_a_stream_that_is_closed_comes_to_its_end() -> None:
    async def work(client: Bench) -> None:
        stream = client.events()
        reader = asyncio.create_task(anext(stream, None))
        await asyncio.sleep(0)
        stream.close()
        assert await reader is None
        stream.close()

    run(work)


def test_nobody_waits_for_a_command_that_was_cancelled() -> None:
    async def work(client: Bench) -> None:
        asked = asyncio.create_task(client.hold(device="201"))
        await asyncio.sleep(0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert not client._commands
        client.reply(client.sent("hold")[0])

    run(work)


def test_one_id_is_not_used_by_two_at_a_time() -> None:
    async def work(client: Bench) -> None:
        first = asyncio.create_task(client.hold(device="201", command_id="1"))
        await asyncio.sleep(0)
        with pytest.raises(ValueError, match="under way"):
            await client.hold(device="202", command_id="1")
        client.reply(client.sent("hold")[0])
        await first

    run(work)


def test_a_command_needs_a_switch() -> None:
    async def work(_: Bench) -> None:
        client = Client("mqtt://x", client="app")
        with pytest.raises(ValueError, match="switch"):
            await client.hold(device="201")
        with pytest.raises(ValueError, match="switch"):
            client.follow(after=7)

    run(work)


def test_a_lease_is_renewed_until_its_block_ends() -> None:
    async def work(client: Bench) -> None:
        async def serve() -> None:
            async with client.serving("400", ttl_s=60):
                await over.wait()

        over = asyncio.Event()
        served = asyncio.create_task(serve())
        await asyncio.sleep(0)
        client.reply(client.sent("route_register")[0])
        await asyncio.sleep(0)
        seconds, renew = client.delays[-1]
        assert seconds == 30
        renew()
        client.reply(client.sent("route_register")[1])
        assert client.delays[-1][0] == 30
        client.delays[-1][1]()
        client.reply(client.sent("route_register")[2], "rejected")
        assert client.delays[-1][0] == 5
        over.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        client.reply(client.sent("route_unregister")[0])
        await served

    run(work)


def test_a_lease_that_is_refused_does_not_begin() -> None:
    async def work(client: Bench) -> None:
        async def serve() -> None:
            async with client.monitoring("201"):
                raise AssertionError("begun")

        served = asyncio.create_task(serve())
        await asyncio.sleep(0)
        client.reply(client.sent("monitor_start")[0], "rejected")
        with pytest.raises(ClientError):
            await served

    run(work)


def test_every_verb_sends_its_arguments() -> None:
    """The generated methods are those of the model."""
    assert {name for name in dir(Client) if name in c.VERBS} == set(c.VERBS)


@pytest.mark.parametrize(
    ("text", "broker"),
    [
        ("mqtt://a", Broker("a", 1883, False, None)),
        ("mqtts://u%40x@a", Broker("a", 8883, True, "u@x")),
        ("mqtt://[::1]:7", Broker("::1", 7, False, None)),
    ],
)
def test_an_address_is_read(text: str, broker: Broker) -> None:
    assert Broker.of(text) == Broker.of(broker) == broker


@pytest.mark.parametrize("text", ["a", "http://a", "mqtt://", "mqtt://a:x", "mqtt://[1"])
def test_an_address_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"mqtt|http|a"):
        Broker.of(text)


def test_progress_is_told_step_by_step_and_not_after_the_end() -> None:
    async def work(bench: Bench) -> None:
        steps: list[str] = []
        asked = asyncio.ensure_future(
            bench.consult(device="201", to="202", confirm=True, progress=steps.append)
        )
        await asyncio.sleep(0)
        (message,) = bench.sent("consult")
        assert message.response_topic is not None
        for step in ("hold", "make_call"):
            body = (
                f'{{"command_id":"{message.response_topic.rpartition("/")[2]}",'
                f'"status":"accepted","final":false,"result":{{"step":"{step}"}}}}'
            )
            bench._feed(a.Arrived(message.response_topic, body.encode()))
        assert not asked.done()
        bench.reply(message)
        await asked
        assert steps == ["hold", "make_call"]
        assert bench._progress == {}

    run(work)
