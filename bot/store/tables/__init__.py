"""The schema, a file a part. Moments are whole milliseconds since 1970 UTC; `*_mark` are keyed (HMAC) fingerprints."""

from __future__ import annotations

from bot.store.tables.columns import metadata
from bot.store.tables.flow import cursors, inbox, outbox, timers
from bot.store.tables.groups import (
    admins,
    chats,
    counters,
    digests,
    former_addresses,
    members,
    protected,
    settings,
)
from bot.store.tables.incidents import confirmed_marks, incidents, pardons, reports
from bot.store.tables.people import dialogues, joined_accounts, subscriptions
from bot.store.tables.portraits import portraits
from bot.store.tables.schools import (
    school_domains,
    school_groups,
    school_payees,
    school_people,
    schools,
    shared_marks,
)
from bot.store.tables.teaching import (
    cases,
    drill_answers,
    drill_consents,
    drills,
    letter_readers,
    letters,
    own_tips,
    quiz_answers,
    quizzes,
    tips_sent,
)
from bot.store.tables.trust import (
    challenges,
    changes,
    domains,
    fees,
    payees,
    school_fees,
    second_factors,
    spare_codes,
    stolen,
)

__all__ = [
    "admins",
    "cases",
    "challenges",
    "changes",
    "chats",
    "confirmed_marks",
    "counters",
    "cursors",
    "dialogues",
    "digests",
    "domains",
    "drill_answers",
    "drill_consents",
    "drills",
    "fees",
    "former_addresses",
    "inbox",
    "incidents",
    "joined_accounts",
    "letter_readers",
    "letters",
    "members",
    "metadata",
    "outbox",
    "own_tips",
    "pardons",
    "payees",
    "portraits",
    "protected",
    "quiz_answers",
    "quizzes",
    "reports",
    "school_domains",
    "school_fees",
    "school_groups",
    "school_payees",
    "school_people",
    "schools",
    "second_factors",
    "settings",
    "shared_marks",
    "spare_codes",
    "stolen",
    "subscriptions",
    "timers",
    "tips_sent",
]
