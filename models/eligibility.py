"""Whether the input tax of an invoice may be credited, and how much of it."""

from decimal import Decimal

from models.record import Record


class Reason(Record):
    """A sentence for people, and a stable word for programs."""

    code: str
    zh: str
    en: str


class Eligibility(Record):
    """`amount` is the input tax, in yuan, that may be credited once every one of `needs` is met.

    It is zero where the kind of document carries none, or where one of `blocked_by` forbids it.
    `basis` says which rule gave the amount. A red invoice gives a negative one, to be taken out.
    """

    amount: Decimal
    basis: Reason
    blocked_by: tuple[Reason, ...] = ()
    needs: tuple[Reason, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether nothing is left to be shown."""
        return not self.needs
