"""The daemon: everything of one configuration, made, started and stopped in order."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, Final

import structlog
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
from cti.engine import Engine
from cti.identity import StartingState
from cti.link import Link, stack
from cti.mqtt.addresses import Address, Tls, servers_for
from cti.mqtt.params import Params
from cti.mqtt.service import MqttService
from cti.northbound.north import Northbound
from cti.northbound.topics import Topics
from cti.rights import Rights
from cti.runner import Port, Runner
from cti.trace.recorder import Recorder
from cti.trace.records import Header
from cti.transport import stream_for


class Daemon:
    """One process: all switches of a configuration and one session with the broker.

    Until there is a journal, nothing is kept over a restart: each start draws a store id, so
    that no ``call_id`` is given twice, and epochs begin at the time of the start, so that they
    grow.
    """

    def __init__(
        self,
        config: Config,
        reactor: Any,
        *,
        draw: Callable[[], float] = random.random,
        boot: str | None = None,
    ) -> None:
        """Make everything; raise ``DriverError`` or ``ValueError`` for what cannot be made."""
        self.config: Final = config
        self.boot: Final = boot or secrets.token_hex(8)
        self.log: Any = structlog.get_logger("cti.daemon")
        self._reactor = reactor
        self._draw = draw
        self.runners: dict[str, Runner] = {}
        self.wall: Final = WallClock(self._jumped)
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
            self.runners[name] = self._switch(name, section)
        self.service: Final = self._service()
        self.north.use(self.service)

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
        self.service.start()
        for runner in self.runners.values():
            runner.start()

    def stop(self) -> Deferred[Any]:
        """Release every link in order, publish ``offline``, and fire when all is closed."""
        self.log.info("stop")
        links = DeferredList([runner.stop() for runner in self.runners.values()])
        links.addCallback(self._links_stopped)
        return links

    def _links_stopped(self, _: object) -> Deferred[None]:
        self.north.stop()
        return self.service.stop()

    def _jumped(self, by: int) -> None:
        for runner in self.runners.values():
            runner.jumped(by)

    # Making.

    def _switch(self, name: str, section: SwitchSection) -> Runner:
        start = StartingState(
            store_id=secrets.token_hex(16),
            epochs=dict.fromkeys(section.link, self.wall.now() // moment.SECOND),
            incarnations={},
        )
        links: list[Link] = []
        for link_name, link in section.link.items():
            driver = load(link.driver)(driver_config(link, section.monitor))
            links.append(
                Link(
                    link_name,
                    driver,
                    stack(driver.stack),
                    epoch=start.epochs[link_name],
                )
            )
        times = section.calls.times()
        engine = Engine(name, links, start, devices(section.monitor), times)
        ports = {
            link_name: self._port(name, link_name, link, engine)
            for link_name, link in section.link.items()
        }
        north = self.north.add(name, section.vendor)
        runner = Runner(engine, ports, north, self._reactor, self.wall)
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
