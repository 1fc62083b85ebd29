"""Protected people's profile pictures are kept by account, not by group."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portraits",
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("picture", sa.String(length=128), nullable=False),
        sa.Column("portraits", sa.JSON(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("platform", "user", name=op.f("pk_portraits")),
    )
    op.drop_column("protected", "portraits")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
