"""A migration that does half of its work and then breaks."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.store import migration

_BROKEN = '''"""Half of a change."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("UPDATE cursors SET value = 'changed'")
    op.add_column("chats", sa.Column("no_such_type", sa.Text(), nullable=False, server_default=sa.text("nonsense(")))
'''


def one_more_that_breaks(scripts: Path) -> Path:
    """The migrations there are, copied to this folder, and one more after them."""
    shutil.copytree(migration.SCRIPTS, scripts)
    (scripts / "versions" / "v9999_broken.py").write_text(_BROKEN.format(head=migration.head()))
    return scripts
