"""Why a category was given, in words a reviewer can check against the paper."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from classify.features import Row, column, grams, seller_core
from classify.model import Model
from classify.scoring import seller_hits
from classify.vocabulary import Vocabulary
from models.invoice import Invoice
from models.text import squash

_WORTH_TELLING = 0.2
"""A piece of evidence is named where it is at least this part of all that speaks for it."""
_MOST = 3
_WHOLE_TEXT = 8

Reason = tuple[str, str]
"""In Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Why:
    """Finds reasons in the weights of a model, with the words of the vocabulary."""

    model: Model
    words: Vocabulary

    def told(self, invoice: Invoice, row: Row, category: str) -> Reason:
        """The heaviest reasons for a category in one row, or that there is none to name."""
        pushes = self._pushes(row, category)
        if pushes is None:
            return (f"按本单位的更正归入{category}", f"by this company's corrections: {category}")
        short, text, points, seller = np.split(pushes, row.ends)[:4]
        paper = pushes[row.ends[3] :]
        by_short = float(short.sum())
        by_text = float(text.sum())
        if category in self.words.short_names.get(row.short, {}):
            by_short += float(points.sum())
        else:
            by_text += float(points.sum())
        found: list[tuple[float, Reason]] = []
        place = (row.line or 0) + 1
        if row.short:
            found.append(
                (by_short, (f"第{place}行*{row.short}*", f"*{row.short}* in line {place}"))
            )
        if row.text:
            part = self._part_of_text(row.text, category)
            found.append((by_text, (f"第{place}行“{part}”", f"{part!r} in line {place}")))
        called = self._part_of_seller(invoice, category)
        if called:
            said = (f"销售方名称含“{called}”", f"seller name contains {called!r}")
            found.append((float(seller.sum()), said))
        found += [(float(paper.sum()), said) for said in self._papers(invoice, category)]
        return _heaviest(found)

    def _pushes(self, row: Row, category: str) -> npt.NDArray[np.float32] | None:
        """How far each feature pushes towards the category, against the mean of all."""
        if category not in self.model.classes:
            return None
        weights = self.model.weights[row.columns]
        towards = weights[:, self.model.classes.index(category)] - weights.mean(axis=1)
        pushes: npt.NDArray[np.float32] = towards * row.values
        return pushes

    def _part_of_text(self, text: str, category: str) -> str:
        known = [
            word
            for word in self.words.keyword_pattern.findall(text)
            if category in self.words.keywords[word]
        ]
        if known:
            return str(max(known, key=len))
        return text if len(text) <= _WHOLE_TEXT else self._best_span(text, "t:", category)

    def _part_of_seller(self, invoice: Invoice, category: str) -> str:
        seller = squash((invoice.seller_name or "")[:200])[:60]
        hits = dict(seller_hits(seller, self.words))
        core = seller_core(seller)
        if category in hits or not core:
            return hits.get(category, "")
        return self._best_span(core[-16:], "s:", category)

    def _best_span(self, text: str, prefix: str, category: str) -> str:
        """The two to four characters that speak loudest for the category."""
        place = self.model.classes.index(category)
        spans = {text[i : i + n] for n in (2, 3, 4) for i in range(len(text) - n + 1)}
        if not spans:
            return text

        def loudness(span: str) -> float:
            inside = [name for name in grams(span, prefix) if "^" not in name and "$" not in name]
            columns = [column(name) for name in inside]
            return float(self.model.weights[columns, place].sum()) / sqrt(len(span))

        return max(sorted(spans), key=loudness)

    def _papers(self, invoice: Invoice, category: str) -> list[Reason]:
        form = invoice.form.value if invoice.form else ""
        said = [
            (f"票种为{kind}", f"the document is a {kind}")
            for kind in dict.fromkeys((form, invoice.type.value))
            if category in self.words.kinds.get(kind, ())
        ]
        business = squash((invoice.extra.special_business or "")[:200])
        if category in self.words.special_business.get(business, ()):
            said.append((f"特定业务“{business}”", f"special business {business!r}"))
        return said[:1]


def _heaviest(found: list[tuple[float, Reason]]) -> Reason:
    whole = sum(weight for weight, _ in found if weight > 0)
    told = [
        (weight, reason)
        for weight, reason in found
        if weight > 0 and weight >= _WORTH_TELLING * whole
    ]
    told.sort(key=lambda entry: -entry[0])
    if not told:
        return ("各项线索合在一起", "several weak signs taken together")
    zh = "；".join(reason[0] for _, reason in told[:_MOST])
    return zh, "; ".join(reason[1] for _, reason in told[:_MOST])
