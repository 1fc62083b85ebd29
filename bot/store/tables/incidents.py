"""What happened, and what an admin decided about it."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.tables.columns import Id, chat, metadata

# One chat and one subject (a sender, or a code or account), until decided or for 24 hours.
incidents = Table(
    "incidents",
    metadata,
    Column("id", Id, primary_key=True),
    chat(),
    Column("number", Integer, nullable=False),
    Column("subject", String(160), nullable=False),
    Column("user", String(128), nullable=False, default=""),
    Column("user_name", Text, nullable=False, default=""),
    Column("level", Integer, nullable=False),
    Column("state", String(16), nullable=False, default="open"),
    Column("opened_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("closes_at", BigInteger, nullable=False),
    Column("decided_by", String(128), nullable=False, default=""),
    Column("decided_at", BigInteger),
    Column("message_id", String(64), nullable=False, default=""),
    Column("public_key", String(160), nullable=False, default=""),
    Column("revision", Integer, nullable=False, default=0),
    Column("marks", JSON, nullable=False, default=list),
    # Every account that asked in it, the one it began with among them.
    Column("parties", JSON, nullable=False, default=list),
    Column("evidence", JSON, nullable=False, default=dict),
    UniqueConstraint("chat_id", "number"),
    Index(None, "chat_id", "state", "subject"),
)

# Who asked the admins to look at which message, so that each counts once and nobody floods them.
reports = Table(
    "reports",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("message_id", String(64), primary_key=True),
    Column("reporter_mark", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Index(None, "chat_id", "at"),
)

# "Safe" once said: bound to the account and the name it then wore, and to the payee if there was one.
pardons = Table(
    "pardons",
    metadata,
    Column("id", Id, primary_key=True),
    chat(),
    Column("user", String(128), nullable=False),
    Column("name_mark", String(32), nullable=False),
    Column("mark", String(32), nullable=False, default=""),
    Column("level", Integer, nullable=False),
    Column("given_by", String(128), nullable=False),
    Column("given_at", BigInteger, nullable=False),
    Index(None, "chat_id", "user"),
)

# Codes, accounts and links an admin confirmed as scam.
confirmed_marks = Table(
    "confirmed_marks",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("mark", String(32), primary_key=True),
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="SET NULL")),
    Column("confirmed_at", BigInteger, nullable=False),
)
