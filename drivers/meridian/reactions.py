"""What octets that are no message lead to, in the order of section 7.4."""

from __future__ import annotations

from typing import Final

from protocols.meridian._codec_meridian import Body, InvalidMessageReceived, Nak
from protocols.meridian.codec import MessageError, Wrong
from protocols.meridian.values import Cause, Kind, MessageType, Reason

_REASONS: Final = {
    Wrong.PROTOCOL: Reason.BAD_PROTOCOL,
    Wrong.TYPE: Reason.UNKNOWN_MESSAGE,
    Wrong.KIND: Reason.BAD_KIND,
    Wrong.IE_LENGTH: Reason.BAD_IE_LENGTH,
    Wrong.MISSING_IE: Reason.MISSING_IE,
    Wrong.BAD_IE: Reason.BAD_IE,
}
_CONTENTS: Final = (Wrong.MISSING_IE, Wrong.BAD_IE)


def reaction(error: MessageError, *, registered: bool) -> Body | None:
    """Give what is to be answered; None for silence.

    ``Wrong.LENGTH`` has no answer at all: whoever has the link resets it.
    """
    if error.wrong not in _REASONS or error.header is None:
        return None
    if error.message_type is MessageType.INVALID_MESSAGE_RECEIVED:
        return None
    reason = _REASONS[error.wrong]
    cause = Cause(reason)
    if error.wrong in _CONTENTS:
        cause = Cause(reason, error.element)
        if not registered and error.message_type is not MessageType.APP_REGISTER:
            cause = Cause(Reason.NOT_REGISTERED)
        if error.kind is Kind.REQ and error.message_type is not None:
            return Nak(error.message_type, cause)
        if cause.reason is Reason.NOT_REGISTERED:
            return None
    return InvalidMessageReceived(
        cause, message_type_echo=error.header.type, reference_echo=error.header.reference
    )
