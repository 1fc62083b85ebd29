"""Members' accounts, sealed, and when their names were last looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("members") as batch:
        batch.add_column(sa.Column("account", sa.String(length=32), nullable=False, server_default=""))
        batch.add_column(sa.Column("looked_at", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("members") as batch:
        batch.alter_column("account", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
