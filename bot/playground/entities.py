"""What Telegram marks in a text by itself: commands, mentions, links, e-mails, hashtags."""

from __future__ import annotations

import re

from bot.playground.markup import Entity, length16

_ANY = frozenset("/@#.")
_KINDS = (
    (
        "url",
        re.compile(r"(?:https?://|tg://|ftp://)[^\s<>\"'，。！？、）】》]{1,2000}", re.ASCII | re.IGNORECASE),
    ),
    (
        "email",
        re.compile(
            r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}", re.ASCII | re.IGNORECASE
        ),
    ),
    (
        "url",
        re.compile(
            r"(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}"
            r"(?:com|net|org|edu|gov|info|biz|cn|hk|tw|mo|sg|my|io|me|cc|top|xyz|vip|shop|site|club|app|link|tk|ru|uk|us)"
            r"(?::\d{1,5})?(?:/[^\s<>\"'，。！？、）】》]{0,2000})?(?![\w-])",
            re.ASCII | re.IGNORECASE,
        ),
    ),
    (
        "bot_command",
        re.compile(r"(?<![\w/<>@])/[a-z0-9_]{1,64}(?:@[a-z0-9_]{3,32})?(?![\w/@])", re.ASCII | re.IGNORECASE),
    ),
    ("mention", re.compile(r"(?<![\w@/.])@[a-z][a-z0-9_]{3,31}(?![\w@])", re.ASCII | re.IGNORECASE)),
    ("hashtag", re.compile(r"(?<![\w#])#\w{1,64}")),
)
_OPAQUE = frozenset({"code", "pre", "text_link", "text_mention"})


def detect(text: str, given: list[Entity] | None = None) -> list[Entity]:
    """The entities a text has, those already `given` included; nothing is found inside code or a link."""
    entities = list(given or ())
    if _ANY.isdisjoint(text):
        return entities
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in _OPAQUE
    ]
    for kind, pattern in _KINDS:
        for match in pattern.finditer(text):
            found = match.group().rstrip(".,;:!?") if kind == "url" else match.group()
            start = length16(text[: match.start()])
            end = start + length16(found)
            if all(end <= first or start >= last for first, last in taken):
                taken.append((start, end))
                entities.append({"type": kind, "offset": start, "length": end - start})
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def words(text: str, entities: list[Entity], kind: str) -> list[str]:
    """The parts of a text that carry this kind of entity."""
    units = text.encode("utf-16-le", "surrogatepass")
    return [
        units[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le", "replace")
        for entity in entities
        if entity["type"] == kind
    ]
