"""The daemon: everything of one configuration, made, started and stopped in order."""

from __future__ import annotations

import os
import random
import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import structlog
from msgspec import structs
from twisted.internet.defer import Deferred, DeferredList

from cti import moment, parts
from cti.clock import WallClock
from cti.config import Config
from cti.config.files import devices
from cti.config.sections import Link as LinkSection
from cti.config.sections import Switch as SwitchSection
from cti.ends import Port
from cti.engine import Engine
from cti.health import gather
from cti.health.attendance import Attendance
from cti.health.report import Report
from cti.mqtt.service import MqttService
from cti.northbound.north import Northbound
from cti.northbound.topics import Topics
from cti.numbering import Numbering
from cti.overload import Load, Watch
from cti.reloading import Reloading
from cti.rights import Rights
from cti.runner import Runner
from cti.store.aside import Opened, open_store
from cti.store.stream import Stream
from cti.store.upkeep import Upkeep
from cti.store.writer import Shelf, Writer
from cti.systemd import Manager

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
        manager: Manager | None = None,
    ) -> None:
        """Make everything; raise ``DriverError`` or ``ValueError`` for what cannot be made.

        ``manager`` is the service manager, if there is one.
        Raise ``StoreError`` for a store that cannot be used. Nothing is left open then.
        """
        self.config = config
        self.boot: Final = boot or secrets.token_hex(8)
        self.version: Final = version("cti-bridge")
        self.reloads: Counter[str] = Counter()
        """Reloads of the configuration, by outcome."""
        self.log: Any = structlog.get_logger("cti.daemon")
        self._reactor = reactor
        self._draw = draw
        self.runners: dict[str, Runner] = {}
        self.writers: dict[str, Writer] = {}
        self.upkeeps: list[Upkeep] = []
        with ExitStack() as opened:
            stores = {name: self._store(name, opened) for name in config.switch}
            came_to = [one.start.at for one in stores.values()]
            self.wall: Final = self._clock(max([0, *came_to]))
            self._started = self.wall.now() / moment.SECOND
            topics = Topics(config.mqtt.base, config.daemon.name)
            self.north: Final = Northbound(
                topics,
                Rights(config.rights),
                reactor,
                self.wall.now,
                boot=self.boot,
                version=self.version,
                flat=config.mqtt.flat,
                shards=config.mqtt.feed_shards,
                mask=config.mqtt.mask,
            )
            for name, section in config.switch.items():
                self.runners[name] = self._switch(name, section, stores[name])
            self.service: Final = self._service()
            self.north.use(self.service)
            opened.pop_all()  # the stores are the writers' now
        self.attendance: Final = Attendance(self.report, reactor, manager or Manager({}))
        self._overload: Final = Watch(self._load, self.north.overload, reactor)
        self._reloading: Final = Reloading(self)
        self.north.measure = self.attendance.metrics.command

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
        for writer in self.writers.values():
            writer.start()
        for upkeep in self.upkeeps:
            upkeep.start()
        self.service.start()
        for runner in self.runners.values():
            runner.start()
        self.attendance.start(self.config.health.listen)
        self._overload.start()

    def stop(self) -> Deferred[Any]:
        """Release every link in order, publish ``offline``, and fire when all is closed."""
        self.log.info("stop")
        self._overload.stop()
        self.attendance.stopping()
        links = DeferredList([runner.stop() for runner in self.runners.values()])
        links.addCallback(self._links_stopped)
        return links

    def _links_stopped(self, _: object) -> Deferred[Any]:
        taken = self.north.stop()
        taken.addCallback(lambda _: self.service.stop())
        return taken.addBoth(self._service_stopped)

    def _service_stopped(self, _: object) -> Deferred[Any]:
        for upkeep in self.upkeeps:
            upkeep.stop()
        ends = [writer.stop() for writer in self.writers.values()]
        return DeferredList([*ends, self.attendance.stop()])

    def reload(self, read: Callable[[], Config]) -> Deferred[str]:
        """Change to the configuration that ``read`` gives, wholly or not at all.

        Fires with ``done``, ``failed`` or ``refused``; a reload that runs is waited for.
        """
        return self._reloading(read)

    def report(self) -> Report:
        """Say how everything is at this moment."""
        lag = self.attendance.lag
        return Report(
            name=self.config.daemon.name,
            boot=self.boot,
            version=self.version,
            started=self._started,
            switches={
                name: gather.switch(runner, self.writers.get(name), self.north.offset(name))
                for name, runner in self.runners.items()
            },
            broker=gather.broker(self.north),
            lag=lag.typical,
            worst_lag=lag.worst,
            level=self._overload.level,
            clock_jumps=self.wall.jumps,
            reloads=dict(self.reloads),
        )

    def _load(self) -> Load:
        room = self.config.journal.max_events
        outlets = [one.outlet for one in self.runners.values() if one.outlet is not None]
        streams = [self.north.stream(name) for name in self.runners]
        return Load(
            lag=self.attendance.lag.typical,
            waiting=max((len(outlet.gate) for outlet in outlets), default=0),
            outbox=max((len(stream) / room for stream in streams), default=0.0),
        )

    def _jumped(self, by: int) -> None:
        for runner in self.runners.values():
            runner.jumped(by)

    # Making.

    def _store(self, switch: str, opened: ExitStack) -> Opened:
        path = Path(self.config.daemon.state_dir) / f"{switch}.sqlite"
        found = open_store(path, switch, WallClock().now())
        opened.callback(found.store.close)
        if found.aside is not None:
            self.log.error(
                "damaged store set aside, a new one is begun",
                switch=switch,
                reason=found.aside.reason,
                files=list(found.aside.files),
                store_id=found.start.store_id,
            )
        return found

    def _clock(self, after: int) -> WallClock:
        """Make a clock that does not go back behind what an earlier process had come to."""
        wall = WallClock(self._jumped)
        ahead = after - wall.now()
        if ahead <= 0:
            return wall
        self.log.warning("clock behind the store", seconds=round(ahead / moment.SECOND, 3))
        return wall if ahead > AHEAD else WallClock(self._jumped, after=after)

    def _switch(self, name: str, section: SwitchSection, opened: Opened) -> Runner:
        store, now = opened.store, self.wall.now()
        start = structs.replace(opened.start, at=min(opened.start.at, now))
        links = [parts.link(one, section, start.epochs, now) for one in section.link]
        for link in links:
            for remark in link.driver.remarks:
                self.log.warning("driver", switch=name, link=link.link_id, remark=remark)
        engine = Engine(
            name,
            links,
            start,
            devices(section.monitor),
            route_points=section.route_point,
            numbering=None if section.numbers is None else Numbering(section.numbers),
            times=section.calls.times(),
            pace=section.commands.pace(),
            partial=section.commands.allow_partial,
        )
        engine.restarted(now)
        store.write(engine.changes())  # and so it is known that the disk takes it
        commands = store.commands()
        engine.recall(commands)
        outbox = store.outbox()
        writer = Writer(store, self._reactor)
        self.writers[name] = writer
        stream = Stream(name, outbox, Shelf(writer), store.held(outbox.mark))
        self.log.info(
            "store",
            switch=name,
            file=store.path,
            store_id=start.store_id,
            calls=len(engine.tracker.calls),
        )
        ports = {
            one: self.port(self.config, engine, one, section.link[one]) for one in section.link
        }
        north = self.north.add(name, section.vendor, stream)
        runner = Runner(
            engine, ports, north, self._reactor, self.wall, writer=writer, stream=stream
        )
        self.north.connect(name, runner, 0 if opened.start.at else now)
        self.north.recall(name, commands)
        if opened.aside is not None:
            runner.set_aside(opened.aside)
        upkeep = Upkeep(
            writer,
            stream,
            parts.limits(self.config.journal),
            gap=north.gap,
            clock=self._reactor,
            now=self.wall.now,
            owner=runner,
        )
        self.upkeeps.append(upkeep)
        return runner

    def port(self, config: Config, engine: Engine, name: str, section: LinkSection) -> Port:
        """Make what belongs to a link beside its core; raise ``ValueError`` if that fails."""
        octets = f"{engine.switch_id}/{name}" in config.log.octets
        return parts.port(self._reactor, self._draw, engine, name, section, octets=octets)

    def _service(self) -> MqttService:
        mqtt = self.config.mqtt
        return MqttService(
            parts.session(mqtt, self.config.daemon.name),
            parts.servers(mqtt, self._reactor),
            self.north.outbox,
            self._reactor,
            self._draw,
            self.north,
        )
