"""What single people asked for or are in the middle of, and which of a platform's numbers are theirs."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, String, Table

from bot.store.tables.columns import Id, metadata

# Numbers under which a platform tells of an account that goes by another one with us.
joined_accounts = Table(
    "joined_accounts",
    metadata,
    Column("platform", String(32), primary_key=True),
    Column("other", String(128), primary_key=True),
    Column("goes_by", String(128), nullable=False),
    Column("joined_at", BigInteger, nullable=False),
)

# Parents who asked to be told in private, by group; and of what, in one word each.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("user", String(128), primary_key=True),
    Column("private_chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("wishes", String(64), nullable=False, default="alarm"),
)

# A dialogue somebody is in the middle of; survives a restart.
dialogues = Table(
    "dialogues",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("user", String(128), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("state", JSON, nullable=False, default=dict),
    Column("updated_at", BigInteger, nullable=False),
)
