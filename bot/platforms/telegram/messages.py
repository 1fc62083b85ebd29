"""A Telegram message as ours: text, quotes, attachments, pictures to fetch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath

from telegram import Document, InlineKeyboardButton, Message, MessageEntity, PhotoSize

from bot.events import MessageSeen, Picture
from bot.platforms.telegram.people import (
    language_of,
    origin_of,
    person_of,
    place_of,
    sender_of,
    shared_in,
)
from bot.platforms.telegram.wording import price_of, quoted_words, words_of
from patterns.model import Attachment, AttachmentKind, Person
from patterns.model import Message as OurMessage

PICTURE_BYTES = 10_000_000
# A file's first bytes tell what it is; bigger files are judged by name alone.
FILE_BYTES = 2_000_000

_PICTURE_ENDINGS = frozenset((".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"))
_TO_ALL = ("@all", "@everyone", "@所有人", "@全体成员", "@全體成員", "@全员", "@大家")
# Bots that "call everyone" hide one mention a member behind invisible characters.
_MANY_MENTIONS = 5


def seen(message: Message, *, edited: bool) -> MessageSeen | None:
    """What was posted or edited; None for service messages."""
    sender = sender_of(message)
    if sender is None or _is_service(message):
        return None
    pictures, cited = _pictures(message), _reply(message)
    return MessageSeen(
        place=place_of(message.chat, message.message_thread_id if message.is_topic_message else None),
        message=_content(message, edited=edited),
        at=_moment(message, edited=edited),
        pictures=pictures,
        origin=origin_of(message.forward_origin) if not message.is_automatic_forward else None,
        cited=_cited(message),
        cited_origin=_cited_origin(message),
        cited_at=cited.date if cited else None,
        cited_pictures=_pictures(cited) if cited else (),
        mentioned=_mentioned(message),
        album=message.media_group_id or "",
        language=language_of(message.from_user) if message.chat.type == message.chat.PRIVATE else "",
        shared=shared_in(message) if message.chat.type == message.chat.PRIVATE else (),
    )


def _content(message: Message, *, edited: bool) -> OurMessage:
    sender = sender_of(message)
    assert sender is not None
    text = _text(message)
    entities = message.entities or message.caption_entities
    number = str(message.message_id)
    cited = _reply(message)
    return OurMessage(
        id=number,
        sender=sender,
        text=text,
        attachments=(*_links(message, entities), *_attachments(message)),
        forwarded=message.forward_origin is not None and not message.is_automatic_forward,
        mentions_all=mentions_all(text, entities),
        quoted=_quoted(message),
        reply_to=str(cited.message_id) if cited else None,
        edit_of=number if edited else None,
    )


def _moment(message: Message, *, edited: bool) -> datetime:
    return message.edit_date if edited and message.edit_date else message.date


def _reply(message: Message) -> Message | None:
    cited = message.reply_to_message
    # In a topic, every message "replies" to the topic's own opening.
    return None if cited is None or cited.forum_topic_created else cited


def _cited(message: Message) -> OurMessage | None:
    cited = _reply(message)
    if cited is None or sender_of(cited) is None:
        return None
    return _content(cited, edited=False)


def _cited_origin(message: Message) -> Person | None:
    cited = _reply(message)
    return None if cited is None or cited.is_automatic_forward else origin_of(cited.forward_origin)


def _mentioned(message: Message) -> tuple[Person, ...]:
    """Only a mention of somebody without a username tells the account; the others are mere text."""
    entities = message.entities or message.caption_entities
    return tuple(person_of(entity.user) for entity in entities if entity.user is not None)


def _text(message: Message) -> str:
    """What the sender says; beside it, what is written on buttons they brought along from another bot."""
    text = message.text or message.caption or words_of(message)
    if message.via_bot is None or message.reply_markup is None:
        return text
    buttons = (button for row in message.reply_markup.inline_keyboard for button in row)
    labels = (part for one in buttons for part in (one.text, one.copy_text.text if one.copy_text else ""))
    return "\n".join(part for part in (text, *labels) if part)


def _quoted(message: Message) -> str:
    if message.quote:
        return message.quote.text
    return quoted_words(message.external_reply) if message.external_reply else ""


def _is_service(message: Message) -> bool:
    told = message.text or message.caption or message.effective_attachment or message.users_shared
    return not (told or words_of(message))


def _links(message: Message, entities: tuple[MessageEntity, ...]) -> tuple[Attachment, ...]:
    """Addresses as they would be opened, also those hidden behind other words or on buttons."""
    links: list[str] = []
    for entity in entities:
        if entity.type == MessageEntity.TEXT_LINK and entity.url:
            links.append(entity.url)
        elif entity.type == MessageEntity.URL:
            links.append(_covered(message, entity))
    if message.reply_markup is not None:
        buttons = (button for row in message.reply_markup.inline_keyboard for button in row)
        links.extend(link for button in buttons for link in _led_to(button))
    return tuple(Attachment(AttachmentKind.LINK, link) for link in dict.fromkeys(links))


def _led_to(button: InlineKeyboardButton) -> Iterable[str]:
    for target in (button.web_app, button.login_url):
        if target:
            yield target.url
    if button.url:
        yield button.url


def _covered(message: Message, entity: MessageEntity) -> str:
    return message.parse_entity(entity) if message.text else message.parse_caption_entity(entity)


def mentions_all(text: str, entities: tuple[MessageEntity, ...]) -> bool:
    if "@" in text and any(word in text.lower() for word in _TO_ALL):
        return True
    if not entities:
        return False
    return sum(entity.type == MessageEntity.TEXT_MENTION for entity in entities) >= _MANY_MENTIONS


def _attachments(message: Message) -> tuple[Attachment, ...]:
    # Asking for the attachment of a message that is all text is what would cost the most here.
    if message.text or message.effective_attachment is None:
        return ()
    if _photo(message):
        return (Attachment(AttachmentKind.IMAGE),)
    if message.document:
        name = message.document.file_name or ""
        kind = AttachmentKind.IMAGE if _is_picture(message.document) else AttachmentKind.FILE
        return (Attachment(kind, name if kind is AttachmentKind.FILE else ""),)
    if message.contact:
        names = (message.contact.first_name, message.contact.last_name, message.contact.phone_number)
        return (Attachment(AttachmentKind.CONTACT, " ".join(part for part in names if part)),)
    if price := price_of(message):
        # Paid in the chat itself, like a collection of other programs.
        return (Attachment(AttachmentKind.GROUP_COLLECT, price.partition(" ")[0]),)
    if message.voice or message.video_note or message.audio:
        return (Attachment(AttachmentKind.VOICE),)
    return () if message.poll else (Attachment(AttachmentKind.OTHER),)


def _pictures(message: Message) -> tuple[Picture, ...]:
    if photo := _photo(message):
        return _picture(photo)
    document = message.document
    if document is None:
        return ()
    size = document.file_size
    is_file = not _is_picture(document)
    if size is not None and size > (FILE_BYTES if is_file else PICTURE_BYTES):
        return ()
    name = document.file_name or ""
    return (Picture(document.file_id, document.file_unique_id, size, name, is_file),)


def _photo(message: Message) -> tuple[PhotoSize, ...]:
    """A still picture in all its sizes, also the one a moving photo begins with."""
    return message.photo or tuple(message.live_photo.photo or () if message.live_photo else ())


def _picture(sizes: tuple[PhotoSize, ...]) -> tuple[Picture, ...]:
    fitting = [size for size in sizes if (size.file_size or 0) <= PICTURE_BYTES]
    if not fitting:
        return ()
    largest = max(fitting, key=lambda size: size.width * size.height)
    return (Picture(largest.file_id, largest.file_unique_id, largest.file_size),)


def _is_picture(document: Document) -> bool:
    # The sender chooses both; a program that calls itself a picture is judged by its name.
    ending = PurePosixPath(document.file_name or "").suffix.lower()
    declared = (document.mime_type or "").startswith("image/")
    return ending in _PICTURE_ENDINGS or (not ending and declared)
