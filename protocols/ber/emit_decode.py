"""Source of the decoders of a codec module.

A generated function works on ``b`` (all octets), ``i`` (position) and ``e`` (where the
element ends). Positions only grow, so an element that overruns the one around it makes the
closing ``i != e`` fail, and reading past the octets raises ``IndexError``: lengths are not
compared anywhere else. Only where an element may be absent ``i`` is compared before.
"""

from __future__ import annotations

from typing import Final

from protocols.ber.model import Definition, Field, Kind, Use
from protocols.ber.source import Source, annotation, open_table

MANY: Final = 8
"""CHOICEs with more alternatives are looked up in a dict."""


def sequence(out: Source, definition: Definition) -> None:
    """Write the decoder of a SEQUENCE's contents."""
    name = definition.name
    out.function()
    with out.block(f"def _d_{name}(b: bytes, i: int, e: int) -> {name}"):
        _components(out, definition)


def _components(out: Source, definition: Definition) -> None:
    """Read the components up to ``e`` and return the record."""
    fields = definition.fields
    required = [index for index, field in enumerate(fields) if not field.optional]
    last = required[-1] if required else -1
    place = 0
    while place <= last:
        stop = next(index for index in required if index >= place)
        run = fields[place:stop]
        tag = None
        if run:
            tag = out.fresh("t")
            for number, field in enumerate(run, place):
                out.put(f"f{number}: {_optional(field)} = None")
            out.put(f"{tag} = b[i]")
            for number, field in enumerate(run, place):
                with out.block(f"if {_test(tag, field.use)}"):
                    out.put(f"f{number} = {_value(out, field.use, tag)}")
                    out.put(f"{tag} = b[i]")
            if _known(fields[stop].use):
                with out.block(f"if not ({_test(tag, fields[stop].use)})"):
                    out.put("raise Retry")
        place = stop + 1
        if fields[stop].by >= 0:
            _told(out, definition, stop)
            continue
        use = fields[stop].use
        expression = _value(out, use, tag, checked=bool(run), target=f"f{stop}")
        if expression != f"f{stop}":
            out.put(f"f{stop}: {annotation(use)} = {expression}")
    rest = fields[place:]
    short = f"return {definition.name}({', '.join(f'f{n}' for n in range(place))})"
    if not rest:
        with out.block("if i != e"):
            out.put("raise Retry")
        out.put(short)
        return
    with out.block("if i == e"):
        out.put(short)
    tag = out.fresh("t")
    for number, field in enumerate(rest, place):
        out.put(f"f{number}: {_optional(field)} = None")
    out.put(f"{tag} = b[i]")
    for number, field in enumerate(rest, place):
        with out.block(f"if {_test(tag, field.use)}"):
            out.put(f"f{number} = {_value(out, field.use, tag)}")
            if not out.inline:
                if number + 1 < len(fields):
                    out.put(f"{tag} = b[i] if i < e else 0")
                continue
            with out.block("if i == e"):
                sofar = ", ".join(f"f{n}" for n in range(number + 1))
                out.put(f"return {definition.name}({sofar})")
            if number + 1 < len(fields):
                out.put(f"{tag} = b[i]")
    if out.inline:
        out.put("raise Retry")
        return
    with out.block("if i != e"):
        out.put("raise Retry")
    out.put(f"return {definition.name}({', '.join(f'f{n}' for n in range(len(fields)))})")


def _told(out: Source, definition: Definition, place: int) -> None:
    """Read an ANY whose type an earlier field tells."""
    field = definition.fields[place]
    reader, end = out.fresh("o"), out.fresh("w")
    out.put(f"{reader} = _R{open_table(definition, field)}.get(f{field.by})")
    out.put(f"{end} = skip(b, i)")
    out.put(f"f{place}: Any = b[i:{end}] if {reader} is None else {reader}(b, i, {end})")
    out.put(f"i = {end}")


def _optional(field: Field) -> str:
    return f"{annotation(field.use)} | None"


def _known(use: Use) -> bool:
    """Tell whether the first octet alone tells that the type begins."""
    return use.firsts is not None


def _test(tag: str, use: Use) -> str:
    """Write the condition that the octet in ``tag`` begins the type."""
    if use.firsts is None:
        return f"{tag} != 0"
    octets = sorted({first[0] for first in use.firsts})
    if len(octets) == 1:
        return f"{tag} == {octets[0]:#04x}"
    return f"{tag} in {{{', '.join(f'{octet:#04x}' for octet in octets)}}}"


def _length(out: Source) -> None:
    """Read the length octets into ``n`` and step over the header."""
    if not out.inline:
        out.put("n, i = length(b, i + 1)")
        return
    out.put("n = b[i + 1]")
    out.put("i += 2")
    with out.block("if n > 127"):
        out.put("n, i = long_length(b, n, i)")


