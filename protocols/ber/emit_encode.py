"""Source of the encoders of a codec module.

Headers of known tags before contents of any length, and whole TLVs of small numbers, are
looked up in tables that merge an explicit tag with what it wraps. A value that does not fit
makes a table or an operator raise; the careful writer then finds out why.
"""

from __future__ import annotations

from protocols.ber.model import Definition, Field, Kind, Use
from protocols.ber.source import Source, annotation, open_table, tag_arguments


def sequence(out: Source, definition: Definition) -> None:
    """Write the encoder of a SEQUENCE's contents."""
    out.function()
    with out.block(f"def _e_{definition.name}(r: {definition.name}) -> bytes"):
        with out.block("if r.unknown"):
            out.put("raise Retry")
        started = False
        parts: list[str] = []
        for number, field in enumerate(definition.fields):
            if field.optional:
                if parts or not started:
                    _flush(out, parts, started=started)
                    started, parts = True, []
                out.put(f"x{number} = r.{field.attribute}")
                with out.block(f"if x{number} is not None"):
                    out.put(f"out += {_value(out, field.use, f'x{number}')}")
            else:
                out.put(f"x{number} = r.{field.attribute}")
                if field.by >= 0:
                    part = _told(out, definition, field, f"x{number}")
                else:
                    part = _value(out, field.use, f"x{number}")
                if not part.isidentifier():
                    name = out.fresh("p")
                    out.put(f"{name} = {part}")
                    part = name
                parts.append(part)
        if parts or not started:
            _flush(out, parts, started=started)
        out.put("return out")


def _told(out: Source, definition: Definition, field: Field, value: str) -> str:
    """Write an ANY whose type an earlier field tells."""
    writer, part = out.fresh("o"), out.fresh("p")
    out.put(f"{writer} = _W{open_table(definition, field)}.get(x{field.by})")
    with out.block(f"if {writer} is None"):
        out.put(f"{part}: bytes = {_value(out, field.use, value)}")
    with out.block("else"):
        out.put(f"{part} = {writer}({value})")
    return part


def _flush(out: Source, parts: list[str], *, started: bool) -> None:
    if len(parts) > 3:
        expression = f'b"".join(({", ".join(parts)}))'
    else:
        expression = " + ".join(parts) or 'b""'
    out.put(f"out {'+=' if started else '='} {expression}")


def _header(out: Source, use: Use, contents: str) -> str:
    if not use.tags:
        return contents
    table = out.table("H", f"Headers({tag_arguments(use.tags)})")
    return f"{table}[len({contents})] + {contents}"


def _value(out: Source, use: Use, value: str) -> str:
    """Write a whole value that stands in the local name ``value``; give its expression."""
    definition = use.definition
    match definition.kind:
        case Kind.INTEGER | Kind.ENUMERATED:
            return f"{out.table('N', f'Numbers({tag_arguments(use.tags)})')}[{value}]"
        case Kind.BOOLEAN:
            return f"{out.table('B', f'booleans({tag_arguments(use.tags)})')}[{value}]"
        case Kind.NULL:
            with out.block(f"if {value} is not None"):
                out.put("raise Retry")
            return out.table("Z", f"headers_of(({tag_arguments(use.tags)},), 0)")
        case Kind.OCTETS:
            return _header(out, use, value)
        case Kind.ANY:
            with out.block(f"if skip({value}, 0) != len({value})"):
                out.put("raise Retry")
            return _header(out, use, value)
        case Kind.CHOICE:
            if not use.tags:
                return f"_e_{definition.name}({value})"
            name = out.fresh("s")
            out.put(f"{name} = _e_{definition.name}({value})")
            return _header(out, use, name)
        case Kind.SEQUENCE_OF:
            return _header(out, use, _sequence_of(out, definition, value))
        case _:
            name = out.fresh("s")
            out.put(f"{name} = {_contents(definition, value)}")
            return _header(out, use, name)


def _contents(definition: Definition, value: str) -> str:
    match definition.kind:
        case Kind.SEQUENCE | Kind.SET:
            return f"_e_{definition.name}({value})"
        case Kind.TEXT | Kind.TIME:
            codec = '"utf-8", "surrogateescape"' if definition.utf8 else '"latin-1"'
            return f"{value}.encode({codec})"
        case Kind.BITS:
            return f"bits_contents({value})"
        case Kind.OID:
            return f"oid_contents({value})"
        case _:
            raise AssertionError(definition.kind)


def _sequence_of(out: Source, definition: Definition, value: str) -> str:
    values, one = out.fresh("l"), out.fresh("y")
    out.put(f"{values}: list[bytes] = []")
    with out.block(f"for {one} in {value}"):
        out.put(f"{values}.append({_value(out, definition.element, one)})")
    result = out.fresh("s")
    out.put(f'{result} = b"".join({values})')
    return result


def choice(out: Source, definition: Definition) -> None:
    """Write the encoder of an untagged CHOICE."""
    out.function()
    with out.block(f"def _e_{definition.name}(value: {definition.name}) -> bytes"):
        for field in definition.fields:
            with out.block(f"if value[0] == {field.name!r}"):
                chosen = out.fresh("x")
                out.put(f"{chosen} = value[1]")
                out.put(f"return {_value(out, field.use, chosen)}")
        out.put("raise Retry")


def root(out: Source, name: str, use: Use) -> None:
    """Write the encoder of a whole element."""
    out.function()
    with out.block(f"def write_{name}(value: {annotation(use)}) -> bytes"):
        out.put(f'"""Write one {name}; raise one of ``FALL_BACK_ENCODE`` if it is unusual."""')
        out.put(f"return {_value(out, use, 'value')}")
