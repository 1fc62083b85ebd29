"""What came in, what is to be said, and what is planned."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.tables.columns import Id, metadata

# Raw updates, stored before they are confirmed to the platform. `state`: waiting, done, aside.
inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("platform", String(32), nullable=False),
    Column("update_id", String(128), nullable=False),
    Column("lane", String(128), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", String(8), nullable=False, default="waiting"),
    Column("reason", Text, nullable=False, default=""),
    Column("received_at", BigInteger, nullable=False),
    UniqueConstraint("platform", "update_id"),
    Index(None, "state", "received_at"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("platform", String(32), primary_key=True),
    Column("value", String(128), nullable=False),
    Column("moved_at", BigInteger, nullable=False),
)

# What is still to be said. `state`: waiting, sending, sent, failed, expired, dropped. `tried_at`: when the first try
# began that may have succeeded.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(160), nullable=False, unique=True),
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE")),
    Column("kind", String(16), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("image", LargeBinary),
    Column("target", String(160), nullable=False, default=""),
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="SET NULL")),
    Column("priority", Integer, nullable=False),
    Column("state", String(8), nullable=False, default="waiting"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("doubled", Integer, nullable=False, default=0),
    Column("error", Text, nullable=False, default=""),
    Column("message_id", String(64), nullable=False, default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("tried_at", BigInteger),
    Column("sent_at", BigInteger),
    Index(None, "state", "priority", "due_at"),
    Index(None, "target"),
)

# What is planned. `key` makes planning twice harmless; a timer is deleted in the transaction that serves it.
timers = Table(
    "timers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(160), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE")),
    Column("payload", Text, nullable=False, default=""),
    Column("due_at", BigInteger, nullable=False),
    Index(None, "due_at"),
)
