"""Parts of the daemon, each made of its section of the configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from cti import moment
from cti.config import Config
from cti.config.files import devices, driver_config, recorded_config, secret
from cti.config.sections import Journal as JournalSection
from cti.config.sections import Link as LinkSection
from cti.config.sections import Mqtt as MqttSection
from cti.config.sections import Switch as SwitchSection
from cti.config.sections import Tls as TlsSection
from cti.config.words import broker
from cti.driver import load
from cti.ends import Port
from cti.engine import Engine
from cti.link import Link, stack
from cti.mqtt.addresses import Address, Server, Tls, servers_for
from cti.mqtt.params import Params
from cti.reload import World
from cti.store.messages import Limits
from cti.trace.recorder import Recorder
from cti.trace.records import Header
from cti.transport import stream_for


def link(name: str, switch: SwitchSection, epochs: Mapping[str, int], now: int) -> Link:
    """Make the core of a link; raise ``DriverError`` or ``ValueError``.

    ``epochs`` are the last ones of all links. The time of day makes them grow even where the
    store is new or an older copy.
    """
    section = switch.link[name]
    driver = load(section.driver)(driver_config(section, switch.monitor))
    epoch = max(epochs.get(name, 0) + 1, now // moment.SECOND)
    kind, options = section.message_link(driver.stack)
    return Link(name, driver, stack(kind, options), epoch=epoch)


def port(
    reactor: Any,
    draw: Callable[[], float],
    engine: Engine,
    name: str,
    section: LinkSection,
    *,
    octets: bool,
) -> Port:
    """Make what belongs to a link beside its core; raise ``ValueError`` for a TLS file."""
    make = stream_for(reactor, section, draw)
    if section.record is None:
        return Port(make, octets=octets)
    config = recorded_config(section)

    def header() -> Header:
        return Header(
            switch=engine.switch_id,
            link=name,
            driver=section.driver,
            config=config,
            start=engine.state,
            stack=section.stack,
            seq=engine.links[name].seq,
        )

    record = section.record
    recorder = Recorder(
        record.folder, header, size=record.size, files=record.files, days=record.days
    )
    return Port(make, recorder, octets=octets)


def world(config: Config) -> World:
    """Read what stands in the files that a configuration names; raise ``ValueError``."""
    return World(
        devices={
            name: tuple(devices(switch.monitor)) for name, switch in config.switch.items()
        },
        files={
            (name, one): _files(section)
            for name, switch in config.switch.items()
            for one, section in switch.link.items()
        },
    )


def _files(section: LinkSection) -> bytes:
    """Digest what stands in the files that a link names: they change without its section."""
    paths = [] if section.login is None else [section.login.password_file]
    if section.profile is not None:
        paths.append(section.profile)
    if section.tls is not None:
        tls = section.tls
        named = (tls.ca_file, tls.certificate_file, tls.key_file)
        paths += [path for path in named if path is not None]
    digest = sha256()
    for path in paths:
        try:
            digest.update(sha256(Path(path).read_bytes()).digest())
        except OSError:
            digest.update(b"-")
    return digest.digest()


def limits(section: JournalSection) -> Limits:
    """Make the limits of what is kept."""
    return Limits(
        octets=section.max_octets,
        age=section.max_age,
        messages=section.max_events,
        taken_octets=section.replay_octets,
        taken_age=section.replay_age,
    )


def session(section: MqttSection, name: str) -> Params:
    """Make the parameters of the session with the broker; raise ``ValueError``."""
    password = None if section.password_file is None else secret(section.password_file)
    return Params(
        section.client_id or name,
        username=section.username,
        password=password,
        keep_alive=section.keep_alive,
        dead_after=section.keep_alive + 7.0,
        session_expiry_interval=section.session_expiry,
        window=section.window,
    )


def servers(section: MqttSection, reactor: Any) -> list[Server]:
    """Make the endpoints of the brokers; raise ``ValueError`` for a TLS file."""
    addresses = []
    for text in section.brokers:
        told = broker(text)
        addresses.append(Address(told.host, told.port, told.tls))
    return servers_for(reactor, addresses, _tls(section.tls))


def _tls(section: TlsSection | None) -> Tls | None:
    if section is None:
        return None
    return Tls(section.ca_file, section.certificate_file, section.key_file, section.server_name)
