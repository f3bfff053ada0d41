"""The session on Twisted: connections, timers, and the flow from a ``Source``.

``ClientService`` keeps a connection up; this module decides where to and how soon, performs
the session's actions, and writes once per turn of the reactor. Messages move by plain calls;
the only Deferred is the one of ``stop``.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from copy import copy
from typing import Any, Final

import msgspec
import structlog
from twisted.application.internet import ClientService
from twisted.internet.defer import Deferred, succeed
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

from cti.mqtt import events as e
from cti.mqtt import packets as p
from cti.mqtt.addresses import Rotation, Server
from cti.mqtt.application import Application, Clock, Delayed
from cti.mqtt.backoff import Backoff
from cti.mqtt.connection import Connection
from cti.mqtt.outbound import Publication
from cti.mqtt.outbox import Source
from cti.mqtt.params import Params
from cti.mqtt.reasons import Reason, Retry
from cti.mqtt.session import Session
from cti.mqtt.status import Counters, Status
from cti.transport.loss import loss_of

# A source that hands out what was just refused may not hold the reactor.
_ROUNDS_PER_TURN: Final = 8
_STABLE: Final = 10.0  # seconds after which a connection counts as one that held
_LAST_WORDS: Final = 1.0  # seconds for a DISCONNECT to leave before the socket is cut


class _Own:
    """The token of a birth or farewell message."""

    __slots__ = ("topic",)

    def __init__(self, topic: str) -> None:
        self.topic = topic


class _Asked(msgspec.Struct, frozen=True, gc=False):
    """The token of a subscription; the source's tokens are never one of these."""

    token: Hashable


