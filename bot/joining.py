"""One account under several numbers: what is known of them becomes one person's, now and after a restart."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.clock import Clock
from bot.directory import Directory
from bot.events import AccountsJoined
from bot.groups import Groups
from bot.platforms import Joins, Platform, Rations
from bot.store import accounts, rations
from bot.store.db import Database
from handlers.memory import Memory
from patterns.marks import PERSON

log = structlog.get_logger(__name__)


async def recall(db: Database, platform: Platform) -> None:
    """Tell a platform what it told us before."""
    async with db.read() as tx:
        if isinstance(platform, Joins):
            platform.joined(await accounts.joined(tx, platform.name))
        if isinstance(platform, Rations):
            platform.spent(await rations.known(tx, platform.name))


class Joining:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        directory: Directory,
        groups: Groups,
        memory: Memory,
        mark: Callable[[str], str],
    ) -> None:
        self._db = db
        self._clock = clock
        self._directory = directory
        self._groups = groups
        self._memory = memory
        self._mark = mark

    async def join(self, event: AccountsJoined, platform: Platform) -> None:
        """Kept first: only then does the platform call them by one number."""
        world, user, other = event.platform, event.user, event.other
        marks = {
            self._mark(other): self._mark(user),
            self._mark(f"{PERSON}:{world}:{other}"): self._mark(f"{PERSON}:{world}:{user}"),
        }
        async with self._db.transaction() as tx:
            moved = await accounts.join(tx, world, user, other, marks, self._clock.now())
        self._memory.join(user, other)
        self._groups.forget_all()
        if isinstance(platform, Joins):
            platform.joined({other: user})
        if moved is not None:
            self._directory.forget(moved, world, other)
        log.info("accounts_joined", platform=world)
