"""What a class was taught, and when."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from bot.store.tables.columns import Id, metadata

tips_sent = Table(
    "tips_sent",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("week", String(16), primary_key=True),
    Column("tip", String(64), nullable=False),
    Column("sent_at", BigInteger, nullable=False),
)

# What an admin wrote for the next time, instead of one of ours.
own_tips = Table(
    "own_tips",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("written_at", BigInteger, nullable=False),
)

# A question put to a group, and how the group as a whole answered. Who answered what is never told to us.
quizzes = Table(
    "quizzes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("key", String(160), nullable=False, unique=True),
    Column("item", String(64), nullable=False),
    Column("poll", String(64), nullable=False, default=""),
    Column("option", Integer, nullable=False),
    Column("answers", Integer, nullable=False, default=0),
    Column("correct", Integer, nullable=False, default=0),
    Column("asked_at", BigInteger, nullable=False),
    Index(None, "poll"),
    Index(None, "chat_id", "asked_at"),
)

# Who has answered a question, where the platform does not count for us, so that each counts once.
quiz_answers = Table(
    "quiz_answers",
    metadata,
    Column("quiz_id", Id, ForeignKey("quizzes.id", ondelete="CASCADE"), primary_key=True),
    Column("member_mark", String(32), primary_key=True),
)

# The letter to parents: a group's own promise, and when it went out.
letters = Table(
    "letters",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("promise", Text, nullable=False, default=""),
    Column("edition", Integer, nullable=False, default=0),
    Column("sent_at", BigInteger),
    Column("reminded_at", BigInteger),
)

# Who has said to have read the present edition, so that each counts once.
letter_readers = Table(
    "letter_readers",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("reader_mark", String(32), primary_key=True),
)

# A confirmed incident the class may learn from, with nothing of anybody in it.
cases = Table(
    "cases",
    metadata,
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True),
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("happened_at", BigInteger, nullable=False),
    Column("told", Boolean, nullable=False, default=False),
    Index(None, "chat_id"),
)

# That the school consents to exercises: who gave it, which admin noted it, who administered the group then.
drill_consents = Table(
    "drill_consents",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("given", Text, nullable=False),
    Column("noted_by", String(128), nullable=False),
    Column("noted_at", BigInteger, nullable=False),
    Column("admins", JSON, nullable=False),
)

# Exercises: proposed by one admin, agreed to by another, and how the class as a whole answered.
drills = Table(
    "drills",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("item", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("proposed_by", String(128), nullable=False),
    Column("proposed_at", BigInteger, nullable=False),
    Column("agreed_by", String(128), nullable=False, default=""),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("asked", Integer, nullable=False, default=0),
    Column("paid", Integer, nullable=False, default=0),
    Index(None, "chat_id"),
)

# Who has answered in an exercise that still runs, not what, so that each counts once.
drill_answers = Table(
    "drill_answers",
    metadata,
    Column("drill_id", Id, ForeignKey("drills.id", ondelete="CASCADE"), primary_key=True),
    Column("member_mark", String(32), primary_key=True),
)
