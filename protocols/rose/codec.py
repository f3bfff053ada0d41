"""Codec of remote operations APDUs with what they carry (ITU-T X.880).

``encode`` undoes ``decode`` for canonical octets (definite lengths in the fewest octets);
operations, errors and elements that the protocol does not know are kept as octets and
written back.
"""

from __future__ import annotations

from typing import Any, Final

from protocols.ber.runtime import (
    FALL_BACK,
    FALL_BACK_ENCODE,
    SIGNED,
    Headers,
    Numbers,
    Retry,
    integer,
    long_length,
    skip,
)
from protocols.ber.slow import SlowPath
from protocols.ber.writer import raw
from protocols.rose import envelope
from protocols.rose.apdus import Apdu, Invoke, ReturnError, ReturnResult
from protocols.rose.operations import Carried, Operations

_INTEGER: Final = Numbers(b"\x02")
_INVOKE: Final = Headers(b"\xa1")
_RESULT: Final = Headers(b"\xa2")
_INNER: Final = Headers(b"\x30")
_ERROR: Final = Headers(b"\xa3")


class Rose(Operations):
    """Codec of the APDUs of one protocol."""

    def decode(self, octets: bytes, slow_path: SlowPath | None = None) -> Apdu:
        """Read one APDU; raise ``ApduError``, a ``DecodeError``.

        ``slow_path`` counts the message if it is of a form that only pyasn1 reads.
        """
        try:
            return self.quick(octets)
        except FALL_BACK:
            return envelope.decode(self, octets, slow_path)

    def quick(self, octets: bytes) -> Apdu:
        """Read one APDU of the usual forms; raise one of ``FALL_BACK`` for any other."""
        tag = octets[0]
        n = octets[1]
        i = 2
        if n > 127:
            n, i = long_length(octets, n, 2)
        e = i + n
        if e != len(octets) or octets[i] != 0x02:
            raise Retry
        n = octets[i + 1]
        if n == 1:
            invoke_id = SIGNED[octets[i + 2]]
            i += 3
        else:
            invoke_id = integer(octets[i + 2 : (i := i + 2 + n)], n)
        if tag == 0xA2:
            return self._result(octets, i, e, invoke_id)
        if octets[i] != 0x02:
            raise Retry
        n = octets[i + 1]
        if n == 1:
            code = SIGNED[octets[i + 2]]
            i += 3
        else:
            code = integer(octets[i + 2 : (i := i + 2 + n)], n)
        if tag == 0xA1:
            carried = self.arguments.get(code)
            if carried is not None and i < e:
                return Invoke(invoke_id, carried.code, carried.read(octets, i, e))
            return Invoke(invoke_id, self.codes.get(code, code), _other(octets, i, e, carried))
        if tag == 0xA3:
            carried = self.errors.get(code)
            if carried is not None and i < e:
                return ReturnError(invoke_id, code, carried.read(octets, i, e))
            return ReturnError(invoke_id, code, _other(octets, i, e, carried))
        raise Retry

    def _result(self, octets: bytes, i: int, e: int, invoke_id: int) -> ReturnResult:
        if i == e:
            return ReturnResult(invoke_id)
        if octets[i] != 0x30:
            raise Retry
        n = octets[i + 1]
        i += 2
        if n > 127:
            n, i = long_length(octets, n, i)
        if i + n != e or octets[i] != 0x02:
            raise Retry
        n = octets[i + 1]
        code = integer(octets[i + 2 : (i := i + 2 + n)], n)
        carried = self.results.get(code)
        if carried is not None and i < e:
            return ReturnResult(invoke_id, carried.code, carried.read(octets, i, e))
        operation = self.codes.get(code, code)
        return ReturnResult(invoke_id, operation, _other(octets, i, e, carried))

    def encode(self, apdu: Apdu) -> bytes:
        """Write one APDU; raise ``EncodeError`` for one that has no octets."""
        try:
            match apdu:
                case Invoke(unknown=()):
                    body = _INTEGER[apdu.invoke_id] + _INTEGER[apdu.operation]
                    body += self._write(self.arguments, apdu.operation, apdu.argument)
                    return _INVOKE[len(body)] + body
                case ReturnResult(unknown=(), result_unknown=()):
                    body = _INTEGER[apdu.invoke_id]
                    if apdu.operation is not None:
                        inner = _INTEGER[apdu.operation]
                        inner += self._write(self.results, apdu.operation, apdu.result)
                        body += _INNER[len(inner)] + inner
                    return _RESULT[len(body)] + body
                case ReturnError(unknown=()):
                    body = _INTEGER[apdu.invoke_id] + _INTEGER[apdu.error]
                    body += self._write(self.errors, apdu.error, apdu.parameter)
                    return _ERROR[len(body)] + body
                case _:
                    pass
        except FALL_BACK_ENCODE:
            pass
        return envelope.encode(self, apdu)

    def _write(self, table: dict[int, Carried], code: int, value: Any) -> bytes:
        carried = table.get(code)
        if carried is None:
            return b"" if value is None else raw(value, "value")
        return b"" if value is carried.absent else carried.write(value)


def _other(octets: bytes, i: int, e: int, carried: Carried | None) -> object:
    """Give what stands for an absent value, or the octets of a value of unknown type."""
    if i == e:
        return None if carried is None else carried.absent
    if skip(octets, i) != e:
        raise Retry
    return octets[i:e]
