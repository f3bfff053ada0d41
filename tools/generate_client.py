"""Write the typed commands of ``cti.client``; with ``--check`` only tell if out of date."""

from __future__ import annotations

import argparse
import subprocess
import sys
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

import msgspec
from msgspec import UNSET, UnsetType

ROOT: Final = Path(__file__).resolve().parents[1]
FILE: Final = ROOT / "cti" / "client" / "_verbs.py"

_HEAD: Final = '''"""Every command with its arguments, once for each face.

Written by tools/generate_client.py.

Common to all: ``timeout`` seconds for the whole; ``expect_version`` refuses (``stale``) unless
the call has that version; ``command_id`` is drawn unless you bring one; ``switch`` is that of
the client; ``confirm`` waits until the switch reports what was done; ``progress`` is called
with each step. Raises ``CommandRejected``, ``CommandFailed`` or ``CommandUnknown``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import UNSET, UnsetType

from cti.client.face import TIMEOUT, Way
from cti.model import commands as c
from cti.model import results as r
from cti.model.data import ForwardingKind
from cti.model.states import AgentState

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

R = TypeVar("R", bound=r.Done)

'''
_FACES: Final = {
    "AsyncioVerbs": ("async def", "{}", "await self._ask"),
    "TwistedVerbs": ("def", "Deferred[{}]", "self._ask"),
}
_COMMON: Final = (
    "timeout: float = TIMEOUT",
    "expect_version: int | None = None",
    "command_id: str | None = None",
    "switch: str | None = None",
    "confirm: bool = False",
    "progress: Callable[[str], object] | None = None",
)


def text() -> str:
    """Give the module as it should be."""
    sys.path.insert(0, str(ROOT))
    lines = [_HEAD]
    for name, (define, result, ask) in _FACES.items():
        returned = result.format("R")
        lines.append(f"class {name}(ABC):")
        lines.append('    """Commands to a switch."""\n')
        lines.append("    @abstractmethod")
        lines.append(f"    {define} _ask(self, result: type[R], args: c.Args, way: Way")
        lines.append(f"    ) -> {returned}:")
        lines.append('        """Give a command and wait for its end."""\n')
        lines += _methods(define, result, ask)
        lines.append("")
    ruff = Path(sys.executable).with_name("ruff")
    done = subprocess.run(
        [ruff, "format", "--stdin-filename", FILE, "-"],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return done.stdout


def _methods(define: str, result: str, ask: str) -> list[str]:
    from cti.model.commands import VERBS
    from cti.model.results import RESULTS

    lines = []
    for verb, kind in VERBS.items():
        fields = sorted(msgspec.structs.fields(kind), key=lambda field: not field.required)
        if clash := {field.name for field in fields} & {one.split(":")[0] for one in _COMMON}:
            raise ValueError(f"{verb}: {clash} are options of every command")
        given = [f"{f.name}: {_type(f.type)}{_default(f)}" for f in fields]
        shape = f"r.{RESULTS[verb].__name__}"
        told = result.format(shape)
        lines.append(f"    {define} {verb}(self, *, {', '.join((*given, *_COMMON))},")
        lines.append(f"    ) -> {told}:")
        lines.append(f'        """{kind.__doc__}"""')
        args = ", ".join(f"{f.name}={f.name}" for f in fields)
        lines.append(f"        return {ask}({shape}, c.{kind.__name__}({args}),")
        lines.append(f"            Way({', '.join(one.split(':')[0] for one in _COMMON)}))\n")
    return lines


def _type(kind: Any) -> str:
    origin = get_origin(kind)
    if origin is Annotated:
        return _type(get_args(kind)[0])
    if origin in (Union, UnionType):
        return " | ".join(_type(one) for one in get_args(kind))
    if origin is not None:
        return f"{origin.__name__}[{', '.join(_type(one) for one in get_args(kind))}]"
    if kind is UnsetType:
        return "UnsetType"
    if kind is type(None):
        return "None"
    if kind is Any:
        return "Any"
    if issubclass(kind, Enum) and kind.__module__ == "cti.model.commands":
        return f"c.{kind.__name__}"
    return str(kind.__name__)


def _default(field: Any) -> str:
    if field.required:
        return ""
    if field.default is UNSET:
        return " = UNSET"
    if isinstance(field.default, Enum):
        return f" = {_type(type(field.default))}.{field.default.name}"
    return f" = {field.default!r}"


def main() -> int:
    """Run the command; 1 if ``--check`` finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    wanted = text()
    if FILE.is_file() and FILE.read_text(encoding="utf-8") == wanted:
        return 0
    print(f"{FILE.relative_to(ROOT)}: {'out of date' if check else 'written'}")
    if not check:
        FILE.write_text(wanted, encoding="utf-8")
    return int(check)


if __name__ == "__main__":
    sys.exit(main())
