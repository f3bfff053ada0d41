"""The codec of the example schema, compiled as a module of its own."""

from __future__ import annotations

import sys
from functools import cache
from types import ModuleType

from protocols.ber.compiler import compile_module
from tests.protocols.ber import example_schema

HOT = (None, ("Delivered", "Device"))
"""With every CHOICE written out, and with most of them called."""


@cache
def codec(hot: tuple[str, ...] | None) -> ModuleType:
    """Compile the example schema."""
    module = ModuleType(f"example_codec_{HOT.index(hot)}")
    # Struct classes look their module up.
    sys.modules[module.__name__] = module
    source = compile_module("Example.", [example_schema], hot=hot)
    exec(compile(source, module.__name__, "exec"), vars(module))  # noqa: S102 - our own source
    return module
