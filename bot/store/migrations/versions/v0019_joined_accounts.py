"""Numbers under which a platform tells of an account that goes by another one with us."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joined_accounts",
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("other", sa.String(length=128), nullable=False),
        sa.Column("goes_by", sa.String(length=128), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "other", name=op.f("pk_joined_accounts")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
