"""Reimbursement claims (报销单) from draft to payment.

    draft -> submitted -> (checked ->) approved -> paid -> exported
                 \\-> returned -> submitted ...      withdrawn: by its person, for good

`counter` is where they are handed in and decided on, `folder` lays one out with its papers,
`judging` judges the invoices with what the claim says. An invoice is in one claim at a time.
"""

from piaohe.claims.counter import ClaimRefused, Counter, Deed, Manners
from piaohe.claims.folder import Folder, Item, Leaf, facts, open_folder
from piaohe.claims.judging import Credit, Gap, credit, eligibility, gaps, known_of

__all__ = [
    "ClaimRefused",
    "Counter",
    "Credit",
    "Deed",
    "Folder",
    "Gap",
    "Item",
    "Leaf",
    "Manners",
    "credit",
    "eligibility",
    "facts",
    "gaps",
    "known_of",
    "open_folder",
]
