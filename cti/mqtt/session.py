"""The client side of an MQTT 5 session (OASIS MQTT 5.0), without I/O and without a clock.

``Session.handle`` takes an event of ``cti.mqtt.events`` and returns the actions it calls for.
One object lives as long as the daemon and holds the Session State over many connections (4.1).

The session publishes at QoS 0 and 1 and asks for subscriptions of QoS 0 and 1. QoS 2 is left
out: its four packets and stored identifiers buy nothing where every event and command has an
id of its own. A message that comes at QoS 2 all the same is answered with an error PUBREC,
which ends it (4.3.3); dropping the connection would bring it back at the next one, for ever.
Topic Aliases are not offered and not used. Order is kept: a message is never sent ahead of an
older one, resent ones included (4.6).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from cti.mqtt import packets as p
from cti.mqtt.codec import encode, encode_publish
from cti.mqtt.errors import InvalidPacketError
from cti.mqtt.events import (
    AckInbound,
    Action,
    Connected,
    Delivered,
    DisconnectRequest,
    DropTransport,
    Event,
    Ignored,
    MessageReceived,
    PacketMalformed,
    PacketReceived,
    Paused,
    Postponed,
    PublishAgain,
    PublishRequest,
    Refused,
    Resent,
    Resumed,
    Send,
    Sent,
    StartTimer,
    State,
    StateChanged,
    StopTimer,
    Subscribed,
    SubscribeRequest,
    Timer,
    TimerExpired,
    TransportDown,
    TransportUp,
    Unsubscribed,
    UnsubscribeRequest,
)
from cti.mqtt.inbound import Inbound
from cti.mqtt.limits import check_publish, check_size, check_subscribe
from cti.mqtt.outbound import Outbound, Publication
from cti.mqtt.params import Params
from cti.mqtt.reasons import Reason, Retry, retry_after
from cti.mqtt.subscriptions import Subscriptions

# Part of the Keep Alive after which a PINGREQ goes out: the timer may be late, the packet not.
_PING_SHARE: Final = 0.9

# How a server of an older version shows itself, as far as it does: not by a code of MQTT 5.
_WHICH: Final = "is it an MQTT 5 server?"

_PUBACK_REASONS: Final = frozenset(  # table 3-4
    {
        Reason.SUCCESS,
        Reason.NO_MATCHING_SUBSCRIBERS,
        Reason.UNSPECIFIED_ERROR,
        Reason.IMPLEMENTATION_SPECIFIC_ERROR,
        Reason.NOT_AUTHORIZED,
        Reason.TOPIC_NAME_INVALID,
        Reason.PACKET_IDENTIFIER_IN_USE,
        Reason.QUOTA_EXCEEDED,
        Reason.PAYLOAD_FORMAT_INVALID,
    }
)


class Session:
    """One client and its Session State."""

    def __init__(self, params: Params) -> None:
        self.params = params
        self.state = State.DISCONNECTED
        self.limits = p.ConnAck()
        """The CONNACK of the present or last connection."""
        self.client_id = params.client_id
        """Ours, or the one that the server assigned [MQTT-3.2.2-16]."""
        self._clean_start = params.clean_start
        self._outbound = Outbound(params.window)
        self._inbound = Inbound(params.receive_maximum)
        self._subscriptions = Subscriptions()
        self._running: set[Timer] = set()
        self._paused = False
        self._heard = True

    @property
    def free(self) -> int:
        """How many messages a ``PublishRequest`` may bring now."""
        if self.state is not State.CONNECTED or self._paused:
            return 0
        return self._outbound.free

    @property
    def unacknowledged(self) -> int:
        """Messages sent on this connection without PUBACK so far."""
        return self._outbound.unacknowledged

    @property
    def window(self) -> int:
        """How many may be unacknowledged on this connection; 0 without one."""
        return self._outbound.window

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order.

        Total: no event raises, whoever sent it and whatever the state.
        """
        match self.state:
            case State.CONNECTED:
                return self._connected(event)
            case State.CONNECTING:
                return self._connecting(event)
            case State.DISCONNECTED:
                return self._disconnected(event)
            case State.DISCONNECTING:
                return self._disconnecting(event)

    # One method per state.

    def _disconnected(self, event: Event) -> list[Action]:
        match event:
            case TransportUp(will):
                return self._connect(will)
            case SubscribeRequest() | UnsubscribeRequest():
                return self._note(event)
            case PublishRequest(publications):
                return [Postponed(publications)]
            case TransportDown() | PacketReceived() | PacketMalformed() | TimerExpired():
                return [Ignored("there is no connection")]
            case Paused() | Resumed() | AckInbound() | DisconnectRequest():
                return [Ignored("there is no connection")]

    def _connecting(self, event: Event) -> list[Action]:
        match event:
            case PacketReceived(p.ConnAck(reason=Reason.SUCCESS) as connack):
                return self._accepted(connack)
            case PacketReceived(p.ConnAck(reason=reason, reason_string=text) as connack):
                words = _sentence("connection refused", reason, text)
                return self._drop(
                    words, retry_after(reason), reference=connack.server_reference
                )
            case PacketReceived():  # [MQTT-3.2.0-1]
                return self._violation("a packet came before CONNACK")
            case PacketMalformed(reason, detail):
                return self._violation(f"{_WHICH} {detail}", reason)
            case TimerExpired(Timer.CONNACK):
                return self._drop(f"{_WHICH} no CONNACK", Retry.SOON)
            case TransportDown(reason):
                return self._down(f"{_WHICH} closed before CONNACK: {reason}")
            case SubscribeRequest() | UnsubscribeRequest():
                return self._note(event)
            case PublishRequest(publications):
                return [Postponed(publications)]
            case Paused() | Resumed():
                return self._flow(event)
            case DisconnectRequest():
                return self._drop("asked to end", Retry.NEVER)
            case TimerExpired() | AckInbound() | TransportUp():
                return [Ignored("no CONNACK yet")]

    def _connected(self, event: Event) -> list[Action]:
        match event:
            case PacketReceived(packet):
                self._heard = True
                return self._received(packet)
            case PublishRequest(publications):
                return self._publish(publications)
            case AckInbound(receipt, reason):
                return self._answer(receipt, reason)
            case TimerExpired(timer):
                return self._expired(timer)
            case TransportDown(reason):
                return self._down(reason or "closed by the server")
            case PacketMalformed(reason, detail):
                return self._violation(detail, reason)
            case SubscribeRequest() | UnsubscribeRequest():
                return [*self._note(event), *self._ask()]
            case Paused() | Resumed():
                return [*self._flow(event), *self._resend()]
            case DisconnectRequest():
                return self._disconnect(event)
            case TransportUp():
                return [Ignored("already connected")]

    def _disconnecting(self, event: Event) -> list[Action]:
        match event:
            case TransportDown():
                self.state = State.DISCONNECTED
                return [StateChanged(State.DISCONNECTED, "")]
            case SubscribeRequest() | UnsubscribeRequest():
                return self._note(event)
            case PublishRequest(publications):
                return [Postponed(publications)]
            case PacketReceived() | PacketMalformed() | AckInbound():  # [MQTT-3.14.4-1]
                return [Ignored("the connection is being closed")]
            case TimerExpired() | Paused() | Resumed() | DisconnectRequest() | TransportUp():
                return [Ignored("the connection is being closed")]

    # Beginning and end of a connection.

    def _connect(self, will: p.Will | None) -> list[Action]:
        """Send CONNECT, the first packet [MQTT-3.1.0-1]."""
        params = self.params
        connect = p.Connect(
            client_id=self.client_id,
            clean_start=self._clean_start,
            keep_alive=params.keep_alive,
            session_expiry_interval=params.session_expiry_interval,
            username=params.username,
            password=params.password,
            will=will,
            receive_maximum=params.receive_maximum,
            maximum_packet_size=params.maximum_packet_size,
        )
        self._paused = False
        try:
            octets = encode(connect)
        except InvalidPacketError as error:
            return self._drop(f"CONNECT cannot be written: {error}", Retry.LATER)
        self.state = State.CONNECTING
        return [
            Send(octets),
            self._start(Timer.CONNACK, params.connack_timeout),
            StateChanged(State.CONNECTING, ""),
        ]

    def _accepted(self, connack: p.ConnAck) -> list[Action]:
        """Take the server's limits and put the session where it was (3.2.2, 4.4)."""
        self.limits = connack
        if connack.session_present and self._clean_start:  # [MQTT-3.2.2-2]
            return self._violation("Session Present after Clean Start")
        if connack.maximum_qos < 1:  # [MQTT-3.2.2-11]: events need an acknowledgement
            return self._drop(
                "the server's Maximum QoS is 0, this session needs QoS 1",
                Retry.LATER,
                send=p.Disconnect(Reason.IMPLEMENTATION_SPECIFIC_ERROR),
            )
        self._clean_start = False
        self.client_id = connack.assigned_client_identifier or self.client_id
        self.state = State.CONNECTED
        self._heard = True
        self._inbound.clear()
        words = "session resumed" if connack.session_present else "new session"
        actions: list[Action] = [
            self._stop(Timer.CONNACK),
            self._start(Timer.KEEP_ALIVE, self._ping_interval()),
            StateChanged(State.CONNECTED, words),
            Connected(connack),
        ]
        if not connack.session_present:
            lost = self._outbound.forget()
            answered = self._subscriptions.lost()
            actions.extend(Unsubscribed(token, (Reason.SUCCESS,)) for token in answered)
            if lost:
                actions.append(PublishAgain(lost))
        self._outbound.connected(connack.receive_maximum)
        return [*actions, *self._resend(), *self._ask()]

    def _disconnect(self, request: DisconnectRequest) -> list[Action]:
        """End the connection in good order (3.14)."""
        end = request.end_session and self.params.session_expiry_interval > 0
        packet = p.Disconnect(request.reason, session_expiry_interval=0 if end else None)
        return self._drop("asked to end", Retry.NEVER, send=packet, flush=True)

    def _violation(self, what: str, reason: Reason = Reason.PROTOCOL_ERROR) -> list[Action]:
        """Tell the server what it did wrong and leave (4.13)."""
        words = _sentence(what, reason, None)
        return self._drop(words, Retry.SOON, send=p.Disconnect(reason), flush=True)

    def _drop(
        self,
        words: str,
        retry: Retry,
        *,
        send: p.Disconnect | None = None,
        flush: bool = False,
        reference: str | None = None,
    ) -> list[Action]:
        actions = self._ended()
        if send is not None:
            actions.append(Send(_disconnect_octets(send)))
        self.state = State.DISCONNECTING
        actions.append(StateChanged(State.DISCONNECTING, words))
        actions.append(DropTransport(words, retry, flush or send is not None, reference or ""))
        return actions

    def _down(self, words: str) -> list[Action]:
        actions = self._ended()
        self.state = State.DISCONNECTED
        return [*actions, StateChanged(State.DISCONNECTED, words)]

    def _ended(self) -> list[Action]:
        """Stop what belongs to the connection; the Session State stays."""
        self._outbound.disconnected()
        self._inbound.clear()
        self._subscriptions.disconnected()
        return [self._stop(timer) for timer in Timer if timer in self._running]

    # Packets of a connection.

    def _received(self, packet: p.Packet) -> list[Action]:
        match packet:
            case p.PubAck(packet_id, reason, text):
                return self._acknowledged(packet_id, reason, text)
            case p.Publish():
                return self._message(packet)
            case p.PingResp():
                return []
            case p.SubAck(packet_id, reasons) | p.UnsubAck(packet_id, reasons):
                return self._answered(packet_id, reasons, packet)
            case p.PubRel(packet_id):  # of a QoS 2 message that was never accepted
                answer = p.PubComp(packet_id, Reason.PACKET_IDENTIFIER_NOT_FOUND)
                return [Send(encode(answer))]
            case p.Disconnect(reason, _, reference, text):
                words = _sentence("disconnected by the server", reason, text)
                return self._drop(words, retry_after(reason), reference=reference)
            case p.PubRec() | p.PubComp():
                return self._violation("an answer to QoS 2, which was never used")
            case p.ConnAck():  # 3.2: at most one
                return self._violation("a second CONNACK")
            case p.Auth():  # 4.12: no Authentication Method was given
                return self._violation("AUTH without an Authentication Method")
            case p.Connect() | p.Subscribe() | p.Unsubscribe() | p.PingReq():
                return self._violation("a packet that only clients send")

    def _acknowledged(self, packet_id: int, reason: Reason, text: str | None) -> list[Action]:
        publication = self._outbound.acknowledged(packet_id)
        if publication is None:
            return [Ignored(f"PUBACK for {packet_id}, which is not out")]
        token = publication.token
        result: Action = (
            Refused(token, reason, (text or "")[:200])
            if reason.is_failure
            else Delivered(token, reason)
        )
        again = self._resend()
        return [result, *again] if again else [result]

    def _message(self, packet: p.Publish) -> list[Action]:
        if packet.topic_alias is not None:  # [MQTT-3.3.2-9]: none was offered
            return self._violation("a Topic Alias", Reason.TOPIC_ALIAS_INVALID)
        if packet.qos == 0:
            return [MessageReceived(packet, 0)]
        if packet.qos == 2:
            answer = p.PubRec(packet.packet_id, Reason.IMPLEMENTATION_SPECIFIC_ERROR)
            return [Send(encode(answer)), Ignored("message with QoS 2 refused")]
        if packet.packet_id in self._inbound:  # [MQTT-4.4.0-1]
            return self._violation("a Packet Identifier that is in use")
        if self._inbound.overrun:  # [MQTT-3.3.4-9]
            return self._violation(
                "more messages than Receive Maximum", Reason.RECEIVE_MAXIMUM_EXCEEDED
            )
        if self._inbound.full:
            answers = self._inbound.refuse(packet.packet_id)
            why = Ignored("message beyond Receive Maximum refused")
            return [*(Send(encode(answer)) for answer in answers), why]
        return [MessageReceived(packet, self._inbound.add(packet.packet_id))]

    def _answer(self, receipt: int, reason: Reason) -> list[Action]:
        if not self._inbound.waits(receipt):
            return [Ignored(f"receipt {receipt} is not waiting")]
        if reason not in _PUBACK_REASONS:
            reason = Reason.UNSPECIFIED_ERROR
        answers = self._inbound.taken(receipt, reason)
        return [Send(b"".join([encode(answer) for answer in answers]))] if answers else []

    # Messages of the owner.

    def _publish(self, publications: Sequence[Publication]) -> list[Action]:
        outbound = self._outbound
        free = self.free
        sent: list[bytes] = []
        actions: list[Action] = []
        for place, publication in enumerate(publications):
            if free <= 0:
                actions.append(Postponed(publications[place:]))
                break
            message = publication.message
            try:
                packet_id = outbound.take_id() if message.qos else 0
                octets = encode_publish(message, packet_id)
                check_publish(message, octets, self.limits)
            except InvalidPacketError as error:
                actions.append(Refused(publication.token, error.reason, error.message))
                continue
            sent.append(octets)
            if packet_id:
                outbound.add(packet_id, publication, octets)
                free -= 1
            else:
                actions.append(Sent(publication.token))
        if sent:
            actions.insert(0, Send(b"".join(sent)))
        return actions

    def _resend(self) -> list[Action]:
        """Send again what the last connection left unacknowledged, while there is room."""
        if self._paused or not self._outbound.unsent:
            return []
        sent: list[bytes] = []
        actions: list[Action] = []
        for publication, octets in self._outbound.resend():
            try:
                check_publish(publication.message, octets, self.limits)
            except InvalidPacketError as error:  # another server with other limits
                self._outbound.drop(publication)
                actions.append(Refused(publication.token, error.reason, error.message))
                continue
            sent.append(octets)
        return [Send(b"".join(sent)), Resent(len(sent)), *actions] if sent else actions

    def _flow(self, event: Paused | Resumed) -> list[Action]:
        self._paused = isinstance(event, Paused)
        return []

    # Subscriptions.

    def _note(self, event: SubscribeRequest | UnsubscribeRequest) -> list[Action]:
        match event:
            case SubscribeRequest(token, subscriptions):
                if any(subscription.qos > 1 for subscription in subscriptions):
                    return [Refused(token, Reason.QOS_NOT_SUPPORTED, "QoS 2 is not used")]
                self._subscriptions.want(token, subscriptions)
            case UnsubscribeRequest(token, topic_filters):
                self._subscriptions.unwant(token, topic_filters)
        return []

    def _ask(self) -> list[Action]:
        """Make the requests that are not made yet on this connection."""
        actions: list[Action] = []
        unsubscribe, subscribe = self._subscriptions.due()
        for token in unsubscribe:
            packet_id = self._outbound.reserve_id()
            actions += self._request(self._subscriptions.unsubscribe(token, packet_id), token)
        for token in subscribe:
            packet_id = self._outbound.reserve_id()
            actions += self._request(self._subscriptions.subscribe(token, packet_id), token)
        return actions

    def _request(self, packet: p.Subscribe | p.Unsubscribe, token: Hashable) -> list[Action]:
        try:
            if isinstance(packet, p.Subscribe):
                check_subscribe(packet, self.limits)
            octets = encode(packet)
            check_size(octets, self.limits)
        except InvalidPacketError as error:
            self._outbound.release_id(packet.packet_id)
            self._subscriptions.not_asked(packet.packet_id)
            self._subscriptions.drop(token)
            return [Refused(token, error.reason, error.message)]
        return [Send(octets)]

    def _answered(
        self, packet_id: int, reasons: tuple[Reason, ...], packet: p.Packet
    ) -> list[Action]:
        subscribe = isinstance(packet, p.SubAck)
        asked = self._subscriptions.answered(packet_id, len(reasons), subscribe=subscribe)
        if asked is None:  # [MQTT-3.8.4-2], [MQTT-3.8.4-6]
            return self._violation("an acknowledgement of no subscription that was asked")
        self._outbound.release_id(packet_id)
        if subscribe:
            return [Subscribed(asked.token, reasons)]
        return [Unsubscribed(asked.token, reasons)]

    # Keep Alive.

    def _ping_interval(self) -> float:
        """Seconds between PINGREQs: under the server's Keep Alive [MQTT-3.2.2-21]."""
        ours, theirs = self.params.keep_alive, self.limits.server_keep_alive
        return _PING_SHARE * (min(ours, theirs) if theirs else ours)

    def _expired(self, timer: Timer) -> list[Action]:
        match timer:
            case Timer.KEEP_ALIVE:
                return self._ping()
            case Timer.PING_RESPONSE if self._heard:
                self._running.discard(timer)
                return []
            case Timer.PING_RESPONSE:
                return self._drop("no answer to PINGREQ: the connection is dead", Retry.SOON)
            case Timer.CONNACK:
                return [Ignored("already connected")]

    def _ping(self) -> list[Action]:
        """Ask the server for a sign of life (3.12), at fixed intervals whatever else goes on.

        So the time from the last packet to a verdict is at most one interval and one wait,
        which is below ``dead_after``.
        """
        actions: list[Action] = [Send(encode(p.PingReq()))]
        if Timer.PING_RESPONSE not in self._running:
            self._heard = False
            wait = self.params.dead_after - self.params.keep_alive
            actions.append(self._start(Timer.PING_RESPONSE, wait))
        actions.append(self._start(Timer.KEEP_ALIVE, self._ping_interval()))
        return actions

    def _start(self, timer: Timer, seconds: float) -> StartTimer:
        self._running.add(timer)
        return StartTimer(timer, seconds)

    def _stop(self, timer: Timer) -> StopTimer:
        self._running.discard(timer)
        return StopTimer(timer)


def _sentence(what: str, reason: Reason, text: str | None) -> str:
    """Join what happened, the code and the server's own Reason String, cut to a line."""
    return f"{what}: {reason.words}" + (f", {text[:200]!r}" if text else "")


def _disconnect_octets(packet: p.Disconnect) -> bytes:
    """Write a DISCONNECT, with the general code where its own is none of table 3-10."""
    try:
        return encode(packet)
    except InvalidPacketError:
        return encode(p.Disconnect(Reason.UNSPECIFIED_ERROR))
