"""Where money may go, by a group's own word."""

from __future__ import annotations

from sqlalchemy import (
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

# Genuine fees. `state`: proposed (one admin has written it down), open (a second one agreed, the class has its
# notice), closed. The payee is kept as in `payees`.
fees = Table(
    "fees",
    metadata,
    Column("id", Id, primary_key=True),
    chat(),
    Column("number", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("amount", String(16), nullable=False),
    Column("payee_kind", String(16), nullable=False),
    Column("payee_mark", String(32), nullable=False, default=""),
    Column("payee_label", Text, nullable=False),
    Column("channel", Text, nullable=False, default=""),
    Column("until", String(10), nullable=False),
    Column("state", String(8), nullable=False, default="proposed"),
    Column("proposed_by", String(128), nullable=False),
    Column("proposed_at", BigInteger, nullable=False),
    UniqueConstraint("chat_id", "number"),
)