def _value(
    out: Source,
    use: Use,
    tag: str | None = None,
    *,
    checked: bool = True,
    target: str | None = None,
) -> str:
    """Read a whole value at ``i``; give the expression that is it and steps over it.

    ``tag`` holds the octet at ``i`` if it has been read, ``checked`` tells that it fits.
    ``target`` is a fresh name that the value may be left in.
    """
    if any(len(one) > 1 for one in use.tags):
        # Tag numbers above 30 are left to the careful reader.
        return "retry()"
    definition = use.definition
    own = definition.kind not in (Kind.CHOICE, Kind.ANY)
    if out.inline and (likely := _likely(use)) is not None:
        return _wrapped(out, use, likely, target, known=checked and tag is not None)
    wrappers = use.tags[:-1] if own else use.tags
    checked = checked and tag is not None
    ends = []
    for wrapper in wrappers:
        if not checked:
            with out.block(f"if b[i] != {wrapper[0]:#04x}"):
                out.put("raise Retry")
        checked, tag = False, None
        _length(out)
        ends.append(out.fresh("w"))
        out.put(f"{ends[-1]} = i + n")
    if own and not checked:
        with out.block(f"if b[i] != {use.tags[-1][0]:#04x}"):
            out.put("raise Retry")
    if definition.kind is Kind.CHOICE:
        expression = _choice(out, definition, tag, target)
    elif definition.kind is Kind.ANY:
        expression = "b[i:(i := skip(b, i))]"
    else:
        expression = _leaf(out, definition, target)
    if not ends:
        return expression
    result = expression
    if not expression.isidentifier():
        result = target or out.fresh("v")
        out.put(f"{result}: {annotation(use)} = {expression}")
    with out.block("if " + " or ".join(f"i != {end}" for end in ends)):
        out.put("raise Retry")
    return result


def _likely(use: Use) -> Field | None:
    """Give the only SEQUENCE among the alternatives of a CHOICE in one explicit tag."""
    if use.definition.kind is not Kind.CHOICE or len(use.tags) != 1:
        return None
    found = [field for field in use.definition.fields if is_plain(field.use)]
    return found[0] if len(found) == 1 else None


def _wrapped(out: Source, use: Use, likely: Field, target: str | None, *, known: bool) -> str:
    """Read a CHOICE in an explicit tag: the likely alternative, if both lengths are short."""
    if not known:
        with out.block(f"if b[i] != {use.tags[0][0]:#04x}"):
            out.put("raise Retry")
    result = target or out.fresh("c")
    end = out.fresh("w")
    out.put("n = b[i + 3]")
    out.put(f"{result}: {annotation(use)}")
    tag = likely.use.tags[0][0]
    with out.block(f"if b[i + 2] == {tag:#04x} and b[i + 1] == n + 2 and n < 126"):
        read = f"_d_{likely.use.definition.name}(b, i + 4, (i := i + 4 + n))"
        out.put(f"{result} = ({likely.name!r}, {read})")
    with out.block("else"):
        _length(out)
        out.put(f"{end} = i + n")
        first = out.fresh("t")
        out.put(f"{first} = b[i]")
        _branches(out, use.definition, first, result)
        with out.block(f"if i != {end}"):
            out.put("raise Retry")
    return result


def _leaf(out: Source, definition: Definition, target: str | None) -> str:
    """Read a primitive type, a SEQUENCE or a SEQUENCE OF whose identifier fits."""
    match definition.kind:
        case Kind.INTEGER:
            return _number(out, "int", "SIGNED[b[i + 2]]", "{}", target)
        case Kind.ENUMERATED:
            name = definition.name
            ready, other = f"_M_{name}[b[i + 2]]", f"_L_{name}.get(x := {{}}, x)"
            return _number(out, f"{name} | int", ready, other, target)
        case Kind.BOOLEAN:
            with out.block("if b[i + 1] != 1"):
                out.put("raise Retry")
            out.put("i += 3")
            return "b[i - 1] != 0"
        case Kind.NULL:
            with out.block("if b[i + 1]"):
                out.put("raise Retry")
            out.put("i += 2")
            return "None"
        case Kind.SEQUENCE_OF:
            return _sequence_of(out, definition)
        case _:
            _length(out)
            return _contents(definition)


def _contents(definition: Definition) -> str:
    """Write the expression that reads ``n`` contents octets and steps over them."""
    octets = "b[i:(i := i + n)]"
    match definition.kind:
        case Kind.SEQUENCE | Kind.SET:
            return f"_d_{definition.name}(b, i, (i := i + n))"
        case Kind.OCTETS:
            return octets
        case Kind.TEXT | Kind.TIME:
            codec = '"utf-8", "surrogateescape"' if definition.utf8 else '"latin-1"'
            return f"{octets}.decode({codec})"
        case Kind.BITS:
            return f"bits({octets})"
        case Kind.OID:
            return f"oid({octets})"
        case _:
            raise AssertionError(definition.kind)


