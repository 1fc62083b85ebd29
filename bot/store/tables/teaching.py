"""What a class was taught, and when."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table

from bot.store.tables.columns import Id, metadata

tips_sent = Table(
    "tips_sent",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("week", String(16), primary_key=True),
    Column("tip", String(64), nullable=False),
    Column("sent_at", BigInteger, nullable=False),
)
