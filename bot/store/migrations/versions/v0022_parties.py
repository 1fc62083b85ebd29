"""Every account that asked in an incident, where a query finds it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

CAUTION = 2


def upgrade() -> None:
    with op.batch_alter_table("incidents") as batch:
        batch.add_column(sa.Column("parties", sa.JSON(), nullable=False, server_default="[]"))
    incidents = sa.table(
        "incidents",
        sa.column("id", sa.Integer),
        sa.column("user", sa.String),
        sa.column("parties", sa.JSON),
        sa.column("evidence", sa.JSON),
    )
    known = op.get_bind()
    for row in known.execute(sa.select(incidents)).all():
        known.execute(incidents.update().where(incidents.c.id == row.id).values(parties=_asked(row)))
    # The default was for these rows only.
    with op.batch_alter_table("incidents") as batch:
        batch.alter_column("parties", existing_type=sa.JSON(), server_default=None)


def _asked(row: Any) -> list[str]:
    """As the file says; older files name those only whose messages they hold."""
    if not row.user:
        return []
    parties = [one["user"] for one in row.evidence.get("parties", ())]
    loud = [one["user"] for one in row.evidence.get("messages", ()) if one["level"] >= CAUTION]
    return list(dict.fromkeys((row.user, *(parties or loud))))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
