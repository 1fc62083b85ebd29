"""Exercises: the school's consent, who agreed, how the class answered."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "drill_consents",
        sa.Column("chat_id", _ID, nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.String(length=128), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("admins", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_drill_consents_chat_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_drill_consents")),
    )
    op.create_table(
        "drills",
        sa.Column("id", _ID, nullable=False),
        sa.Column("chat_id", _ID, nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.String(length=128), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("agreed_by", sa.String(length=128), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("paid", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_drills_chat_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drills")),
    )
    op.create_index(op.f("ix_drills_chat_id"), "drills", ["chat_id"], unique=False)
    op.create_table(
        "drill_answers",
        sa.Column("drill_id", _ID, nullable=False),
        sa.Column("member_mark", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["drill_id"], ["drills.id"], name=op.f("fk_drill_answers_drill_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("drill_id", "member_mark", name=op.f("pk_drill_answers")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
