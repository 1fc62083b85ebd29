"""Who said that an account is in other hands, and whether a second voice or the group's owner did."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("stolen", recreate="always") as batch:
        batch.add_column(sa.Column("marked_by", sa.String(length=128), nullable=False, server_default=""))
        batch.add_column(sa.Column("sure", sa.Boolean(), nullable=False, server_default=sa.true()))
    # What was said before one voice was too few keeps what it did; the defaults were for these rows only.
    with op.batch_alter_table("stolen", recreate="always") as batch:
        batch.alter_column("marked_by", existing_type=sa.String(length=128), server_default=None)
        batch.alter_column("sure", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
