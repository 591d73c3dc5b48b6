"""Who may do what, as data: permissions, and the roles that hold them."""

from collections.abc import Iterable
from enum import StrEnum


class Permission(StrEnum):
    """What a route may ask for. A token's scopes are permissions too."""

    NOBODY = "nobody"
    """Asked of nobody: pages for those who have yet to sign in."""
    ANYBODY = "anybody"
    """Anybody who is signed in."""
    DOCUMENTS_ADD = "documents.add"
    DOCUMENTS_OWN = "documents.own"
    """See what oneself handed in."""
    DOCUMENTS_ALL = "documents.all"
    """See what anybody handed in."""
    ORIGINALS = "originals"
    """Take away the file itself, of the documents one may see."""
    REVIEW = "review"
    """Correct fields, and accept, return or reject."""
    APPROVE = "approve"
    """Accept what needs a second person."""
    CLAIMS_OWN = "claims.own"
    """Make reimbursement claims of one's own, hand them in, take them back."""
    CLAIMS_ALL = "claims.all"
    """See the claims that anybody handed in."""
    CLAIMS_FOR = "claims.for"
    """Make claims for somebody else."""
    CLAIMS_CHECK = "claims.check"
    """Accept or return claims of others."""
    CLAIMS_PAY = "claims.pay"
    """Note approved claims as paid or exported."""
    METRICS = "metrics"
    """See how it runs, as numbers: for programs that watch it."""
    HOOKS = "hooks"
    """Have programs outside told of what happens."""
    PEOPLE = "people"
    """Invite people, change their roles, shut them out."""
    TOKENS = "tokens"
    """Make API tokens for oneself."""


P = Permission


class Role(StrEnum):
    """What a person is in the company. Several may be held at once."""

    SUBMITTER = "submitter"
    CLERK = "clerk"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    FINANCE = "finance"
    ADMINISTRATOR = "administrator"


_EVERY = frozenset(
    {P.ANYBODY, P.DOCUMENTS_ADD, P.DOCUMENTS_OWN, P.ORIGINALS, P.TOKENS, P.CLAIMS_OWN}
)

ROLES: dict[Role, frozenset[Permission]] = {
    Role.SUBMITTER: _EVERY,
    Role.CLERK: _EVERY | {P.DOCUMENTS_ALL, P.CLAIMS_ALL, P.CLAIMS_FOR},
    Role.REVIEWER: _EVERY | {P.DOCUMENTS_ALL, P.REVIEW, P.CLAIMS_ALL, P.CLAIMS_CHECK},
    Role.APPROVER: _EVERY | {P.DOCUMENTS_ALL, P.REVIEW, P.APPROVE, P.CLAIMS_ALL, P.CLAIMS_CHECK},
    Role.FINANCE: _EVERY | {P.DOCUMENTS_ALL, P.CLAIMS_ALL, P.CLAIMS_PAY, P.HOOKS},
    # keeps the house and decides nothing: who may invite reviewers should not be one unsaid
    Role.ADMINISTRATOR: _EVERY | {P.DOCUMENTS_ALL, P.CLAIMS_ALL, P.METRICS, P.HOOKS, P.PEOPLE},
}

FIRST_ROLES = frozenset({Role.ADMINISTRATOR, Role.REVIEWER})
"""Those of whoever opens the first link: somebody has to be able to begin."""

SCOPES = frozenset(Permission) - {P.NOBODY, P.ANYBODY, P.PEOPLE, P.TOKENS}
"""What a token may hold. A program makes neither people nor tokens."""


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """What somebody with these roles may do."""
    held: frozenset[Permission] = frozenset()
    return held.union(*(ROLES[role] for role in roles))
