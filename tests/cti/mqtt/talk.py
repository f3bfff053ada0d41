"""Short words for tests that talk to the session machine."""

from __future__ import annotations

import itertools

from cti.mqtt import events as e
from cti.mqtt import packets as p
from cti.mqtt.codec import Decoder
from cti.mqtt.outbound import Publication
from cti.mqtt.params import Params
from cti.mqtt.session import Session

PARAMS = Params("d1", username="u", password=p.Secret(b"s"), window=4, receive_maximum=3)
_tokens = itertools.count(1)


def message(text="x", qos=1, **more):
    return Publication(next(_tokens), p.Publish("t/a", text.encode(), qos=qos, **more))


def packets(actions):
    return Decoder().feed(b"".join(a.octets for a in actions if isinstance(a, e.Send)))


def of(kind, actions):
    return [action for action in actions if isinstance(action, kind)]


def receive(session, packet):
    return session.handle(e.PacketReceived(packet))


def connected(params=PARAMS, session=None, **connack):
    session = session or Session(params)
    session.handle(e.TransportUp())
    receive(session, p.ConnAck(**connack))
    return session


def publish(session, *publications):
    return session.handle(e.PublishRequest(publications))


def reconnect(session, **connack):
    session.handle(e.TransportDown())
    session.handle(e.TransportUp())
    return receive(session, p.ConnAck(**connack))
