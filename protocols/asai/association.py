"""One association of ASAI: from its REGister to its RELease COMplete (S1 chapters 1, 2, 4).

Both sides are the same machine; the role says who may invoke what. A mistake of the other
side is answered here and concerns this association alone:

- a component that is none, or an operation that is not known or not for us, is rejected;
- an invoke without an element that it needs is refused with cause 0/96, or 0/100 for wrong
  contents, and the association goes on;
- a reject ends the association (S1 2-55), and what was rejected is never sent again;
- an answer to what was never asked is rejected, one that comes too late is only noted.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

import msgspec

from protocols.asai import components as c
from protocols.asai import primitives as p
from protocols.asai.capabilities import CAPABILITIES, Answer, Capability, Kind, Role
from protocols.asai.causes import cause_of, words
from protocols.asai.components import Problem
from protocols.asai.messages import Codec, Message, MessageType, first
from protocols.asai.names import Operation
from protocols.asai.primitives import Action
from protocols.asai.values import Element, Invalid
from protocols.errors import EncodeError
from protocols.q931 import values as q
from protocols.q931.causes import CauseValue

_REGISTER, _FACILITY = MessageType.REGISTER, MessageType.FACILITY
_COMPLETE = MessageType.RELEASE_COMPLETE
_LAST_ID: Final = 255


class _Waiting(msgspec.Struct, frozen=True, gc=False):
    """An invoke of ours without its answer."""

    token: Hashable
    capability: Capability


class Association:
    """One association."""

    def __init__(
        self, number: int, crv: int, *, ours: bool, role: Role, codec: Codec, crv_length: int
    ) -> None:
        self.number: Final = number
        self.crv: Final = crv
        self.ours: Final = ours
        """Whether this side opened it."""
        self.kind: Kind | None = None
        """``None`` until something was invoked."""
        self.over = False
        self._role: Final = role
        self._codec: Final = codec
        self._crv_length: Final = crv_length
        self._last = 0 if role is Role.SWITCH else -1
        """Invoke id of our last invoke: odd from the adjunct, even from the switch."""
        self._waiting: dict[int, _Waiting] = {}
        self._theirs: dict[int, Operation] = {}
        """Invokes of the other side that we have to answer."""

    # What this side wants.

    def invoke(
        self, token: Hashable, operation: Operation, elements: tuple[Element, ...]
    ) -> list[Action]:
        """Send an invoke in the message that carries it."""
        capability = CAPABILITIES[operation]
        if (error := self._unfit(capability)) is not None:
            return self._unsent(token, p.Unsent(error))
        answered = capability.answer is not Answer.NOTHING
        invoke_id = self._next_id()
        if invoke_id is None:
            return self._unsent(token, p.Unsent("all invoke ids wait for an answer", full=True))
        try:
            sent = self._say(capability.carried, c.Invoke(invoke_id, operation, elements))
        except EncodeError as error:
            missing = getattr(error, "name", None)
            return self._unsent(token, p.Unsent(str(error), missing))
        self._last = invoke_id
        if self.kind is None:
            self.kind = capability.kinds[0]
        if answered:
            self._waiting[invoke_id] = _Waiting(token, capability)
        actions: list[Action] = [sent]
        if not answered:
            actions.append(p.Answered(self.number, token, p.Result()))
        if capability.carried is _COMPLETE:
            actions += self._finish(p.Refused(None))
        return actions

    def _unfit(self, capability: Capability) -> str | None:
        name = str(capability.operation)
        if capability.by not in (None, self._role):
            return f"{name} is not invoked by the {self._role.value}"
        if (capability.carried is _REGISTER) != (self.kind is None):
            return f"{name} opens an association"
        if self.kind is not None and self.kind not in capability.kinds:
            return f"{name} does not belong to {self.kind.value}"
        return None

    def _unsent(self, token: Hashable, why: p.Unsent) -> list[Action]:
        number = None if self.kind is None else self.number
        return [p.Answered(number, token, why)]

    def _next_id(self) -> int | None:
        if len(self._waiting) > _LAST_ID // 4:
            return None
        number = self._last
        while True:  # ends: there are twice as many ids as may wait
            number += 2
            if number > _LAST_ID:
                number = 2 if self._role is Role.SWITCH else 1
            if number not in self._waiting:
                return number

    def reply(
        self, invoke_id: int, elements: tuple[Element, ...] | None, *, ends: bool
    ) -> list[Action]:
        """Answer an invoke of the other side."""
        operation = self._theirs.pop(invoke_id, None)
        if operation is None:
            return [p.Fault("unexpected", f"no invoke {invoke_id} waits for a reply")]
        result = c.ReturnResult(invoke_id)
        if elements is not None:
            result = c.ReturnResult(invoke_id, operation, elements)
        try:
            sent = self._say(_COMPLETE if ends else _FACILITY, result)
        except EncodeError as error:
            self._theirs[invoke_id] = operation
            return [p.Fault("unsent", str(error))]
        return [sent, *(self._finish(p.Refused(None)) if ends else [])]

    def refuse(self, invoke_id: int, cause: q.Cause) -> list[Action]:
        """Refuse an invoke of the other side."""
        operation = self._theirs.pop(invoke_id, None)
        if operation is None:
            return [p.Fault("unexpected", f"no invoke {invoke_id} waits for a reply")]
        if CAPABILITIES[operation].carried is _REGISTER:
            return self.release(cause)
        return [self._say(_FACILITY, c.ReturnError(invoke_id, operation, (cause,)))]

    def release(self, cause: q.Cause | None = None) -> list[Action]:
        """End the association with a cause of its own, outside any component."""
        told = cause or self._cause(CauseValue.NORMAL_CLEARING)
        return [self._say(_COMPLETE, None, (told,)), *self._finish(p.Refused(told))]

    def abort(self, cause: q.Cause | None) -> list[Action]:
        """End the association at once."""
        if cause is None and self._role is Role.SWITCH:
            cause = self._cause(CauseValue.PROTOCOL_ERROR)
        elements = () if cause is None else (cause,)
        self._last = self._next_id() or self._last
        sent = self._say(_COMPLETE, c.Invoke(self._last, Operation.ABORT, elements))
        return [sent, *self._finish(p.Refused(cause))]

    def lost(self) -> list[Action]:
        """Take that the association is gone without a word."""
        actions = self._finish(p.Lost())
        return [*actions, p.Ended(self.number, "the link was lost")]

    # What the other side says.

    def received(self, message: Message) -> list[Action]:
        """Take a message of this association."""
        facility = message.facility
        if message.kind == _COMPLETE:
            return self._completed(message)
        if self.kind is None:
            return self._opened(facility)
        match facility:
            case None:
                missing = self._cause(CauseValue.MANDATORY_ELEMENT_MISSING)
                status = self._say(MessageType.STATUS, None, (missing, q.CallState(10)))
                return [status, _odd("a message without a Facility element")]
            case c.Unreadable():
                return self._unreadable(facility)
            case c.Invoke():
                return self._invoked(facility, _FACILITY)
            case c.Reject(invoke_id, problem):
                return self._rejected(invoke_id, problem)
            case _:
                return self._answered(facility)

    def _opened(self, facility: c.Facility | None) -> list[Action]:
        """Take the REGister that begins the association."""
        fault = _odd("a REGister without an invoke")
        match facility:
            case c.Invoke():
                return self._invoked(facility, _REGISTER)
            case c.Unreadable(invoke_id=invoke_id, problem=problem, detail=detail):
                return [*self._reject_all(invoke_id, problem), p.Fault("unreadable", detail)]
            case c.ReturnResult(invoke_id):
                return [*self._reject_all(invoke_id, c.UNRECOGNIZED_RESULT), fault]
            case c.ReturnError(invoke_id):
                return [*self._reject_all(invoke_id, c.UNRECOGNIZED_ERROR), fault]
            case c.Reject():
                return [*self.release(), fault]
            case None:
                missing = self._cause(CauseValue.MANDATORY_ELEMENT_MISSING)
                return [*self.release(missing), fault]

    def _invoked(self, invoke: c.Invoke, carried: MessageType) -> list[Action]:
        invoke_id, operation = invoke.invoke_id or 0, invoke.operation
        if self.kind is None and self._is_heartbeat(invoke):
            operation = Operation.HEARTBEAT
        capability = CAPABILITIES.get(operation) if isinstance(operation, Operation) else None
        if capability is None or not self._fits(capability, carried):
            shown = operation if isinstance(operation, Operation) else f"{operation or 0:#04x}"
            fault = _odd(f"operation {shown} is not known here")
            return [*self._refuse_operation(invoke_id, carried), fault]
        if invoke_id in self._theirs:
            fault = _odd(f"invoke {invoke_id} waits already")
            return [self._say(_FACILITY, c.Reject(invoke_id, c.DUPLICATE_INVOCATION)), fault]
        self.kind = self.kind or capability.kinds[0]
        wrong = self._lacking(capability, invoke.elements)
        if wrong is not None and carried is not _COMPLETE:
            fault = _odd(f"{capability.operation}: {words(wrong)}")
            if carried is _REGISTER:
                return [*self.release(wrong), fault]
            error = c.ReturnError(invoke_id, capability.operation, (wrong,))
            return [self._say(_FACILITY, error), fault]
        if capability.operation is Operation.PROCEED:
            return self._proceeded(invoke.elements)
        if capability.answer is not Answer.NOTHING:
            self._theirs[invoke_id] = capability.operation
        opens = carried is _REGISTER
        told = p.Invoked(
            *(self.number, self.kind, invoke_id, capability.operation),
            *(invoke.elements, opens),
        )
        return [told]

    def _is_heartbeat(self, invoke: c.Invoke) -> bool:
        """Recognise a heartbeat whose code is not known: no other REGister is so short."""
        unknown = not self._codec.profile.has(Operation.HEARTBEAT)
        return unknown and not isinstance(invoke.operation, Operation) and not invoke.elements

    def _fits(self, capability: Capability, carried: MessageType) -> bool:
        fits = self.kind is None or self.kind in capability.kinds
        return fits and capability.by is not self._role and capability.carried is carried

    def _lacking(self, capability: Capability, elements: tuple[Element, ...]) -> q.Cause | None:
        if all(first(elements, kind) is not None for kind in capability.needs):
            return None
        invalid = first(elements, Invalid) is not None
        value = CauseValue.INVALID_ELEMENT_CONTENTS
        return self._cause(value if invalid else CauseValue.MANDATORY_ELEMENT_MISSING)

    def _refuse_operation(self, invoke_id: int, carried: MessageType) -> list[Action]:
        if carried is _REGISTER:
            return self._reject_all(invoke_id, c.UNRECOGNIZED_OPERATION)
        if carried is _COMPLETE:
            return []
        return [self._say(_FACILITY, c.Reject(invoke_id, c.UNRECOGNIZED_OPERATION))]

    def _reject_all(self, invoke_id: int | None, problem: Problem) -> list[Action]:
        """Reject what would begin the association: it ends."""
        return [self._say(_COMPLETE, c.Reject(invoke_id, problem)), *self._finish(p.Lost())]

    def _proceeded(self, elements: tuple[Element, ...]) -> list[Action]:
        for invoke_id, waiting in self._waiting.items():
            if waiting.capability.answer is Answer.PROCEED:
                del self._waiting[invoke_id]
                return [p.Answered(self.number, waiting.token, p.Result(elements))]
        return [_odd("proceed without a make call that waits")]

    def _answered(self, answer: c.ReturnResult | c.ReturnError) -> list[Action]:
        invoke_id = answer.invoke_id or 0
        waiting = self._waiting.pop(invoke_id, None)
        name = "result" if isinstance(answer, c.ReturnResult) else "error"
        if waiting is None:
            fault = _odd(f"return {name} {invoke_id} for nothing that waits")
            if self._asked(invoke_id):
                return [fault]
            problem = c.UNRECOGNIZED_RESULT if name == "result" else c.UNRECOGNIZED_ERROR
            return [self._say(_FACILITY, c.Reject(invoke_id, problem)), fault]
        outcome = self._outcome(waiting, answer)
        told = p.Answered(self.number, waiting.token, outcome)
        if isinstance(outcome, p.Unreadable):
            reject = self._say(_FACILITY, c.Reject(invoke_id, c.MISTYPED_RESULT))
            return [told, reject, p.Fault("unreadable", outcome.detail)]
        return [told]

    def _asked(self, invoke_id: int) -> bool:
        """Tell whether an id was ours once; ids begin anew after the last one."""
        return invoke_id % 2 == self._last % 2 and 0 < invoke_id <= self._last

    def _outcome(self, waiting: _Waiting, answer: c.ReturnResult | c.ReturnError) -> p.Outcome:
        asked = waiting.capability.operation
        if answer.operation not in (None, asked):
            return p.Unreadable(f"the answer is to {answer.operation}, not to {asked}")
        if isinstance(answer, c.ReturnError):
            return p.Refused(first(answer.elements, q.Cause))
        return p.Result(answer.elements)

    def _rejected(self, invoke_id: int | None, problem: Problem) -> list[Action]:
        """End the association for a reject (S1 2-55)."""
        waiting = self._waiting.pop(invoke_id or 0, None)
        actions: list[Action] = []
        if waiting is not None:
            actions.append(p.Answered(self.number, waiting.token, p.Rejected(problem)))
        reason = f"rejected: {problem[0].replace('_', ' ')} problem {problem[1]}"
        cause = self._cause(CauseValue.PROTOCOL_ERROR)
        fault = p.Fault("rejected", f"invoke {invoke_id} was {reason}")
        return [
            *(*actions, *self.release(cause)),
            *(fault, p.Ended(self.number, reason)),
        ]

    def _unreadable(self, facility: c.Unreadable) -> list[Action]:
        """Reject a component; when it was an answer, the invoke has its end."""
        actions: list[Action] = []
        is_answer = facility.octets[1:2] in (bytes((c.RESULT,)), bytes((c.ERROR,)))
        if is_answer and facility.invoke_id in self._waiting:
            waiting = self._waiting.pop(facility.invoke_id)
            outcome = p.Unreadable(facility.detail)
            actions.append(p.Answered(self.number, waiting.token, outcome))
        reject = self._say(_FACILITY, c.Reject(facility.invoke_id, facility.problem))
        return [*actions, reject, p.Fault("unreadable", facility.detail)]

    def _completed(self, message: Message) -> list[Action]:
        """Take the RELease COMplete, with whatever it carries."""
        cause = first(message.elements, q.Cause)
        reason, aborted = "released" if cause is None else words(cause), False
        rest: p.Outcome = p.Refused(cause)
        actions: list[Action] = []
        match message.facility:
            case c.ReturnResult() | c.ReturnError() as answer:
                if (waiting := self._waiting.pop(answer.invoke_id or 0, None)) is not None:
                    outcome = self._outcome(waiting, answer)
                    actions.append(p.Answered(self.number, waiting.token, outcome))
                    if isinstance(outcome, p.Refused) and outcome.cause is not None:
                        cause, reason = outcome.cause, words(outcome.cause)
                else:
                    actions.append(_odd(f"answer {answer.invoke_id} for nothing that waits"))
            case c.Reject(invoke_id, problem):
                rest = p.Rejected(problem)
                reason = f"rejected: {problem[0].replace('_', ' ')} problem {problem[1]}"
                actions.append(p.Fault("rejected", f"invoke {invoke_id} was {reason}"))
            case c.Invoke(_, operation, elements):
                cause = first(elements, q.Cause) or cause
                rest, reason = p.Refused(cause), "released" if cause is None else words(cause)
                aborted = operation is Operation.ABORT
                if not aborted:
                    actions += self._invoked(message.facility, _COMPLETE)
            case c.Unreadable(detail=detail):
                rest = p.Unreadable(detail)
                actions.append(p.Fault("unreadable", detail))
            case None:
                pass
        actions += self._finish(rest)
        return [*actions, p.Ended(self.number, reason, cause, aborted)]

    # Common parts.

    def _finish(self, rest: p.Outcome) -> list[Action]:
        """End the association; what waits is answered with ``rest``."""
        self.over = True
        waiting, self._waiting = self._waiting, {}
        return [
            p.Answered(self.number, one.token, self._at_end(one, rest))
            for one in waiting.values()
        ]

    def _at_end(self, waiting: _Waiting, rest: p.Outcome) -> p.Outcome:
        """Take normal clearing for the answer of an invoke that ends the association."""
        match rest:
            case p.Refused(q.Cause(value=CauseValue.NORMAL_CLEARING, coding=0)) if (
                waiting.capability.answer is Answer.RELEASE
                and waiting.capability.carried is _FACILITY
            ):
                return p.Result()
            case _:
                return rest

    def _cause(self, value: int) -> q.Cause:
        return cause_of(value, switch=self._role is Role.SWITCH)

    def _say(
        self, kind: MessageType, facility: c.Facility | None, elements: tuple[Element, ...] = ()
    ) -> p.Send:
        """Give the message; raise ``EncodeError``, which our own answers never do."""
        flag = not self.ours
        message = Message(kind, self.crv, flag, facility, elements, self._crv_length)
        return p.Send(self._codec.encode(message))


def _odd(detail: str) -> p.Fault:
    return p.Fault("unexpected", detail)