class MqttService:
    """One MQTT 5 session, kept up over any number of connections."""

    def __init__(
        self,
        params: Params,
        servers: Sequence[Server],
        source: Source,
        clock: Clock,
        random: Callable[[], float],
        application: Application | None = None,
        *,
        blocked: float = 30.0,
        stop_timeout: float = 5.0,
        wall_clock: Callable[[], float] = time.time,
        log: Any = None,
    ) -> None:
        self.session = Session(params)
        self.counters = Counters()
        self._params = params
        self._source = source
        self._clock = clock
        self._application = application or Application()
        self._stop_timeout = stop_timeout
        self._wall_clock = wall_clock
        self._log = log if log is not None else structlog.get_logger("cti.mqtt")
        self._rotation = Rotation(servers, self._attempt, self._not_connected)
        self._backoff = Backoff(random, blocked=blocked)
        self._client: ClientService | None = None
        self._connection: Connection | None = None
        self._events: deque[e.Event] = deque()
        self._feeding = False
        self._turn: Delayed | None = None
        self._timers: dict[e.Timer, Delayed] = {}
        self._written: list[bytes] = []
        self._first: deque[Publication] = deque()
        self._farewell: set[Hashable] = set()
        self._deadline: Delayed | None = None
        self._cut: Delayed | None = None
        self._end_session = True
        self._ending = False
        self._stopped: list[Deferred[None]] = []
        self._retry = Retry.SOON
        self._next_server = False
        self._accepted_at: float | None = None
        self._connections = 0
        self._state, self._reason, self._since = "stopped", "", wall_clock()
        self._perform: dict[type[Any], Callable[[Any], None]] = {
            e.Send: self._send,
            e.Delivered: self._delivered,
            e.Sent: self._sent,
            e.MessageReceived: self._message,
            e.StartTimer: self._start_timer,
            e.StopTimer: self._stop_timer,
            e.Refused: self._refused,
            e.Postponed: self._postponed,
            e.PublishAgain: self._publish_again,
            e.Resent: self._resent,
            e.Subscribed: self._subscribed,
            e.Unsubscribed: self._unsubscribed,
            e.Connected: self._accepted,
            e.StateChanged: self._session_changed,
            e.DropTransport: self._drop,
            e.Ignored: self._ignored,
        }

    # For the program around it.

    @property
    def status(self) -> Status:
        """The service as it is now."""
        session = self.session
        limits = session.limits
        connected = self._state == "connected"
        missing = {
            "retained messages": limits.retain_available,
            "wildcard subscriptions": limits.wildcard_subscription_available,
            "shared subscriptions": limits.shared_subscription_available,
            "subscription identifiers": limits.subscription_identifiers_available,
        }
        return Status(
            state=self._state,
            reason=self._reason,
            since=self._since,
            address=self._rotation.address,
            session_present=connected and limits.session_present,
            unacknowledged=session.unacknowledged,
            window=session.window,
            missing=tuple(name for name, there in missing.items() if not there),
            counters=copy(self.counters),
        )

    def start(self) -> None:
        """Begin to connect, and do so again whenever a connection is lost."""
        if self._client is not None:
            return
        factory = Factory.forProtocol(
            lambda: Connection(self, self._params.maximum_packet_size)
        )
        factory.noisy = False
        client: Any = ClientService
        self._retry, self._next_server, self._ending = Retry.SOON, False, False
        self._backoff.reset()
        self._client = client(
            self._rotation, factory, retryPolicy=self._delay, clock=self._clock
        )
        self._client.startService()

    def stop(self, *, end_session: bool = True) -> Deferred[None]:
        """Say farewell, disconnect, and fire when nothing is left of it.

        Takes at most ``stop_timeout`` and one second more. A farewell that is not
        acknowledged by then is replaced by the Will, which the server is asked to publish.
        ``end_session`` lets the server forget the session with its subscriptions and what
        it holds for us.
        """
        if self._client is None:
            return succeed(None)
        done: Deferred[None] = Deferred()
        self._stopped.append(done)
        if len(self._stopped) > 1:
            return done
        self._change("stopping", "asked to stop")
        self._end_session = end_session
        farewell: list[Publication] = []
        if self.session.state is e.State.CONNECTED:
            farewell = self._own(self._application.farewell)
        self._put_back()
        self._first.extendleft(reversed(farewell))
        self._farewell = {publication.token for publication in farewell}
        if not farewell:
            self._disconnect(Reason.SUCCESS)
            return done
        self._deadline = self._clock.callLater(self._stop_timeout, self._out_of_time)
        self._flush()
        return done

    def wake(self) -> None:
        """Look for messages at the source at the end of this turn of the reactor."""
        if self._turn is None:
            self._turn = self._clock.callLater(0, self._on_turn)

    def subscribe(self, token: Hashable, *subscriptions: p.Subscription) -> None:
        """Subscribe now and on every later session, until ``unsubscribe``."""
        self._feed(e.SubscribeRequest(_Asked(token), subscriptions))
        self.wake()

    def unsubscribe(self, token: Hashable, *topic_filters: str) -> None:
        """Give up filters."""
        self._feed(e.UnsubscribeRequest(_Asked(token), topic_filters))
        self.wake()

    def acknowledge(self, receipt: int, reason: Reason = Reason.SUCCESS) -> None:
        """Tell the server that a message is taken, or with an error that it is refused."""
        self._feed(e.AckInbound(receipt, reason))
        self.wake()

    # From the connection.

    def connection_up(self, connection: Connection) -> None:
        """Take a connection into use."""
        self._connection = connection
        self._written.clear()
        self._feed(e.TransportUp(self._call(None, self._application.will)))
        self._flush()

    def feed(self, connection: Connection, events: list[e.Event]) -> None:
        """Take what happened on a connection; what an older one says no longer counts."""
        if connection is not self._connection:
            return
        for event in events:
            if type(event) is e.PacketMalformed and self._in_use:
                self.counters.malformed += 1
            self._feed(event)
        if not self._feeding:
            self._flush()

    @property
    def _in_use(self) -> bool:
        return self.session.state in (e.State.CONNECTING, e.State.CONNECTED)

    def connection_down(self, connection: Connection, event: e.TransportDown) -> None:
        """Let go of a connection."""
        if connection is not self._connection:
            return
        self._connection = None
        held = self._accepted_at is not None
        if held and self._clock.seconds() - (self._accepted_at or 0.0) >= _STABLE:
            self._backoff.reset()
        self._next_server = not held
        self._accepted_at = None
        if self._cut is not None and self._cut.active():
            self._cut.cancel()
        self._feed(event)
        self._written.clear()
        if self._stopped:
            self._end()

    def _attempt(self) -> None:
        if not self._stopped:
            self._change("connecting", self._reason)

    def _not_connected(self, failure: Failure) -> None:
        """Note why no connection came about."""
        self._next_server = True
        self._retry = Retry.SOON
        self._reason = loss_of(failure).reason

    def _delay(self, _attempts: int) -> float:
        """Choose the server and the pause of the next attempt; the service calls it once."""
        retry, self._retry = self._retry, Retry.SOON
        if self._next_server and retry is not Retry.ELSEWHERE:
            self._rotation.next()
        delay = self._backoff.delay(retry, len(self._rotation))
        if not self._stopped:
            self._change("waiting", self._reason, delay=round(delay, 3))
        return delay

    # The session: events in, actions out, one event to its end at a time.

    def _feed(self, event: e.Event) -> None:
        self._events.append(event)
        if self._feeding:
            return
        self._feeding = True
        try:
            while self._events:
                for action in self.session.handle(self._events.popleft()):
                    self._perform[type(action)](action)
        finally:
            self._feeding = False

    def _on_turn(self) -> None:
        self._turn = None
        self._flush()

    def _flush(self) -> None:
        """Take from the source what there is room for, and write everything at once."""
        for _ in range(_ROUNDS_PER_TURN):
            free = self.session.free
            if free <= 0 or not (batch := self._batch(free)):
                break
            self.counters.published += len(batch)
            self._feed(e.PublishRequest(batch))
        else:
            self.wake()
        self._write()

    def _batch(self, free: int) -> Sequence[Publication]:
        if self._stopped:
            free = min(free, sum(one.token in self._farewell for one in self._first))
            return [self._first.popleft() for _ in range(free)]
        if self._first:
            return [self._first.popleft() for _ in range(min(free, len(self._first)))]
        batch: Sequence[Publication] = self._call((), self._source.next_batch, free)
        return batch

    def _write(self) -> None:
        if self._written:
            octets = b"".join(self._written)
            self._written.clear()
            if self._connection is not None:
                self._connection.send(octets)

    def _call(self, otherwise: Any, function: Callable[..., Any], *args: Any) -> Any:
        """Call the application or the source; a fault of theirs must not end the session."""
        try:
            return function(*args)
        except Exception:  # noqa: BLE001 # the boundary to code that is not ours
            self.counters.faults += 1
            self._log.exception("mqtt.fault", call=getattr(function, "__qualname__", ""))
            return otherwise

    # Actions.

    def _send(self, action: e.Send) -> None:
        self._written.append(action.octets)

    def _delivered(self, action: e.Delivered) -> None:
        self.counters.acknowledged += 1
        if action.reason:
            self.counters.unmatched += 1
        self._settled(action.token)

    def _sent(self, action: e.Sent) -> None:
        self._settled(action.token)

    def _settled(self, token: Hashable) -> None:
        if type(token) is not _Own:
            self._call(None, self._source.acknowledged, token)
        elif token in self._farewell:
            self._said(token)

    def _refused(self, action: e.Refused) -> None:
        self.counters.refused += 1
        token = action.token
        if type(token) is _Own:
            self._log.warning(
                "mqtt.refused",
                topic=token.topic,
                reason=action.reason.words,
                detail=action.detail,
            )
            if token in self._farewell:
                self._said(token)
        elif type(token) is _Asked:
            self._call(None, self._application.subscribed, token.token, (action.reason,))
        else:
            self._call(None, self._source.refused, token, action.reason)

    def _message(self, action: e.MessageReceived) -> None:
        self.counters.received += 1
        faults = self.counters.faults
        self._call(None, self._application.message_received, action.message, action.receipt)
        if self.counters.faults > faults and action.receipt:
            self._feed(e.AckInbound(action.receipt, Reason.IMPLEMENTATION_SPECIFIC_ERROR))

    def _subscribed(self, action: e.Subscribed) -> None:
        token = action.token
        if type(token) is _Asked:
            self._call(None, self._application.subscribed, token.token, action.reasons)

    def _unsubscribed(self, action: e.Unsubscribed) -> None:
        """Take note; nobody waits for it."""

    def _postponed(self, action: e.Postponed) -> None:
        self.counters.published -= len(action.publications)
        self._first.extendleft(reversed(action.publications))

    def _accepted(self, action: e.Connected) -> None:
        self._accepted_at = self._clock.seconds()
        self._connections += 1
        self.counters.reconnects = self._connections - 1
        self._put_back()
        self._change("connected", self._reason)
        present = action.connack.session_present
        birth = self._own(lambda: self._application.birth(session_present=present))
        self._first.extendleft(reversed(birth))

    def _publish_again(self, action: e.PublishAgain) -> None:
        """Put back what the server forgot: behind the births, before all that is newer."""
        birth = [one for one in self._first if type(one.token) is _Own]
        later = [one for one in self._first if type(one.token) is not _Own]
        again = [one for one in action.publications if type(one.token) is not _Own]
        self._first = deque([*birth, *again, *later])

    def _put_back(self) -> None:
        """Drop births and farewells that have not been sent; they are made anew."""
        self._first = deque(one for one in self._first if type(one.token) is not _Own)

    def _own(self, make: Callable[[], Iterable[p.Publish]]) -> list[Publication]:
        """Ask the application for messages and give them tokens of ours."""

        def publications() -> list[Publication]:
            return [Publication(_Own(message.topic), message) for message in make()]

        own: list[Publication] = self._call([], publications)
        return own

    def _resent(self, action: e.Resent) -> None:
        self.counters.resent += action.count

    def _ignored(self, action: e.Ignored) -> None:
        self.counters.ignored += 1
        self._log.debug("mqtt.ignored", why=action.why)

    def _start_timer(self, action: e.StartTimer) -> None:
        self._stop_timer(action)
        self._timers[action.timer] = self._clock.callLater(
            action.seconds, self._expired, action.timer
        )

    def _stop_timer(self, action: e.StartTimer | e.StopTimer) -> None:
        running = self._timers.pop(action.timer, None)
        if running is not None and running.active():
            running.cancel()

    def _expired(self, timer: e.Timer) -> None:
        self._timers.pop(timer, None)
        self._feed(e.TimerExpired(timer))
        self._flush()

    def _session_changed(self, action: e.StateChanged) -> None:
        if action.reason and not self._stopped:
            self._reason = action.reason

    def _drop(self, action: e.DropTransport) -> None:
        self._retry = action.retry
        if action.retry is Retry.ELSEWHERE and not self._rotation.prefer(
            action.server_reference
        ):
            self._retry = Retry.SOON
            self._next_server = True
        if self._connection is None:
            return
        if action.flush:
            self._write()
            self._cut = self._clock.callLater(_LAST_WORDS, self._connection.abort)
        self._written.clear()
        self._connection.close(flush=action.flush)

    # The end.

    def _said(self, token: Hashable) -> None:
        self._farewell.discard(token)
        if not self._farewell:
            self._disconnect(Reason.SUCCESS)

    def _out_of_time(self) -> None:
        self._disconnect(Reason.DISCONNECT_WITH_WILL_MESSAGE)

    def _disconnect(self, reason: Reason) -> None:
        self._feed(e.DisconnectRequest(reason, self._end_session))
        self._end()

    def _end(self) -> None:
        """Let the client service go, once what is under way has been performed."""
        if not self._ending:
            self._ending = True
            self._clock.callLater(0, self._stop_client)

    def _stop_client(self) -> None:
        if self._client is not None:
            self._client.stopService().addBoth(self._ended)

    def _ended(self, _result: object) -> None:
        for call in (self._deadline, self._turn):
            if call is not None and call.active():
                call.cancel()
        self._client = self._deadline = self._turn = None
        self._farewell.clear()
        waiting, self._stopped = self._stopped, []
        self._change("stopped", "asked to stop")
        for done in waiting:
            done.callback(None)

    def _change(self, state: str, reason: str, **more: object) -> None:
        self._state, self._reason, self._since = state, reason, self._wall_clock()
        status = self.status
        level = self._log.warning if state == "waiting" else self._log.info
        level("mqtt.state", state=state, reason=reason, address=status.address, **more)
        self._call(None, self._application.state_changed, status)
