"""What subscribers wish to be told of: until now it was alarms."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("subscriptions") as batch:
        batch.add_column(sa.Column("wishes", sa.String(length=64), nullable=False, server_default="alarm"))
    with op.batch_alter_table("subscriptions") as batch:
        batch.alter_column("wishes", existing_type=sa.String(length=64), server_default=None)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
