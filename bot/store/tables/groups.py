"""Groups: where they are, how they are set, who administers, teaches and sits in them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
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

chats = Table(
    "chats",
    metadata,
    Column("id", Id, primary_key=True),
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

# Where a group was before it moved: what was said there may still wait to be answered.
former_addresses = Table(
    "former_addresses",
    metadata,
    Column("platform", String(32), primary_key=True),
    Column("address", String(128), primary_key=True),
    chat(),
    Index(None, "chat_id"),
)

settings = Table(
    "settings",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

# Who administers a group, as the platform last told.
admins = Table(
    "admins",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
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
    Column("id", Id, primary_key=True),
    chat(),
    Column("name", Text, nullable=False),
    Column("aliases", JSON, nullable=False, default=list),
    Column("users", JSON, nullable=False, default=list),
    Column("duty", String(16), nullable=False),
    Column("collects", Boolean, nullable=False, default=True),
    Column("school_class", String(64), nullable=False, default=""),
    Column("added_by", String(128), nullable=False, default=""),
    Column("added_at", BigInteger, nullable=False),
    Index(None, "chat_id"),
)

# Who was seen in a group. `account` is its number, sealed with the data folder's key (handlers/sealing.py), empty where
# it was not seen since that is kept; `looked_at` is when its name was last looked at without its having said anything.
members = Table(
    "members",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("member_mark", String(32), primary_key=True),
    Column("joined_at", BigInteger),
    Column("first_seen_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger, nullable=False),
    Column("messages", Integer, nullable=False, default=0),
    Column("name_mark", String(32), nullable=False, default=""),
    Column("renamed_at", BigInteger),
    Column("account", String(32), nullable=False, default=""),
    Column("looked_at", BigInteger),
)

# How much there was of what on which day of the group's own calendar.
counters = Table(
    "counters",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("value", Integer, nullable=False, default=0),
)

# Up to which day, not included, the admins were last told what the guard did.
digests = Table(
    "digests",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("until", String(10), nullable=False),
    Column("sent_at", BigInteger, nullable=False),
)
