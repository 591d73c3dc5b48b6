"""Which of two invoices are one: by key, by what they are about, by what their papers show.

keys_of(invoice)       its identities; invoices that share one are the same
deal_of(invoice)       its day and sum, by which near duplicates are looked for
figures_of(tokens)     the figures on a ticket, its print
bands_of(figures)      the sketch by which prints that are alike are looked for
compare(ours, theirs)  what one is to the other, with the evidence
judge(ours, others)    all of that in one verdict
"""

from validate.duplicates.compare import compare, judge
from validate.duplicates.figures import bands_of, figures_of
from validate.duplicates.keys import Deal, deal_of, keys_of, near_numbers
from validate.duplicates.lookup import lookup_of

__all__ = [
    "Deal",
    "bands_of",
    "compare",
    "deal_of",
    "figures_of",
    "judge",
    "keys_of",
    "lookup_of",
    "near_numbers",
]
