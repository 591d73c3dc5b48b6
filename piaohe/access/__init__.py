"""Who may come in and what they may do: people, roles, sessions, API tokens.

    access = Access(store, clock)
    if (secret := access.first_link()) is not None: ...   # the first start: makes the administrator
    token, viewer = access.login(name, password, address)
    viewer = access.session(token)                        # on every request of a browser
    viewer = access.bearer(token)                         # on every request of a program

Secrets are random and only their hashes are kept; passwords are argon2id. What is done here is in
`work.audits`, with what was before and after.
"""

from piaohe.access.door import Access, NewSession, Refused, Stay, Viewer, checked_login
from piaohe.access.passwords import Passwords
from piaohe.access.permissions import ROLES, SCOPES, Permission, Role

__all__ = [
    "ROLES",
    "SCOPES",
    "Access",
    "NewSession",
    "Passwords",
    "Permission",
    "Refused",
    "Role",
    "Stay",
    "Viewer",
    "checked_login",
]
