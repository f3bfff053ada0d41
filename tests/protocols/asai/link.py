"""A layer under test: messages in and out as values."""

from __future__ import annotations

from collections.abc import Iterable

from protocols.asai import components as c
from protocols.asai import primitives as p
from protocols.asai.capabilities import Role
from protocols.asai.codes import LABORATORY, Profile
from protocols.asai.layer import Layer
from protocols.asai.messages import Codec, Message, MessageType
from protocols.asai.values import Element


class Side:
    """One layer. ``sent`` are the messages of the last event, ``told`` its other actions."""

    def __init__(
        self,
        role: Role = Role.ADJUNCT,
        profile: Profile = LABORATORY,
        *,
        starts: bool = False,
        **more: object,
    ) -> None:
        self.codec = Codec(profile)
        self.layer = Layer(self.codec, p.Params(role=role, starts=starts, **more))  # type: ignore[arg-type]
        self.sent: list[Message] = []
        self.told: list[p.Action] = []

    def give(self, event: p.Event) -> list[p.Action]:
        done = self.layer.handle(event)
        self.sent = [self.codec.decode(one.octets) for one in done if isinstance(one, p.Send)]
        self.told = [one for one in done if not isinstance(one, p.Send)]
        return done

    def up(self) -> Side:
        self.give(p.LinkUp())
        return self

    def hear(self, told: Message | bytes | str) -> None:
        if isinstance(told, Message):
            told = self.codec.encode(told)
        octets = bytes.fromhex(told) if isinstance(told, str) else told
        self.give(p.MessageReceived(octets))

    @property
    def faults(self) -> list[str]:
        return [one.kind for one in self.told if isinstance(one, p.Fault)]

    @property
    def heard(self) -> list[p.Action]:
        """What was told, without faults and timers."""
        plain = (p.Fault, p.StartTimer, p.StopTimer)
        return [one for one in self.told if not isinstance(one, plain)]


def register(crv: int, facility: c.Facility | None, *, flag: bool = False) -> Message:
    return Message(MessageType.REGISTER, crv, flag, facility)


def facility(crv: int, told: c.Facility | None, *, flag: bool = True) -> Message:
    return Message(MessageType.FACILITY, crv, flag, told)


def complete(
    crv: int,
    told: c.Facility | None = None,
    elements: Iterable[Element] = (),
    *,
    flag: bool = True,
) -> Message:
    return Message(MessageType.RELEASE_COMPLETE, crv, flag, told, tuple(elements))
