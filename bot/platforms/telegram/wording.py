"""What a message says to its readers where it is no text: polls, checklists, invoices, places, songs, stickers.

A scammer writes where nobody reads: whatever a phone shows of it is judged like talk. Fields as in Bot API 10.0.
"""

from __future__ import annotations

from collections.abc import Iterable

from telegram import Audio, Checklist, ExternalReplyInfo, Invoice, Message, Poll

# Currencies that have no smaller unit, as Telegram's own list of currencies says; stars have none either.
_WHOLE = frozenset(("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XTR"))
_STARS = "XTR"


def words_of(message: Message) -> str:
    """The lines a reader sees, empty where there are none."""
    return "\n".join(line for line in _lines(message) if line)


def quoted_words(other: ExternalReplyInfo) -> str:
    """What a reply shows of a message of another chat: somebody else's words."""
    return "\n".join(line for line in _shared(other) if line)


def price_of(message: Message) -> str | None:
    """What has to be paid to a button on the message itself, as "86.50 CNY"; None where nothing is charged."""
    if message.invoice:
        return _price(message.invoice)
    if message.paid_media:
        return f"{message.paid_media.star_count} {_STARS}"
    return None


def _lines(message: Message) -> Iterable[str | None]:
    yield from _shared(message)
    if message.checklist_tasks_added:
        yield from (task.text for task in message.checklist_tasks_added.tasks)
    if message.poll_option_added:
        yield message.poll_option_added.option_text
    if message.gift:
        yield message.gift.text
    for topic in (message.forum_topic_created, message.forum_topic_edited):
        if topic:
            yield topic.name
    # Of a sticker there is only what it is called; in private it would be taken for an answer.
    if message.sticker and message.chat.type != message.chat.PRIVATE:
        yield message.sticker.emoji
        yield message.sticker.set_name


def _shared(told: Message | ExternalReplyInfo) -> Iterable[str | None]:
    if told.poll:
        yield from _of_poll(told.poll)
    if told.checklist:
        yield from _of_checklist(told.checklist)
    if told.invoice:
        # The last is what stands on its button.
        yield from (told.invoice.title, told.invoice.description, f"Pay {_price(told.invoice)}")
    if told.game:
        yield from (told.game.title, told.game.description, told.game.text)
    if told.venue:
        yield from (told.venue.title, told.venue.address)
    for prize in (told.giveaway, told.giveaway_winners):
        if prize:
            yield prize.prize_description
    if told.audio:
        yield _song(told.audio)


def _of_poll(poll: Poll) -> Iterable[str | None]:
    yield from (poll.question, poll.description)
    yield from (option.text for option in poll.options)
    yield poll.explanation


def _of_checklist(checklist: Checklist) -> Iterable[str]:
    yield checklist.title
    yield from (task.text for task in checklist.tasks)


def _price(invoice: Invoice) -> str:
    units = invoice.total_amount
    if invoice.currency in _WHOLE:
        return f"{units} {invoice.currency}"
    return f"{units // 100}.{units % 100:02} {invoice.currency}"


def _song(audio: Audio) -> str:
    return " ".join(part for part in (audio.performer, audio.title) if part)