def _number(out: Source, kind: str, one: str, other: str, target: str | None) -> str:
    result = target or out.fresh("v")
    if not out.inline:
        out.put("n, i = length(b, i + 1)")
        out.put(f"{result}: {kind} = {other.format('integer(b[i:(i := i + n)], n)')}")
        return result
    out.put("n = b[i + 1]")
    with out.block("if n == 1"):
        out.put(f"{result}: {kind} = {one}")
        out.put("i += 3")
    with out.block("else"):
        out.put("i += 2")
        out.put(f"{result} = {other.format('integer(b[i:(i := i + n)], n)')}")
    return result


def _sequence_of(out: Source, definition: Definition) -> str:
    values, end = out.fresh("l"), out.fresh("w")
    element = definition.element
    _length(out)
    out.put(f"{end} = i + n")
    out.put(f"{values}: list[{annotation(element)}] = []")
    with out.block(f"while i < {end}"):
        out.put(f"{values}.append({_value(out, element, checked=False)})")
    with out.block(f"if i != {end}"):
        out.put("raise Retry")
    return f"tuple({values})"


def _choice(out: Source, definition: Definition, tag: str | None, target: str | None) -> str:
    """Read an untagged CHOICE; ``tag`` holds its first octet if it has been read."""
    if tag is None:
        tag = out.fresh("t")
        out.put(f"{tag} = b[i]")
    result = target or out.fresh("c")
    if not out.inline:
        out.put(f"{result}, i = _c_{definition.name}(b, i, {tag})")
        return result
    return _alternatives(out, definition, tag, result)


def _alternatives(
    out: Source, definition: Definition, tag: str, result: str | None = None
) -> str:
    result = result or out.fresh("c")
    if _by_table(definition):
        found = out.fresh("a")
        out.put(f"{found} = _C_{definition.name}.get({tag})")
        with out.block(f"if {found} is None"):
            out.put("raise Retry")
        _length(out)
        out.put(f"{result}: {definition.name} = ({found}[0], {found}[1](b, i, (i := i + n)))")
        return result
    out.put(f"{result}: {definition.name}")
    _branches(out, definition, tag, result)
    return result


def _branches(out: Source, definition: Definition, tag: str, result: str) -> None:
    """Read the alternative whose first octet is in ``tag``."""
    word = "if"
    for field in definition.fields:
        with out.block(f"{word} {_test(tag, field.use)}"):
            value = _value(out, field.use, tag)
            out.put(f"{result} = ({field.name!r}, {value})")
        word = "elif"
    with out.block("else"):
        out.put("raise Retry")


def _by_table(definition: Definition) -> bool:
    return len(definition.fields) > MANY and all(
        field.use.definition.kind in (Kind.SEQUENCE, Kind.SET)
        and len(field.use.tags) == 1
        and len(field.use.tags[0]) == 1
        for field in definition.fields
    )


def choice(out: Source, definition: Definition) -> None:
    """Write the decoder of an untagged CHOICE whose first octet is known."""
    choice_table(out, definition)
    out.function()
    name = definition.name
    with out.block(f"def _c_{name}(b: bytes, i: int, t: int) -> tuple[{name}, int]"):
        out.put(f"return {_alternatives(out, definition, 't')}, i")


def choice_table(out: Source, definition: Definition) -> None:
    """Write the table of a CHOICE with many alternatives, if it is read by one."""
    if not _by_table(definition):
        return
    out.put()
    kind = "dict[int, tuple[Any, Callable[[bytes, int, int], Any]]]"
    out.put(f"_C_{definition.name}: Final[{kind}] = {{")
    for field in definition.fields:
        use = field.use
        out.put(f"    {use.tags[0][0]:#04x}: ({field.name!r}, _d_{use.definition.name}),")
    out.put("}")


def is_plain(use: Use) -> bool:
    """Tell whether a type is a SEQUENCE in its own tag alone."""
    kind = use.definition.kind
    return kind in (Kind.SEQUENCE, Kind.SET) and len(use.tags) == 1 == len(use.tags[0])


def root(out: Source, name: str, use: Use) -> None:
    """Write the decoder of a whole element between two positions."""
    out.function()
    with out.block(f"def read_{name}(b: bytes, i: int, e: int) -> {annotation(use)}"):
        out.put(f'"""Read one {name} that fills the octets from ``i`` to ``e``."""')
        if is_plain(use):
            with out.block(f"if b[i] != {use.tags[0][0]:#04x}"):
                out.put("raise Retry")
            _length(out)
            with out.block("if i + n != e"):
                out.put("raise Retry")
            _components(out, use.definition)
            return
        out.put(f"result: {annotation(use)} = {_value(out, use, checked=False)}")
        with out.block("if i != e"):
            out.put("raise Retry")
        out.put("return result")
