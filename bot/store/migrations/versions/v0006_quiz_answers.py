"""Who has answered a question, on platforms that do not count for us."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "quiz_answers",
        sa.Column("quiz_id", _ID, nullable=False),
        sa.Column("member_mark", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quizzes.id"], name=op.f("fk_quiz_answers_quiz_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("quiz_id", "member_mark", name=op.f("pk_quiz_answers")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
