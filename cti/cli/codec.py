"""``cti decode`` and ``cti encode``: lines of hex to lines of JSON and back."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, Final, Protocol

import click
import msgspec

from cti import installed
from protocols.errors import DecodeError, EncodeError

_GROUP: Final = "cti.codecs"


class TextCodec(Protocol):
    """A protocol as ``cti decode`` and ``cti encode`` use it."""

    def to_json(self, octets: bytes) -> dict[str, Any]:
        """Show one PDU; raise ``DecodeError`` if the octets are none."""

    def from_json(self, obj: Any) -> bytes:
        """Write one PDU; raise ``EncodeError`` if ``obj`` does not describe one."""


def load(name: str) -> TextCodec:
    """Import the protocol called ``name``."""
    codec: TextCodec | None = installed.find(_GROUP, name)
    if codec is None:
        known = ", ".join(installed.names(_GROUP))
        raise click.BadParameter(f"no protocol {name!r}; installed: {known}")
    return codec


def _lines(file: Iterable[str]) -> Iterable[str]:
    for line in file:
        if text := line.strip():
            yield text


def _show(value: Any) -> None:
    click.echo(msgspec.json.encode(value))


def _decode(codec: TextCodec, text: str) -> dict[str, Any]:
    try:
        octets = bytes.fromhex(text)
    except ValueError as error:
        return {"error": f"not hex: {error}", "offset": 0, "clause": ""}
    try:
        return codec.to_json(octets)
    except DecodeError as error:
        return {"error": error.message, "offset": error.offset, "clause": error.clause}


@click.command()
@click.argument("protocol")
@click.argument("file", type=click.File("r", errors="replace"), default="-")
def decode(protocol: str, file: Iterable[str]) -> None:
    """Decode lines of hex into lines of JSON.

    PROTOCOL is one of the installed protocols, such as csta3. FILE holds one PDU per line in
    hex, without framing; standard input when left out. A line that does not decode gives
    {"error","offset","clause"}, and the exit status is 1.
    """
    codec = load(protocol)
    failed = False
    for text in _lines(file):
        shown = _decode(codec, text)
        failed |= "error" in shown
        _show(shown)
    sys.exit(failed)


@click.command()
@click.argument("protocol")
@click.argument("file", type=click.File("r", errors="replace"), default="-")
def encode(protocol: str, file: Iterable[str]) -> None:
    """Encode lines of JSON, as decode writes them, into lines of hex.

    A line that cannot be encoded gives {"error"}, and the exit status is 1.
    """
    codec = load(protocol)
    failed = False
    for text in _lines(file):
        try:
            click.echo(codec.from_json(msgspec.json.decode(text)).hex())
        except (EncodeError, msgspec.MsgspecError, RecursionError, UnicodeError) as error:
            failed = True
            _show({"error": str(error)})
    sys.exit(failed)
