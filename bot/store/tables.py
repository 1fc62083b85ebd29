"""The schema, in one place. Moments are whole milliseconds since 1970 UTC; `*_mark` are keyed (HMAC) fingerprints."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows only in an INTEGER primary key; PostgreSQL wants 64 bits.
_Id = BigInteger().with_variant(Integer, "sqlite")


def _chat() -> Column[int]:
    return Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False)


chats = Table(
    "chats",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("platform", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False, default=""),
    Column("rights", JSON, nullable=False, default=list),
    Column("membership", String(16), nullable=False, default="out"),
    Column("reachable", Boolean, nullable=False, default=True),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("platform", "address"),
)

settings = Table(
    "settings",
    metadata,
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

# Who administers a group, as the platform last told.
admins = Table(
    "admins",
    metadata,
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("user", String(128), primary_key=True),
    Column("name", Text, nullable=False, default=""),
    Column("owner", Boolean, nullable=False, default=False),
    Column("can_restrict", Boolean, nullable=False, default=False),
    Column("seen_at", BigInteger, nullable=False),
)

# The roster: people whose names nobody else may wear. `users` is the list of their account ids.
protected = Table(
    "protected",
    metadata,
    Column("id", _Id, primary_key=True),
    _chat(),
    Column("name", Text, nullable=False),
    Column("aliases", JSON, nullable=False, default=list),
    Column("users", JSON, nullable=False, default=list),
    Column("duty", String(16), nullable=False),
    Column("collects", Boolean, nullable=False, default=True),
    Column("portraits", JSON, nullable=False, default=list),
    Column("added_by", String(128), nullable=False, default=""),
    Column("added_at", BigInteger, nullable=False),
    Index(None, "chat_id"),
)

members = Table(
    "members",
    metadata,
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("member_mark", String(32), primary_key=True),
    Column("joined_at", BigInteger),
    Column("first_seen_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger, nullable=False),
    Column("messages", Integer, nullable=False, default=0),
    Column("name_mark", String(32), nullable=False, default=""),
    Column("renamed_at", BigInteger),
)

# One chat and one subject (a sender, or a code or account), until decided or for 24 hours.
incidents = Table(
    "incidents",
    metadata,
    Column("id", _Id, primary_key=True),
    _chat(),
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
    Column("evidence", JSON, nullable=False, default=dict),
    UniqueConstraint("chat_id", "number"),
    Index(None, "chat_id", "state", "subject"),
)

# "Safe" once said: bound to the account and the name it then wore, and to the payee if there was one.
pardons = Table(
    "pardons",
    metadata,
    Column("id", _Id, primary_key=True),
    _chat(),
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
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("mark", String(32), primary_key=True),
    Column("incident_id", _Id, ForeignKey("incidents.id", ondelete="SET NULL")),
    Column("confirmed_at", BigInteger, nullable=False),
)

# Parents who asked to be told in private, by group.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("user", String(128), primary_key=True),
    Column("private_chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("since", BigInteger, nullable=False),
)

# A dialogue somebody is in the middle of; survives a restart.
dialogues = Table(
    "dialogues",
    metadata,
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("user", String(128), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("state", JSON, nullable=False, default=dict),
    Column("updated_at", BigInteger, nullable=False),
)

tips_sent = Table(
    "tips_sent",
    metadata,
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("week", String(16), primary_key=True),
    Column("tip", String(64), nullable=False),
    Column("sent_at", BigInteger, nullable=False),
)

# What is planned. `key` makes planning twice harmless; a timer is deleted in the transaction that serves it.
timers = Table(
    "timers",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("key", String(160), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE")),
    Column("payload", Text, nullable=False, default=""),
    Column("due_at", BigInteger, nullable=False),
    Index(None, "due_at"),
)

counters = Table(
    "counters",
    metadata,
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("value", Integer, nullable=False, default=0),
)

# Raw updates, stored before they are confirmed to the platform. `state`: waiting, done, aside.
inbox = Table(
    "inbox",
    metadata,
    Column("id", _Id, primary_key=True),
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

# What is still to be said. `state`: waiting, sending, sent, failed, expired, dropped.
outbox = Table(
    "outbox",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("key", String(160), nullable=False, unique=True),
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE")),
    Column("kind", String(16), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("image", LargeBinary),
    Column("target", String(160), nullable=False, default=""),
    Column("incident_id", _Id, ForeignKey("incidents.id", ondelete="SET NULL")),
    Column("priority", Integer, nullable=False),
    Column("state", String(8), nullable=False, default="waiting"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("doubled", Integer, nullable=False, default=0),
    Column("error", Text, nullable=False, default=""),
    Column("message_id", String(64), nullable=False, default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Index(None, "state", "priority", "due_at"),
    Index(None, "target"),
)
