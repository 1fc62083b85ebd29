"""/check: in private, paste or forward a message, a picture or a file and be told what to make of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from bot.actions import Action, Edit
from bot.events import MessageSeen, PicturesRead
from bot.store import belonging, dialogues
from bot.texts import Said, lines, say, shown
from handlers import sources
from handlers.commands import Buttons, Call, Command, Where, in_turn, language_of, parse
from handlers.commands.enlist import offered
from handlers.group import Group
from handlers.here import Here
from patterns import loading
from patterns.conversation import EMPTY
from patterns.judge import Context, asks_nothing, judge
from patterns.model import AttachmentKind, Level, Message, Person, Verdict
from patterns.names import Roster

_REASONS = 3
_SILENT_KINDS = frozenset({AttachmentKind.VOICE, AttachmentKind.OTHER})
# Nothing was wrong with the picture: there was no code in it, or no word.
_LOOKED_AT = frozenset({"", "no_code", "no_ocr", "no_words"})
# Evidence of who somebody is or is not.
_WHO = frozenset({"identity", "claim"})
_UNKNOWN = Person(id="", name="")


async def run(call: Call, here: Here) -> list[Action]:
    seen = call.message
    if seen is None and call.args.startswith(sources.VERB):
        return await sources.asked(call, here)
    if seen is None:
        return await call.show(here, say(call.language, "check.how"))
    message = replace(seen.message, text=call.args)
    if seen.pictures:
        # The answer follows when the picture has been read; it then takes this one's place.
        return [call.reply(here, say(call.language, "check.looking"), part="check")]
    message = _meant(seen, message, here)
    if not message.text.strip() and not message.attachments:
        return await call.show(here, say(call.language, "check.how"))
    opened = all(picture.sha256 for picture in seen.cited_pictures)
    opinion, asking = await _opinion(call, here, seen, message, opened)
    return [call.reply(here, opinion, (*asking, *await offered(call, here)), part="check")]


async def hear(call: Call, here: Here) -> list[Action]:
    """Who it says it is from, written in answer, or another message to be checked."""
    if sources.is_name(call.args):
        return await sources.named(call, here)
    await dialogues.end(here.tx, here.chat.id, sources.KIND)
    return await run(call, here)


async def pictures(event: PicturesRead, here: Here) -> list[Action]:
    """The picture somebody sent in private was read."""
    seen = event.seen
    call = Call(seen.message.sender, seen.message.text, await language_of(here), message=seen)
    # The same turn as the promise had which this takes the place of.
    call = in_turn(COMMAND, call, here)
    said = call.reply(here, "", part="check")
    given = parse(seen.message.text, here.me.username)
    text = given[1] if given else seen.message.text
    message = replace(seen.message, text=text, attachments=event.attachments)
    opinion, asking = await _opinion(call, here, seen, message, event.reason in _LOOKED_AT)
    buttons = (*asking, *await offered(call, here))
    return [Edit(key=f"{said.key}:read", target=said.key, text=opinion, buttons=buttons)]


async def _opinion(
    call: Call, here: Here, seen: MessageSeen, message: Message, opened: bool = True
) -> tuple[Said, Buttons]:
    """The verdict in words, and buttons that ask for what is missing to say more."""
    language, kinds = call.language, {one.kind for one in message.attachments}
    wordless = not message.text.strip() and bool(kinds)
    if wordless and kinds <= _SILENT_KINDS:
        return say(language, "check.cannot_hear"), ()
    verdict = await _judged(call, here, seen, message)
    unread = any(one.kind is AttachmentKind.IMAGE and not one.value for one in message.attachments)
    if wordless and unread and verdict.level is Level.CLEAR:
        return say(language, "check.unread" if opened else "check.unopened"), ()
    missing = seen.origin is None and not verdict.tells and bool(verdict.asks or verdict.level > Level.CLEAR)
    opinion = lines(
        worded(language, verdict),
        say(language, "check.words_in_pictures" if opened else "check.picture_unopened") if unread else None,
        say(language, "check.files_unopened") if AttachmentKind.FILE in kinds else None,
        say(language, "check.from.ask") if missing else None,
    )
    return opinion, sources.choices(language) if missing else ()


async def _judged(call: Call, here: Here, seen: MessageSeen, message: Message) -> Verdict:
    """Judged by what it says, and, where one of the asker's groups knows whose name its writer wears, as said there.

    A writer whose account is hidden, or whom no group knows, may be a genuine teacher: a name proves nothing.
    """
    posted = replace(message, sender=_UNKNOWN, forwarded=False, quoted="", reply_to=None)
    views = [_from_nowhere(judge(posted, Context(roster=Roster()), EMPTY))]
    author = seen.origin
    if author is not None and author.id:
        async for group in _groups(call, here):
            view = judge(replace(posted, sender=author), group.context, EMPTY)
            protected = {person.name for person in group.roster}
            if view.impersonates in protected or group.context.roster.owner(author.id) is not None:
                views.append(view)
    return max(views, key=lambda verdict: (verdict.level, verdict.score))


def _from_nowhere(verdict: Verdict) -> Verdict:
    """Without its group who wrote it stays open: short of a hard tell, no more than "verify first"."""
    if verdict.tells:
        return verdict
    evidence = tuple(one for one in verdict.evidence if one.group not in _WHO)
    return replace(verdict, level=min(verdict.level, Level.CAUTION), evidence=evidence)


async def _groups(call: Call, here: Here) -> AsyncIterator[Group]:
    platform = here.chat.place.platform
    for one in await belonging.of(here.tx, platform, call.sender.id, here.mark(call.sender.id)):
        group = await here.group_of(one.chat)
        if group is not None:
            yield group


def worded(language: str, verdict: Verdict) -> Said:
    """The verdict, why, what to do, and how far to trust it."""
    word = verdict.level.word
    if verdict.level is Level.CLEAR and _asks(verdict):
        word = "asks"
    why = [
        shown(one.why.get(language) or one.why.get("zh-Hans", ""), 160)
        for one in sorted(verdict.evidence, key=lambda one: -one.weight)
        if one.weight > 0 and one.why
    ]
    reasons = [say(language, "check.reason", why=one) for one in dict.fromkeys(why)][:_REASONS]
    return lines(
        say(language, f"check.verdict.{word}"),
        *(reasons if verdict.level is not Level.CLEAR else []),
        "",
        say(language, f"check.advice.{word}"),
        say(language, "check.limits"),
    )


def _asks(verdict: Verdict) -> bool:
    """What in a group may be talk is taken for a request by whoever wonders about it: they are told to ask first."""
    wanted = sum(one.weight for one in verdict.evidence if one.group == "request" and one.weight > 0)
    return verdict.asks or wanted >= loading.weights().thresholds["request"]


def _meant(seen: MessageSeen, message: Message, here: Here) -> Message:
    """A reply that asks for nothing itself (“is this true?”) asks about the message it replies to; one with words
    to the bot's own is talk with the bot.
    """
    cited, wordless = seen.cited, not message.text.strip()
    if cited is None or message.attachments or not (cited.text.strip() or cited.attachments):
        return message
    if not wordless and (cited.sender.id == here.me.id or not asks_nothing(message.text)):
        return message
    return replace(message, text=cited.text, attachments=cited.attachments)


COMMAND = Command("check", run, where=Where.PRIVATE, menu=Where.PRIVATE, hear=hear, quotes=True)
