"""The second version: who has which invoice, and what near duplicates are found by."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = ("invoice_claims", "duplicate_prints", "duplicate_bands", "duplicate_links")
_PORTION = 1000


def upgrade() -> None:
    _claims()
    _prints()
    _bands()
    _links()
    op.create_index(op.f("ix_invoices_date_total_fen"), "invoices", ["date", "total_fen"])
    _claim_what_is_kept()


def downgrade() -> None:
    op.drop_index(op.f("ix_invoices_date_total_fen"), "invoices")
    for table in reversed(TABLES):
        op.drop_table(table)


def _claims() -> None:
    op.create_table(
        "invoice_claims",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("idx", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        _document("invoice_claims", "document_sha256"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_invoice_claims")),
    )
    op.create_index(
        op.f("ix_invoice_claims_document_sha256"), "invoice_claims", ["document_sha256"]
    )


def _prints() -> None:
    op.create_table(
        "duplicate_prints",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("idx", sa.Integer(), nullable=False),
        sa.Column("shape", sa.String(length=64), nullable=True),
        sa.Column("received_by", sa.Text(), nullable=True),
        sa.Column("print", sa.Text(), nullable=True),
        _document("duplicate_prints", "document_sha256"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_prints")),
        sa.UniqueConstraint(
            "document_sha256", "idx", name=op.f("uq_duplicate_prints_document_sha256_idx")
        ),
    )


def _bands() -> None:
    op.create_table(
        "duplicate_bands",
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("print_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["print_id"], ["duplicate_prints.id"], name=op.f("fk_duplicate_bands_print_id")
        ),
        sa.PrimaryKeyConstraint("value", "print_id", name=op.f("pk_duplicate_bands")),
        # one tree instead of two: this is the one table with several rows an invoice
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_duplicate_bands_print_id"), "duplicate_bands", ["print_id"])


def _links() -> None:
    op.create_table(
        "duplicate_links",
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("idx", sa.Integer(), nullable=False),
        sa.Column("other_sha256", sa.String(length=64), nullable=False),
        sa.Column("other_idx", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=64), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        _document("duplicate_links", "document_sha256"),
        _document("duplicate_links", "other_sha256"),
        sa.PrimaryKeyConstraint(
            "document_sha256", "idx", "other_sha256", "other_idx", name=op.f("pk_duplicate_links")
        ),
    )
    op.create_index(op.f("ix_duplicate_links_other_sha256"), "duplicate_links", ["other_sha256"])


def _document(table: str, column: str) -> sa.ForeignKeyConstraint:
    """Checked at the commit: the claim is made before the document is kept."""
    return sa.ForeignKeyConstraint(
        [column],
        ["documents.sha256"],
        name=op.f(f"fk_{table}_{column}"),
        deferrable=True,
        initially="DEFERRED",
    )


def _claim_what_is_kept() -> None:
    """Whoever came first has the invoice."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT i.key, i.paper_key, i.document_sha256, i.idx, d.received_at"
            " FROM invoices i JOIN documents d ON d.sha256 = i.document_sha256"
            " ORDER BY d.received_at, d.file, d.sha256, i.idx"
        ).columns(received_at=sa.DateTime(timezone=True))
    )
    claims = sa.table(
        "invoice_claims",
        sa.column("key", sa.Text()),
        sa.column("document_sha256", sa.String()),
        sa.column("idx", sa.Integer()),
        sa.column("claimed_at", sa.DateTime(timezone=True)),
    )
    first: dict[str, dict[str, object]] = {}
    for key, paper_key, sha256, idx, received_at in rows:
        row = {"document_sha256": sha256, "idx": idx, "claimed_at": received_at}
        for each in (key, paper_key):
            if each:
                first.setdefault(each, {"key": each, **row})
    found = list(first.values())
    for at in range(0, len(found), _PORTION):
        connection.execute(sa.insert(claims), found[at : at + _PORTION])
