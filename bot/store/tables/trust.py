"""Where money may go, by a group's own word."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text

from bot.store.tables.columns import Id, chat, metadata

# Payees parents may pay. `kind`: account (a whole number or a code, kept as its mark alone), tail (the last
# digits of one), name. `label` is what people are shown.
payees = Table(
    "payees",
    metadata,
    Column("id", Id, primary_key=True),
    chat(),
    Column("kind", String(16), nullable=False),
    Column("mark", String(32), nullable=False, default=""),
    Column("label", Text, nullable=False),
    Column("added_by", String(128), nullable=False, default=""),
    Column("added_at", BigInteger, nullable=False),
    Index(None, "chat_id"),
)

# The school's own addresses on the web.
domains = Table(
    "domains",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("host", String(253), primary_key=True),
    Column("added_at", BigInteger, nullable=False),
)
