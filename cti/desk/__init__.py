"""The command desk: the life of a command from its arrival to its end.

``received -> checked -> queued -> sent -> ended``. A command ends exactly once; the same
``command_id`` of the same requester is answered with the same end and never carried out a
second time; a command is never sent again by the desk itself.

Whether a command may be sent is the business of ``admission``, when it is sent that of
``turns``. ``planning`` says how: as it is, or by several steps, which ``performing`` carries
out. ``desk`` joins them.
"""

from cti.desk.actions import (
    Action,
    Attach,
    Forget,
    Progress,
    Reply,
    Resync,
    Send,
    StartTimer,
    StopTimer,
    rejected,
    succeeded,
)
from cti.desk.admission import USABLE, LinkView
from cti.desk.desk import PACE, Desk
from cti.desk.turns import AT_ONCE, NEW_WORK, PER_CALL, PER_DEVICE, PER_LINK, Pace
from cti.desk.wishes import LEASES, REGISTER

__all__ = [
    "AT_ONCE",
    "LEASES",
    "NEW_WORK",
    "PACE",
    "PER_CALL",
    "PER_DEVICE",
    "PER_LINK",
    "REGISTER",
    "USABLE",
    "Action",
    "Attach",
    "Desk",
    "Forget",
    "LinkView",
    "Pace",
    "Progress",
    "Reply",
    "Resync",
    "Send",
    "StartTimer",
    "StopTimer",
    "rejected",
    "succeeded",
]
