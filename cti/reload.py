"""What a changed configuration means for a daemon that runs with an older one. Pure.

What cannot be changed while the daemon runs refuses the whole change: half a configuration
is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from cti.config.sections import Config, Switch

_NEVER: Final = ("daemon", "mqtt")
"""Sections that hold only for the next start."""
_SWITCH: Final = ("vendor", "calls", "commands", "numbers")
"""Keys of a switch that hold only for the next start."""


class World(Struct, frozen=True):
    """What stands in the files that a configuration names, by switch."""

    devices: Mapping[str, tuple[str, ...]]
    files: Mapping[tuple[str, str], bytes]
    """Digest of the files of each link."""


class SwitchChange(Struct, frozen=True):
    """What changes at one switch."""

    added: tuple[str, ...] = ()
    """Links."""
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    """Links that are released and made anew."""
    new_devices: int = 0
    old_devices: int = 0
    route_points: bool = False

    @property
    def watching(self) -> bool:
        """Whether other devices or route points are served."""
        return bool(self.new_devices or self.old_devices or self.route_points)


class Change(Struct, frozen=True):
    """What changes."""

    refused: tuple[str, ...] = ()
    """Keys that cannot be changed now; then nothing is."""
    log: bool = False
    health: bool = False
    journal: bool = False
    rights: tuple[str, ...] = ()
    """Clients whose rights differ."""
    switches: Mapping[str, SwitchChange] = {}

    def words(self) -> str:
        """Say in one line what changes."""
        told = [name for name in ("log", "health", "journal") if getattr(self, name)]
        if self.rights:
            told.append(f"rights of {', '.join(self.rights)}")
        for name, switch in self.switches.items():
            for verb in ("added", "removed", "changed"):
                told += [f"link {name}/{link} {verb}" for link in getattr(switch, verb)]
            if switch.new_devices or switch.old_devices:
                watched = f"{switch.new_devices} more, {switch.old_devices} fewer"
                told.append(f"devices of {name}: {watched}")
            if switch.route_points:
                told.append(f"route points of {name}")
        return "; ".join(told) or "nothing changed"


def compare(old: Config, new: Config, was: World, now: World) -> Change:
    """Tell what changes from one configuration to another."""
    refused = [f"switch.{name}" for name in old.switch.keys() ^ new.switch.keys()]
    for section in _NEVER:
        refused += _differing(section, getattr(old, section), getattr(new, section))
    both = [name for name in old.switch if name in new.switch]
    for name in both:
        for key in _SWITCH:
            before, after = getattr(old.switch[name], key), getattr(new.switch[name], key)
            refused += _differing(f"switch.{name}.{key}", before, after)
    if refused:
        return Change(refused=tuple(sorted(refused)))
    clients = {**old.rights, **new.rights}
    switches = {
        name: _switch(name, old.switch[name], new.switch[name], was, now) for name in both
    }
    return Change(
        log=old.log != new.log,
        health=old.health != new.health,
        journal=old.journal != new.journal,
        rights=tuple(one for one in clients if old.rights.get(one) != new.rights.get(one)),
        switches={name: one for name, one in switches.items() if one != SwitchChange()},
    )


def _switch(name: str, old: Switch, new: Switch, was: World, now: World) -> SwitchChange:
    before, after = set(was.devices[name]), set(now.devices[name])
    return SwitchChange(
        added=tuple(link for link in new.link if link not in old.link),
        removed=tuple(link for link in old.link if link not in new.link),
        changed=tuple(
            link
            for link in old.link
            if link in new.link
            and (
                old.link[link] != new.link[link]
                or was.files[name, link] != now.files[name, link]
            )
        ),
        new_devices=len(after - before),
        old_devices=len(before - after),
        route_points=old.route_point != new.route_point,
    )


def _differing(key: str, old: Any, new: Any) -> Iterator[str]:
    """Name the keys that differ, as deep as both have them."""
    if old == new:
        return
    if isinstance(old, Struct) and type(old) is type(new):
        for name in old.__struct_fields__:
            yield from _differing(f"{key}.{name}", getattr(old, name), getattr(new, name))
    else:
        yield key
