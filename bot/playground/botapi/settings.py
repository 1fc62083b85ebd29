"""What the bot arranges for itself: webhook, commands, menu button; and answers to pressed buttons."""

from __future__ import annotations

import re
from typing import Any

from bot.playground.botapi.call import Call
from bot.playground.botapi.errors import bad

Json = dict[str, Any]

_ANSWER_LIMIT = 200
_ANSWER_WITHIN = 15 * 60
_COMMANDS_LIMIT = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


def answer_callback_query(call: Call) -> bool:
    press = call.world.presses.get(call["callback_query_id"])
    if press is None or press.answer is not None or call.now - press.at > _ANSWER_WITHIN:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    text = call.get("text", "")
    if len(text) > _ANSWER_LIMIT:
        raise bad("MESSAGE_TOO_LONG")
    press.answer = {"text": text, "show_alert": call.get("show_alert", False), "url": call.get("url")}
    call.world.journal.event(
        "answered", callback_id=press.id, user=press.user, text=text, show_alert=press.answer["show_alert"]
    )
    call.world.answered.ring()
    return True


def set_my_commands(call: Call) -> bool:
    commands = call["commands"]
    if len(commands) > _COMMANDS_LIMIT:
        raise bad("too many commands specified")
    for command in commands:
        _require_command(command)
    call.world.commands[_scope(call), call.get("language_code", "")] = commands
    return True


def get_my_commands(call: Call) -> list[Json]:
    return call.world.commands.get((_scope(call), call.get("language_code", "")), [])


def delete_my_commands(call: Call) -> bool:
    call.world.commands.pop((_scope(call), call.get("language_code", "")), None)
    return True


def set_chat_menu_button(call: Call) -> bool:
    call.world.menu_buttons[call.get("chat_id")] = call.get("menu_button", {"type": "default"})
    return True


def get_chat_menu_button(call: Call) -> Json:
    return call.world.menu_buttons.get(call.get("chat_id"), {"type": "default"})


def set_webhook(call: Call) -> bool:
    _note_wishes(call)
    call.world.pusher.aim(call.get("url", ""), call.get("secret_token", ""))
    return True


def delete_webhook(call: Call) -> bool:
    _note_wishes(call)
    call.world.pusher.aim()
    return True


def get_webhook_info(call: Call) -> Json:
    pusher = call.world.pusher
    body: Json = {
        "url": pusher.url,
        "has_custom_certificate": False,
        "pending_update_count": len(call.world.queue),
    }
    if pusher.failure:
        body |= {"last_error_date": int(pusher.failed_at), "last_error_message": pusher.failure}
    if call.world.queue.allowed_updates:
        body["allowed_updates"] = call.world.queue.allowed_updates
    return body


def farewell(call: Call) -> bool:
    """logOut and close: nothing to do on a server that is local already."""
    return True


def _note_wishes(call: Call) -> None:
    if "allowed_updates" in call.parameters:
        call.world.queue.allow(str(kind) for kind in call["allowed_updates"])
    if call.get("drop_pending_updates"):
        call.world.queue.forget()


def _require_command(command: Any) -> None:
    if not isinstance(command, dict):
        raise bad("can't parse BotCommand: expected an Object")
    name, description = command.get("command"), command.get("description")
    if not isinstance(name, str) or not _COMMAND.fullmatch(name.removeprefix("/")):
        raise bad("BOT_COMMAND_INVALID")
    if not isinstance(description, str) or not 1 <= len(description) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


def _scope(call: Call) -> str:
    scope: Json = call.get("scope") or {"type": "default"}
    kind = str(scope.get("type"))
    if kind not in _SCOPES:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    details = []
    for name in _SCOPES[kind]:
        if scope.get(name) is None:
            raise bad(f"can't parse BotCommandScope: can't find field \"{name}\"")
        details.append(str(scope[name]))
    if details and call.world.number(scope["chat_id"]) not in call.world.chats:
        raise bad("chat not found")
    return ":".join([kind, *details])


METHODS = {
    "answerCallbackQuery": answer_callback_query,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "logOut": farewell,
    "close": farewell,
}
