"""Values of every element, and messages of them."""

from typing import Any

from hypothesis import strategies as st

from protocols.meridian import _codec_meridian as c
from protocols.meridian import values as v
from protocols.meridian.codec import Message
from protocols.meridian.table import EXCHANGES, Element, Form
from protocols.meridian.values import Kind

U8, U16, U32 = (st.integers(0, 2**n - 1) for n in (8, 16, 32))
DIGITS = st.text("0123456789*#", max_size=12)
TN = st.builds(v.Tn, U8, U8, U8, U8).filter(lambda tn: tn != v.Tn(0, 0, 0, 0))

FORMATS: dict[str, st.SearchStrategy[Any]] = {
    "u8": U8,
    "u16": U16,
    "u32": U32,
    "digits": DIGITS,
    "text": st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12),
    "tn": TN,
    "route_member": st.builds(v.RouteMember, U16, U16),
    "time": st.builds(v.TimeStamp, U32, st.integers(0, 999)),
    "list_u8": st.lists(U8, max_size=5).map(tuple),
    "cause": st.builds(v.Cause, st.sampled_from(v.Reason), st.none() | U8),
    "tn+digits": st.builds(v.Party, st.none() | TN, DIGITS),
}


def value(element: Element) -> st.SearchStrategy[Any]:
    if element.format == "cause" or element.meaning is None:
        made = FORMATS[element.format]
    elif element.meaning is bool:
        made = st.booleans()
    else:
        made = st.sampled_from(list(element.meaning))
        if element.format == "list_u8":
            made = st.lists(made, max_size=4).map(tuple)
    return st.lists(made, max_size=2).map(tuple) if element.repeatable else made


@st.composite
def record(draw: st.DrawFn, form: Form) -> Any:
    given = {}
    for element in form.elements:
        needed = (element.name,) in form.needs or element.repeatable
        if needed or draw(st.booleans()):
            given[element.field] = draw(value(element))
    for group in form.needs:
        rows = [one for one in form.elements if one.name in group]
        if not any(given.get(one.field) is not None for one in rows):
            chosen = draw(st.sampled_from(rows))
            given[chosen.field] = draw(value(chosen))
    return getattr(c, form.record)(**given)


def body(message: v.MessageType, kind: Kind) -> st.SearchStrategy[Any]:
    form = EXCHANGES[message].forms[kind]
    if form is not None:
        return record(form)
    if kind is Kind.ACK:
        return st.just(c.Ack(message))
    return st.builds(c.Nak, st.just(message), FORMATS["cause"])


PLACES = [(message, kind) for message, row in EXCHANGES.items() for kind in row.forms]
IDS = [f"{message}-{kind}" for message, kind in PLACES]
CUSTOMER = st.none() | st.integers(0, 99)


def messages(place: tuple[v.MessageType, Kind]) -> st.SearchStrategy[Message]:
    return st.builds(Message, body(*place), U16, U16, CUSTOMER)


MESSAGES = st.sampled_from(PLACES).flatmap(messages)
