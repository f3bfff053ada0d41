"""Messages and their octets.

``Codec(profile, role)`` reads what the other end may send and writes what this one may.
``decode(encode(message)) == message``; unknown elements, and elements that a message has no
place for, are skipped, so that octets of another writer may come back shorter.
"""

from __future__ import annotations

import struct
from enum import Enum
from typing import Any, Final

import msgspec
from msgspec import Struct

from protocols.errors import DecodeError, EncodeError
from protocols.meridian import header
from protocols.meridian._codec_meridian import FORMS, HEADER, Ack, Body, Careful, Nak, build
from protocols.meridian.coding import Coding
from protocols.meridian.header import Header
from protocols.meridian.profile import Profile
from protocols.meridian.table import DROPPED_FIRST, ELEMENTS, EXCHANGES, Element
from protocols.meridian.values import Kind, MessageType, Role

LONGEST: Final = 0xFFFF
"""Octets that the header can announce."""
_QUICK: Final = header.QUICK.unpack_from
_BARE: Final[dict[Kind, tuple[tuple[Element, ...], tuple[tuple[str, ...], ...]]]] = {
    Kind.ACK: ((), ()),
    Kind.NAK: ((ELEMENTS["Cause"],), (("Cause",),)),
}
"""Elements, and what is needed of them, in answers that have no record of their own."""


class Message(Struct, frozen=True, gc=False):
    """One message: what it says, and the header as far as it is not the codec's own."""

    body: Body
    association: int = 0
    reference: int = 0
    customer: int | None = None
    """0 to 99; None where no customer is concerned."""


class Wrong(Enum):
    """What is wrong with octets, in the order in which it is looked for (section 7.4)."""

    LENGTH = "length"
    """No border between messages can be trusted any more."""
    PROTOCOL = "protocol"
    TYPE = "type"
    KIND = "kind"
    """Impossible for the type, or nothing that the other end may send."""
    IE_LENGTH = "ie_length"
    MISSING_IE = "missing_ie"
    BAD_IE = "bad_ie"


class MessageError(DecodeError):
    """Octets are no message; tells what is needed to answer."""

    def __init__(
        self,
        wrong: Wrong,
        text: str,
        offset: int,
        *,
        read: Header | None = None,
        message: MessageType | None = None,
        kind: Kind | None = None,
        element: int | None = None,
    ) -> None:
        super().__init__(text, offset=offset, clause="7.4")
        self.wrong = wrong
        self.header = read
        """None when there is none, or its length is wrong."""
        self.message_type = message
        """None when it is not known."""
        self.kind = kind
        """None when it is not known, or impossible for the type."""
        self.element = element
        """Number of the element that is missing or bad."""


def place(body: Body) -> tuple[MessageType, Kind]:
    """Tell which message in which kind a body is."""
    match body:
        case Ack(message):
            return message, Kind.ACK
        case Nak(message):
            return message, Kind.NAK
        case _:
            return FORMS[type(body)]


