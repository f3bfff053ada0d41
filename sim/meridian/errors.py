"""What becomes of octets that are no message the link can take (section 7.4)."""

from __future__ import annotations

from typing import Final

from protocols.meridian import _codec_meridian as m
from protocols.meridian.codec import MessageError, Wrong
from protocols.meridian.values import Cause, Kind, MessageType, Reason

_CAUSES: Final = {
    Wrong.PROTOCOL: Reason.BAD_PROTOCOL,
    Wrong.TYPE: Reason.UNKNOWN_MESSAGE,
    Wrong.KIND: Reason.BAD_KIND,
    Wrong.IE_LENGTH: Reason.BAD_IE_LENGTH,
    Wrong.MISSING_IE: Reason.MISSING_IE,
    Wrong.BAD_IE: Reason.BAD_IE,
}
_CONTENTS: Final = (Wrong.MISSING_IE, Wrong.BAD_IE)
"""What is looked at only after the registration."""


def answer(error: MessageError, *, registered: bool) -> m.Nak | m.InvalidMessageReceived | None:
    """Give the answer to octets that are no message; ``None`` for none.

    Not for a wrong length, which ends or resets what carries the link.
    """
    head, about = error.header, error.message_type
    if head is None or about is MessageType.INVALID_MESSAGE_RECEIVED:
        return None
    asks = about is not None and error.kind is Kind.REQ
    if error.wrong in _CONTENTS and not registered and about is not MessageType.APP_REGISTER:
        return m.Nak(about, Cause(Reason.NOT_REGISTERED)) if asks and about else None
    cause = Cause(_CAUSES[error.wrong], error.element if error.wrong in _CONTENTS else None)
    if error.wrong in _CONTENTS and asks and about is not None:
        return m.Nak(about, cause)
    if error.wrong is Wrong.PROTOCOL:  # what the other fields mean is not known
        return m.InvalidMessageReceived(cause)
    return m.InvalidMessageReceived(cause, head.type, head.reference or None)
