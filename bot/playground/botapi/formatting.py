"""Texts, captions and keyboards of the bot, as Telegram accepts them."""

from __future__ import annotations

import re
from typing import Any

from bot.playground.botapi.call import Call
from bot.playground.botapi.errors import Refusal, bad
from bot.playground.entities import detect
from bot.playground.markup import BadMarkup, Entity, length16, parse_html
from bot.playground.world import World

Json = dict[str, Any]

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
CALLBACK_DATA_LIMIT = 64
_BUTTONS_LIMIT = 100
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "disabled",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_LINK = re.compile(
    r"tg://\S+|(?:https?://)?[^\s/?#.:]+(?:\.[^\s/?#.:]+)+(?::\d{1,5})?(?:[/?#]\S*)?", re.IGNORECASE
)

# What a key may carry, and what it may ask for when it asks for people; from the published types (markup.d.ts).
_KEYS = frozenset(("text", "request_users", "icon_custom_emoji_id", "style"))
_REQUEST_USERS = frozenset(
    (
        "request_id",
        "user_is_bot",
        "user_is_premium",
        "max_quantity",
        "request_name",
        "request_username",
        "request_photo",
    )
)


def text(call: Call) -> Json:
    """`text` and `entities` of a message."""
    plain, entities = _parsed(call, "text", "parse_mode", "entities")
    if not plain:
        raise bad("message text is empty")
    if length16(plain) > TEXT_LIMIT:
        raise bad("message is too long")
    return {"text": plain} | ({"entities": entities} if entities else {})


def caption(call: Call) -> Json:
    """`caption` and `caption_entities`, or nothing."""
    plain, entities = _parsed(call, "caption", "parse_mode", "caption_entities")
    if length16(plain) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    if not plain:
        return {}
    return {"caption": plain} | ({"caption_entities": entities} if entities else {})


def _parsed(call: Call, name: str, mode_name: str, entities_name: str) -> tuple[str, list[Entity]]:
    source = call.get(name) or ""
    mode = (call.get(mode_name) or "").lower()
    if mode == "html":
        try:
            plain, entities = parse_html(source)
        except BadMarkup as error:
            raise bad(f"can't parse entities: {error}") from error
        return plain, _with_people(call.world, detect(plain, entities))
    if mode in ("markdown", "markdownv2"):
        raise Refusal(501, "Not Implemented: the playground reads parse_mode HTML only")
    if mode:
        raise bad("unsupported parse_mode")
    given = call.get(entities_name)
    if given:
        return source, detect(source, [_entity(entity, source) for entity in given])
    plain = source.strip()
    return plain, detect(plain)


def _entity(entity: Any, source: str) -> Entity:
    if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
        raise bad("can't parse MessageEntity: object expected")
    offset, length = entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length <= 0:
        raise bad("can't parse MessageEntity: offset and length must be numbers")
    if offset + length > length16(source):
        raise bad("entity beyond the end of the text")
    return entity


def _with_people(world: World, entities: list[Entity]) -> list[Entity]:
    """A mention by number shows the person; of an unknown one nothing remains."""
    shown = []
    for entity in entities:
        if entity["type"] == "text_mention":
            user = world.users.get(entity["user"]["id"])
            if user is None:
                continue
            entity = entity | {"user": user.shown()}
        shown.append(entity)
    return shown


def inline_keyboard(markup: Json | None) -> Json | None:
    """The keyboard under a message; other reply markup (keyboards of the client) leaves nothing on it."""
    if not markup:
        return None
    if "inline_keyboard" not in markup:
        if not {"keyboard", "remove_keyboard", "force_reply"} & set(markup):
            raise bad("object expected as reply markup")
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    kept = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, kept)) > _BUTTONS_LIMIT:
        raise bad("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": kept} if kept else None


def client_keyboard(markup: Json | None, *, private: bool) -> list[list[Json]] | None:
    """The keys a client shows in place of its keyboard, none to put them away; None when it is left as it is."""
    if not markup or not {"keyboard", "remove_keyboard"} & set(markup):
        return None
    if markup.get("remove_keyboard"):
        return []
    rows = markup.get("keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    return [[_key(key, private=private) for key in row] for row in rows if row]


def _key(key: Any, *, private: bool) -> Json:
    key = {"text": key} if isinstance(key, str) else key
    if not isinstance(key, dict) or not isinstance(key.get("text"), str) or not key["text"].strip():
        raise bad('can\'t parse keyboard button: field "text" must be a non-empty String')
    if unknown := set(key) - _KEYS:
        raise bad(f"the playground knows no keyboard button with {sorted(unknown)[0]!r}")
    asked = key.get("request_users")
    if asked is None:
        return key
    if not private:
        raise bad("keyboard button of this type can be used in private chats only")
    if not isinstance(asked, dict) or not isinstance(asked.get("request_id"), int):
        raise bad('can\'t parse keyboard button: field "request_id" must be of type Number')
    if unknown := set(asked) - _REQUEST_USERS:
        raise bad(f"KeyboardButtonRequestUsers has no field {sorted(unknown)[0]!r}")
    if not 1 <= asked.get("max_quantity", 1) <= 10:
        raise bad("BUTTON_USER_QUANTITY_INVALID")
    return key


def _button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad('can\'t parse inline keyboard button: field "text" must be a non-empty String')
    actions = [action for action in _ACTIONS if button.get(action) is not None]
    if len(actions) != 1:
        raise bad("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard")
    if actions == ["callback_data"]:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= CALLBACK_DATA_LIMIT:
            raise bad("BUTTON_DATA_INVALID")
    if actions == ["url"] and not _LINK.fullmatch(str(button["url"])):
        raise bad("inline keyboard button URL is invalid: Wrong HTTP URL")
    return button
