"""One platform as the playground plays it: a world of its own, and the way back into it from the platform's ids."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from starlette.routing import Route

from bot.platforms import Platform
from bot.playground.scenarios import Need
from bot.playground.world import World

if TYPE_CHECKING:
    from bot.playground.server import Playground


class Side(Protocol):
    """Made before the server runs, when its port is known already.

    `name` is the platform's, as the bot calls it. `buttons` says whether the bot's messages have any there, `named`
    whether it has to be named in a group to be asked, `gives` what a scenario may need there.
    """

    name: ClassVar[str]
    buttons: ClassVar[bool]
    named: ClassVar[bool]
    gives: ClassVar[frozenset[Need]]

    def __init__(self, playground: Playground) -> None: ...

    @property
    def world(self) -> World: ...

    @property
    def busy(self) -> bool:
        """Whether something is on its way to the bot that the server's queue no longer holds."""
        ...

    def platform(self) -> Platform:
        """The bot's end of it, aimed at here."""
        ...

    def routes(self) -> list[Route]:
        """Further control calls, and whatever else is asked for over HTTP; control calls begin with /control."""
        ...

    def addresses(self) -> dict[str, Any]:
        """What a bot that is started elsewhere has to know."""
        ...

    async def lend_ears(self, *chats: int) -> None:
        """Let the bot hear all of these groups, and only what names it in others, where that is anybody's to say."""
        ...

    def open(self) -> AbstractAsyncContextManager[None]:
        """Whatever has to run beside the server."""
        ...

    def number(self, mark: str) -> int:
        """Who or what the platform's address of a chat or id of a person stands for; 0 for nobody."""
        ...

    def message(self, mark: str) -> int:
        """Which message in its chat the platform's id stands for; 0 for none."""
        ...
