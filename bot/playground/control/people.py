"""/control/reset, users, chats and members: making a world and moving people about in it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.playground import membership, pictures
from bot.playground.chats import Chat
from bot.playground.control import wishes
from bot.playground.control.answers import answering
from bot.playground.files import NotAPicture, StoredFile
from bot.playground.people import ADMIN_RIGHTS, STATUSES, Member, User
from bot.playground.posting import publish
from bot.playground.world import Mistake, World

Json = dict[str, Any]

_USER = (
    "key", "first_name", "last_name", "username", "language_code", "is_bot", "picture", "started", "blocked"
)  # fmt: skip
_CHAT = (
    "key", "type", "title", "username", "is_forum", "permissions", "members",
    "bot", "bot_rights", "bot_added_by", "quiet", "linked_chat",
)  # fmt: skip
_MEMBER = (
    "chat", "user", "status", "by", "rights", "permissions", "anonymous", "title", "tag", "until", "quiet"
)  # fmt: skip


def reset(world: World, wanted: Json) -> Json:
    wishes.only(wanted, "now", "bot", "users", "chats", "restart_ids")
    if "now" in wanted:
        world.clock.set(wishes.moment(wanted["now"]))
    world.reset(wanted.get("bot") or {}, restart_ids=bool(wanted.get("restart_ids")))
    users = [add_user(world, wish) for wish in wanted.get("users", [])]
    chats = [add_chat(world, wish) for wish in wanted.get("chats", [])]
    return {
        "bot": world.bot.told(),
        "users": {user.key or str(user.id): user.id for user in users},
        "chats": {chat.key or str(chat.id): chat.id for chat in chats},
        "event": world.journal.events.last,
    }


def add_user(world: World, wanted: Json) -> User:
    wishes.only(wanted, *_USER)
    user = world.add_user(
        str(wishes.need(wanted, "first_name")), wanted.get("key"), is_bot=bool(wanted.get("is_bot", False))
    )
    _describe(world, user, {"picture": {}} | wanted)
    return user


def change_user(world: World, reference: str, wanted: Json) -> User:
    user = world.user(reference)
    wishes.only(wanted, *_USER)
    if "key" in wanted:
        user.key = world.claim_key(wanted["key"], user.id)
    if "blocked" in wanted:
        membership.block(world, user, bool(wanted["blocked"]))
    _describe(world, user, wanted)
    return user


def _describe(world: World, user: User, wanted: Json) -> None:
    for name in ("first_name", "last_name", "username", "language_code"):
        if name in wanted:
            setattr(user, name, wishes.text(wanted, name).removeprefix("@"))
    if "started" in wanted:
        user.started = bool(wanted["started"])
    if "picture" in wanted:
        picture = _picture(world, user, wanted["picture"])
        user.pictures[:0] = [picture] if picture else []
        if picture is None:
            user.pictures.clear()
    world.tell_user(user)


def _picture(world: World, user: User, wanted: Any) -> StoredFile | None:
    if wanted is None:
        return None
    if not isinstance(wanted, dict):
        raise Mistake("a picture is an object or null")
    if "copy_of" in wanted:
        # A copied picture is another upload of the same image: another id, the same look.
        original = world.user(wanted["copy_of"]).picture
        return world.files.profile_picture(original.data) if original else None
    if not wanted:
        return world.portrait_of(user)
    if "colour" in wanted:
        if not pictures.is_colour(str(wanted["colour"])):
            raise Mistake("a colour is written #rgb or #rrggbb")
        data = pictures.initials(user.full_name, user.id, str(wanted["colour"]))
        return world.files.profile_picture(data)
    data_or_none = wishes.drawing(wanted)
    if data_or_none is None:
        raise Mistake("a picture is an object with colour, copy_of, base64, qr or text")
    try:
        return world.files.profile_picture(data_or_none)
    except NotAPicture as error:
        raise Mistake(f"this is no picture Telegram would take: {error}") from error


def add_chat(world: World, wanted: Json) -> Chat:
    wishes.only(wanted, *_CHAT)
    kind = wishes.text(wanted, "type", "supergroup")
    if kind not in ("group", "supergroup", "channel"):
        raise Mistake("a chat is a supergroup, a group or a channel")
    chat = world.add_chat(
        kind,
        str(wishes.need(wanted, "title")),
        wanted.get("key"),
        username=wishes.text(wanted, "username"),
        is_forum=bool(wanted.get("is_forum", False)),
    )
    _arrange(world, chat, wanted)
    for given in wanted.get("members", []):
        given = given if isinstance(given, dict) else {"user": given}
        set_member(world, {"status": "member"} | given | {"chat": chat.id, "quiet": True})
    world.tell_chat(chat)
    if wanted.get("bot"):
        by = wanted.get("bot_added_by") or chat.owner or next(iter(chat.members), None)
        set_member(
            world,
            {
                "chat": chat.id,
                "user": "bot",
                "status": wanted["bot"],
                "rights": wanted.get("bot_rights"),
                "by": by if by is not None else "bot",
                "quiet": bool(wanted.get("quiet")),
            },
        )
    return chat


def change_chat(world: World, reference: str, wanted: Json) -> Chat:
    chat = world.chat(reference)
    wishes.only(wanted, "title", "permissions", "linked_chat", "username", "key")
    if chat.type == "private":
        raise Mistake("a private chat has nothing to change", 409)
    if "title" in wanted:
        _retitle(world, chat, str(wishes.need(wanted, "title")))
    if "username" in wanted:
        chat.username = wishes.text(wanted, "username").removeprefix("@")
    if "key" in wanted:
        chat.key = world.claim_key(wanted["key"], chat.id)
    _arrange(world, chat, wanted)
    world.tell_chat(chat)
    return chat


def _retitle(world: World, chat: Chat, title: str) -> None:
    if chat.title == title:
        return
    chat.title = title
    owner = world.users.get(chat.owner or 0)
    if chat.is_group and owner:
        publish(world, chat, {"from": owner.shown()}, {"new_chat_title": title}, service=True)


def _arrange(world: World, chat: Chat, wanted: Json) -> None:
    chat.permissions = chat.permissions | wishes.flags(wanted, "permissions")
    if wanted.get("linked_chat") is not None:
        other = world.chat(wanted["linked_chat"])
        if {chat.type, other.type} != {"channel", "supergroup"}:
            raise Mistake("a channel is linked with a supergroup", 409)
        chat.linked_chat, other.linked_chat = other.id, chat.id


def set_member(world: World, wanted: Json) -> Member:
    wishes.only(wanted, *_MEMBER)
    chat, user = world.chat(wishes.need(wanted, "chat")), world.user(wishes.need(wanted, "user"))
    status = wanted.get("status", "member")
    if status not in STATUSES:
        raise Mistake(f"status must be one of {', '.join(STATUSES)}")
    before = chat.member(user.id)
    leads = status in ("administrator", "creator")
    rights = ADMIN_RIGHTS | wishes.flags(wanted, "rights") if status == "administrator" else {}
    after = Member(
        user.id,
        status,
        rights,
        wishes.flags(wanted, "permissions") if status == "restricted" else {},
        bool(wanted.get("anonymous", before.anonymous)) and leads,
        wishes.text(wanted, "title", before.title) if leads else "",
        wishes.text(wanted, "tag", before.tag),
        wishes.whole(wanted.get("until", 0), "until"),
    )
    by = _doer(world, chat, user, before, after, wanted.get("by"))
    return membership.change(world, chat, after, by, quiet=bool(wanted.get("quiet")))


def _doer(world: World, chat: Chat, user: User, before: Member, after: Member, by: object) -> User:
    if by is not None:
        return world.user(by)
    alone = (
        after.status in ("member", "left")
        and not before.leads
        and before.status not in ("kicked", "restricted")
    )
    if (alone and user is not world.bot) or chat.owner is None:
        return user
    return world.users[chat.owner]


async def _reset(world: World, request: Request) -> Json:
    return reset(world, await wishes.wish(request))


async def _users(world: World, request: Request) -> Any:
    if request.method == "GET":
        return {"users": [user.told() for user in world.users.values()]}
    return add_user(world, await wishes.wish(request)).told()


async def _user(world: World, request: Request) -> Json:
    return change_user(world, request.path_params["user"], await wishes.wish(request)).told()


async def _user_picture(world: World, request: Request) -> Response:
    picture = world.user(request.path_params["user"]).picture
    if picture is None:
        raise Mistake("this user has no picture", 404)
    return Response(picture.data, media_type="image/png")


async def _chats(world: World, request: Request) -> Any:
    if request.method == "GET":
        return {"chats": [chat.told() for chat in world.groups_and_channels()]}
    return add_chat(world, await wishes.wish(request)).told()


async def _chat(world: World, request: Request) -> Json:
    return change_chat(world, request.path_params["chat"], await wishes.wish(request)).told()


async def _migrate(world: World, request: Request) -> Json:
    old = world.chat(request.path_params["chat"])
    return {"old": old.id, "new": membership.migrate(world, old).id}


async def _members(world: World, request: Request) -> Any:
    if request.method == "GET":
        chat = world.chat(request.query_params.get("chat", ""))
        return {"members": [member.told() for member in chat.members.values()]}
    wanted = await wishes.body(request)
    if isinstance(wanted, list):
        return {"members": [set_member(world, one).told() for one in wanted]}
    return set_member(world, wanted).told()


def routes(world: World) -> list[Route]:
    return [
        Route("/control/reset", answering(world, _reset), methods=["POST"]),
        Route("/control/users", answering(world, _users), methods=["GET", "POST"]),
        Route("/control/users/{user}", answering(world, _user), methods=["PATCH"]),
        Route("/control/users/{user}/picture", answering(world, _user_picture), methods=["GET"]),
        Route("/control/chats", answering(world, _chats), methods=["GET", "POST"]),
        Route("/control/chats/{chat}", answering(world, _chat), methods=["PATCH"]),
        Route("/control/chats/{chat}/migrate", answering(world, _migrate), methods=["POST"]),
        Route("/control/members", answering(world, _members), methods=["GET", "POST"]),
    ]
