"""What the bot asks of the QQ account, done in the playground."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.playground.chats import Chat, Post
from bot.playground.files import NotAPicture
from bot.playground.membership import change
from bot.playground.onebot.failed import Failed
from bot.playground.onebot.notices import Notices
from bot.playground.onebot.numbering import Numbering, group_number
from bot.playground.onebot.telling import Telling
from bot.playground.people import Member, User
from bot.playground.posting import publish, quoted, take_away
from bot.playground.world import Mistake, World

Json = dict[str, Any]

# Nobody but an admin takes away a message of his own after that, in seconds.
RECALLABLE = 120
_PAGE = 20


class Doing:
    """`held_back` plays risk control: what is said in groups is answered with "ok" and not shown."""

    def __init__(self, world: World, numbering: Numbering, telling: Telling) -> None:
        self._world = world
        self._numbering = numbering
        self._telling = telling
        self.held_back = False
        self.notices = Notices(world)
        self._actions: dict[str, Callable[[Json], Any]] = {
            "get_login_info": self._login,
            "get_status": lambda _: {"online": True, "good": True},
            "get_version_info": lambda _: {"app_name": "playground", "protocol_version": "v11"},
            "get_group_list": lambda _: [self._group(chat) for chat in self._groups()],
            "get_group_info": lambda asked: self._group(self._chat(asked)),
            "get_group_member_list": self._members,
            "get_group_member_info": self._member,
            "get_stranger_info": self._stranger,
            "get_group_msg_history": self._history,
            "get_friend_msg_history": self._talks,
            "get_msg": self._message,
            "get_forward_msg": self._forward,
            "get_image": self._file,
            "get_file": self._file,
            "send_group_msg": lambda asked: self._send(self._chat(asked), asked),
            "send_private_msg": lambda asked: self._send(self._private(asked), asked),
            "delete_msg": self._delete,
            "set_group_ban": self._mute,
            "set_group_kick": self._kick,
            "set_group_leave": self._leave,
            "_send_group_notice": lambda asked: self.notices.put_up(self._chat(asked), asked),
            "_get_group_notice": lambda asked: self.notices.of(self._chat(asked)),
            "_del_group_notice": lambda asked: self.notices.take_down(self._chat(asked), asked),
            "set_friend_add_request": lambda _: None,
            "set_group_add_request": lambda _: None,
        }

    def do(self, action: str, asked: Json) -> Any:
        """The answer's data. Raises `Failed`."""
        function = self._actions.get(action)
        if function is None:
            raise Failed(1404, f"不支持的Api {action}")
        try:
            return function(asked)
        except Mistake as mistake:
            raise Failed(100, str(mistake)) from None

    def _login(self, _asked: Json) -> Json:
        return {"user_id": self._world.bot.id, "nickname": self._world.bot.full_name}

    def _groups(self) -> list[Chat]:
        me = self._world.bot.id
        return [chat for chat in self._world.chats.values() if chat.is_group and chat.member(me).present]

    def _group(self, chat: Chat) -> Json:
        present = sum(member.present for member in chat.members.values())
        return {"group_id": group_number(chat.id), "group_name": chat.title, "member_count": present}

    def _chat(self, asked: Json) -> Chat:
        number = str(asked.get("group_id", ""))
        found = next((chat for chat in self._groups() if str(group_number(chat.id)) == number), None)
        if found is None:
            raise Failed(1200, "群不存在")
        return found

    def _private(self, asked: Json) -> Chat:
        user = self._user(asked)
        if user.blocked:
            raise Failed(1200, "对方不是好友，无法发起会话")
        return self._world.private(user)

    def _user(self, asked: Json) -> User:
        return self._world.user(asked.get("user_id"))

    def _members(self, asked: Json) -> list[Json]:
        chat = self._chat(asked)
        present = [member.user for member in chat.members.values() if member.present]
        return [self._telling.member(chat, self._world.user(user)) for user in present]

    def _member(self, asked: Json) -> Json:
        chat, user = self._chat(asked), self._user(asked)
        if not chat.member(user.id).present:
            raise Failed(1200, "群成员不存在")
        return self._telling.member(chat, user)

    def _stranger(self, asked: Json) -> Json:
        user = self._user(asked)
        return {"user_id": user.id, "nickname": user.full_name, "sex": "unknown", "age": 0}

    def _history(self, asked: Json) -> Json:
        return self._page(self._chat(asked), asked)

    def _talks(self, asked: Json) -> Json:
        return self._page(self._world.private(self._user(asked)), asked)

    def _page(self, chat: Chat, asked: Json) -> Json:
        posts = [post for post in chat.posts.values() if not post.deleted and _is_talk(post)]
        before = self._numbering.message(asked.get("message_seq", ""))
        if before is not None:
            posts = [post for post in posts if post.id <= before[1]]
        count = int(asked.get("count") or _PAGE)
        return {"messages": [self._telling.shown(chat, post.body, post.by_bot) for post in posts[-count:]]}

    def _found(self, number: object) -> tuple[Chat, Post]:
        known = self._numbering.message(number)
        chat = self._world.chats.get(known[0]) if known else None
        post = chat.post(known[1]) if chat is not None and known else None
        if chat is None or post is None:
            raise Failed(1200, "消息不存在")
        return chat, post

    def _message(self, asked: Json) -> Json:
        chat, post = self._found(asked.get("message_id"))
        return self._telling.shown(chat, post.body, post.by_bot)

    def _forward(self, asked: Json) -> Json:
        number = str(asked.get("id") or asked.get("message_id") or "").removeprefix("forward:")
        return {"messages": self._telling.forwarded(*self._found(number))}

    def _file(self, asked: Json) -> Json:
        stored = self._world.files.by_id(str(asked.get("file_id") or asked.get("file")))
        if stored is None:
            raise Failed(1200, "文件不存在")
        return {"file": stored.path, "base64": base64.b64encode(stored.data).decode()}

    def _send(self, chat: Chat, asked: Json) -> Json:
        content = self._content(chat, asked.get("message"))
        if not content:
            raise Failed(100, "消息为空")
        if chat.is_group and chat.member(self._world.bot.id).status == "restricted":
            raise Failed(1200, 'EventChecker Failed: {"result": 120, "errMsg": "禁言"}')
        author = {"from": self._world.bot.shown()}
        posted = publish(
            self._world, chat, author, content, by_bot=True, quiet=self.held_back and chat.is_group
        )
        return {"message_id": self._numbering.number(chat.id, posted.post.id)}

    def _content(self, chat: Chat, message: object) -> Json:
        if isinstance(message, str):
            return {"text": message}
        content: Json = {}
        words: list[str] = []
        for segment in message if isinstance(message, list) else ():
            data = segment.get("data", {})
            match segment.get("type"):
                case "text":
                    words.append(str(data.get("text", "")))
                case "at":
                    words.append(f"@{data.get('qq')} ")
                case "reply":
                    known = self._numbering.message(data.get("id"))
                    post = chat.posts.get(known[1]) if known and known[0] == chat.id else None
                    content |= {"reply_to_message": quoted(post)} if post is not None else {}
                case "image":
                    content |= self._image(data)
                case "file":
                    stored = self._world.files.document(_bytes(data), str(data.get("name", "")))
                    content["document"] = stored.shown() | {"file_name": stored.name}
        text = "".join(words).strip()
        if text:
            content["caption" if "photo" in content or "document" in content else "text"] = text
        return content

    def _image(self, data: Json) -> Json:
        source = str(data.get("file", ""))
        if source.startswith("base64://"):
            try:
                stored = self._world.files.photo(_bytes(data))
            except NotAPicture:
                raise Failed(1200, "rich media transfer failed") from None
        else:
            known = self._world.files.by_path(source.partition("/file/")[2].partition("/")[2])
            if known is None:
                raise Failed(1200, "rich media transfer failed")
            stored = known
        return {"photo": [size.shown() for size in stored.sizes or (stored,)]}

    def _delete(self, asked: Json) -> None:
        chat, post = self._found(asked.get("message_id"))
        old = self._world.clock.seconds() - post.body["date"] > RECALLABLE
        leads = chat.is_group and chat.member(self._world.bot.id).leads
        if not leads and (not post.by_bot or old):
            raise Failed(1200, "没有权限撤回这条消息")
        take_away(self._world, chat, [post], self._world.bot.id)

    def _target(self, asked: Json) -> tuple[Chat, Member]:
        chat, user = self._chat(asked), self._user(asked)
        member = chat.member(user.id)
        if not chat.member(self._world.bot.id).leads or member.leads:
            raise Failed(1200, "没有权限")
        return chat, member

    def _mute(self, asked: Json) -> None:
        chat, member = self._target(asked)
        seconds = int(asked.get("duration") or 0)
        until = int(self._world.clock.seconds()) + seconds if seconds else 0
        status = "restricted" if seconds else "member"
        change(self._world, chat, replace(member, status=status, until=until), self._world.bot)

    def _kick(self, asked: Json) -> None:
        chat, member = self._target(asked)
        change(self._world, chat, Member(member.user, "kicked"), self._world.bot)

    def _leave(self, asked: Json) -> None:
        change(self._world, self._chat(asked), Member(self._world.bot.id, "left"), self._world.bot)


def _bytes(data: Json) -> bytes:
    try:
        return base64.b64decode(str(data.get("file", "")).removeprefix("base64://"), validate=True)
    except (ValueError, binascii.Error):
        raise Failed(1200, "rich media transfer failed") from None


def _is_talk(post: Post) -> bool:
    return any(name in post.body for name in ("text", "photo", "document", "caption"))
