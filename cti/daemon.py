"""The daemon: everything of one configuration, made, started and stopped in order."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import structlog
from msgspec import structs
from twisted.internet.defer import Deferred, DeferredList

from cti import moment
from cti.clock import WallClock
from cti.config import Config
from cti.config.files import devices, driver_config, secret
from cti.config.sections import Link as LinkSection
from cti.config.sections import Switch as SwitchSection
from cti.config.sections import Tls as TlsSection
from cti.config.words import broker
from cti.driver import load
from cti.ends import Port
from cti.engine import Engine
from cti.identity import StartingState
from cti.link import Link, stack
from cti.mqtt.addresses import Address, Tls, servers_for
from cti.mqtt.params import Params
from cti.mqtt.service import MqttService
from cti.northbound.north import Northbound
from cti.northbound.topics import Topics
from cti.numbering import Numbering
from cti.rights import Rights
from cti.runner import Runner
from cti.store import Store
from cti.store.writer import Writer
from cti.trace.recorder import Recorder
from cti.trace.records import Header
from cti.transport import stream_for

AHEAD: Final = 86_400 * moment.SECOND
"""A clock that is further behind an earlier process than this is believed all the same."""


class Daemon:
    """One process: all switches of a configuration and one session with the broker.

    Each switch has a store of its own, and goes on from what an earlier process knew.
    """

    def __init__(
        self,
        config: Config,
        reactor: Any,
        *,
        draw: Callable[[], float] = random.random,
        boot: str | None = None,
    ) -> None:
        """Make everything; raise ``DriverError`` or ``ValueError`` for what cannot be made.

        Raise ``StoreError`` for a store that cannot be used. Nothing is left open then.
        """
        self.config: Final = config
        self.boot: Final = boot or secrets.token_hex(8)
        self.log: Any = structlog.get_logger("cti.daemon")
        self._reactor = reactor
        self._draw = draw
        self.runners: dict[str, Runner] = {}
        self._writers: list[Writer] = []
        with ExitStack() as opened:
            stores = {name: self._store(name, opened) for name in config.switch}
            starts = {name: store.load() for name, store in stores.items()}
            self.wall: Final = self._clock(max([0, *(one.at for one in starts.values())]))
            topics = Topics(config.mqtt.base, config.daemon.name)
            self.north: Final = Northbound(
                topics,
                Rights(config.rights),
                reactor,
                self.wall.now,
                boot=self.boot,
                version=version("cti-bridge"),
            )
            for name, section in config.switch.items():
                self.runners[name] = self._switch(name, section, stores[name], starts[name])
            self.service: Final = self._service()
            self.north.use(self.service)
            opened.pop_all()  # the stores are the writers' now

    def start(self) -> None:
        """Connect to the broker and to every switch."""
        links = sum(len(switch.link) for switch in self.config.switch.values())
        self.log.info(
            "start",
            daemon=self.config.daemon.name,
            boot=self.boot,
            switches=len(self.config.switch),
            links=links,
            pid=os.getpid(),
        )
        for writer in self._writers:
            writer.start()
        self.service.start()
        for runner in self.runners.values():
            runner.start()

    def stop(self) -> Deferred[Any]:
        """Release every link in order, publish ``offline``, and fire when all is closed."""
        self.log.info("stop")
        links = DeferredList([runner.stop() for runner in self.runners.values()])
        links.addCallback(self._links_stopped)
        return links

    def _links_stopped(self, _: object) -> Deferred[Any]:
        self.north.stop()
        return self.service.stop().addBoth(self._service_stopped)

    def _service_stopped(self, _: object) -> Deferred[Any]:
        return DeferredList([writer.stop() for writer in self._writers])

    def _jumped(self, by: int) -> None:
        for runner in self.runners.values():
            runner.jumped(by)

    # Making.

    def _store(self, switch: str, opened: ExitStack) -> Store:
        path = Path(self.config.daemon.state_dir) / f"{switch}.sqlite"
        store = Store(path, switch)
        opened.callback(store.close)
        return store

    def _clock(self, after: int) -> WallClock:
        """Make a clock that does not go back behind what an earlier process had come to."""
        wall = WallClock(self._jumped)
        ahead = after - wall.now()
        if ahead <= 0:
            return wall
        self.log.warning("clock behind the store", seconds=round(ahead / moment.SECOND, 3))
        return wall if ahead > AHEAD else WallClock(self._jumped, after=after)

    def _switch(
        self, name: str, section: SwitchSection, store: Store, start: StartingState
    ) -> Runner:
        now = self.wall.now()
        start = structs.replace(start, at=min(start.at, now))
        links: list[Link] = []
        for link_name, link in section.link.items():
            driver = load(link.driver)(driver_config(link, section.monitor))
            # The time of day makes epochs grow even where the store is new or an older copy.
            epoch = max(start.epochs.get(link_name, 0) + 1, now // moment.SECOND)
            kind, options = link.message_link(driver.stack)
            links.append(Link(link_name, driver, stack(kind, options), epoch=epoch))
        engine = Engine(
            name,
            links,
            start,
            devices(section.monitor),
            route_points=section.route_point,
            numbering=None if section.numbers is None else Numbering(section.numbers),
            times=section.calls.times(),
        )
        engine.restarted(now)
        store.write(engine.changes())  # and so it is known that the disk takes it
        writer = Writer(store, self._reactor)
        self._writers.append(writer)
        self.log.info(
            "store",
            switch=name,
            file=store.path,
            store_id=start.store_id,
            calls=len(engine.tracker.calls),
        )
        ports = {
            link_name: self._port(name, link_name, link, engine)
            for link_name, link in section.link.items()
        }
        north = self.north.add(name, section.vendor)
        runner = Runner(engine, ports, north, self._reactor, self.wall, writer=writer)
        self.north.connect(name, runner)
        return runner

    def _port(self, switch: str, name: str, link: LinkSection, engine: Engine) -> Port:
        make = stream_for(self._reactor, link, self._draw)
        recorder = None
        if link.record is not None:
            config = link.driver_config()

            def header() -> Header:
                return Header(
                    switch=switch,
                    link=name,
                    driver=link.driver,
                    config=config,
                    start=engine.state,
                    stack=link.stack,
                    seq=engine.links[name].seq,
                )

            recorder = Recorder(
                link.record.folder,
                header,
                size=link.record.size,
                files=link.record.files,
                days=link.record.days,
            )
        octets = f"{switch}/{name}" in self.config.log.octets
        return Port(make, recorder, octets=octets)

    def _service(self) -> MqttService:
        mqtt = self.config.mqtt
        password = None if mqtt.password_file is None else secret(mqtt.password_file)
        params = Params(
            mqtt.client_id or self.config.daemon.name,
            username=mqtt.username,
            password=password,
            keep_alive=mqtt.keep_alive,
            dead_after=mqtt.keep_alive + 7.0,
            session_expiry_interval=mqtt.session_expiry,
            window=mqtt.window,
        )
        addresses = []
        for text in mqtt.brokers:
            told = broker(text)
            addresses.append(Address(told.host, told.port, told.tls))
        servers = servers_for(self._reactor, addresses, _tls(mqtt.tls))
        return MqttService(
            params, servers, self.north.outbox, self._reactor, self._draw, self.north
        )


def _tls(section: TlsSection | None) -> Tls | None:
    if section is None:
        return None
    return Tls(section.ca_file, section.certificate_file, section.key_file, section.server_name)
