"""The sixth version: people, what they may do, what they did, and reviews."""

import datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = (
    "people",
    "sessions",
    "api_tokens",
    "invitations",
    "login_tries",
    "audits",
    "replied",
    "uploads",
    "reviews",
)


def upgrade() -> None:
    _people()
    _sessions()
    _api_tokens()
    _invitations()
    _audits()
    _uploads()
    _reviews()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _id() -> sa.Column[int]:
    return sa.Column("id", _serial(), autoincrement=True, nullable=False)


def _serial() -> sa.types.TypeEngine[int]:
    """SQLite counts up only what it calls INTEGER."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=64), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime.datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _by(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, _serial(), nullable=nullable)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _person(table: str, column: str = "person_id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], ["people.id"], name=name)


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _people() -> None:
    op.create_table(
        "people",
        _id(),
        _text("login"),
        _text("name"),
        _text("roles"),
        _text("password", nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        _moment("made_at"),
        _key("people", "id"),
        sa.UniqueConstraint("login", name=op.f("uq_people_login")),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        _word("token"),
        _by("person_id"),
        _text("csrf"),
        _moment("made_at"),
        _moment("seen_at"),
        _key("sessions", "token"),
        _person("sessions"),
    )
    _index("sessions", "person_id")
    op.create_table(
        "login_tries",
        _word("key"),
        _moment("since"),
        _number("count"),
        _key("login_tries", "key"),
    )


def _api_tokens() -> None:
    op.create_table(
        "api_tokens",
        _id(),
        _word("token"),
        _by("person_id"),
        _text("name"),
        _text("scopes"),
        _moment("made_at"),
        _moment("ends_at", nullable=True),
        _moment("used_at", nullable=True),
        _moment("revoked_at", nullable=True),
        _key("api_tokens", "id"),
        _person("api_tokens"),
        sa.UniqueConstraint("token", name=op.f("uq_api_tokens_token")),
    )
    _index("api_tokens", "person_id")


def _invitations() -> None:
    op.create_table(
        "invitations",
        _word("token"),
        _by("person_id", nullable=True),
        _moment("ends_at"),
        _moment("used_at", nullable=True),
        _key("invitations", "token"),
        _person("invitations"),
    )
    _index("invitations", "person_id")


def _audits() -> None:
    op.create_table(
        "audits",
        _id(),
        _moment("at"),
        _by("person_id", nullable=True),
        _word("what"),
        _text("subject"),
        _text("before", nullable=True),
        _text("after", nullable=True),
        _key("audits", "id"),
        _person("audits"),
    )
    _index("audits", "person_id")
    _index("audits", "subject")
    op.create_table(
        "replied",
        _by("person_id"),
        _text("key"),
        _word("request"),
        _number("status"),
        _text("body"),
        _moment("at"),
        _key("replied", "person_id", "key"),
        _person("replied"),
    )


def _uploads() -> None:
    op.create_table(
        "uploads",
        _word("sha256"),
        _by("person_id"),
        _text("name"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        _moment("at"),
        _text("error", nullable=True),
        _key("uploads", "sha256", "person_id"),
        _person("uploads"),
    )
    _index("uploads", "person_id")


def _reviews() -> None:
    people = ("corrected_id", "first_id", "decided_id", "holder_id")
    op.create_table(
        "reviews",
        sa.Column("invoice_id", sa.String(length=80), nullable=False),
        _word("state"),
        _number("version"),
        *(_by(name, nullable=True) for name in people[:3]),
        _moment("decided_at", nullable=True),
        _text("reason", nullable=True),
        _by(people[3], nullable=True),
        _moment("held_until", nullable=True),
        _key("reviews", "invoice_id"),
        *(_person("reviews", name) for name in people),
    )
    _index("reviews", "state")
