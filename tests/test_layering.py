"""Imports run one way: every import statement of ours, read from the source."""

import ast
import sys
from pathlib import Path

import pytest

from sim.kit.purity import NO_IO

ROOT = Path(__file__).resolve().parents[1]

ALLOWED = {
    "protocols": {"protocols", "msgspec", "pyasn1", "construct", "typing_extensions"},
    "drivers": {"protocols", "cti", "drivers", "msgspec", "typing_extensions"},
}
"""What a pure room may import beside the standard library."""

INTERFACES = {"protocols.errors", "protocols.stacks.primitives"}
"""All that cti sees of protocols: the errors, and the primitives of the message link."""


def imports(path: Path) -> set[str]:
    """Give the modules that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name for name in names if is_module(name)} or {node.module or ""}
    return found


def is_module(name: str) -> bool:
    """Whether ``name`` is a module of ours rather than something in one."""
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def files(room: str) -> list[Path]:
    found = sorted((ROOT / room).rglob("*.py"))
    assert found
    return found


@pytest.mark.parametrize("room", ["protocols", "drivers"])
def test_pure_rooms_import_nothing_but_what_is_listed(room) -> None:
    allowed = ALLOWED[room]
    for path in files(room):
        for name in imports(path):
            top = name.split(".")[0]
            assert top not in NO_IO, f"{path} imports {name}"
            assert top in allowed or top in sys.stdlib_module_names, f"{path} imports {name}"


def test_drivers_do_not_import_one_another() -> None:
    for path in files("drivers"):
        own = ".".join(path.relative_to(ROOT).parts[:2])
        for name in imports(path):
            if name.startswith("drivers."):
                assert name.startswith(own), f"{path} imports {name}"


def test_cti_knows_no_protocol_no_driver_and_no_simulator() -> None:
    for path in files("cti"):
        for name in imports(path):
            top = name.split(".")[0]
            assert top not in ("drivers", "sim"), f"{path} imports {name}"
            if top == "protocols":
                assert name in INTERFACES, f"{path} imports {name}"


def test_the_simulator_knows_no_driver_and_no_model() -> None:
    """The kit works Engines, so it may import cti; drivers come by entry point."""
    kit = ROOT / "sim" / "kit"
    for path in files("sim"):
        banned = ("drivers",) if kit in path.parents else ("drivers", "cti.model", "sim.kit")
        for name in imports(path):
            assert not name.startswith(banned), f"{path} imports {name}"


def test_the_core_of_the_daemon_is_pure() -> None:
    pure = ["engine.py", "link.py", "driver.py", "facts.py", "identity.py", "calls.py"]
    pure += ["kept.py", "store/gate.py"]
    paths = [ROOT / "cti" / name for name in pure]
    paths += sorted((ROOT / "cti" / "tracker").glob("*.py"))
    paths += sorted((ROOT / "cti" / "model").glob("*.py"))
    for path in paths:
        for name in imports(path):
            top = name.split(".")[0]
            assert top not in NO_IO, f"{path} imports {name}"
            assert top != "twisted", f"{path} imports {name}"
