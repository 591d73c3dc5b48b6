"""What a page or ticket is, from its words, its code and its shape: trained, and stored as plain
arrays.

    kind(tokens, size, qr, stated) -> guess   with the classifier this package came with
    kinds() -> classifier                     the same as an object, to be handed on
"""

from collections.abc import Sequence

from classify.kind.guess import KindClassifier
from classify.kind.model import KindModel
from models.forms import Form
from models.kind import KindGuess, Kinds
from models.page import Token

__all__ = ["KindClassifier", "KindModel", "kind", "kinds"]


def kinds() -> Kinds:
    """The shipped classifier. Raises DependencyMissing where its file is damaged."""
    return KindClassifier(KindModel.shipped())


def kind(
    tokens: Sequence[Token],
    size: tuple[float, float],
    qr: str | None = None,
    stated: Form | None = None,
) -> KindGuess:
    """What a page is: a form, a kind of non-invoice, or unknown.

    `tokens` have their places in pixels of a picture of `size` (width, height); `qr` is the
    payload of the code on it, `stated` the form its structured data names. Raises DependencyMissing
    where the shipped classifier is damaged, nothing for what is on the page.
    """
    return kinds().guess(tokens, size, qr, stated)
