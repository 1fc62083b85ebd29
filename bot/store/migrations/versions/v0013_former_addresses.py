"""Where a group was before it moved."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "former_addresses",
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=128), nullable=False),
        sa.Column("chat_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_former_addresses_chat_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("platform", "address", name=op.f("pk_former_addresses")),
    )
    op.create_index(op.f("ix_former_addresses_chat_id"), "former_addresses", ["chat_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
