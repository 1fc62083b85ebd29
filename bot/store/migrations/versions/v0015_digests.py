"""What admins are told each week; groups that have tips or a quiz planned are told at the same hour."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("chat_id", _ID, nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_digests_chat_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_digests")),
    )
    op.execute(
        "INSERT INTO timers (key, kind, chat_id, payload, due_at) "
        "SELECT 'digest:' || chat_id, 'digest', chat_id, '', min(due_at) FROM timers "
        "WHERE kind IN ('tip', 'quiz') AND chat_id IS NOT NULL GROUP BY chat_id"
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
