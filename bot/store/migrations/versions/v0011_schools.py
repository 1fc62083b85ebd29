"""Schools, and what their classes share."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_school(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    return (
        sa.Column("school_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f(f"fk_{table}_school_id"), ondelete="CASCADE"
        ),
    )


def upgrade() -> None:
    op.create_table(
        "schools",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schools")),
        sa.UniqueConstraint("name", name=op.f("uq_schools_name")),
    )
    op.create_table(
        "school_groups",
        sa.Column("chat_id", _ID, nullable=False),
        *_of_school("school_groups"),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_school_groups_chat_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_school_groups")),
    )
    op.create_index(op.f("ix_school_groups_school_id"), "school_groups", ["school_id"], unique=False)
    op.create_table(
        "school_people",
        sa.Column("id", _ID, nullable=False),
        *_of_school("school_people"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("accounts", sa.JSON(), nullable=False),
        sa.Column("duty", sa.String(length=16), nullable=False),
        sa.Column("school_class", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_people")),
    )
    op.create_index(op.f("ix_school_people_school_id"), "school_people", ["school_id"], unique=False)
    op.create_table(
        "school_payees",
        sa.Column("id", _ID, nullable=False),
        *_of_school("school_payees"),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_payees")),
    )
    op.create_index(op.f("ix_school_payees_school_id"), "school_payees", ["school_id"], unique=False)
    op.create_table(
        "school_domains",
        *_of_school("school_domains"),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "host", name=op.f("pk_school_domains")),
    )
    op.create_table(
        "shared_marks",
        *_of_school("shared_marks"),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("voice_mark", sa.String(length=32), nullable=False),
        sa.Column("strong", sa.Boolean(), nullable=False),
        sa.Column("incident_id", _ID, nullable=True),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_shared_marks_incident_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("school_id", "mark", "voice_mark", name=op.f("pk_shared_marks")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
