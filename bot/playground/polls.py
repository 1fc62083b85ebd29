"""Polls: as they are opened, and as votes change them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


def opened(number: int, question: str, options: Sequence[str], **details: Any) -> Json:
    poll: Json = {
        "id": str(number),
        "question": question,
        "options": [
            {"persistent_id": str(at), "text": text, "voter_count": 0} for at, text in enumerate(options)
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }
    return poll | details


def voted(poll: Json, chosen: Sequence[int]) -> Json:
    options = [
        option | {"voter_count": option["voter_count"] + (at in chosen)}
        for at, option in enumerate(poll["options"])
    ]
    return poll | {"options": options, "total_voter_count": poll["total_voter_count"] + 1}
