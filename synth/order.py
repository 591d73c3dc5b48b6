"""What is asked for: a kind of document, a seed, and what is to make it hard."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from models.forms import Form
from synth.truth import Party
from synth.vocabulary import Vocabulary, vocabulary


class Trait(StrEnum):
    """What can make a document harder to read or to judge. Each kind says which it can have."""

    MANY_LINES = "many_lines"
    """More lines than the form was made for: it grows, or goes on for several pages."""
    LONG_NAMES = "long_names"
    """Names of companies and goods that wrap, 分公司 of 分公司."""
    DISCOUNT = "discount"
    EXEMPT = "exempt"
    """免税: no tax, `***` where tax would stand."""
    UNTAXED = "untaxed"
    """不征税."""
    MIXED_RATES = "mixed_rates"
    RED = "red"
    """A red-letter invoice: negative sums, the blue one named in the remark."""
    DIFFERENTIAL = "differential"
    """差额征税."""
    AGENCY = "agency"
    """代开: issued by a tax office, the real seller in the remark."""
    OLD_IDS = "old_ids"
    """15-digit taxpayer ids."""
    NO_BUYER_ID = "no_buyer_id"
    PRIVATE_BUYER = "private_buyer"
    SALES_LIST = "sales_list"
    """One line (详见销货清单), and the list on a page of its own."""
    SHIFTED = "shifted"
    """Print millimetres off the form."""
    FAINT = "faint"
    """A worn ribbon or old thermal paper."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order for one document; the same order always gives the same document.

    `kept` draws from the words and layouts that are kept back for the benchmark. `buyer` is used
    where the form names one.
    """

    kind: str
    form: Form
    seed: int
    buyer: Party | None = None
    traits: frozenset[Trait] = frozenset()
    kept: bool = False

    def rng(self) -> Random:
        """The chance that invents this document."""
        marks = "".join(f"+{trait}" for trait in sorted(self.traits))
        return Random(f"{self.kind}{marks}:{self.seed}{':kept' if self.kept else ''}")

    @property
    def words(self) -> Vocabulary:
        return vocabulary(kept=self.kept)

    def layout(self, rng: Random, count: int) -> int:
        """One of `count` layout variants, 0-based; the last is kept back for the benchmark."""
        return count - 1 if self.kept else rng.randrange(max(1, count - 1))
