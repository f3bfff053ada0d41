"""The reference scenarios and their plans, as files of this folder."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from sim.scenario import Scenario, ScenarioError, read_scenario

_FOLDER: Final = files("sim.scenarios")


def plans() -> dict[str, str]:
    """Give the text of every plan that comes with the scenarios, by name."""
    return {
        entry.name.removesuffix(".toml"): entry.read_text()
        for entry in (_FOLDER / "plans").iterdir()
        if entry.name.endswith(".toml")
    }


def reference() -> dict[str, Scenario]:
    """Read the reference scenarios; give them by number, in order."""
    known = plans()
    found = {}
    for entry in sorted(_FOLDER.iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".toml"):
            try:
                scenario = read_scenario(entry.read_text(), known)
            except ValueError as error:
                raise ScenarioError(f"{entry.name}: {error}") from error
            found[scenario.number] = scenario
    return found


def path(number: str) -> Path:
    """Give the file of a scenario; raise ``ScenarioError`` for a number that has none."""
    for entry in _FOLDER.iterdir():
        if entry.name.startswith(f"{number}_"):
            return Path(str(entry))
    raise ScenarioError(f"no scenario {number}")
