"""The services that a switch of phase II says it has, as bits (ECMA-218 application context).

Those of phase I have bits that nobody published: its switch says nothing of them.
"""

from __future__ import annotations

from typing import Final

from protocols.acse._codec_acse import CSTAFunctionality
from sim.csta.dialects import Dialect, Phase

_SWITCHING: Final = (
    *("alternateCall", "answerCall", "associateData", "callCompletion", "clearCall"),
    *("clearConnection", "conferenceCall", "consultationCall", "divertCall", "holdCall"),
    *("makeCall", "makePredictiveCall", "parkCall", "queryDevice", "reconnectCall"),
    *("retrieveCall", "sendDTMFTones", "setFeature", "singleStepConference"),
    *("singleStepTransfer", "transferCall"),
)
_EVENTS: Final = (
    *("callCleared", "conferenced", "connectionCleared", "delivered", "diverted"),
    *("established", "failed", "held", "networkReached", "originated", "queued"),
    *("retrieved", "serviceInitiated", "transferred", "autoAnswer", "callInformation"),
    *("doNotDisturb", "forwarding", "messageWaiting", "microphoneMute", "speakerMute"),
    *("speakerVolume", "agentBusy", "agentLoggedOn", "agentLoggedOff", "agentNotReady"),
    *("agentReady", "agentWorkingAfterCall"),
)
"""Under their names of phase III."""
_STATUS: Final = "11111"
_ROUTING: Final = "11111"
_BOTH_WAYS: Final = "01"
"""No escape service."""


def functionality(dialect: Dialect) -> CSTAFunctionality:
    """Give the services that can be supplied."""
    if dialect.phase is not Phase.II:
        return CSTAFunctionality()
    return CSTAFunctionality(
        switching_function_services="".join(
            "0" if name == "callCompletion" else "1" for name in _SWITCHING
        ),
        event_report_services="".join(
            "0" if name in dialect.never else "1" for name in _EVENTS
        ),
        computing_function_services=_ROUTING,
        bidirectional_services=_BOTH_WAYS,
        status_reporting_services=_STATUS,
    )
