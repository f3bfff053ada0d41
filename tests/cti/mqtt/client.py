"""A program around the service, for tests with a real server.

Reads its settings as JSON from the command line and commands from standard input (``put N``,
``subscribe FILTER``, ``stop``); writes one JSON object per line: each change of state, and
``delivered`` when the outbox has become empty.
"""

from __future__ import annotations

import json
import random
import sys
from typing import Any

import structlog
from twisted.internet import reactor as installed_reactor
from twisted.internet import stdio
from twisted.protocols.basic import LineReceiver

from cti.mqtt.addresses import Address, Tls, servers_for
from cti.mqtt.application import Application
from cti.mqtt.outbox import MemoryOutbox
from cti.mqtt.packets import Publish, Secret, Subscription, Will
from cti.mqtt.params import Params
from cti.mqtt.service import MqttService

reactor: Any = installed_reactor


def tell(**fields):
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


class Outbox(MemoryOutbox):
    """An outbox that tells when the last message has gone."""

    def acknowledged(self, token):
        super().acknowledged(token)
        if not len(self):
            tell(delivered=token)


class Program(Application):
    """Status messages, and everything told on standard output."""

    def will(self):
        return Will("status", b"lost", qos=1, retain=True)

    def birth(self, *, session_present):
        return [Publish("status", b"online", qos=1, retain=True)]

    def farewell(self):
        return [Publish("status", b"offline", qos=1, retain=True)]

    def message_received(self, message, receipt):
        tell(topic=message.topic, payload=message.payload.decode())
        if receipt:
            service.acknowledge(receipt)

    def subscribed(self, token, reasons):
        tell(subscribed=[int(reason) for reason in reasons])

    def state_changed(self, status):
        counters = status.counters
        tell(
            state=status.state,
            reason=status.reason,
            session_present=status.session_present,
            reconnects=counters.reconnects,
            faults=counters.faults,
        )


def ended(result: object) -> None:
    reactor.stop()


class Commands(LineReceiver):
    delimiter = b"\n"
    number = 0

    def lineReceived(self, line):  # noqa: N802
        match line.decode().split():
            case ["put", count]:
                for _ in range(int(count)):
                    Commands.number += 1
                    outbox.put(Publish("load", b"%d" % Commands.number, qos=1))
                service.wake()
            case ["subscribe", topic_filter]:
                service.subscribe(topic_filter, Subscription(topic_filter))
            case ["stop"]:
                service.stop().addBoth(ended)


if __name__ == "__main__":
    settings = json.loads(sys.argv[1])
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    outbox = Outbox(100_000, 10**9)
    params = settings.get("params", {})
    if "password" in params:
        params["password"] = Secret(params["password"].encode())
    tls = settings.get("tls")
    service = MqttService(
        Params("client", **params),
        servers_for(
            reactor,
            [
                Address(settings.get("host", "127.0.0.1"), port, tls=tls is not None)
                for port in settings["ports"]
            ],
            Tls(**tls) if tls else None,
            timeout=2.0,
        ),
        outbox,
        reactor,
        random.random,
        Program(),
        blocked=1.0,
    )
    stdio.StandardIO(Commands())
    service.start()
    reactor.run()
