"""Where money may go, by a group's own word."""

from __future__ import annotations

from typing import Any

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

from bot.store.tables.columns import Id, chat, metadata, school


def _terms() -> tuple[Column[Any], ...]:
    """What makes a genuine fee, whoever is to pay it."""
    return (
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
    )


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

# Genuine fees of one class. `state`: proposed (one admin has written it down), open (a second one agreed, the class
# has its notice), closed. The payee is kept as in `payees`.
fees = Table(
    "fees",
    metadata,
    Column("id", Id, primary_key=True),
    chat(),
    *_terms(),
    UniqueConstraint("chat_id", "number"),
)

# Genuine fees of a whole school, written down in the class `proposed_in`.
school_fees = Table(
    "school_fees",
    metadata,
    Column("id", Id, primary_key=True),
    school(),
    *_terms(),
    Column("proposed_in", Id, ForeignKey("chats.id", ondelete="SET NULL")),
    UniqueConstraint("school_id", "number"),
)

# Whoever proves with a code that an account is still theirs. The secret is derived from `nonce` and the data
# folder's key, so that the database alone gives none. `step` is the last half-minute a code was taken for,
# `wrong` how many wrong ones came since `wrong_since`.
second_factors = Table(
    "second_factors",
    metadata,
    Column("platform", String(32), primary_key=True),
    Column("user", String(128), primary_key=True),
    Column("nonce", String(32), nullable=False),
    Column("ready", Boolean, nullable=False, default=False),
    Column("since", BigInteger, nullable=False),
    Column("step", BigInteger, nullable=False, default=0),
    Column("wrong", Integer, nullable=False, default=0),
    Column("wrong_since", BigInteger, nullable=False, default=0),
)

# One-time codes on paper, as keyed marks; a used one is deleted.
spare_codes = Table(
    "spare_codes",
    metadata,
    Column("platform", String(32), primary_key=True),
    Column("user", String(128), primary_key=True),
    Column("mark", String(32), primary_key=True),
)

# What waits for somebody's code. `kind`: incident (was it you who asked?), deed (a command that lessens protection).
# `chat_id` is where it is about, `matter` the incident's number or the command, as JSON.
challenges = Table(
    "challenges",
    metadata,
    Column("id", Id, primary_key=True),
    chat(),
    Column("platform", String(32), nullable=False),
    Column("user", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("matter", JSON, nullable=False, default=dict),
    Column("wrong", Integer, nullable=False, default=0),
    Column("asked_at", BigInteger, nullable=False),
    Index(None, "platform", "user"),
)

# What has become different about a protected account, until an admin has said whether it is still theirs. `what`:
# name (`value` is the name worn now), picture (a fingerprint of its looks). `decision`: yes, no, empty before.
changes = Table(
    "changes",
    metadata,
    Column("id", Id, primary_key=True),
    chat(),
    Column("user", String(128), nullable=False),
    Column("what", String(8), nullable=False),
    Column("value", Text, nullable=False),
    Column("decision", String(8), nullable=False, default=""),
    Column("noticed_at", BigInteger, nullable=False),
    Index(None, "chat_id", "user"),
)

# Registered accounts said to be in other hands, first by `marked_by`; `sure` once a second voice or the group's owner agrees.
# `undo_by` is the first of the two admins who say that it is over.
stolen = Table(
    "stolen",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("user", String(128), primary_key=True),
    Column("name", Text, nullable=False, default=""),
    Column("undo_by", String(128), nullable=False, default=""),
    Column("marked_at", BigInteger, nullable=False),
    Column("marked_by", String(128), nullable=False, default=""),
    Column("sure", Boolean, nullable=False, default=True),
)
