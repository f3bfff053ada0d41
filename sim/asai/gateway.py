"""The gateway's side of the LAN tunnel (S1 chapter 7): one TCP connection is one link.

Which client may have which link is administered in a table of at most eight entries, by the
client's address. How a client asks for its link is not public; the messages for it are the
placeholders of ``protocols.asai.tunnel``. What passes inside is not looked at.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Final

from typing_extensions import override

from protocols.asai import tunnel
from protocols.asai.tunnel import DownReason, Framer, Message, Refusal, Type
from protocols.stacks import primitives as st

PORT: Final = 5678
MOST_LINKS: Final = 8
_BEAT: Final = "beat"
_ANY: Final = "*"


class LinkTable:
    """Which client has which link, and who uses it now."""

    def __init__(self, entries: tuple[tuple[str, int], ...] = ((_ANY, 1),)) -> None:
        """Take client address (``*`` for any) and link number of each entry.

        Raise ``ValueError`` for more than eight, or one link for two clients.
        """
        if len(entries) > MOST_LINKS:
            raise ValueError(f"{len(entries)} links: the table has {MOST_LINKS} entries")
        links = [link for _, link in entries]
        if len(set(links)) != len(links) or not all(1 <= one <= MOST_LINKS for one in links):
            raise ValueError(f"links {links}: each of 1 to {MOST_LINKS} once")
        self._clients = {link: client for client, link in entries}
        self._users: dict[int, Gateway] = {}
        self.offline: set[int] = set()
        """Links whose port is out of service."""

    def knows(self, client: str) -> bool:
        """Tell whether a client has any link."""
        return any(one in (client, _ANY) for one in self._clients.values())

    def take(self, client: str, link: int, gateway: Gateway) -> Refusal | None:
        """Give a link to a connection; say why not."""
        if self._clients.get(link) not in (client, _ANY):
            return Refusal.INVALID_CLIENT
        if link in self._users:
            return Refusal.LINK_IN_USE
        if link in self.offline:
            return Refusal.LINK_OFFLINE
        self._users[link] = gateway
        return None

    def give_back(self, gateway: Gateway) -> None:
        """Take its link from a connection."""
        self._users = {link: one for link, one in self._users.items() if one is not gateway}


class Gateway(st.Stack):
    """One connection of a client."""

    def __init__(self, table: LinkTable, client: str, *, heartbeat: float = 30.0) -> None:
        self._table = table
        self._client = client
        self._heartbeat = heartbeat
        self._framer: Framer | None = None
        self._has_link = False
        self._up = False
        self._beat = 0
        self._waiting = False

    @property
    def _open(self) -> bool:
        """Whether there is a connection that is of use."""
        return self._framer is not None

    @property
    @override
    def timers(self) -> Mapping[Hashable, float]:
        return {_BEAT: self._heartbeat}

    @override
    def handle(self, event: st.Event) -> list[st.Action]:
        return st.user_last(self._handle(event))

    def down(self, reason: DownReason) -> list[st.Action]:
        """Take the link down; the connection stays."""
        told = _say(Type.LINK_DOWN, data=bytes((reason,)))
        return [told, *self._released(f"link down {reason.value}")] if self._up else []

    def up(self) -> list[st.Action]:
        """Bring the link up again."""
        if self._up or not self._has_link:
            return []
        self._up = True
        return [_say(Type.LINK_UP), st.Established()]

    def _handle(self, event: st.Event) -> list[st.Action]:
        match event:
            case st.TransportUp():
                return self._connected()
            case st.TransportDown(reason):
                return self._end(reason)
            case st.OctetsReceived(octets):
                return self._octets(octets)
            case st.Send(pdu):
                return self._send(pdu)
            case st.TimerExpired():
                return self._next_beat() if self._framer is not None else []
            case st.Release():
                return self.down(DownReason.SWITCH_DOWN)
            case st.Reset(reason):
                return self._break_off("reset", reason)

    def _connected(self) -> list[st.Action]:
        self._framer = Framer()
        if not self._table.knows(self._client):
            return self._refuse(Refusal.INVALID_CLIENT)
        return [st.StartTimer(_BEAT)] if self._heartbeat else []

    def _refuse(self, why: Refusal) -> list[st.Action]:
        detail = f"{self._client}: {why.name.lower().replace('_', ' ')}"
        told = _say(Type.ERROR_NOTIFICATION, why)
        return [told, *self._break_off("refused", detail)]

    def _break_off(self, kind: str, detail: str) -> list[st.Action]:
        return [st.Fault(kind, detail, fatal=True), *self._end(detail)]

    def _end(self, reason: str) -> list[st.Action]:
        self._framer, self._has_link, self._waiting = None, False, False
        self._table.give_back(self)
        return [st.StopTimer(_BEAT), *self._released(reason)]

    def _released(self, reason: str) -> list[st.Action]:
        was_up, self._up = self._up, False
        return [st.Released(reason)] if was_up else []

    def _send(self, pdu: bytes) -> list[st.Action]:
        if not self._up or len(pdu) > tunnel.LONGEST:
            return [st.Fault("unsent", f"message of {len(pdu)} octets")]
        return [_say(Type.ASAI_DATA, data=pdu)]

    def _next_beat(self) -> list[st.Action]:
        if self._waiting:
            return self._break_off("silent", "no reply to a heartbeat of the tunnel")
        self._beat, self._waiting = (self._beat + 1) % 256, True
        return [_say(Type.HEARTBEAT, self._beat), st.StartTimer(_BEAT)]

    def _octets(self, octets: bytes) -> list[st.Action]:
        if self._framer is None:
            return [st.Fault("late", f"{len(octets)} octets without a connection")]
        messages, wrong = self._framer.feed(octets)
        told: list[st.Action] = []
        for message in messages:
            told += self._message(message)
            if not self._open:  # it was refused
                return told
        return told + (self._break_off("framing", str(wrong)) if wrong is not None else [])

    def _message(self, message: Message) -> list[st.Action]:
        match message.kind:
            case Type.HEARTBEAT:
                return [_say(Type.HEARTBEAT_REPLY, message.second)]
            case Type.HEARTBEAT_REPLY:
                if message.second == self._beat:
                    self._waiting = False
                return []
            case Type.ASAI_DATA if self._up:
                return [st.Received(message.data)]
            case Type.CONNECTION_REQUEST if not self._has_link and len(message.data) == 1:
                refused = self._table.take(self._client, message.data[0], self)
                if refused is not None:
                    return self._refuse(refused)
                self._has_link = self._up = True
                return [_say(Type.CONNECTION_ACCEPT), st.Established()]
            case _:
                return [st.Fault("unexpected", f"message of type {message.kind}")]


def _say(kind: Type, second: int = 0, data: bytes = b"") -> st.Action:
    return st.Transmit(tunnel.encode(Message(kind, second, data)))
