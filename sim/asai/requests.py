"""One request of the adjunct: what it says, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, TypeVar

from protocols.asai import components as c
from protocols.asai import messages as m
from protocols.asai import values as v
from protocols.asai.names import CallOptionName, DomainType, Operation
from protocols.q931 import values as q
from protocols.q931.values import Cause
from sim.asai import causes
from sim.asai.associations import Association
from sim.asai.causes import RefusedError
from sim.asai.parties import Seen, is_number
from sim.exchange.facts import Accepted, Fact
from sim.exchange.verbs import Verb
from sim.exchange.views import Party, Sight

if TYPE_CHECKING:
    from sim.asai.face import Face

E = TypeVar("E")
Done = Callable[[Accepted, tuple[Fact, ...]], None]
"""What follows when the exchange carried a verb out."""


class Request:
    """One invoke on an association; ``opening`` for the one that opens it."""

    def __init__(
        self, face: Face, association: Association, invoke: c.Invoke, *, opening: bool
    ) -> None:
        self.face = face
        self.association = association
        self.invoke = invoke
        self.opening = opening

    @property
    def operation(self) -> Operation:
        """What is asked for; only known operations become requests."""
        return Operation(str(self.invoke.operation))

    # What it says.

    def check(self) -> None:
        """Refuse elements that cannot be read."""
        if any(isinstance(one, v.Invalid) for one in self.invoke.elements):
            raise RefusedError(causes.CONTENT)
        for data in self.all(q.UserUser):
            if len(data.data) > self.face.longest_user_data:
                raise RefusedError(causes.CONTENT)
        for number in self.all(q.Number):
            if number.digits and not is_number(number.digits):
                raise RefusedError(causes.CONTENT)

    def first(self, kind: type[E]) -> E | None:
        """Give the first element of a type."""
        return m.first(self.invoke.elements, kind)

    def all(self, kind: type[E]) -> Iterator[E]:
        """Give all elements of a type."""
        return m.every(self.invoke.elements, kind)

    def need(self, kind: type[E]) -> E:
        """Give the first element of a type; refuse the request without one."""
        found = self.first(kind)
        if found is None:
            raise RefusedError(causes.MISSING)
        return found

    def number(self, kind: type[q.Number]) -> str:
        """Give the digits of a number that must be there."""
        digits = self.need(kind).digits
        if not digits:
            raise RefusedError(causes.CONTENT)
        return digits

    def domain(self, kind: DomainType) -> str:
        """Give the number of a domain of a type; nothing if there is none."""
        told = (one.digits for one in self.all(v.Domain) if one.kind is kind)
        return next(told, "")

    def known(self, kind: DomainType, numbers: Collection[str]) -> str:
        """Give the number of a domain of a type, which must be one of those."""
        told = self.domain(kind)
        if told not in numbers:
            raise RefusedError(causes.INVALID if told else causes.MISSING)
        return told

    def option(self, name: CallOptionName) -> bool:
        """Tell whether a call option is there."""
        return any(one.option is name for one in self.all(v.CallOption))

    @property
    def user_data(self) -> bytes:
        """User-user data; empty for none."""
        told = self.first(q.UserUser)
        return told.data if told is not None else b""

    def call(self) -> Seen:
        """Give the call that is meant: named, or the one of the association."""
        calls, named = self.face.calls, self.first(v.CallIdentity)
        number = named.call_id if named is not None else self.association.call
        if not number:
            here = calls.at(self.association.number)
            if not here:
                raise RefusedError(causes.WRONG_STATE)
            if len(here) > 1:
                raise RefusedError(causes.MISSING)
            return here[0]
        found = calls.get(number)
        if found is None:
            raise RefusedError(causes.NO_SUCH_CALL)
        return found

    def party(self, call: Seen) -> Party:
        """Give the party that is meant: named, or the station of the association."""
        named, own = self.first(v.PartyIdentifier), self.association.number
        for party in self.face.calls.parties(call):
            if party.place == named.party if named is not None else party.device == own:
                return party
        raise RefusedError(causes.INVALID if named is not None or own else causes.MISSING)

    # Its answer.

    def accept(self, *elements: v.Element, complete: bool = False, ends: bool = False) -> None:
        """Answer that it is carried out.

        ``complete`` has an answer without elements name the operation all the same.
        """
        operation = self.operation if elements or complete else None
        told = c.ReturnResult(self.invoke.invoke_id, operation, elements)
        self.face.answer(self.association, told, opening=self.opening, ends=ends)

    def refuse(self, cause: Cause) -> None:
        """Answer that it is not carried out."""
        told = c.ReturnError(self.invoke.invoke_id, self.operation, (cause,))
        self.face.refuse(self.association, told, cause, opening=self.opening)

    def ask(self, verb: Verb, then: Done | None = None) -> None:
        """Have the exchange carry out a verb; answer with what comes of it."""

        def done(accepted: Accepted, told: tuple[Fact, ...]) -> None:
            if then is None:
                self.accept()
            else:
                self.perform(lambda: then(accepted, told))

        self.face.ask(
            verb, done, lambda reason: self.refuse(causes.refusal(self.operation, reason))
        )

    def look(self, device: str, then: Callable[[Sight], None]) -> None:
        """Look at a device of the exchange, then go on."""
        self.face.look(device, lambda sight: self.perform(lambda: then(sight)))

    def perform(self, serve: Callable[[], None]) -> None:
        """Serve the request, or refuse it."""
        try:
            serve()
        except RefusedError as refused:
            self.refuse(refused.cause)
