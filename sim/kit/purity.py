"""Level L0: a driver is a core, so it imports nothing that reaches out of the process.

What a driver's own files import is looked at, not what that imports in turn. It finds what is
careless; a driver is trusted code all the same.
"""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Final

NO_IO: Final = frozenset(
    {
        *("asyncio", "datetime", "logging", "multiprocessing", "os", "pathlib", "random"),
        *("secrets", "select", "selectors", "signal", "socket", "ssl", "subprocess"),
        *("threading", "time", "uuid"),
    }
)
"""Standard library that a core does not touch."""
_OUTSIDE: Final = NO_IO | {
    *("concurrent", "ctypes", "ftplib", "http", "importlib", "shutil", "smtplib"),
    *("socketserver", "tempfile", "twisted", "urllib"),
}


def check(driver: type) -> list[str]:
    """Tell what the files of a driver import that a driver must not."""
    file = Path(inspect.getfile(driver))
    files = sorted(file.parent.rglob("*.py")) if "." in driver.__module__ else [file]
    return [
        f"{one.name} imports {name}: a driver is pure"
        for one in files
        for name in _imports(one)
        if name.partition(".")[0] in _OUTSIDE
    ]


def _imports(file: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.append(node.module)
    return found
