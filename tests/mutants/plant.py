"""Put one deliberate mistake into the program, as a pytest plugin.

``pytest -p tests.mutants.plant`` with ``MUTANT=<name>`` in the environment runs tests against
a source that is wrong in one place; nothing on the disk is changed.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

import msgspec
from msgspec import Struct
from typing_extensions import override

LIST: Final = Path(__file__).with_name("mutants.toml")
VARIABLE: Final = "MUTANT"


class Mutant(Struct, frozen=True, forbid_unknown_fields=True):
    """One mistake."""

    name: str
    module: str
    right: str
    """Source text that stands in the module once."""
    wrong: str
    caught_by: tuple[str, ...]
    """Tests of which at least one must fail: a scenario or a model-based test."""


def mutants() -> dict[str, Mutant]:
    """Read the list."""
    found = msgspec.convert(tomllib.loads(LIST.read_text())["mutant"], list[Mutant])
    return {mutant.name: mutant for mutant in found}


class _Loader(SourceFileLoader):
    mutant: Mutant

    @override
    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        source = self.get_data(path).decode()
        if source.count(self.mutant.right) != 1:
            sys.exit(f"mutant {self.mutant.name}: its text does not stand there once")
        wrong = source.replace(self.mutant.right, self.mutant.wrong)
        return self.source_to_code(wrong.encode(), path)


class _Finder(MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    @override
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._mutant.module:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None:
            return None
        loader = _Loader(fullname, spec.origin)
        loader.mutant = self._mutant
        spec.loader = loader
        return spec


def _plant() -> None:
    name = os.environ.get(VARIABLE)
    if not name:
        return
    mutant = mutants()[name]
    if mutant.module in sys.modules:
        sys.exit(f"mutant {name}: {mutant.module} was imported before it could be planted")
    finder: Any = _Finder(mutant)
    sys.meta_path.insert(0, finder)


_plant()
