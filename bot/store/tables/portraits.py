"""What protected people's profile pictures look like: public facts of an account, shared by all its groups."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, String, Table

from bot.store.tables.columns import metadata

# `portraits` are fingerprints, the newest first; `picture` is the platform's name for the newest.
portraits = Table(
    "portraits",
    metadata,
    Column("platform", String(32), primary_key=True),
    Column("user", String(128), primary_key=True),
    Column("picture", String(128), nullable=False, default=""),
    Column("portraits", JSON, nullable=False, default=list),
    Column("looked_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger),
)
