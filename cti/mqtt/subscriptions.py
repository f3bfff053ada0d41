"""What the owner wants to be subscribed to, and what of it the server has granted (3.8, 3.10).

A request is kept until it is withdrawn, so that it can be made again on a session that the
server lost. Part of the session machine, no machine of its own.
"""

from __future__ import annotations

from collections.abc import Hashable

import msgspec

from cti.mqtt.packets import Subscribe, Subscription, Unsubscribe


class Asked(msgspec.Struct, frozen=True, gc=False):
    """A SUBSCRIBE or UNSUBSCRIBE that waits for its acknowledgement."""

    token: Hashable
    count: int
    """Topic Filters in it, one Reason Code each."""
    subscribe: bool


class Subscriptions:
    """The filters of one session, by the token of the request that brought them."""

    def __init__(self) -> None:
        self._wanted: dict[Hashable, tuple[Subscription, ...]] = {}
        self._unwanted: dict[Hashable, tuple[str, ...]] = {}
        self._asked: dict[int, Asked] = {}
        self._settled: set[Hashable] = set()

    def want(self, token: Hashable, subscriptions: tuple[Subscription, ...]) -> None:
        """Note a request to subscribe; one with the same token replaces the earlier."""
        self._wanted[token] = subscriptions
        self._settled.discard(token)

    def unwant(self, token: Hashable, topic_filters: tuple[str, ...]) -> None:
        """Note a request to unsubscribe."""
        for other, subscriptions in list(self._wanted.items()):
            left = tuple(s for s in subscriptions if s.topic_filter not in topic_filters)
            if not left:
                del self._wanted[other]
                self._settled.discard(other)
            elif left != subscriptions:
                self._wanted[other] = left
        self._unwanted[token] = topic_filters

    def drop(self, token: Hashable) -> None:
        """Forget a request that cannot be made."""
        self._wanted.pop(token, None)
        self._unwanted.pop(token, None)
        self._settled.discard(token)

    def lost(self) -> list[Hashable]:
        """Begin a new session: nothing is granted, and what was unwanted is gone.

        Gives the tokens of the requests to unsubscribe that are answered by this.
        """
        self._settled.clear()
        answered = list(self._unwanted)
        self._unwanted.clear()
        return answered

    def disconnected(self) -> None:
        """End the connection: what was asked and not answered is asked again."""
        self._asked.clear()

    def due(self) -> tuple[list[Hashable], list[Hashable]]:
        """Give the tokens of the requests to make now: to unsubscribe, and to subscribe."""
        under_way = {asked.token for asked in self._asked.values()}
        unsubscribe = [token for token in self._unwanted if token not in under_way]
        subscribe = [
            token
            for token in self._wanted
            if token not in self._settled and token not in under_way
        ]
        return unsubscribe, subscribe

    def subscribe(self, token: Hashable, packet_id: int) -> Subscribe:
        """Make the SUBSCRIBE of a request."""
        subscriptions = self._wanted[token]
        self._asked[packet_id] = Asked(token, len(subscriptions), subscribe=True)
        return Subscribe(packet_id, subscriptions)

    def unsubscribe(self, token: Hashable, packet_id: int) -> Unsubscribe:
        """Make the UNSUBSCRIBE of a request."""
        topic_filters = self._unwanted[token]
        self._asked[packet_id] = Asked(token, len(topic_filters), subscribe=False)
        return Unsubscribe(packet_id, topic_filters)

    def not_asked(self, packet_id: int) -> None:
        """Take back a packet that could not be sent."""
        self._asked.pop(packet_id, None)

    def answered(self, packet_id: int, count: int, *, subscribe: bool) -> Asked | None:
        """End a request at its SUBACK or UNSUBACK; nothing if none such was made."""
        asked = self._asked.get(packet_id)
        if asked is None or asked.count != count or asked.subscribe != subscribe:
            return None
        del self._asked[packet_id]
        if subscribe:
            self._settled.add(asked.token)
        else:
            self._unwanted.pop(asked.token, None)
        return asked
