"""How many invoices, and what they come to: what counts, and apart from it what does not."""

import operator
from typing import NamedTuple

from piaohe.store.overview import Way


class Sum(NamedTuple):
    """`number` and `fen` are of what counts; copies and refused ones stand apart. Money in 分."""

    number: int = 0
    fen: int = 0
    copies: int = 0
    copies_fen: int = 0
    refused: int = 0
    refused_fen: int = 0

    @classmethod
    def of(cls, way: str, number: int, fen: int) -> "Sum":
        if way == Way.COUNTED:
            return cls(number=number, fen=fen)
        if way == Way.COPY:
            return cls(copies=number, copies_fen=fen)
        return cls(refused=number, refused_fen=fen)

    @property
    def found(self) -> int:
        """What a list of them holds."""
        return self.number + self.copies + self.refused

    def __add__(self, other: object) -> "Sum":
        if not isinstance(other, Sum):
            return NotImplemented
        return Sum._make(map(operator.add, self, other))
