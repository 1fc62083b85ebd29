"""Schools: groups an operator has joined, and what all of them share."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
)

from bot.store.tables.columns import Id, metadata, school

schools = Table(
    "schools",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("made_at", BigInteger, nullable=False),
)

school_groups = Table(
    "school_groups",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    school(),
    Index(None, "school_id"),
)

# The school's roster. `accounts` carry their platform ("telegram:123"): one person may have several.
school_people = Table(
    "school_people",
    metadata,
    Column("id", Id, primary_key=True),
    school(),
    Column("name", Text, nullable=False),
    Column("aliases", JSON, nullable=False, default=list),
    Column("accounts", JSON, nullable=False, default=list),
    Column("duty", String(16), nullable=False),
    Column("school_class", String(64), nullable=False, default=""),
    Index(None, "school_id"),
)

school_payees = Table(
    "school_payees",
    metadata,
    Column("id", Id, primary_key=True),
    school(),
    Column("kind", String(16), nullable=False),
    Column("mark", String(32), nullable=False, default=""),
    Column("label", Text, nullable=False),
    Index(None, "school_id"),
)

school_domains = Table(
    "school_domains",
    metadata,
    Column("school_id", Id, ForeignKey("schools.id", ondelete="CASCADE"), primary_key=True),
    Column("host", String(253), primary_key=True),
)

# Who has confirmed a code, account, text or person as scam; it counts for all classes from two voices on, or by
# one that is `strong`: a teacher's with a second factor.
shared_marks = Table(
    "shared_marks",
    metadata,
    Column("school_id", Id, ForeignKey("schools.id", ondelete="CASCADE"), primary_key=True),
    Column("mark", String(32), primary_key=True),
    Column("voice_mark", String(32), primary_key=True),
    Column("strong", Boolean, nullable=False, default=False),
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="SET NULL")),
    Column("said_at", BigInteger, nullable=False),
)