class Codec:
    """Messages under one profile, at one end of the link; ``role`` None reads both ends."""

    def __init__(
        self, profile: Profile, role: Role | None = None, *, longest: int = LONGEST
    ) -> None:
        self.profile = profile
        self.longest = longest
        """Octets of the longest message, in either direction."""
        self._coding = Coding(profile)
        readers, self._writers = build(self._coding)
        self._types = {code: name for name, code in profile.codes(MessageType).items()}
        self._kinds = {code: kind for kind, code in profile.codes(Kind).items()}
        types, kinds = profile.codes(MessageType), profile.codes(Kind)
        self._numbers = {
            (message, kind): (types[message], kinds[kind])
            for message, row in EXCHANGES.items()
            for kind in row.forms
        }
        self._readers = {
            self._numbers[key][0] << 8 | self._numbers[key][1]: reader
            for key, reader in readers.items()
            if _heard(role, *key)
        }
        self._protocol, self._version = profile.protocol, profile.version
        self._mark = profile.protocol << 8 | profile.version

    def decode(self, octets: bytes) -> Message:
        """Read one message; raise ``MessageError``."""
        try:
            length, mark, what, association, reference, customer = _QUICK(octets)
            if length == len(octets) <= self.longest and mark == self._mark:
                body = self._readers[what](octets, length)
                whose = None if customer == header.NO_CUSTOMER else customer
                return Message(body, association, reference, whose)
        except (Careful, IndexError, KeyError, ValueError, struct.error):
            pass
        raise self._error(octets)

    def encode(self, message: Message) -> bytes:
        """Write one message; raise ``EncodeError``.

        One that is too long goes without optional elements as far as needed (section 7.3).
        """
        body = message.body
        try:
            octets = self._writers[type(body)](body)
            if len(octets) + header.SIZE > self.longest:
                octets = self._shorter(body)
            customer = header.NO_CUSTOMER if message.customer is None else message.customer
            return (
                HEADER.pack(
                    len(octets) + header.SIZE,
                    self._protocol,
                    self._version,
                    *self._numbers[place(body)],
                    message.association,
                    message.reference,
                    customer,
                    0,
                )
                + octets
            )
        except (KeyError, struct.error) as error:
            raise EncodeError(f"{type(body).__name__} has no octets: {error}") from None

    def _shorter(self, body: Any) -> bytes:
        octets: bytes = self._writers[type(body)](body)
        for name in DROPPED_FIRST:
            field = ELEMENTS[name].field
            if getattr(body, field, None) is not None:
                body = msgspec.structs.replace(body, **{field: None})
                octets = self._writers[type(body)](body)
                if len(octets) + header.SIZE <= self.longest:
                    return octets
        size = len(octets) + header.SIZE
        raise EncodeError(f"{type(body).__name__} of {size} octets, at most {self.longest}")

    # What is wrong with octets that the quick readers did not take.

    def _error(self, octets: bytes) -> MessageError:
        """Find the first failing check in the order of section 7.4."""
        size = len(octets)
        if not header.SIZE <= size <= self.longest:
            text = f"{size} octets: {header.SIZE} to {self.longest} make a message"
            return MessageError(Wrong.LENGTH, text, 0)
        read = Header(*HEADER.unpack_from(octets))
        if read.length != size:
            return MessageError(Wrong.LENGTH, f"length {read.length} of {size} octets", 0)
        if (read.protocol, read.version) != (self._protocol, self._version):
            text = f"protocol {read.protocol} version {read.version}"
            return MessageError(Wrong.PROTOCOL, text, 2, read=read)
        message = self._types.get(read.type)
        if message is None:
            return MessageError(Wrong.TYPE, f"message type {read.type}", 4, read=read)
        kind = self._kinds.get(read.kind)
        if kind is None or read.type << 8 | read.kind not in self._readers:
            text = f"kind {read.kind if kind is None else kind.value} of {message.value}"
            return MessageError(Wrong.KIND, text, 5, read=read, message=message)
        wrong, text, offset, element = self._fault(octets, message, kind)
        return MessageError(
            wrong, text, offset, read=read, message=message, kind=kind, element=element
        )

    def _fault(
        self, octets: bytes, message: MessageType, kind: Kind
    ) -> tuple[Wrong, str, int, int | None]:
        spans: list[tuple[int, int, bytes]] = []
        at, size = header.SIZE, len(octets)
        while at < size:
            end = at + 2 + octets[at + 1] if at + 1 < size else size + 1
            if end > size:
                text = f"element {octets[at]} runs past the end"
                return Wrong.IE_LENGTH, text, at, octets[at]
            spans.append((octets[at], at, octets[at + 2 : end]))
            at = end
        form = EXCHANGES[message].forms[kind]
        elements, needs = (form.elements, form.needs) if form else _BARE[kind]
        known = {self._coding.ids[one.name]: one for one in elements}
        found: set[str] = set()
        bad: tuple[Wrong, str, int, int | None] | None = None
        for number, at, contents in spans:
            element = known.get(number)
            if element is None or (element.name in found and not element.repeatable):
                continue
            try:
                if self._coding.readers[element.name](contents) is not None:
                    found.add(element.name)
            except ValueError as error:
                found.add(element.name)
                bad = bad or (Wrong.BAD_IE, f"{element.name}: {error}", at + 2, number)
        for group in needs:
            if not found.intersection(group):
                text = f"{message.value} without {' or '.join(group)}"
                return Wrong.MISSING_IE, text, size, self._coding.ids[group[0]]
        return bad or (Wrong.BAD_IE, f"{message.value} cannot be read", size, None)


def _heard(role: Role | None, message: MessageType, kind: Kind) -> bool:
    """Whether an end may receive a message in a kind."""
    if role is None:
        return True
    asks = kind in (Kind.REQ, Kind.IND)
    return (role.peer if asks else role) in EXCHANGES[message].sent_by
