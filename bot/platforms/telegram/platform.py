"""The Telegram side of the bot: one account, its connections, its questions to the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from telegram import Bot, ChatMember
from telegram.error import InvalidToken
from telegram.request import HTTPXRequest

from bot.abilities import Abilities, Right, Self
from bot.actions import Action, Notice, Say
from bot.events import Event, Picture
from bot.places import ChatKind, Place
from bot.platforms import Keeper, Member, Posted, Refused, Sent, trusting
from bot.platforms.arrivals import Batch
from bot.platforms.telegram import people, performing, polling, reading, recounting, webhook
from bot.platforms.telegram.errors import translated
from bot.platforms.telegram.people import NAME, name_of

SERVER = "https://api.telegram.org/bot"
FILES = "https://api.telegram.org/file/bot"
# A phone's language is known to it by two letters, which do not tell one kind of Chinese from the other.
ABILITIES = Abilities(menu_languages=frozenset({"zh-Hans", "en"}))

# Any admin sees every message and every member; beyond that the guard deletes and mutes, and nothing else.
_ADMIN_LINK = "https://t.me/{}?startgroup=guard&admin=delete_messages+restrict_members"


class Telegram:
    def __init__(self, token: str, base_url: str = SERVER, base_file_url: str = FILES) -> None:
        # A server on this machine is not reached through the office's proxy.
        local = urlsplit(base_url).hostname in ("127.0.0.1", "localhost", "::1")
        kwargs = {"trust_env": not local, "verify": trusting.context(trust_env=not local)}
        self._polling = polling.UpdatesRequest(
            connection_pool_size=2, connect_timeout=10.0, httpx_kwargs=kwargs
        )
        self._request = HTTPXRequest(
            connection_pool_size=64,
            connect_timeout=10.0,
            read_timeout=15.0,
            write_timeout=15.0,
            pool_timeout=10.0,
            httpx_kwargs=kwargs,
        )
        self._bot = Bot(
            token,
            base_url=base_url,
            base_file_url=base_file_url,
            request=self._request,
            get_updates_request=self._polling,
        )
        self._reads_all = False
        self._unhooked = False

    @property
    def name(self) -> str:
        return NAME

    @property
    def remedy(self) -> str:
        return "copy the token again from @BotFather (/mybots, API Token)"

    @property
    def abilities(self) -> Abilities:
        return ABILITIES

    async def start(self) -> None:
        await self._request.initialize()
        await self._polling.initialize()

    async def stop(self) -> None:
        await self._polling.shutdown()
        await self._request.shutdown()

    async def me(self) -> Self:
        with translated():
            user = await self._bot.get_me()
        self._reads_all = bool(user.can_read_all_group_messages)
        return Self(
            str(user.id),
            user.full_name,
            user.username or "",
            self._reads_all,
            self.abilities,
            private_link=f"https://t.me/{user.username}?start={{payload}}" if user.username else "",
            admin_link=_ADMIN_LINK.format(user.username) if user.username else "",
        )

    async def poll(self, cursor: str | None) -> Batch:
        with translated():
            if not self._unhooked:
                await polling.unhook(self._bot)
                self._unhooked = True
            return await polling.poll(self._bot, self._polling, cursor)

    @property
    def secret_header(self) -> str:
        return webhook.HEADER

    async def subscribe(self, url: str, secret: str) -> None:
        with translated():
            await webhook.subscribe(self._bot, url, secret)

    async def undelivered(self) -> int:
        with translated():
            return await webhook.undelivered(self._bot)

    def pushed(self, body: bytes) -> Batch:
        return webhook.pushed(body)

    def read(self, body: bytes, at: datetime) -> Sequence[Event]:
        return reading.events_of(body, at, reads_all=self._reads_all)

    async def perform(self, action: Action, place: Place, target: Posted | None = None) -> Sent:
        with translated():
            return await performing.perform(self._bot, action, place, target)

    @property
    def numbered_together(self) -> frozenset[ChatKind]:
        return frozenset({ChatKind.PRIVATE})

    def number(self, body: bytes) -> str:
        return recounting.number(body)

    async def standing(
        self, say: Say | Notice, place: Place, since: datetime, others: Mapping[str, datetime]
    ) -> Sent | None:
        if isinstance(say, Notice):
            return None
        number = await recounting.said(self._bot, say, place, since, others)
        return Sent(number) if number else None

    async def fetch(self, picture: Picture, limit: int) -> bytes:
        with translated():
            file = await self._bot.get_file(picture.file_id)
            if (file.file_size or 0) > limit:
                raise Refused("the file is too big")
            try:
                data = bytes(await file.download_as_bytearray())
            except InvalidToken as gone:
                # To the library whatever is not there is the token's fault.
                raise Refused("the file is gone") from gone
        if len(data) > limit:
            raise Refused("the file is too big")
        return data

    async def portrait(self, user: str) -> Picture | None:
        with translated():
            told = await self._bot.get_user_profile_photos(people.number_of(user), limit=1)
        return people.portrait_of(told)

    async def admins(self, place: Place) -> tuple[Keeper, ...]:
        with translated():
            told = await self._bot.get_chat_administrators(int(place.address))
        return tuple(_keeper(admin) for admin in told if not admin.user.is_bot)

    async def rights(self, place: Place) -> frozenset[Right]:
        with translated():
            member = await self._bot.get_chat_member(int(place.address), self._bot.id)
        return reading.rights(member, reads_all=self._reads_all)

    async def member(self, place: Place, user: str) -> Member | None:
        with translated():
            told = await self._bot.get_chat_member(int(place.address), people.number_of(user))
        if not reading.standing(told).inside:
            return None
        return Member(people.person_of(told.user))


def _keeper(admin: ChatMember) -> Keeper:
    owner = admin.status == ChatMember.OWNER
    may = owner or bool(getattr(admin, "can_restrict_members", False))
    return Keeper(str(admin.user.id), name_of(admin.user), owner, may)
